"""A model that tells the truth in other words: it reorders, shortens, joins and rewrites what the passages say, and cites them.

Every change keeps the sense by construction: what is left away at a comma, a figure in words or in digits, another way to say
"within", "must" or "may", an opening, a part of it quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assistant.speech import Message
from knowledge.models import Language
from tests.assistant.proof.models import Scripted, Seen

_SWAPS: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "en": (
        (r"\bwithin\b", "in no more than"), (r"\bmust\b", "has to"), (r"\bcustomers?\b", "client"),
        (r"\bcannot\b", "may not"), (r"\bin advance\b", "beforehand"), (r"\bcommonly\b", "often"), (r"\bstart\b", "begin"),
        (r"\bask for\b", "request"), (r"\bpay(s)?\b", r"settle\1"), (r"\bshows?\b", "makes clear"), (r"\bif\b", "where"),
        (r"(?<!web )(?<!on )\bsite\b(?! visit)", "website"), (r"\bwritten notice\b", "notice in writing"), (r"\bis due\b", "falls due"),
    ),
    "fr": (
        (r"\bdans un délai de\b", "sous"), (r"\bdoit\b", "est tenu de"), (r"(?<!ne )(?<!n')\bpeut (?=[a-z]+(?:er|ir|re)\b)", "a la possibilité de "),
        (r"\bà l'avance\b", "d'avance"), (r"\bsouvent\b", "fréquemment"), (r"\bcommence\b", "débute"),
        (r"\bdemandez\b", "réclamez"), (r"\bsi\b", "dès lors que"), (r"\bmontre\b", "établit"), (r"(?<!sur )\bsite\b(?! web)", "site web"),
        (r"\bpar écrit\b", "de façon écrite"), (r"\bafin de\b", "pour"), (r"\bégalement\b", "aussi"),
    ),
}  # fmt: skip
_OPENINGS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("", "", "In short, ", "As a rule, ", "According to the library, ", "Note that "),
    "fr": ("", "", "En bref, ", "En règle générale, ", "Selon la bibliothèque, ", "À noter : "),
}
_NUMBERS: Final[dict[Language, dict[str, str]]] = {
    "en": {"2": "two", "3": "three", "5": "five", "10": "ten", "15": "fifteen", "30": "thirty", "48": "forty-eight"},
    "fr": {"2": "deux", "3": "trois", "5": "cinq", "10": "dix", "15": "quinze", "30": "trente", "48": "quarante-huit"},
}


class Honest(Scripted):
    """Says three to five true sentences in the language of the answer. `said` keeps them."""

    def __init__(self, lang: Language, seed: int = 1) -> None:
        super().__init__(seed)
        self.lang: Language = lang
        self.said: list[str] = []

    def say(self, messages: Sequence[Message], passages: Sequence[Seen]) -> str:
        pairs = [(one.n, sentence) for one in passages[:4] for sentence in one.sentences if _is_sayable(sentence)]
        chosen = self.random.sample(pairs, min(len(pairs), self.random.randint(3, 5)))
        said = [self._paraphrase(sentence, n) for n, sentence in chosen]
        self.said += said
        return " ".join(said)

    def _paraphrase(self, sentence: str, n: int) -> str:
        text = sentence.strip("-* ").rstrip(" .;")
        for pattern, other in _SWAPS[self.lang]:
            if self.random.random() < 0.7:
                text = re.sub(pattern, other, text)
        for digits, word in _NUMBERS[self.lang].items():
            if self.random.random() < 0.5:
                text = re.sub(
                    rf"(?<![\w.,€-]){digits}(?= (?:days|hours|months|years|jours|heures|mois|ans)\b)", word, text
                )
        text = self._shorten(text)
        if self.random.random() < 0.25:
            text = self._quote(text, sentence)
        opening = self.random.choice(_OPENINGS[self.lang])
        if opening and text[1:2].islower():
            text = opening + text[0].lower() + text[1:]
        return f"{text} [{n}]." if self.random.random() < 0.7 else f"{text}. [{n}]"

    def _shorten(self, text: str) -> str:
        """The first part of a sentence, where what follows takes nothing back."""
        first, comma, rest = text.partition(", ")
        if comma and len(first) > 60 and self.random.random() < 0.5 and not _TAKES_BACK.search(rest):
            return first
        return text

    def _quote(self, text: str, source: str) -> str:
        """Some words in a row between quotation marks, if they stand in the source just so."""
        words = text.split()
        at = self.random.randrange(1, max(2, len(words) - 6))
        run = " ".join(words[at : at + 5])
        before, after = _QUOTATION[self.lang]
        return text.replace(run, f"{before}{run}{after}", 1) if run in source and len(words) > at + 5 else text


_TAKES_BACK: Final = re.compile(
    r"\b(?:unless|except|but|only|not|if|without|until|save|where|when|and|or|sauf|mais|que|si|sans|pas|ni|dont|et|ou|à moins)\b",
    re.IGNORECASE,
)
_QUOTATION: Final[dict[Language, tuple[str, str]]] = {"en": ("“", "”"), "fr": ("« ", " »")}


def _is_sayable(sentence: str) -> bool:
    """Whole sentences of the library that hold no quotation of their own, nothing cut, no list and no link."""
    return (
        40 < len(sentence) < 320 and sentence.endswith(".") and not re.search(r"[«»“”\"＜＞［］@|{}:]|\w\.\w", sentence)
    )
