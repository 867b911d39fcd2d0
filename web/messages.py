"""The words of the public pages, and what is said when a request fails."""

from __future__ import annotations

from typing import Final

from knowledge.models import Language
from web.words.catalogue import Words

MESSAGES: Final = Words("public")


def explain(status: int, lang: Language, seconds: int | None = None) -> str:
    """What to tell a person about a failed request; chat.js says the same."""
    names = {
        400: "error_invalid",
        401: "error_unknown",
        403: "error_forbidden",
        404: "error_not_found",
        413: "error_too_long",
        422: "error_invalid",
        429: "error_rate_limited",
    }
    return MESSAGES[lang][names.get(status, "error_server")].fill(seconds=seconds or 60)
