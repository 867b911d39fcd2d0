"""What `bench.load` found: as JSON, as the tables of docs/load.md, and as a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.collector import WHOLE
from bench.plot import Line, Panel, picture

NAMES = {"sqlite": "SQLite, Chroma", "postgres": "PostgreSQL, pgvector"}
STAGES = ("wait", "embed", "search", "write")
PICTURE = (
    "![Time to an answer and questions a second, by passages and clients, on SQLite with Chroma and on PostgreSQL with pgvector]"
    "(load.svg)"
)
SKELETON = "# Load\n\n<!-- load -->\n<!-- /load -->\n\n<!-- stages -->\n<!-- /stages -->\n"


def write(told: dict[str, Any], folder: Path) -> None:
    """Write load.json and load.svg, and the generated parts of load.md, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "load.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    (folder / "load.svg").write_text(picture(panels(told["cells"])), "utf-8")
    page = folder / "load.md"
    text = page.read_text("utf-8") if page.exists() else SKELETON
    for name, rows in (("load", [PICTURE, "", machine(told), "", *load_table(told)]), ("stages", stage_table(told))):
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda found, rows=tuple(rows): f"{found[1]}{chr(10).join(rows)}\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
    page.write_text(text, "utf-8")


def machine(told: dict[str, Any]) -> str:
    embedding = [cell["embedding_ms"] for cell in told["cells"]]
    loads = [cell["load_before"] for cell in told["cells"]]
    return (
        f"{told['machine']['processors']} processors ({told['machine']['name']}), Python {told['machine']['python']}; "
        f"{told['cells'][0]['seconds']:g} seconds a cell. One embedding took {min(embedding):.1f} to {max(embedding):.1f} ms, the "
        f"encoder alone {told['model_mb']} MB; the load average before a cell was {min(loads):.1f} to {max(loads):.1f}."
    )


def load_table(told: dict[str, Any]) -> Iterator[str]:
    yield (
        "| database | passages of a firm | clients | questions a second | in the time of one embedding | p50 | in embeddings | p95 "
        "| in embeddings | errors | server | of the encoder alone |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for cell in told["cells"]:
        one, rate = cell["embedding_ms"], cell["answers"] / cell["seconds"]
        yield (
            f"| {NAMES[cell['database']]} | {cell['passages']:,} | {cell['clients']} | {rate:.1f} | {rate * one / 1000:.2f} "
            f"| {cell['p50_ms']:,.0f} ms | {cell['p50_ms'] / one:.1f} | {cell['p95_ms']:,.0f} ms | {cell['p95_ms'] / one:.1f} "
            f"| {cell['errors']} | {cell['rss_mb']:,.0f} MB | {cell['rss_mb'] / told['model_mb']:.1f} |"
        )


def stage_table(told: dict[str, Any]) -> Iterator[str]:
    yield (
        "| database | passages of a firm | embedding | look-ups | composing | everything else | a question, whole "
        "| passages written | index made | server started | searched |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for one in told["prepared"]:
        of = one["stages_ms"]
        rest = of[WHOLE] - sum(of.get(name, 0.0) for name in STAGES)
        yield (
            f"| {NAMES[one['database']]} | {one['passages']:,} | {of['embed']:.1f} ms | {of['search']:.1f} ms "
            f"| {of['write']:.1f} ms | {rest:.1f} ms | {of[WHOLE]:.1f} ms | {one['passages'] / max(one['fill_s'], 0.1):,.0f} a second "
            f"| {one['index_s']:,.0f} s | {one['start_s']:.1f} s | {one['searched']} |"
        )


def panels(cells: Sequence[dict[str, Any]]) -> list[Panel]:
    """p50 in embeddings, and questions a second, over passages: a line for each database and number of clients."""
    clients = sorted({cell["clients"] for cell in cells})
    slow, many = [], []
    for database in dict.fromkeys(cell["database"] for cell in cells):
        for colour, count in enumerate(clients):
            of = [cell for cell in cells if cell["database"] == database and cell["clients"] == count]
            label = f"{count} client{'s' if count > 1 else ''}"
            style = (label, colour, database == "postgres")
            slow.append(Line(*style, [(cell["passages"], cell["p50_ms"] / cell["embedding_ms"]) for cell in of]))
            many.append(Line(*style, [(cell["passages"], cell["answers"] / cell["seconds"]) for cell in of]))
    return [
        Panel("Time to an answer, p50, in embeddings of one question", slow),
        Panel("Questions answered in a second", many),
    ]
