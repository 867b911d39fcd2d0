"""A library as small as may be, without a fault, and a way to put one in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Template

import pytest

from knowledge.check import problems
from knowledge.library import SECTIONS, load
from knowledge.models import Language

TOPIC = """
t$n:
  group: A. Small
  name: {en: "Topic $n", fr: "Thème $n"}
  definition: {en: What it is, fr: Ce que c'est}
  silent_favours: {en: The provider, fr: Le prestataire}
  present_favours: {en: The customer, fr: Le client}
  related: [t1]
"""

AUTHORITIES = """
law-1:
  ref: {en: article 1 of the Code, fr: article 1 du Code}
  text: {en: Contracts bind., fr: "Les contrats obligent : ils font loi."}
  topics: [t1]
  status: V
  url: https://www.legifrance.gouv.fr/codes
  checked_on: 2026-08-22
case-1:
  ref: {en: a judgment, fr: un arrêt}
  text: {en: A judge decided., fr: Un juge a décidé.}
  topics: [t1]
  status: S
  checked_on: 2026-08-22
rumour-1:
  ref: {en: a rumour, fr: une rumeur}
  text: {en: Nobody knows., fr: Nul ne sait.}
  topics: [t1]
  status: U
  checked_on: 2026-08-22
"""

FIGURES = """
rate:
  name: {en: Rate, fr: Taux}
  authority: law-1
  periods:
    - from: 2026-01-01
      to: 2026-06-30
      display: {en: 12.15 %, fr: "12,15 %"}
      source: {en: A note, fr: Une note}
      confidence: law
    - from: 2026-07-01
      to: 2026-12-31
      display: {en: 12.40 %, fr: "12,40 %"}
      source: {en: A note, fr: Une note}
      confidence: law
  after_expiry: {en: Look it up., fr: Vérifiez.}
sum:
  name: {en: Sum, fr: Somme}
  authority: law-1
  periods:
    - from: 2013-01-01
      to: null
      display: {en: EUR 40, fr: 40 €}
      source: {en: A decree, fr: Un décret}
      confidence: law
  after_expiry: {en: Look it up., fr: Vérifiez.}
"""

SCOPE = r"""
categories:
  tax:
    reason: out_of_scope
    name: {en: Tax, fr: Fiscalité}
    why: {en: Not here., fr: Pas ici.}
    instead: {en: Ask an accountant., fr: Voyez un comptable.}
    examples: {en: [Is VAT due?], fr: [La TVA est-elle due ?]}
    cues: ['\bVAT\b']
handoff: {en: [We were sued], fr: [On nous assigne]}
documentary: {en: [What is an SLA?], fr: [Qu'est-ce qu'un SLA ?]}
handoff_cues: ['\bsued\b']
"""

GUIDANCE = """---
topic: t1
language: $lang
visibility: public
title: "$title"
authorities: [case-1, law-1]
reviewed_on: 2026-11-23
review_due: 2027-05-23
---
$body"""

BODY: dict[Language, tuple[str, ...]] = {
    "en": (
        "A response within four hours of 17:00, as article 1 says.",
        "On 1 January, 1,000 euros and 99.5 % of it, every half-year.",
        "- It is reported that a court held so. {case-1}\n- The rate is given below (articles 1 and 2). {law-1, figure:rate}",
        "- Ask for nothing else.",
        "- A term of thirty days.",
        "- Forty-eight business hours.",
        "",
        "- Plead it. {law-1}",
    ),
    "fr": (
        "Une intervention dans les 4 heures à compter de 17 h, dit l'article 1.",
        "Au 1er janvier, 1 000 euros et 99,5 % de cette somme, chaque semestre.",
        "- Il est rapporté qu'un juge l'a décidé. {case-1}\n- Le taux figure plus bas (articles 1er et 2). "
        "{law-1, figure:rate}",
        "- Ne demandez « rien » d'autre.",
        "- Un délai de 30 jours.",
        "- Quarante-huit heures ouvrées.",
        "",
        "- À plaider. {law-1}",
    ),
}  # fmt: skip

QUESTION: dict[Language, str] = {
    "en": "### Question $n?\nAlso asked: like this $n?\n\nThis is an answer that has more than twenty words in it, so that "
    "nobody can say that it is too short to stand alone. {law-1}\n\n",
    "fr": "### Question $n ?\nPosée aussi ainsi : comme ça $n ?\n\nVoici une réponse qui compte plus de vingt mots, afin que "
    "personne ne puisse dire qu'elle est trop courte pour se lire seule. {law-1}\n\n",
}

CLAUSE = """
type: small
title: {en: Small, fr: Petite}
purpose: {en: To be small., fr: Être petite.}
topics: [t1]
authorities: [law-1]
provenance: written for the tests
licence: none
reviewed_on: 2026-11-23
review_due: 2027-05-23
case_law: []
variables:
  - {name: hours, label: {en: Hours, fr: Heures}, type: number, unit: {en: h, fr: h}, default: 4, minimum: 1, maximum: 8}
  - name: mode
    label: {en: Mode, fr: Mode}
    type: choice
    unit: null
    default: fast
    choices: [{value: fast, en: fast, fr: rapide}, {value: slow, en: slow, fr: lent}]
positions:
  customer: &position
    text: {en: "Within {hours} hours, {mode}, 5 days.", fr: "Sous {hours} heures, {mode}, 5 jours."}
    why: {en: Because., fr: Parce que.}
    authorities: [law-1]
  balanced: *position
  provider:
    defaults: {hours: 8}
    text: {en: "Best efforts.", fr: "Moyens."}
    why: {en: Because., fr: Parce que.}
red_flags: {en: [None.], fr: [Aucun.]}
ladder:
  - {id: one, text: {en: One., fr: Un.}, give: {en: A, fr: A}, get: {en: B, fr: B}}
  - {id: two, text: {en: Two., fr: Deux.}, give: {en: A, fr: A}, get: {en: B, fr: B}}
  - {id: three, text: {en: More., fr: Plus.}, give: {en: A, fr: A}, get: {en: B, fr: B}}
walk_away: {en: Go., fr: Partez.}
escalation: {en: Call., fr: Appelez.}
"""


def guidance(lang: Language) -> str:
    questions = "".join(Template(QUESTION[lang]).substitute(n=letter) for letter in "ABCDEF")
    parts = zip(SECTIONS[lang], BODY[lang], strict=True)
    body = "\n".join(f"## {heading}\n\n{text or questions}\n" for heading, text in parts)
    return Template(GUIDANCE).substitute(lang=lang, title={"en": "Small", "fr": "Petit"}[lang], body=body)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A library as small as may be, without a fault."""
    files = {
        "topics.yaml": "".join(Template(TOPIC).substitute(n=n) for n in range(1, 61)).replace("[t1]", "[t2]", 1),
        "authorities.yaml": AUTHORITIES,
        "figures.yaml": FIGURES,
        "scope.yaml": SCOPE,
        "guidance/en/t1.md": guidance("en"),
        "guidance/fr/t1.md": guidance("fr"),
        "clauses/small.yaml": CLAUSE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def spoiled(root: Path) -> Callable[[str, str, str], list[str]]:
    """The problems of the small library once the first `sound` of a file is `faulty`."""

    def spoil(name: str, sound: str, faulty: str) -> list[str]:
        path = root / name
        text = path.read_text("utf-8")
        assert sound in text
        path.write_text(text.replace(sound, faulty, 1), "utf-8")
        return problems(load(root), root)

    return spoil
