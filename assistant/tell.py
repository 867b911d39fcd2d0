"""What a language model is told: the rules of a task, the passages behind a fence that nobody can guess, the request apart."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import replace
from typing import Final

from assistant.answer import Question
from assistant.cite import opening
from assistant.converse import standalone
from assistant.prose import NO_ANSWER
from assistant.speech import Message
from assistant.verify.ground import BLANK, Ground
from assistant.verify.judge import UNSEEN
from prompts.render import render

ANSWER: Final = "model/answer.md.j2"
SHOWN: Final = 2000
"""Characters of a passage that a model is given."""
TITLE: Final = 300
"""Characters of its title and headings."""
ASKED: Final = 4000
"""Characters of a question of a part, its end, that a model is told where it does not answer."""
RECALLED: Final = 1000
"""Characters of what was said before that a follow-up brings along."""

_WIDE: Final = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "#": "＃"})
_ROLE: Final = re.compile(
    r"\b(system|assistant|user|human|ai|developer|tool|instructions?|question|answer|response|système|utilisateur|humain"
    r"|consignes?|réponse)(\s*):",
    re.IGNORECASE,
)


def to_answer(question: Question, ground: Ground) -> list[Message]:
    """The rules with the passages, and the question, as it is, apart from them."""
    nonce = fence()
    system = render("model/answer.md.j2", lang=ground.lang, nonce=nonce, passages=shown(ground, nonce))
    history = [replace(turn, content=turn.content[:RECALLED]) for turn in question.history]
    return [("system", system), ("human", standalone(question.text, history, ground.lang))]


def fence() -> str:
    """A key that no text can know."""
    return secrets.token_hex(8)


def shown(ground: Ground, nonce: str, most: int = SHOWN) -> list[dict[str, object]]:
    """The passages as a template shows them: number, title and text, each on one line; of the text `most` characters."""
    return [
        {
            "n": n,
            "title": neutral(" / ".join(part for part in (passage.title, *passage.heading) if part)[:TITLE], nonce),
            "text": neutral(passage.text[: opening(passage.text, most)[1]], nonce),
        }
        for n, passage in enumerate(ground.passages, 1)
    ]


def neutral(text: str, nonce: str) -> str:
    """A stranger's text on one line, in which nothing reads as a fence, a mark or somebody's turn to speak.

    Signs become their wide forms, which `cite.locate` takes for the same, so that what a model quotes is still found.
    """
    seen = "".join(" " if unicodedata.category(c) in UNSEEN - {"Cf"} else c for c in text)
    seen = "".join(c for c in seen if unicodedata.category(c) != "Cf")
    seen = re.sub(f"{BLANK}{{2,}}", BLANK, seen)
    plain = _ROLE.sub(r"\1\2：", " ".join(seen.split()).translate(_WIDE))
    return plain.replace(nonce, "").replace(NO_ANSWER, "NO ANSWER")
