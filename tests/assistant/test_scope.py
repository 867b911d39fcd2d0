"""The gate: examples and cues decide what is declined and what is handed over."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.scope import Gate
from knowledge.calibration import ScopeThresholds
from knowledge.library import Category, Scope
from knowledge.models import Example

X, Y, Z, W = np.eye(4, dtype=np.float32)
EXAMPLES = [Example("question", "en", "q"), Example("tax", "en", "t"), Example("chit-chat", "en", "c"),
            Example("handoff", "en", "h"), Example("documentary", "en", "d")]  # fmt: skip
VECTORS = np.stack([X, Y, Z, W, -W]).astype(np.float32)


def category(key: str, *cues: str, reason: str = "out_of_scope") -> Category:
    texts = {"en": key, "fr": key}
    return Category(key, reason, texts, texts, texts, {"en": (), "fr": ()}, cues)


SCOPE = Scope(
    (category("tax", r"\btax\b"), category("chit-chat", "hello"), category("unclear")),
    {"en": (), "fr": ()},
    {"en": (), "fr": ()},
    (r"\bcourt\b", "tribunal"),
)


def gate(**chosen: float) -> Gate:
    base = {"neighbours": 1, "cue": 0.3, "decline": 0.5, "handoff": 0.5, "handoff_cue": 0.3}
    return Gate(SCOPE, EXAMPLES, VECTORS, ScopeThresholds.model_validate({**base, **chosen}))


@pytest.mark.parametrize(
    ("vector", "expected"), [(X, None), (Y, "tax"), (Z, "chit-chat"), (X + Y * 0.5, None), (X * 0.2 + Y, "tax")]
)
def test_the_nearest_examples_decide(vector: np.ndarray, expected: str | None) -> None:
    judged = gate().judge("something", vector)
    assert (judged.category.key if judged.category else None) == expected


def test_the_margin_is_by_how_much_it_looks_outside() -> None:
    """Centre (0.2, 0.2, 0.2, 0): by hand, the cosine of centred x with centred y."""
    centred = VECTORS - VECTORS.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    vector = (X + Y) / 2**0.5
    cosines = centred @ ((vector - VECTORS.mean(axis=0)) / np.linalg.norm(vector - VECTORS.mean(axis=0)))
    judged = gate().judge("something", vector)
    assert judged.margin == pytest.approx(
        max(cosines[1], cosines[2]) - max(cosines[0], cosines[3], cosines[4]), abs=1e-6
    )
    assert judged.cue is None


def test_a_cue_weighs_in() -> None:
    near = X + Y * 1.1
    judged = gate(decline=0.35).judge("is Tax due", near)
    assert judged.cue == "Tax"
    assert judged.category
    assert judged.category.key == "tax"
    plain = gate(decline=0.35).judge("is syntax due", near)
    assert plain.category is None
    assert judged.margin == pytest.approx(plain.margin + 0.3)


def test_a_follow_up_is_neither_chit_chat_nor_unclear() -> None:
    assert gate().judge("ok", Z).category
    assert gate().judge("ok", Z, follow_up=True).category is None
    assert gate().judge("ok", Y, follow_up=True).category


@pytest.mark.parametrize(
    ("question", "vector", "expected"), [("x", W, True), ("x", -W, False), ("the court", W * 0.3 + X, True)]
)
def test_handing_over(question: str, vector: np.ndarray, expected: bool) -> None:
    assert gate(handoff=0.4).judge(question, vector).handoff is expected


def test_without_vectors_cues_alone_decide() -> None:
    empty = Gate(SCOPE, [], np.empty((0, 0), dtype=np.float32), gate()._thresholds)
    for judged in (gate().judge("income tax", None), empty.judge("income tax", X)):
        assert judged.category
        assert judged.category.key == "tax"
    assert gate().judge("syntax", None).category is None
    assert gate().judge("a letter from the tribunal", None).handoff
    assert not gate().judge("a penalty", None).handoff


def test_more_neighbours_than_examples_is_no_matter() -> None:
    assert gate(neighbours=50).judge("something", Y).category
