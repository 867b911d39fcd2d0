"""A review of a contract of twenty pages, stage by stage, against embedding the text of the same contract."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from assistant.agreement.assemble import agree
from assistant.agreement.intake import example, read
from assistant.review.define import own_terms
from assistant.review.meaning import Meaning
from assistant.review.memo import memo
from assistant.review.review import LEAST_CLAUSE, as_bytes, open_desk, recognised, review
from assistant.review.run import run
from assistant.review.transcript import transcript
from bench.table import Row, alternating, compared, median, milliseconds
from ingest.contract import read_contract
from knowledge.contract import Contract
from knowledge.embed import open_encoder
from knowledge.library import ROOT, Library
from knowledge.library import load as load_library
from knowledge.playbook import load_playbook
from knowledge.settings import load as load_settings
from prompts.docx import docx
from web.redlines import mark

PAGES = 20
CHARACTERS = 3_000
"""Of a page, about."""
PIECE = 1_400
"""Characters of a passage as the index has them."""
ROUNDS = 3
AIM = 1.0
"""The whole of it, from the file to the redline, may take as long as embedding the text once."""
AIM_MS = 5_000.0
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def measure() -> list[Row]:
    library, encoder = load_library(), open_encoder(load_settings())
    meaning = Meaning(library, lambda: encoder)
    with tempfile.TemporaryDirectory(prefix="clausier-bench-") as place:
        path = Path(place) / "contract.docx"
        path.write_bytes(twenty_pages(library, Path(place)))
        stages, contract = _stages(path, library, meaning)
        pieces = [contract.text[at : at + PIECE] for at in range(0, len(contract.text), PIECE)]

        def whole() -> None:
            for stage in stages.values():
                stage()

        whole()  # makes the searches that are needed, and embeds the topics
        ours, peer = alternating(whole, lambda: encoder.passages(pieces), ROUNDS)
        times = {name: median([milliseconds(stage) for _ in range(ROUNDS)]) for name, stage in stages.items()}
    embedding, total = median(peer), median(ours)
    name = f"review, {PAGES} pages, {len(contract.text):,} characters"
    rows = [
        compared(f"{name}, from file to redline", total, embedding, "ms", AIM, "embedding the text"),
        Row(f"{name}, by itself", f"{total:.0f} ms", aim=f"< {AIM_MS:.0f} ms", met=total < AIM_MS),
    ]
    return rows + [Row(f"  {stage}", f"{ms:.1f} ms", ratio=f"{ms / embedding:.2f}") for stage, ms in times.items()]


def twenty_pages(library: Library, folder: Path) -> bytes:
    """A Word file with the first pages of the agreement that the example of needs gives."""
    path = folder / "agreement.docx"
    path.write_bytes(docx(agree(read(example()), library, ("fr",)).document))
    contract = read_contract(path)
    last = contract.text.index("\n", PAGES * CHARACTERS)
    return docx(transcript(dataclasses.replace(contract, text=contract.text[:last])))


def _stages(path: Path, library: Library, meaning: Meaning) -> tuple[Mapping[str, Callable[[], object]], Contract]:
    """What a review does, by name and in order, each on what the one before it gives; and the contract."""
    playbook, desk = load_playbook(ROOT, "customer"), open_desk(library, ROOT, meaning)
    contract = read_contract(path)
    own = own_terms(contract)
    recognition = recognised(contract, desk, own)
    found = review(contract, playbook, desk)
    told = recognition.topics(desk.subjects)
    silent = [contract.text[one.start : one.end] for one in contract.clauses if one.index not in told]
    data = path.read_bytes()
    return {
        "reading": lambda: read_contract(path),
        "recognising": lambda: recognised(contract, desk, own_terms(contract)),
        "rules": lambda: run(playbook, recognition, desk.subjects),
        "clauses by meaning": lambda: meaning([text for text in silent if len(text) >= LEAST_CLAUSE]),
        "memo and JSON": lambda: (memo(found, library), as_bytes(found)),
        "redline": lambda: mark(data, found, library.clauses, author="Clausier", now=NOW),
    }, contract
