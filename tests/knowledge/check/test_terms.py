"""A capital without a definition, and a title that names no clause, are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.check import problems
from knowledge.library import load

SMALL = "clauses/small.yaml"
DEFINITIONS = """
site:
  term: {en: Site, fr: Site}
  text: {en: the site., fr: le site.}
deliverable:
  term: {en: Deliverable, fr: Livrable}
  forms: {en: [Deliverables], fr: [Livrables]}
  text: {en: the work., fr: le travail.}
"""
EN, FR = "Best efforts.", "Moyens."

SOUND = [
    ("The work on the Site and the Deliverables.", "Le travail sur le Site et les Livrables."),
    ('The whole (the "Bundle") and the Bundles.', "Le tout (le « Lot ») et les Lots."),
    ('As in the clause "Small", in Paris.', "Comme à la clause « Petite », à Paris."),
]
FAULTY = [
    ("The work on the Gadget.", "Le travail sur le gadget.", "en: a capital without a definition: Gadget"),
    ("The work on the gadget.", "Le travail sur le Gadget.", "fr: a capital without a definition: Gadget"),
    ('As in the clause "Smaller".', "Comme à la clause « Petite ».", "en: there is no clause called 'Smaller'"),
    ('As in the clause "Small".', "Comme à la clause « Petit ».", "fr: there is no clause called 'Petit'"),
    ('As in the clause "Small".', "Comme au contrat.", "refers to none in French, to small in English"),
    ("The Site is kept.", "Le Livrable est gardé.", "term only in English: Site; in French: Livrable"),
]


@pytest.fixture
def worded(root: Path, spoiled: Callable[[str, str, str], list[str]]) -> Callable[[str, str], list[str]]:
    """The problems of the small library with these words in its provider's position."""
    (root / "definitions.yaml").write_text(DEFINITIONS, "utf-8")

    def word(en: str, fr: str) -> list[str]:
        spoiled(SMALL, f'en: "{EN}"', f"en: '{en}'")
        spoiled(SMALL, f'fr: "{FR}"', f"fr: '{fr}'")
        return problems(load(root), root)

    return word


@pytest.mark.parametrize(("en", "fr"), SOUND)
def test_defined_terms_and_titles_pass(worded: Callable[[str, str], list[str]], en: str, fr: str) -> None:
    assert worded(en, fr) == []


@pytest.mark.parametrize(("en", "fr", "expected"), FAULTY)
def test_each_fault_is_named(worded: Callable[[str, str], list[str]], en: str, fr: str, expected: str) -> None:
    found = worded(en, fr)
    assert any(expected in problem for problem in found), found
