"""The words of the interface, read from the catalogues in `web/locale`.

A catalogue is a gettext file for each part and language. An entry has a name (`msgctxt`), by which templates and code call it,
the English (`msgid`), and in the catalogues of other languages the translation (`msgstr`): whoever translates sees both. English
is the source, so that its own `msgstr` stay empty. What depends on a number has forms (`msgid_plural`, `msgstr[n]`), chosen by
the rule in the head of the file.

The texts are written with plain quotes and spaces; `typeset` sets them as a printer would.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from knowledge.errors import Misconfigured
from knowledge.models import Language
from web.words.written import written

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALE: Final = Path(__file__).parent.parent / "locale"
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")
HOLE: Final = re.compile(r"{(\w+)}")
NO_BREAK: Final = "\u00a0"
NARROW_NO_BREAK: Final = "\u202f"


class Word(str):
    """A message as it is set. As a plain string it is the form for many; `fill` chooses the form and fills its `{holes}`."""

    __slots__ = ("forms", "lang", "rule")

    forms: tuple[str, ...]
    lang: Language
    rule: Callable[[int], int]

    @classmethod
    def of(cls, forms: tuple[str, ...], lang: Language, rule: Callable[[int], int]) -> Word:
        """A message of one form, or of several among which `rule` chooses by the number."""
        word = cls(forms[-1])
        word.forms, word.lang, word.rule = forms, lang, rule
        return word

    def fill(self, **holes: Any) -> str:
        """The message with its holes filled, as its language writes numbers, days and lists; `count` chooses the form.

        Raises `KeyError` for a hole that nothing was given for.
        """
        count = holes.get("count")
        text = self.forms[self.rule(count)] if isinstance(count, int) and len(self.forms) > 1 else str(self)
        return HOLE.sub(lambda hole: written(holes[hole[1]], self.lang), text)


class Words(Mapping[Language, Mapping[str, Word]]):
    """The words of some catalogues by language, read when they are first asked for."""

    def __init__(self, *parts: str) -> None:
        self.parts: Final = parts

    def __getitem__(self, lang: Language) -> Mapping[str, Word]:
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return _words(self.parts, lang)

    def __iter__(self) -> Iterator[Language]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)


def typeset(text: str, lang: Language) -> str:
    """The text with curved apostrophes and, in French, no-break spaces at the punctuation."""
    text = text.replace("'", "\u2019")
    if lang == "fr":
        text = re.sub(r" (?=[;!?])", NARROW_NO_BREAK, text)
        text = re.sub(r" (?=[:»])|(?<=«) ", NO_BREAK, text)
    return text


def path_of(part: str, lang: Language) -> Path:
    """Where the catalogue of a part stands."""
    return LOCALE / lang / "LC_MESSAGES" / f"{part}.po"


def read(part: str, lang: Language) -> Catalog:
    """The catalogue of a part. Raises `Misconfigured` where it is missing or no catalogue."""
    from babel.messages.pofile import PoFileError, read_po

    path = path_of(part, lang)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=lang, abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"{path} cannot be read ({error}): install Clausier again, or mend the catalogue"
        ) from error


def entries(catalogue: Catalog) -> Iterator[tuple[str, Message]]:
    """The names of a catalogue with what they stand for."""
    return ((message.context or "", message) for message in catalogue if message.id)


def forms(message: Message, *, is_source: bool) -> tuple[str, ...]:
    """What an entry says, one text or one for each plural form; empty where it is not translated."""
    said = message.id if is_source else message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


@cache
def _words(parts: tuple[str, ...], lang: Language) -> Mapping[str, Word]:
    words: dict[str, Word] = {}
    for part in parts:
        catalogue = read(part, lang)
        rule = gettext.c2py(catalogue.plural_expr)
        for name, message in entries(catalogue):
            said = tuple(typeset(form, lang) for form in forms(message, is_source=lang == "en"))
            words[name] = Word.of(said, lang, rule)
    return words
