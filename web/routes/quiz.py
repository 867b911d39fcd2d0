"""Training for programs: questions, answers, progress, assessments, certificates, and what a learner may take away."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from assistant.quiz.attempt import Mode
from assistant.quiz.draw import Wanted, candidates, check_topics
from assistant.quiz.drill import MOVES, play
from assistant.quiz.exchange.write import ENDINGS, TYPES, Format, export
from assistant.quiz.report import report
from assistant.quiz.training import bearer
from knowledge.models import Language
from web.access import ANYONE, TRAINERS, Visitor, VisitorDep, allow
from web.deps import AddressDep, now
from web.present import authorities
from web.training import (
    COOKIE,
    AnsweredOut,
    AnswerIn,
    AssessmentOut,
    CertificateOut,
    CodeIn,
    CohortIn,
    CorrectionIn,
    Desk,
    DeskDep,
    DrillIn,
    LearnerDep,
    NextOut,
    ProgressOut,
    QuestionOut,
    TalkOut,
)

router = APIRouter(prefix="/api/v1/quiz", tags=["quiz"], dependencies=[allow(ANYONE)])
trainers = APIRouter(prefix="/api/v1/quiz", tags=["quiz"], dependencies=[allow(TRAINERS)])
EXPORTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, in the format asked for.",
        "content": {media.partition(";")[0]: {} for media in TYPES.values()},
    }
}
SittingId = Annotated[str, Path(max_length=100)]
QuestionId = Annotated[str, Path(max_length=100)]
Lang = Annotated[Language, Query()]


@router.get("/next", response_model=NextOut)
def following(
    desk: DeskDep,
    learner: LearnerDep,
    address: AddressDep,
    mode: Annotated[Mode, Query(description="`assessment` is begun by itself.")] = "practice",
    topics: Annotated[str, Query(max_length=2000, description="Topics, separated by commas.")] = "",
    difficulty: Annotated[int | None, Query(ge=1, le=3)] = None,
    lang: Lang = "en",
) -> Any:
    """The next question of a practice, of the day's review, or of what is weak. None: the review is done for today."""
    desk.limiter.check(address)
    slugs = check_topics([part.strip() for part in topics.split(",") if part.strip()], desk.training.library.topics)
    chosen: Mode = "practice" if mode == "assessment" else mode
    random = secrets.SystemRandom()
    return {"question": desk.training.next(learner, chosen, Wanted(slugs, difficulty), lang, now(), random)}


@router.get("/questions/{question_id}", response_model=QuestionOut)
def question(
    desk: DeskDep, learner: LearnerDep, visitor: VisitorDep, question_id: QuestionId, lang: Lang = "en"
) -> Any:
    """One's own question again, in either language; with its mark once it may be told."""
    found = desk.training.question(learner, question_id, lang)
    return found | {"marked": _dressed(found["marked"], desk, visitor, lang)}


@router.post("/answers", response_model=AnsweredOut)
def answer(desk: DeskDep, learner: LearnerDep, visitor: VisitorDep, address: AddressDep, given: AnswerIn) -> Any:
    """Answer a question. The mark comes with the reasons for every option and the source, word for word."""
    desk.limiter.check(address)
    done = desk.training.answer(learner, given.question_id, given.response(), given.lang, now())
    return done | {"marked": _dressed(done["marked"], desk, visitor, given.lang)}


@router.post("/corrections", response_model=AnsweredOut)
def correct(desk: DeskDep, learner: LearnerDep, visitor: VisitorDep, address: AddressDep, given: CorrectionIn) -> Any:
    """Say of an answer in one's own words which elements it holds though they were not found; the mark follows."""
    desk.limiter.check(address)
    done = desk.training.correct(learner, given.question_id, given.claimed, given.lang)
    return done | {"marked": _dressed(done["marked"], desk, visitor, given.lang)}


@router.get("/progress", response_model=ProgressOut)
def progress(desk: DeskDep, learner: LearnerDep, lang: Lang = "en") -> Any:
    """One's own progress by topic and objective, how sure against how right, and what is due."""
    return desk.training.progress(learner, lang, now())


@router.post("/assessments", response_model=AssessmentOut)
def begin(desk: DeskDep, learner: LearnerDep, address: AddressDep) -> Any:
    """Begin an assessment of forty questions, or go on with the one that is running."""
    desk.limiter.check(address)
    return desk.training.begin(learner, now())


@router.get("/assessments/{sitting_id}", response_model=AssessmentOut)
def assessment(desk: DeskDep, learner: LearnerDep, sitting_id: SittingId) -> Any:
    """One's own assessment: what is answered, and the time that is left."""
    return desk.training.assessment(learner, sitting_id, now())


