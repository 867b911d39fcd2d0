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
            for status, response in operation["responses"].items():
                response.setdefault("headers", {})[HEADER] = ID
                if path.startswith(OPENAI) and status != "200":
                    schema = {"$ref": "#/components/schemas/WireErrorOut"}
                    response["content"] = {"application/json": {"schema": schema}}


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
