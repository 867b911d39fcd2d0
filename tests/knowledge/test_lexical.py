"""The words of a text as the lexical index knows them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.lexical import MAX_QUERY_TERMS, _stem, distinct, terms
from knowledge.models import Language

ENDINGS = [
    "ilité",
    "ation",
    "ements",
    "iquement",
    "eraient",
    "isations",
    "ales",
    "euses",
    "ibles",
    "ateurs",
    "ances",
    "ifs",
]


@pytest.mark.parametrize(
    ("lang", "text", "stems", "cognates"),
    [
        ("en", "", "", ""),
        ("en", "the of and is", "", ""),
        ("fr", "l'a-t-il été ?", "", ""),
        ("en", "Penalties, penalty!", "penalti penalti", "penal penal"),
        ("fr", "Les pénalités de retard", "pénal retard", "penal retar"),
        ("en", "liability", "liabil", "liabi"),
        ("fr", "responsabilité", "respons", "respo"),
        ("en", "responsibility", "respons", "respo"),
        ("fr", "l'avenant n'est pas signé", "aven sign", "avena signe"),
        ("en", "99.9 % within 48 hours", "99 9 within 48 hour", "withi hours"),
        ("en", "L442-1 and 1231-5", "l442 1 1231 5", "l442"),
        ("en", "data_processing", "data process", "data proce"),
    ],
)  # fmt: skip
def test_terms(lang: Language, text: str, stems: str, cognates: str) -> None:
    found = terms(text, lang)
    assert " ".join(found.stems) == stems
    assert " ".join(found.cognates) == cognates


def test_cognates_meet_across_languages() -> None:
    pairs = [("confidentialité", "confidentiality"), ("résiliation", "resiliation"), ("garantie", "garanty")]
    for french, english in pairs:
        assert terms(french, "fr").cognates == terms(english, "en").cognates


def test_a_question_is_looked_up_by_its_different_terms() -> None:
    assert distinct(("a", "b", "a")) == ("a", "b")
    assert len(distinct(tuple(str(n) for n in range(500)))) == MAX_QUERY_TERMS


def test_threads_do_not_mix_their_words() -> None:
    words = [f"{stem}{ending}" for stem in ("responsab", "organis", "natio", "prestat") for ending in ENDINGS]
    _stem.cache_clear()
    alone = [terms(word, "fr") for word in words]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            _stem.cache_clear()
            assert list(pool.map(lambda word: terms(word, "fr"), words)) == alone
