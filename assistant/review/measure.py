"""The figures of a sentence: durations, shares, sums, and how many months of fees a sum is worth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.subject import Measure, Unit, compiled
from knowledge.wording import Wordings

BEFORE: Final = 25
"""How much farther a figure counts that stands before the words it belongs to, in characters."""

LEAST_FEE: Final = 500.0
"""Euros a month that the smallest contract for maintenance or IT services costs."""

_ONES: Final = {
    "en": "one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze "
    "treize quatorze quinze seize dix-sept dix-huit dix-neuf",
}
_TENS: Final = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "fr": "vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt",
}


def _spellings() -> dict[str, int]:
    """What the numbers from 1 to 99 are called in either language, and the hundred."""
    found = {"une": 1, "hundred": 100, "cent": 100, "quatre-vingts": 80}
    for lang, ones in _ONES.items():
        small = {number: word for number, word in enumerate(ones.split(), 1)}
        found |= {word: number for number, word in small.items()}
        for place, ten in enumerate(_TENS[lang].split(), 2):
            base = 10 * (place - 1 if lang == "fr" and place in (7, 9) else place)
            found.setdefault(ten, base)
            for number, word in small.items():
                if number < (20 if lang == "fr" and place in (6, 8) else 10):
                    found.setdefault(f"{ten}-{word}", base + number)
            found.setdefault(f"{ten}-et-un", base + 1)
    return found


_WORDS: Final = _spellings()
_SMALL: Final = "|".join(sorted(_WORDS, key=len, reverse=True))
_HUNDREDS: Final = rf"(?:(?:{_SMALL}) )?(?:hundred|cents?)(?: (?:and |et )?(?:{_SMALL}))?|{_SMALL}"
_SPELLED: Final = rf"(?:(?:{_HUNDREDS}) )?(?:thousand|mille)(?: (?:and |et )?(?:{_HUNDREDS}))?|{_HUNDREDS}"
"""Numbers in words below a million: "two hundred and ten", "quatre-vingt-dix", "douze mille cinq cents"."""
_SCALES_IN_WORDS: Final = tuple(
    (re.compile(rf"(?:(?P<many>.+) )?(?:{said})(?: (?:and |et )?(?P<rest>.+))?"), value)
    for said, value in (("thousand|mille", 1_000), ("hundred|cents?", 100))
)
_DIGITS: Final = r"\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_NUMBER: Final = (
    rf"(?<![\w.,-])(?:(?P<digits>{_DIGITS})|(?P<spelled>(?:{_SPELLED})(?=\W)))"
    rf"(?:\s*\(\s*(?:(?P<again>{_DIGITS})|(?:{_SPELLED})(?:[\s-]+(?:{_SPELLED}|and|et))*)\s*\))?"
)
_ANY_NUMBER = re.compile(_NUMBER)
_UNITS: Final = (
    ("minute", r"minutes?|min|mn"), ("hour", r"hours?|heures?|hrs?|h"), ("day", r"days?|jours?|j"),
    ("week", r"weeks?|semaines?"), ("month", r"months?|mois"), ("year", r"years?|annees?|ans?"),
)  # fmt: skip
_HOURS: Final = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0, "year": 8760.0}
_EXACT: Final = {("day", "month"): 1 / 30, ("month", "day"): 30.0, ("week", "month"): 7 / 30, ("year", "month"): 12.0,
                 ("month", "year"): 1 / 12, ("year", "day"): 365.0, ("week", "day"): 7.0, ("day", "year"): 1 / 365}  # fmt: skip
"""What one unit is worth in another as contracts count; a month of notice is thirty days."""
_DURATION = re.compile(
    rf"{_NUMBER}[\s-]*(?:(?:business|working|calendar|full|consecutive|clear|successive|additional|further|more"
    rf"|worked)[\s-]+){{0,2}}"
    rf"(?:{'|'.join(f'(?P<{name}>{pattern})' for name, pattern in _UNITS)})(?!\w)"
)
_IN_WORDS: Final = (
    (re.compile(r"\b(?:year (?:by|to) year|d'annee en annee|annee par annee)\b"), 1, "year"),
    (re.compile(r"\b(?:month (?:by|to) month|(?:de )?mois en mois)\b"), 1, "month"),
    (re.compile(r"\b(?:within the|dans l')\s?(?:hour|heure)\b"), 1, "hour"),
    (re.compile(r"\b(?:half an hour|une demi-heure|la demi-heure)\b"), 30, "minute"),
    (re.compile(r"\b(?:a quarter of an hour|(?:le|un) quart d'heure)\b"), 15, "minute"),
)
"""Durations that are said without a number."""
_PERCENT = re.compile(rf"{_NUMBER}\s*(?:%|per ?cent(?:um)?|percent|pour cent|p\. ?100)")
_CURRENCY: Final = r"eur|euros?|€|usd|us\$|\$|dollars?|gbp|£|chf"
_MONEY = re.compile(
    rf"(?:(?P<before>{_CURRENCY})\s*)?{_NUMBER}\s*(?P<scale>millions?|k|m)?\s*(?:d'|of "
    rf"|de )?(?P<after>{_CURRENCY})?(?!\w)"
)
_SCALES: Final = {"k": 1_000, "m": 1_000_000, "million": 1_000_000, "millions": 1_000_000}
_PAID: Final = re.compile(
    r"\b(?:fees?|price|prices|paid|payable|amounts?|sums?|charges?|compensation|consideration|invoiced"
    r"|redevances?|prix|sommes?|montants?|"
    r"factur\w*|honoraires|abonnements?|mensualites?|vers\w*|regl\w*|paye\w*|remuneration)\b"
)
_FRACTIONS: Final = tuple(
    (re.compile(rf"\b(?:{said})\b"), value)
    for said, value in (
        ("half|moitie", 1 / 2), ("one[- ]third|a third|tiers", 1 / 3), ("one[- ]quarter|a quarter|quart", 1 / 4),
        ("one[- ]fifth|cinquieme", 1 / 5), ("one[- ]sixth|sixieme", 1 / 6), ("one[- ]eighth|huitieme", 1 / 8),
        ("one[- ]tenth|dixieme", 1 / 10), ("one[- ]twelfth|douzieme", 1 / 12),
    )
)  # fmt: skip
"""Shares in words."""
_LESSER_OF: Final = re.compile(r"\b(?:lesser|lower|least|smaller|smallest|moindre|plus (?:faible|bas|petit)e?s?)\b")
_TIMES = re.compile(
    rf"\b(?:(?P<double>twice|double|deux fois)|(?P<triple>three times|trois fois|thrice)"
    rf"|(?P<number>{_DIGITS})\s*(?:x|times|fois)|(?P<spelled>{_SPELLED}) (?:times|fois))\b"
)
_MONTHLY = re.compile(
    rf"(?:(?P<spelled>{_SPELLED})|(?P<digits>\d+))?\s*(?:\(\d+\)\s*)?(?:last\s+|previous\s+|dernieres?\s+)?"
    r"(?:monthly (?:fees?|payments?|charges?|instalments?)|mensualites?|redevances? mensuelles?|month's fees?|months? of fees)"
)
_YEARLY = re.compile(
    r"\b(?:annual|yearly|annuelle?s?|annuels?|contract year|preceding year|previous year|that year"
    r"|annee (?:contractuelle|precedente|en cours)|"
    r"par an|an de|year's|per year|a year|an)\b"
)
_SINGLE = re.compile(
    r"\b(?:the|that|last|preceding|previous|current|affected|one|a|du|le|dernier|precedent|un|un seul)"
    r" (?:last |preceding |previous |dernier |affected |relevant )?(?:(?P<month>month|mois)|(?P<quarter>quarter|trimestre))\b"
    r"|\b(?:last|latest|derniere) (?P<invoice>invoice|facture|echeance)\b"
)
_PERIODS: Final = {"month": 1.0, "quarter": 3.0, "year": 12.0}
_PERIOD = re.compile(
    r"\b(?:(?P<month>month|monthly|mois|mensuel\w*)|(?P<quarter>quarter|quarterly|trimestr\w*)|(?P<year>year|yearly|annual\w*|annuel\w*|an))\b"
)
RATE_PERIOD: Final = 40
"""Characters within which a rate is followed by the period that it is for."""
_EACH = re.compile(
    r"\b(?:per|a|an|each|every|par|mensuel\w*|journalier\w*|for (?:each|every)|du montant du par)\b[^.;,]{0,12}?"
    r"(?:(?P<day>\bday|jour)|(?P<week>\bweek|semaine)|(?P<month>\bmonth|mois))"
    r"|(?P<monthly>mensuel|monthly)"
)
_A_YEAR: Final = {"day": 365, "week": 52, "month": 12, "monthly": 12}
_FREQUENT: Final = (
    (re.compile(r"\b(?:real time|temps reel|continuous\w*|en continu)\b"), 0.1),
    (re.compile(r"\b(?:hourly|toutes les heures|chaque heure|every hour)\b"), 1.0),
    (re.compile(r"\b(?:twice a day|deux fois par jour)\b"), 12.0),
    (re.compile(r"\b(?:daily|nightly|quotidien\w*|(?:chaque|toutes les|every|each) (?:jour|nuits?|day|night|evening)"
        r"|tous les soirs|tous les jours|par jour|journalier\w*)\b"), 24.0),
    (re.compile(r"\b(?:weekly|every week|each week|hebdomadaire\w*|chaque semaine|par semaine|once a week)\b"), 168.0),
    (re.compile(r"\b(?:monthly|every month|each month|mensuel\w*|chaque mois|par mois|once a month)\b"), 730.0),
)  # fmt: skip
_WORST = re.compile(
    r"\b(?:p1|priority 1|severity 1|severity one|level 1|niveau 1|gravite 1|priorite 1|critical|critiques?"
    r"|blocking|bloquant\w*|blocked|urgent\w*|"
    r"down|indisponib\w*)\b"
)
_LESSER = re.compile(
    r"\b(?:p2|p3|p4|priority [234]|severity [234]|niveau [234]|gravite [234]|priorite [234]|major|majeur\w*"
    r"|minor|mineur\w*|low|non[- ]?critical|"
    r"semi|simple|autres?|other)\b"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence, in the unit that was asked for. `rank` is lower the better it fits; `currency` for a sum."""

    value: float
    unit: str
    start: int
    end: int
    rank: int = 0


