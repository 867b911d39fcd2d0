"""What is wrong with the library: `problems` reads it as a careful editor would and says so in plain lines.

It looks for what breaks an answer (a key that leads nowhere, a language that is missing), for what misleads a reader
(two languages that give different figures, a rate gone out of date in prose) and for what no clause may say.
"""

from __future__ import annotations

from pathlib import Path

from knowledge.check.clauses import clauses
from knowledge.check.concordance import concordance
from knowledge.check.guidance import guidance, twins
from knowledge.check.playbooks import playbooks
from knowledge.check.vocabulary import authorities, figures, scope, topics
from knowledge.library import ROOT, Library


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
        *playbooks(library, root),
        *concordance(library, root),
    ]
    return list(dict.fromkeys(found))
