"""The script that stands on the firm's pages, put together once from the files in `web/static/widget`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent / "static" / "widget"
PARTS: Final = "parts.txt"
"""Names the files in their order, one a line; without it there is one, `widget.js`."""


@dataclass(frozen=True, slots=True)
class Script:
    """The script's bytes, UTF-8, and the tag that changes with them."""

    content: bytes
    etag: str


@cache
def script(folder: Path = FOLDER) -> Script:
    """The script. Empty where the folder holds none."""
    names = (folder / PARTS).read_text("utf-8").split() if (folder / PARTS).exists() else ["widget.js"]
    content = b"\n".join((folder / name).read_bytes() for name in names if (folder / name).exists())
    return Script(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
