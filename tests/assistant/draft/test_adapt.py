"""What a model changes is shown word by word; what is not sound is not taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.draft.adapt import adapt, adapted, changes, unsound
from assistant.draft.write import Draft, Drafted, write
from assistant.speech import Message, ModelFailed
from knowledge.library import load

CLAUSE = load().clauses["confidentiality"]


class Scripted:
    """A model that says what it was told to say, or fails."""

    def __init__(self, said: str | None) -> None:
        self.said = said
        self.asked: list[Message] = []

    def stream(self, messages: Sequence[Message], purpose: str, /) -> Iterator[str]:
        assert purpose == "adapt"
        self.asked = list(messages)
        if self.said is None:
            raise ModelFailed("it is down")
        yield self.said[:10]
        yield self.said[10:]


@pytest.fixture
def drafted() -> Drafted:
    return write(CLAUSE, "balanced", "en", {})


def test_an_adaptation_carries_its_difference(drafted: Drafted) -> None:
    wanted = drafted.text.replace("confidential", "secret", 1)
    assert wanted != drafted.text
    model = Scripted(wanted)
    new, said = adapt(drafted, "say secret instead", model)
    assert (new.origin, new.text) == ("adapted", wanted)
    assert "before using it" in said
    changed = [(change.kind, change.text) for change in new.changes if change.kind != "kept"]
    assert changed == [("deleted", "confidential"), ("inserted", "secret")]
    assert drafted.text in model.asked[0][1]
    assert model.asked[1] == ("human", "say secret instead")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (None, "could not adapt the clause \\(it is down\\)"),
        ("", "paragraphs are not in order"),
        ("Sure! Here is your clause.", "paragraphs are not in order"),
        ("1. One.\n3. Three.", "paragraphs are not in order"),
        ("1. Nothing of this was there before.", "too little of the clause"),
    ],
)
def test_what_is_not_sound_is_not_taken(drafted: Drafted, said: str | None, message: str) -> None:
    kept, told = adapt(drafted, "shorter", Scripted(said))
    assert kept == drafted
    assert re.search(message, told)


def test_a_figure_comes_from_the_clause_or_from_the_request(drafted: Drafted) -> None:
    changed = drafted.text + " The Provider pays 77,000 euros."
    assert unsound(changed, drafted.text, "add a sum") == "figures"
    assert unsound(changed, drafted.text, "add a sum of 77,000 euros") is None


def test_nothing_changed_is_the_library(drafted: Drafted) -> None:
    assert adapt(drafted, "as it is", Scripted(drafted.text)) == (drafted, "")


@given(st.text("ab \n.", max_size=40), st.text("ab \n.", max_size=40))
def test_changes_add_up(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(change.text for change in found if change.kind != "deleted") == after
    assert "".join(change.text for change in found if change.kind != "inserted") == before


def test_a_whole_draft_is_adapted(drafted: Drafted) -> None:
    draft = Draft("say secret", "en", (drafted,), ("before",))
    changed = adapted(draft, Scripted(drafted.text.replace("confidential", "secret", 1)))
    assert changed.clauses[0].origin == "adapted"
    assert changed.warnings[0] == "before"
    assert len(changed.warnings) == 2
