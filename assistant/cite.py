"""Citations: what an answer relies on, verbatim and at its offsets.

Plain code, no model. A quotation that is not in its passage does not exist: a true one may be refused for a slip, an invented
one is never let through. The same holds for figures, which are read with their units, dates and article numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from knowledge.models import Passage

MAX_QUOTE = 480
"""Characters of the longest quotation; longer ones end with the last whole sentence before."""
LEAST_QUOTE: Final = 12
"""Characters of the shortest quotation that means something by itself."""

_SENTENCE_END = re.compile(
    r"""(?<=[.!?…])(?:\s?»|[”"’')\]])*    # closing signs belong to the sentence
        (?:\s*\[\d{1,3}\])*               # and so do marks that follow it
        \s+(?=[A-ZÀ-ÖØ-Þ«“‘"(*\-\d])""",
    re.VERBOSE,
)
_NOT_AN_END = re.compile(
    r"""(?:\b(?:[Aa]rts?|al|[Cc]ass|com|civ|soc|crim|ch|no|n°|p|cf|[Cc]f|ex|etc|v|vs|e\.g|i\.e|obs|préc|approx
          |M|Mme|MM|Mr|Mrs|Ms|Dr|St|Sté|Inc|Ltd|Corp|Co
          |janv|févr|avr|juill|sept|oct|nov|déc|Jan|Feb|Aug|Sept|Oct|Nov|Dec)
        |\b[A-ZÀ-Þ]
        |^\W*\d{1,2})\.$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of a passage that an answer relies on: `passage.text[start:end] == quote`."""

    n: int
    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The exact words."""
        return self.passage.text[self.start : self.end]


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` begin and end, list items apart. Offsets cover every word."""
    spans = []
    start = 0
    bounds = sorted({m.end() for m in _SENTENCE_END.finditer(text)} | {m.end() for m in re.finditer(r"\n+", text)})
    for bound in [*bounds, len(text)]:
        piece = text[start:bound]
        if not piece.strip() or (bound < len(text) and "\n" not in piece[-2:] and _NOT_AN_END.search(piece.rstrip())):
            continue
        left = start + len(piece) - len(piece.lstrip())
        spans.append((left, start + len(piece.rstrip())))
        start = bound
    return spans


def opening(text: str, most: int = MAX_QUOTE) -> tuple[int, int]:
    """The first sentences of `text` that fit into `most` characters; at least one, cut at a word if it must be."""
    end = 0
    for _, stop in sentences(text):
        if stop > most:
            break
        end = stop
    if not end and len(text) <= most:
        end = len(text)
    if not end:
        end = len(text[: text.rfind(" ", 0, most + 1)].rstrip()) if " " in text[: most + 1].strip() else most
    return 0, end or most


def locate(quote: str, text: str, least: int = LEAST_QUOTE) -> tuple[int, int] | None:
    """Where `quote` stands in `text`: to the letter, or but for spacing, quotation marks, dashes and case.

    What is returned are offsets into `text`, so that what is shown are always the source's own characters. `None` if it does
    not stand there as whole words ("able to terminate" is not in "unable to terminate"), or is shorter than `least`, too
    short to mean anything.
    """
    if len(quote.strip()) < max(least, 1):
        return None
    at = _find(quote, text)
    if at >= 0:
        return at, at + len(quote)
    plain, offsets = _plain(text)
    wanted = _plain(quote)[0].strip()
    at = _find(wanted, plain) if wanted else -1
    if at < 0:
        return None
    return offsets[at], offsets[at + len(wanted) - 1] + 1


def figures(text: str) -> set[str]:
    """Every figure of `text`, written one way: numbers (`48`), with their unit where they have one (`48 hour`, `5 percent`),
    days and months of dates (`12 m1`, `m1 2027`) and article numbers (`L442-1`, `roman II`).

    Numbers in words count like digits. `[1]` marks are not figures.
    """
    plain = _in_digits(re.sub(r"\[\d+\]", " ", text))
    found = {f"roman {m[1] or m[2]}" for m in _ROMAN.finditer(plain)}
    found |= {f"letter {m[1]}" for m in _LETTER.finditer(plain)}
    found |= set(_dates(plain))
    return found | set(_amounts(plain))


def unsupported(text: str, sources: Iterable[str]) -> set[str]:
    """The figures of `text` that stand in none of the `sources`."""
    known: set[str] = set()
    for source in sources:
        known |= _figures_of(source)
    return figures(text) - known


@lru_cache(maxsize=512)
def _figures_of(source: str) -> frozenset[str]:
    """The figures of a source, which many sentences are compared with."""
    return frozenset(figures(source))


# --- figures: numbers in words ------------------------------------------------------------------------------------------

_WORDS: Final[dict[str, int]] = {
    "zero": 0, "zéro": 0, "one": 1, "un": 1, "une": 1, "two": 2, "deux": 2, "three": 3, "trois": 3, "four": 4, "quatre": 4,
    "five": 5, "cinq": 5, "six": 6, "seven": 7, "sept": 7, "eight": 8, "huit": 8, "nine": 9, "neuf": 9, "ten": 10, "dix": 10,
    "eleven": 11, "onze": 11, "twelve": 12, "douze": 12, "thirteen": 13, "treize": 13, "fourteen": 14, "quatorze": 14,
    "fifteen": 15, "quinze": 15, "sixteen": 16, "seize": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "vingt": 20, "vingts": 20, "thirty": 30, "trente": 30, "forty": 40, "quarante": 40, "fifty": 50,
    "cinquante": 50, "sixty": 60, "soixante": 60, "seventy": 70, "septante": 70, "eighty": 80, "ninety": 90, "nonante": 90,
    "hundred": 100, "cent": 100, "cents": 100, "thousand": 1000, "mille": 1000,
    "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9, "billion": 10**9,
}  # fmt: skip
_ONE: Final = frozenset({"one", "un", "une"})
"""Words that are a number only in company: beside another number, or before a unit."""
_JOIN: Final = frozenset({"and", "et"})
_NUMBER_WORD = "|".join(sorted((word for word in _WORDS if word != "sept"), key=len, reverse=True)) + r"|sept(?!\.)"
_SPELLED = re.compile(rf"\b(?:{_NUMBER_WORD})(?:[\s-]+(?:(?:et|and)[\s-]+)?(?:{_NUMBER_WORD}))*\b", re.IGNORECASE)
_HALF = re.compile(r"\b(?:half|moitié|demie?)\b|1⁄2", re.IGNORECASE)
_MULTIPLE = re.compile(r"(\d[\d ]*(?:[.,]\d+)?)\s*(millions?|milliards?|billion|thousand|mille)\b", re.IGNORECASE)


def _in_digits(text: str) -> str:
    """`text` with every number in ASCII digits, percentages as `%` and hyphens as `-`; an en dash between figures is a range."""
    plain = "".join(_figure_character(char) for char in text)
    plain = re.sub(r"[‐‑]", "-", plain)
    plain = re.sub(r"\s*[–—−]\s*", " – ", plain)
    plain = re.sub(r"\b(?:per ?cent|pour ?cent)\b|\bp\. ?100\b", "%", plain, flags=re.IGNORECASE)
    plain = _NUMERIC_DATE.sub(_date_in_words, plain)
    plain = _HALF.sub(" 0.5 ", plain)
    plain = _MULTIPLE.sub(lambda match: _multiplied(match[1], _WORDS[match[2].lower()]), plain)
    plain = _SPELLED.sub(lambda match: _digits(match[0]), plain)
    return _LONE_ONE.sub("1", plain)


def _figure_character(char: str) -> str:
    """Digits of any script and composed signs ("½", "²", "Ⅳ") as ordinary characters, apart from what stands before them."""
    if unicodedata.category(char) == "No":
        return f" {unicodedata.normalize('NFKC', char)} "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return unicodedata.normalize("NFKC", char)


def _digits(words: str) -> str:
    """Number words in digits: "quarante-huit" is 48, "two and three" stays two numbers, a lone "one" stays a word."""
    out: list[str] = []
    run: list[str] = []
    for piece in re.split(r"([\s-]+)", words):
        word = piece.lower()
        if word not in _WORDS or _value([*_number_words(run), word], joined=_has_join(run)) is not None:
            run.append(piece)
        else:
            kept = _trailing(run)
            out += [_written(run[: len(run) - kept]), *run[len(run) - kept :]]
            run = [piece]
    return "".join([*out, _written(run)])


def _number_words(run: Sequence[str]) -> list[str]:
    return [piece.lower() for piece in run if piece.lower() in _WORDS]


def _has_join(run: Sequence[str]) -> bool:
    """Whether an "and" stands after the last number word of `run`."""
    return any(piece.lower() in _JOIN for piece in run[len(run) - _trailing(run) :])


def _trailing(run: Sequence[str]) -> int:
    """How many pieces at the end of `run` are no number words."""
    return next((at for at, piece in enumerate(reversed(run)) if piece.lower() in _WORDS), len(run))


def _written(run: Sequence[str]) -> str:
    words = _number_words(run)
    value = _value(words)
    lone = len(words) == 1 and words[0] in _ONE
    return "".join(run) if lone or value is None else str(value)


def _value(words: Sequence[str], *, joined: bool = False) -> int | None:
    """The number that `words` are, or `None` if they are not one. `joined`: "and" or "et" stands before the last."""
    total, current = 0, 0
    for at, word in enumerate(words):
        value = _WORDS[word]
        last_joined = joined and at == len(words) - 1
        if last_joined and not _may_join(total, current, word):
            return None
        if value >= 1000 and not (at and not current):
            total, current = total + (current or 1) * value, 0
        elif word in {"vingt", "vingts"} and current % 100 == 4:
            current += 76
        elif value == 100 and current <= 9:
            current = (current or 1) * 100
        elif value < 100 and (at == 0 or _adds(current, value)):
            current += value
        else:
            return None
    return total + current if words else None


def _may_join(total: int, current: int, word: str) -> bool:
    """ "one hundred and twenty", "vingt et un"; not "two and three"."""
    if word in {"un", "une", "onze"}:
        return current % 10 == 0 and current % 100 >= 20
    return (current >= 100 and current % 100 == 0) or (total > 0 and current == 0)


def _adds(current: int, value: int) -> bool:
    """Whether `value` may follow `current` in one number: "cent huit", "forty eight", "soixante-dix"."""
    if current % 100 == 0:
        return current > 0 or value > 0
    tens = current % 100
    return tens % 10 == 0 and tens >= 20 and (0 < value < 10 or (tens in {60, 80} and 10 <= value < 20))


def _multiplied(number: str, by: int) -> str:
    return _plain_decimal(Decimal(_number(number)) * by)


# --- figures: units, dates, articles ------------------------------------------------------------------------------------

_UNITS: Final[dict[str, str]] = {
    "hour": r"hours?|heures?|hrs?|h", "minute": r"minutes?|mins?|mn", "second": r"seconds?|secondes?",
    "day": r"days?|jours?|j", "week": r"weeks?|semaines?", "month": r"months?|mois", "quarter": r"quarters?|trimestres?",
    "year": r"years?|années?|ans?|yrs?", "percent": r"%", "euro": r"euros?|EUR|€", "thousand euro": r"k€|k ?EUR",
    "million euro": r"M€|M ?EUR", "dollar": r"dollars?|USD|\$", "pound": r"pounds?|livres?|GBP|£",
}  # fmt: skip
_UNIT = "|".join(f"(?:{pattern})" for pattern in _UNITS.values())
_BEFORE = (
    r"working|business|calendar|clear|full|whole|consecutive|further|more|additional|first|last|premi(?:er|ère)s?"
    r"|derni(?:er|ère)s?"
)
_AFTER = r"ouvrés?|ouvrées?|ouvrables?|calendaires?|francs?"
_KINDS: Final[dict[str, str]] = {
    "working": "working", "business": "working", "ouvré": "working", "ouvrée": "working", "ouvrable": "ouvrable",
    "calendar": "calendar", "calendaire": "calendar", "clear": "clear", "franc": "clear",
}  # fmt: skip
"""Which days are meant. A sentence that says "working days" needs a source that does."""
_MEASURED = re.compile(
    rf"""(?:\s*\(\s*\d+\s*\))?[\s-]*(?:(?P<before>{_BEFORE})[\s-]+)?(?:d['’]\s*)?
         (?P<unit>{_UNIT})(?![\w€])(?:\s+(?P<after>{_AFTER})\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_LONE_ONE = re.compile(rf"\b(?:one|une?)(?=[\s-]+(?:(?:{_BEFORE})[\s-]+)?(?:{_UNIT})(?!\w))", re.IGNORECASE)
_CURRENCY: Final = re.compile(r"(€|EUR|\$|USD|£|GBP)\s*$")
_FIGURE = re.compile(
    r"""(?P<article>\b[LRD]\.?\s?\d{2,5}(?:-\d+)*|\bA\.?\s?\d{2,4}(?:-\d+)+|(?<![\w.,])\d{3,4}(?:-\d+)+)
       |(?P<number>\d{1,3}(?:[ ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)""",
    re.VERBOSE,
)
_BETWEEN = re.compile(
    r"\s*(?:%|€|euros?)?\s*(?:,?\s*(?:to|and|or|then|through|à|et|ou|puis)\s|[-–/,])\s*(?:€|\$|£|EUR)?\s*",
    re.IGNORECASE,
)
_MONTHS: Final = (
    "janv?(?:ier|uary)?", "f[ée]v(?:r|rier)?|feb(?:ruary)?", "mar(?:s|ch)?", "avr(?:il)?|apr(?:il)?", "mai|may", "juin|june?",
    "juil(?:l|let)?|july?", "ao[ûu]t|aug(?:ust)?", "sept?(?:embre|ember)?", "oct(?:obre|ober)?", "nov(?:embre|ember)?",
    "d[ée]c(?:embre|ember)?",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"""\b(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b\.?
         (?:\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?:,?\s+(?P<year>\d{{4}}))?\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMERIC_DATE = re.compile(
    r"\b(?:(?P<y1>[12]\d{3})-(?P<m1>\d\d)-(?P<d1>\d\d)|(?P<d2>\d{1,2})([/.])(?P<m2>\d{1,2})\5(?P<y2>[12]\d{3}))\b"
)
_ENGLISH: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ROMAN = re.compile(
    r"""\b((?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|VI{0,3}|I{2,3})(?<=[IVX]{2}))\b
       |(?:(?<=\d),\s|\b(?:[Cc]hap(?:ter|itre)|[Tt]it(?:re|le)|[Pp]art(?:ie)?|[Ll]ivre|[Bb]ook|[Ss]ection|[Aa]nnexe?|§)\s+)
        ([IVX]+)\b""",
    re.VERBOSE,
)
_LETTER = re.compile(r"(?<=[\d)])\s?\(([a-z])\)")


def _amounts(plain: str) -> Iterator[str]:
    """Numbers with their units, from the end: in "4 to 8 hours" and "10, then 25 %" the unit of the last is that of all."""
    unit, kind, following = "", "", len(plain)
    for match in reversed(list(_FIGURE.finditer(plain))):
        if match["article"]:
            article = re.sub(r"[.\s]", "", match["article"]).upper()
            measured = _MEASURED.match(plain, match.end()) if article[0].isdigit() else None
            if not measured:
                yield article
                unit, following = "", match.start()
                continue
            for part in article.split("-"):
                yield from _with_unit(_number(part), *_unit(measured))
            unit, kind = _unit(measured)
            following = match.start()
            continue
        measured = _MEASURED.match(plain, match.end())
        before = _CURRENCY.search(plain, 0, match.start())
        if measured and not _is_article_word(measured["unit"], match["number"]):
            unit, kind = _unit(measured)
        elif before:
            unit, kind = _unit_name(before[1]), ""
        elif not (unit and _BETWEEN.fullmatch(plain, match.end(), following)) or _is_year(match["number"]):
            unit, kind = "", ""
        yield from _with_unit(_number(match["number"]), unit, kind)
        following = before.start() if before else match.start()


def _is_article_word(unit: str, number: str) -> bool:
    """Whether "an" is the English article: years are "1 an" or "2 ans"."""
    return unit.lower() == "an" and number != "1"


def _is_year(number: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", number))


def _unit(measured: re.Match[str]) -> tuple[str, str]:
    said = (measured["before"] or measured["after"] or "").lower()
    kind = _KINDS.get(said) or _KINDS.get(said.rstrip("s"), "")
    return _unit_name(measured["unit"]), kind


def _unit_name(written: str) -> str:
    flags = 0 if "€" in written or "EUR" in written else re.IGNORECASE
    names = (name for name, pattern in _UNITS.items() if re.fullmatch(pattern, written, flags))
    return next(names, next((name for name, p in _UNITS.items() if re.fullmatch(p, written, re.IGNORECASE)), ""))


def _with_unit(number: str, unit: str, kind: str) -> Iterator[str]:
    scale = {"thousand euro": 1000, "million euro": 10**6}.get(unit)
    if scale:
        number, unit = _plain_decimal(Decimal(number) * scale), "euro"
    if unit in {"percent", "euro", "dollar", "pound"} and number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    yield number
    if unit:
        yield f"{number} {unit}"
    if kind:
        yield f"{number} {kind} {unit}"


def _dates(plain: str) -> Iterator[str]:
    """A day with its month, and a month with its year: neither is supported by the other's."""
    for match in _DATE.finditer(plain):
        month = _month_name(match["month"])
        day = match["day"] or match["after"]
        if day:
            yield f"{int(day)} {month}"
        if match["year"]:
            yield f"{month} {match['year']}"


def _month_name(written: str) -> str:
    return next(f"m{n}" for n, pattern in enumerate(_MONTHS, 1) if re.fullmatch(pattern, written, re.IGNORECASE))


def _date_in_words(match: re.Match[str]) -> str:
    """A date in figures with the name of its month; day first, as in France, unless the year leads."""
    month = int(match["m1"] or match["m2"])
    if not 1 <= month <= 12:
        return match[0]
    return f"{int(match['d1'] or match['d2'])} {_ENGLISH[month - 1]} {match['y1'] or match['y2']}"


def _number(text: str) -> str:
    """ "1 800,48", "1,800.48" and "1800.48" are one figure; a comma before three digits parts thousands, unless after a zero."""
    compact = re.sub(r"\s", "", text)
    if not re.match(r"0+[.,]", compact):
        compact = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", compact)
    compact = compact.replace(",", ".").lstrip("0") or "0"
    return f"0{compact}" if compact.startswith(".") else compact


def _plain_decimal(number: Decimal) -> str:
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


# --- quotations -----------------------------------------------------------------------------------------------------------

_SAME = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-"})
_IGNORED: Final = frozenset('"“”„«»‹›*\u00ad\u200b\u200c\u200d\u2060\ufeff')
"""Signs that do not count in a comparison: quotation marks, emphasis, what cannot be seen."""
_TIGHT: Final = frozenset(":;!?%.,)€")
"""Signs before which French has a space and English none."""


def _find(wanted: str, text: str) -> int:
    """The first place where `wanted` stands in `text` as whole words, or -1."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (_within_word(text, at) or _within_word(text, end)):
            return at
        at = text.find(wanted, at + 1)
    return -1


def _within_word(text: str, at: int) -> bool:
    """Whether the place `at` lies inside a word, or between a letter and its accent."""
    if not 0 < at < len(text):
        return False
    return bool(unicodedata.combining(text[at])) or (text[at - 1].isalnum() and text[at].isalnum())


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` folded for comparison, and for each of its characters the offset in the original."""
    out: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text.translate(_SAME)):
        if char in _IGNORED:
            continue
        folded = unicodedata.normalize("NFKD", char).lower()
        if not folded.strip():
            folded = " "
        if folded == " " and out and out[-1] == " ":
            continue
        if folded in _TIGHT and out and out[-1] == " ":
            out.pop()
            offsets.pop()
        for piece in folded:
            out.append(piece)
            offsets.append(at)
    return "".join(out), offsets
