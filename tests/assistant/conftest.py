"""The whole library with the real model, indexed once and opened once a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.wiring import Assistant, open_assistant
from bench.library import indexed_library
from knowledge.errors import ModelUnavailable


@pytest.fixture(scope="session")
def whole() -> Iterator[Assistant]:
    """For slow tests: skipped where the model was not built."""
    try:
        settings, encoder = indexed_library()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    opened = open_assistant(settings, encoder=encoder)
    yield opened
    opened.close()
