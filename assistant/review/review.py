"""The review of one contract for one side: everything that is found, and how it is given out.

A review is a pure function of the contract, the playbook and the library: the same give the same bytes. What was hidden in the
file or speaks to a machine is reported and takes no part in any verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from assistant.review.define import Definition, Reference, definitions, own_terms, references
from assistant.review.explain import explain
from assistant.review.hidden import all_hidden, unread
from assistant.review.interact import Combination, Contradiction, combinations, contradictions
from assistant.review.propose import Proposal, propose
from assistant.review.recognise import Recognition, recognise
from assistant.review.run import Judgement, Run, run
from assistant.review.sentence import Sentence, sentences
from assistant.review.terms import LABELS, KeyTerm, key_terms
from knowledge.contract import Contract, Hidden
from knowledge.library import Library
from knowledge.models import Language
from knowledge.playbook import SEVERITIES, Interaction, Playbook, Rule, load_interactions
from knowledge.subject import Subject, load_machine
from knowledge.subject import load as load_subjects
from knowledge.wording import Wordings

ENGINE: Final = "rules"
LEAST_CLAUSE: Final = 120
"""Characters of a clause that is read by meaning where its wording tells nothing; a shorter one is mostly a heading."""

Guess = Callable[[Sequence[str]], Sequence[tuple[str, ...]]]
"""The topics of texts by their meaning; none for one that is near to none."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a review needs besides the contract and a playbook: the library, the subjects, how clauses play together."""

    library: Library
    subjects: Mapping[str, Subject]
    interactions: Mapping[str, Interaction]
    machine: Wordings
    """What finds text that speaks to a machine."""
    guess: Guess | None = None
    """Topics by meaning, for clauses whose wording tells none."""


@dataclass(frozen=True, slots=True)
class Review:
    """All that was found in a contract. `lang` is the language in which it is told."""

    contract: Contract
    playbook: Playbook
    lang: Language
    recognition: Recognition
    run: Run
    terms: tuple[KeyTerm, ...]
    combinations: tuple[Combination, ...]
    contradictions: tuple[Contradiction, ...]
    definitions: tuple[Definition, ...]
    references: tuple[Reference, ...]
    hidden: tuple[Hidden, ...]
    topics: Mapping[int, tuple[str, ...]]
    """By the index of a clause: what it is about."""
    guessed: frozenset[int]
    """Indices of clauses whose topics were told by meaning."""
    proposals: Mapping[str, Proposal]
    """By the id of a rule: the wording to propose."""
    titles: Mapping[str, Mapping[Language, str]]
    """By the id of a rule: what it is about."""


def open_desk(library: Library, root: Path, guess: Guess | None = None) -> Desk:
    """The desk over the library folder `root`. Raises `InvalidInput` for a file that is not in form."""
    return Desk(library, load_subjects(root), load_interactions(root), load_machine(root), guess)


def review(contract: Contract, playbook: Playbook, desk: Desk, lang: Language | None = None) -> Review:
    """Review a contract by a playbook; told in `lang`, or in the language of the contract.

    Raises `InvalidInput` for a playbook of which no rule is switched on.
    """
    told = lang or contract.lang
    own = own_terms(contract)
    read = recognised(contract, desk, own)
    judged = run(playbook.in_force(), read, desk.subjects)
    defined, referred = definitions(contract), references(contract)
    topics, guessed = _topics(contract, read, desk)
    proposals = {
        judgement.rule.id: made
        for judgement in judged.judgements
        if judgement.verdict != "matches_standard"
        and (made := propose(judgement.rule, desk.library.clauses, read, desk.subjects, own, told)) is not None
    }
    return Review(
        contract,
        playbook,
        told,
        read,
        judged,
        key_terms(read, desk.subjects),
        tuple(combinations(desk.interactions, playbook.side, read, desk.subjects)),
        tuple(contradictions(read, desk.subjects, defined, referred)),
        defined,
        referred,
        all_hidden(contract, desk.machine),
        topics,
        guessed,
        proposals,
        {rule.id: _title(rule, desk) for rule in playbook.rules},
    )


def _title(rule: Rule, desk: Desk) -> dict[Language, str]:
    """What a rule is about: its subject, which is finer than its topic."""
    subject = desk.subjects.get(rule.subject or "")
    named = (
        subject.name if subject else desk.library.topics[rule.topic].name if rule.topic in desk.library.topics else {}
    )
    return {lang: name[:1].upper() + name[1:] for lang, name in named.items()}


def recognised(contract: Contract, desk: Desk, own: Mapping[str, str]) -> Recognition:
    """What the passages of a contract are about, without those that nobody would have seen or that speak to a machine.

    `own` are the contract's names for provider and customer.
    """
    spans = [
        (found.start, found.end)
        for found in unread(contract, desk.machine)
        if found.start is not None and found.end is not None
    ]
    return recognise(contract, sentences(contract, spans, own), desk.subjects)


def _topics(contract: Contract, read: Recognition, desk: Desk) -> tuple[dict[int, tuple[str, ...]], frozenset[int]]:
    """What each clause is about, by wording and, where wording tells nothing, by meaning."""
    topics = read.topics(desk.subjects)
    silent = [
        clause
        for clause in contract.clauses
        if clause.index not in topics and clause.part == "clause" and clause.end - clause.start >= LEAST_CLAUSE
    ]
    if desk.guess is None or not silent:
        return topics, frozenset()
    told = desk.guess([contract.text[clause.start : clause.end] for clause in silent])
    guessed = {clause.index: names for clause, names in zip(silent, told, strict=True) if names}
    return topics | guessed, frozenset(guessed)


