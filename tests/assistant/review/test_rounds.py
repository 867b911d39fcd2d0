"""What became of our changes, what is new, and what is not marked."""

from __future__ import annotations

import pytest

from assistant.review.rounds import OUTCOMES, Version, as_json, as_text, rounds

NOTICE = "Le préavis est de six mois avant l'échéance du contrat."
OURS = "Le préavis est de 3 mois avant l'échéance du contrat."
THEIRS = "Le préavis est de 4 mois avant l'échéance du contrat."
PRICE = "La redevance est de 690 euros hors taxes par mois."
DEARER = "La redevance est de 790 euros hors taxes par mois."
NEW = "Le Prestataire remet un plan de réversibilité au Client."
SENT = Version(f"Contrat\n\n{PRICE}\n\n{OURS}", f"Contrat\n\n{PRICE}\n\n{NOTICE}")


def said(*lines: str) -> str:
    return "\n\n".join(("Contrat", *lines))


CASES = [
    ("accepted", Version(said(PRICE, OURS), said(PRICE, OURS)), NOTICE, OURS, OURS),
    ("refused", Version(said(PRICE, NOTICE), said(PRICE, NOTICE)), NOTICE, OURS, NOTICE),
    ("open", Version(said(PRICE, OURS), said(PRICE, NOTICE)), NOTICE, OURS, OURS),
    ("countered", Version(said(PRICE, THEIRS), said(PRICE, NOTICE)), NOTICE, OURS, THEIRS),
]


@pytest.mark.parametrize(("outcome", "back", "before", "ours", "now"), CASES)
def test_what_became_of_ours(outcome: str, back: Version, before: str, ours: str, now: str) -> None:
    (turn,) = rounds(SENT, back)
    assert (turn.outcome, turn.before, turn.ours, turn.now) == (outcome, before, ours, now)
    assert turn.start is not None
    assert back.text[turn.start : turn.end] == now


@pytest.mark.parametrize(("base", "outcome"), [(PRICE, "changed"), (DEARER, "unmarked")])
def test_a_change_of_theirs_is_marked_or_not(base: str, outcome: str) -> None:
    back = Version(said(DEARER, OURS), said(base, OURS))
    turns = {turn.outcome: turn for turn in rounds(SENT, back)}
    assert set(turns) == {outcome, "accepted"}
    assert (turns[outcome].before, turns[outcome].now) == (PRICE, DEARER)  # type: ignore[index]


@pytest.mark.parametrize(("base", "outcome"), [(said(PRICE, OURS), "changed"), (said(OURS), "unmarked")])
def test_a_paragraph_of_theirs_that_is_gone(base: str, outcome: str) -> None:
    assert {turn.outcome for turn in rounds(SENT, Version(said(OURS), base))} == {outcome, "accepted"}


@pytest.mark.parametrize(("base", "outcome"), [(said(PRICE, OURS), "changed"), (said(PRICE, OURS, NEW), "unmarked")])
def test_a_paragraph_of_theirs_that_is_new(base: str, outcome: str) -> None:
    turns = rounds(SENT, Version(said(PRICE, OURS, NEW), base))
    assert [(turn.outcome, turn.now) for turn in turns] == [("accepted", OURS), (outcome, NEW)]


def test_a_paragraph_that_we_put_in_or_struck_out() -> None:
    sent = Version(said(PRICE, NEW), said(NOTICE, PRICE))
    assert [turn.outcome for turn in rounds(sent, Version(said(PRICE, NEW), said(PRICE, NEW)))] == ["accepted"] * 2
    back = said(NOTICE, PRICE)
    assert [turn.outcome for turn in rounds(sent, Version(back, back))] == ["refused"] * 2


def test_a_paragraph_that_we_rewrote_is_one_change() -> None:
    sent = Version(said(PRICE, NEW), said(PRICE, NOTICE))
    (turn,) = rounds(sent, Version(said(PRICE, NOTICE), said(PRICE, NOTICE)))
    assert (turn.outcome, turn.before, turn.ours, turn.now) == ("refused", NOTICE, NEW, NOTICE)


def test_quotation_marks_and_blanks_are_no_change() -> None:
    text = said(PRICE, NOTICE)
    curved = text.replace("'", "’").replace("690 euros", "690\u00a0euros")
    assert rounds(Version(text, text), Version(curved, curved)) == ()
    assert as_text((), "fr") == "Aucune différence.\n"


def test_it_is_told_with_what_is_not_marked_first() -> None:
    back = said(DEARER, NOTICE)
    turns = rounds(SENT, Version(back, back))
    told = as_text(turns, "fr")
    assert told.index("Modifié sans être signalé (1)") < told.index("De nous, refusé (1)")
    assert f"désormais : {DEARER}" in told
    out = as_json("a.docx", "b.docx", turns)
    assert set(out["summary"]) == set(OUTCOMES)
    assert out["summary"]["unmarked"] == out["summary"]["refused"] == 1
    assert out["turns"][0]["outcome"] == "unmarked"
