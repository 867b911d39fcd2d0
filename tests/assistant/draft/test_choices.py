"""What a request settles without a figure: choices, yes or no, lists, a court."""

from __future__ import annotations

import pytest

from assistant.draft.choices import choices_said
from knowledge.clause import Value
from knowledge.library import load
from knowledge.models import Language

LIBRARY = load()


@pytest.mark.parametrize(
    ("kind", "text", "lang", "expected"),
    [
        ("liability", "twelve months' fees, per claim", "en", {"cap_basis": "fees-12-months", "cap_per": "claim"}),
        ("dpa", "autorisation spécifique", "fr", {"subprocessor_regime": "specific"}),
        ("preventive-maintenance", "mises à jour hebdomadaires", "fr", {"update_frequency": "weekly"}),
        ("support-hours", "24/7 on-call", "en", {"oncall_24x7": True}),
        ("acceptance", "no tacit acceptance", "en", {"tacit_acceptance": False}),
        ("acceptance", "tacit acceptance", "en", {"tacit_acceptance": True}),
        ("liability", "a liability cap", "en", {}),
        ("acceptance", "silence is not acceptance", "en", {"tacit_acceptance": False}),
        ("acceptance", "le silence ne vaut pas acceptation", "fr", {"tacit_acceptance": False}),
        ("support-hours", "no on-call", "en", {"oncall_24x7": False}),
        ("backup-continuity", "sans copie hors site", "fr", {"offsite_copy": False}),
        ("fees", "pas d'extra sans devis", "fr", {"extra_requires_quote": True}),
        ("subcontracting", "no subcontracting without our prior consent", "en", {"subcontracting_allowed": "consent"}),
        ("remote-access", "no shared accounts", "en", {}),
        ("third-party-components", "pas d'accord préalable du client pour un nouveau composant", "fr",
         {"new_component_consent": False}),
        # a longer time for claims is no base of the cap
        ("liability", "24 months to bring a claim", "en", {}),
        # a list is what is named; one item more is added, and what is excepted is taken out
        ("purpose-scope", "production and staging", "en", {"environments_covered": ("production", "staging")}),
        ("purpose-scope", "la production uniquement", "fr", {"environments_covered": ("production",)}),
        ("purpose-scope", "production, staging and dev", "en",
         {"environments_covered": ("production", "staging", "development")}),
        ("purpose-scope", "production", "en", {}),
        ("support-hours", "support également en allemand", "fr", {"support_languages": ("french", "english", "german")}),
        ("liability", "uncapped for breach of confidentiality too", "en",
         {"uncapped_list": ("fraud", "gross-negligence", "bodily-injury", "confidentiality")}),
        ("liability", "confidentiality and data", "en", {}),
    ],
)  # fmt: skip
def test_choices_that_a_request_settles(kind: str, text: str, lang: Language, expected: dict[str, Value]) -> None:
    assert {one.name: one.value for one in choices_said(text, lang, LIBRARY.clauses[kind], LIBRARY.cues)} == expected


@pytest.mark.parametrize(
    ("text", "lang", "french"),
    [
        ("tribunal de commerce de Lyon", "fr",
         "le tribunal de commerce de Lyon, ou le tribunal des activités économiques qui l'a remplacé"),
        ("French law and Paris courts", "en",
         "le tribunal de commerce de Paris, ou le tribunal des activités économiques qui l'a remplacé"),
        ("the courts of Aix-en-Provence", "en",
         "le tribunal de commerce d'Aix-en-Provence, ou le tribunal des activités économiques qui l'a remplacé"),
        ("tribunal des activités économiques de Marseille", "fr", "le tribunal des activités économiques de Marseille"),
        ("tribunal de commerce du Mans", "fr",
         "le tribunal de commerce du Mans, ou le tribunal des activités économiques qui l'a remplacé"),
    ],
)  # fmt: skip
def test_the_court_of_a_town(text: str, lang: Language, french: str) -> None:
    (said,) = [
        one
        for one in choices_said(text, lang, LIBRARY.clauses["law-jurisdiction"], LIBRARY.cues)
        if one.name == "court"
    ]
    assert isinstance(said.value, dict)
    assert said.value["fr"] == french


def test_every_cue_is_about_something_in_the_library() -> None:
    names = {name: variable for clause in LIBRARY.clauses.values() for name, variable in clause.variables.items()}
    assert LIBRARY.cues.types.keys() <= LIBRARY.clauses.keys()
    assert LIBRARY.cues.variables.keys() <= names.keys()
    for name, values in LIBRARY.cues.values.items():
        known = {
            str(choice.value).lower()
            for clause in LIBRARY.clauses.values()
            if name in clause.variables
            for choice in clause.variables[name].choices
        }
        none = {"0"} if names[name].minimum == 0 else set()
        assert {str(value).lower() for value in values} <= known | none, name
