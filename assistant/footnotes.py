"""The sources of an answer as text, for readers whose program shows nothing but text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from assistant.answer import EXTRACTIVE, Answer, markdown
from assistant.cite import Citation
from knowledge.library import Library
from prompts.render import render

BREAK: Final = "\n\n"
"""What stands between an answer and its footnotes."""


def footnotes(answer: Answer, library: Library, address: Callable[[Citation], str]) -> str:
    """Markdown: a line for each mark with where the passage stands, the law that it rests on and its address; before them
    what must be said of the answer. Empty for an answer without either."""
    return render(
        "documents/footnotes.md.j2",
        lang=answer.language,
        notes=[_note(citation, answer, library, address) for citation in answer.citations],
        notices=list(answer.notices),
        generated=answer.engine != EXTRACTIVE,
    ).strip()


def _note(citation: Citation, answer: Answer, library: Library, address: Callable[[Citation], str]) -> dict[str, Any]:
    passage = citation.passage
    known = [library.authorities[key] for key in passage.authorities if key in library.authorities]
    return {
        "n": citation.n,
        "title": markdown(" > ".join((passage.title, *passage.heading)), passage),
        "law": ", ".join(authority.ref[answer.language] for authority in known),
        "address": address(citation),
    }
