"""The words of training as they are set, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from knowledge.models import Language
from web.messages import typeset
from web.words.train import WORDS as PAIRS

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {name: typeset(pair[0], "en") for name, pair in PAIRS.items()},
    "fr": {name: typeset(pair[1], "fr") for name, pair in PAIRS.items()},
}
