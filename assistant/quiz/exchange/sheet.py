"""An item as exports write it: one language, its numbers drawn, its source in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from assistant.quiz.gate import DEFECTS
from assistant.quiz.question import arrangement, figure, put
from knowledge.models import Language
from knowledge.quiz import Calculation, Choice, Defect, Item, Matching, Multiple, Open, Ordering, Source

SEED: Final = "export"
Kind = Literal["choice", "multiple", "match", "number", "essay"]
SOUND: Final[Mapping[Language, str]] = {"en": "sound", "fr": "sain"}
QUOTES: Final[Mapping[Language, tuple[str, str]]] = {"en": ("“", "”"), "fr": ("« ", " »")}
_KINDS: Final[Mapping[str, str]] = {
    "derisory-cap": "plafond dérisoire",
    "unlawful": "illicite",
    "wrong-measure": "mauvaise mesure",
    "one-sided": "unilatéral",
    "vague": "vague",
    "missing-form": "forme manquante",
    "missing-limit": "limite manquante",
    "contradiction": "contradiction",
    "wrong-authority-or-court": "mauvaise autorité ou juridiction",
    "wrong-role": "mauvais rôle",
}
assert set(_KINDS) == set(DEFECTS)


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that can be chosen, with its reason. In a match, `match` is what belongs to it; `said` are the wordings of an
    element."""

    text: str
    correct: bool
    why: str
    match: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One item to be written: `type` is its own, `kind` the one that other systems know. `value` is the figure of a
    calculation, right within `tolerance`."""

    id: str
    type: str
    kind: Kind
    lang: Language
    topic: str
    objective: str
    level: str
    difficulty: int
    stem: str
    answers: tuple[Answer, ...]
    explanation: str
    quote: str
    source: str
    authorities: tuple[str, ...]
    value: float | None = None
    tolerance: float = 0.0
    unit: str = ""

    @property
    def figure(self) -> str:
        """The value in plain digits; empty for an item that has none."""
        return "" if self.value is None else _digits(self.value)

    @property
    def within(self) -> str:
        """The tolerance in plain digits."""
        return _digits(self.tolerance)

    @property
    def told(self) -> str:
        """What is told afterwards: the explanation and the words of the source."""
        return f"{self.explanation} {self.quoted}"

    @property
    def quoted(self) -> str:
        """The words of the source between quotation marks."""
        opening, closing = QUOTES[self.lang]
        return f"{opening}{self.quote}{closing}"


def _digits(value: float) -> str:
    """Plain digits: other systems do not read 1e+06."""
    written = f"{value:.4f}".rstrip("0").rstrip(".")
    return written or "0"


def sheets(items: Mapping[str, Item], lang: Language) -> Iterable[Sheet]:
    """The items as they are written in a language, in their order."""
    return (sheet(key, item, lang) for key, item in items.items())


def sheet(key: str, item: Item, lang: Language) -> Sheet:
    """One item as it is written."""
    kind, answers = _answers(key, item, lang)
    value = float(round(figure(key, item, SEED), 2)) if isinstance(item, Calculation) else None
    return Sheet(
        key,
        item.type,
        kind,
        lang,
        item.topic,
        item.objective,
        item.level,
        item.difficulty,
        put(key, item, SEED, lang).stem,
        tuple(answers),
        item.explanation[lang],
        item.source.quote[lang],
        named(item.source),
        item.authorities,
        value,
        item.tolerance if isinstance(item, Calculation) else 0.0,
        item.unit[lang] if isinstance(item, Calculation) else "",
    )


def _answers(key: str, item: Item, lang: Language) -> tuple[Kind, list[Answer]]:
    order = arrangement(key, item, SEED)
    if isinstance(item, Choice | Multiple):
        options = [item.options[at] for at in order]
        found = [Answer(one.text[lang], one.correct, one.why[lang]) for one in options]
        return ("multiple" if isinstance(item, Multiple) else "choice"), found
    if isinstance(item, Matching):
        return "match", [Answer(one.left[lang], True, one.why[lang], one.right[lang]) for one in item.pairs]
    if isinstance(item, Ordering):
        steps = [(at, item.steps[at]) for at in order]
        return "match", [Answer(one.text[lang], True, one.why[lang], str(at + 1)) for at, one in steps]
    if isinstance(item, Defect):
        found = [Answer(one.text[lang], True, one.why[lang], kind_name(one.defect, lang)) for one in item.segments]
        return "match", found
    if isinstance(item, Open):
        return "essay", [
            Answer(one.text[lang], True, one.why[lang], said=tuple(one.said[lang])) for one in item.elements
        ]
    return "number", []


def kind_name(defect: str | None, lang: Language) -> str:
    """A kind of defect in words; that a segment is sound where there is none."""
    if defect is None:
        return SOUND[lang]
    return _KINDS[defect] if lang == "fr" else defect.replace("-", " ")


def kind_named(name: str, lang: Language) -> str | None:
    """The kind of defect that `kind_name` wrote; `None` for a sound segment, and the name itself if it is no kind."""
    if name == SOUND[lang]:
        return None
    return next((kind for kind in DEFECTS if kind_name(kind, lang) == name), name)


def named(source: Source) -> str:
    """A source in one word, as it can be read again: "guidance:penalties", "clause:liability.customer"."""
    if source.clause is not None:
        return f"clause:{source.clause}.{source.position}" if source.position else f"step:{source.clause}.{source.step}"
    for kind in ("guidance", "authority", "definition", "term", "point"):
        key = getattr(source, kind)
        if key is not None:
            return f"{kind}:{key}"
    raise AssertionError("a source has one place")
