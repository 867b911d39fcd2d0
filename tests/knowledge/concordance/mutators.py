"""Ways to make one of two texts say something else, as a tired translator might: each is a table of substitutions or a cut."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from knowledge.concordance.align import sentences
from knowledge.models import Language

Mutator = Callable[[str, Language, random.Random], str | None]
"""Gives the text with one thing changed, or nothing if it has no such thing."""

_SPELLED: Mapping[Language, tuple[str, ...]] = {
    "en": ("three", "four", "five", "six", "eight", "ten", "twelve", "fifteen", "twenty", "thirty"),
    "fr": ("trois", "quatre", "cinq", "six", "huit", "dix", "douze", "quinze", "vingt", "trente"),
}
_UNITS: Mapping[Language, tuple[str, ...]] = {
    "en": ("hours", "days", "weeks", "months", "years"),
    "fr": ("heures", "jours", "semaines", "mois", "ans"),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre"),
}  # fmt: skip


def _at(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def _one(pattern: str, text: str, dice: random.Random, flags: int = 0) -> re.Match[str] | None:
    all_of_them = [*re.finditer(pattern, text, flags)]
    return dice.choice(all_of_them) if all_of_them else None


def _other(digits: str, dice: random.Random) -> str:
    """Another number of as many digits."""
    place = dice.randrange(len(digits))
    return digits[:place] + dice.choice([d for d in "123456789" if d != digits[place]]) + digits[place + 1 :]


_MEASURED = (
    r"(?:hours?|days?|weeks?|months?|years?|minutes?|heures?|jours?|semaines?|mois|ans|minutes?|business|calendar)"
)


def number(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"(?<![\w.,{/-])\d{1,3}(?= (?:business |calendar )?" + _MEASURED + r"\b)", text, dice)
    return found and _at(text, found, _other(found[0], dice))


def spelled(text: str, lang: Language, dice: random.Random) -> str | None:
    found = _one(rf"(?<![\w-])(?:{'|'.join(_SPELLED[lang])})(?![\w-])", text, dice)
    return found and _at(text, found, dice.choice([word for word in _SPELLED[lang] if word != found[0]]))


def unit(text: str, lang: Language, dice: random.Random) -> str | None:
    found = _one(rf"(?<=\d )(?:{'|'.join(_UNITS[lang])})\b", text, dice)
    return found and _at(text, found, dice.choice([word for word in _UNITS[lang] if word != found[0]]))


def percentage(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"(?<![\w.,])\d+(?:[.,]\d+)?(?= %)", text, dice)
    return found and _at(text, found, _other(found[0].replace(".", ",").split(",")[0], dice))


def amount(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"(?<=EUR )\d+|(?<![\w.,])\d+(?= (?:euros?|€|millions?))", text, dice)
    return found and _at(text, found, _other(found[0], dice))


def date(text: str, lang: Language, dice: random.Random) -> str | None:
    found = _one(rf"(?<=\d )(?:{'|'.join(_MONTHS[lang])})\b", text, dice)
    return found and _at(text, found, dice.choice([month for month in _MONTHS[lang] if month != found[0]]))


def year(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"(?<=[a-zéû] )20[12]\d\b", text, dice)
    return found and _at(text, found, str(int(found[0]) + dice.choice((-2, -1, 1, 2))))


def article(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"(?<=articles )\d{2,4}|(?<=article )\d{2,4}|(?<=article L)\d{3}", text, dice)
    return found and _at(text, found, _other(found[0], dice))


def clock(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"\b\d{1,2}(?=:00| h 00)", text, dice)
    return found and _at(text, found, str(int(found[0]) % 23 + 1))


def variable(text: str, _lang: Language, dice: random.Random) -> str | None:
    found = _one(r"\{\w+\}", text, dice)
    return found and _at(text, found, dice.choice(("{another_one}", "")))


def drop_negation(text: str, lang: Language, dice: random.Random) -> str | None:
    if lang == "en":
        found = _one(
            r"\b(does|do|is|are|may|shall|must|can|could|will|has|have) ?not\b|\bnever\b |\bwithout\b(?! (?:undue|further|any|waiting|delay|which|it))",
            text,
            dice,
        )
        return found and _at(text, found, found[1] or {"without": "with"}.get(found[0], ""))
    found = _one(
        r"\b(?:ne |n')([^.;:,]{1,25}?) (?:pas|jamais)\b|\bsans\b(?! (?:attendre|tarder|délai|retard|\w+er|\w+ir|réponse|effet|suite|quoi|l|que|rien))",
        text,
        dice,
    )
    return found and _at(text, found, found[1] or "avec")


def add_negation(text: str, lang: Language, dice: random.Random) -> str | None:
    if lang == "en":
        found = _one(r"\b(?:is|are|may|must|can|will|has)\b(?! (?:not|no|never|only|at|in|for|to)\b)", text, dice)
        return found and _at(text, found, f"{found[0]} not")
    pattern = r"(?<!ne )(?<!n')\b(doit|peut|doivent|peuvent|reste|paie|remet|suffit|devient|prend)\b(?!-)"
    found = _one(pattern, text, dice)
    if not found or re.search(
        r"\b(?:ne|n'|qu|aucun|personne|rien|nul|ni)", text[max(0, found.start() - 40) : found.start()]
    ):
        return None
    return _at(text, found, f"ne {found[0]} pas")


def permit(text: str, lang: Language, dice: random.Random) -> str | None:
    pairs = {"en": {"must": "may", "shall": "may"}, "fr": {"doit": "peut", "doivent": "peuvent"}}[lang]
    found = _one(rf"\b(?:{'|'.join(pairs)})\b(?!-)", text, dice)
    return found and _at(text, found, pairs[found[0]])


def oblige(text: str, lang: Language, dice: random.Random) -> str | None:
    pairs = {"en": {"may": "must"}, "fr": {"peut": "doit", "peuvent": "doivent"}}[lang]
    found = _one(rf"(?<!ne )\b(?:{'|'.join(pairs)})\b(?!-)", text, dice)
    return found and _at(text, found, pairs[found[0]])


def party(text: str, lang: Language, dice: random.Random) -> str | None:
    pairs = {
        "en": {"Customer": "Provider", "Provider": "Customer"},
        "fr": {"Client": "Prestataire", "Prestataire": "Client"},
    }[lang]
    found = _one(rf"\b(?:{'|'.join(pairs)})\b(?! Data)", text, dice)
    if not found or (lang == "fr" and text[: found.start()].endswith("Données du ")):
        return None
    return _at(text, found, pairs[found[0]])


def bound(text: str, lang: Language, dice: random.Random) -> str | None:
    pairs = {
        "en": {"at least": "at most", "at most": "at least", "before": "after", "after": "before"},
        "fr": {"au moins": "au plus", "au plus": "au moins", "avant": "après", "après": "avant"},
    }[lang]
    found = _one(rf"\b(?:{'|'.join(pairs)})\b(?! tard| que)", text, dice)
    return found and _at(text, found, pairs[found[0]])


def term(text: str, lang: Language, dice: random.Random) -> str | None:
    """Another term in the place of a defined one."""
    terms = {
        "en": ("Site", "Deliverables", "Services", "Price", "Anomaly", "Backups", "Personal Data", "Quote"),
        "fr": ("Site", "Livrables", "Prestations", "Prix", "Anomalie", "Sauvegardes", "Données Personnelles", "Devis"),
    }[lang]
    found = _one(rf"(?<=[a-z'] )(?:{'|'.join(terms)})\b", text, dice)
    if not found or text.count(found[0]) > 1 or re.search(r"[\"«“]", text):
        return None
    return _at(text, found, dice.choice([word for word in terms if word != found[0]]))


def sentence(text: str, _lang: Language, dice: random.Random) -> str | None:
    """One sentence less."""
    spans = sentences(text)
    long_ones = [span for span in spans if span.end - span.start > 25]
    if len(spans) < 2 or not long_ones:
        return None
    gone = dice.choice(long_ones)
    return text[: gone.start] + text[gone.end :].lstrip()


NUMBERS_AND_NEGATIONS = (
    number,
    spelled,
    unit,
    percentage,
    amount,
    date,
    year,
    article,
    clock,
    drop_negation,
    add_negation,
)
MUTATORS: tuple[Mutator, ...] = (*NUMBERS_AND_NEGATIONS, variable, permit, oblige, party, bound, term, sentence)
OF_CONTRACTS: tuple[Mutator, ...] = (party, term)
"""Those that need the words of a contract: elsewhere neither parties nor terms are written with a capital."""
