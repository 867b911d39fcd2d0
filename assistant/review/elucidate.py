"""A finding explained to its reader in a language model's words, each sentence verified; where there are none, in the rule's.

The model gets the passage of the contract, what the rule says of it, and what the library says on the topic. Nothing that it
says changes a verdict, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from assistant.cite import Citation
from assistant.prose import Prose
from assistant.provenance import Provenance, counts, masked_notice, spans
from assistant.review.explain import explain
from assistant.review.review import ENGINE, Review
from assistant.review.run import Judgement
from assistant.speech import Author, Message, ModelFailed, Reply
from assistant.tell import fence, neutral, shown
from assistant.verify.ground import Ground, Grounds
from knowledge.errors import NotFound
from knowledge.library import Library
from knowledge.models import Audience, Language, Passage
from prompts.render import render, version

PROMPT: Final = "model/explain.md.j2"
GUIDANCE: Final = 3
"""Passages of the library on the topic that are given besides the contract's and the rule's."""
_ROLES: Final = ("short", "law", "warning")
"""What these are for, the most useful first."""


@dataclass(frozen=True, slots=True)
class Elucidation:
    """Why a finding was made, for its reader. `prose` has marks such as [1] for `citations` where a model wrote it; where it
    did not, it is the rule's own explanation, and `notices` say why."""

    rule: str
    title: str
    lang: Language
    prose: str
    engine: str
    citations: tuple[Citation, ...] = ()
    notices: tuple[str, ...] = ()
    provenance: Provenance | None = None

    @property
    def is_written(self) -> bool:
        """Whether a language model wrote any of it."""
        return self.engine != ENGINE


def elucidate(
    found: Review, rule: str, library: Library, model: Author | None, grounds: Grounds, audience: Audience = "lawyer"
) -> Elucidation:
    """The explanation of the finding of a rule. Raises `NotFound` where the review has none of it."""
    judgement = next((one for one in found.run.judgements if one.rule.id == rule), None)
    if judgement is None:
        raise NotFound(f"this review has no finding of a rule {rule!r}: choose one that it names")
    own = _own(found, judgement)
    twin = Elucidation(rule, found.titles[rule].get(found.lang, rule), found.lang, own, ENGINE)
    if model is None or not model.admits(audience):
        return twin
    prose = Prose(grounds.of(_passages(found, judgement, library), found.lang))
    reply = model.stream(_messages(prose.ground, twin.title), "explain")
    try:
        for _ in prose.take(reply):
            pass
    except ModelFailed:
        return _instead(twin, prose, reply, model, FAILED)
    finally:
        reply.close()
    if not prose.text:
        return _instead(twin, prose, reply, model, UNVERIFIED)
    lost = prose.withheld.total()
    said = (WITHHELD[found.lang].format(lost),) if lost else ()
    return Elucidation(
        rule, twin.title, found.lang, prose.text, model.name, prose.citations(),
        (*said, *masked_notice(reply.masked, found.lang)), _provenance(prose, reply, model, spans(prose.pieces)),
    )  # fmt: skip


def as_json(one: Elucidation) -> dict[str, Any]:
    """As it is given out."""
    return {
        "rule": one.rule,
        "title": one.title,
        "language": one.lang,
        "explanation": one.prose,
        "engine": one.engine,
        "ai_generated": one.is_written,
        "citations": [
            {
                "n": c.n,
                "kind": c.passage.kind,
                "title": c.passage.title,
                "quote": c.quote,
                "start": c.start,
                "end": c.end,
            }
            for c in one.citations
        ],
        "notices": list(one.notices),
        "provenance": one.provenance.as_json() if one.provenance else None,
    }


def _own(found: Review, judgement: Judgement) -> str:
    return explain(judgement, len(found.recognition.sentences), found.lang)


def _passages(found: Review, judgement: Judgement, library: Library) -> list[Passage]:
    """The passage of the contract, if the finding has one, what the rule says, and what the library says on its topic."""
    rule, lang = judgement.rule, found.lang
    title = found.titles[rule.id].get(lang, rule.id)
    said = " ".join((_own(found, judgement), rule.standard[lang], rule.ask[lang], rule.fallback[lang]))
    passages = [_passage(f"rule:{rule.id}", "guidance", title, said, lang, rule.topic)]
    if judgement.sentence is not None:
        start, end = judgement.sentence.start, judgement.sentence.end
        quote, name = found.contract.text[start:end], found.contract.name
        passages.insert(0, _passage("contract", "document", name, quote, found.contract.lang, rule.topic))
    return [*passages, *_guidance(library, rule.topic, lang)]


def _passage(key: str, kind: Any, title: str, text: str, lang: Language, topic: str) -> Passage:
    return Passage(key, key, 0, kind, "text", title, (), lang, (topic,), "internal", text, text, "", 0, len(text))


def _guidance(library: Library, topic: str, lang: Language) -> list[Passage]:
    found: Iterator[Passage] = (
        passage
        for document in library.guidance
        if document.lang == lang and topic in document.topics
        for passage in document.passages
        if passage.role in _ROLES and passage.visibility == "public"
    )
    return sorted(found, key=lambda one: (_ROLES.index(one.role), one.ordinal))[:GUIDANCE]


def _messages(ground: Ground, title: str) -> list[Message]:
    nonce = fence()
    system = render("model/explain.md.j2", lang=ground.lang, nonce=nonce, passages=shown(ground, nonce))
    return [("system", system), ("human", neutral(title, nonce))]


def _instead(
    twin: Elucidation, prose: Prose, reply: Reply, model: Author, notice: Mapping[Language, str]
) -> Elucidation:
    said = (notice[twin.lang], *masked_notice(reply.masked, twin.lang))
    told = _provenance(prose, reply, model, spans([(twin.prose, "library")]), shown=False)
    return Elucidation(twin.rule, twin.title, twin.lang, twin.prose, twin.engine, (), said, told)


def _provenance(prose: Prose, reply: Reply, model: Author, where: Any, *, shown: bool = True) -> Provenance:
    written, quoted, repaired = (prose.written, prose.quoted, prose.repaired) if shown else (0, 0, 0)
    return Provenance(
        model.name, version(PROMPT), written, quoted, repaired, counts(prose.withheld), reply.masked, where
    )


FAILED: Final[Mapping[Language, str]] = {
    "en": "The language model did not give a usable explanation in time; this is the rule's own.",
    "fr": "Le modèle de langage n'a pas donné à temps d'explication utilisable ; celle-ci est celle de la règle.",
}
UNVERIFIED: Final[Mapping[Language, str]] = {
    "en": "Nothing that the language model wrote could be verified in the sources; this is the rule's own explanation.",
    "fr": "Rien de ce que le modèle de langage a écrit n'a pu être vérifié dans les sources ; cette explication est celle de "
    "la règle.",
}
WITHHELD: Final[Mapping[Language, str]] = {
    "en": "Sentences of the language model that could not be verified and are not shown: {}.",
    "fr": "Phrases du modèle de langage qui n'ont pas pu être vérifiées et ne sont pas montrées : {}.",
}
