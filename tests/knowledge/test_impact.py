"""Whatever rests on a key is found, whichever kind of content it is."""

from __future__ import annotations

import pytest

from knowledge import quiz
from knowledge.errors import NotFound
from knowledge.impact import as_json, impact
from knowledge.library import ROOT, Library, load


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_every_passage_that_cites_an_authority_is_listed(library: Library) -> None:
    found = [one for one in impact(library, ROOT, "cciv-1170") if one.kind == "guidance"]
    citing = [p for document in library.guidance for p in document.passages if "cciv-1170" in p.authorities]
    assert len({one.place + one.words for one in found}) == len(found)
    assert len(found) == len({(p.uri, p.heading[-1], p.text[:60]) for p in citing})


@pytest.mark.parametrize(
    ("key", "kind", "place"),
    [
        ("cciv-1170", "clause", "clauses/liability.yaml, customer"),
        ("cciv-1170", "playbook", "playbooks/customer.yaml"),
        ("cciv-1170", "interaction", "interactions.yaml"),
        ("ccom-L441-10", "figure", "figures.yaml, late-interest-default"),
        ("ccom-L441-10", "guidance", "guidance/fr/late-payment.md"),
        ("late-interest-default", "guidance", "guidance/en/late-payment.md"),
        ("liability-cap", "clause", "clauses/liability.yaml"),
        ("liability-cap", "authority", "authorities.yaml"),
        ("liability-cap", "playbook", "playbooks/provider.yaml"),
        ("liability-cap", "glossary", "glossary.yaml"),
        ("liability", "clause", "clauses/"),
        ("liability", "playbook", "playbooks/"),
    ],
)
def test_each_kind_of_content_is_found(library: Library, key: str, kind: str, place: str) -> None:
    assert [one for one in impact(library, ROOT, key) if one.kind == kind and one.place.startswith(place)]


def test_what_shows_a_figure_rests_on_the_authority_of_the_figure(library: Library) -> None:
    shown = {one.via for one in impact(library, ROOT, "ccom-D441-5")}
    assert shown == {"ccom-D441-5", "recovery-indemnity"}


def test_quiz_items_are_found_by_their_topic(library: Library) -> None:
    item = next(iter(quiz.load(ROOT).values()))
    places = [one.place for one in impact(library, ROOT, item.topic) if one.kind == "quiz"]
    assert places


def test_an_unknown_key_is_answered_with_the_nearest(library: Library) -> None:
    with pytest.raises(NotFound, match=r"'cciv-1171x': did you mean .*cciv-1171"):
        impact(library, ROOT, "cciv-1171x")


def test_counts_add_up(library: Library) -> None:
    report = as_json("penalties", impact(library, ROOT, "penalties"))
    assert sum(report["counts"].values()) == len(report["dependents"]) > 0
