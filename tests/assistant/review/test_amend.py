"""What a review would have the contract say."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from assistant.review.amend import Amendment, Comments, Decision, amend, place_of_new, suggestions
from assistant.review.review import Desk, Review, open_desk, review
from ingest.contract import read_contract
from knowledge.library import ROOT, Library, load
from knowledge.playbook import load_playbook

CONTRACTS = Path(__file__).parents[2] / "golden" / "contracts"


@pytest.fixture(scope="module")
def library() -> Library:
    return load(None)


@pytest.fixture(scope="module")
def desk(library: Library) -> Desk:
    return open_desk(library, ROOT)


@pytest.fixture(scope="module")
def found(desk: Desk) -> Review:
    contract = read_contract(CONTRACTS / "fr-maintenance-boutique.md")
    return review(contract, load_playbook(ROOT, "customer"), desk, "fr")


def by_rule(made: tuple[Amendment, ...]) -> dict[str, Amendment]:
    return {one.finding.partition(":")[2]: one for one in made}


def finding(found: Review, rule: str) -> str:
    return f"{found.playbook.id}:{rule}"


def test_a_figure_is_changed_and_nothing_around_it(found: Review, library: Library) -> None:
    made = by_rule(amend(found, library.clauses))
    text = found.contract.text
    changed = {
        rule: (text[made[rule].start : made[rule].end], made[rule].words)
        for rule in ("renewal", "notice", "cap-amount")
    }
    assert changed == {"renewal": ("trente-six", "douze"), "notice": ("six", "trois"), "cap-amount": ("deux", "douze")}


def test_a_sentence_that_may_not_stand_becomes_the_nearest_paragraph_without_its_number(
    found: Review, library: Library
) -> None:
    one = by_rule(amend(found, library.clauses))["excluded-losses"]
    assert found.contract.text[one.start : one.end].startswith("La perte de données du Client")
    assert found.contract.text[one.start - 5 : one.start] == "11.4 "
    proposal = found.proposals["excluded-losses"].text.replace("*", "")
    assert one.words in proposal
    assert one.words[0].isalpha()


def test_what_is_missing_goes_before_the_signatures_with_its_title(found: Review, library: Library) -> None:
    one = by_rule(amend(found, library.clauses))["reversibility"]
    assert found.contract.text[one.start :].startswith("Fait à Montpellier")
    assert one.start == one.end == place_of_new(found)
    assert one.paragraphs[0] == library.clauses["reversibility"].title["fr"]
    assert len(one.paragraphs) > 3
    assert not any("*" in paragraph for paragraph in one.paragraphs)


def test_changes_never_overlap(library: Library, desk: Desk) -> None:
    for path in sorted([*CONTRACTS.glob("*.md"), *CONTRACTS.glob("*.txt")]):
        contract = read_contract(path)
        one = review(contract, load_playbook(ROOT, "customer"), desk, contract.lang)
        changing = [
            a for a in amend(one, library.clauses) if a.words != contract.text[a.start : a.end] and a.end > a.start
        ]
        assert changing
        for first, second in pairwise(changing):
            assert first.end <= second.start, path.name


@pytest.mark.parametrize(
    ("comments", "said", "unsaid"),
    [("theirs", "ask", "why"), ("ours", "why", "ask"), ("none", "", "ask")],
)
def test_comments_are_for_one_side_alone(
    found: Review, library: Library, comments: Comments, said: str, unsaid: str
) -> None:
    decisions = {finding(found, "notice"): Decision("accept", note="Vu avec le client.")}
    one = by_rule(amend(found, library.clauses, decisions, comments))["notice"]
    rule = next(rule for rule in found.playbook.rules if rule.id == "notice")
    texts = {"ask": rule.ask["fr"], "why": rule.why["fr"], "": ""}
    assert texts[said] in one.comment
    assert bool(one.comment) == (comments != "none")
    assert texts[unsaid] not in one.comment
    assert ("Vu avec le client." in one.comment) == (comments == "ours")
    assert one.comment.startswith("[Interne]") == (comments == "ours")


def test_decisions_go_before_proposals(found: Review, library: Library) -> None:
    decisions = {
        finding(found, "notice"): Decision("reject"),
        finding(found, "excluded-losses"): Decision("edit", "La perte de données est indemnisée."),
        finding(found, "reversibility"): Decision("edit", "Réversibilité\nLe Prestataire remet tout."),
        finding(found, "cap-amount"): Decision("edit", "   "),
    }
    made = by_rule(amend(found, library.clauses, decisions))
    assert "notice" not in made
    assert made["excluded-losses"].words == "La perte de données est indemnisée."
    assert made["reversibility"].paragraphs == ("Réversibilité", "Le Prestataire remet tout.")
    assert made["cap-amount"].words == "douze"  # words that say nothing strike nothing out


def test_what_is_in_order_is_changed_only_by_ones_own_words(found: Review, library: Library) -> None:
    sound = next(one for one in found.run.judgements if one.verdict == "matches_standard" and one.sentence)
    assert sound.rule.id not in by_rule(amend(found, library.clauses))
    assert sound.sentence
    decided = {finding(found, sound.rule.id): Decision("edit", "Autrement dit.")}
    assert by_rule(amend(found, library.clauses, decided))[sound.rule.id].words == "Autrement dit."


def test_a_suggestion_is_there_for_each_finding_that_departs(found: Review, library: Library) -> None:
    departing = {finding(found, one.rule.id) for one in found.run.judgements if one.verdict in ("deviates", "missing")}
    assert set(suggestions(found, library.clauses)) == departing


def test_a_suggestion_is_in_ones_own_words_where_there_are_some(found: Review, library: Library) -> None:
    key = finding(found, "notice")
    decided = {key: Decision("edit", "Autrement dit."), finding(found, "renewal"): Decision("reject")}
    told = suggestions(found, library.clauses, decided)
    assert told[key].words == "Autrement dit."
    assert told[finding(found, "renewal")] == suggestions(found, library.clauses)[finding(found, "renewal")]