def as_json(found: Review) -> dict[str, Any]:
    """The review as it is given out; the shape is part of the outside contract."""
    contract = found.contract
    findings = [_finding(found, judgement) for judgement in found.run.judgements]
    counted = [one for one in findings if one["verdict"] in ("deviates", "missing")]
    rules = len(found.run.judgements) + len(found.run.silent)
    missing = sum(one["verdict"] == "missing" for one in findings)
    return {
        "document": {
            "name": contract.name,
            "sha256": contract.sha256,
            "lang": contract.lang,
            "bilingual": contract.bilingual,
            "pages": len(contract.pages) or None,
            "characters": len(contract.text),
            "warnings": list(contract.warnings),
        },
        "side": found.playbook.side,
        "lang": found.lang,
        "playbook": {"id": found.playbook.id, "version": found.playbook.version, "sha256": found.playbook.sha256},
        "engine": ENGINE,
        "ai_generated": False,
        "clauses": [_clause(found, index) for index in range(len(contract.clauses))],
        "findings": findings,
        "interactions": [_combination(found, one) for one in found.combinations],
        "contradictions": [_contradiction(found, one) for one in found.contradictions],
        "key_terms": [_term(found, term) for term in found.terms],
        "definitions": [
            {"term": one.term, "start": one.start, "end": one.end, "uses": one.uses} for one in found.definitions
        ],
        "references": [
            {"to": one.to, "start": one.start, "end": one.end, "clause": one.target} for one in found.references
        ],
        "hidden_content": [_hidden(one) for one in found.hidden],
        "silent": [{"rule": rule.id, "topic": rule.topic} for rule in found.run.silent],
        "waiting": [{"rule": rule.id, "topic": rule.topic} for rule in found.playbook.waiting],
        "summary": {
            **{severity: sum(one["severity"] == severity for one in counted) for severity in SEVERITIES},
            "coverage": round((rules - missing) / rules, 4),
            "passages": len(found.recognition.sentences),
            "interactions": len(found.combinations),
            "contradictions": len(found.contradictions),
            "hidden": len(found.hidden),
        },
    }


def public(told: Mapping[str, Any]) -> dict[str, Any]:
    """A review as it is told to whom the firm does not know: without when its own people pass a matter on."""
    return {**told, "findings": [one | {"escalation": None} for one in told["findings"]]}


def as_bytes(found: Review) -> bytes:
    """The review as JSON, the same bytes for the same review."""
    return as_text(as_json(found))


def as_text(told: Mapping[str, Any]) -> bytes:
    """A review that was told, as the bytes of its JSON."""
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _clause(found: Review, index: int) -> dict[str, Any]:
    clause = found.contract.clauses[index]
    topics = list(found.topics.get(index, ()))
    return {
        "index": index,
        "number": clause.number,
        "heading": clause.heading,
        "level": clause.level,
        "part": clause.part,
        "lang": clause.lang,
        "start": clause.start,
        "end": clause.end,
        "page": clause.page,
        "topics": topics,
        "recognised_by": "meaning" if index in found.guessed else "wording" if topics else "other",
    }


def _span(found: Review, sentence: Sentence | None) -> dict[str, Any]:
    if sentence is None:
        return {"quote": None, "start": None, "end": None, "page": None, "clause": None}
    contract = found.contract
    return {
        "quote": contract.text[sentence.start : sentence.end],
        "start": sentence.start,
        "end": sentence.end,
        "page": contract.page(sentence.start),
        "clause": contract.place(sentence.start) or None,
    }


def _finding(found: Review, judgement: Judgement) -> dict[str, Any]:
    rule, lang = judgement.rule, found.lang
    made = found.proposals.get(rule.id)
    return {
        "id": f"{found.playbook.id}:{rule.id}",
        "topic": rule.topic,
        "rule": rule.id,
        "title": found.titles[rule.id].get(lang, rule.topic),
        "verdict": judgement.verdict,
        "severity": rule.severity,
        **_span(found, judgement.sentence),
        "also": [_span(found, sentence) for sentence in judgement.also],
        "standard": rule.standard[lang],
        "reason": judgement.reason,
        "value": judgement.figure.value if judgement.figure else None,
        "unit": judgement.figure.unit if judgement.figure else None,
        "why": explain(judgement, len(found.recognition.sentences), lang),
        "ask": rule.ask[lang],
        "fallback": rule.fallback[lang],
        "escalation": rule.escalation[lang] if rule.escalation else None,
        "proposed_clause_id": made.clause_id if made else None,
        "proposed_text": made.text if made else None,
        "authorities": list(rule.authorities),
    }


def _combination(found: Review, one: Combination) -> dict[str, Any]:
    lang = found.lang
    return {
        "id": one.name,
        "topic": one.interaction.topic,
        "severity": one.interaction.severity,
        "title": one.interaction.title[lang],
        "why": one.interaction.why[lang],
        "ask": one.interaction.ask[lang],
        "passages": [_span(found, sentence) for sentence in one.passages],
        "authorities": list(one.interaction.authorities),
    }


def _contradiction(found: Review, one: Contradiction) -> dict[str, Any]:
    text, contract = found.contract.text, found.contract
    places = [
        {
            "quote": text[start:end],
            "start": start,
            "end": end,
            "page": contract.page(start),
            "clause": contract.place(start) or None,
        }
        for start, end in one.places
    ]
    return {"kind": one.kind, "about": one.about, "values": list(one.values), "places": places}


def _term(found: Review, term: KeyTerm) -> dict[str, Any]:
    label = LABELS[term.name][found.lang]
    return {
        "name": term.name,
        "label": label,
        "found": term.sentence is not None,
        "value": term.value,
        "unit": term.unit,
        **_span(found, term.sentence),
    }


def _hidden(one: Hidden) -> dict[str, Any]:
    return {"kind": one.kind, "quote": one.quote, "where": one.where, "start": one.start, "end": one.end}