def measure(folded: str, wanted: Measure, fee: Figure | None = None) -> Figure | None:
    """The figure of a folded sentence that a measure asks for; `None` where there is none.

    With `fee`, what is paid for a month, a sum is turned into months of fees.
    """
    near = compiled(wanted.near)
    if wanted.quantity == "fees":
        found = [figure for figure in (_fees(folded), _worth(folded, fee)) if figure]
        return min(found, key=lambda figure: figure.value if _LESSER_OF.search(folded) else 0.0, default=None)
    if wanted.quantity == "frequency":
        return _frequency(folded, near)
    figures = [f for f in _figures(folded, wanted) if wanted.between is None or _holds(wanted.between, f.value)]
    if not figures:
        return None
    figures = _apart(folded, figures, near, compiled(wanted.apart)) or figures[:0]
    if not figures:
        return None
    if wanted.quantity == "service":
        return _service(folded, figures, near)
    return nearest(folded, figures, near)


def nearest(folded: str, figures: Sequence[Figure], near: Wordings) -> Figure:
    """The figure that stands nearest to one of some words, rather after than before them; else the first."""
    anchors = [span for pattern in near.patterns for span in _all(folded, pattern.parts[0].search)]
    if not anchors:
        return figures[0]
    return min(figures, key=lambda figure: (min(_distance(figure, span) for span in anchors), figure.start))


