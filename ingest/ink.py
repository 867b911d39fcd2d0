"""Which letters of a PDF page nobody sees: written without ink, or in white on nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from knowledge.contract import HiddenKind

PALE: Final = 0.94
"""Share of light from which a colour cannot be told from paper."""
UNINKED: Final = 3
"""The text rendering mode that draws nothing (ISO 32000-1, table 106)."""
_SHOWS: Final = frozenset((b"Tj", b"TJ", b"'", b'"'))
_GREY: Final = frozenset((b"g", b"sc", b"scn"))

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Ink:
    """Follows the operations of a page, and says of each piece of text how it is kept from sight, if it is."""

    colour: tuple[float, ...] = (0.0,)
    mode: int = 0
    saved: list[tuple[tuple[float, ...], int]] = field(default_factory=list)
    drawn: list[Box] = field(default_factory=list)
    """Rectangles of the path that is being made."""
    painted: list[Box] = field(default_factory=list)
    """Rectangles that are filled with a colour."""
    shown: list[tuple[tuple[float, ...], int]] = field(default_factory=list)

    def follow(self, operator: Any, operands: Sequence[Any], matrix: Sequence[float], _text: Sequence[float]) -> None:
        """Take note of one operation; the signature is that of pypdf's visitors."""
        if operator in _SHOWS:
            self.shown.append((self.colour, self.mode))
        elif operator == b"q":
            self.saved.append((self.colour, self.mode))
        elif operator == b"Q" and self.saved:
            self.colour, self.mode = self.saved.pop()
        elif operator == b"Tr" and operands:
            self.mode = int(operands[0])
        elif operator in (b"rg", b"k", *_GREY):
            self.colour = _light(operands, is_cmyk=operator == b"k" or len(operands) == 4)
        elif operator == b"re" and len(operands) == 4:
            self.drawn.append(_box(operands, matrix))
        elif operator in (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"):
            self.painted += self.drawn if min(self.colour) < PALE else []
            self.drawn = []
        elif operator in (b"n", b"S", b"s"):
            self.drawn = []

    def unseen(self, left: float, height: float) -> HiddenKind | None:
        """How the text shown since the last call is kept from sight; it begins at a place of the page."""
        shown, self.shown = self.shown, []
        if not shown:
            return None
        if all(mode == UNINKED for _, mode in shown):
            return "hidden_text"
        pale = all(min(colour) >= PALE for colour, _ in shown)
        on_paper = not any(x <= left <= x + w and y <= height <= y + h for x, y, w, h in self.painted)
        return "white_text" if pale and on_paper else None


def _light(operands: Sequence[Any], *, is_cmyk: bool) -> tuple[float, ...]:
    """The light of each primary, 1 for white. A colour of a kind unknown here counts as black."""
    try:
        parts = tuple(float(part) for part in operands)
    except (TypeError, ValueError):
        return (0.0,)
    if is_cmyk and len(parts) == 4:
        return tuple(max(0.0, 1 - part - parts[3]) for part in parts[:3])
    return parts or (0.0,)


def _box(operands: Sequence[Any], matrix: Sequence[float]) -> Box:
    """A rectangle on the page, from its lower left corner."""
    x, y, width, height = (float(part) for part in operands)
    left, low = x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]
    across, up = width * matrix[0], height * matrix[3]
    return min(left, left + across), min(low, low + up), abs(across), abs(up)
