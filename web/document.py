"""The document of the API, completed with what the framework cannot know: who may call what, the id of every answer, and the
shape of errors below /v1/."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from web.access import Rule, rules
from web.errors import OPENAI
from web.observe import HEADER

KEY: Final = "key"
TICKET: Final = "widget"
SESSION: Final = "session"
SCHEMES: Final[dict[str, dict[str, Any]]] = {
    KEY: {"type": "http", "scheme": "bearer", "description": "A key that an administrator made: see docs/connect.md."},
    TICKET: {"type": "http", "scheme": "bearer", "description": "A token of POST /api/v1/widget/sessions."},
    SESSION: {
        "type": "apiKey", "in": "cookie", "name": "clausier-session",
        "description": "Somebody who signed in at /login; what changes something carries X-CSRF-Token too.",
    },
}  # fmt: skip
_BODY: Final = "$response.body#/"
LINKS: Final[dict[tuple[str, str], dict[str, tuple[tuple[str, str], dict[str, str]]]]] = {
    ("post", "/api/v1/ask"): {
        "ReadConversation": (
            ("get", "/api/v1/conversations/{conversation_id}"),
            {"conversation_id": "conversation_id"},
        ),
        "DeleteConversation": (
            ("delete", "/api/v1/conversations/{conversation_id}"),
            {"conversation_id": "conversation_id"},
        ),
        "JudgeAnswer": (("post", "/api/v1/feedback"), {"/conversation_id": "conversation_id", "/answer_id": "id"}),
        "AskAgain": (("post", "/api/v1/ask"), {"/conversation_id": "conversation_id"}),
        "ReadSource": (("get", "/api/v1/passages/{passage_id}"), {"passage_id": "citations/0/passage_id"}),
    },
    ("get", "/api/v1/conversations"): {
        "ReadConversation": (
            ("get", "/api/v1/conversations/{conversation_id}"),
            {"conversation_id": "conversations/0/id"},
        ),
    },
    ("get", "/api/v1/search"): {
        "ReadPassage": (("get", "/api/v1/passages/{passage_id}"), {"passage_id": "hits/0/passage_id"}),
    },
    ("post", "/api/v1/reviews"): {
        "ReadReview": (("get", "/api/v1/reviews/{review_id}"), {"review_id": "id"}),
        "ExportReview": (("get", "/api/v1/reviews/{review_id}/export"), {"review_id": "id"}),
        "DeleteReview": (("delete", "/api/v1/reviews/{review_id}"), {"review_id": "id"}),
    },
    ("get", "/api/v1/quiz/next"): {
        "ReadQuestion": (("get", "/api/v1/quiz/questions/{question_id}"), {"question_id": "question/id"}),
        "AnswerQuestion": (("post", "/api/v1/quiz/answers"), {"/question_id": "question/id"}),
    },
    ("post", "/api/v1/quiz/answers"): {
        "ReadQuestion": (("get", "/api/v1/quiz/questions/{question_id}"), {"question_id": "question_id"}),
        "CorrectMark": (("post", "/api/v1/quiz/corrections"), {"/question_id": "question_id"}),
    },
    ("post", "/api/v1/quiz/assessments"): {
        "ReadAssessment": (("get", "/api/v1/quiz/assessments/{sitting_id}"), {"sitting_id": "id"}),
        "AnswerQuestion": (("post", "/api/v1/quiz/answers"), {"/question_id": "questions/0/id"}),
        "EndAssessment": (("post", "/api/v1/quiz/assessments/{sitting_id}/end"), {"sitting_id": "id"}),
    },
    ("post", "/api/v1/quiz/assessments/{sitting_id}/end"): {
        "ReadCertificate": (("get", "/api/v1/quiz/certificates/{number}"), {"number": "certificate"}),
    },
}
"""By what an answer is taken up: the name of the link, where it leads, and from which places of the answer (JSON pointers) the
parameters there come; those that begin with `/` are fields of the body."""
ID: Final = {"description": "The id of the request, as it was sent, or made.", "schema": {"type": "string"}}


class Documented(FastAPI):
    """The application with a whole document."""

    def openapi(self) -> dict[str, Any]:
        """The document; put together once."""
        if self.openapi_schema is None:
            _complete(super().openapi(), {(one.method.lower(), one.path): one.rule for one in rules(self)})
        assert self.openapi_schema is not None
        return self.openapi_schema


def _complete(document: dict[str, Any], known: dict[tuple[str, str], Rule | None]) -> None:
    document["components"]["securitySchemes"] = SCHEMES
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            rule = known.get((method, path))
            operation["security"] = security(rule) if rule else [{}]
            if (method, path) in LINKS:
                operation["responses"]["200"]["links"] = links(document, method, path)
            for status, response in operation["responses"].items():
                response.setdefault("headers", {})[HEADER] = ID
                if path.startswith(OPENAI) and status != "200":
                    schema = {"$ref": "#/components/schemas/WireErrorOut"}
                    response["content"] = {"application/json": {"schema": schema}}


def links(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """How the answer of an operation is taken up by others (OpenAPI 3.1, Link Object)."""
    found: dict[str, Any] = {}
    for name, ((verb, target), places) in LINKS[method, path].items():
        parameters = {to: _BODY + place for to, place in places.items() if not to.startswith("/")}
        body = {to[1:]: _BODY + place for to, place in places.items() if to.startswith("/")}
        link = {
            "operationId": document["paths"][target][verb]["operationId"],
            "parameters": parameters,
            "requestBody": body,
        }
        found[name] = {what: value for what, value in link.items() if value}
    return found


def security(rule: Rule) -> list[dict[str, list[str]]]:
    """What one may show at a route, one of these; `{}`: nothing."""
    if rule.is_ticketed:
        return [{TICKET: []}]
    ways: list[dict[str, list[str]]] = [{}] if rule.is_open or rule.is_local else []
    if rule.is_open or rule.is_known or rule.scopes:
        ways.append({KEY: []})
    if rule.is_open or rule.is_known or rule.roles:
        ways.append({SESSION: []})
    return ways
