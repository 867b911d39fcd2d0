"""The text of a contract as a document, for a redline of what is not a Word file: its own words, its typed numbers, no others."""

from __future__ import annotations

import re
from typing import Final

from knowledge.contract import Contract
from prompts.document import Document, Heading, Paragraph, Run

_HEADER: Final = {
    "en": "Redline on the converted text of {}: its layout was not kept",
    "fr": "Modifications portées sur le texte converti de {} : la mise en page n'est pas conservée",
}
_HASHES: Final = re.compile(r"^#{1,6}\s+")
"""How Markdown begins a heading."""
LONGEST_HEADING: Final = 120
"""Characters of a line that may be a heading."""


def transcript(contract: Contract) -> Document:
    """A paragraph for each line of the text, headings as such; every page says what it was made from."""
    starts = {clause.start for clause in contract.clauses if clause.heading and clause.level == 1}
    blocks: list[Heading | Paragraph] = []
    at = 0
    for line in contract.text.split("\n"):
        words = (Run(_HASHES.sub("", line.strip())),)
        if line.strip():
            is_heading = at in starts and len(line) <= LONGEST_HEADING
            blocks.append(Heading(words, level=2) if is_heading else Paragraph(words))
        at += len(line) + 1
    return Document(contract.name, contract.lang, tuple(blocks), header=_HEADER[contract.lang].format(contract.name))
