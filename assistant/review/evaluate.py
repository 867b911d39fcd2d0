"""How well a review finds what lawyers marked in real contracts, category by category.

The folder holds `contracts/` and one JSON Lines file whose lines are {file, category, present, gold_text}: the form of CUAD
(The Atticus Project, CC BY 4.0) as one line for each contract and category.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.review.define import own_terms
from assistant.review.recognise import recognise
from assistant.review.sentence import Sentence, sentences
from knowledge.contract import Contract
from knowledge.errors import InvalidInput
from knowledge.subject import Subject

ENOUGH: Final = 0.5
"""Share of the marked text that a quotation must cover."""

MAPPING: Final[Mapping[str, tuple[str, ...]]] = {
    "Expiration Date": ("term",),
    "Renewal Term": ("renewal",),
    "Notice Period To Terminate Renewal": ("notice-period",),
    "Governing Law": ("governing-law",),
    "Exclusivity": ("exclusivity",),
    "No-Solicit Of Employees": ("non-solicitation",),
    "Termination For Convenience": ("termination-convenience",),
    "Anti-Assignment": ("assignment",),
    "Minimum Commitment": ("minimum-commitment",),
    "Ip Ownership Assignment": ("ip-assignment",),
    "License Grant": ("licence-grant",),
    "Post-Termination Services": ("post-termination",),
    "Audit Rights": ("audit",),
    "Uncapped Liability": ("uncapped-liability",),
    "Cap On Liability": ("liability-cap", "liability-exclusions"),
    "Liquidated Damages": ("liquidated-damages",),
    "Warranty Duration": ("warranty-duration",),
    "Insurance": ("insurance",),
    "Third Party Beneficiary": ("third-party-beneficiary",),
}
"""The categories that correspond to subjects. CUAD counts excluded losses and times to claim as caps."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a lawyer said of one category in one contract."""

    file: str
    category: str
    present: bool
    texts: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Counts of one category; `covered` are true positives whose quotations cover enough of the marked text."""

    true: int = 0
    false: int = 0
    lost: int = 0
    covered: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is there."""
        return self.true / max(1, self.true + self.false)

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.true / max(1, self.true + self.lost)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return 2 * self.true / max(1, 2 * self.true + self.false + self.lost)


def read_marks(folder: Path) -> list[Mark]:
    """The marks in a folder. Raises `InvalidInput` where there are none or they are out of form."""
    path = next(iter(sorted(folder.glob("*.jsonl"))), None)
    if path is None or not (folder / "contracts").is_dir():
        raise InvalidInput(f"{folder} holds no *.jsonl beside contracts/: give the folder of an evaluation")
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [Mark(one["file"], one["category"], bool(one["present"]), tuple(one["gold_text"])) for one in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(
            f"{path.name} is out of form ({error}): each line holds file, category, present, gold_text"
        ) from None


def evaluate(
    marks: Iterable[Mark],
    read: Callable[[str], Contract],
    subjects: Mapping[str, Subject],
    progress: Callable[[int, int, str], None],
) -> dict[str, Any]:
    """Precision, recall, F1 and coverage for each category, their mean, and the share of finds whose quotations cover
    enough. `read` gives the contract of a file."""
    by_file: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.category in MAPPING:
            by_file.setdefault(mark.file, []).append(mark)
    needed = {slug: subjects[slug] for slugs in MAPPING.values() for slug in slugs}
    tallies = {category: Tally() for category in MAPPING}
    for at, (file, own) in enumerate(sorted(by_file.items())):
        progress(at, len(by_file), file)
        contract = read(file)
        found = recognise(contract, sentences(contract, (), own_terms(contract)), needed).about
        for mark in own:
            texts = [s for slug in MAPPING[mark.category] for s in found[slug] if not s.is_heading]
            _count(tallies[mark.category], mark, texts, contract.text)
    return _report(tallies, len(by_file))


def coverage(text: str, quotes: Sequence[Sentence], marked: Iterable[str]) -> float:
    """The share of the characters of marked passages that stand in quotations; passages that are not in the text do not
    count."""
    spans = [span for passage in marked for span in _places(text, passage)]
    total = sum(end - start for start, end in spans)
    covered = set().union(*(range(quote.start, quote.end) for quote in quotes))
    return sum(at in covered for start, end in spans for at in range(start, end)) / total if total else 0.0


def _places(text: str, passage: str) -> Iterator[tuple[int, int]]:
    """Where each piece of a passage stands; the marks of CUAD leave out what they call omitted."""
    for piece in passage.split("<omitted>"):
        words = piece.split()
        found = re.search(r"\s+".join(map(re.escape, words)), text) if words else None
        if found:
            yield found.span()


def _count(tally: Tally, mark: Mark, found: Sequence[Sentence], text: str) -> None:
    if found and mark.present:
        tally.true += 1
        tally.covered += coverage(text, found, mark.texts) >= ENOUGH
    elif found:
        tally.false += 1
    elif mark.present:
        tally.lost += 1


def _report(tallies: Mapping[str, Tally], contracts: int) -> dict[str, Any]:
    seen = {name: tally for name, tally in tallies.items() if tally.true + tally.lost}
    true = sum(tally.true for tally in seen.values())
    return {
        "contracts": contracts,
        "categories": [
            {
                "category": name,
                "subjects": list(MAPPING[name]),
                "present": tally.true + tally.lost,
                "precision": round(tally.precision, 3),
                "recall": round(tally.recall, 3),
                "f1": round(tally.f1, 3),
                "covered": round(tally.covered / max(1, tally.true), 3),
            }
            for name, tally in seen.items()
        ],
        "macro_f1": round(sum(tally.f1 for tally in seen.values()) / max(1, len(seen)), 4),
        "covered": round(sum(tally.covered for tally in seen.values()) / max(1, true), 4),
    }