def _apart(folded: str, figures: list[Figure], near: Wordings, apart: Wordings) -> list[Figure]:
    """The figures that do not stand nearer to words of something else than to their own."""
    others = [span for pattern in apart.patterns for span in _all(folded, pattern.parts[0].search)]
    own = [span for pattern in near.patterns for span in _all(folded, pattern.parts[0].search)]
    if not others or not own:
        return figures
    return [
        figure
        for figure in figures
        if min(_gap(figure, span) for span in own) <= min(_gap(figure, span) for span in others)
    ]


def number(written: str) -> float:
    """The value of "1,000.50", "1 000,50", "1.000" or "99,5"."""
    plain = written.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?", plain) and not re.fullmatch(r"0[.,]\d+", plain):
        whole = re.match(r"\d{1,3}(?:[.,]\d{3})+", plain)
        head = whole[0] if whole else ""
        plain = re.sub(r"[.,]", "", head) + plain[len(head) :]
    return float(plain.replace(",", "."))


def numbers(folded: str, start: int, end: int) -> Iterator[Figure]:
    """The numbers between two offsets of a folded sentence, whatever they count; their unit is empty."""
    for match in _ANY_NUMBER.finditer(folded, start, end):
        yield Figure(_value(match), "", match.start(), match.end())


def durations(folded: str, unit: Unit) -> Iterator[Figure]:
    """The durations of a folded sentence, in `unit`. The number of a clause before "an action" is none."""
    for match in _DURATION.finditer(folded):
        own = next(name for name, _ in _UNITS if match[name])
        if match["year"] == "an" and match["digits"] and not re.search(r"\w", folded[: match.start()]):
            continue
        yield Figure(_convert(_value(match), own, unit), unit, match.start(), match.end())
    for pattern, value, own in _IN_WORDS:
        for match in pattern.finditer(folded):
            yield Figure(_convert(value, own, unit), unit, match.start(), match.end())


