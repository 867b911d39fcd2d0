"""The pages of training: questions, sources, progress, certificates, negotiations, and what trainers see."""

from __future__ import annotations

import secrets
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.quiz import drill
from assistant.quiz.certificate import certificate as printed
from assistant.quiz.exchange.write import FORMATS
from assistant.quiz.report import LEAST, report
from knowledge.clause import Clause
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import Library
from knowledge.models import Language, Side
from web.access import ANYONE, MEMBERS, TRAINERS, VisitorDep, allow
from web.deps import AddressDep, now
from web.forms import FormDep
from web.pages import language_of, page
from web.present import authorities
from web.routes.quiz import verified
from web.training import COOKIE, DeskDep, LearnerDep, remember
from web.words.training import WORDS


def _seen(request: Request, visitor: VisitorDep) -> None:
    """Keep the visitor for the frame of the page, which shows trainers and the firm their way."""
    request.state.visitor = visitor


SEEN = Depends(_seen)
router = APIRouter(include_in_schema=False, dependencies=[allow(ANYONE), SEEN])
trainers = APIRouter(include_in_schema=False, dependencies=[allow(TRAINERS), SEEN])


@router.get("/train")
def train(request: Request, desk: DeskDep, visitor: VisitorDep) -> Response:
    """One question at a time."""
    lang = language_of(request)
    topics = {slug: topic.name[lang] for slug, topic in desk.training.library.topics.items()}
    ordered = dict(sorted(topics.items(), key=lambda pair: pair[1]))
    return _page(request, "train.html", "/train", topics=ordered, token=visitor.form_token)


@router.get("/train/sources/{item_id}")
def source(request: Request, desk: DeskDep, item_id: Annotated[str, Path(max_length=200)]) -> Response:
    """The source of an item, with its words marked."""
    lang = language_of(request)
    item, place = desk.training.place(item_id, lang)
    span = place.find(item.source.quote[lang])
    if span is None or place.visibility == "internal":
        raise NotFound("the words are no longer there as they were: the question is being looked at")
    view = {
        "kind": place.kind,
        "title": place.title,
        "before": place.text[: span[0]],
        "quote": place.text[span[0] : span[1]],
        "after": place.text[span[1] :],
    }
    known = authorities(item.authorities, desk.training.library, lang)
    return _page(request, "train_source.html", f"/train/sources/{item_id}", place=view, authorities=known)


@router.get("/train/progress")
def progress(request: Request, desk: DeskDep, learner: LearnerDep, erased: bool = False) -> Response:
    """A learner's progress, group and data."""
    return _progress(request, desk, learner, erased=erased)


@router.post("/train/cohort")
def cohort(request: Request, desk: DeskDep, learner: LearnerDep, address: AddressDep, form: FormDep) -> Response:
    """Join or leave a group."""
    desk.limiter.check(address)
    try:
        if form.get("leave"):
            desk.training.record.leave(learner)
        else:
            desk.training.record.join(learner, form.get("code"), now())
    except NotFound:
        return _progress(request, desk, learner, error="no_such_code", status=404)
    return remember(request, RedirectResponse(f"/train/progress?lang={language_of(request)}", 303))


