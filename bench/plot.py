"""A picture of lines on logarithmic scales, as SVG, that can be read in the light and in the dark."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 66, 34, 40
STEPS = (1, 2, 5)
LINE = 14
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 } .grid { stroke: #ddd }
.line { fill: none; stroke-width: 2 } .other { stroke-dasharray: 6 4 }
.c0 { stroke: #0072b2 } .c1 { stroke: #d55e00 } .c2 { stroke: #008a61 } .dot { stroke-width: 2; fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .grid { stroke: #444 } .dot { fill: #111 }
.c0 { stroke: #56b4e9 } .c1 { stroke: #f0883e } .c2 { stroke: #3ccf9b } }
"""


@dataclass(frozen=True)
class Line:
    """Points (x, y) of one kind; `other` ones are dashed."""

    label: str
    colour: int
    other: bool
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    title: str
    lines: Sequence[Line]


def picture(panels: Sequence[Panel]) -> str:
    """The panels beside each other, with what solid and dashed lines mean below."""
    width, height = WIDTH * len(panels), HEIGHT + 26
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{escape('; '.join(panel.title for panel in panels))}, by passages and clients</title><style>{STYLE}</style>",
    ]
    for at, panel in enumerate(panels):
        parts += [f'<g transform="translate({at * WIDTH} 0)">', *drawn(panel), "</g>"]
    for at, (name, other) in enumerate((("SQLite with Chroma", ""), ("PostgreSQL with pgvector", " other"))):
        x, y = LEFT + at * 210, HEIGHT + 12
        parts.append(
            f'<path class="line grid{other}" style="stroke:#888" d="M{x} {y}h36"/><text x="{x + 44}" y="{y + 4}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def drawn(panel: Panel) -> Iterator[str]:
    xs = [x for line in panel.lines for x, _ in line.points]
    ys = [y for line in panel.lines for _, y in line.points if y > 0]
    low, high = math.log10(min(ys)) - 0.1, math.log10(max(ys)) + 0.1
    left, right = math.log10(min(xs)), math.log10(max(xs))

    def across(x: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((math.log10(x) - left) / (right - left) if right > left else 0.5)

    def up(y: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log10(max(y, 1e-9)) - low) / (high - low)

    yield f'<text class="title" x="{LEFT}" y="18">{escape(panel.title)}</text>'
    for value in ticks(low, high):
        yield f'<path class="grid" d="M{LEFT} {up(value):.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{up(value) + 4:.1f}" text-anchor="end">{value:g}</text>'
    for x in sorted(set(xs)):
        yield f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:,.0f}</text>'
    yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 6}" text-anchor="middle">passages of a firm</text>'
    for line in panel.lines:
        kind = f"c{line.colour % 3}"
        at = [(across(x), up(y)) for x, y in line.points if y > 0]
        yield f'<path class="line {kind}{" other" if line.other else ""}" d="M{" ".join(f"{x:.1f},{y:.1f}" for x, y in at)}"/>'
        yield from (f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in at)

    ends = [(up(line.points[-1][1]), line.label) for line in panel.lines if line.points and not line.other]
    for (_, label), y in zip(sorted(ends), apart(sorted(y for y, _ in ends)), strict=True):
        yield f'<text x="{WIDTH - RIGHT + 8}" y="{y + 4:.1f}">{escape(label)}</text>'


def apart(places: Sequence[float]) -> list[float]:
    """The places of labels in their order, far enough apart to be read."""
    kept: list[float] = []
    for place in places:
        kept.append(max(place, kept[-1] + LINE) if kept else place)
    return kept


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two powers of ten."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    return [step * 10.0**power for power in decades for step in STEPS if low <= math.log10(step) + power <= high]
