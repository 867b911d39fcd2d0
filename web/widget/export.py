"""A conversation to keep: Markdown with every source word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from knowledge.models import Language
from web.words.widget import WORDS

_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LINE: Final = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])", re.MULTILINE)


def markdown(said: Mapping[str, Any], lang: Language) -> str:
    """The conversation `said`, as `GET /api/v1/conversations/{id}` gives it. What people wrote stays what it is: plain words."""
    words = WORDS[lang]
    head = [f"# {words['conversation_label']}", f"{words['notice']} {words['sign_off']}."]
    turns = [block for turn in said["turns"] for block in _turn(turn, words)]
    return "\n\n".join([*head, *turns]) + "\n"


def _turn(turn: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    answer = turn["answer"]
    yield f"## {' '.join(_plain(turn['question']).split())}"
    yield str(answer["answer"])
    if answer["citations"]:
        yield f"### {words['sources']}"
    for citation in answer["citations"]:
        quote = "\n".join(f"> {line}" for line in _plain(citation["quote"]).split("\n"))
        path = " · ".join(_plain(part) for part in (citation["title"], *citation["heading"]))
        yield f"**[{citation['n']}]** {path}\n\n{quote}"
    if answer["authority_details"]:
        yield f"### {words['law']}"
        yield "\n".join(f"- **{_plain(one['ref'])}** {_plain(one['text'])}" for one in answer["authority_details"])


def _plain(text: str) -> str:
    """Words that no reader of Markdown takes for more than words, on lines of their own."""
    return _LINE.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text.replace("\r", ""))).strip()