def percents(folded: str) -> Iterator[Figure]:
    """The shares of a folded sentence, in per cent."""
    for match in _PERCENT.finditer(folded):
        yield Figure(_value(match), "%", match.start(), match.end())


def sums(folded: str) -> Iterator[Figure]:
    """The sums of money of a folded sentence, in their currency."""
    for match in _MONEY.finditer(folded):
        sign = match["before"] or match["after"]
        if sign:
            scale = _SCALES.get(match["scale"] or "", 1)
            yield Figure(_value(match) * scale, _currency(sign), match.start(), match.end())


def _figures(folded: str, wanted: Measure) -> Iterator[Figure]:
    if wanted.quantity == "percent":
        yield from percents(folded)
    elif wanted.quantity == "rate":
        yield from _rates(folded)
    elif wanted.quantity == "money":
        yield from sums(folded)
    else:
        yield from durations(folded, wanted.unit)


def _rates(folded: str) -> Iterator[Figure]:
    """Shares for a year: one for a month counts twelve times."""
    for share in percents(folded):
        period = _EACH.search(folded, share.end, share.end + RATE_PERIOD)
        times = next((times for name, times in _A_YEAR.items() if period and period[name]), 1)
        yield Figure(share.value * times, share.unit, share.start, share.end)


def _fees(folded: str) -> Figure | None:
    """How many months of fees a cap is worth: "the fees of the last twelve months", "twice the annual price"."""
    if not _PAID.search(folded):
        return None
    months = [
        figure
        for figure in durations(folded, "month")
        if re.search(r"month|mois|year|an", folded[figure.start : figure.end])
    ]
    months = [figure for figure in months if not _is_deadline(folded, figure)]
    monthly, yearly = _MONTHLY.search(folded), _YEARLY.search(folded)
    single = _SINGLE.search(folded)
    if months:
        base, start, end = months[0].value, months[0].start, months[0].end
    elif monthly:
        base, start, end = _spelled(monthly), monthly.start(), monthly.end()
    elif yearly:
        base, start, end = 12.0, yearly.start(), yearly.end()
    elif single:
        base, start, end = (3.0 if single["quarter"] else 1.0), single.start(), single.end()
    else:
        return None
    return Figure(base * _multiple(folded, start), "month", start, end)


def monthly_fee(folded: str) -> Figure | None:
    """What is paid for a month, from a folded sentence that gives a price with its period."""
    period = _PERIOD.search(folded)
    paid = next(sums(folded), None)
    if period is None or paid is None:
        return None
    months = next(months for name, months in _PERIODS.items() if period[name])
    return Figure(paid.value / months, paid.unit, paid.start, paid.end)


