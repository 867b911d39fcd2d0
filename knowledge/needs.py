"""How people describe a clause who do not know its name: `needs.yaml`, by clause type."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from knowledge.authored import Authored, read
from knowledge.models import Language

FILE: Final = "needs.yaml"


class Needs(Authored):
    """Plain words for one clause type, in each language."""

    en: tuple[str, ...]
    fr: tuple[str, ...]

    def wordings(self, lang: Language) -> tuple[str, ...]:
        """The words in one language."""
        return self.en if lang == "en" else self.fr


def load(root: Path) -> dict[str, Needs]:
    """The needs in the library folder `root`, by clause type. Raises `InvalidInput` for a file that is not in form."""
    return read(root / FILE, Needs)