@router.post("/assessments/{sitting_id}/end", response_model=AssessmentOut)
def end(desk: DeskDep, learner: LearnerDep, sitting_id: SittingId) -> Any:
    """End an assessment. What was not answered counts nothing."""
    return desk.training.finish(learner, sitting_id, now())


@router.get("/certificates/{number}", response_model=CertificateOut)
def certificate(
    desk: DeskDep, address: AddressDep, number: Annotated[str, Path(max_length=40)], name: str | None = None
) -> Any:
    """What a certificate was given for; with a `name`, whether it was given to that name."""
    desk.limiter.check(address)
    return verified(desk, number, name)


@router.post("/cohort")
def join(desk: DeskDep, learner: LearnerDep, address: AddressDep, given: CodeIn) -> dict[str, str]:
    """Join a cohort by its code. Its trainer sees figures of the whole, never who answered what."""
    desk.limiter.check(address)
    return {"cohort": desk.training.record.join(learner, given.code, now())}


@router.delete("/cohort")
def leave(desk: DeskDep, learner: LearnerDep) -> dict[str, bool]:
    """Leave one's cohort."""
    desk.training.record.leave(learner)
    return {"ok": True}


@router.get("/mine")
def mine(desk: DeskDep, learner: LearnerDep) -> dict[str, Any]:
    """Everything that is kept of oneself, to take away."""
    return desk.training.record.take_away(learner)


@router.delete("/mine")
def forget(desk: DeskDep, learner: LearnerDep, response: Response) -> dict[str, Any]:
    """Delete everything of oneself, for good. Certificates can no longer be verified afterwards."""
    done = desk.training.record.erase(learner, now())
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return {"attempts": done.attempts, "assessments": done.sittings, "deleted_at": done.deleted_at}


@router.post("/drills", response_model=TalkOut)
def negotiate(desk: DeskDep, address: AddressDep, given: DrillIn) -> Any:
    """Negotiate a clause for either side. Send all moves so far; the same seed is the same counterpart."""
    desk.limiter.check(address)
    library = desk.training.library
    talk = play(library.clause(given.clause), library, given.seed, given.moves, given.lang, given.side)
    told = {"clause": given.clause, "side": given.side, "seed": given.seed}
    return asdict(talk) | told | {"moves": MOVES if talk.status == "open" else []}


@trainers.get("/statistics")
def statistics(
    desk: DeskDep, cohort: Annotated[str | None, Query(max_length=40)] = None, lang: Lang = "en"
) -> dict[str, Any]:
    """Difficulty, discrimination and tempting wrong answers, of everybody or of one group; none for fewer than five learners."""
    return {"report": report(desk.training, cohort, lang)}


@trainers.post("/cohorts")
def invite(desk: DeskDep, given: CohortIn) -> dict[str, str]:
    """Make a group of learners; its invitation code is given once."""
    return {"name": given.name, "code": desk.training.record.invite(given.name, now())}


@router.get("/export", response_class=Response, responses=EXPORTS)
def export_items(
    desk: DeskDep,
    address: AddressDep,
    form: Annotated[Format, Query(alias="format")],
    lang: Lang = "en",
    topics: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """The questions with their keys, for Anki, Moodle (gift, xml), QTI 2.1 or a spreadsheet."""
    desk.limiter.check(address)
    slugs = check_topics([part.strip() for part in topics.split(",") if part.strip()], desk.training.library.topics)
    found = {one.id: one.item for one in candidates(desk.training.bank, Wanted(slugs), now().date())}
    name = f"clausier-{lang}-{form}.{ENDINGS[form]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(export(found, lang, form), media_type=TYPES[form], headers=headers)


def verified(desk: Desk, number: str, name: str | None) -> dict[str, Any]:
    """What is confirmed of a certificate. Raises `NotFound`."""
    record = desk.training.record
    sitting = record.by_certificate(number.strip().upper())
    outcome = desk.training.outcome(sitting)
    return {
        "number": sitting.certificate,
        "passed_on": str(outcome["finished_at"])[:10],
        "score": sitting.score,
        "of": outcome["of"],
        "matches": bearer(sitting.id, name) == sitting.bearer if name and name.strip() else None,
    }


def _dressed(marked: dict[str, Any] | None, desk: Desk, visitor: Visitor, lang: Language) -> dict[str, Any] | None:
    """A mark with its authorities in words and, for lawyers, the note on the clause."""
    if marked is None:
        return None
    library = desk.training.library
    note = None
    item = desk.training.bank.entry(marked["item_id"]).item
    if visitor.is_lawyer and item.clause in library.clauses and item.source.position:
        note = library.clause(item.clause or "").variant(item.source.position).why[lang]
    return marked | {"authority_details": authorities(marked["authorities"], library, lang), "note": note}
