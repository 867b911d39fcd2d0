"""Questions for training that a language model proposes, for a person to accept or not; without one, those made by rule.

A proposal is a question of the authored form. It passes the same gate; its key and its explanation say what a public text says
in both languages, its quotations stand there to the letter, and no wrong answer does. Nobody is asked it before a person has
accepted it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from assistant.quiz.gate import faults
from assistant.quiz.made import made
from assistant.quiz.source import Sources
from assistant.speech import Author, ModelFailed
from assistant.tell import fence, shown
from assistant.verify.ground import Ground, Grounds
from assistant.verify.judge import Verified, verify
from knowledge.errors import InvalidInput, NotFound
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language, Passage
from knowledge.quiz import Choice, Item
from prompts.render import render

ENGINE: Final = "rules"
TRIES: Final = 3
"""Texts that are tried for each question that is wanted."""
LEAST: Final = 120
"""Characters of a text that a question can be asked on."""
_LINE: Final = re.compile(r"^(STEM|KEY|QUOTE|BECAUSE|EXPLAIN|WRONG [123]) (EN|FR) ?: *(\S.*?) *$", re.MULTILINE)
_LABELS: Final = ("STEM", "KEY", "QUOTE", "BECAUSE", "EXPLAIN", "WRONG 1", "WRONG 2", "WRONG 3")
_ITEM: Final[TypeAdapter[Item]] = TypeAdapter(Item)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Questions by id, who wrote them (`rules` or a model's name), and how many were dropped for which reason."""

    items: Mapping[str, Item]
    engine: str
    dropped: tuple[tuple[str, int], ...] = ()


class _Unfit(Exception):
    """What a model wrote is no question that could be proposed; the message is a reason of a few."""


def propose(
    topic: str,
    count: int,
    lang: Language,
    library: Library,
    model: Author | None,
    grounds: Grounds,
    today: dt.date,
    by_rule: Callable[[Library], Mapping[str, Item]] = made,
) -> Proposed:
    """`count` questions on a topic, or fewer. `lang` is the language in which a model is spoken to; `by_rule` makes the
    questions that are proposed without one.

    Raises `NotFound` for a topic that there is not, `InvalidInput` for one that no question of ours has a place for.
    """
    if topic not in library.topics:
        raise NotFound(f"there is no topic {topic!r}: choose one that knowledge/topics.yaml names")
    frame = _frame(topic, library, today)
    if model is None or not model.admits("lawyer"):
        return _by_rule(topic, count, library, by_rule)
    items: dict[str, Item] = {}
    dropped: Counter[str] = Counter()
    for pair in _pairs(topic, library)[: TRIES * count]:
        if len(items) == count:
            break
        try:
            item = _item(_told(pair, lang, model, grounds), pair, frame, library, grounds)
        except ModelFailed:
            dropped["the model failed"] += 1
        except _Unfit as reason:
            dropped[str(reason)] += 1
        else:
            items[_key(topic, item)] = item
    if not items:
        instead = _by_rule(topic, count, library, by_rule)
        return Proposed(instead.items, ENGINE, tuple(sorted(dropped.items())))
    return Proposed(items, model.name, tuple(sorted(dropped.items())))


def _by_rule(topic: str, count: int, library: Library, by_rule: Callable[[Library], Mapping[str, Item]]) -> Proposed:
    """Those made by rule on the topic that pass the gate, as proposals."""
    sources = Sources(library)
    sound = (item for item in by_rule(library).values() if item.topic == topic and not faults(item, library, sources))
    chosen = [item.model_copy(update={"proposed": True}) for item, _ in zip(sound, range(count), strict=False)]
    return Proposed({_key(topic, item): item for item in chosen}, ENGINE)


def _frame(topic: str, library: Library, today: dt.date) -> dict[str, Any]:
    """Where a question on the topic stands in the blueprint: where those that people wrote stand."""
    known = [item for item in library.items.values() if item.topic == topic]
    if not known:
        raise InvalidInput(f"there is no question on {topic} to take its place in the blueprint from: write one first")
    (block, objective), _ = Counter((item.block, item.objective) for item in known).most_common(1)[0]
    return {
        "type": "single", "block": block, "topic": topic, "objective": objective, "level": "understand", "difficulty": 1,
        "checked_on": today, "proposed": True,
    }  # fmt: skip


def _pairs(topic: str, library: Library) -> list[dict[Language, Passage]]:
    """The public texts on a topic in both languages: those that stand at the same place of the guidance."""
    places: dict[int, dict[Language, Passage]] = {}
    for document in library.guidance:
        if topic in document.topics and document.id.endswith(topic):
            for passage in document.passages:
                if passage.visibility == "public" and len(passage.text) >= LEAST:
                    places.setdefault(passage.ordinal, {})[passage.lang] = passage
    return [pair for _, pair in sorted(places.items()) if pair.keys() == set(LANGUAGES)]


