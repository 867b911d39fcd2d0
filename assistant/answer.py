"""Answer a question from the library, with every claim beside its source, or say why not.

Nothing here needs a language model. The answer is composed of the library's own sentences: the answer that fits each part of
the question, the law it rests on, what to do, what is related. See `assistant.write` for what a model may add.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Literal

from assistant.cite import Citation, opening
from assistant.converse import Turn, language, parts, standalone
from assistant.provenance import Provenance
from assistant.retrieve import Retrieved, Retriever
from assistant.scope import Gate, Judgement
from assistant.stage import stage
from assistant.turnstile import Turnstile
from knowledge.calibration import AnswerThresholds
from knowledge.lexical import terms
from knowledge.library import Category, Figure, Library
from knowledge.models import LANGUAGES, Audience, Language, Passage, Role
from knowledge.review import UNKNOWN, Reviews, due_dates
from knowledge.typography import day
from prompts.render import render

Support = Literal["full", "partial", "none"]
Reason = Literal["out_of_scope", "not_in_library", "needs_lawyer", "unclear"]

EXTRACTIVE: Final = "extractive"
FOUND: Final = 40
"""Passages that are looked at for one part of a question."""
LEADS: Final[frozenset[Role]] = frozenset(
    {"question", "short", "meaning", "definition", "text", "clause", "figures", "warning"}
)
"""What may open an answer; law, advice and notes have places of their own."""
WEIGHED: Final = 25
"""Passages that say what a question is about."""
RELATED: Final = 4
"""Further topics that are mentioned at most."""
FOLLOW_UPS: Final = 3


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody asks. `lang` is the language to answer in, if it is not to be guessed."""

    text: str
    audience: Audience = "client"
    lang: Language | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What Clausier says. `prose` is Markdown with marks such as [1] for `citations`; `reviews` knows when their texts are due
    for review."""

    question: str
    language: Language
    audience: Audience
    prose: str
    support: Support
    reason: Reason | None
    citations: tuple[Citation, ...]
    follow_ups: tuple[str, ...]
    handoff: bool
    engine: str
    elapsed_ms: float
    notices: tuple[str, ...] = ()
    reviews: Reviews = UNKNOWN
    provenance: Provenance | None = None
    """What became of a model's words, where one was asked."""

    @property
    def answerable(self) -> bool:
        """Whether there is an answer rather than a reason for none."""
        return self.support != "none"

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of what is cited, in the order of the citations."""
        return tuple(dict.fromkeys(topic for c in self.citations for topic in c.passage.topics))

    @property
    def authorities(self) -> tuple[str, ...]:
        """The authorities of what is cited, likewise."""
        return tuple(dict.fromkeys(key for c in self.citations for key in c.passage.authorities))


@dataclass(slots=True)
class Draft:
    """An answer in the making: citations are numbered as they are used."""

    citations: list[Citation] = field(default_factory=list)

    def cite(self, passage: Passage, most: int) -> dict[str, Any] | None:
        """The opening words of `passage` with their number; `None` if the passage is already cited."""
        if any(citation.passage.id == passage.id for citation in self.citations):
            return None
        start, end = opening(passage.text, most)
        citation = Citation(len(self.citations) + 1, passage, start, end)
        self.citations.append(citation)
        return {"text": markdown(citation.quote, passage), "n": citation.n}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for one question: for each of its parts the passages, best first, and the topics it is about."""

    lang: Language
    by_part: tuple[tuple[str, list[Retrieved]], ...]
    topics: tuple[str, ...]
    cosine: float


