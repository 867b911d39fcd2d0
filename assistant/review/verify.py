"""Check a review that was given out against its contract: every digest, every quotation, and that it comes out the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.review.review import Review, as_json
from knowledge.contract import Contract
from knowledge.errors import InvalidInput
from knowledge.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Check:
    """How many quotations were checked, and what is wrong, a line each."""

    quotes: int
    faults: tuple[str, ...]


def read_report(path: Path) -> dict[str, Any]:
    """A review from the file that holds its JSON. Raises `InvalidInput`."""
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["side"] in ("customer", "provider") and told["lang"] in ("en", "fr"):
            return dict(told)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise InvalidInput(f"{path} is no review: give the JSON that `clausier review FILE --format json` wrote")


def verify(told: Mapping[str, Any], contract: Contract, playbook: Playbook, again: Review | None = None) -> Check:
    """Compare a review with its contract and playbook; with `again`, a new review, also with what comes out now.

    Raises `InvalidInput` for what is no review.
    """
    try:
        faults = [*_digests(told, contract, playbook)]
        quotes = list(_quotes(told))
    except (KeyError, TypeError, AttributeError):
        raise InvalidInput("this is no review: give the JSON that `clausier review --format json` wrote") from None
    for place, quote, start, end in quotes:
        if not isinstance(start, int) or not isinstance(end, int) or contract.text[start:end] != quote:
            faults.append(f"{place}: the quotation is not what stands at {start} to {end}")
    if again is not None and not faults and as_json(again) != told:
        faults.append("the same contract and playbook give another review now: run it again")
    return Check(len(quotes), tuple(faults))


def _digests(told: Mapping[str, Any], contract: Contract, playbook: Playbook) -> Iterator[str]:
    if told["document"]["sha256"] != contract.sha256:
        yield "the file is not the one that was reviewed: its digest differs"
    if told["document"]["characters"] != len(contract.text):
        yield "the text of the file has another length than the one that was reviewed"
    if told["playbook"]["sha256"] != playbook.sha256:
        yield f"the playbook {playbook.id} {playbook.version} is not the one of the review: its digest differs"


def _quotes(told: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Every quotation with its place in the review and in the text."""
    for group in ("findings", "key_terms"):
        for one in told[group]:
            name = one.get("id") or one.get("name")
            if one["verdict" if group == "findings" else "found"] in ("missing", False):
                continue
            for part in (one, *one.get("also", ())):
                yield f"{group}, {name}", part["quote"], part["start"], part["end"]
    for group, parts in (("interactions", "passages"), ("contradictions", "places")):
        for one in told[group]:
            for part in one[parts]:
                yield f"{group}, {one.get('id') or one['about']}", part["quote"], part["start"], part["end"]
