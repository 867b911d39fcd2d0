"""A negotiation to practise: the learner acts for one side, a counterpart with a limit of its own acts by rule for the other.

The ladder of a clause is what the learner may offer, from the best rung to the worst: as it is written for the customer, from
its other end for the provider, for whom the last thing that a customer should accept is the first to offer. The counterpart has
a rung below which it need not go, drawn from the seed: it refuses everything above it, gives way by one rung to somebody who
insists with a reason, and sometimes does what calls for a lawyer. The same seed and moves give the same talk, so nothing has to
be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from assistant.quiz.question import chance
from assistant.quiz.source import plain
from knowledge.clause import Clause
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language, Side

Move = Literal["offer-0", "offer-1", "offer-2", "insist", "escalate", "walk", "accept"]
Status = Literal["open", "agreed", "escalated", "walked", "gave-in", "broken-off"]
MOVES: Final[tuple[Move, ...]] = get_args(Move)
RUNGS: Final = 3
ROUNDS: Final = 8
"""Moves after which the counterpart leaves."""
FULL: Final = 100
_LIMITS: Final = (0, 1, 1, 1, 2, 2, 2, RUNGS)
"""Rungs at which counterparts agree; `RUNGS` for one who agrees to none."""
_TRIGGER: Final = 0.25
"""How often the counterpart does what calls for a lawyer."""
_ENDS: Final[Mapping[str, Status]] = {"escalate": "escalated", "walk": "walked", "accept": "gave-in"}
"""How the moves that end a negotiation leave it."""
_COSTS: Final = {
    "skipped": 20,
    "early": 10,
    "back": 10,
    "below": 25,
    "too-early-lawyer": 30,
    "no-lawyer": 40,
    "left": 40,
    "gave-in": 60,
    "talked-out": 20,
}


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Who sits on the other side: the best rung it accepts, whether insisting moves it, when it crosses the line, and how."""

    limit: int
    yields: bool
    trigger: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Rung:
    """A wording that may be offered. For the customer, what it gives up and what it keeps; for the provider, what the customer
    gets and gives up with it."""

    text: str
    gives: str
    keeps: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said: by `you` or by `them`."""

    who: Literal["you", "them"]
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a move cost, and why; nothing for a good one."""

    cost: int
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """The negotiation so far. `score` and `remarks` are there at its end."""

    status: Status
    said: tuple[Said, ...]
    rung: int | None
    score: int | None
    remarks: tuple[Remark, ...]


@dataclass(slots=True)
class _State:
    counterpart: Counterpart
    limit: int
    rung: int | None = None
    insisted: bool = False
    triggered: bool = False
    status: Status = "open"


def counterpart(seed: str) -> Counterpart:
    """The counterpart of a seed."""
    random = chance(f"drill:{seed}")
    trigger = random.randint(2, 3) if random.random() < _TRIGGER else None
    return Counterpart(random.choice(_LIMITS), random.random() < 0.5, trigger, random.randrange(len(_LINES)))


def drills(library: Library) -> list[Clause]:
    """The clauses that can be negotiated."""
    return [clause for clause in library.clauses.values() if len(clause.ladder) >= RUNGS]


def play(
    clause: Clause, library: Library, seed: str, moves: Sequence[str], lang: Language, side: Side = "customer"
) -> Talk:
    """The talk that these moves make. Raises `InvalidInput` for a move that there is not, or after the end."""
    person = counterpart(seed)
    state = _State(person, person.limit)
    rungs = ladder(clause, side, lang)
    said: list[Said] = [Said("them", _opening(clause, library, side, lang))]
    remarks: list[Remark] = []
    for at, move in enumerate(moves, 1):
        if move not in MOVES:
            raise InvalidInput(f"there is no move {move!r}: choose of {', '.join(MOVES)}")
        if state.status != "open":
            raise InvalidInput("this negotiation is over: begin another")
        remarks += _judge(state, move, lang)
        said += _act(state, move, rungs, side, lang)
        if state.status == "open" and at == person.trigger:
            state.triggered = True
            said.append(Said("them", _crossing(clause, person, side, lang)))
        elif state.status == "open" and at >= ROUNDS:
            state.status = "broken-off"
            remarks.append(Remark(_COSTS["talked-out"], _REMARKS["talked-out"][lang]))
            said.append(Said("them", _WORDS["leave"][lang]))
    if state.status == "open":
        return Talk("open", tuple(said), state.rung, None, ())
    remarks += _outcome(state, lang)
    score = max(0, FULL - sum(remark.cost for remark in remarks))
    return Talk(state.status, tuple(said), state.rung, score, tuple(remarks))


