"""The memo of a review, as Markdown and as a Word file: what to change, why, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from assistant.review.explain import quantity
from assistant.review.review import Review, as_json, public
from knowledge.library import Library
from knowledge.models import Language
from knowledge.playbook import SEVERITIES
from prompts.compose import compose
from prompts.document import Document
from prompts.docx import docx
from prompts.render import render

STRANGE: Final = frozenset({"quote", "name", "heading", "value", "about", "where", "term", "clause", "number"})
"""Keys of a review under which stand words of the contract."""
_MARKS: Final = re.compile(r"[\\`*_{}\[\]<>#|!~]")
LABELS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "title": "Review of {}", "side": "For the {}, by the playbook {} ({}).", "customer": "customer",
        "provider": "provider", "summary": "Summary", "counts": "{high} of high, {medium} of medium and {low} of low severity.",
        "coverage": "{} of the rules found something to judge, in {} passages.",
        "waiting": "Rules of this playbook that are only proposed and were not asked: {}.",
        "findings": "What departs from the playbook",
        "accepted": "What may be accepted", "missing": "Not found", "interactions": "Clauses together",
        "contradictions": "What contradicts itself", "terms": "Key terms", "hidden": "What a reader would not have seen",
        "other": "Clauses on other things", "fine": "In order", "where": "Where", "why": "Why", "ask": "Ask for",
        "fallback": "Accept instead", "escalation": "Pass on", "propose": "Proposed wording", "authorities": "Rests on",
        "page": "page", "clause": "clause", "not_found": "not found", "none": "Nothing.", "stated": "stated",
        "high": "high", "medium": "medium", "low": "low", "term": "Term", "value": "Value", "source": "Place",
        "figure": "Two figures for one thing", "definition": "Defined twice", "reference": "A reference that leads nowhere",
        "notice": "“Not found” means not found in the passages checked. A lawyer decides; this memo prepares the decision.",
        "reads": "The contract is quoted as it stands; offsets are in the JSON of this review.",
    },
    "fr": {
        "title": "Relecture de {}", "side": "Pour le {}, selon le référentiel {} ({}).", "customer": "client",
        "provider": "prestataire", "summary": "Synthèse",
        "counts": "{high} de gravité haute, {medium} moyenne et {low} basse.",
        "coverage": "{} des règles ont trouvé matière à juger, dans {} passages.",
        "waiting": "Règles de ce référentiel seulement proposées, non appliquées : {}.",
        "findings": "Ce qui s'écarte du référentiel",
        "accepted": "Ce qui peut être accepté", "missing": "Introuvable", "interactions": "Clauses combinées",
        "contradictions": "Ce qui se contredit", "terms": "Termes clés", "hidden": "Ce qu'un lecteur n'aurait pas vu",
        "other": "Clauses sur d'autres sujets", "fine": "Conforme", "where": "Où", "why": "Pourquoi", "ask": "Demander",
        "fallback": "Accepter à défaut", "escalation": "Transmettre", "propose": "Rédaction proposée",
        "authorities": "Fondement", "page": "page", "clause": "article", "not_found": "introuvable", "none": "Rien.",
        "stated": "prévu", "high": "haute", "medium": "moyenne", "low": "basse", "term": "Terme", "value": "Valeur",
        "source": "Place", "figure": "Deux chiffres pour une même chose", "definition": "Défini deux fois",
        "reference": "Renvoi sans destination",
        "notice": "« Introuvable » signifie introuvable dans les passages vérifiés. L'avocat décide ; "
        "ce mémo prépare la décision.",
        "reads": "Le contrat est cité tel quel ; les positions figurent dans le JSON de cette relecture.",
    },
}  # fmt: skip


def memo(found: Review, library: Library, *, is_public: bool = False) -> str:
    """The memo in Markdown, in the language in which the review is told; `is_public` for whom the firm does not know."""
    lang = found.lang
    told = _escaped(public(as_json(found)) if is_public else as_json(found))
    labels = LABELS[lang]
    refs = {key: authority.ref[lang] for key, authority in library.authorities.items()}
    ranked = sorted(told["findings"], key=lambda one: ("high", "medium", "low").index(one["severity"]))
    groups = {
        "findings": [_shown(one, refs) for one in ranked if one["verdict"] == "deviates"],
        "missing": [_shown(one, refs) for one in ranked if one["verdict"] == "missing"],
        "accepted": [_shown(one, refs) for one in ranked if one["verdict"] == "matches_fallback"],
        "fine": [_shown(one, refs) for one in ranked if one["verdict"] == "matches_standard"],
    }
    told["key_terms"] = [one | {"shown": _value(one, labels, lang)} for one in told["key_terms"]]
    others = [clause for clause in told["clauses"] if clause["recognised_by"] == "other" and clause["heading"]]
    return render("documents/review.md.j2", review=told, groups=groups, labels=labels, others=others)


def summary(found: Review, library: Library) -> str:
    """What matters of a review on a screen: what departs, what is not found, what does not go together."""
    lang = found.lang
    told, labels = as_json(found), LABELS[lang]
    colon = " :" if lang == "fr" else ":"
    lines = [labels["title"].format(told["document"]["name"]), labels["counts"].format(**told["summary"]), ""]
    for severity in SEVERITIES:
        for one in told["findings"]:
            if one["severity"] == severity and one["verdict"] in ("deviates", "missing"):
                place = f" ({labels['clause']} {one['clause']})" if one["clause"] else ""
                lines.append(f"[{labels[severity]}] {one['title']}{place}{colon} {one['ask']}")
    lines += [f"[{labels[one['severity']]}] {one['title']}{colon} {one['ask']}" for one in told["interactions"]]
    lines += [f"{labels[one['kind']]}{colon} {one['about']}" for one in told["contradictions"]]
    hidden = [
        f"{labels['hidden']}{colon} {one['kind']}, {one['where']}{colon} {one['quote']}"
        for one in told["hidden_content"]
    ]
    return "\n".join([*lines, *hidden, "", labels["notice"]]) + "\n"


def memo_docx(found: Review, library: Library) -> bytes:
    """The memo as a Word file."""
    return docx(compose_memo(memo(found, library), found.lang, found.contract.name))


def compose_memo(written: str, lang: Language, name: str) -> Document:
    """A memo in Markdown as a document, with the name of the contract on every page."""
    return compose(written, lang=lang, header=name)


def _shown(one: dict[str, Any], refs: Mapping[str, str]) -> dict[str, Any]:
    return one | {"name": one["title"], "refs": [refs.get(key, key) for key in one["authorities"]]}


def _escaped(told: Any) -> Any:
    """The review with the words of the contract made harmless as Markdown: no link, picture or markup of theirs works."""
    if isinstance(told, dict):
        return {
            key: _plain(part) if key in STRANGE and isinstance(part, str) else _escaped(part)
            for key, part in told.items()
        }
    return [_escaped(part) for part in told] if isinstance(told, list) else told


def _plain(words: str) -> str:
    return _MARKS.sub(r"\\\g<0>", " ".join(words.split()))


def _value(term: dict[str, Any], labels: Mapping[str, str], lang: Language) -> str:
    value = term["value"]
    if not term["found"]:
        return labels["not_found"]
    if isinstance(value, bool) or value is None:
        return labels["stated"]
    return quantity(value, term["unit"] or "", lang).strip() if isinstance(value, int | float) else str(value)
