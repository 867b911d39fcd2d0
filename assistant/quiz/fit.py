"""The parameters of FSRS as learners themselves show them: those under which what they remembered was likeliest.

The recurrence is FSRS-6 as the package `fsrs` has it, over all histories at once; the package's own optimizer needs pandas and
walks through torch answer by answer. The loss is that of the FSRS optimizers: the log-loss of every answer that came a day or
more after the last, and the squared distance from where the fit starts in units of how far learners differ
(`PARAMS_STDDEV` of github.com/open-spaced-repetition/fsrs-rs, from the histories of Anki's users). The minimum is found by
Fisher's scoring (R. A. Fisher, 1925; P. McCullagh and J. A. Nelder, "Generalized Linear Models", 1989, 2.5) with steps that
are halved until they help. Few answers so leave the parameters where they are, and many move them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assistant.quiz.attempt import Attempt
from assistant.quiz.schedule import rating_of, scheduler

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = npt.NDArray[np.float64]

ENOUGH: Final = 1000
"""Answers on a later day, of everybody together, below which nothing is fitted."""
ENOUGH_OWN: Final = 300
"""The same of one learner, for parameters of their own."""
SPREAD: Final[Mapping[int, float]] = {
    0: 1.0, 1: 1.0, 2: 1.0,  # first intervals, of which the logarithm is fitted
    4: 0.57, 8: 0.39, 9: 0.18, 10: 0.33, 11: 0.3, 13: 0.16, 14: 0.57, 15: 0.25, 17: 0.31, 20: 0.27,
}  # fmt: skip
"""The parameters that are fitted, with how far they differ between learners. Ours never answer "easy", and few answers tell
of the others."""
OWN: Final[Mapping[int, float]] = {0: 0.3, 2: 0.3, 8: 0.2}
"""The parameters of one learner, with how far they differ from everybody's: how long a first answer lasts, and how much each
review strengthens. More of them follow the chance of a few hundred answers rather than the learner."""
_INTERVALS: Final = frozenset({0, 1, 2})
"""Parameters that are intervals, of which the logarithm is searched."""
_BOUNDS: Final[Mapping[int, tuple[float, float]]] = {
    0: (0.05, 100), 1: (0.05, 100), 2: (0.05, 100), 4: (1, 10), 8: (0, 4.5), 9: (0, 0.8), 10: (0.001, 3.5), 11: (0.001, 5),
    13: (0.001, 0.9), 14: (0, 4), 15: (0, 1), 17: (0, 2), 20: (0.1, 0.8),
}  # fmt: skip
"""Between which the package takes them; what is forgotten within the hour is not what a first interval is for."""
_ROUNDS: Final = 15
_STEP: Final = 1e-4
_SETTLED: Final = 1e-3
"""A gain of loss so small that the search ends."""
_SURE: Final = 1e-5
"""The nearest that a chance comes to 0 or 1, so that one answer does not outweigh all others."""


@dataclass(frozen=True, slots=True)
class Histories:
    """Answers in rows, one item of one learner each, the longest first: `gaps` in whole days since the answer before,
    `ratings` from 1 (forgotten) to 3 (known), 0 after the last. `lengths` are those of the rows."""

    gaps: npt.NDArray[np.int64]
    ratings: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """The answers that tell of memory: not the first, and on a later day."""
        return np.asarray((self.gaps >= 1) & (self.ratings > 0))

    @property
    def reviews(self) -> int:
        """How many answers tell of memory."""
        return int(self.counted.sum())


def histories(attempts: Iterable[Attempt]) -> Histories:
    """The answers of one learner or of many."""
    rows: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in sorted(attempts, key=lambda one: one.answered_at):
        rows.setdefault((attempt.learner, attempt.item_id), []).append(attempt)
    ordered = sorted(rows.values(), key=len, reverse=True)
    shape = (len(ordered), len(ordered[0]) if ordered else 1)
    gaps, ratings = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for at, row in enumerate(ordered):
        ratings[at, : len(row)] = [rating_of(attempt) for attempt in row]
        for place in range(1, len(row)):
            gaps[at, place] = (row[place].answered_at - row[place - 1].answered_at).days
    return Histories(gaps, ratings, np.array([len(row) for row in ordered], np.int64))


def recalls(parameters: Sequence[float], told: Histories) -> Floats:
    """The chance of a right answer at every answer that tells of memory, as FSRS-6 with these parameters has it."""
    w = np.asarray(parameters, np.float64)
    decay = -w[20]
    factor = 0.9 ** (1 / decay) - 1
    found = np.ones(told.gaps.shape)
    first = told.ratings[:, 0]
    stability = np.maximum(w[np.maximum(first, 1) - 1], 0.001)
    difficulty = np.clip(w[4] - np.exp(w[5] * (first - 1)) + 1, 1, 10)
    for at in range(1, told.gaps.shape[1]):
        there = int(np.searchsorted(-told.lengths, -at))
        rating, gap, held, hard = told.ratings[:there, at], told.gaps[:there, at], stability[:there], difficulty[:there]
        recall = (1 + factor * gap / held) ** decay
        found[:there, at] = recall
        stability[:there] = np.where(gap < 1, _same_day(w, held, rating), _later(w, held, hard, recall, rating))
        difficulty[:there] = _difficulty(w, hard, rating)
    return found[told.counted]


def _same_day(w: Floats, stability: Floats, rating: npt.NDArray[np.int64]) -> Floats:
    growth = np.exp(w[17] * (rating - 3 + w[18])) * stability ** -w[19]
    return np.asarray(np.maximum(stability * np.where(rating > 1, np.maximum(growth, 1), growth), 0.001))


def _later(w: Floats, stability: Floats, difficulty: Floats, recall: Floats, rating: npt.NDArray[np.int64]) -> Floats:
    lapse = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * np.exp((1 - recall) * w[14])
    lapse = np.minimum(lapse, stability / np.exp(w[17] * w[18]))
    penalty = np.where(rating == 2, w[15], 1)
    growth = np.exp(w[8]) * (11 - difficulty) * stability ** -w[9] * (np.exp((1 - recall) * w[10]) - 1) * penalty
    return np.asarray(np.maximum(np.where(rating == 1, lapse, stability * (1 + growth)), 0.001))


def _difficulty(w: Floats, difficulty: Floats, rating: npt.NDArray[np.int64]) -> Floats:
    moved = difficulty + (10 - difficulty) * -w[6] * (rating - 3) / 9
    easy = w[4] - np.exp(w[5] * 3) + 1
    return np.asarray(np.clip(w[7] * easy + (1 - w[7]) * moved, 1, 10))


def log_loss(parameters: Sequence[float], told: Histories) -> float:
    """The mean log-loss of these parameters on answers that tell of memory; 0 where there are none."""
    known = (told.ratings > 1)[told.counted]
    return _unlikelihood(recalls(parameters, told), known) / max(len(known), 1)


def _unlikelihood(recall: Floats, known: npt.NDArray[np.bool_]) -> float:
    sure = np.clip(recall, _SURE, 1 - _SURE)
    return -float(np.log(np.where(known, sure, 1 - sure)).sum())


def fitted(told: Histories, start: Sequence[float] | None = None) -> tuple[float, ...] | None:
    """The likeliest parameters; `None` where there is too little to go by.

    They start from those of the package, for everybody; or from `start`, which is what everybody's are, for one learner.
    """
    if told.reviews < (ENOUGH if start is None else ENOUGH_OWN):
        return None
    if start is None:
        return _likeliest(told, _Search(tuple(scheduler(None).parameters), SPREAD))
    return _likeliest(told, _Search(tuple(start), OWN))


@dataclass(frozen=True, slots=True)
class _Search:
    """From where parameters are searched, and how far."""

    start: tuple[float, ...]
    spread: Mapping[int, float]

    @property
    def origin(self) -> Floats:
        """The first point: the parameters that are fitted, intervals by their logarithm."""
        return np.array([_inner(at, self.start[at]) for at in self.spread])

    @property
    def widths(self) -> Floats:
        """How far each coordinate differs between learners."""
        return np.array(list(self.spread.values()))

    def limit(self, side: int) -> Floats:
        """The lowest (0) or the highest (1) point."""
        return np.array([_inner(at, _BOUNDS[at][side]) for at in self.spread])

    def parameters(self, point: Floats) -> tuple[float, ...]:
        """All parameters at a point."""
        whole = list(self.start)
        for at, value in zip(self.spread, point, strict=True):
            whole[at] = float(np.exp(value)) if at in _INTERVALS else float(value)
        return tuple(whole)


def _inner(at: int, value: float) -> float:
    return float(np.log(value)) if at in _INTERVALS else value


def _likeliest(told: Histories, search: _Search) -> tuple[float, ...]:
    known = (told.ratings > 1)[told.counted]
    origin, widths, low, high = search.origin, search.widths, search.limit(0), search.limit(1)

    def loss(point: Floats) -> float:
        apart = float((((point - origin) / widths) ** 2).sum()) / 2
        return _unlikelihood(recalls(search.parameters(point), told), known) + apart

    point, best = origin, loss(origin)
    for _ in range(_ROUNDS):
        step = _step(told, search, point, known)
        tries = (np.clip(point - step / 2**halving, low, high) for halving in range(8))
        better = next(((worth, tried) for tried in tries if (worth := loss(tried)) < best), None)
        if better is None:
            break
        gained, (best, point) = best - better[0], better
        if gained < _SETTLED:
            break
    return tuple(round(value, 4) for value in search.parameters(point))


def _step(told: Histories, search: _Search, point: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    """Fisher's step: the gradient of the loss through the information that the answers bear."""
    recall = np.clip(recalls(search.parameters(point), told), _SURE, 1 - _SURE)
    slopes = np.stack(
        [(recalls(search.parameters(point + _STEP * unit), told) - recall) / _STEP for unit in np.eye(len(point))]
    )
    weighted = slopes / (recall * (1 - recall))
    gradient = weighted @ (recall - known) + (point - search.origin) / search.widths**2
    return np.asarray(np.linalg.solve(weighted @ slopes.T + np.diag(1 / search.widths**2), gradient))
