"""What is said in the margin besides findings: for one side alone, at the first passage, and only what is so."""

from __future__ import annotations

import pytest

from assistant.review.amend import Comments, Decision, amend, unquoted
from assistant.review.remark import broken, dangling, remarks
from assistant.review.review import Desk, Review, open_desk, review
from ingest.contract import contract_of
from ingest.plain import read_markdown
from knowledge.library import ROOT, Library, load
from knowledge.models import Language, Side
from knowledge.playbook import load_playbook

ENGLISH = """# Maintenance agreement

This agreement is made between Kestrel Code Ltd (the "Supplier") and Arden Retail plc (the "Customer").

1. Definitions

"Site" means the shop of the Customer. See clause 9 and Annex 4.

2. Availability

The site is available 99.9 % of each month. As said in clause 6, the cap applies.

3. Definitions again

"Site" means the blog of the Customer.

4. Availability of the shop

Availability is 98 % of each month.

5. Backups

The Supplier makes a backup of the site every day.

6. Liability

Loss of data and any indirect loss are excluded in all cases.

7. Audit

The Customer may audit the Supplier once a year with 15 days' notice.
"""
FRENCH = """# Contrat de maintenance

Entre la société Corvane (ci-après « le Prestataire ») et la société Arden (ci-après « le Client »).

1. Disponibilité

La disponibilité du site est de 99,9 % par mois. Voir l'annexe 2.

2. Engagement

La disponibilité est de 98 % par mois.
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


@pytest.fixture(scope="module")
def desk(library: Library) -> Desk:
    return open_desk(library, ROOT)


def found(desk: Desk, text: str = ENGLISH, side: Side = "customer") -> Review:
    lang: Language = "fr" if text is FRENCH else "en"
    contract = contract_of(read_markdown(text.encode()), "contract.md", "0" * 64, lang)
    return review(contract, load_playbook(ROOT, side), desk)


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize(
    ("text", "key", "place", "theirs", "us"),
    [
        (ENGLISH, "contradiction:figure:availability", "The site is available", "99.9 % (clause 2) and 98 % (clause 4)", "1190"),
        (ENGLISH, "contradiction:definition:Site", "Site", "“Site” is defined twice (clause 1 and clause 3)", "[Internal]"),
        (ENGLISH, "contradiction:reference:9", "clause 9", "“clause 9”, which the contract does not have", "[Internal]"),
        (ENGLISH, "contradiction:reference:annex 4", "Annex 4", "please attach it", "[Internal]"),
        (ENGLISH, "interaction:data-loss-excluded-with-backups", "", "rebuilding data", "takes back what"),
        (FRENCH, "contradiction:figure:availability", "La disponibilité du site", "99,9 % (article 1) et 98 % (article 2)", "contrat d'adhésion"),
        (FRENCH, "contradiction:reference:annex 2", "annexe 2", "« annexe 2 », qui ne fait pas partie du contrat", "[Interne]"),
    ],
)  # fmt: skip
def test_what_is_said_to_whom(desk: Desk, text: str, key: str, place: str, theirs: str, us: str, ours: bool) -> None:
    read = found(desk, text)
    one = next(one for one in remarks(read, ours=ours) if one.id == key)
    assert read.contract.text[one.start : one.end].startswith(place)
    assert theirs in one.words
    assert (us in one.words) == ours
    assert one.words.startswith("[Intern") == ours


def test_a_figure_that_may_be_that_of_something_else_contradicts_nothing(desk: Desk) -> None:
    text = ENGLISH + "\n8. Renewal\n\nThe agreement renews for 12 months unless terminated on 2 months' notice.\n"
    assert not any("notice" in one.about for one in found(desk, text).contradictions)


@pytest.mark.parametrize(
    ("comments", "decision", "said"),
    [
        ("theirs", Decision(), ["rebuilding data"]),
        ("ours", Decision(note="Seen with the client."), ["takes back what", "Note: Seen with the client."]),
        ("theirs", Decision("reject"), None),
        ("none", Decision(), None),
    ],
)
def test_they_are_comments_of_the_redline_that_can_be_left_out(
    desk: Desk, library: Library, comments: Comments, decision: Decision, said: list[str] | None
) -> None:
    key = "interaction:data-loss-excluded-with-backups"
    read = found(desk)
    made = {one.finding: one for one in amend(read, library.clauses, {key: decision}, comments)}
    assert (key in made) == (said is not None)
    if said is not None:
        one = made[key]
        assert one.words == read.contract.text[one.start : one.end]
        assert all(words in one.comment for words in said)


def test_what_rests_on_silence_alone_is_named_and_not_placed(desk: Desk) -> None:
    text = "# Agreement\n\n1. Scope\n\nThe provider maintains the site of the customer as listed in the annex.\n"
    key = "interaction:liability-without-cap-or-insurance"
    read = found(desk, text, "provider")
    assert key in unquoted(read)
    assert key not in unquoted(read, {key: Decision("reject")})


def test_references_to_what_is_rewritten_are_named(desk: Desk) -> None:
    read = found(desk)
    start = read.contract.text.index("Loss of data")
    end = read.contract.text.index("\n", start)
    assert list(broken(read, start, end, "Other words.")) == [
        "Clause 2 refers to this clause: check that it still fits."
    ]
    assert list(broken(read, start, end, "")) == ["Clause 2 refers to what is struck out here: to be adapted."]
    other = read.contract.text.index("The Supplier makes")
    assert list(broken(read, other, other + 12, "The Supplier keeps")) == []


@pytest.mark.parametrize(
    ("words", "is_whole", "said"),
    [
        ("As listed in the annex “Service levels”.", True, 1),
        ("As the clause “Penalties” says.", True, 1),
        ("As the clause “Backups” and the clause “Penalties and credits” say.", True, 0),
        ("See paragraph 2.", True, 0),
        ("See paragraph 2.", False, 1),
        ("Within article 28, paragraph 3 of the GDPR.", False, 0),
        ("Nothing else.", False, 0),
    ],
)
def test_what_proposed_words_refer_to(desk: Desk, words: str, is_whole: bool, said: int) -> None:
    assert (
        len(
            list(
                dangling(found(desk), words, ["Penalties and credits"] if "credits" in words else [], is_whole=is_whole)
            )
        )
        == said
    )
