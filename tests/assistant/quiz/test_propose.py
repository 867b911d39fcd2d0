"""Questions that a model proposes: in form, through the gate, true to the letter, and asked of nobody before a person has agreed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cite import sentences
from assistant.quiz.bank import Entry, assemble
from assistant.quiz.gate import faults
from assistant.quiz.made import made
from assistant.quiz.propose import ENGINE, Proposed, accept, lines, propose, waiting
from assistant.quiz.source import Sources
from assistant.speech import Message, ModelFailed, Reply
from assistant.verify.ground import Grounds
from clausier.main import main
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import Library, load
from knowledge.models import Audience, Language
from knowledge.quiz import FOLDER, Choice, read, written
from knowledge.settings import Settings
from prompts.render import declared

pytestmark = pytest.mark.slow
TODAY = dt.date(2026, 11, 23)
TOPIC = "liability-cap"
WRONG: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Whatever the custom of the town happens to be at that time and in that trade", "A custom decides nothing of the kind here."),
        ("Whichever of the two firms has the older letterhead on the day in question", "The age of paper was never of any weight."),
        ("Whoever sent the last message before the weekend that came after the meeting", "Messages sent on a Friday have no such force."),
    ),
    "fr": (
        ("Ce que veut l'usage de la ville à ce moment-là et dans ce métier précisément", "Un usage ne décide rien de tel ici."),
        ("Celle des deux maisons dont le papier à lettres est le plus ancien ce jour-là", "L'âge du papier n'a jamais compté."),
        ("Qui a envoyé le dernier message avant la fin de semaine suivant la réunion", "Un message du vendredi n'a pas cette force."),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


@pytest.fixture(scope="module")
def grounds(library: Library) -> Grounds:
    return Grounds(library)


Propose = Callable[..., Proposed]


@pytest.fixture(scope="module")
def proposes(library: Library, grounds: Grounds) -> Propose:
    """`propose` over the library, whose questions by rule are made once."""
    by_rule = made(library)

    def run(count: int, model: Writes | None, topic: str = TOPIC) -> Proposed:
        return propose(topic, count, "en", library, model, grounds, TODAY, lambda _: by_rule)

    return run


Change = Callable[[list[str]], list[str]]


class Writes:
    """A model that asks what the first sentence of the text says, which it copies; `change` spoils what it writes."""

    name = "fake:model"
    is_admitted = True

    def __init__(self, change: Change = lambda written: written, failure: str = "") -> None:
        self.change, self.failure = change, failure
        self.asked: list[Sequence[Message]] = []

    def admits(self, audience: Audience) -> bool:
        return self.is_admitted and audience == "lawyer"

    def stream(self, messages: Sequence[Message], purpose: str, /) -> Reply:
        assert purpose == "propose"
        self.asked.append(messages)
        return Reply(self._said(messages[0][1]))

    def _said(self, system: str) -> Iterator[str]:
        if self.failure:
            raise ModelFailed(self.failure)
        texts = re.findall(r"<passage \w+ \[\d\]>\n.*\n(.*)\n</passage", system)
        told: list[str] = []
        for lang, text in zip(("en", "fr"), texts, strict=True):
            told += _lines(lang, text)  # type: ignore[arg-type]
        yield "\n".join(self.change(told))


def _lines(lang: Language, text: str) -> list[str]:
    code = lang.upper()
    start, end = sentences(text)[0]
    said = text[start:end]
    stem = {"en": "What does the library say first?", "fr": "Que dit d'abord la bibliothèque ?"}[lang]
    return [
        f"STEM {code}: {stem}", f"KEY {code}: {said}", f"QUOTE {code}: {said}", f"BECAUSE {code}: {said}", f"EXPLAIN {code}: {said}",
        *(f"WRONG {n} {code}: {answer} | {why}" for n, (answer, why) in enumerate(WRONG[lang], 1)),
    ]  # fmt: skip


def test_what_holds_is_proposed_in_the_authored_form(library: Library, proposes: Propose, tmp_path: Path) -> None:
    model = Writes()
    found = proposes(2, model)
    assert found.engine == "fake:model", found.dropped
    path = tmp_path / "p.yaml"
    path.write_text(written(found.items), "utf-8")
    again = read(path)
    assert again == found.items
    for key, item in again.items():
        assert isinstance(item, Choice)
        assert key.startswith(f"proposed-{TOPIC}-")
        assert not faults(item, library, Sources(library))
        for lang in ("en", "fr"):
            place = Sources(library).place(item.source, lang)  # type: ignore[arg-type]
            assert item.source.quote[lang] in place.text  # type: ignore[index]
            assert place.visibility == "public"
        assert item.waits
        assert "x " in "\n".join(lines(item, "fr"))


def _swap(label: str, words: str) -> Change:
    return lambda told: [re.sub(rf"^({label} (?:EN|FR)): .*", rf"\1: {words}", line) for line in told]


BAD: dict[str, tuple[Change, str]] = {
    "nothing": (lambda _: [], "form"),
    "prose": (lambda _: ["I would ask about the cap."], "form"),
    "a line less": (lambda told: told[:-1], "form"),
    "a line twice": (lambda told: [*told, told[0]], "form"),
    "one language": (lambda told: told[:8] * 2, "form"),
    "no reason": (_swap("WRONG 1", "Whatever the custom is"), "form"),
    "an invented quotation": (_swap("QUOTE", "The court of Zyntarion has held that the cap is always void"), "quotation"),
    "an invented key": (_swap("KEY", "The cap is 777,000 euros in every contract"), "support"),
    "an invented reason": (_swap("BECAUSE", "Zyntarion says so"), "support"),
    "an invented lesson": (_swap("EXPLAIN", "Article 9999-9 forbids it"), "support"),
    "markup": (_swap("KEY", "<script>alert(1)</script>"), "support"),
    "no wrong answer": (lambda told: [
        re.sub(r"^(WRONG 1 (EN|FR)): .*?\|", lambda m: f"{m[1]}: {_key(told, m[2])} |", line) for line in told
    ], "wrong answer"),
    "one wrong answer three times": (lambda told: [re.sub(r"^(WRONG \d EN): .*", r"\1: The same thing again and again | Because it is so indeed.", line) for line in told], "gate"),
}  # fmt: skip


def _key(told: list[str], code: str) -> str:
    return next(line.partition(": ")[2] for line in told if line.startswith(f"KEY {code}"))


@pytest.mark.parametrize(("change", "reason"), BAD.values(), ids=BAD)
def test_what_does_not_hold_is_dropped_and_the_rules_propose(proposes: Propose, change: Change, reason: str) -> None:
    found = proposes(1, Writes(change))
    assert found.engine == ENGINE
    assert len(found.items) == 1
    assert all(item.waits for item in found.items.values())
    assert [why for why, _ in found.dropped if reason in why], found.dropped
    assert "yntarion" not in written(found.items)


def test_a_model_that_fails_is_asked_a_few_times_and_no_more(proposes: Propose) -> None:
    model = Writes(failure="down")
    found = proposes(2, model)
    assert found.engine == ENGINE
    assert found.dropped == (("the model failed", len(model.asked)),)
    assert len(model.asked) <= 6


def test_without_a_model_the_rules_propose(proposes: Propose) -> None:
    found = proposes(3, None)
    assert (found.engine, len(found.items), found.dropped) == (ENGINE, 3, ())
    assert all(item.topic == TOPIC for item in found.items.values())
    assert Settings(_env_file=None).llm_propose is False
    model = Writes()
    model.is_admitted = False
    assert proposes(1, model).engine == ENGINE
    assert not model.asked, "the firm has not permitted it"


def test_a_topic_that_there_is_not(proposes: Propose) -> None:
    with pytest.raises(NotFound, match="no topic 'nothing'"):
        proposes(1, None, "nothing")


def test_nobody_is_asked_what_nobody_accepted(library: Library, proposes: Propose, tmp_path: Path) -> None:
    found = proposes(2, None)
    (tmp_path / FOLDER).mkdir()
    own = tmp_path / FOLDER / "copied.yaml"
    first, second = found.items
    own.write_text(written({**found.items, **accept(found.items, [first], "Anne Martin", TODAY)}), "utf-8")
    assert {first, second} & assemble(library, tmp_path).open(TODAY).keys() == {first}
    assert waiting(read(own)).keys() == {second}


def test_acceptance_needs_a_name_and_a_question(proposes: Propose) -> None:
    found = proposes(1, None)
    with pytest.raises(InvalidInput, match="--by"):
        accept(found.items, list(found.items), "  ", TODAY)
    with pytest.raises(NotFound, match="no question 'x'"):
        accept(found.items, ["x"], "Anne", TODAY)


def test_the_entry_of_a_proposal_is_closed(proposes: Propose) -> None:
    found = proposes(1, None)
    (key, item), *_ = found.items.items()
    assert not Entry(key, item, "own", (), "d", "d").is_open(TODAY)
    (accepted,) = accept(found.items, [key], "Anne", TODAY).values()
    assert Entry(key, accepted, "own", (), "d", "d").is_open(TODAY)


def test_on_the_command_line(tmp_path: Path) -> None:
    def run(*args: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, ["quiz", *args], env={"CLAUSIER_DATA_DIR": str(tmp_path / "data")})
        assert done.exit_code == code, done.output
        return done.output

    path = tmp_path / "proposed.yaml"
    told = run("propose", TOPIC, "--count", "1", "-o", str(path))
    assert "made by rule" in told
    (key,) = read(path)
    assert key in run("accept", str(path))
    run("accept", str(path), key, code=2)
    assert "accepted by Anne" in run("accept", str(path), key, "--by", "Anne")
    assert read(tmp_path / "data" / FOLDER / "accepted-proposed.yaml")[key].accepted_by == "Anne"
    assert "no question 'x'" in run("accept", str(path), "x", "--by", "Anne", code=1)
    assert declared("model/propose.md.j2") == {"nonce", "passages"}
