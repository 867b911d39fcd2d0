"""A damaged vector index never ends the process that serves, never spoils a search, and is replaced.

The copy that is damaged is a harder case than what we publish: Chroma is made to write everything into its own files, as it
does by itself for a hundred thousand passages.
"""

from __future__ import annotations

import json
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from knowledge.chroma import ChromaIndex
from knowledge.generation import CARD, newest, prepare, publish
from knowledge.sqlite import open_sqlite
from knowledge.store import COLLECTIONS
from tests.faults.installation import ROOT
from tests.faults.numbers import exactly, filled, questions

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.check("R04")]

COUNT: Final = 600
FILES: Final = ("data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin")
WAYS: Final = ("truncated", "garbage", "deleted")
DAMAGES: Final = (*(f"{file} {way}" for file in FILES for way in WAYS), "folder deleted", "evil pickle")
BESIDES: Final = ("chroma.sqlite3 truncated", "chroma.sqlite3 deleted", f"{CARD} truncated", f"{CARD} garbage")
HARMLESS: Final = frozenset(
    {
        "header.bin truncated",
        "length.bin truncated",
        "length.bin garbage",
        "link_lists.bin truncated",
        "link_lists.bin garbage",
    }
)
"""Chroma may not need what these destroy: if it finds the vectors all the same, the index is kept."""
MARKER: Final = "executed"

SERVE: Final = """
import json, os, sys
from pathlib import Path
import numpy as np
from knowledge.chroma import ChromaIndex
from knowledge.sqlite import open_sqlite
from knowledge.store import COLLECTIONS

def found(index, wanted):
    return [[near.row for near in index.near(vector, c, 10)] for c in COLLECTIONS[:2] for vector in wanted]

def spent():
    return sum(os.times()[:4])  # of a processor, by this process and its children: a clock says who shares the machine

wanted = np.load(sys.argv[1])
for folder in map(Path, sys.argv[2:]):
    store = open_sqlite(folder / "clausier.db")
    index = ChromaIndex(store, folder, exact_below=0)
    began = spent()
    before = found(index, wanted)
    first = spent() - began
    index.maintain()
    sound = spent() - began
    print(json.dumps({"folder": folder.name, "before": before, "first": first, "after": found(index, wanted),
                      "generation": index.generation, "sound": sound}), flush=True)
    store.close()
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a sound generation whose every file is written."""
    folder = tmp_path_factory.mktemp("published") / "data"
    store = filled(folder, COUNT)
    generation = publish(prepare(store, folder))
    for segment in segments(generation):
        assert all((segment / file).stat().st_size for file in FILES), sorted(segment.iterdir())
    store.close()
    return folder


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions, as vectors."""
    return questions(tmp_path_factory.mktemp("asked") / "wanted.npy")


@pytest.fixture(scope="module")
def outcomes(published: Path, asked: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What two serving processes made of all the damaged copies; a process that dies fails here."""
    copies = tmp_path_factory.mktemp("copies")
    folders = []
    for damage in (*DAMAGES, *BESIDES):
        folder = copies / damage.replace(" ", "-")
        shutil.copytree(published, folder)
        inflict(damage, folder)
        folders.append(folder)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SERVE, str(asked), *map(str, half)],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for half in (folders[::2], folders[1::2])
    ]  # fmt: skip
    lines = []
    for process in running:
        out, err = process.communicate(timeout=800)
        assert process.returncode == 0, f"a serving process died after {out.splitlines()[-1:]}: {err}"
        lines += out.splitlines()
    return {outcome["folder"]: outcome | {"path": copies / outcome["folder"]} for outcome in map(json.loads, lines)}


@pytest.mark.parametrize("damage", (*DAMAGES, *BESIDES))
def test_searches_are_right_at_once_and_a_sound_index_comes_back(
    damage: str,
    outcomes: dict[str, dict[str, Any]],
    published: Path,
    asked: Path,
    record_property: Callable[[str, object], None],
) -> None:
    outcome = outcomes[damage.replace(" ", "-")]
    exact = exactly(published, asked)
    assert outcome["before"] == exact
    assert outcome["first"] <= 5
    assert outcome["sound"] <= 60
    assert outcome["generation"] is not None
    overlap = [len(set(a) & set(b)) for a, b in zip(outcome["after"], exact, strict=True)]
    assert min(overlap) >= 9, "the sound index finds what exact search finds"
    folder = outcome["path"]
    assert [path.name for path in (folder / "index").iterdir()] == [outcome["generation"]]
    assert not list(folder.parent.glob(f"**/{MARKER}"))
    record_property(
        "figure", f"{damage}: right after {outcome['first']:.1f} s, sound again after {outcome['sound']:.0f} s"
    )


def test_damage_is_noticed(outcomes: dict[str, dict[str, Any]]) -> None:
    """Else the tests above would show nothing."""
    kept = {name for name, outcome in outcomes.items() if outcome["generation"] == "1-1-1"}
    assert kept <= {name.replace(" ", "-") for name in HARMLESS}


def test_a_generation_that_fails_while_it_serves_gives_way_to_exact_search(
    published: Path, asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(published, tmp_path / "data")
    store = open_sqlite(tmp_path / "data" / "clausier.db")
    index = ChromaIndex(store, tmp_path / "data", exact_below=0)
    index.maintain()
    assert index.generation is not None

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("Error executing plan: Internal error: hnsw segment reader")

    monkeypatch.setattr("langchain_chroma.Chroma.similarity_search_by_vector_with_relevance_scores", broken)
    vector = np.load(asked)[0]
    assert [near.row for near in index.near(vector, COLLECTIONS[0], 10)] == exactly(published, asked)[0]
    assert index.generation is None
    store.close()


def test_the_first_question_does_not_wait_for_a_new_generation(
    published: Path, asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma loads at the first search: that one is made before the generation takes over."""
    shutil.copytree(published, tmp_path / "data")
    store = open_sqlite(tmp_path / "data" / "clausier.db")
    index = ChromaIndex(store, tmp_path / "data", exact_below=0)
    from langchain_chroma import Chroma

    searched = []
    search = Chroma.similarity_search_by_vector_with_relevance_scores

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        searched.append(index.generation)
        return search(self, *args, **kwargs)

    monkeypatch.setattr(Chroma, "similarity_search_by_vector_with_relevance_scores", noted)
    index.maintain()
    assert searched == [None, None]
    assert index.generation is not None
    index.drop()
    store.close()


def inflict(damage: str, folder: Path) -> None:
    """Damage the newest generation: a file of Chroma's is damaged in the folders of all collections."""
    generation = newest(folder)
    assert generation is not None
    if damage == "folder deleted":
        for segment in segments(generation):
            shutil.rmtree(segment)
        return
    if damage == "evil pickle":
        for segment in segments(generation):
            (segment / "index_metadata.pickle").write_bytes(pickle.dumps(Evil(segment / MARKER)))
        return
    file, way = damage.split()
    paths = list(generation.rglob(file))
    assert paths
    for path in paths:
        if way == "deleted":
            path.unlink()
        elif way == "truncated":
            with path.open("r+b") as opened:
                opened.truncate(path.stat().st_size // 2)
        else:
            with path.open("r+b") as opened:
                opened.seek(max(0, path.stat().st_size // 2 - 2048))
                opened.write(random.Random(11).randbytes(4096))


class Evil:
    """Unpickled, it leaves a marker."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (Path.touch, (self.marker,))


def segments(generation: Path) -> list[Path]:
    """The folders that Chroma makes, one for each collection."""
    return sorted(path for path in generation.iterdir() if path.is_dir())
