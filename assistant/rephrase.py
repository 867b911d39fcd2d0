"""A follow-up as a question that stands alone, in a model's words where they add nothing, else by rule.

The twin is `assistant.converse.standalone`, which puts what was said before in front of the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assistant.cite import figures
from assistant.converse import Turn, standalone
from assistant.speech import Message, ModelFailed, Speaker
from assistant.tell import fence, neutral
from assistant.verify.judge import is_inert, stems
from knowledge.models import Language
from prompts.render import render

TURNS: Final = 4
"""Turns that the model is shown, the last ones."""
SHOWN: Final = 300
"""Characters of a turn that it is shown."""
LONGEST: Final = 400
"""Characters of a question that is taken from it."""
NEW: Final = 0.2
"""Share of words that may be new: those of grammar do not count."""


def rephrase(question: str, history: Sequence[Turn], lang: Language, model: Speaker | None) -> str:
    """The question as it is searched for. Without a model, where the model fails, or where it adds anything: by rule."""
    twin = standalone(question, history, lang)
    if model is None or twin == question:
        return twin
    said = [*history[-TURNS:], Turn("user", question)]
    try:
        written = "".join(model.stream(_messages(said, lang), "rephrase")).strip().strip('“”«»" ')
    except ModelFailed:
        return twin
    return written if _is_sound(written, said, lang) else twin


def _messages(said: Sequence[Turn], lang: Language) -> list[Message]:
    nonce = fence()
    roles = [turn.role for turn in said[:-1]] + ["question"]
    turns = [
        {"role": role, "text": neutral(turn.content[-SHOWN:] if role == "question" else turn.content[:SHOWN], nonce)}
        for role, turn in zip(roles, said, strict=True)
    ]
    system = render("model/rephrase.md.j2", lang=lang, nonce=nonce, turns=turns)
    return [("system", system), ("human", neutral(said[-1].content[:SHOWN], nonce))]


def _is_sound(written: str, said: Sequence[Turn], lang: Language) -> bool:
    """Whether it is one plain question that brings in no figure and hardly a word."""
    if not written or len(written) > LONGEST or "\n" in written or not is_inert(written):
        return False
    known = "\n".join(turn.content for turn in said)
    if figures(written) - figures(known):
        return False
    words = stems(written, lang)
    return bool(words) and len(words - stems(known, lang)) <= NEW * len(words)
