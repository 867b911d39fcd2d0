"""`clausier` with all its commands."""

from clausier import (
    account,
    answer,
    draft,
    evaluation,
    installation,
    learn,
    library,
    model,
    person,
    quiz,
    review,
    site,
    texts,
)
from clausier.group import main

__all__ = ["main"]

COMMANDS = (account, answer, draft, evaluation, installation, learn, library, model, person, quiz, review, site, texts)
"""Each hangs its verbs on `main` as it is imported."""