class Answerer:
    """Answers questions over one library and one index."""

    def __init__(
        self,
        retriever: Retriever,
        gate: Gate,
        library: Library,
        thresholds: AnswerThresholds,
        today: Callable[[], dt.date],
    ) -> None:
        self._retriever = retriever
        self._gate = gate
        self._library = library
        self._thresholds = thresholds
        self._today = today
        self._due = due_dates(library)
        self._turnstile = Turnstile(os.cpu_count() or 1)

    def answer(self, question: Question) -> Answer:
        """The extractive answer to `question`."""
        answer, _ = self.answer_with_evidence(question)
        return answer

    def answer_with_evidence(self, question: Question) -> tuple[Answer, Evidence | None]:
        """The extractive answer, and what it was found in; no evidence where the question was declined."""
        began = time.perf_counter()
        with ExitStack() as place:
            with stage("wait"):
                place.enter_context(self._turnstile)
            return self._work_out(question, began)

    def again(self, question: Question, evidence: Evidence, answer: Answer) -> Answer:
        """The extractive answer of the same evidence in another order; `answer` is what was made of it before."""
        began = time.perf_counter()
        with self._turnstile:
            made = self._compose(question, evidence, Judgement(None, answer.handoff, 0.0, 0.0), began)
        return replace(made, question=answer.question, elapsed_ms=made.elapsed_ms + answer.elapsed_ms)

    def _work_out(self, question: Question, began: float) -> tuple[Answer, Evidence | None]:
        lang = question.lang or language(question.text, question.history)
        vector = self._retriever.vector(question.text)
        judgement = self._gate.judge(question.text, vector, follow_up=bool(question.history))
        if judgement.category:
            return self._decline(question, lang, judgement, judgement.category, began), None
        evidence = self.gather(question, lang, vector)
        if evidence.cosine < self._thresholds.not_in_library and self._retriever.encoder:
            return self._not_found(question, lang, judgement, began), evidence
        with stage("write"):
            return self._compose(question, evidence, judgement, began), evidence

    def gather(self, question: Question, lang: Language, vector: Any = None) -> Evidence:
        """What the index holds on every part of `question`."""
        whole = standalone(question.text, question.history, lang)
        pieces = parts(question.text, lang) if whole == question.text else [whole]
        by_part = []
        for piece in pieces:
            same = vector if piece == question.text else None
            by_part.append((piece, self._find(piece, lang, question.audience, same)))
        if len(pieces) > 1:
            by_part.append((whole, self._find(whole, lang, question.audience, vector)))
        found = [hit for _, hits in by_part for hit in hits]
        best = max((hit.cosine for hit in found), default=0.0)
        return Evidence(lang, tuple(by_part), self._topics(by_part), best)

    def _find(self, text: str, lang: Language, audience: Audience, vector: Any) -> list[Retrieved]:
        """The library in the language of the question, and a firm's documents in both."""
        vector = self._retriever.vector(text) if vector is None else vector
        own = self._retriever.retrieve(text, audience=audience, langs=(lang,), limit=FOUND, vector=vector)
        others = tuple(other for other in LANGUAGES if other != lang)
        if not self._retriever.has_documents(audience, others):
            return own
        foreign = self._retriever.retrieve(
            text, audience=audience, langs=others, kinds=("document",), limit=5, vector=vector
        )
        best = max((hit.cosine for hit in own), default=0.0)
        return [hit for hit in foreign if hit.cosine > best + self._thresholds.foreign] + own

    def _topics(self, by_part: Sequence[tuple[str, list[Retrieved]]]) -> tuple[str, ...]:
        """The topics of the best passages, weighted by the squares of their scores; those far behind are left out.

        Clauses touch many topics and speak like contracts, not like questions: they count where nothing else was found.
        """
        near = [hit for _, hits in by_part for hit in hits[:WEIGHED]]
        weight: dict[str, float] = {}
        for hit in [hit for hit in near if hit.passage.kind != "clause"] or near:
            for topic in hit.passage.topics[:3]:
                weight[topic] = weight.get(topic, 0.0) + hit.score**2
        ordered = sorted(weight, key=lambda topic: -weight[topic])
        enough = self._thresholds.related * weight[ordered[0]] if ordered else 0.0
        return tuple(topic for topic in ordered if weight[topic] >= enough)

    def _compose(self, question: Question, evidence: Evidence, judgement: Judgement, began: float) -> Answer:
        draft = Draft()
        leads = [self._lead(hits) for _, hits in evidence.by_part]
        texts = [draft.cite(lead, self._thresholds.lead_characters) for lead in leads if lead]
        if not draft.citations:
            return self._not_found(question, evidence.lang, judgement, began)
        main = tuple(dict.fromkeys(topic for c in draft.citations for topic in c.passage.topics))
        hits = [hit for _, found in evidence.by_part for hit in found]
        answering = tuple(draft.citations)
        beside = partial(self._beside, [citation.passage for citation in answering], question.text, evidence.lang)
        law = self._pick(draft, hits, main, ("law",), 2) or self._pick(draft, beside("law"), main, ("law",), 1)
        steps = self._pick(draft, hits, main, ("negotiate",), 2)
        steps = steps or self._pick(draft, beside("negotiate"), main, ("negotiate",), 1)
        also = self._related(draft, hits, [topic for topic in evidence.topics if topic not in main])
        notes = self._pick(draft, hits, main, ("lawyer", "note"), 2) if question.audience == "lawyer" else []
        reviews = Reviews(self._due, self._today())
        prose = render(
            "documents/answer.md.j2",
            lang=evidence.lang,
            parts=[text for text in texts if text],
            law=law,
            next=steps,
            also=also,
            notes=notes,
            figures=self._figures(answering, evidence.lang),
            foreign=draft.citations[0].passage.lang != evidence.lang,
            overdue=_overdue(draft.citations, reviews, evidence.lang),
        )
        return Answer(
            question=question.text,
            language=evidence.lang,
            audience=question.audience,
            prose=prose.strip(),
            support="full" if evidence.cosine >= self._thresholds.full else "partial",
            reason=None,
            citations=tuple(draft.citations),
            follow_ups=self._follow_ups(hits, draft, question.text),
            handoff=judgement.handoff,
            engine=EXTRACTIVE,
            elapsed_ms=_since(began),
            reviews=reviews,
        )

    def _lead(self, hits: Sequence[Retrieved]) -> Passage | None:
        """The passage that answers: the best question with its answer, unless another passage is clearly nearer."""
        candidates = [hit for hit in hits if hit.passage.role in LEADS]
        if not candidates:
            return hits[0].passage if hits else None
        asked = next((hit for hit in candidates if hit.passage.role == "question"), None)
        best = candidates[0]
        is_nearer = (
            best.passage.kind == "document" and best.cosine > (asked.cosine if asked else 0) + self._thresholds.foreign
        )
        if asked and not is_nearer and asked.score >= best.score - self._thresholds.prefer_question:
            return asked.passage
        return best.passage

    def _pick(
        self, draft: Draft, hits: Sequence[Retrieved], topics: Sequence[str], roles: Sequence[Role], most: int
    ) -> list[dict[str, Any]]:
        """The best passages of these roles on these topics, cited."""
        wanted = set(topics)
        picked: list[dict[str, Any]] = []
        for hit in hits:
            passage = hit.passage
            if len(picked) == most:
                break
            if passage.role in roles and passage.kind != "authority" and not wanted.isdisjoint(passage.topics):
                cited = draft.cite(passage, self._thresholds.part_characters)
                if cited:
                    picked.append(cited)
        return picked

    def _beside(self, leads: Sequence[Passage], question: str, lang: Language, role: Role) -> list[Retrieved]:
        """The passages of a role in the same texts as those that answer: first what rests on the same authorities, then
        what shares words with the question."""
        asked = set(terms(question, lang).stems)
        keys = {key for lead in leads for key in lead.authorities}
        found = [
            Retrieved(passage, len(keys.intersection(passage.authorities)) + _overlap(passage, asked), 0.0)
            for document_id in dict.fromkeys(lead.document_id for lead in leads if lead.kind == "guidance")
            for passage in self._retriever.index.document(document_id)
            if passage.role == role
        ]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage.ordinal))

    def _related(self, draft: Draft, hits: Sequence[Retrieved], topics: Sequence[str]) -> list[dict[str, Any]]:
        """One passage for each further topic: the best answer, with the question that it answers, or short text on it."""
        related = []
        for topic in topics[:RELATED]:
            about = [hit for hit in hits if topic in hit.passage.topics and hit.passage.role in LEADS]
            cited = draft.cite(about[0].passage, self._thresholds.related_characters) if about else None
            if cited:
                passage = about[0].passage
                known = self._library.topics.get(topic)
                label = (
                    passage.heading[-1] if passage.role == "question" or not known else f"{known.name[passage.lang]}."
                )
                related.append({**cited, "text": f"*{markdown(label, passage)}* {cited['text']}"})
        return related

    def _figures(self, citations: Sequence[Citation], lang: Language) -> list[str]:
        """The dated figures of the cited passages, as of today."""
        keys = dict.fromkeys(key for citation in citations for key in citation.passage.figures)
        return [
            describe(self._library.figures[key], self._today(), lang) for key in keys if key in self._library.figures
        ]

    def _follow_ups(self, hits: Sequence[Retrieved], draft: Draft, asked: str) -> tuple[str, ...]:
        used = {citation.passage.id for citation in draft.citations}
        questions = (
            hit.passage.heading[-1] for hit in hits if hit.passage.role == "question" and hit.passage.id not in used
        )
        return tuple(dict.fromkeys(text for text in questions if text.lower() != asked.lower()))[:FOLLOW_UPS]

    def _decline(
        self, question: Question, lang: Language, judgement: Judgement, category: Category, began: float
    ) -> Answer:
        reason: Reason = category.reason  # type: ignore[assignment]  # checked when the library is loaded
        return self._without_support(
            question,
            lang,
            category.why[lang],
            category.instead[lang],
            reason,
            reason == "needs_lawyer" or judgement.handoff,
            began,
        )

    def _not_found(self, question: Question, lang: Language, judgement: Judgement, began: float) -> Answer:
        why, instead = NOT_FOUND[lang]
        return self._without_support(question, lang, why, instead, "not_in_library", judgement.handoff, began)

    def _without_support(
        self, question: Question, lang: Language, why: str, instead: str, reason: Reason, handoff: bool, began: float
    ) -> Answer:
        prose = render("documents/declined.md.j2", why=why, instead=instead).strip()
        return Answer(
            question.text, lang, question.audience, prose, "none", reason, (), (), handoff, EXTRACTIVE, _since(began)
        )


