"""Drafts and agreements."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "kind_agreement": ("Agreement", "Contrat"),
    "kind_checklist": ("Checklist", "Grille"),
}
