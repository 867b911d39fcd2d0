"""Let a language model change a clause to fit a request, and show every word that it changed.

What it writes is taken only if plain code finds it sound: paragraphs in order, no figure that neither the clause nor the
request has, most of the library's words kept. Otherwise the library's wording stays.
"""

from __future__ import annotations

import difflib
import re
import secrets
from dataclasses import replace
from typing import Final

from assistant.cite import unsupported
from assistant.draft.layout import paragraphs
from assistant.draft.write import Change, Draft, Drafted
from assistant.speech import ModelFailed, Speaker
from knowledge.clause import Texts
from prompts.render import render

KEPT: Final = 0.5
"""Share of the words that an adapted clause must have in common with the library's: less is another clause."""
_PIECES: Final = re.compile(r"\s+|[^\s]+")
_SAYS: Final[dict[str, Texts]] = {
    "failed": {
        "en": "The model could not adapt the clause ({}): this is the wording of the library.",
        "fr": "Le modèle n'a pas pu adapter la clause ({}) : voici le texte de la bibliothèque.",
    },
    "refused": {
        "en": "What the model wrote was not taken ({}): this is the wording of the library.",
        "fr": "Le texte du modèle n'a pas été retenu ({}) : voici celui de la bibliothèque.",
    },
    "figures": {
        "en": "figures that stand in neither the clause nor the request",
        "fr": "des chiffres qui ne sont ni dans la clause ni dans la demande",
    },
    "paragraphs": {"en": "its paragraphs are not in order", "fr": "ses paragraphes ne se suivent pas"},
    "another": {"en": "too little of the clause is left", "fr": "il reste trop peu de la clause"},
    "adapted": {
        "en": "A model changed this wording: read what differs from the library before using it.",
        "fr": "Un modèle a modifié ce texte : lisez ce qui diffère de la bibliothèque avant de l'utiliser.",
    },
}


def adapt(drafted: Drafted, request: str, model: Speaker) -> tuple[Drafted, str]:
    """The clause as the model adapts it to `request`, or as it was; and what to tell the lawyer."""
    lang, nonce = drafted.language, secrets.token_hex(8)
    system = render("model/adapt.md.j2", lang=lang, nonce=nonce, text=drafted.text)
    try:
        said = "".join(model.stream([("system", system), ("human", request)], "adapt"))
        written = said.replace(f"--- {nonce}", "").strip()
    except ModelFailed as failure:
        return drafted, _SAYS["failed"][lang].format(failure)
    fault = unsound(written, drafted.text, request)
    if fault:
        return drafted, _SAYS["refused"][lang].format(_SAYS[fault][lang])
    if written == drafted.text:
        return drafted, ""
    return replace(drafted, text=written, origin="adapted", changes=changes(drafted.text, written)), _SAYS["adapted"][
        lang
    ]


def adapted(draft: Draft, model: Speaker) -> Draft:
    """The draft with its clauses adapted to its request, and a warning for each that was or could not be."""
    pairs = [adapt(one, draft.request, model) for one in draft.clauses]
    told = tuple(dict.fromkeys(said for _, said in pairs if said))
    return replace(draft, clauses=tuple(one for one, _ in pairs), warnings=draft.warnings + told)


def unsound(written: str, text: str, request: str) -> str | None:
    """Why `written` cannot stand for `text`: `paragraphs`, `figures` or `another`; `None` where it can."""
    numbers = [int(found) for found in re.findall(r"^(\d+)\.\s", written, re.MULTILINE)]
    if not written or numbers != list(range(1, len(numbers) + 1)) or (list(paragraphs(text)) and not numbers):
        return "paragraphs"
    if unsupported(re.sub(r"^\d+\.\s", "", written, flags=re.MULTILINE), [text, request]) or re.search(
        r"[{}]", written
    ):
        return "figures"
    shared = difflib.SequenceMatcher(None, text.split(), written.split(), autojunk=False).ratio()
    return "another" if shared < KEPT else None


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What was kept, deleted and inserted, word by word; kept and inserted words together are `after`."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Change] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Change("".join(old[a:b]), "kept"))
            continue
        found += [Change("".join(old[a:b]), "deleted")] if b > a else []
        found += [Change("".join(new[c:d]), "inserted")] if d > c else []
    return tuple(found)
