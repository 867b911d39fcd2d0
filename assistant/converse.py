"""What a question means in its conversation: its language, its parts, and what a follow-up refers to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.language import detect, score
from knowledge.lexical import terms
from knowledge.models import Language

CERTAIN: Final = 1.5
"""Evidence of a language below which the conversation's language is kept."""
RECALLED: Final = 240
"""Characters of the last answer that a follow-up may refer to."""
FULL_SENTENCE: Final = 9
"""Terms of a question that says by itself what it is about."""
PART_TERMS: Final = 3
"""Terms that make a part of a question a question of its own."""
MAX_PARTS: Final = 3

_REFERS: Final = re.compile(
    r"""^\W*(?:and|but|so|ok|okay|then|what\ if|what\ about|how\ about|why|et|mais|donc|alors|ok|d'accord|dac|du\ coup|
        pourquoi|dans\ ce\ cas|in\ that\ case|even\ if|m[êe]me\ si|si|if|yes|no|oui|non)\b
    |\b(?:it|its|they|them|this|that|these|those|one|both|former|latter|first|second|ça|ca|cela|celui|celle|ceux|celles|
        le\ premier|la\ premi[èe]re|le\ second|l'autre|les\ deux|en|y|le|la|les|lui|leur)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PART: Final = re.compile(r"(?<=[?!])\s+|(?<=\w)[;]\s+|\n+")
_JOINED: Final = re.compile(
    r",?\s+(?:and|et)\s+(?=(?:how|what|when|who|which|can|must|should|is|are|do|does|comment|combien|quand|qui|quel|quelle|"
    r"quels|quelles|peut|peut-on|doit|faut|est-ce)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said before."""

    role: Literal["user", "assistant"]
    content: str


def language(question: str, history: Sequence[Turn] = ()) -> Language:
    """The language to answer in: the question's, or the conversation's where the question does not tell."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if asked and abs(score(question)) < CERTAIN:
        return detect(f"{asked[-1]} {question}")
    return detect(question)


def standalone(question: str, history: Sequence[Turn], lang: Language) -> str:
    """The question with what it refers to: itself where it says all, else after the last exchange."""
    if not history or not _is_elliptic(question, lang):
        return question
    asked = next((turn.content for turn in reversed(history) if turn.role == "user"), "")
    told = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return "\n".join(part for part in (asked, told[:RECALLED], question) if part)


def parts(question: str, lang: Language) -> list[str]:
    """The questions in a question, at most three; the whole if it is just one."""
    pieces = [piece for chunk in _PART.split(question) for piece in _JOINED.split(chunk)]
    whole = [piece.strip() for piece in pieces if len(set(terms(piece, lang).stems)) >= PART_TERMS]
    asked = [piece for piece in whole if "?" in piece] if question.count("?") > 1 else whole
    return asked[:MAX_PARTS] if len(asked) > 1 else [question]


def _is_elliptic(question: str, lang: Language) -> bool:
    return len(set(terms(question, lang).stems)) < FULL_SENTENCE or bool(_REFERS.match(question))