NOT_FOUND: Final[Mapping[Language, tuple[str, str]]] = {
    "en": (
        "The library holds nothing that answers this.",
        "Try other words, or name the clause or the subject: service levels, price, data, security, intellectual property, "
        "liability, term or exit. A lawyer of the firm can answer what the library does not.",
    ),
    "fr": (
        "La bibliothèque ne contient rien qui réponde à cette question.",
        "Essayez d'autres mots, ou nommez la clause ou le sujet : niveaux de service, prix, données, sécurité, propriété "
        "intellectuelle, responsabilité, durée ou sortie. Un avocat du cabinet peut répondre à ce que la bibliothèque ignore.",
    ),
}


def describe(figure: Figure, today: dt.date, lang: Language) -> str:
    """A dated figure in words: its value with its period and source, or that it has expired and where to look."""
    period = figure.on(today)
    name = figure.name[lang]
    if period:
        until = _until(period.last, lang)
        return f"{name}{_COLON[lang]} {period.display[lang]} ({day(period.first, lang)}{until}). {period.source[lang]}."
    last = figure.periods[-1]
    ended = last.last or last.first
    expired = {"en": "expired on", "fr": "valeur expirée le"}[lang]
    return f"{name}{_COLON[lang]} {expired} {day(ended, lang)}. {figure.after_expiry[lang]}"


