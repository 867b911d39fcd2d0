"""What a negotiator knows about each type of clause: `negotiation.yaml`, the other half of a checklist.

The wording, the ladder and the walk-away stand with the clause; here stand the stage, the priority, what the other side will
say, what to answer, what the point can be traded against and who decides.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from knowledge.authored import Authored, Text, read
from knowledge.models import Side

FILE: Final = "negotiation.yaml"

Stage = Literal["before-signature", "negotiation", "signature", "during", "exit"]
Priority = Literal["must", "important", "nice"]
Owner = Literal[
    "management", "legal", "finance", "it", "security", "data-protection", "marketing", "purchasing", "sales"
]
"""Who decides. Of a provider, `it` is the technical direction."""


class Stance(Authored):
    """The point as one side sees it."""

    want: Text
    matters: Text
    objection: Text
    reply: Text
    priority: Priority
    decides: Owner


class Point(Authored):
    """One point of a negotiation, under its clause type. `trades` are the types that it can be traded against."""

    stage: Stage
    trades: tuple[str, ...]
    customer: Stance
    provider: Stance

    def stance(self, side: Side) -> Stance:
        """The point as `side` sees it."""
        return self.customer if side == "customer" else self.provider


def load(root: Path) -> dict[str, Point]:
    """The points in the library folder `root`, by clause type. Raises `InvalidInput` for a file that is not in form."""
    return read(root / FILE, Point)
