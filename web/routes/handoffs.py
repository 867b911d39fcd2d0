"""What visitors of the firm's sites wrote to it: the list, one message, taking, finishing and deleting it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from knowledge.errors import InvalidInput, NotFound
from web.access import READERS, Visitor, VisitorDep, allow
from web.deps import Services, ServicesDep, now
from web.forms import FormDep
from web.mcp.notes import PLACE
from web.routes.conversations import conversation
from web.widget.handoff import STATES
from web.workspace.page import workspace_page

router = APIRouter(include_in_schema=False, dependencies=[allow(READERS)])

Number = Annotated[str, Path(max_length=20)]
PAGE: Final = "/workspace/handoffs"


@router.get(PAGE)
def handoffs(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    show: Annotated[str, Query(pattern="^(new|taken|done)?$")] = "",
) -> Response:
    """The messages, those that nobody has taken first. Their words are not shown here, so that who read one is known."""
    wanted = next((state for state in STATES if state == show), None)
    return workspace_page(
        request,
        visitor,
        "handoffs.html",
        handoffs=services.widget.handoffs.all(wanted),
        names=_names(services),
        show=show,
        states=STATES,
        days=services.settings.handoff_days,
    )


@router.get(f"{PAGE}/{{number}}")
def handoff(request: Request, services: ServicesDep, visitor: VisitorDep, number: Number) -> Response:
    """One message with its conversation; who read it is noted."""
    found = services.widget.handoffs.one(number)
    services.firm.audit.note(visitor.name, "handoff-read", number, now())
    turns = _turns(services, visitor, found.conversation_id) if found.conversation_id else []
    return workspace_page(
        request,
        visitor,
        "handoff.html",
        handoff=found,
        place=_names(services).get(found.site),
        turns=turns,
        conversation_id=found.conversation_id,
        mails=services.settings.smtp_host is not None,
    )


@router.post(f"{PAGE}/{{number}}")
def mark_handoff(services: ServicesDep, visitor: VisitorDep, number: Number, form: FormDep) -> Response:
    """Take a message, be done with it, or give it back."""
    state = next((one for one in STATES if one == form.get("state")), None)
    if state is None:
        raise InvalidInput(f"a message is {', '.join(STATES)}: reload the page")
    services.widget.handoffs.mark(number, state, visitor.name, now())
    services.firm.audit.note(visitor.name, "handoff-marked", f"{number} {state}", now())
    return RedirectResponse(f"{PAGE}/{number}", 303)


@router.post(f"{PAGE}/{{number}}/delete")
def delete_handoff(services: ServicesDep, visitor: VisitorDep, number: Number) -> Response:
    """For good."""
    services.widget.handoffs.delete(number)
    services.firm.audit.note(visitor.name, "handoff-deleted", number, now())
    return RedirectResponse(PAGE, 303)


def _names(services: Services) -> dict[str, str]:
    return {PLACE: "Model Context Protocol", **{site.id: site.name for site in services.widget.sites.all()}}


def _turns(services: Services, visitor: Visitor, conversation_id: str) -> list[dict[str, object]]:
    """What was said, as pages show it; nothing where it was deleted since the message was read."""
    try:
        turns = conversation(services, visitor, conversation_id)["turns"]
    except NotFound:
        return []
    return [{**turn, "answer_html": turn["answer"]["answer_html"]} for turn in turns]
