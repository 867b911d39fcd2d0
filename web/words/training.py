"""The words of training."""

from typing import Final

from web.words.catalogue import Words

WORDS: Final = Words("train")