def _overdue(citations: Sequence[Citation], reviews: Reviews, lang: Language) -> list[str]:
    """A sentence for each day of review that has passed, with the marks of the texts that were due on it."""
    marks: dict[dt.date, list[str]] = {}
    for citation in citations:
        if reviews.overdue(citation.passage.document_id):
            marks.setdefault(reviews.due[citation.passage.document_id], []).append(f"[{citation.n}]")
    return [_DUE[lang].format(marks=", ".join(found), day=day(due, lang)) for due, found in sorted(marks.items())]


def as_json(answer: Answer, key: str | None = None) -> dict[str, Any]:
    """The answer as the outside contract has it."""
    return {
        "id": key,
        "question": answer.question,
        "language": answer.language,
        "audience": answer.audience,
        "answer": answer.prose,
        "support": answer.support,
        "answerable": answer.answerable,
        "reason": answer.reason,
        "topics": list(answer.topics),
        "citations": [citation_json(citation, answer.reviews) for citation in answer.citations],
        "authorities": list(answer.authorities),
        "follow_ups": list(answer.follow_ups),
        "handoff": answer.handoff,
        "engine": answer.engine,
        "ai_generated": answer.engine != EXTRACTIVE,
        "provenance": answer.provenance.as_json() if answer.provenance else None,
        "notices": list(answer.notices),
        "elapsed_ms": round(answer.elapsed_ms, 1),
    }


def citation_json(citation: Citation, reviews: Reviews) -> dict[str, Any]:
    """A citation as the outside contract has it, and whether its text is overdue for review."""
    passage = citation.passage
    return {
        "n": citation.n,
        "passage_id": passage.id,
        "document_id": passage.document_id,
        "kind": passage.kind,
        "title": passage.title,
        "heading": list(passage.heading),
        "lang": passage.lang,
        "topics": list(passage.topics),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "verified": passage.text[citation.start : citation.end] == citation.quote,
        "authorities": list(passage.authorities),
        "uri": passage.uri,
        **reviews.as_json(passage.document_id),
    }


_DUE: Final[Mapping[Language, str]] = {
    "en": "{marks}: this text was due for review on {day} and may no longer be up to date.",
    "fr": "{marks} : ce texte devait être relu le {day} et n'est peut-être plus à jour.",
}
_COLON: Final[Mapping[Language, str]] = {"en": ":", "fr": " :"}


def _until(last: dt.date | None, lang: Language) -> str:
    if last is None:
        return {"en": " until further notice", "fr": ", jusqu'à nouvel ordre"}[lang]
    return {"en": " to ", "fr": " au "}[lang] + day(last, lang)


def markdown(quote: str, passage: Passage) -> str:
    """Words of a passage as Markdown: our own library as it is, a stranger's text with every sign of markup made plain."""
    if passage.kind == "document":
        inline = re.sub(r"([\\`*_\[\]<>~&])", r"\\\1", " ".join(quote.split()))
        return re.sub(r"^([#>+-]|\d+(?=[.)]))", _plain_start, inline)
    joined = re.sub(r"(?<=[.!?])\n- ", " ", quote.removeprefix("- "))
    return " ".join(joined.replace("\n- ", "; ").split())


def _plain_start(found: re.Match[str]) -> str:
    """The start of a line that would begin a heading, a quotation or a list, made plain."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _overlap(passage: Passage, asked: set[str]) -> float:
    """The share of the question's terms that a passage has, below 1 so that it only decides between equals."""
    return len(asked.intersection(terms(passage.text, passage.lang).stems)) / (len(asked) + 1)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
