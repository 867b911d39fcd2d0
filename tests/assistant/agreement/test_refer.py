"""References in a wording, and the numbers behind them."""

from __future__ import annotations

import pytest

from assistant.agreement.refer import linked, mentions, titles
from knowledge.library import load
from knowledge.models import LANGUAGES, Language
from prompts.document import plain

LIBRARY = load()


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("selon la clause « Audit », puis", "fr", [("clause", "Audit")]),
        ("les clauses « Audit » et « Recette »", "fr", [("clause", "Audit"), ("clause", "Recette")]),
        ("l'annexe « Prix » et la clause « Recette »", "fr", [("annex", "Prix"), ("clause", "Recette")]),
        ("la clause « Recette » et l'annexe « Prix »", "fr", [("clause", "Recette"), ("annex", "Prix")]),
        ("le « Plafond Général ».", "fr", []),
        ("La clause vaut. Le « Plafond »", "fr", []),
        ('the clause "Audit" and the annex "Price"', "en", [("clause", "Audit"), ("annex", "Price")]),
        ('the clauses "Audit" and "Training"', "en", [("clause", "Audit"), ("clause", "Training")]),
        ('the "General Cap"', "en", []),
    ],
)
def test_mentions(text: str, lang: Language, expected: list[tuple[str, str]]) -> None:
    found = list(mentions(text, lang))
    assert [(mention.kind, mention.name) for mention in found] == expected
    assert all(mention.name in text[mention.start : mention.end] for mention in found)


def test_numbers_stand_behind_references() -> None:
    content = linked(
        "la clause « Audit » (*dol*) et l'annexe « Prix », la clause « Autre »", "fr", {"Audit": "a"}, {"Prix": "p"}
    )
    numbers = {"a": "article 4", "p": "annexe 2"}
    assert (
        plain(content, numbers)
        == "la clause « Audit » (article 4) (dol) et l'annexe « Prix » (annexe 2), la clause « Autre »"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_clause_and_annex_that_the_library_names_exists(lang: Language) -> None:
    known = titles(LIBRARY, lang)
    annexes = {
        name
        for annex in LIBRARY.agreement.annexes.values()
        for name in (annex.name[lang], *annex.aliases.get(lang, ()))
    }
    unknown = set()
    for clause in LIBRARY.clauses.values():
        for position, variant in clause.positions.items():
            for mention in mentions(clause.fill(variant.text[lang], clause.values(position, {}), lang), lang):
                if mention.name not in (known if mention.kind == "clause" else annexes) and mention.name[0].isupper():
                    unknown.add((clause.type, mention.kind, mention.name))
    assert unknown == set()
