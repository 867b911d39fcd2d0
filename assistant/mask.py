"""What identifies people and firms is replaced by placeholders before a text leaves, and put back in what comes back.

Recognised are e-mail addresses, telephone numbers, IBAN (ISO 13616: remainder 1 modulo 97), SIREN and SIRET (Luhn's formula; for
La Poste the sum of the digits), the French social security number (key: 97 less the rest of the number modulo 97; Corsica counts
2A as 19 and 2B as 18), postal addresses, and names of people and firms where something marks them as such: a title, a legal
form, "represented by". A name that is marked once is replaced wherever it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from assistant.provenance import Counts, counts

_LITERAL: Final = "text"
"""A placeholder that stood in the text itself: it is replaced too, so that nobody can ask for somebody else's value."""
KINDS: Final = ("email", "iban", "nir", "siren", "phone", "address", "firm", "person", _LITERAL)
_PLACEHOLDER: Final = re.compile(rf"(?<!\w)(?:{'|'.join(kind.upper() for kind in KINDS)})_\d+(?!\w)")
_UNFINISHED: Final = re.compile(r"(?<!\w)[A-Z]{1,8}(?:_\d*)?\Z")
"""What may become a placeholder with the next piece."""


class Mask:
    """The placeholders of one conversation with a model: the same value has the same placeholder throughout."""

    def __init__(self) -> None:
        self._by_value: dict[str, str] = {}
        self._by_placeholder: dict[str, str] = {}
        self._kinds: Counter[str] = Counter()

    @property
    def counts(self) -> Counts:
        """How many different values of each kind were replaced."""
        return counts({kind: count for kind, count in self._kinds.items() if kind != _LITERAL})

    def cover(self, texts: Sequence[str]) -> list[str]:
        """The texts without what was recognised in any of them."""
        for text in texts:
            for kind, value in found(text):
                self._place(kind, value)
        self._place_again(texts)
        if not self._by_value:
            return list(texts)
        every = self._every()
        return [every.sub(lambda match: self._by_value[match[0]], text) for text in texts]

    def restore(self, text: str) -> str:
        """`text` with the values in place of their placeholders; others stay what they are."""
        return _PLACEHOLDER.sub(lambda match: self._by_placeholder.get(match[0], match[0]), text)

    def restoring(self, pieces: Iterable[str]) -> Iterator[str]:
        """The same for a text that arrives in pieces: a placeholder may be cut anywhere."""
        held = ""
        for piece in pieces:
            held += piece
            unfinished = _UNFINISHED.search(held)
            whole = held[: unfinished.start()] if unfinished else held
            if whole:
                yield self.restore(whole)
                held = held[len(whole) :]
        if held:
            yield self.restore(held)

    def _place_again(self, texts: Sequence[str]) -> None:
        """Names that were marked once, where they stand in other letters, and family names that stand alone."""
        if not self._by_value:
            return
        known = self._every()
        rest = [known.sub(" ", text) for text in texts]
        for kind, value in _names(self._by_value.items()):
            for text in rest:
                for again in re.finditer(_whole(value), text, re.IGNORECASE):
                    if any(char.isupper() for char in again[0]):
                        self._place(kind, again[0])

    def _every(self) -> re.Pattern[str]:
        """Whatever has a placeholder, the longest first."""
        return re.compile("|".join(_whole(value) for value in sorted(self._by_value, key=len, reverse=True)))

    def _place(self, kind: str, value: str) -> None:
        if value in self._by_value:
            return
        self._kinds[kind] += 1
        placeholder = f"{kind.upper()}_{self._kinds[kind]}"
        self._by_value[value] = placeholder
        self._by_placeholder[placeholder] = value


def found(text: str) -> Iterator[tuple[str, str]]:
    """What in `text` identifies somebody: its kind and the words. Where two overlap, the first kind of `KINDS` has it."""
    taken = bytearray(len(text))
    for kind, pattern, check in _PATTERNS:
        for match in pattern.finditer(text):
            group = "value" if "value" in pattern.groupindex else 0
            value = check(match[group])
            if not value:
                continue
            start = match.start(group)
            if not any(taken[start : start + len(value)]):
                taken[start : start + len(value)] = b"\1" * len(value)
                yield kind, value


