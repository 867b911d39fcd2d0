"""What is wrong with the library: `problems` reads it as a careful editor would and says so in plain lines.

It looks for what breaks an answer (a key that leads nowhere, a language that is missing), for what misleads a reader
(two languages that give different figures, a rate gone out of date in prose) and for what no clause may say.
"""

from __future__ import annotations

from pathlib import Path

from knowledge import glossary, quiz
from knowledge.check.clauses import clauses
from knowledge.check.concordance import concordance
from knowledge.check.guidance import guidance, twins
from knowledge.check.playbooks import playbooks
from knowledge.check.terms import terms
from knowledge.check.training import training
from knowledge.check.vocabulary import authorities, figures, scope, topics
from knowledge.errors import InvalidInput
from knowledge.library import ROOT, Library
from knowledge.playbook import FOLDER, INTERACTIONS, load_interactions, read_playbook


def problems(library: Library, root: Path | None = None) -> list[str]:
    """What is wrong with `library`, a line each; nothing when all is well.

    `root` is the folder it was loaded from (unset: the shipped one); the dates of review are read there.
    """
    root = root or ROOT
    found = [
        *topics(library),
        *authorities(library),
        *figures(library),
        *scope(library),
        *guidance(library, root),
        *twins(library),
        *clauses(library),
    ]
    try:
        found += concordance(library, root)
        if _clauses_load(library):
            found += [*terms(library, root), *playbooks(library, root), *training(library, root)]
    except InvalidInput as error:
        found.append(str(error))
    return list(dict.fromkeys(found))


def _clauses_load(library: Library) -> bool:
    """Whether the clauses are in form; what is not was named before."""
    try:
        return bool(library.clauses) or not library.raw_clauses
    except InvalidInput:
        return False


def counts(library: Library, root: Path | None = None) -> dict[str, int]:
    """How much of everything `library` and the folder it was loaded from hold."""
    root = root or ROOT
    return {
        "guidance texts": len(library.guidance),
        "clause types": len(library.raw_clauses),
        "playbook rules": sum(len(read_playbook(path).rules) for path in (root / FOLDER).glob("*.yaml")),
        "interactions": len(load_interactions(root)) if (root / INTERACTIONS).is_file() else 0,
        "quiz items": len(quiz.load(root)),
        "glossary terms": len(glossary.load(root)),
    }
