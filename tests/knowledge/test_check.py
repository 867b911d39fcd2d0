"""The check of the library finds each kind of fault, and none where there is none."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

import pytest

from knowledge.check import NEVER, quantities
from knowledge.check import problems as check
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


def test_no_problem_in_a_sound_library(root: Path) -> None:
    assert check(load(root), root) == []


TOPICS_FILE, EN, FR, SMALL = "topics.yaml", "guidance/en/t1.md", "guidance/fr/t1.md", "clauses/small.yaml"

FAULTS = [
    (TOPICS_FILE, "t60:", "t6:", "topics.yaml: 59 topics, expected 60"),
    (TOPICS_FILE, "related: [t2]", "related: [nowhere]", "topics.yaml, t1, related: there is no topic 'nowhere'"),
    (TOPICS_FILE, "related: [t2]", "related: [t1]", "topics.yaml, t1, related: names itself"),
    (TOPICS_FILE, "fr: Le client}", "fr: ''}", "topics.yaml, t1, present_favours: no text in fr"),
    ("authorities.yaml", "status: V", "status: W", "authorities.yaml, law-1: status 'W' is none of V, P, S, U"),
    ("authorities.yaml", "en: Contracts bind., ", "", "authorities.yaml, law-1, text: no text in en"),
    ("authorities.yaml", "obligent :", "obligent:", "a space is missing before :"),
    ("authorities.yaml", "https://www", "http://www", "does not begin with https"),
    ("authorities.yaml", "legifrance.gouv.fr", "notlegifrance.gouv.fr.example", "not to an official host"),
    ("authorities.yaml", "checked_on: 2026-08-22", "checked_on: August", "checked_on 'August' is not a date"),
    ("authorities.yaml", "topics: [t1]", "topics: [t99]", "authorities.yaml, law-1, topics: there is no topic 't99'"),
    ("figures.yaml", "to: 2026-06-30", "to: 2025-06-30", "ends on 2025-06-30, before it begins"),
    ("figures.yaml", "to: 2026-06-30", "to: 2026-07-01", "the period from 2026-01-01 overlaps that from 2026-07-01"),
    ("figures.yaml", "to: 2026-06-30", "to: null", "the period from 2026-01-01 overlaps that from 2026-07-01"),
    ("figures.yaml", "from: 2026-01-01", "from: 2026-09-01", "put them in order"),
    ("figures.yaml", "authority: law-1", "authority: law-9", "figures.yaml, rate: there is no authority 'law-9'"),
    ("figures.yaml", "en: Look it up., ", "", "figures.yaml, rate, after_expiry: no text in en"),
    ("scope.yaml", "out_of_scope", "whim", "scope.yaml, tax: reason 'whim' is none of"),
    ("scope.yaml", r"\bVAT\b", "VAT(", "is not a regular expression"),
    ("scope.yaml", r"\bsued\b", "[", "scope.yaml, handoff_cues: '[' is not a regular expression"),
    ("scope.yaml", "[We were sued]", "[is  VAT due?]", "the example 'is  VAT due?' also stands under tax"),
    ("scope.yaml", "[On nous assigne]", "[]", "scope.yaml, handoff: no examples in fr"),
    (EN, "## Warning signs\n\n- A term of thirty days.\n", "", "the heading 'Warning signs' is missing"),
    (FR, "## Signaux d'alerte", "## En bref", "the heading 'En bref' stands there twice"),
    (EN, "## In short", "## Usual figures", "headings out of order"),
    (FR, "### Question F ?", "#### F", "5 questions, at least 6 are needed"),
    (EN, "Also asked: like this A?", "", "'Question A?': no other wordings of the question"),
    (EN, "so that nobody can say that it is too short to stand alone", "so", "an answer of 13 words, expected 20 to 120"),
    (EN, "title: \"Small\"", "title: \"\"", "guidance/en/t1.md: no title"),
    (EN, "language: en\nvisibility: public", "language: en\nvisibility: secret", "visibility is neither"),
    (EN, "authorities: [case-1, law-1]", "authorities: [law-1]", "authorities of the front matter lack case-1"),
    (EN, "authorities: [case-1, law-1]", "authorities: [case-1, law-1, rumour-1]", "front matter name rumour-1"),
    (EN, "review_due: 2027-05-23", "review_due: 2026-05-23", "is not after reviewed_on"),
    (EN, "reviewed_on: 2026-11-23\n", "", "reviewed_on and review_due must both be dates"),
    (EN, "Plead it. {law-1}", "Plead it. {law-9}", "'For the lawyer': there is no authority 'law-9'"),
    (EN, "Plead it. {law-1}", "Plead it. {rumour-1}", "rumour-1 is unverified (status U)"),
    (EN, "It is reported that a court", "A court", "rests on secondary sources only (case-1) without words of care"),
    (FR, "Il est rapporté qu'un juge", "Un juge", "rests on secondary sources only (case-1) without words of care"),
    (EN, "figure:rate", "figure:rank", "there is no figure 'rank'"),
    (EN, "The rate is given below", "The rate is 12.40 %", "12.4 % is a dated figure; write {figure:rate}"),
    (FR, "Le taux figure plus bas", "Le taux était de 12,15 %", "12.15 % is a dated figure; write {figure:rate}"),
    (FR, "À plaider.", "À plaider pour 40 €.", "40 € is a dated figure; write {figure:sum}"),
    (EN, "Ask for nothing", "Ask for **nothing**", "braces or markdown left in"),
    (EN, "Ask for nothing", "Ask for }nothing", "braces or markdown left in"),
    (FR, "« rien »", "«rien »", "a space is missing after «"),
    (FR, "« rien »", "« rien»", "a space is missing before »"),
    (FR, "### Question F ?", "### Question F?", "a space is missing before ?"),
    (FR, "99,5 %", "99,5%", "a space is missing before %"),
    (FR, "- À plaider. {law-1}", "- À plaider. {law-1}\n- Encore. {law-1}", "2 passages of lawyer, 1 in English"),
    (FR, "- À plaider. {law-1}", "- À plaider, selon eux. {case-1}", "cites case-1; in English law-1"),
    (FR, "{law-1, figure:rate}", "{law-1}", "shows the figures none; in English rate"),
    (FR, "4 heures", "5 heures", "'En bref': only in English: 4 hours"),
    (FR, "4 heures", "4 jours", "only in French: 4 days"),
    (FR, "17 h", "18 h", "only in English: 17 hours"),
    (FR, "99,5 %", "99 %", "only in French: 99 %"),
    (FR, "1 000 euros", "10 000 euros", "only in English: 1000 €"),
    (FR, "1er janvier", "2 janvier", "only in French: 2"),
    (FR, "Quarante-huit", "Quarante", "only in English: 48 hours"),
    (SMALL, "purpose:", "porpoise:", "clauses/small.yaml: lacks purpose"),
    (SMALL, "purpose:", "porpoise: 1\npurpose:", "clauses/small.yaml: unknown key porpoise"),
    (SMALL, "topics: [t1]", "topics: [t0]", "clauses/small.yaml, topics: there is no topic 't0'"),
    (SMALL, "authorities: [law-1]", "authorities: [rumour-1]", "rumour-1 is unverified"),
    (SMALL, "    authorities: [law-1]", "    authorities: [law-2]", "small.yaml, customer: there is no authority 'law-2'"),
    (SMALL, "review_due: 2027-05-23", "review_due: 2026-11-23", "clauses/small.yaml: review_due 2026-11-23 is not after"),
    (SMALL, "default: 4", "default: 9", "variable hours, default: 9 lies outside 1 to 8"),
    (SMALL, "defaults: {hours: 8}", "defaults: {hours: 9}", "provider, defaults, hours: 9 lies outside 1 to 8"),
    (SMALL, "defaults: {hours: 8}", "defaults: {ours: 8}", "there is no variable 'ours'"),
    (SMALL, "default: fast", "default: idle", "variable mode, default: there is no choice 'idle'"),
    (SMALL, "minimum: 1,", "", "variable hours: needs a minimum and a maximum"),
    (SMALL, "type: number", "type: hour", "type 'hour' is none of"),
    (SMALL, "fr: lent", "fr: ''", "variable mode, choice slow: no text in fr"),
    (SMALL, "{hours} heures", "{heures} heures", "customer, text, fr: there is no variable 'heures'"),
    (SMALL, "{hours} heures, {mode}", "{hours} heures", "not the same variables in both languages (mode)"),
    (SMALL, ", {mode}, 5 days", ", 5 days", "not the same variables in both languages (mode)"),
    (SMALL, "{mode}, 5 days", "{mode, 5 days", "a brace without its fellow"),
    (SMALL, "5 jours", "6 jours", "customer, text: only in English: 5 days"),
    (SMALL, "name: mode", "name: mood", "variable mood: used in no position"),
    (SMALL, "  provider:", "  seller:", "the positions are customer, balanced, seller"),
    (SMALL, "fr: \"Moyens.\"", "de: x", "provider, text: no text in fr"),
    (SMALL, "    why: {en: Because., fr: Parce que.}\nred", "red", "provider: lacks why"),
    (SMALL, "[Aucun.]", "[Aucun., Un autre.]", "red_flags: not as many in French as in English"),
    (SMALL, "  - {id: one, text: {en: One., fr: Un.}, give: {en: A, fr: A}, get: {en: B, fr: B}}\n", "", "2 steps"),
    (SMALL, "fr: Plus.}, give: {en: A, fr: A}", "fr: Plus.}, give: {en: A}", "ladder, three, give: no text in fr"),
    (SMALL, "fr: Plus.}", "fr: 'Délai: aucun.'}", "a space is missing before :"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sound", "faulty", "expected"), FAULTS)
def test_each_fault_is_named(root: Path, name: str, sound: str, faulty: str, expected: str) -> None:
    path = root / name
    text = path.read_text("utf-8")
    assert sound in text
    path.write_text(text.replace(sound, faulty, 1), "utf-8")
    found = check(load(root), root)
    assert any(expected in problem for problem in found), found


def test_a_missing_twin_is_named(root: Path) -> None:
    (root / FR).unlink()
    assert "guidance/fr/t1.md: missing; the other language has a text" in check(load(root), root)


def test_guidance_of_an_unknown_topic_is_named(root: Path) -> None:
    for lang in ("en", "fr"):
        path = root / f"guidance/{lang}/t1.md"
        path.with_name("t77.md").write_text(path.read_text("utf-8").replace("topic: t1", "topic: t77"), "utf-8")
    assert "guidance/en/t77.md: there is no topic 't77'" in check(load(root), root)


def test_a_file_named_after_another_topic_is_named(root: Path) -> None:
    (root / EN).rename(root / "guidance/en/t2.md")
    assert any("are not those of the file's name" in problem for problem in check(load(root), root))


def test_a_range_beyond_the_law_is_named(root: Path) -> None:
    path = root / SMALL
    path.write_text(
        path.read_text("utf-8").replace("hours", "payment_term_days").replace("maximum: 8", "maximum: 90"), "utf-8"
    )
    assert any("goes beyond what the law allows (0 to 60)" in problem for problem in check(load(root), root))


VOID = [
    ("L'auteur renonce à son droit moral sur le site.", "moral rights"),
    ("The author waives all moral rights in the site.", "moral rights"),
    ("Le Contrat est résilié de plein droit en cas de redressement judiciaire.", "insolvency"),
    ("The Contract ends automatically if a party becomes insolvent.", "insolvency"),
    ("Les factures sont payées à 90 jours fin de mois.", "payment term"),
    ("Invoices are payable within 75 days.", "payment term"),
    ("Le délai de paiement est de 90 jours.", "payment term"),
    ("Le plafond s'applique y compris en cas de faute lourde.", "gross negligence"),
    ("The cap applies even to gross negligence.", "gross negligence"),
    ("Le Client dispense le Prestataire de toute information précontractuelle.", "pre-contractual"),
    ("Le juge ne peut réduire la pénalité.", "penalties"),
    ("The court may not reduce the penalty.", "penalties"),
    ("L'action se prescrit par six mois.", "under one year"),
    ("Any action is time-barred after 9 months.", "under one year"),
    ("Le sous-traitant renonce à l'action directe.", "direct action"),
    ("Il est interdit au Client de faire une copie de sauvegarde.", "back-up"),
    ("The Customer shall not make a back-up copy.", "back-up"),
    ("Le Prestataire cède toutes ses œuvres futures.", "future works"),
    ("The present Contract is perpetual.", "perpetual"),
    ("Tout audit est exclu.", "audits"),
]

LAWFUL = [
    "Le présent contrat ne cède aucun droit moral.",
    "The Contract does not end automatically on insolvency.",
    "Invoices are payable within 60 days of their date.",
    "Ces plafonds ne s'appliquent pas au dol, y compris en cas de faute lourde.",
    "L'action se prescrit par {claim_period_months} mois.",
    "Le juge peut réduire la pénalité.",
    "Le Client paie les Prestations rendues pendant le préavis de 90 jours.",
    "En cas de redressement judiciaire, les données sont restituées automatiquement.",
    "The Provider assigns the economic rights, moral rights remaining with the author.",
    "The Customer may make a back-up copy.",
]


@pytest.mark.parametrize(("sentence", "expected"), VOID)
def test_what_no_clause_may_say_is_named(root: Path, sentence: str, expected: str) -> None:
    found = _with_wording(root, sentence)
    assert any(expected in problem for problem in found), found


@pytest.mark.parametrize("sentence", LAWFUL)
def test_lawful_wording_passes(root: Path, sentence: str) -> None:
    assert not [problem for problem in _with_wording(root, sentence) if any(item.what in problem for item in NEVER)]


def _with_wording(root: Path, sentence: str) -> list[str]:
    path = root / SMALL
    wording = sentence.replace("'", "''")
    path.write_text(path.read_text("utf-8").replace('fr: "Moyens."', f"fr: '{wording}'"), "utf-8")
    return check(load(root), root)


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "12.40 %", ["12.4 %"]),
        ("fr", "12,40 %", ["12.4 %"]),
        ("en", "EUR 1,000 and 20 million euros", ["1000 €", "2e+07 €"]),
        ("fr", "1 000 euros et 20 millions d'euros", ["1000 €", "2e+07 €"]),
        ("en", "on Friday at 17:00, or 5 pm, or 9:30", ["17 hours", "17 hours", "9.5 hours"]),
        ("fr", "vendredi à 17 h ou à 9 h 30", ["17 hours", "9.5 hours"]),
        ("en", "forty-eight business hours; a 30-day period", ["48 hours", "30 days"]),
        (
            "fr",
            "quarante-huit heures ouvrées ; quatre-vingt-dix jours ; soixante et onze",
            ["48 hours", "90 days", "71"],
        ),
        ("fr", "le 1er janvier 2026", ["1", "2026"]),
        ("en", "article 28(3)(h), articles 32 to 36 GDPR, law no. 78-17, Regulation (EU) 2016/679, NIS 2 and P1", []),
        ("fr", "l'article 28, paragraphe 3, les articles 32 à 36 du RGPD, la loi n° 78-17, NIS 2 et P1", []),
        ("fr", "articles 25 à 39, 20 millions ou 4 %", ["2e+07", "4 %"]),
    ],
)
def test_quantities(lang: Language, text: str, expected: list[str]) -> None:
    assert [str(quantity) for quantity in quantities(text, lang) if quantity.firm] == expected


@pytest.mark.parametrize("text", ["one of the two", "several hundred thousand", "a third of it"])
def test_quantities_that_need_no_fellow(text: str) -> None:
    assert not any(quantity.firm for quantity in quantities(text, "en"))


def test_problems_stand_on_one_line(root: Path) -> None:
    (root / EN).write_text(re.sub("reported|public", "x", guidance("en")), "utf-8")
    found = check(load(root), root)
    assert found
    assert not [problem for problem in found if "\n" in problem]
