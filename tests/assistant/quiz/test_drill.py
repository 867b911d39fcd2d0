"""The negotiation: what each way of playing is worth against a counterpart that is known."""

from __future__ import annotations

from typing import get_args

import pytest

from assistant.quiz.drill import FULL, MOVES, ROUNDS, RUNGS, Counterpart, Talk, counterpart, drills, ladder, play
from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Side
from tests.assistant.quiz import shelf

CLAUSE = "reversibility"


def seed_of(**wanted: object) -> str:
    """A seed whose counterpart is like that."""
    return next(s for s in map(str, range(3000)) if all(getattr(counterpart(s), k) == v for k, v in wanted.items()))


def talk(seed: str, *moves: str, side: Side = "customer") -> Talk:
    library = shelf.library()
    kind = CLAUSE if CLAUSE in library.clauses else next(iter(library.clauses))
    return play(library.clause(kind), library, seed, moves, "en", side)


SIDES = pytest.mark.parametrize("side", get_args(Side))


FIRM = {"limit": 1, "yields": False, "trigger": None}
SOFT = {"limit": 1, "yields": True, "trigger": None}
HARD = {"limit": RUNGS, "yields": False, "trigger": None}
LAST = {"limit": 2, "yields": False, "trigger": None}
CROSSES = {"limit": 2, "yields": False, "trigger": 2}


@SIDES
@pytest.mark.parametrize(
    ("person", "moves", "status", "score"),
    [
        (FIRM, ("offer-0", "insist", "offer-1"), "agreed", 100),
        (FIRM, ("offer-0", "offer-1"), "agreed", 90),
        (FIRM, ("offer-0", "insist", "offer-2"), "agreed", 55),
        (FIRM, ("offer-2",), "agreed", 55),
        (SOFT, ("offer-0", "insist"), "agreed", 100),
        (SOFT, ("offer-0", "offer-1"), "agreed", 65),
        (LAST, ("offer-0", "insist", "offer-1", "insist", "offer-2"), "agreed", 100),
        (LAST, ("offer-0", "insist", "offer-1", "offer-0", "offer-1", "insist", "offer-2"), "agreed", 80),
        (HARD, ("offer-0", "insist", "offer-1", "insist", "offer-2", "insist", "walk"), "walked", 100),
        (FIRM, ("offer-0", "walk"), "walked", 60),
        (FIRM, ("offer-0", "accept"), "gave-in", 40),
        (FIRM, ("offer-0", "escalate"), "escalated", 70),
        (CROSSES, ("offer-0", "insist", "escalate"), "escalated", 100),
        (CROSSES, ("offer-0", "insist", "offer-1", "insist", "offer-2"), "agreed", 60),
        (HARD, ("offer-0", *("insist",) * (ROUNDS - 1)), "broken-off", 80),
    ],
)  # fmt: skip
def test_every_way_has_its_worth(
    person: dict[str, object], moves: tuple[str, ...], status: str, score: int, side: Side
) -> None:
    made = talk(seed_of(**person), *moves, side=side)
    assert (made.status, made.score) == (status, score), made.remarks
    assert made.remarks


def test_nothing_is_told_before_the_end() -> None:
    made = talk(seed_of(**FIRM), "offer-0", "insist")
    assert (made.status, made.score, made.remarks) == ("open", None, ())


def test_the_same_seed_is_the_same_person() -> None:
    assert counterpart("x") == counterpart("x")
    assert len({counterpart(str(n)) for n in range(200)}) > 8
    assert isinstance(counterpart("x"), Counterpart)


@pytest.mark.parametrize("moves", [("nothing",), ("insist",), ("offer-0", "walk", "walk")])
def test_what_cannot_be_done_is_refused(moves: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        talk(seed_of(**FIRM), *moves)


@SIDES
def test_every_clause_can_be_negotiated_in_both_languages(side: Side) -> None:
    library = shelf.library()
    assert len(drills(library)) == len(library.clauses)
    seed = seed_of(limit=RUNGS, trigger=3)
    for clause in drills(library):
        for lang in LANGUAGES:
            said = play(clause, library, seed, ("offer-0", "insist", "offer-1", "insist"), lang, side).said
            assert len(said) == 10
            assert all(line.text and "{" not in line.text for line in said)


def test_a_provider_begins_where_the_customers_ladder_ends() -> None:
    library = shelf.library()
    clause = library.clause("liability")
    ours, theirs = ladder(clause, "provider", "en"), ladder(clause, "customer", "en")
    assert len(ours) == len(theirs) == RUNGS
    assert "insurer covers" in ours[0].text
    assert [rung.gives for rung in ours] == [rung.keeps for rung in theirs[::-1]]
    assert [rung.keeps for rung in ours] == [rung.gives for rung in theirs[::-1]]
    point = library.negotiation["liability"]
    openings = [play(clause, library, "1", (), "en", side).said[0].text for side in ("customer", "provider")]
    assert openings == [point.customer.objection["en"], point.provider.objection["en"]]


def test_what_calls_for_a_lawyer_is_said_for_each_side() -> None:
    library = shelf.library()
    clause = library.clause("liability")
    lines = {
        play(clause, library, seed_of(trigger=2, limit=RUNGS, line=line), ("offer-0", "insist"), "en", "provider")
        .said[-1]
        .text
        for line in range(3)
    }
    assert len(lines) == 3
    customer = play(clause, library, seed_of(trigger=2, limit=RUNGS), ("offer-0", "insist"), "en").said[-1].text
    assert clause.escalation["en"] in customer
    assert all(clause.escalation["en"] not in line for line in lines)


def test_no_play_is_worth_more_than_all_or_less_than_nothing() -> None:
    for seed in map(str, range(40)):
        for first in MOVES:
            if first == "insist":
                continue
            moves = [first]
            made = talk(seed, *moves)
            while made.status == "open":
                moves.append("insist")
                made = talk(seed, *moves)
            assert made.score is not None
            assert 0 <= made.score <= FULL
