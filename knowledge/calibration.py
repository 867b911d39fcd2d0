"""Numbers that were chosen on data: read from `calibration.yaml`, checked, handed to whoever needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

FILE: Final = Path(__file__).parent / "calibration.yaml"


class RetrievalWeights(BaseModel):
    """How the legs of retrieval are fused; see `assistant.retrieve`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidates: int = Field(ge=10, le=1000)
    stems: float = Field(ge=0, le=1)
    cognates: float = Field(ge=0, le=1)


class ScopeThresholds(BaseModel):
    """When a question is declined or handed over; see `assistant.scope`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    neighbours: int = Field(ge=1, le=50)
    cue: float = Field(ge=0, le=1)
    decline: float
    handoff: float
    handoff_cue: float = Field(ge=0, le=1)


class AnswerThresholds(BaseModel):
    """How an answer is composed; see `assistant.answer`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    not_in_library: float = Field(ge=0, le=1)
    full: float = Field(ge=0, le=1)
    related: float = Field(ge=0, le=1)
    prefer_question: float = Field(ge=0, le=1)
    foreign: float = Field(ge=0, le=1)
    lead_characters: int = Field(ge=80)
    part_characters: int = Field(ge=80)
    related_characters: int = Field(ge=80)


class Calibration(BaseModel):
    """All chosen numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retrieval: RetrievalWeights
    scope: ScopeThresholds
    answer: AnswerThresholds


def load(path: Path = FILE) -> Calibration:
    """Read and check the file."""
    import yaml

    return Calibration.model_validate(yaml.safe_load(path.read_text("utf-8")))
