"""Training for one learner: the next question, the mark, progress, assessments. What the web and its programs are given."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any, Final

from assistant.quiz import draw
from assistant.quiz.attempt import Mode
from assistant.quiz.bank import Bank, assemble
from assistant.quiz.draw import Wanted
from assistant.quiz.form import form
from assistant.quiz.mark import Marked, Response, chosen, mark
from assistant.quiz.progress import Standing, missed_in_a_row, progress
from assistant.quiz.question import put
from assistant.quiz.record import Asked, Record, Sitting
from assistant.quiz.source import Place, Sources
from knowledge import blueprint
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import Language
from knowledge.quiz import Item, Source

STUMBLES: Final = 3
"""Wrong answers in a row on a topic, after which a shorter quiz on it is suggested."""
SHORTER: Final = 5
GRACE: Final = dt.timedelta(seconds=20)
"""What the network may take of the time of an assessment."""
FORMS_APART: Final = 2
"""Assessments whose items a new form avoids."""


class Training:
    """Over one library and one record. The bank is put together when it is first needed, unless it is given."""

    def __init__(self, library: Library, record: Record, own: Path | None = None, bank: Bank | None = None) -> None:
        self.library = library
        self.record = record
        self.sources = Sources(library)
        self._own = own
        self._bank = bank
        self._lock = Lock()

    @property
    def bank(self) -> Bank:
        """All items."""
        with self._lock:
            if self._bank is None:
                self._bank = assemble(self.library, self._own)
            return self._bank

    def next(
        self, learner: str, mode: Mode, wanted: Wanted, lang: Language, now: dt.datetime, random: Random
    ) -> dict[str, Any] | None:
        """The next question as JSON; `None` when a review has nothing left for today. Raises `NotFound` if none is like that."""
        asked = self.draw(learner, mode, wanted, now, random)
        return self.shown(asked, lang) if asked else None

    def draw(self, learner: str, mode: Mode, wanted: Wanted, now: dt.datetime, random: Random) -> Asked | None:
        """The next question, written down as put. Returns and raises as `next` does."""
        entries = draw.candidates(self.bank, wanted, now.date())
        attempts = self.record.attempts(learner)
        if mode == "review":
            entry = draw.review(entries, attempts, now, random, self.record.law(learner))
        elif mode == "weak":
            entry = draw.weak(entries, attempts, random)
        else:
            entry = draw.practice(entries, attempts, random)
        if entry is None:
            return None
        item = entry.item
        (asked,) = self.record.ask(learner, [(entry.id, item.topic, item.objective)], mode, now)
        return asked

    def question(self, learner: str, question_id: str, lang: Language) -> dict[str, Any]:
        """A question again, in either language; with its mark if it was answered and may be told. Raises `NotFound`."""
        asked = self.record.asked(learner, question_id)
        view = self.shown(asked, lang)
        if asked.response is not None and self._is_told(learner, asked):
            view["marked"] = self._marked(asked, _response(asked.response), lang)
        return view

    def answer(
        self, learner: str, question_id: str, response: Response, lang: Language, now: dt.datetime
    ) -> dict[str, Any]:
        """Mark the answer to a question and keep it; a second answer gets the mark of the first.

        In an assessment the mark is told at its end. Raises `NotFound`, and `InvalidInput` for what does not fit the
        question, or comes too late.
        """
        asked = self.record.asked(learner, question_id)
        if asked.response is None:
            self._in_time(learner, asked, now)
            item = self._item(asked)
            response = replace(response, claimed=(), said_in=lang if response.text else None)
            marked = mark(asked.item_id, item, asked.seed, response, lang)
            kept = _kept(response)
            names = chosen(asked.item_id, item, asked.seed, response)
            self.record.answer(learner, question_id, kept, names, marked.score, response.sure, now)
            asked = replace(asked, response=kept, score=marked.score, sure=response.sure)
        if not self._is_told(learner, asked):
            return {"question_id": question_id, "recorded": True, "marked": None, "suggestion": None}
        return {
            "question_id": question_id,
            "recorded": True,
            "marked": self._marked(asked, _response(asked.response or {}), lang),
            "suggestion": self._suggestion(learner, self._item(asked).topic, lang),
        }

    def correct(self, learner: str, question_id: str, claimed: Iterable[str], lang: Language) -> dict[str, Any]:
        """Count elements of a text in one's own words that were said, though we did not find them; the new mark.

        Raises `NotFound`, and `InvalidInput` for a question that is not like that, or elements that it does not have.
        """
        asked = self.record.asked(learner, question_id)
        item = self._item(asked)
        if asked.response is None or item.type != "open":
            raise InvalidInput("only an answer in your own words that was marked can be corrected: answer it first")
        response = replace(_response(asked.response), claimed=tuple(sorted(set(claimed))), sure=asked.sure)
        marked = mark(asked.item_id, item, asked.seed, response, lang)
        self.record.correct(learner, question_id, _kept(response), marked.score)
        return {
            "question_id": question_id,
            "recorded": True,
            "marked": self._marked(asked, response, lang),
            "suggestion": None,
        }

    def shown(self, asked: Asked, lang: Language) -> dict[str, Any]:
        """A question as JSON, without anything that tells its answer."""
        question = put(asked.item_id, self._item(asked), asked.seed, lang)
        view = asdict(question)
        del view["item_id"]
        topic = self.library.topics[question.topic]
        return view | {
            "id": asked.id,
            "mode": asked.mode,
            "place": asked.place if asked.sitting_id else None,
            "sitting_id": asked.sitting_id,
            "topic_name": topic.name[lang],
            "answered": asked.response is not None,
            "marked": None,
        }

    def progress(self, learner: str, lang: Language, now: dt.datetime) -> dict[str, Any]:
        """Everything about a learner's progress, with names."""
        attempts = self.record.attempts(learner)
        made = progress(attempts, now.date())
        plan = blueprint.load()
        topics = {
            topic: _stood(self.library.topics[topic].name[lang], one)
            for topic, one in sorted(made.topics.items(), key=lambda pair: pair[1].strength)
            if topic in self.library.topics
        }  # fmt: skip
        objectives = {
            key: _stood(goal.text[lang], one)
            for key, goal in plan.objectives.items()
            if (one := made.objectives.get(key))
        }
        known = [entry for entry in self.bank.entries.values() if entry.is_open(now.date())]
        return {
            "answers": made.answers,
            "mean": made.mean,
            "streak": made.streak,
            "days": made.days,
            "due": draw.due_count(known, attempts, now, self.record.law(learner)),
            "topics": topics,
            "topics_available": {
                slug: self.library.topics[slug].name[lang] for slug in sorted({entry.item.topic for entry in known})
            },
            "objectives": objectives,
            "certainty": [asdict(one) for one in made.certainty],
            "cohort": self.record.cohort_of(learner),
            "assessments": [self.outcome(one) for one in self.record.sittings(learner)],
        }

    # --- assessments ---

    def begin(self, learner: str, now: dt.datetime, seed: str | None = None) -> dict[str, Any]:
        """Begin an assessment, or go on with the one that is running."""
        running = next((one for one in self.record.sittings(learner) if self._is_running(one, now)), None)
        if running:
            return self.assessment(learner, running.id, now)
        seen = {
            question.item_id
            for one in self.record.sittings(learner)[:FORMS_APART]
            for question in self.record.questions(one.id)
        }
        made = form(self.bank, blueprint.load(), seed or secrets.token_hex(6), now.date(), seen)
        items = [(key, self.bank.entries[key].item) for key in made.items]
        sitting = self.record.sit(learner, made.seed, now)
        self.record.ask(
            learner, [(key, item.topic, item.objective) for key, item in items], "assessment", now, sitting.id
        )
        return self.assessment(learner, sitting.id, now)

    def assessment(self, learner: str, sitting_id: str, now: dt.datetime) -> dict[str, Any]:
        """An assessment with its questions in order and the time that is left; over, it is ended. Raises `NotFound`."""
        sitting = self.record.sitting(learner, sitting_id)
        if sitting.finished_at is None and now > self._end(sitting) + GRACE:
            return self.finish(learner, sitting_id, now)
        questions = self.record.questions(sitting_id)
        left = max(0, int((self._end(sitting) - now).total_seconds())) if sitting.finished_at is None else 0
        return self.outcome(sitting) | {
            "seconds_left": left,
            "questions": [
                {
                    "id": one.id,
                    "place": one.place,
                    "answered": one.response is not None,
                    "score": (one.score or 0.0) if sitting.finished_at else None,
                }
                for one in questions
            ],
        }

    def finish(self, learner: str, sitting_id: str, now: dt.datetime) -> dict[str, Any]:
        """End an assessment: what was not answered counts nothing. Raises `NotFound`."""
        sitting = self.record.sitting(learner, sitting_id)
        if sitting.finished_at is None:
            score = sum(question.score or 0.0 for question in self.record.questions(sitting_id))
            self.record.finish(sitting_id, round(score, 2), min(now, self._end(sitting)))
        return self.assessment(learner, sitting_id, now)

    def outcome(self, sitting: Sitting) -> dict[str, Any]:
        """How an assessment ended, or that it runs."""
        plan = blueprint.load().assessment
        return {
            "id": sitting.id,
            "started_at": sitting.started_at.isoformat(),
            "finished_at": sitting.finished_at.isoformat() if sitting.finished_at else None,
            "score": sitting.score,
            "of": len(plan.slots),
            "pass_mark": plan.pass_mark,
            "minutes": plan.minutes,
            "passed": sitting.score >= plan.pass_mark if sitting.score is not None else None,
            "certificate": sitting.certificate,
        }

    def certify(self, learner: str, sitting_id: str, name: str) -> Sitting:
        """The passed assessment with its certificate for a name, of which a digest alone is kept.

        Raises `InvalidInput` if it was not passed, or for another name than the first.
        """
        sitting = self.record.sitting(learner, sitting_id)
        name = " ".join(name.split())
        if not name or len(name) > 100:
            raise InvalidInput("write the name that the certificate should bear, in up to 100 characters")
        if not self.outcome(sitting)["passed"]:
            raise InvalidInput("a certificate is given for an assessment that was passed and has ended")
        number = self.record.certify(sitting_id, bearer(sitting_id, name))
        return replace(sitting, certificate=number, bearer=bearer(sitting_id, name))

    def place(self, item_id: str, lang: Language) -> tuple[Item, Place]:
        """An item with the text behind its source. Raises `NotFound`."""
        item = self.bank.entry(item_id).item
        return item, self.sources.place(item.source, lang)

    def _in_time(self, learner: str, asked: Asked, now: dt.datetime) -> None:
        if asked.sitting_id:
            sitting = self.record.sitting(learner, asked.sitting_id)
            if sitting.finished_at or now > self._end(sitting) + GRACE:
                raise InvalidInput("this assessment has ended: the answer came too late")

    def _is_told(self, learner: str, asked: Asked) -> bool:
        """Whether the mark may be told: in an assessment not before its end."""
        return not asked.sitting_id or self.record.sitting(learner, asked.sitting_id).finished_at is not None

    def _is_running(self, sitting: Sitting, now: dt.datetime) -> bool:
        return sitting.finished_at is None and now <= self._end(sitting)

    @staticmethod
    def _end(sitting: Sitting) -> dt.datetime:
        return sitting.started_at + dt.timedelta(minutes=blueprint.load().assessment.minutes)

    def _item(self, asked: Asked) -> Item:
        return self.bank.entry(asked.item_id).item

    def _marked(self, asked: Asked, response: Response, lang: Language) -> dict[str, Any]:
        item = self._item(asked)
        marked = mark(asked.item_id, item, asked.seed, response, lang)
        return told(marked) | {
            "item_id": asked.item_id,
            "sure": asked.sure,
            "source": self._cited(asked.item_id, item.source, lang),
            "authorities": [key for key in item.authorities if key in self.library.authorities],
            "clause": item.clause,
        }

    def _cited(self, item_id: str, source: Source, lang: Language) -> dict[str, str]:
        place = self.sources.place(source, lang)
        return {
            "kind": place.kind,
            "title": place.title,
            "quote": source.quote[lang],
            "url": f"/train/sources/{item_id}?lang={lang}#quote",
        }

    def _suggestion(self, learner: str, topic: str, lang: Language) -> dict[str, Any] | None:
        """After some wrong answers in a row: a shorter quiz on the topic, and its clauses."""
        if missed_in_a_row(self.record.attempts(learner), topic) < STUMBLES:
            return None
        clauses = [
            {"type": clause.type, "title": clause.title[lang]}
            for clause in self.library.clauses.values()
            if clause.topics[:1] == (topic,)
        ]
        return {"topic": topic, "name": self.library.topics[topic].name[lang], "count": SHORTER, "clauses": clauses}


def _stood(name: str, standing: Standing) -> dict[str, Any]:
    return {"name": name, "answers": standing.answers, "mean": standing.mean, "strength": standing.strength}


def told(marked: Marked) -> dict[str, Any]:
    """A mark as JSON."""
    return asdict(marked) | {"verdict": marked.verdict}


def bearer(sitting_id: str, name: str) -> str:
    """The digest by which the name on a certificate is checked."""
    plain = " ".join(name.casefold().split())
    return hashlib.sha256(f"{sitting_id}:{plain}".encode()).hexdigest()


def _kept(response: Response) -> dict[str, Any]:
    """An answer as it is kept; how sure it was stands apart."""
    return {key: value for key, value in asdict(response).items() if value and key != "sure"}


def _response(kept: Mapping[str, Any]) -> Response:
    known: dict[str, Any] = dict(kept)
    for name in ("choices", "order", "claimed"):
        if isinstance(known.get(name), Sequence):
            known[name] = tuple(known[name])
    return Response(**known)
