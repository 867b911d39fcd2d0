"""A model's text in the making: its verified sentences, renumbered, and what they rest on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from assistant.cite import MAX_QUOTE, Citation, figures, opening, sentences
from assistant.provenance import By
from assistant.stage import stage
from assistant.verify.ground import Ground
from assistant.verify.judge import Verified, stems, verify
from assistant.verify.quote import quoted_spans
from assistant.verify.repair import repair
from assistant.verify.split import ITEM, MARK, split, tidy
from knowledge.models import Language

NO_ANSWER: Final = "NO_ANSWER"


class Prose:
    """What may be shown of a model's text so far."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.text = ""
        self.written = 0
        self.quoted = 0
        self.repaired = 0
        self.withheld: Counter[str] = Counter()
        self.declined = False
        self.pieces: list[tuple[str, By]] = []
        """The text once more, cut where somebody else wrote it."""
        self._used: dict[int, Support] = {}
        self._heard: set[str] = set()
        self._told: set[str] = set()
        self._last_is_item = False

    def take(self, pieces: Iterable[str]) -> Iterator[str]:
        """What may be shown of the model's `pieces`, a sentence at a time."""
        for sentence, fresh in split(pieces):
            if NO_ANSWER in sentence:
                self.declined = True
                continue
            plain = tidy(sentence)
            if not re.search(r"[^\W\d_]", MARK.sub("", plain)) or plain in self._heard:
                continue
            self._heard.add(plain)
            with stage("verify"):
                verified = self._judge(plain)
            if verified:
                yield self._release(verified, fresh=fresh, item=bool(ITEM.match(sentence)))

    def citations(self) -> tuple[Citation, ...]:
        """The passages that the text cites, in the order of their numbers, each with the words that support it best."""
        return tuple(
            Citation(n, self.ground.given[index], *support.span(self.ground.passages[index].text, self.ground.lang))
            for n, (index, support) in enumerate(self._used.items(), 1)
        )

    def _judge(self, plain: str) -> Verified | None:
        """The sentence, or what stands in its place; `None`, and counted, if nothing does."""
        verdict = verify(plain, self.ground)
        if isinstance(verdict, Verified):
            return None if self._is_told(verdict) else verdict
        mended = repair(plain, verdict, self.ground)
        if mended is None:
            self.withheld[verdict] += 1
            return None
        if self._is_told(mended):
            return None
        self.repaired += 1
        return mended

    def _is_told(self, verified: Verified) -> bool:
        """Whether the text says just this already, as where two sentences are mended from one source."""
        if verified.text in self._told:
            return True
        self._told.add(verified.text)
        return False

    def _release(self, verified: Verified, *, fresh: bool, item: bool) -> str:
        for index in verified.cited:
            support = self._used.setdefault(index, Support())
            support.sentences.append(verified.text)
            support.located += [span for at, span in verified.located if at == index]
        numbers = list(self._used)
        marks = " ".join(f"[{numbers.index(index) + 1}]" for index in verified.cited)
        before = f"{self._gap(fresh=fresh, item=item)}{'- ' if item else ''}"
        self.pieces += [(before, "model"), *attributed(verified.text), (f" {marks}", "model")]
        self.written += 1
        self.quoted += bool(verified.located)
        self._last_is_item = item
        text = f"{before}{verified.text} {marks}"
        self.text += text
        return text

    def _gap(self, *, fresh: bool, item: bool) -> str:
        if not self.text:
            return ""
        if item and self._last_is_item:
            return "\n"
        return "\n\n" if fresh or item else " "


class Support:
    """What a text takes from one passage: sentences, and the places of literal quotations."""

    __slots__ = ("located", "sentences")

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.located: list[tuple[int, int]] = []

    def span(self, passage: str, lang: Language) -> tuple[int, int]:
        """The first quotation, or else the sentences of `passage` that have most words and figures in common."""
        if self.located:
            return self.located[0]
        wanted = {key for sentence in self.sentences for key in _keys(sentence, lang)}
        spans = sentences(passage)
        shared = [_keys(passage[start:end], lang) & wanted for start, end in spans]
        if not any(shared):
            return opening(passage)
        best = max(range(len(spans)), key=lambda at: (sum(3 if ":" in key else 1 for key in shared[at]), -at))
        start, end = spans[best]
        for at in range(best + 1, len(spans)):
            adds = {key for key in shared[at] if ":" in key} - set().union(*shared[best:at])
            if not adds or spans[at][1] - start > MAX_QUOTE:
                break
            end = spans[at][1]
        return start, start + opening(passage[start:end])[1]


def attributed(text: str) -> Iterator[tuple[str, By]]:
    """A verified sentence, cut into what the model says and what it quotes."""
    at = 0
    for start, end in quoted_spans(text):
        yield text[at:start], "model"
        yield text[start:end], "quotation"
        at = end
    yield text[at:], "model"


def _keys(text: str, lang: Language) -> frozenset[str]:
    """The words and figures of `text`; figures are told by their colon."""
    return stems(text, lang) | {f"figure:{figure}" for figure in figures(text)}
