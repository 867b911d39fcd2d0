"""A quiz in the terminal: a question, an answer in letters or words, and what is to be said of it.

Who learns there is as nameless as in a browser: a random token in a file of the data directory stands for the cookie.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

from assistant.quiz.attempt import Mode
from assistant.quiz.bank import Entry
from assistant.quiz.draw import Wanted
from assistant.quiz.gate import DEFECTS
from assistant.quiz.mark import Marked, Response, mark
from assistant.quiz.question import Question, put
from assistant.quiz.record import Record
from assistant.quiz.source import Sources
from assistant.quiz.training import Training
from knowledge.errors import InvalidInput
from knowledge.models import Language
from knowledge.typography import number

KEPT: Final = "learner"
"""The file with the token of whoever learns at this terminal."""
_SURE: Final = {"?": 1, "!": 3}
"""What an answer ends in, to say that it is a guess, or certain."""
_WEAK_SHOWN: Final = 5
_SAID: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "ask": "Your answer: ",
        "right": "Right.",
        "partial": "Partly right ({}).",
        "wrong": "Not right.",
        "expected": "The result is {}.",
        "source": "Source",
        "found": "Found",
        "missed": "Missed",
        "claim": "You did say it? Their numbers, such as 2 3: ",
        "score": "{} of {} points.",
        "done": "Nothing is left for today. Come back tomorrow, or practise freely.",
        "kept": "Your answers are kept on this machine, without your name: `clausier quiz progress` shows them, "
        "`clausier quiz erase` deletes them.",
        "sure": "End an answer in ? for a guess or in ! when you are certain.",
        "none": "No answers yet.",
        "all": "Answers: {}; mean score: {} %; days in a row: {}; due for review: {}",
        "topic": "{} %  {} (answers: {})",
        "choose": "One letter.",
        "several": "{} letters, such as a c.",
        "pairs": "Pairs, such as 1b 2a.",
        "order": "All letters in order, such as c a b.",
        "value": "A number, in {}.",
        "defects": "{} segments with their kind, such as b=vague. Kinds: {}.",
        "text": "Your own words.",
    },
    "fr": {
        "ask": "Votre réponse : ",
        "right": "C'est juste.",
        "partial": "Juste en partie ({}).",
        "wrong": "Ce n'est pas juste.",
        "expected": "Le résultat est {}.",
        "source": "Source",
        "found": "Trouvé",
        "missed": "Oublié",
        "claim": "Vous l'aviez dit ? Leurs numéros, par exemple 2 3 : ",
        "score": "{} points sur {}.",
        "done": "Il ne reste rien pour aujourd'hui. Revenez demain, ou exercez-vous librement.",
        "kept": "Vos réponses sont gardées sur cette machine, sans votre nom : `clausier quiz progress` les montre, "
        "`clausier quiz erase` les efface.",
        "sure": "Terminez une réponse par ? si vous devinez, par ! si vous êtes certain.",
        "none": "Pas encore de réponse.",
        "all": "Réponses : {} ; score moyen : {} % ; jours de suite : {} ; à réviser : {}",
        "topic": "{} %  {} (réponses : {})",
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


@dataclass(frozen=True, slots=True)
class Round:
    """What is asked: how many questions, of which kind, in which language."""

    mode: Mode
    wanted: Wanted
    lang: Language
    count: int


def learner_at(folder: Path) -> str:
    """The learner of this terminal; one who is new is given a token in the folder, which nobody else may read."""
    path = folder / KEPT
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.is_file():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as written:
            written.write(Record.new_token())
    return Record.learner_of(path.read_text("utf-8").strip())


def erase(record: Record, folder: Path, now: dt.datetime) -> int:
    """Delete everything of the learner of this terminal, the token included; how many answers."""
    path = folder / KEPT
    if not path.is_file():
        return 0
    done = record.erase(learner_at(folder), now)
    path.unlink()
    return done.attempts


def forget_token(folder: Path, learners: Collection[str]) -> None:
    """Delete the token of this terminal if its learner is one of `learners`."""
    path = folder / KEPT
    if learners and path.is_file() and learner_at(folder) in learners:
        path.unlink()


def run(
    training: Training, learner: str, asked_for: Round, random: Random, clock: Callable[[], dt.datetime], on: Console
) -> tuple[float, int]:
    """Ask up to so many questions; the points and how many were answered. Raises `NotFound` if none is like that."""
    lang, points, answered = asked_for.lang, 0.0, 0
    on.say(_SAID[lang]["sure"])
    for _ in range(asked_for.count):
        asked = training.draw(learner, asked_for.mode, asked_for.wanted, clock(), random)
        if asked is None:
            on.say("\n" + _SAID[lang]["done"])
            break
        entry = training.bank.entry(asked.item_id)
        found = _ask(entry, asked.seed, lang, on)
        if found is None:
            break
        response, marked = found
        training.answer(learner, asked.id, response, lang, clock())
        on.say("\n".join(told(entry, marked, training.sources, lang)))
        points += _corrected(training, learner, asked.id, entry, marked, on, lang)
        answered += 1
    on.say("\n" + _SAID[lang]["score"].format(number(round(points, 2), lang), answered))
    on.say(_SAID[lang]["kept"])
    return points, answered


def _ask(entry: Entry, seed: str, lang: Language, on: Console) -> tuple[Response, Marked] | None:
    question = put(entry.id, entry.item, seed, lang)
    on.say("\n".join(_shown(question)))
    while typed := on.hear(_SAID[lang]["ask"]).strip():
        try:
            response = read(question, typed)
            return response, mark(entry.id, entry.item, seed, response, lang)
        except InvalidInput as error:
            on.say(str(error))
    return None


def _corrected(
    training: Training, learner: str, asked_id: str, entry: Entry, marked: Marked, on: Console, lang: Language
) -> float:
    """The score, once the learner had a say in what a text in their own words holds."""
    if entry.item.type != "open" or marked.score >= 1:
        return marked.score
    while typed := on.hear(_SAID[lang]["claim"]).strip():
        try:
            claimed = typed.replace(",", " ").split()
            return float(training.correct(learner, asked_id, claimed, lang)["marked"]["score"])
        except InvalidInput as error:
            on.say(str(error))
    return marked.score


def standing(progress: Mapping[str, Any], lang: Language) -> Iterator[str]:
    """What `Training.progress` says, in a few lines: the whole, then the weakest topics."""
    said = _SAID[lang]
    if not progress["answers"]:
        yield said["none"]
        return
    yield said["all"].format(progress["answers"], round(100 * progress["mean"]), progress["streak"], progress["due"])
    for topic in list(progress["topics"].values())[:_WEAK_SHOWN]:
        yield "  " + said["topic"].format(round(100 * topic["strength"]), topic["name"], topic["answers"])


def read(question: Question, typed: str) -> Response:
    """What was typed, as an answer to the question. Raises `InvalidInput` for what cannot be read."""
    if question.type == "open":
        return Response(text=typed)
    sure = _SURE.get(typed.strip()[-1:])
    if sure:
        return replace(read(question, typed.strip()[:-1]), sure=sure)
    words = typed.lower().replace(",", " ").split()
    if question.type == "calculation":
        return Response(value=typed)
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
            colon = " :" if lang == "fr" else ":"
            yield f"  {line.id}. {said['found' if line.correct else 'missed']}{colon} {line.text}\n      {line.why}"
        else:
            sign = "✓" if line.correct else "✗" if line.given else "·"
            right = f" [{line.right}]" if line.right else ""
            yield f"  {sign} {line.id}) {line.text}{right}\n      {line.why}"
    yield f"\n{marked.explanation}"
    source = entry.item.source
    quote = source.quote[lang]
    yield f"{said['source']}{' :' if lang == 'fr' else ':'} {sources.place(source, lang).title}"
    yield f"  « {quote} »" if lang == "fr" else f'  "{quote}"'
