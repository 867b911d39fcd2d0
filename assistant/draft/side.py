"""For whom a request wants its clause: "we act for the buyer", "côté prestataire", "balanced"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from knowledge.cues import Cues, Words
from knowledge.models import LANGUAGES, Position

_ACTING: Final = "|".join(
    (
        r"(?:we|i)(?:'re| are| am)? (?:act|work|appear|draft)(?:ing)? (?:for|on behalf of)|acting (?:for|on behalf of)",
        r"(?:we|i)(?: are|'re| am)? (?:represent|advis|advise|defend|assist)(?:ing)?",
        r"we(?: are|'re)|i(?: am|'m)|counsel (?:for|to)",
        r"(?:my|our) client(?: is|,)?(?= (?:the|an?) )|on behalf of|in (?:the )?favou?r of|favou?rabl[ey] to|friendly to",
        r"protect(?:s|ing|ive of)?|from the (?:side|point of view) of|in the interests? of|drafted for",
        r"nous (?:représentons|défendons|conseillons|assistons|intervenons pour|agissons pour)",
        r"nous sommes(?: (?:le |les |l')?(?:conseils?|avocats?) d[eu'])?",
        r"on (?:défend|représente|conseille|assiste|est)|je (?:défends|représente|conseille|suis)",
        r"pour le compte d[eu']|(?:notre|mon) client(?:e)? est|côté|coté|favorable (?:à|au|aux)",
        r"dans l'intérêt d[eu']|protect(?:rice|eur) d[eu']|en faveur d[eu']|du point de vue d[eu']",
        r"(?:rédigée?|version|position|clause|rédaction|projet) (?:pour|côté)|avocats? d[eu']|conseils? d[eu']",
    )
)
_ARTICLE: Final = r"(?: ?(?:the|our|an?|les?|la|l'|du|de la|de l'|une?|aux?|d'une?|(?:my|mon|ma|notre) cliente?,?))*"
_WEAK: Final = r"for|pour|version|position|rédaction|projet"
_AFTER: Final = (
    r"(?:'s|')?(?:-| )?"
    r"(?:side|friendly|version|position|draft|wording|counsel|lawyers?|perspective|favou?rable|oriented|first)\b"
)


@dataclass(frozen=True, slots=True)
class Side:
    """The position that a request asks for, with the words that say so: `request[start:end]`."""

    position: Position
    start: int
    end: int


def side(request: str, cues: Cues) -> Side | None:
    """The position that the request asks for; `None` if it does not say. Where it says more, the plainest words count, and
    of equally plain ones the last."""
    found = [*_found(request, cues)]
    if not found:
        return None
    return max(found, key=lambda pair: (pair[0], pair[1].start))[1]


def _found(request: str, cues: Cues) -> Iterator[tuple[int, Side]]:
    text = request.replace("’", "'")
    plainly: tuple[tuple[Position, Words], ...] = (
        ("customer", cues.sides["customer"]),
        ("provider", cues.sides["provider"]),
    )
    for position, words in plainly:
        for strength, pattern in enumerate(_patterns(_alternatives(words))):
            yield from ((strength, Side(position, *match.span())) for match in pattern.finditer(text))
    for match in _word(_alternatives(cues.balanced)).finditer(text):
        yield 2, Side("balanced", *match.span())


@lru_cache(maxsize=16)
def _patterns(names: str) -> tuple[re.Pattern[str], ...]:
    """From the weakest evidence to the plainest: the bare word at an end, "for the client", "client-side", "we act for"."""
    name = rf"(?:{names})"
    sources = (
        rf"(?:^{name}(?=\s*[:,;.])|[,;:.(–-]\s*{name}\s*\)?[.]?\s*$)",
        rf"\b(?:{_WEAK}){_ARTICLE} ?\b{name}\b(?!'s (?:data|site|staff|failure))",
        rf"\b{name}{_AFTER}",
        rf"\b(?:{_ACTING}){_ARTICLE} ?\b{name}\b(?:{_AFTER})?",
    )
    return tuple(re.compile(source, re.IGNORECASE) for source in sources)


@lru_cache(maxsize=16)
def _word(names: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{names})\b", re.IGNORECASE)


def _alternatives(words: Words) -> str:
    """The words of both languages, the longest first: lawyers mix them."""
    named = {word for lang in LANGUAGES for word in words[lang]}
    return "|".join(re.escape(word) for word in sorted(named, key=len, reverse=True))


def without(request: str, found: Side | None) -> str:
    """The request without the words that name the side, which say nothing of the subject."""
    return request if found is None else f"{request[: found.start]} {request[found.end :]}".strip()


def other_sides(position: Position) -> tuple[Position, ...]:
    """The two positions that were not asked for."""
    every: tuple[Position, ...] = ("customer", "balanced", "provider")
    return tuple(one for one in every if one != position)