def _worth(folded: str, fee: Figure | None) -> Figure | None:
    """How many months of fees the smallest sum of a sentence is worth.

    Where the contract tells no fee, of `LEAST_FEE`: what is little then is little in any contract.
    """
    unit, monthly = (fee.unit, fee.value) if fee and fee.value else ("EUR", LEAST_FEE)
    found = [paid for paid in sums(folded) if paid.unit == unit]
    if not found:
        return None
    least = min(found, key=lambda paid: paid.value)
    return Figure(round(least.value / monthly, 2), "month", least.start, least.end)


def _is_deadline(folded: str, figure: Figure) -> bool:
    """Whether a duration is a time in which to claim rather than a base."""
    return bool(re.search(r"\b(?:within|dans (?:un delai de|les)|no later than|delai de)\s*$", folded[: figure.start]))


def _multiple(folded: str, base: int) -> float:
    """By how much the base, which begins at `base`, is multiplied by what stands before it: "twice the annual fees", "50 %
    of the fees". What stands after it is another cap."""
    shares = [p.value / 100 for p in percents(folded[:base]) if 1 <= p.value <= 1000]
    shares += [value for said, value in _FRACTIONS if said.search(folded[:base])]
    share = next(iter(shares), 1.0)
    times = _TIMES.search(folded[:base])
    if times is None:
        return share
    many = _said(times["spelled"]) if times["spelled"] else number(times["number"] or "1")
    return share * (2.0 if times["double"] else 3.0 if times["triple"] else many)


def _spelled(match: re.Match[str]) -> float:
    if match["digits"]:
        return float(match["digits"])
    return _said(match["spelled"]) if match["spelled"] else 1.0


def _frequency(folded: str, near: Wordings) -> Figure | None:
    """Hours between what is done: "daily", "every 4 hours"."""
    found = [
        Figure(hours, "hour", match.start(), match.end())
        for pattern, hours in _FREQUENT
        for match in pattern.finditer(folded)
    ]
    every = re.compile(rf"\b(?:every|toutes les|tous les)\s+{_DURATION.pattern}")
    found += [
        Figure(
            _convert(_value(match), next(n for n, _ in _UNITS if match[n]), "hour"), "hour", match.start(), match.end()
        )
        for match in every.finditer(folded)
    ]
    return nearest(folded, found, near) if found else None


def _service(folded: str, figures: Sequence[Figure], near: Wordings) -> Figure:
    """The time that belongs to the words, ranked by whether the sentence speaks of the highest severity."""
    worst, lesser = _WORST.search(folded), _LESSER.search(folded)
    rank = 0 if worst else 2 if lesser else 1
    chosen = nearest(folded, figures, near)
    return Figure(chosen.value, chosen.unit, chosen.start, chosen.end, rank)


def _value(match: re.Match[str]) -> float:
    if match["again"]:
        return number(match["again"])
    return number(match["digits"]) if match["digits"] else _said(match["spelled"])


def _said(words: str) -> float:
    """The value of a number in words."""
    for pattern, scale in _SCALES_IN_WORDS:
        parts = pattern.fullmatch(words)
        if parts:
            return scale * _said(parts["many"] or "one") + (_said(parts["rest"]) if parts["rest"] else 0)
    return float(_WORDS[words])


def _convert(value: float, unit: str, wanted: str) -> float:
    if unit == wanted:
        return value
    factor = _EXACT.get((unit, wanted), _HOURS[unit] / _HOURS.get(wanted, 1.0))
    return round(value * factor, 4)


def _currency(sign: str) -> str:
    if sign in ("$", "usd", "us$") or sign.startswith("dollar"):
        return "USD"
    return {"gbp": "GBP", "£": "GBP", "chf": "CHF"}.get(sign, "EUR")


def _distance(figure: Figure, span: tuple[int, int]) -> int:
    start, end = span
    if figure.start >= end:
        return figure.start - end
    return max(0, start - figure.end) + (BEFORE if figure.end <= start else 0)


def _gap(figure: Figure, span: tuple[int, int]) -> int:
    """Characters between a figure and a span."""
    return max(figure.start - span[1], span[0] - figure.end, 0)


def _all(folded: str, search: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    return (match.span() for match in search.finditer(folded))


def _holds(bounds: tuple[float, float], value: float) -> bool:
    return bounds[0] <= value <= bounds[1]
