"""Training over HTTP: who learns, and what requests and answers look like."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, cast

from fastapi import Depends, FastAPI, Request, Response
from pydantic import AfterValidator, BaseModel, Field

from assistant.quiz.mark import LONGEST
from assistant.quiz.mark import Response as Given
from assistant.quiz.record import Record
from assistant.quiz.training import Training
from assistant.wiring import Assistant
from knowledge.errors import ClausierError
from knowledge.models import Language, Side
from knowledge.text import clean
from web.access import is_https
from web.deps import ServicesDep
from web.limits import Limiter
from web.schemas import Id, Strict

COOKIE: Final = "clausier-learner"
COOKIE_SECONDS: Final = 400 * 24 * 3600
"""How long a browser remembers who learns; the longest that browsers allow."""
CLASS: Final = 20
"""Learners who may sit behind one address, each as quick as anyone who asks questions."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything behind the routes of training."""

    training: Training
    limiter: Limiter


def open_training(app: FastAPI, assistant: Assistant) -> None:
    """Give the application its training, with the items of the firm from its data directory."""
    settings = assistant.settings
    training = Training(assistant.library, Record(assistant.store), settings.data_dir)
    app.state.desk = Desk(training, Limiter(settings.questions_per_minute * CLASS))


def prepare(app: FastAPI) -> None:
    """Put the questions together before anybody asks; whoever asks will be told what is wrong with them."""
    with suppress(ClausierError):
        _ = cast(Desk, app.state.desk).training.bank


async def _desk(request: Request) -> Desk:
    return cast(Desk, request.app.state.desk)


def _learner(request: Request, response: Response, services: ServicesDep) -> str:
    """The learner of this browser; one who is new is given a token to keep."""
    token = request.cookies.get(COOKIE)
    if not token or not 20 <= len(token) <= 100:
        token = Record.new_token()
        request.state.new_learner = (token, is_https(request, services))
        remember(request, response)
    return Record.learner_of(token)


def remember(request: Request, response: Response) -> Response:
    """`response` with the token of a learner who is new; for pages, which do not take the cookies of their dependencies."""
    token, secure = getattr(request.state, "new_learner", (None, False))
    if token:
        response.set_cookie(COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure)
    return response


DeskDep = Annotated[Desk, Depends(_desk)]
LearnerDep = Annotated[str, Depends(_learner)]


class AnswerIn(Strict):
    """An answer to a question, in the fields that its type takes."""

    question_id: Id
    lang: Language = "en"
    choices: list[Annotated[str, Field(max_length=2)]] = Field([], max_length=8, description="Names of answers.")
    pairs: dict[str, Annotated[str, Field(max_length=2)]] = Field({}, max_length=8, description="Prompt to answer.")
    order: list[Annotated[str, Field(max_length=2)]] = Field([], max_length=8, description="Names in order.")
    defects: dict[str, Annotated[str, Field(max_length=40)]] = Field({}, max_length=8, description="Answer to kind.")
    value: Annotated[str, Field(max_length=40), AfterValidator(clean)] = Field(
        "", description="A figure, as it was typed."
    )
    text: Annotated[str, Field(max_length=LONGEST), AfterValidator(clean)] = Field("", description="Free text.")
    sure: int | None = Field(None, ge=1, le=3, description="From 1, a guess, to 3, certain.")

    def response(self) -> Given:
        """The answer as it is marked."""
        return Given(tuple(self.choices), self.pairs, tuple(self.order), self.defects, self.value, self.text, self.sure)


class CorrectionIn(Strict):
    """What a learner says of a text in their own words: the numbers of elements that it holds though we did not find them."""

    question_id: Id
    lang: Language = "en"
    claimed: list[Annotated[str, Field(max_length=2)]] = Field([], max_length=8, description="Numbers of elements.")


class CodeIn(Strict):
    """The code of a cohort, as it was typed."""

    code: Annotated[str, Field(max_length=40), AfterValidator(clean), Field(min_length=4)]


class CohortIn(Strict):
    """A cohort to be made."""

    name: Annotated[str, Field(max_length=100), AfterValidator(clean), Field(min_length=1)]


