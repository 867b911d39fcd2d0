"""Styles, scripts and pictures: sent once, kept by browsers until any of them changes.

Pages name them under a digest of all of them, `/static/<digest>/style.css`, so that what a script imports by a relative address
has it too. Under the digest they never change and are kept for a year; under the plain address browsers ask each time.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER: Final = Path(__file__).parent / "static"
PREFIX: Final = "/static/"
FOREVER: Final = "public, max-age=31536000, immutable"
SMALLEST: Final = 500
"""Bytes from which compressing is worth it."""


@cache
def digest() -> str:
    """What the files hold, together."""
    total = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def address(name: str) -> str:
    """Where a page finds a file."""
    return f"{PREFIX}{digest()}/{name}"


def kept(path: str, status: int) -> str:
    """What browsers may keep of a response, as `Cache-Control` says it: files, and nothing that anybody wrote."""
    if not path.startswith(PREFIX):
        return "no-store"
    return FOREVER if path.startswith(address("")) and status in (200, 304) else "no-cache"


class Assets(StaticFiles):
    """The files, under their digest and without it."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or 404."""
        return await super().get_response(path.removeprefix(f"{digest()}/"), scope)


class Compressed:
    """Compresses what holds no secret: files, and pages for who is not signed in.

    A compressed page gives away, by its length, whether words that a stranger made somebody send occur in it once more: with a
    secret in it, that would be the secret (BREACH, CVE-2013-3587).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._compressing = app, GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._compressing if scope["type"] == "http" and _is_open(scope) else self._app
        await app(scope, receive, send)


def _is_open(scope: Scope) -> bool:
    """Whether the response can hold no secret of the visitor's."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    path = str(scope["path"])
    if path.startswith(PREFIX):
        return True
    known = {name for name, _ in scope["headers"]}
    return not path.startswith("/api/") and not known & {b"cookie", b"authorization"}
