"""The script that stands on the firm's pages: the parts in `static/widget` put together, with their styles and words inside."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from knowledge.models import LANGUAGES
from web.words.widget import words_of

STATIC: Final = Path(__file__).parent / "static"
PARTS: Final = ("dom", "../stream", "client", "turn", "source", "lawyer", "talk", "frame", "mount")
"""In the order in which they run; `stream` is the one that the public page has too."""
_FRAME: Final = """\
// Clausier: the firm's legal assistant on its own site. It leaves one name on the page, `Clausier`.
(() => {
"use strict";
if (typeof window.Clausier?.begin === "function") {
  window.Clausier.begin(document.currentScript); // this page has the code already
  return;
}
const WORDS = %s;
const STYLE = %s;
const DARK = %s;
%s
})();
"""


@cache
def script() -> bytes:
    """One classic script in a scope of its own, UTF-8."""
    words = {lang: words_of(lang) for lang in LANGUAGES}
    code = "\n".join(_part(name) for name in PARTS)
    return (_FRAME % (_literal(words), _literal(_style("widget")), _literal(_style("dark")), code)).encode()


def _part(name: str) -> str:
    """A part as text; what a module exports is here a name of the common scope."""
    return re.sub(r"(?m)^export ", "", (STATIC / "widget" / f"{name}.js").read_text("utf-8"))


def _style(name: str) -> str:
    """Styles without comments and line ends."""
    text = (STATIC / "widget" / f"{name}.css").read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"(?s)/\*.*?\*/", "", text)).strip()


def _literal(value: object) -> str:
    """A value as JavaScript, whose strings are JSON's."""
    return json.dumps(value, ensure_ascii=False)
