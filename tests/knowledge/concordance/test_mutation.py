"""Texts of the shipped library with one thing changed in one language: the change is noticed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

import pytest

from knowledge.concordance import Discordance
from knowledge.library import ROOT, load
from knowledge.models import LANGUAGES
from knowledge.twins import Twin, compare, discordant, shared_terms, twins

SAMPLE: Final = 50
"""Texts that each mutator changes."""
CAUGHT: Final = 0.95


def _mutators() -> Any:
    spec = spec_from_file_location("mutators", Path(__file__).with_name("mutators.py"))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mutators = _mutators()


@pytest.fixture(scope="module")
def rates() -> dict[str, float]:
    """The share of changes that each mutator makes and that are noticed."""
    everything = [*twins(load(), ROOT)]
    dice = random.Random(20260101)
    return {mutator.__name__: _rate(mutator, everything, dice) for mutator in mutators.MUTATORS}


def _rate(mutator: Any, everything: list[Twin], dice: random.Random) -> float:
    terms, tried, caught = shared_terms(ROOT), 0, 0
    for twin in dice.sample(everything, len(everything)):
        if mutator in mutators.OF_CONTRACTS and not twin.wording:
            continue
        lang = dice.choice(LANGUAGES)
        before = getattr(twin, lang)
        after = mutator(before, lang, dice)
        if after is None or after == before:
            continue
        changed = compare(replace(twin, **{lang: after}), terms)
        tried += 1
        caught += bool(_said(changed) - _said(compare(twin, terms)))
        if tried == SAMPLE:
            break
    return caught / tried


def _said(found: Iterable[Discordance]) -> Counter[tuple[str, ...]]:
    return Counter((one.kind, *(word.text for word in (*one.en, *one.fr))) for one in found)


@pytest.mark.slow
def test_changes_are_noticed(rates: dict[str, float]) -> None:
    print({name: round(rate, 2) for name, rate in rates.items()})
    assert sum(rates.values()) / len(rates) >= CAUGHT, rates


@pytest.mark.slow
def test_changed_numbers_and_negations_are_noticed(rates: dict[str, float]) -> None:
    names = [mutator.__name__ for mutator in mutators.NUMBERS_AND_NEGATIONS]
    assert sum(rates[name] for name in names) / len(names) >= CAUGHT, rates


@pytest.mark.slow
def test_the_library_agrees_with_itself() -> None:
    assert [(place, str(found)) for place, found in discordant(load(), ROOT)] == []
