"""What a request says of one variable, with the words relied on."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.clause import Value


@dataclass(frozen=True, slots=True)
class Said:
    """What a request says of a variable: `quote` are the words relied on, which stand at `start` of what was read."""

    name: str
    value: Value
    quote: str
    start: int
    score: float

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.start + len(self.quote)