def _told(pair: Mapping[Language, Passage], lang: Language, model: Author, grounds: Grounds) -> dict[str, str]:
    """What the model wrote, by label. Raises `ModelFailed`, and `_Unfit` for what is not of this form."""
    nonce = fence()
    ground = grounds.of([pair["en"], pair["fr"]], lang)
    system = render("model/propose.md.j2", nonce=nonce, passages=shown(ground, nonce))
    reply = model.stream([("system", system), ("human", pair[lang].title)], "propose")
    lines = _LINE.findall("".join(reply))
    told = {f"{label} {code}": text for label, code, text in lines}
    wanted = {f"{label} {code}" for label in _LABELS for code in ("EN", "FR")}
    if told.keys() != wanted or len(lines) != len(wanted):
        raise _Unfit("not in the form that was asked for")
    return told


def _item(
    told: Mapping[str, str],
    pair: Mapping[Language, Passage],
    frame: Mapping[str, Any],
    library: Library,
    grounds: Grounds,
) -> Item:
    """The question, if it holds. Raises `_Unfit`."""
    passage = pair["en"]
    wrong = [{lang: _halves(told[f"WRONG {n} {lang.upper()}"]) for lang in LANGUAGES} for n in (1, 2, 3)]
    for lang in LANGUAGES:
        ground = grounds.of([pair[lang]], lang)
        code = lang.upper()
        if told[f"QUOTE {code}"] not in pair[lang].text:
            raise _Unfit("a quotation that does not stand in the text")
        if not all(_holds(told[f"{label} {code}"], ground) for label in ("KEY", "BECAUSE", "EXPLAIN")):
            raise _Unfit("a key or a reason that the text does not support")
        if any(option[lang][0].strip(". ") in pair[lang].text for option in wrong):
            raise _Unfit("a wrong answer that stands in the text")
    options = [_option("key", _both(told, "KEY"), _both(told, "BECAUSE"), correct=True)]
    options += [
        _option(
            f"wrong-{n}", {lang: option[lang][0] for lang in LANGUAGES}, {lang: option[lang][1] for lang in LANGUAGES}
        )
        for n, option in enumerate(wrong, 1)
    ]
    source = {"guidance": frame["topic"], "quote": _both(told, "QUOTE")}
    verified = [key for key in passage.authorities if library.authorities[key].status != "U"]
    raw = {
        **frame, "stem": _both(told, "STEM"), "options": options, "explanation": _both(told, "EXPLAIN"), "source": source,
        "authorities": verified,
    }  # fmt: skip
    try:
        item = _ITEM.validate_python(raw)
    except ValidationError:
        raise _Unfit("not in the form that was asked for") from None
    if faults(item, library, Sources(library)):
        raise _Unfit("the gate found a fault")
    return item


def _holds(sentence: str, ground: Ground) -> bool:
    return isinstance(verify(f"{sentence.rstrip('. ')} [1].", ground), Verified)


def _halves(line: str) -> tuple[str, str]:
    answer, bar, why = (part.strip() for part in line.partition("|"))
    if not (answer and bar and why):
        raise _Unfit("not in the form that was asked for")
    return answer, why


def _both(told: Mapping[str, str], label: str) -> dict[Language, str]:
    return {lang: told[f"{label} {lang.upper()}"] for lang in LANGUAGES}


def _option(
    name: str, text: Mapping[Language, str], why: Mapping[Language, str], *, correct: bool = False
) -> dict[str, Any]:
    return {"id": name, "text": text, "why": why, "correct": correct}


def _key(topic: str, item: Item) -> str:
    """A name that says that it was proposed, and is the same for the same question."""
    digest = hashlib.sha256(item.model_dump_json(exclude={"checked_on"}).encode()).hexdigest()
    return f"proposed-{topic}-{digest[:8]}"


def waiting(items: Mapping[str, Item]) -> dict[str, Item]:
    """Those that nobody has accepted."""
    return {key: item for key, item in items.items() if item.waits}


def accept(items: Mapping[str, Item], chosen: Sequence[str], by: str, on: dt.date) -> dict[str, Item]:
    """Proposed questions of these names, accepted by somebody on a day. Raises `NotFound`, and `InvalidInput` without a name."""
    if not by.strip():
        raise InvalidInput("a question is accepted by a person: give a name with --by")
    missing = [key for key in chosen if key not in items]
    if missing:
        raise NotFound(f"the file has no question {missing[0]!r}: without names those that wait are listed")
    return {key: items[key].model_copy(update={"accepted_by": by.strip(), "accepted_on": on}) for key in chosen}


def lines(item: Item, lang: Language) -> Iterator[str]:
    """A proposal as somebody reads it who is to accept it."""
    yield item.stem[lang]
    if isinstance(item, Choice):
        for option in item.options:
            yield f"  {'x' if option.correct else '-'} {option.text[lang]} ({option.why[lang]})"
    yield f"  “{item.source.quote[lang]}”"
