"""The words of the workspace, a catalogue for each part."""

from typing import Final

from web.words.catalogue import Words

WORDS: Final = Words(
    "shell", "library", "draft", "checklist", "review", "administration", "knowledge", "sites", "model"
)