def _whole(value: str) -> str:
    return rf"(?<!\w){re.escape(value)}(?!\w)"


def _names(placed: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The names that were marked, and the family name of each person, which may stand alone."""
    names = []
    for value, placeholder in list(placed):
        kind = placeholder.partition("_")[0].lower()
        if kind in {"person", "firm"}:
            names.append((kind, value))
            last = value.split()[-1]
            if kind == "person" and last != value and len(last) > 2 and last.casefold() not in _ROLES:
                names.append((kind, last))
    return names


# --- what is recognised -------------------------------------------------------------------------------------------------

_CAPITAL: Final = r"[A-ZÀ-ÖØ-Þ]"
_WORD: Final = rf"(?:{_CAPITAL}[\w&'’.-]*[\w]|{_CAPITAL}\.|{_CAPITAL})"
_PARTICLE: Final = r"(?:(?:de|du|des|de[ ]la|le|la|von|van|der|den|di|da|el|ben|et|&)[ ]|d['’])"
_NAME: Final = rf"{_WORD}(?:[ \u00a0]{_PARTICLE}?{_WORD}){{0,3}}"
_PARTS: Final = """
client cliente clients customer customers prestataire prestataires provider providers fournisseur supplier
partie parties party agence agency contrat contract agreement société company services service éditeur
publisher hébergeur host sous-traitant processor président présidente president directeur directrice director
gérant gérante manager juge judge bénéficiaire titulaire donneur acheteur vendeur seller buyer maître ouvrage
commune ministre ville état
"""
_ROLES: Final = frozenset(_PARTS.split())
"""Words with a capital that are the part somebody plays in a contract, not a name."""


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _siren(value: str) -> str | None:
    digits = re.sub(r"\D", "", value)
    is_post = digits.startswith("356000000") and sum(map(int, digits)) % 5 == 0
    return value if _luhn(digits) or is_post else None


def _nir(value: str) -> str | None:
    digits = re.sub(r"\s", "", value).upper()
    number = int(digits[:13].replace("2A", "19").replace("2B", "18"))
    return value if 97 - number % 97 == int(digits[13:]) else None


def _iban(value: str) -> str | None:
    """The longest beginning of `value` whose check digits are right."""
    while len(value) >= 15:
        compact = re.sub(r"\s", "", value)
        turned = compact[4:] + compact[:4]
        if 15 <= len(compact) <= 34 and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1:
            return value
        value = value[:-1].rstrip()
    return None


def _phone(value: str) -> str | None:
    return value if 8 <= len(re.sub(r"\D", "", value)) <= 15 else None


def _name(value: str) -> str | None:
    """A name without the part that somebody plays, if anything is left of it."""
    words = value.rstrip(".,").split()
    while words and words[-1].casefold() in _ROLES:
        words.pop()
    if not words or words[0].casefold() in _ROLES or len("".join(words)) < 2:
        return None
    return value[: value.rindex(words[-1]) + len(words[-1])]


def _any(value: str) -> str | None:
    return value.rstrip(" ,.") or None


_S: Final = r"[ \t\u00a0\u202f]"
_STREETS: Final = (
    r"rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|route|quai|cours|square|passage|faubourg|esplanade|villa|voie"
    r"|sentier|cité|résidence|parc"
)
_ROADS: Final = (
    r"Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Sq|Court|Ct|Boulevard|Blvd|Way|Place|Close|Terrace|Row"
)
_TOWN: Final = (
    rf"(?!EUR|Euro){_CAPITAL}[\w'’-]+(?:[ -](?:sur|sous|lès|le|la|en|de)?[ -]?{_CAPITAL}[\w'’-]+)*"
    rf"(?:{_S}CEDEX(?:{_S}\d+)?)?"
)
_FORMS: Final = (
    r"SASU|SAS|S\.A\.S\.?|SARL|S\.A\.R\.L\.?|EURL|SELARL|SCI|SCOP|SNC|SA|S\.A\.|SE|GIE|GmbH|AG|Ltd\.?|Limited|LLP|LLC|Inc\.?"
    r"|Corp\.?|plc|PLC|BV|B\.V\.|NV|SpA|Srl|S\.r\.l\.|Oy|AB|ApS|Kft"
)
_PATTERNS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], str | None]], ...]] = (
    (_LITERAL, _PLACEHOLDER, _any),
    ("email", re.compile(r"(?<![\w.+-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+(?!\w)"), _any),
    ("iban", re.compile(rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_S}?[A-Z0-9]){{11,30}}(?!\w)"), _iban),
    ("nir", re.compile(
        rf"(?<!\w)[1-478]{_S}?\d\d{_S}?(?:0[1-9]|1[0-2]|[2-9]\d){_S}?(?:2[ABab]|\d\d){_S}?\d{{3}}{_S}?\d{{3}}{_S}?\d\d(?!\w)"
    ), _nir),
    ("siren", re.compile(
        rf"(?<![\w.,])\d{{3}}{_S}?\d{{3}}{_S}?\d{{3}}(?:{_S}?\d{{5}})?(?![\w.]|{_S}?(?:€|%|euros?\b|EUR\b|{_S}\d{{3}}\b))"
    ), _siren),
    ("phone", re.compile(rf"(?<![\w.])(?:(?:\+|00)33{_S}?(?:\(0\){_S}?)?|0)[1-9](?:[\s.\u2011-]?\d\d){{4}}(?!\w)"), _phone),
    ("phone", re.compile(r"(?<!\w)(?:\+|00)[1-9]\d{0,2}(?:[\s.()\u2011-]{0,2}\d){6,12}(?!\w)"), _phone),
    ("phone", re.compile(
        r"(?<!\w)(?:\(0?\d{2,4}\)|0\d{2,4})[\s-]\d{3,4}[\s-]\d{3,4}(?!\w)|\(\d{3}\)[\s-]?\d{3}-\d{4}(?!\w)"
    ), _phone),
    ("address", re.compile(
        rf"(?<!\w)\d{{1,4}}{_S}?(?:bis|ter|quater)?,?{_S}(?i:{_STREETS}){_S}[^\n,;.()]{{2,60}}?"
        rf"(?:,?{_S}*\d{{5}}{_S}{_TOWN}|(?=[,;.()\n]|$))",
    ), _any),
    ("address", re.compile(rf"(?<!\w)\d{{5}}{_S}{_TOWN}"), _any),
    ("address", re.compile(
        rf"(?<!\w)\d{{1,5}}[A-Za-z]?{_S}(?:{_CAPITAL}[\w'’]+{_S}){{1,4}}(?:{_ROADS})\b\.?"
        rf"(?:,?{_S}{_CAPITAL}[\w ]{{1,30}}?,?{_S}(?:[A-Z]{{1,2}}\d[A-Z\d]?{_S}?\d[A-Z]{{2}}\b|[A-Z]{{2}}{_S}\d{{5}}\b))?"
    ), _any),
    ("address", re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)"), _any),
    ("firm", re.compile(
        rf"(?<!\w)(?:(?i:sociétés?|sté|cabinet|agence|association|company|firm){_S}(?:(?:{_FORMS}){_S})?|(?:{_FORMS}){_S})"
        rf"(?:[«“\"]{_S}?)?(?P<value>{_NAME})"
    ), _name),
    ("firm", re.compile(rf"(?<!\w)(?P<value>{_NAME}),?{_S}(?:{_FORMS})(?!\w)"), _name),
    ("person", re.compile(
        rf"(?<!\w)(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Mademoiselle|Maître|Me|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Pr\.?"
        rf"|Prof\.?|Sir){_S}(?P<value>{_NAME})"
    ), _name),
    ("person", re.compile(
        rf"(?i:\b(?:représentée?s? par|represented by|signée?s? par|signed by|je m['’]appelle|my name is|mon nom est|je suis"
        rf"|nommée?|named|soussignée?|undersigned|nom{_S}?:|name:|contact{_S}?:)){_S}(?P<value>{_NAME})"
    ), _name),
)  # fmt: skip
