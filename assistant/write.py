"""Answers in a language model's words, where there is one: it may rephrase and combine, but never adds.

The extractive answer comes first, and stays what is shown whenever the model is slow, down, or says what cannot be verified.
Of what the model says only sentences are released whose marks, quotations, figures and words stand in the passages that they
cite; plain code decides that, see `Prose`. Whether there is an answer, and whether a lawyer should be seen, is never the
model's to say.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.answer import Answer, Answerer, Evidence, Question
from assistant.converse import language, standalone
from assistant.prose import Prose
from assistant.provenance import By, Provenance, counts, masked_notice, spans
from assistant.rephrase import rephrase
from assistant.rerank import rerank
from assistant.speech import Author, ModelFailed, Reply
from assistant.stage import stage
from assistant.tell import ANSWER, to_answer
from assistant.verify.ground import Grounds
from knowledge.models import Language, Passage
from prompts.render import version

PASSAGES: Final = 8
"""Passages that a model is given at most."""
WORDS_A_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an answer's prose, to be shown at once."""

    text: str


class Writer:
    """Writes answers; without a model they are the extractive ones."""

    def __init__(
        self,
        answerer: Answerer,
        model: Author | None,
        grounds: Grounds | None = None,
        *,
        rephrases: bool = False,
        reranks: bool = False,
        passages: int = PASSAGES,
    ) -> None:
        """`rephrases`: follow-ups are read as the model rewrites them, where that adds nothing. `reranks`: what was found is
        read in the order that it names. `passages`: how many it is given for an answer."""
        self._answerer = answerer
        self._model = model
        self._grounds = grounds or Grounds(None)
        self._rephrases = rephrases
        self._reranks = reranks
        self._passages = passages

    def answer(self, question: Question) -> Answer:
        """The answer to `question`, whatever the model does."""
        began = time.perf_counter()
        extractive, evidence = self._in_order(question, *self._found(question))
        work = self._work(question, extractive, evidence)
        if work is None:
            return extractive
        try:
            for _ in work.sentences():
                pass
        except ModelFailed:
            return work.instead(FAILED, began)
        return work.finish(began)

    def stream(self, question: Question) -> Iterator[Token | Answer]:
        """The same in pieces, and then whole. The pieces are the beginning of the final prose; nothing is ever taken back:
        where the model breaks off after sentences that were verified, the extractive answer follows them."""
        began = time.perf_counter()
        extractive, evidence = self._in_order(question, *self._found(question))
        work = self._work(question, extractive, evidence)
        if work is None:
            yield from _pieces(extractive, "")
            return
        try:
            for text in work.sentences():
                yield Token(text)
            answer = work.finish(began)
        except ModelFailed:
            answer = work.go_on(began)
        yield from _pieces(answer, work.prose.text)

    def _found(self, question: Question) -> tuple[Answer, Evidence | None]:
        """The extractive answer with what it was found in. A follow-up may be read as a model rewrites it."""
        model = self._model
        if not (self._rephrases and question.history and model and model.admits(question.audience)):
            return self._answerer.answer_with_evidence(question)
        lang = question.lang or language(question.text, question.history)
        asked = rephrase(question.text, question.history, lang, model)
        if asked == standalone(question.text, question.history, lang):
            return self._answerer.answer_with_evidence(question)
        extractive, evidence = self._answerer.answer_with_evidence(replace(question, text=asked, lang=lang))
        return replace(extractive, question=question.text), evidence

    def _in_order(
        self, question: Question, extractive: Answer, evidence: Evidence | None
    ) -> tuple[Answer, Evidence | None]:
        """The same, from what was found in the order that a model names, where it may and does."""
        model = self._model
        if not (self._reranks and model and evidence and extractive.answerable and model.admits(question.audience)):
            return extractive, evidence
        ordered = rerank(evidence, model, self._grounds)
        if ordered == evidence:
            return extractive, evidence
        return self._answerer.again(question, ordered, extractive), ordered

    def _work(self, question: Question, extractive: Answer, evidence: Evidence | None) -> _Work | None:
        """What there is for a model to do; `None` where it may not, or where there is nothing to say in other words.

        What was declined stays declined in our own words.
        """
        model = self._model
        if model is None or evidence is None or not (extractive.answerable and extractive.citations):
            return None
        if not model.admits(question.audience):
            return None
        given = _sources(extractive, evidence)[: self._passages]
        return _Work(question, extractive, Prose(self._grounds.of(given, evidence.lang, question.text)), model)