class DrillIn(Strict):
    """A negotiation so far: the clause, whom the learner acts for, the seed of the counterpart, and the learner's moves."""

    clause: Annotated[str, Field(max_length=80)]
    side: Side = "customer"
    seed: Annotated[str, Field(max_length=40)]
    lang: Language = "en"
    moves: list[Annotated[str, Field(max_length=20)]] = Field([], max_length=12)


class SaidOut(BaseModel):
    """Something that was said in a negotiation."""

    who: Literal["you", "them"]
    text: str


class RemarkOut(BaseModel):
    """What a move cost, and why."""

    cost: int
    text: str


class TalkOut(BaseModel):
    """A negotiation so far; score and remarks come at its end."""

    clause: str
    side: Side
    seed: str
    status: str
    said: list[SaidOut]
    rung: int | None
    score: int | None
    remarks: list[RemarkOut]
    moves: list[str]


class ShownOut(BaseModel):
    """Something under a name."""

    id: str
    text: str


class LineOut(BaseModel):
    """What is told of one answer."""

    id: str
    text: str
    correct: bool
    given: bool
    why: str
    right: str | None


class QuotedOut(BaseModel):
    """Where the answer stands, word for word."""

    kind: str
    title: str
    quote: str
    url: str


class MarkedOut(BaseModel):
    """The mark of an answer, from 0 to 1, with the reasons."""

    score: float
    verdict: Literal["right", "partial", "wrong"]
    lines: list[LineOut]
    explanation: str
    expected: str | None
    item_id: str
    sure: int | None
    source: QuotedOut
    authorities: list[str]
    authority_details: list[dict[str, Any]] = []
    clause: str | None
    note: str | None = Field(None, description="What lawyers know of the clause; to lawyers only.")


class QuestionOut(BaseModel):
    """A question, without anything that tells its answer."""

    id: str
    type: str
    lang: Language
    mode: str
    topic: str
    topic_name: str
    objective: str
    level: str
    difficulty: int
    stem: str
    answers: list[ShownOut]
    prompts: list[ShownOut]
    count: int | None
    unit: str | None
    kinds: list[str]
    place: int | None
    sitting_id: str | None
    answered: bool
    marked: MarkedOut | None


class NextOut(BaseModel):
    """The next question, if there is one today."""

    question: QuestionOut | None


class SuggestionOut(BaseModel):
    """What helps after several wrong answers on a topic."""

    topic: str
    name: str
    count: int
    clauses: list[dict[str, str]]


class AnsweredOut(BaseModel):
    """What became of an answer; in an assessment the mark comes at its end."""

    question_id: str
    recorded: bool
    marked: MarkedOut | None
    suggestion: SuggestionOut | None


class StandingOut(BaseModel):
    """How one topic or objective stands; `strength` is the present estimate, 0 to 1."""

    name: str
    answers: int
    mean: float
    strength: float


class CertaintyOut(BaseModel):
    """How right somebody is who is so sure."""

    sure: int
    answers: int
    right: float


class PlaceOut(BaseModel):
    """One question of an assessment; its score is told at the end."""

    id: str
    place: int
    answered: bool
    score: float | None


class OutcomeOut(BaseModel):
    """An assessment, running or ended."""

    id: str
    started_at: str
    finished_at: str | None
    score: float | None
    of: int
    pass_mark: int
    minutes: int
    passed: bool | None
    certificate: str | None


class AssessmentOut(OutcomeOut):
    """The same with its questions and the time that is left."""

    seconds_left: int
    questions: list[PlaceOut]


class ProgressOut(BaseModel):
    """Everything about a learner's progress."""

    answers: int
    mean: float
    streak: int
    days: int
    due: int
    topics: dict[str, StandingOut]
    topics_available: dict[str, str]
    objectives: dict[str, StandingOut]
    certainty: list[CertaintyOut]
    cohort: str | None
    assessments: list[OutcomeOut]


class CertificateOut(BaseModel):
    """What the site confirms of a certificate. `matches` says whether it was given to the name that was asked about."""

    number: str
    passed_on: str
    score: float
    of: int
    matches: bool | None
