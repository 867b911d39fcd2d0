"""All items there are: authored, a firm's own and made by rule, each with what the gate found and whether its sources changed.

What was looked at is sealed with a digest of its sources, in `quizzes/seals.json`. An item whose sources have changed since
is suspended until somebody has looked at it again; the answers that were given to it stay.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from assistant.quiz.gate import faults
from assistant.quiz.made import made
from assistant.quiz.source import Sources
from knowledge import quiz
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import Library
from knowledge.quiz import Item

SEALS: Final = "seals.json"
Origin = Literal["authored", "own", "made"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its standing. `digest` is that of its sources today, `seal` what it was when somebody looked."""

    id: str
    item: Item
    origin: Origin
    faults: tuple[str, ...]
    digest: str
    seal: str | None

    @property
    def suspended(self) -> bool:
        """Whether the sources have changed since the item was looked at."""
        return self.seal is not None and self.seal != self.digest

    def is_open(self, today: dt.date) -> bool:
        """Whether the item may be asked."""
        is_past = self.item.expires is not None and self.item.expires < today
        return not (self.faults or self.suspended or self.item.waits or is_past)


@dataclass(frozen=True)
class Bank:
    """The items by id."""

    entries: Mapping[str, Entry]

    def entry(self, item_id: str) -> Entry:
        """Raises `NotFound`."""
        try:
            return self.entries[item_id]
        except KeyError:
            raise NotFound(f"there is no item {item_id!r}: it may have been removed; ask for another") from None

    def open(self, today: dt.date) -> dict[str, Item]:
        """The items that may be asked."""
        return {key: entry.item for key, entry in self.entries.items() if entry.is_open(today)}


def assemble(library: Library, own: Path | None = None) -> Bank:
    """The items of the library, those of a firm in the folder `own` (its `quizzes`), and those made from the library.

    Raises `InvalidInput` for a file that is not in form, or an item of the firm that is called like one of ours.
    """
    sources = Sources(library)
    seals = read_seals(library.root)
    mine = quiz.load(own) if own else {}
    twice = mine.keys() & library.items.keys()
    if twice:
        raise InvalidInput(f"the item {min(twice)!r} of your own is called like one that is shipped: rename it")
    kinds: tuple[tuple[Origin, Mapping[str, Item]], ...] = (
        ("authored", library.items),
        ("own", mine),
        ("made", made(library)),
    )
    entries = {
        key: _entry(key, item, origin, library, sources, seals)
        for origin, items in kinds
        for key, item in items.items()
    }
    return Bank(entries)


def _entry(key: str, item: Item, origin: Origin, library: Library, sources: Sources, seals: Mapping[str, str]) -> Entry:
    try:
        digest = sources.digest(item)
    except NotFound:  # the gate says which source is missing
        digest = ""
    return Entry(key, item, origin, tuple(faults(item, library, sources)), digest, seals.get(key))


def read_seals(root: Path) -> dict[str, str]:
    """The digests of what was looked at. Raises `InvalidInput` for a file that is not in form."""
    path = root / quiz.FOLDER / SEALS
    if not path.is_file():
        return {}
    try:
        read = json.loads(path.read_text("utf-8"))
        return {str(key): str(digest) for key, digest in read.items()}
    except (ValueError, AttributeError):
        raise InvalidInput(f"{path.name} is not in form: restore it, or seal anew with `clausier quiz seal`") from None


def seal(bank: Bank, root: Path, chosen: Iterable[str]) -> int:
    """Seal items that somebody has looked at, and forget those that are gone; how many. Raises `NotFound`."""
    seals = {key: digest for key, digest in read_seals(root).items() if key in bank.entries}
    count = 0
    for key in chosen:
        seals[key] = bank.entry(key).digest
        count += 1
    path = root / quiz.FOLDER / SEALS
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(seals, indent=0, sort_keys=True) + "\n", "utf-8")
    return count