class _Work:
    """One answer in a model's words, in the making."""

    def __init__(self, question: Question, extractive: Answer, prose: Prose, model: Author) -> None:
        self.prose = prose
        self._question = question
        self._extractive = extractive
        self._model = model
        self._reply: Reply | None = None

    def sentences(self) -> Iterator[str]:
        """What may be shown, as it comes. Raises `ModelFailed`."""
        with stage("write"):
            self._reply = self._model.stream(to_answer(self._question, self.prose.ground))
            try:
                yield from self.prose.take(self._reply)
            finally:
                self._reply.close()

    def finish(self, began: float) -> Answer:
        """The verified sentences, with what must not be lost of the extractive answer; that answer if there are none."""
        prose, extractive = self.prose, self._extractive
        if not prose.text:
            return self.instead(DECLINED if prose.declined and not prose.withheld else UNVERIFIED, began)
        kept = "".join(f"\n\n{block}" for block in _kept(extractive))
        return replace(
            extractive,
            prose=prose.text + kept,
            citations=prose.citations(),
            engine=self._model.name,
            notices=(*extractive.notices, *self._notices()),
            elapsed_ms=_since(began),
            provenance=self._provenance([*prose.pieces, (kept, "library")]),
        )

    def go_on(self, began: float) -> Answer:
        """What was already shown of a model that broke off, followed by the extractive answer."""
        prose, extractive = self.prose, self._extractive
        if not prose.text:
            return self.instead(FAILED, began)
        own = prose.citations()
        rest = f"\n\n{_renumbered(extractive, len(own))}"
        return replace(
            extractive,
            prose=prose.text + rest,
            citations=(*own, *(replace(citation, n=citation.n + len(own)) for citation in extractive.citations)),
            engine=self._model.name,
            notices=(*extractive.notices, BROKE_OFF[extractive.language], *self._notices()),
            elapsed_ms=_since(began),
            provenance=self._provenance([*prose.pieces, (rest, "library")]),
        )

    def instead(self, notice: Mapping[Language, str], began: float) -> Answer:
        """The extractive answer, and why."""
        extractive = self._extractive
        return replace(
            extractive,
            notices=(*extractive.notices, notice[extractive.language], *self._masked()),
            elapsed_ms=_since(began),
            provenance=self._provenance([(extractive.prose, "library")]),
        )

    def _provenance(self, pieces: Sequence[tuple[str, By]]) -> Provenance:
        prose = self.prose
        return Provenance(
            self._model.name,
            version(ANSWER),
            prose.written,
            prose.quoted,
            prose.repaired,
            counts(prose.withheld),
            self._reply.masked if self._reply else (),
            spans(pieces),
        )

    def _notices(self) -> Iterator[str]:
        lang = self._extractive.language
        yield from _repaired(self.prose.repaired, lang)
        yield from _withheld(self.prose.withheld.total(), lang)
        yield from self._masked()

    def _masked(self) -> tuple[str, ...]:
        return masked_notice(self._reply.masked if self._reply else (), self._extractive.language)


def _sources(extractive: Answer, evidence: Evidence) -> list[Passage]:
    """The passages of the extractive answer, then the best others that were found."""
    hits = sorted((hit for _, found in evidence.by_part for hit in found), key=lambda hit: -hit.score)
    passages = [citation.passage for citation in extractive.citations] + [hit.passage for hit in hits]
    return list({passage.id: passage for passage in reversed(passages)}.values())[::-1]


FAILED: Final[Mapping[Language, str]] = {
    "en": "The language model did not give a usable answer in time; this answer is composed of the library's own words.",
    "fr": "Le modèle de langage n'a pas donné à temps de réponse utilisable ; cette réponse est composée des textes mêmes de "
    "la bibliothèque.",
}
UNVERIFIED: Final[Mapping[Language, str]] = {
    "en": "Nothing that the language model wrote could be verified in the sources; this answer is composed of the library's "
    "own words.",
    "fr": "Rien de ce que le modèle de langage a écrit n'a pu être vérifié dans les sources ; cette réponse est composée des "
    "textes mêmes de la bibliothèque.",
}
DECLINED: Final[Mapping[Language, str]] = {
    "en": "The language model found no answer in the sources; this answer is composed of the library's own words.",
    "fr": "Le modèle de langage n'a pas trouvé de réponse dans les sources ; cette réponse est composée des textes mêmes de "
    "la bibliothèque.",
}
BROKE_OFF: Final[Mapping[Language, str]] = {
    "en": "The language model broke off; what follows its first sentences is composed of the library's own words.",
    "fr": "Le modèle de langage s'est interrompu ; ce qui suit ses premières phrases est composé des textes mêmes de la "
    "bibliothèque.",
}
_FIGURES: Final = ("**Dated figures**", "**Chiffres datés**")
"""How `documents/answer.md.j2` heads the dated figures."""


def _withheld(count: int, lang: Language) -> tuple[str, ...]:
    if not count:
        return ()
    if lang == "fr":
        one = "1 phrase du modèle de langage n'a pas pu être vérifiée dans les sources et n'est pas montrée."
        many = f"{count} phrases du modèle de langage n'ont pas pu être vérifiées dans les sources et ne sont pas montrées."
        return (one if count == 1 else many,)
    one = "1 sentence of the language model could not be verified in the sources and is not shown."
    many = f"{count} sentences of the language model could not be verified in the sources and are not shown."
    return (one if count == 1 else many,)


def _repaired(count: int, lang: Language) -> tuple[str, ...]:
    if not count:
        return ()
    if lang == "fr":
        one = "1 phrase du modèle de langage a été corrigée d'après les sources."
        return (one if count == 1 else f"{count} phrases du modèle de langage ont été corrigées d'après les sources.",)
    one = "1 sentence of the language model was corrected from the sources."
    return (one if count == 1 else f"{count} sentences of the language model were corrected from the sources.",)


def _renumbered(extractive: Answer, by: int) -> str:
    """The prose of the extractive answer with its marks counted on from `by`."""
    known = {citation.n for citation in extractive.citations}
    return re.sub(
        r"(?<!\\)\[(\d{1,3})\]",
        lambda match: f"[{int(match[1]) + by}]" if int(match[1]) in known else match[0],
        extractive.prose,
    )


def _kept(extractive: Answer) -> Iterator[str]:
    """The dated figures: ours to say, whatever the model says."""
    blocks = [block.strip() for block in extractive.prose.split("\n\n") if block.strip()]
    for heading, block in itertools.pairwise(blocks):
        if heading in _FIGURES:
            yield f"{heading}\n\n{block}"


def _pieces(answer: Answer, told: str) -> Iterator[Token | Answer]:
    """What is left to tell of an answer's prose, a few words at a time, and the answer."""
    for piece in re.findall(rf"\s*(?:\S+\s*){{1,{WORDS_A_TOKEN}}}", answer.prose[len(told) :]):
        yield Token(piece)
    yield answer


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
