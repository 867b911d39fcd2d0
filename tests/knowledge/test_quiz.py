"""The form of questions: one place for a source, keys that are there, wordings that can be read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.quiz import Element, Range, Source, load
from tests.assistant.quiz import shelf
from tests.fakes import SHIPPED

QUOTE = {"en": "words", "fr": "mots"}


@pytest.mark.parametrize(
    "place",
    [{"guidance": "a"}, {"authority": "a"}, {"definition": "a"}, {"term": "a"}, {"point": "a"},
     {"clause": "a", "position": "customer"}, {"clause": "a", "step": "b"}],
)  # fmt: skip
def test_a_source_has_one_place(place: dict[str, Any]) -> None:
    assert Source.model_validate({**place, "quote": QUOTE})


@pytest.mark.parametrize(
    "place",
    [{}, {"guidance": "a", "term": "b"}, {"clause": "a"}, {"position": "customer", "guidance": "a"}, {"step": "b", "term": "a"},
     {"clause": "a", "position": "customer", "step": "b"}],
)  # fmt: skip
def test_another_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Source.model_validate({**place, "quote": QUOTE})


@pytest.mark.parametrize(
    "said", [{"en": ["a"]}, {"en": ["a"], "fr": []}, {"en": ["(a"], "fr": ["a"]}, {"en": [" "], "fr": ["a"]}]
)
def test_wordings_that_cannot_be_read_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Element.model_validate({"text": QUOTE, "why": QUOTE, "said": said})


@pytest.mark.parametrize("kind", ["single", "multiple", "defect"])
def test_an_item_without_a_key_is_refused(kind: str) -> None:
    raw = shelf.item(kind).model_dump(mode="json")
    for part in raw.get("options") or raw["segments"]:
        part |= {"correct": False} if "options" in raw else {"defect": None}
    with pytest.raises(ValidationError):
        shelf.ITEM.validate_python(raw)


def test_a_range_rises() -> None:
    with pytest.raises(ValidationError, match="below"):
        Range(minimum=2, maximum=1, step=1)


def test_the_shipped_items_are_in_form() -> None:
    items = load(SHIPPED)
    assert len(items) >= 280
    assert {item.type for item in items.values()} >= {
        "single", "multiple", "truth", "matching", "ordering", "calculation", "defect", "fallback", "terms", "open",
    }  # fmt: skip
