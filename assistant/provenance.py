"""Where the words of an answer come from: what a model wrote, what is quoted, what was withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from knowledge.models import Language

By = Literal["model", "quotation", "library"]
"""Who wrote a span: the model (and plain code found it supported), a source to the letter, or the library as it is."""
Counts = tuple[tuple[str, int], ...]
"""How many of each kind, the kinds in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Span:
    """`answer.prose[start:end]` was written `by` somebody."""

    start: int
    end: int
    by: By


@dataclass(frozen=True, slots=True)
class Provenance:
    """What became of a model's words in one answer.

    `prompt` names the template and its version, `written` counts the sentences that are shown, `quoted` those of them that
    quote, `repaired` those for which the source's own words stand, or which got their mark from us. `withheld` counts what is
    not shown by the reason, `masked` what the model was not told. `spans` cover the prose from its beginning to its end.
    """

    model: str
    prompt: str
    written: int = 0
    quoted: int = 0
    repaired: int = 0
    withheld: Counts = ()
    masked: Counts = ()
    spans: tuple[Span, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the outside contract has it."""
        return {
            "model": self.model,
            "prompt": self.prompt,
            "written": self.written,
            "quoted": self.quoted,
            "repaired": self.repaired,
            "withheld": sum(count for _, count in self.withheld),
            "withheld_because": dict(self.withheld),
            "masked": dict(self.masked),
            "spans": [{"start": span.start, "end": span.end, "by": span.by} for span in self.spans],
        }


def counts(of: Mapping[str, int]) -> Counts:
    """A mapping as counts, without what is none."""
    return tuple(sorted((kind, count) for kind, count in of.items() if count))


def spans(pieces: Iterable[tuple[str, By]]) -> tuple[Span, ...]:
    """Where `pieces`, put together, stand; neighbours by the same are one."""
    found: list[Span] = []
    at = 0
    for text, by in pieces:
        if found and found[-1].by == by:
            found[-1] = Span(found[-1].start, at + len(text), by)
        elif text:
            found.append(Span(at, at + len(text), by))
        at += len(text)
    return tuple(found)


_KINDS: Final[Mapping[str, Mapping[Language, tuple[str, str]]]] = {
    "address": {"en": ("address", "addresses"), "fr": ("adresse", "adresses")},
    "email": {"en": ("e-mail address", "e-mail addresses"), "fr": ("adresse électronique", "adresses électroniques")},
    "firm": {"en": ("firm", "firms"), "fr": ("société", "sociétés")},
    "iban": {"en": ("bank account", "bank accounts"), "fr": ("compte bancaire", "comptes bancaires")},
    "nir": {"en": ("social security number", "social security numbers"),
            "fr": ("numéro de sécurité sociale", "numéros de sécurité sociale")},
    "person": {"en": ("person", "persons"), "fr": ("personne", "personnes")},
    "phone": {"en": ("telephone number", "telephone numbers"),
              "fr": ("numéro de téléphone", "numéros de téléphone")},
    "siren": {"en": ("company number", "company numbers"), "fr": ("numéro SIREN ou SIRET", "numéros SIREN ou SIRET")},
}  # fmt: skip
_MASKED: Final[Mapping[Language, str]] = {
    "en": "Before anything was sent to the language model, these were replaced by placeholders: {}.",
    "fr": "Avant tout envoi au modèle de langage, ont été remplacés par des repères : {}.",
}


def masked_notice(masked: Counts, lang: Language) -> tuple[str, ...]:
    """A sentence that says what a model was not told; none if there was nothing."""
    said = [f"{count} {_KINDS[kind][lang][count > 1]}" for kind, count in masked if kind in _KINDS]
    return (_MASKED[lang].format(", ".join(said)),) if said else ()
