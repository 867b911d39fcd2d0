"""A checklist over the shipped library, made once."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.checklist.origin import from_topics
from assistant.checklist.points import Checklist, checklist
from knowledge.library import Library, load

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="session")
def library() -> Library:
    return load()


@pytest.fixture(scope="session")
def made(library: Library) -> Checklist:
    selected = from_topics(library, ["penalties", "liability-cap"], "customer")
    return checklist(library, selected, side="customer", lang="fr", today=TODAY)
