"""The words of a checklist in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from knowledge.models import Language, Side
from knowledge.negotiation import Owner, Priority, Stage

Status = Literal["open", "agreed", "conceded", "traded", "refused"]
"""Where a point stands: still open; agreed as wanted or at a fallback; given up; given against another; refused by us."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)
SETTLED: Final = frozenset({"agreed", "conceded", "traded", "refused"})

TITLE: Final[Mapping[Language, str]] = {"en": "Negotiation checklist", "fr": "Grille de négociation"}
SIDE_NAMES: Final[Mapping[Language, Mapping[Side, str]]] = {
    "en": {"customer": "for the customer", "provider": "for the provider"},
    "fr": {"customer": "pour le client", "provider": "pour le prestataire"},
}
STAGE_NAMES: Final[Mapping[Language, Mapping[Stage, str]]] = {
    "en": {
        "before-signature": "Before signature", "negotiation": "Negotiation", "signature": "Signature",
        "during": "During the contract", "exit": "Exit",
    },
    "fr": {
        "before-signature": "Avant la signature", "negotiation": "Négociation", "signature": "Signature",
        "during": "Pendant le contrat", "exit": "Sortie",
    },
}  # fmt: skip
PRIORITY_NAMES: Final[Mapping[Language, Mapping[Priority, str]]] = {
    "en": {"must": "must have", "important": "important", "nice": "nice to have"},
    "fr": {"must": "indispensable", "important": "important", "nice": "souhaitable"},
}
STATUS_NAMES: Final[Mapping[Language, Mapping[Status, str]]] = {
    "en": {"open": "open", "agreed": "agreed", "conceded": "conceded", "traded": "traded", "refused": "refused"},
    "fr": {"open": "ouvert", "agreed": "convenu", "conceded": "concédé", "traded": "échangé", "refused": "refusé"},
}
OWNER_NAMES: Final[Mapping[Language, Mapping[Owner, str]]] = {
    "en": {
        "management": "general management", "legal": "legal", "finance": "finance", "it": "IT", "security": "security",
        "data-protection": "data protection", "marketing": "marketing", "purchasing": "purchasing", "sales": "sales",
    },
    "fr": {
        "management": "direction générale", "legal": "juridique", "finance": "finances", "it": "direction informatique",
        "security": "sécurité", "data-protection": "protection des données", "marketing": "marketing",
        "purchasing": "achats", "sales": "commercial",
    },
}  # fmt: skip
NOTICE: Final[Mapping[Language, str]] = {
    "en": "General information drawn from the library, not advice on a case. Content awaiting sign-off by a qualified lawyer.",
    "fr": "Informations générales tirées de la bibliothèque, non un conseil sur un cas. Contenu en attente de validation par "
    "un avocat.",
}
