"""Why a verdict, in one or two sentences of either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assistant.review.run import Judgement, Reason
from knowledge.models import Language
from knowledge.playbook import Bounds, Within
from knowledge.typography import number

_SENTENCES: Final[Mapping[Reason, Mapping[Language, str]]] = {
    "not_found": {
        "en": "Not found in the {checked} passages checked; what was looked for: {standard}",
        "fr": "Introuvable dans les {checked} passages vérifiés ; était recherché : {standard}",
    },
    "says": {
        "en": "The passage says what the playbook refuses.",
        "fr": "Le passage dit ce que le référentiel refuse.",
    },
    "figure": {
        "en": "The passage gives {value}; the standard is {standard_bounds}{fallback_bounds}.",
        "fr": "Le passage indique {value} ; le standard est {standard_bounds}{fallback_bounds}.",
    },
    "no_figure": {
        "en": "No figure could be read in the passages about it: read them yourself.",
        "fr": "Aucun chiffre n'a pu être lu dans les passages concernés : à relire.",
    },
    "lacks": {
        "en": "The passages about it do not say all that the standard asks for.",
        "fr": "Les passages concernés ne disent pas tout ce que le standard demande.",
    },
    "in_order": {
        "en": "Nothing in the passages about it departs from the standard.",
        "fr": "Rien, dans les passages concernés, ne s'écarte du standard.",
    },
}
_FALLBACK: Final[Mapping[Language, str]] = {"en": ", at the limit {}", "fr": ", à la limite {}"}
_UNITS: Final[Mapping[str, Mapping[Language, tuple[str, str]]]] = {
    "minute": {"en": ("minute", "minutes"), "fr": ("minute", "minutes")},
    "hour": {"en": ("hour", "hours"), "fr": ("heure", "heures")},
    "day": {"en": ("day", "days"), "fr": ("jour", "jours")},
    "week": {"en": ("week", "weeks"), "fr": ("semaine", "semaines")},
    "month": {"en": ("month", "months"), "fr": ("mois", "mois")},
    "year": {"en": ("year", "years"), "fr": ("an", "ans")},
    "EUR": {"en": ("euro", "euros"), "fr": ("euro", "euros")},
    "%": {"en": ("%", "%"), "fr": ("%", "%")},
}
ALLOWANCE: Final = 0.05
"""Share of a figure by which months of different lengths may differ."""
_DAYS_OF_A_YEAR: Final = 365
_WHOLE: Final = 0.05
"""How far a number of days that was turned into years may be from a whole one."""
_BOUNDS: Final[Mapping[Language, tuple[str, str, str]]] = {
    "en": ("at least {}", "at most {}", "from {} to {}"),
    "fr": ("au moins {}", "au plus {}", "de {} à {}"),
}


def explain(judgement: Judgement, checked: int, lang: Language) -> str:
    """What was found, then why the rule exists. `checked` is how many passages the contract has."""
    rule = judgement.rule
    fields = {"checked": number(checked, lang), "standard": rule.standard[lang]}
    if judgement.figure is not None and rule.within is not None:
        unit = judgement.figure.unit
        fallback = rule.within.fallback if _is_farther(rule.within) else None
        fields |= {
            "value": quantity(judgement.figure.value, unit, lang),
            "standard_bounds": bounds_in_words(rule.within.standard, unit, lang),
            "fallback_bounds": _FALLBACK[lang].format(bounds_in_words(fallback, unit, lang)) if fallback else "",
        }
    said = _SENTENCES[judgement.reason][lang].format(**fields)
    return said if judgement.reason == "in_order" else f"{said} {rule.why[lang]}"


def _is_farther(within: Within) -> bool:
    """Whether the fallback is another figure than the standard, and no mere allowance for how a month is counted."""
    if within.fallback is None:
        return False
    pairs = ((within.standard.least, within.fallback.least), (within.standard.most, within.fallback.most))
    return any(one != other and (not one or not other or abs(other - one) > ALLOWANCE * one) for one, other in pairs)


def quantity(value: float, unit: str, lang: Language) -> str:
    """A figure with its unit, as the language writes it: "12 months", "99,5 %", "60 jours" for less than a year."""
    days = value * _DAYS_OF_A_YEAR
    if unit == "year" and 0 < value < 1 and abs(days - round(days)) < _WHOLE:
        value, unit = round(days), "day"
    names = _UNITS.get(unit, {"en": (unit, unit), "fr": (unit, unit)})[lang]
    shown = number(int(value) if value % 1 == 0 else round(value, 2), lang)
    return f"{shown} {names[0] if abs(value) < (2 if lang == 'fr' else 1.0001) else names[1]}"


def bounds_in_words(bounds: Bounds, unit: str, lang: Language) -> str:
    """Bounds with their unit: "at most 3 months", "de 30 à 60 jours"."""
    least, most, both = _BOUNDS[lang]
    if bounds.least == bounds.most and bounds.least is not None:
        return quantity(bounds.least, unit, lang)
    if bounds.least is None:
        return most.format(quantity(bounds.most or 0, unit, lang))
    if bounds.most is None:
        return least.format(quantity(bounds.least, unit, lang))
    return both.format(number(bounds.least, lang), quantity(bounds.most, unit, lang))