def ladder(clause: Clause, side: Side, lang: Language) -> list[Rung]:
    """What a side may offer, the best first, with its variables printed.

    What a rung gives up is written from where the customer stands; what the customer gives up is what a provider keeps.
    """
    values = clause.values(side, {})
    steps = clause.ladder[:RUNGS] if side == "customer" else clause.ladder[RUNGS - 1 :: -1]
    return [
        Rung(
            plain(clause.fill(step.text[lang], values, lang)),
            *((step.give[lang], step.get[lang]) if side == "customer" else (step.get[lang], step.give[lang])),
        )
        for step in steps
    ]


def _judge(state: _State, move: str, lang: Language) -> list[Remark]:
    """What is to be said of a move before it is made."""
    found = []
    if state.triggered and move not in ("escalate", "walk"):
        state.triggered = False
        found.append("no-lawyer")
    if move == "escalate" and not state.triggered:
        found.append("too-early-lawyer")
    if move.startswith("offer-"):
        rung, before = int(move[-1]), -1 if state.rung is None else state.rung
        if rung > before + 1:
            found.append("skipped")
        if state.rung is not None and rung > state.rung and not state.insisted:
            found.append("early")
        if state.rung is not None and rung < state.rung:
            found.append("back")
    return [Remark(_COSTS[name], _REMARKS[name][lang]) for name in found]


def _act(state: _State, move: str, rungs: Sequence[Rung], side: Side, lang: Language) -> list[Said]:
    if move.startswith("offer-"):
        rung = int(move[-1])
        state.insisted = state.insisted and state.rung == rung
        state.rung = rung
        return [Said("you", rungs[rung].text), _answer(state, lang)]
    if move == "insist":
        if state.rung is None:
            raise InvalidInput("offer a wording first; there is nothing yet to insist on")
        if state.counterpart.yields and not state.insisted and state.limit == state.rung + 1:
            state.limit = state.rung
        state.insisted = True
        held = rungs[state.rung]
        reason = _WORDS[f"reason-{side}"][lang].format(held.keeps if side == "customer" else held.gives)
        return [Said("you", reason), _answer(state, lang)]
    state.status = _ENDS[move]
    return [Said("you", _WORDS[move][lang])]


def _answer(state: _State, lang: Language) -> Said:
    assert state.rung is not None
    if state.rung >= state.limit:
        state.status = "agreed"
        return Said("them", _WORDS["agreed"][lang])
    return Said("them", _WORDS["again" if state.insisted else "refused"][lang])


def _outcome(state: _State, lang: Language) -> list[Remark]:
    """What is to be said of the end."""
    best = (
        max(0, state.limit - 1) if state.counterpart.yields and state.limit == state.counterpart.limit else state.limit
    )
    if state.status == "agreed" and state.rung is not None:
        lost = max(0, state.rung - min(best, state.rung))
        return (
            [Remark(_COSTS["below"] * lost, _REMARKS["below"][lang])] if lost else [Remark(0, _REMARKS["well"][lang])]
        )
    if state.status == "walked" and not state.triggered and state.limit < RUNGS:
        return [Remark(_COSTS["left"], _REMARKS["left"][lang])]
    if state.status == "walked":
        return [Remark(0, _REMARKS["rightly-left"][lang])]
    if state.status == "gave-in":
        return [Remark(_COSTS["gave-in"], _REMARKS["gave-in"][lang])]
    if state.status == "escalated" and state.triggered:
        return [Remark(0, _REMARKS["rightly-escalated"][lang])]
    return []


def _opening(clause: Clause, library: Library, side: Side, lang: Language) -> str:
    point = library.negotiation.get(clause.type)
    return point.stance(side).objection[lang] if point else _WORDS[f"opening-{side}"][lang]


def _crossing(clause: Clause, person: Counterpart, side: Side, lang: Language) -> str:
    """What the counterpart does that calls for a lawyer: what the clause says for a customer, one of `_LINES` for a provider."""
    if side == "customer":
        return _WORDS["trigger"][lang].format(clause.escalation[lang])
    return _LINES[person.line][lang]


