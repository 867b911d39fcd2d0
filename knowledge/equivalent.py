"""Pairs of sentences that differ in the count of "not" or "may" and still say the same: a person has read each of them.

`equivalents.txt` has a line for each: a digest of both sentences, what seemed to differ, and the place where it stands, for
the reader. A pair that changes is looked at again, for its digest is another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from knowledge.concordance import Discordance

FILE: Final = "equivalents.txt"
DIGITS: Final = 12


def digest(found: Discordance) -> str:
    """Names a discordance by what is said on both sides."""
    said = "\0".join((found.kind, *(words.text for words in found.sentences)))
    return hashlib.sha256(said.encode()).hexdigest()[:DIGITS]


def load(root: Path) -> frozenset[str]:
    """The digests in the library folder `root`; none if it has no such file."""
    path = root / FILE
    if not path.is_file():
        return frozenset()
    return frozenset(line.split()[0] for line in path.read_text("utf-8").splitlines() if line.strip())


def write(root: Path, read: Iterable[tuple[str, Discordance]]) -> None:
    """Note these discordances, each with its place, as all that have been read."""
    lines = {digest(found): f"{digest(found)} {found.kind} {place}" for place, found in read}
    (root / FILE).write_text("".join(f"{line}\n" for line in sorted(lines.values(), key=_place)), "utf-8")


def _place(line: str) -> tuple[str, str]:
    return line.split(" ", 2)[2], line