@router.post("/train/erase")
def erase(request: Request, desk: DeskDep, learner: LearnerDep, form: FormDep) -> Response:
    """Delete everything of a learner."""
    if form.get("sure") != "yes":
        return _progress(request, desk, learner, error="erase_sure", status=422)
    desk.training.record.erase(learner, now())
    response = RedirectResponse(f"/train/progress?erased=true&lang={language_of(request)}", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


@router.get("/train/assessments/{sitting_id}/certificate")
def certify(
    request: Request,
    desk: DeskDep,
    learner: LearnerDep,
    sitting_id: Annotated[str, Path(max_length=100)],
    name: Annotated[str, Query(max_length=200)],
) -> Response:
    """The certificate of a passed assessment, as PDF."""
    lang = language_of(request)
    sitting = desk.training.certify(learner, sitting_id, name)
    outcome = desk.training.outcome(sitting)
    address = f"{request.url.scheme}://{request.headers['host']}/train/certificates/{sitting.certificate}"
    headers = {"Content-Disposition": f'attachment; filename="clausier-{sitting.certificate}.pdf"'}
    return Response(printed(sitting, outcome, name, address, lang), media_type="application/pdf", headers=headers)


@router.get("/train/certificates/{number}")
def confirm(
    request: Request,
    desk: DeskDep,
    address: AddressDep,
    number: Annotated[str, Path(max_length=40)],
    name: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """What is confirmed of a certificate."""
    desk.limiter.check(address)
    return _page(request, "train_certificate.html", f"/train/certificates/{number}", seen=verified(desk, number, name))


@router.get("/train/help")
def help_page(request: Request) -> Response:
    """What each part of the training is for, and what is kept."""
    return _page(request, "train_help.html", "/train/help")


@router.get("/train/drill")
def negotiate(
    request: Request,
    desk: DeskDep,
    clause: Annotated[str | None, Query(max_length=80)] = None,
    side: Side = "customer",
    seed: Annotated[str | None, Query(max_length=40)] = None,
    moves: Annotated[str, Query(max_length=200)] = "",
    move: Annotated[str | None, Query(max_length=20)] = None,
) -> Response:
    """A negotiation: every move is an address, so that nothing is kept."""
    lang, library = language_of(request), desk.training.library
    here = "/train/drill"
    if clause:
        made = ".".join(part for part in (moves, move) if part)
        here += "?" + urlencode({"clause": clause, "side": side, "seed": seed or secrets.token_hex(6), "moves": made})
        if seed is None or move:
            return RedirectResponse(f"{here}&lang={lang}#now", 303)
    chosen = library.clause(clause) if clause else None
    listed = [{"type": one.type, "title": one.title[lang]} for one in drill.drills(library)]
    done = [part for part in moves.split(".") if part]
    talk = drill.play(chosen, library, seed or "", done, lang, side) if chosen else None
    return _page(
        request,
        "train_drill.html",
        here,
        clauses=listed,
        side=side,
        seed=seed,
        moves=moves,
        talk=talk,
        offers=_offers(lang, first=not done),
        clause=chosen and {"type": chosen.type, "title": chosen.title[lang]},
        ladder=drill.ladder(chosen, side, lang) if chosen else (),
        advice=_advice(chosen, side, library, lang) if chosen else (),
    )


@trainers.get("/train/trainer")
def trainer(
    request: Request, desk: DeskDep, visitor: VisitorDep, cohort: Annotated[str | None, Query(max_length=40)] = None
) -> Response:
    """Figures of everybody, or of one group."""
    return _trainer(request, desk, visitor.form_token, cohort)


@trainers.post("/train/trainer")
def invite(request: Request, desk: DeskDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Make a group; its code is shown once."""
    name = form.get("name")
    try:
        code = desk.training.record.invite(name, now())
    except InvalidInput as error:
        return _trainer(request, desk, visitor.form_token, None, error=str(error), status=422)
    return _trainer(request, desk, visitor.form_token, None, code=code, made=name)


def _trainer(
    request: Request,
    desk: DeskDep,
    token: str,
    cohort: str | None,
    *,
    status: int = 200,
    error: str | None = None,
    code: str | None = None,
    made: str | None = None,
) -> Response:
    groups = desk.training.record.cohorts()
    if cohort and cohort not in {group.id for group in groups}:
        raise NotFound("there is no such group: choose another")
    seen = report(desk.training, cohort, language_of(request))
    here = f"/train/trainer?cohort={cohort}" if cohort else "/train/trainer"
    return _page(
        request,
        "train_trainer.html",
        here,
        status,
        groups=groups,
        chosen=cohort,
        seen=seen,
        least=LEAST,
        token=token,
        error=error,
        code=code,
        made=made,
    )


def _progress(
    request: Request,
    desk: DeskDep,
    learner: str,
    *,
    erased: bool = False,
    error: str | None = None,
    status: int = 200,
) -> Response:
    lang = language_of(request)
    made = desk.training.progress(learner, lang, now())
    said = WORDS[lang][error] if error else None
    shown = _page(
        request, "train_progress.html", "/train/progress", status, made=made, erased=erased, error=said, formats=FORMATS
    )
    return remember(request, shown)


def _advice(clause: Clause, side: Side, library: Library, lang: Language) -> list[tuple[str, str]]:
    """What somebody should know who negotiates a clause for a side, under headings."""
    words = WORDS[lang]
    point = library.negotiation.get(clause.type)
    wanted = [(str(words["drill_want"]), point.stance(side).want[lang])] if point else []
    if side == "customer":
        walk_away, escalation = clause.walk_away[lang], clause.escalation[lang]
    else:
        walk_away, escalation = str(words["drill_walk_away_provider"]), str(words["drill_escalation_provider"])
    return [*wanted, (str(words["drill_walk_away"]), walk_away), (str(words["drill_escalation"]), escalation)]


def _offers(lang: Language, *, first: bool) -> list[dict[str, str]]:
    """The moves there are, in words; nothing can be insisted on at first."""
    words = WORDS[lang]
    offers = [{"id": f"offer-{at}", "label": words["drill_offer"].fill(number=at + 1)} for at in range(drill.RUNGS)]
    rest = [name for name in ("insist", "escalate", "walk", "accept") if not (first and name == "insist")]
    return offers + [{"id": name, "label": words[f"drill_{name}"]} for name in rest]


def _page(request: Request, name: str, here: str, status: int = 200, **context: Any) -> Response:
    visitor = request.state.visitor
    return page(
        request,
        name,
        status=status,
        w=WORDS[language_of(request)],
        here=here,
        of_firm=MEMBERS.admits(visitor),
        trains=TRAINERS.admits(visitor),
        **context,
    )