_WORDS: Final[dict[str, dict[Language, str]]] = {
    "opening-customer": {
        "en": "Our standard terms have always been enough for our customers.",
        "fr": "Nos conditions types ont toujours suffi à nos clients.",
    },
    "opening-provider": {
        "en": "These are the terms on which we buy; our other suppliers sign them.",
        "fr": "Ce sont nos conditions d'achat ; nos autres fournisseurs les signent.",
    },
    "refused": {"en": "We cannot sign that.", "fr": "Nous ne pouvons pas signer cela."},
    "again": {
        "en": "I understand the reason, but that is further than we can go.",
        "fr": "Je comprends la raison, mais c'est plus loin que nous ne pouvons aller.",
    },
    "agreed": {"en": "Agreed, in these words.", "fr": "D'accord, dans ces termes."},
    "reason-customer": {"en": "We insist, and here is why: {0}", "fr": "Nous insistons, et voici pourquoi : {0}"},
    "reason-provider": {
        "en": "We insist, and here is what it brings you: {0}",
        "fr": "Nous insistons, et voici ce que vous y gagnez : {0}",
    },
    "trigger": {
        "en": "Before we go on, you should know where we stand. (This is now a case for a lawyer: {0})",
        "fr": "Avant de continuer, sachez où nous en sommes. (Le cas relève à présent d'un avocat : {0})",
    },
    "leave": {
        "en": "We are going round in circles: let us stop here.",
        "fr": "Nous tournons en rond : arrêtons-nous là.",
    },
    "escalate": {"en": "Our lawyer will take it from here.", "fr": "Notre avocat va prendre la suite."},
    "walk": {"en": "On these terms we do not sign.", "fr": "À ces conditions, nous ne signons pas."},
    "accept": {"en": "Very well, we take your wording.", "fr": "Soit, nous prenons votre rédaction."},
}
_LINES: Final[tuple[dict[Language, str], ...]] = (
    {
        "en": "Before we go on, you should know that our lawyer is preparing a claim for the outage of last month.",
        "fr": "Avant de continuer, sachez que notre avocat prépare une réclamation pour la panne du mois dernier.",
    },
    {
        "en": "Before we go on: our group wants you to answer for everything without limit, beyond what any insurer covers.",
        "fr": "Avant de continuer : notre groupe veut que vous répondiez de tout, sans limite, au-delà de toute assurance.",
    },
    {
        "en": "Before we go on, you should know that we are a payment institution: our regulator has rules for this contract.",
        "fr": "Avant de continuer, sachez que nous sommes un établissement de paiement : notre régulateur encadre ce contrat.",
    },
)
"""What a customer says that calls for the provider's lawyer: a claim in view, a risk without cover, a regulated activity."""
_REMARKS: Final[dict[str, dict[Language, str]]] = {
    "skipped": {
        "en": "You went past a rung: what it would have kept was never offered.",
        "fr": "Vous avez sauté un échelon : ce qu'il aurait gardé n'a jamais été proposé.",
    },
    "early": {
        "en": "You gave way before you had insisted once with a reason.",
        "fr": "Vous avez cédé avant d'avoir insisté une fois avec une raison.",
    },
    "back": {
        "en": "You went back up the ladder: an offer that was made is hard to take back.",
        "fr": "Vous êtes remonté sur l'échelle : une offre faite se reprend difficilement.",
    },
    "below": {
        "en": "You agreed below what the other side was ready to sign.",
        "fr": "Vous avez conclu plus bas que ce que l'autre partie était prête à signer.",
    },
    "well": {
        "en": "You agreed on the best rung that the other side was ready to sign.",
        "fr": "Vous avez conclu sur le meilleur échelon que l'autre partie était prête à signer.",
    },
    "too-early-lawyer": {
        "en": "Nothing called for a lawyer yet: you could have gone on yourself.",
        "fr": "Rien n'appelait encore un avocat : vous pouviez poursuivre vous-même.",
    },
    "no-lawyer": {
        "en": "The case had become one for a lawyer, and you went on.",
        "fr": "Le cas relevait désormais d'un avocat, et vous avez continué.",
    },
    "rightly-escalated": {
        "en": "You passed to a lawyer at the right moment.",
        "fr": "Vous avez passé la main à un avocat au bon moment.",
    },
    "left": {
        "en": "You left although a rung of your ladder would have been signed.",
        "fr": "Vous êtes parti alors qu'un échelon de votre échelle aurait été signé.",
    },
    "rightly-left": {
        "en": "You were right to leave: no rung of your ladder would have been signed.",
        "fr": "Vous avez eu raison de partir : aucun échelon de votre échelle n'aurait été signé.",
    },
    "gave-in": {
        "en": "You took the other side's wording, which lies beyond the last rung.",
        "fr": "Vous avez pris la rédaction de l'autre partie, au-delà du dernier échelon.",
    },
    "talked-out": {
        "en": "The talk ended without a result: decide sooner whether to give way, to insist or to leave.",
        "fr": "La discussion s'est achevée sans résultat : décidez plus tôt de céder, d'insister ou de partir.",
    },
}
