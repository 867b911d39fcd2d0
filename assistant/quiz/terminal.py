"""A quiz in the terminal: a question, an answer in letters or words, and what is to be said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from assistant.quiz.attempt import Attempt
from assistant.quiz.bank import Bank, Entry
from assistant.quiz.draw import Wanted, candidates, practice
from assistant.quiz.gate import DEFECTS
from assistant.quiz.mark import Marked, Response, mark
from assistant.quiz.question import Question, put
from assistant.quiz.source import Sources
from knowledge.errors import InvalidInput
from knowledge.models import Language
from knowledge.typography import number

_SAID: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "ask": "Your answer",
        "right": "Right.",
        "partial": "Partly right ({}).",
        "wrong": "Not right.",
        "expected": "The result is {}.",
        "source": "Source",
        "found": "Found",
        "missed": "Missed",
        "score": "{} of {} points.",
        "choose": "One letter.",
        "several": "{} letters, such as a c.",
        "pairs": "Pairs, such as 1b 2a.",
        "order": "All letters in order, such as c a b.",
        "value": "A number, in {}.",
        "defects": "{} segments with their kind, such as b=vague. Kinds: {}.",
        "text": "Your own words.",
    },
    "fr": {
        "ask": "Votre réponse",
        "right": "C'est juste.",
        "partial": "Juste en partie ({}).",
        "wrong": "Ce n'est pas juste.",
        "expected": "Le résultat est {}.",
        "source": "Source",
        "found": "Trouvé",
        "missed": "Oublié",
        "score": "{} points sur {}.",
        "choose": "Une lettre.",
        "several": "{} lettres, par exemple a c.",
        "pairs": "Des paires, par exemple 1b 2a.",
        "order": "Toutes les lettres dans l'ordre, par exemple c a b.",
        "value": "Un nombre, en {}.",
        "defects": "{} segments avec leur défaut, par exemple b=vague. Défauts : {}.",
        "text": "Vos propres mots.",
    },
}


@dataclass(frozen=True, slots=True)
class Console:
    """How the quiz speaks and listens; an empty line ends it."""

    say: Callable[[str], None]
    hear: Callable[[str], str]


def run(
    bank: Bank,
    sources: Sources,
    wanted: Wanted,
    lang: Language,
    count: int,
    random: Random,
    now: dt.datetime,
    on: Console,
) -> tuple[float, int]:
    """Ask up to `count` questions; the points and how many were answered. Raises `NotFound` if none is like that."""
    entries = candidates(bank, wanted, now.date())
    attempts: list[Attempt] = []
    for _ in range(count):
        entry = practice(entries, attempts, random)
        marked = _ask(entry, str(random.random()), lang, on)
        if marked is None:
            break
        on.say("\n".join(told(entry, marked, sources, lang)))
        item = entry.item
        attempts.append(Attempt(entry.id, item.topic, item.objective, "practice", marked.score, None, now))
    points = sum(attempt.score for attempt in attempts)
    on.say("\n" + _SAID[lang]["score"].format(number(round(points, 2), lang), len(attempts)))
    return points, len(attempts)


def _ask(entry: Entry, seed: str, lang: Language, on: Console) -> Marked | None:
    question = put(entry.id, entry.item, seed, lang)
    on.say("\n".join(_shown(question)))
    while typed := on.hear(_SAID[lang]["ask"]).strip():
        try:
            return mark(entry.id, entry.item, seed, read(question, typed), lang)
        except InvalidInput as error:
            on.say(str(error))
    return None


def read(question: Question, typed: str) -> Response:
    """What was typed, as an answer to the question. Raises `InvalidInput` for what cannot be read."""
    words = typed.lower().replace(",", " ").split()
    if question.type == "calculation":
        return Response(value=typed)
    if question.type == "open":
        return Response(text=typed)
    if question.type == "ordering":
        return Response(order=tuple(words))
    if question.type in ("matching", "terms"):
        if not all(len(word) >= 2 for word in words):
            raise InvalidInput("write pairs of a number and a letter: 1b 2a")
        return Response(pairs={word[:-1]: word[-1] for word in words})
    if question.type == "defect":
        named = [word.partition("=") for word in words]
        return Response(defects={name: kind for name, _, kind in named})
    return Response(choices=tuple(words))


def _shown(question: Question) -> Iterator[str]:
    said = _SAID[question.lang]
    yield f"\n{question.stem}\n"
    yield from (f"  {prompt.id}. {prompt.text}" for prompt in question.prompts)
    yield from (f"  {answer.id}) {answer.text}" for answer in question.answers)
    hints = {
        "calculation": said["value"].format(question.unit),
        "open": said["text"],
        "ordering": said["order"],
        "matching": said["pairs"],
        "terms": said["pairs"],
        "defect": said["defects"].format(question.count, ", ".join(DEFECTS)),
        "multiple": said["several"].format(question.count),
    }
    yield f"\n{hints.get(question.type, said['choose'])}"


def told(entry: Entry, marked: Marked, sources: Sources, lang: Language) -> Iterator[str]:
    """Everything that is told after an answer, the source with its words last."""
    said = _SAID[lang]
    yield ""
    if marked.verdict == "partial":
        yield said["partial"].format(number(round(marked.score, 2), lang))
    else:
        yield said[marked.verdict]
    if marked.expected:
        yield said["expected"].format(marked.expected)
    for line in marked.lines:
        if entry.item.type == "open":
            yield f"  {said['found' if line.correct else 'missed']}: {line.text}"
        else:
            sign = "✓" if line.correct else "·"
            right = f" [{line.right}]" if line.right else ""
            yield f"  {sign} {line.id}) {line.text}{right}\n      {line.why}"
    yield f"\n{marked.explanation}"
    source = entry.item.source
    quote = source.quote[lang]
    yield (
        f"{said['source']} : {sources.place(source, lang).title}"
        if lang == "fr"
        else (f"{said['source']}: {sources.place(source, lang).title}")
    )
    yield f"  « {quote} »" if lang == "fr" else f'  "{quote}"'
