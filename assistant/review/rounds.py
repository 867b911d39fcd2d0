"""Rounds of a negotiation: what became of our changes in the version that came back, what is new, and what is not marked.

A version is two texts: what it says with its tracked changes, and what it said before them. Versions are compared paragraph by
paragraph; blanks, quotation marks and dashes do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from knowledge.models import Language

Outcome = Literal["unmarked", "changed", "countered", "refused", "open", "accepted"]
"""Changed by them without a mark; changed with one; ours, answered with other words; ours, refused; ours, still a tracked
change; ours, accepted."""
OUTCOMES: Final[tuple[Outcome, ...]] = ("unmarked", "changed", "countered", "refused", "open", "accepted")
ALIKE: Final = 0.5
"""How alike two paragraphs must be to be versions of one (Dice's coefficient over words, from 0 to 1)."""
LABELS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "unmarked": "Changed without a mark", "changed": "Newly changed", "countered": "Ours, answered with other words",
        "refused": "Ours, refused", "open": "Ours, not answered", "accepted": "Ours, accepted", "before": "before",
        "ours": "ours", "now": "now", "nothing": "(nothing)", "same": "Nothing differs.",
    },
    "fr": {
        "unmarked": "Modifié sans être signalé", "changed": "Nouvelle modification",
        "countered": "De nous, autre rédaction en réponse", "refused": "De nous, refusé", "open": "De nous, sans réponse",
        "accepted": "De nous, accepté", "before": "avant", "ours": "de nous", "now": "désormais", "nothing": "(rien)",
        "same": "Aucune différence.",
    },
}  # fmt: skip
_SAME: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Version:
    """What a version of the contract says with its tracked changes, and without them. A file that has none says one thing."""

    text: str
    before: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One paragraph and what became of it. `start` and `end` are where `now` stands in the text of the second version."""

    outcome: Outcome
    before: str | None
    """What stood there before our changes; `None` for nothing."""
    ours: str | None
    """What we proposed; the same as `before` where we proposed nothing."""
    now: str | None
    start: int | None = None
    end: int | None = None


def rounds(first: Version, second: Version) -> tuple[Turn, ...]:
    """Compare what we sent with what came back: every paragraph that we or they changed, in the order of the text."""
    sent, back = _lines(first.text), _lines(second.text)
    former = _former(sent, _lines(first.before))
    marked = _former(back, _lines(second.before))
    struck = [one for at, one in former if at is None and one is not None]
    base, shown = dict(former), dict(marked)
    known = {_plain(line) for line in _lines(second.before)}
    found: list[Turn] = []
    place = 0
    for left, right in _pairs(sent, back):
        now = back[right] if right is not None else None
        start = second.text.find(now, place) if now else -1
        place = start if start >= 0 else place
        turn = _turn(
            before=base.get(left) if left is not None else None,
            ours=sent[left] if left is not None else None,
            now=now,
            marked_from=shown.get(right) if right is not None else None,
            struck=struck,
            known=known,
        )
        if turn:
            found.append(turn if start < 0 or now is None else _at(turn, start, start + len(now)))
    kept = {_plain(line) for line in back}
    found += [Turn("accepted", line, None, None) for line in struck if _plain(line) not in kept]
    return tuple(found)


def as_json(first: str, second: str, turns: Sequence[Turn]) -> dict[str, Any]:
    """The comparison as it is given out; `first` and `second` are the names of the files."""
    counts = Counter(turn.outcome for turn in turns)
    return {
        "first": first,
        "second": second,
        "summary": {outcome: counts[outcome] for outcome in OUTCOMES},
        "turns": [asdict(turn) for turn in turns],
    }


def as_text(turns: Sequence[Turn], lang: Language) -> str:
    """The comparison on a screen, what is not marked first."""
    labels, colon = LABELS[lang], " :" if lang == "fr" else ":"
    lines: list[str] = []
    for outcome in OUTCOMES:
        group = [turn for turn in turns if turn.outcome == outcome]
        lines += [f"{labels[outcome]} ({len(group)})"] if group else []
        for turn in group:
            said = [("before", turn.before), ("ours", turn.ours), ("now", turn.now)]
            if turn.before == turn.ours:
                said.pop(1)
            lines += [f"  {labels[name]}{colon} {words or labels['nothing']}" for name, words in said] + [""]
    return "\n".join(lines or [labels["same"]]).rstrip() + "\n"


def _turn(
    *,
    before: str | None,
    ours: str | None,
    now: str | None,
    marked_from: str | None,
    struck: Sequence[str],
    known: set[str],
) -> Turn | None:
    was, said, is_now, base = _plain(before), _plain(ours), _plain(now), _plain(marked_from)
    if ours is None:
        if any(_plain(line) == is_now for line in struck):
            return Turn("refused", now, None, now)
        return Turn("changed" if marked_from is None else "unmarked", None, None, now)
    if was != said:
        if is_now == said:
            return Turn("accepted" if base == is_now else "open", before, ours, now)
        return Turn("refused" if is_now == was else "countered", before, ours, now)
    if is_now == said:
        return None
    is_marked = base == said if now is not None else said in known
    return Turn("changed" if is_marked else "unmarked", before, ours, now)


def _at(turn: Turn, start: int, end: int) -> Turn:
    return Turn(turn.outcome, turn.before, turn.ours, turn.now, start, end)


def _former(after: Sequence[str], before: Sequence[str]) -> list[tuple[int | None, str | None]]:
    """For each paragraph of `after` what it was before; and those that are gone."""
    return [(right, before[left] if left is not None else None) for left, right in _pairs(before, after)]


def _pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Indices of paragraphs that are versions of one, in order; `None` for what only one side has."""
    first, second = ([_plain(line) for line in side] for side in (left, right))
    words = [[Counter(line.split()) for line in side] for side in (first, second)]
    for kind, i, j, k, m in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(range(i, j), range(k, m), strict=True)
        else:
            yield from _alike(words[0], words[1], range(i, j), range(k, m))


def _alike(
    left: Sequence[Counter[str]], right: Sequence[Counter[str]], ours: range, theirs: range
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the paragraphs of a stretch that differs, each with the first one left that is alike; as many on both sides
    between two pairs were rewritten one by one."""
    start, free = ours.start, theirs.start
    for at in ours:
        match = next((other for other in range(free, theirs.stop) if _ratio(left[at], right[other]) >= ALIKE), None)
        if match is not None:
            yield from _rewritten(range(start, at), range(free, match))
            yield at, match
            start, free = at + 1, match + 1
    yield from _rewritten(range(start, ours.stop), range(free, theirs.stop))


def _rewritten(ours: range, theirs: range) -> Iterator[tuple[int | None, int | None]]:
    if len(ours) == len(theirs):
        yield from zip(ours, theirs, strict=True)
    else:
        yield from ((at, None) for at in ours)
        yield from ((None, at) for at in theirs)


def _ratio(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _plain(line: str | None) -> str:
    return " ".join((line or "").translate(_SAME).split())
