"""How contracts word a thing: patterns that a lawyer can read and write, compiled into fast searches.

A pattern is matched within one sentence, whatever its case, accents and spaces:

    notice period        these words, next to each other
    liab*                a word that begins so
    liab* .. exceed      the second within 160 characters after the first
    (not | never)        one or the other
    [written] notice     with or without the word
    #                    a number, in digits or in words
    cap* & fees          both, in any order
    cap* & !insurance    the first without the second anywhere in the sentence
    <may> .. assign      a turn of phrase that `phrases.yaml` lists, in either language
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from knowledge.authored import first_fault, parse
from knowledge.errors import InvalidInput
from knowledge.models import Language

PHRASES: Final = Path(__file__).parent / "phrases.yaml"
"""Turns of phrase that many patterns need, by name and language."""

GAP: Final = 160
"""Characters that `..` may stand for."""
END: Final = "\x1e"
"""What stands between sentences in a folded text, so that no pattern reaches across."""
NUMBER: Final = (
    r"(?:\d[\d.,]*|(?:a |un |une )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|eighteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|(?:one )?hundred(?: and \w+)?|un|une|"
    r"deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|quinze|dix-huit|"
    r"(?:vingt|trente|quarante|cinquante|soixante|quatre-vingts?)(?:-\w+)*|cent|mille)\b"
    r"(?: (?:cents?|hundred|mille|thousand)\b)?"
    r"(?: (?:and |et )?(?:ten|twenty|fifty|eighty|dix|vingt|trente|soixante|quatre-vingts?)(?:-\w+)*\b)?)"
    r"(?: ?\(\d[\d.,]*\))?"
)
APART: Final = rf"[^\w{END}]+"
"""What stands between two words."""
_BETWEEN: Final = "\x1f"
"""What stands between sentences of `Texts`; no word holds it."""
_SIGN = re.compile(r"\.\.|[()\[\]|&#]|[^\s()\[\]|&#]+")
_SAME: Final = {"’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\t": " ", "\n": " ", "“": '"', "”": '"', "–": "-",
                "—": "-", "‑": "-", "‐": "-", "_": " "}  # fmt: skip


_LOOKALIKES: Final = dict(zip("аеорсухіјѕԁһԛԝгмнтвкνορτυικαχε", "aeopcyxijsdhqwrmhtbkvoptuikaxe", strict=True))
"""Cyrillic and Greek letters that are drawn like Latin ones, and what a reader takes them for."""


@cache
def _folded(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    base = unicodedata.normalize("NFD", char)[0].lower()
    return _LOOKALIKES.get(base, base) if len(base) == 1 else char


def fold(text: str) -> str:
    """`text` in small letters without accents, with plain quotes and blanks, and every character where it was.

    A letter of another alphabet that looks like a Latin one is read as that."""
    return "".join(map(_folded, text)) if not text.isascii() else text.lower().translate(_ASCII)


_ASCII: Final = str.maketrans({"\n": " ", "\t": " ", "_": " "})


@dataclass(frozen=True, slots=True)
class _Part:
    """One search: `anchors` are words of which one must be there, which is faster to look up."""

    anchors: tuple[str, ...]
    regex: str
    absent: bool = False
    """Whether it must not be found."""

    @property
    def search(self) -> re.Pattern[str]:
        """The search itself, made when a text first holds one of the anchors: most patterns are never needed."""
        return _compiled(self.regex)

    def find(self, sentence: str) -> re.Match[str] | None:
        for anchor in self.anchors:
            if anchor in sentence:
                return self.search.search(sentence)
        return None if self.anchors else self.search.search(sentence)


class Texts:
    """Folded sentences as one text, in which a word is looked up once for all of them."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        self._whole = _BETWEEN.join(self.sentences)
        self._starts = [0, *accumulate(len(sentence) + len(_BETWEEN) for sentence in self.sentences)]
        self._holding: dict[str, frozenset[int]] = {}

    def holding(self, word: str) -> frozenset[int]:
        """The indices of the sentences in which a word, or a part of one, stands."""
        if word not in self._holding:
            self._holding[word] = frozenset(self._find(word))
        return self._holding[word]

    def _find(self, word: str) -> Iterator[int]:
        at = self._whole.find(word)
        while at != -1:
            index = bisect_right(self._starts, at) - 1
            yield index
            at = self._whole.find(word, self._starts[index + 1])


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which a contract may word a thing."""

    source: str
    parts: tuple[_Part, ...]

    def among(self, texts: Texts) -> Collection[int]:
        """The indices of the sentences that may say it: they hold a word of each of its searches."""
        found: frozenset[int] | None = None
        for part in self.parts:
            if part.anchors and not part.absent:
                held = frozenset[int]().union(*map(texts.holding, part.anchors))
                found = held if found is None else found & held
        return range(len(texts.sentences)) if found is None else found

    def find(self, sentence: str) -> tuple[int, int] | None:
        """From where to where a folded sentence says it; `None` if it does not."""
        spans = []
        for part in self.parts:
            found = part.find(sentence)
            if (found is None) != part.absent:
                return None
            spans += [found.span()] if found else []
        return min(start for start, _ in spans), max(end for _, end in spans)


@dataclass(frozen=True, slots=True)
class Wordings:
    """Several ways, of which one is enough."""

    patterns: tuple[Pattern, ...]

    def find(self, sentence: str) -> tuple[int, int] | None:
        """From where to where a folded sentence says it in the first of the ways that fits; `None` if in none."""
        for pattern in self.patterns:
            span = pattern.find(sentence)
            if span is not None:
                return span
        return None

    def among(self, texts: Texts) -> list[int]:
        """The indices of the sentences that say it in one of the ways, in order."""
        found: set[int] = set()
        for pattern in self.patterns:
            found.update(
                at for at in pattern.among(texts) if at not in found and pattern.find(texts.sentences[at]) is not None
            )
        return sorted(found)

    def __bool__(self) -> bool:
        return bool(self.patterns)


@cache
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


@cache
def compile_pattern(source: str) -> Pattern:
    """The search for a pattern. Raises `InvalidInput` for one that cannot be read."""
    parts = tuple(_part(source, piece) for piece in _outer(source))
    if all(part.absent for part in parts):
        raise InvalidInput(f"the wording {source!r} only says what must be absent: write what to look for")
    return Pattern(source, parts)


@cache
def phrases() -> Mapping[str, tuple[str, ...]]:
    """Each turn of phrase by its name, in the words of both languages. Raises `InvalidInput`."""
    try:
        read = TypeAdapter(dict[str, dict[Language, tuple[str, ...]]]).validate_python(parse(PHRASES))
    except ValidationError as error:
        raise InvalidInput(f"{PHRASES.name}: {first_fault(error)}") from None
    return {name: tuple(word for words in languages.values() for word in words) for name, languages in read.items()}


def wordings(*sources: Iterable[str]) -> Wordings:
    """The searches for some patterns. Raises `InvalidInput`."""
    return Wordings(tuple(compile_pattern(source) for group in sources for source in group))


def _outer(source: str) -> list[str]:
    """The pieces of a pattern between the `&` outside of brackets."""
    pieces, depth = [""], 0
    for char in source:
        depth += (char in "([") - (char in ")]")
        if char == "&" and not depth:
            pieces.append("")
        else:
            pieces[-1] += char
    return pieces


def _part(source: str, piece: str) -> _Part:
    absent = piece.strip().startswith("!")
    signs = _SIGN.findall(fold(piece.strip().removeprefix("!")))
    if not signs:
        raise InvalidInput(f"the wording {source!r} is empty: write the words to look for")
    reader = _Reader(source, signs)
    regex, anchors = reader.branches(None)
    return _Part(tuple(sorted(anchors or ())), regex, absent)


class _Reader:
    """Turns the signs of one piece into a regular expression and the words of which one must be there."""

    def __init__(self, source: str, signs: list[str], within: tuple[str, ...] = ()) -> None:
        self._source = source
        self._signs = signs
        self._at = 0
        self._within = within

    def branches(self, closing: str | None) -> tuple[str, frozenset[str] | None]:
        """Alternatives up to `closing`; the anchors are those of all of them, or none where one has none."""
        found = [self._sequence(closing)]
        while self._peek() == "|":
            self._at += 1
            found.append(self._sequence(closing))
        if self._peek() != closing:
            raise InvalidInput(f"the wording {self._source!r} has a bracket without its fellow: close or remove it")
        self._at += closing is not None
        anchors = [branch[1] for branch in found]
        joined = None if None in anchors else frozenset().union(*(a for a in anchors if a))
        return "|".join(branch[0] for branch in found), joined

    def _sequence(self, closing: str | None) -> tuple[str, frozenset[str] | None]:
        pieces: list[str] = []
        best: frozenset[str] | None = None
        glue = ""
        while (sign := self._peek()) is not None and sign not in (closing, "|"):
            self._at += 1
            if sign == "..":
                glue = rf"[^{END}]{{0,{GAP}}}?"
                continue
            regex, anchors, optional = self._item(sign)
            if not sign[0].isalnum() and sign[0] not in "([#<" and glue == APART:
                glue = r"[^\w\x1e]*?"
            if optional and not pieces:
                pieces.append(f"(?:{regex}{APART})?")
                continue
            pieces.append(f"(?:{glue}{regex})?" if optional else glue + regex)
            best = best if optional else _better(best, anchors)
            glue = APART
        if not pieces:
            raise InvalidInput(f"the wording {self._source!r} has an empty alternative: fill or remove it")
        return "".join(pieces), best

    def _item(self, sign: str) -> tuple[str, frozenset[str] | None, bool]:
        if sign == "(":
            regex, anchors = self.branches(")")
            return f"(?:{regex})", anchors, False
        if sign == "[":
            regex, _ = self.branches("]")
            return f"(?:{regex})", None, True
        if sign == "#":
            return NUMBER, None, False
        if sign.startswith("<"):
            return *self._phrase(sign.strip("<>")), False
        if sign in (")", "]"):
            raise InvalidInput(f"the wording {self._source!r} has a bracket without its fellow: close or remove it")
        return _word(sign), frozenset({max(re.split(r"[*'\-]", sign), key=len)}), False

    def _phrase(self, name: str) -> tuple[str, frozenset[str] | None]:
        """The alternatives of a turn of phrase; they may hold others that were read before them."""
        known = phrases()
        if name not in known or f"<{name}>" in self._within:
            near = get_close_matches(name, known, 1)
            hint = f"is <{near[0]}> meant?" if near and near[0] != name else f"{PHRASES.name} lists those there are"
            raise InvalidInput(
                f"the wording {self._source!r} names a phrase <{name}> that cannot be used there: {hint}"
            )
        signs = _SIGN.findall(fold(" | ".join(known[name])))
        regex, anchors = _Reader(self._source, signs, (*self._within, f"<{name}>")).branches(None)
        return f"(?:{regex})", anchors

    def _peek(self) -> str | None:
        return self._signs[self._at] if self._at < len(self._signs) else None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """The anchors that are rarer: fewer and longer."""
    if one is None or other is None:
        return one if other is None else other
    return max(one, other, key=lambda anchors: (min(map(len, anchors)), -len(anchors)))


def _word(sign: str) -> str:
    head = r"(?<!\w)" if sign[0].isalnum() else ""
    tail = "" if sign.endswith("*") else r"(?!\w)" if sign[-1].isalnum() else ""
    body = re.escape(sign).replace(r"\*", r"\w*").replace(r"\-", r"[\- ]?").replace("-", "-")
    return head + body + tail


def checked(sources: Iterable[str]) -> Iterator[str]:
    """What is wrong with patterns, a line each."""
    for source in sources:
        try:
            compile_pattern(source)
        except InvalidInput as error:
            yield str(error)
