"""The words of the workspace: each name with its English and its French, written with plain quotes and spaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from knowledge.models import Language
from web.messages import typeset
from web.words import administration, checklist, draft, library, review, shell

_ALL: Final = (shell.WORDS, library.WORDS, draft.WORDS, checklist.WORDS, review.WORDS, administration.WORDS)

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {name: typeset(pair[0], "en") for words in _ALL for name, pair in words.items()},
    "fr": {name: typeset(pair[1], "fr") for words in _ALL for name, pair in words.items()},
}
