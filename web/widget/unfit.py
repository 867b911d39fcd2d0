"""What somebody wrote that cannot be taken, told so that a page can say it in its reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.errors import InvalidInput


class Unfit(InvalidInput):
    """Must be changed. `name` names the words that say so in the catalogues, with `holes` in them; the message is English."""

    def __init__(self, name: str, message: str, **holes: Any) -> None:
        super().__init__(message)
        self.name = name
        self.holes: Mapping[str, Any] = holes
