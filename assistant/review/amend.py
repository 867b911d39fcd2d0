"""What a review would have the contract say: as few words of it changed as will do.

A figure outside its bounds becomes the bound; other sentences that deviate become the paragraph of the proposed wording that is
nearest to them; what is missing is put in before annexes and signatures. Each change may carry a comment, for the other side or
for us, never both in one file; so do clauses that are harmful together, and contradictions, at the first of their passages. What
a lawyer decided of a finding goes before all of this.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from assistant.review.figure import refigure
from assistant.review.remark import broken, dangling, remarks
from assistant.review.review import Review
from assistant.review.run import Judgement
from assistant.review.sentence import Sentence
from knowledge.clause import Clause
from knowledge.models import Language
from knowledge.playbook import SEVERITIES
from knowledge.wording import fold

Comments = Literal["theirs", "ours", "none"]
"""Whom the comments of a file are for."""
COMMENTS: Final[tuple[Comments, ...]] = ("theirs", "ours", "none")
Choice = Literal["open", "accept", "reject", "edit"]
"""What a lawyer does with a finding. What is open is proposed like what is accepted; `edit` says it in other words."""

LEAST_SHARE: Final = 0.25
"""Which share of a sentence that lacks something the paragraph must say that takes its place; others keep their words."""
STEM: Final = 5
"""Letters by which words are compared."""

_NUMBER = re.compile(
    r"\s*(?:(?:article|clause|section)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z]{1,2}\)|[a-z]\.|[-–—•*])\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{3,}")
_LABELS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"ours": "[Internal]", "fallback": "Accept instead: ", "escalation": "Pass on: ", "note": "Note: "},
    "fr": {"ours": "[Interne]", "fallback": "Accepter à défaut : ", "escalation": "Transmettre : ", "note": "Note : "},
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a lawyer decided of one finding: `words` in the place of ours with `edit`, `note` for us alone."""

    choice: Choice = "open"
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to stand at `contract.text[start:end]`; the text itself where it only carries a comment.

    With `paragraphs`, `start == end` and they are put in before what stands there, to look like the article that reaches from
    where to where `like` says.
    """

    finding: str
    start: int
    end: int
    words: str = ""
    paragraphs: tuple[str, ...] = ()
    comment: str = ""
    like: tuple[int, int] | None = None


def amend(
    found: Review,
    clauses: Mapping[str, Clause],
    decisions: Mapping[str, Decision] | None = None,
    comments: Comments = "theirs",
) -> tuple[Amendment, ...]:
    """The amendments of a review in the order of the text, new clauses in that of the playbook. `clauses` are those of the
    library, for their titles.

    `decisions` go by the id of the finding. Where two findings would change the same words, the graver does and the other
    only comments. The review must be told in the language of the contract: what is put in is.
    """
    told = decisions or {}
    ranked = sorted(_judged(found, told), key=lambda judgement: SEVERITIES.index(judgement.rule.severity))
    made: list[Amendment] = []
    proposed: set[tuple[str, str]] = set()
    for judgement in ranked:
        key = _id(found, judgement)
        decision = told.get(key, Decision())
        one = _amendment(found, judgement, decision, clauses, proposed)
        comment = _comment(found, judgement, decision, comments)
        made += _beside(made, replace(one, comment=comment), found)
    made = [*_with_references(found, made), *_remarks(found, told, comments)]
    changing = (
        one for one in made if one.comment or one.paragraphs or one.words != found.contract.text[one.start : one.end]
    )
    order = {_id(found, judgement): at for at, judgement in enumerate(found.run.judgements)}
    return tuple(sorted(changing, key=lambda one: (one.start, one.end, order.get(one.finding, len(order)))))


def unquoted(found: Review, decisions: Mapping[str, Decision] | None = None) -> tuple[str, ...]:
    """Ids of what is to be said and rests on nothing that could be quoted: it has no place in a file."""
    told = decisions or {}
    ids = (one.id for one in remarks(found, ours=True) if one.start is None)
    return tuple(key for key in ids if told.get(key, Decision()).choice != "reject")


def suggestions(
    found: Review, clauses: Mapping[str, Clause], decisions: Mapping[str, Decision] | None = None
) -> Mapping[str, Amendment]:
    """What is proposed for each finding that departs from the playbook, as if it were the only one; in a lawyer's own words
    where `decisions` hold some."""
    told = decisions or {}
    own = {key: decision for key, decision in told.items() if decision.choice == "edit"}
    return {
        _id(found, one): _amendment(found, one, own.get(_id(found, one), Decision()), clauses, set())
        for one in _judged(found, own)
    }


def _id(found: Review, judgement: Judgement) -> str:
    return f"{found.playbook.id}:{judgement.rule.id}"


def _judged(found: Review, told: Mapping[str, Decision]) -> Iterator[Judgement]:
    for judgement in found.run.judgements:
        decision = told.get(_id(found, judgement), Decision())
        if decision.choice != "reject" and (judgement.verdict in ("deviates", "missing") or decision.choice == "edit"):
            yield judgement


def _amendment(
    found: Review,
    judgement: Judgement,
    decision: Decision,
    clauses: Mapping[str, Clause],
    proposed: set[tuple[str, str]],
) -> Amendment:
    key, sentence = _id(found, judgement), judgement.sentence
    own = decision.words.strip() if decision.choice == "edit" else ""
    if sentence is None:
        return _inserted(found, judgement, own, clauses, proposed)
    start, end = _body(found.contract.text, sentence)
    if own:
        return Amendment(key, start, end, own)
    figure = _by_figure(found, judgement, sentence)
    if figure is not None:
        return Amendment(key, *figure)
    words = found.contract.text[start:end]
    if sentence.in_table or sentence.is_heading:
        return Amendment(key, start, end, words)
    return Amendment(key, start, end, _by_wording(found, judgement, words, proposed))


def _by_figure(found: Review, judgement: Judgement, sentence: Sentence) -> tuple[int, int, str] | None:
    """The figure at the bound of the standard, and where it stands."""
    within, figure = judgement.rule.within, judgement.figure
    if judgement.reason != "figure" or within is None or figure is None:
        return None
    bounds = within.standard
    bound = bounds.least if bounds.least is not None and figure.value < bounds.least else bounds.most
    if bound is None:
        return None
    quote = found.contract.text[sentence.start : sentence.end]
    done = refigure(quote, sentence.folded, figure, bound, found.contract.lang)
    return (sentence.start + done[0], sentence.start + done[1], done[2]) if done else None


def _by_wording(found: Review, judgement: Judgement, words: str, proposed: set[tuple[str, str]]) -> str:
    """The paragraph of the proposed wording that is nearest to the words and to what the rule asks for; nothing where that
    stands already and the words may not."""
    made = found.proposals.get(judgement.rule.id)
    paragraphs = [_bare(line) for line in _lines(made.text)] if made else []
    if made is None or not paragraphs:
        return words
    if judgement.rule.within is not None:
        paragraphs = [one for one in paragraphs if any(map(str.isdigit, one))] or paragraphs
    rule, lang = judgement.rule, found.lang
    said, meant = _shares(words, paragraphs), _shares(f"{rule.standard[lang]} {rule.ask[lang]}", paragraphs)
    best = max(range(len(paragraphs)), key=lambda at: said[at] + meant[at])
    nearest = paragraphs[best]
    if judgement.reason != "says" and said[best] < LEAST_SHARE:
        return words
    if (made.clause_id, nearest) in proposed:
        return "" if judgement.reason == "says" else words
    proposed.add((made.clause_id, nearest))
    return nearest


def _inserted(
    found: Review, judgement: Judgement, own: str, clauses: Mapping[str, Clause], proposed: set[tuple[str, str]]
) -> Amendment:
    key, at = _id(found, judgement), place_of_new(found)
    made = found.proposals.get(judgement.rule.id)
    like = _article_before(found, at)
    if own:
        return Amendment(key, at, at, paragraphs=_lines(own), like=like)
    kind = made.clause_id.partition(".")[0] if made else ""
    if made is None or (kind, "") in proposed:
        return Amendment(key, at, at)
    proposed.add((kind, ""))
    title = (clauses[kind].title[found.lang],) if kind in clauses else ()
    return Amendment(key, at, at, paragraphs=(*title, *_lines(made.text)), like=like)


def _article_before(found: Review, at: int) -> tuple[int, int] | None:
    """From where to where the last article reaches that stands before an offset."""
    contract = found.contract
    articles = (
        clause
        for clause in reversed(contract.clauses)
        if clause.level == 1 and clause.part in ("clause", "definition") and clause.start < at
    )
    article = next(articles, None)
    return (article.start, min(at, contract.article(article)[1])) if article else None


def place_of_new(found: Review) -> int:
    """Where a new clause goes: before the first annex or signature that follows the clauses, else at the end."""
    clauses, text = found.contract.clauses, found.contract.text
    first = next((clause.index for clause in clauses if clause.part in ("clause", "definition")), 0)
    closing = (clause.start for clause in clauses[first:] if clause.part in ("annex", "signature"))
    return next(closing, len(text))


def _beside(made: Collection[Amendment], one: Amendment, found: Review) -> Iterator[Amendment]:
    """The amendment, which only comments where another changes the same words."""
    text = found.contract.text
    overlaps = any(
        other.start < one.end and one.start < other.end and other.words != text[other.start : other.end]
        for other in made
    )
    if one.paragraphs:
        yield one
    elif one.start == one.end:
        yield from ()  # the clause that would be put in is put in for another finding
    else:
        yield replace(one, words=text[one.start : one.end]) if overlaps else one


def _remarks(found: Review, told: Mapping[str, Decision], comments: Comments) -> Iterator[Amendment]:
    """What is said in the margin besides findings, but for what was left out."""
    if comments == "none":
        return
    labels = _LABELS[found.lang]
    for one in remarks(found, ours=comments == "ours"):
        decision = told.get(one.id, Decision())
        if one.start is None or one.end is None or decision.choice == "reject":
            continue
        note = f"\n{labels['note']}{decision.note.strip()}" if comments == "ours" and decision.note.strip() else ""
        yield Amendment(one.id, one.start, one.end, found.contract.text[one.start : one.end], comment=one.words + note)


def _with_references(found: Review, made: Sequence[Amendment]) -> Iterator[Amendment]:
    """The amendments, those with a comment also with what it is to say of references; a figure breaks none."""
    text, titles = found.contract.text, [one.paragraphs[0] for one in made if one.paragraphs]
    bodies = {_id(found, one): _body(text, one.sentence) for one in found.run.judgements if one.sentence}
    for one in made:
        lines: Iterable[str] = ()
        if one.paragraphs:
            lines = dangling(found, "\n".join(one.paragraphs), titles, is_whole=True)
        elif bodies.get(one.finding) == (one.start, one.end) and one.words != text[one.start : one.end]:
            lines = broken(found, one.start, one.end, one.words, titles)
        yield replace(one, comment="\n".join([one.comment, *lines])) if one.comment else one


def _comment(found: Review, judgement: Judgement, decision: Decision, comments: Comments) -> str:
    rule, lang = judgement.rule, found.lang
    if comments == "none":
        return ""
    if comments == "theirs":
        return rule.ask[lang]
    labels = _LABELS[lang]
    lines = [f"{labels['ours']} {rule.why[lang]}", labels["fallback"] + rule.fallback[lang]]
    if rule.escalation:
        lines.append(labels["escalation"] + rule.escalation[lang])
    if decision.note.strip():
        lines.append(labels["note"] + decision.note.strip())
    return "\n".join(lines)


def _body(text: str, sentence: Sentence) -> tuple[int, int]:
    """Where a sentence stands without its number."""
    number = _NUMBER.match(text, sentence.start, sentence.end)
    return (number.end() if number else sentence.start), sentence.end


def _bare(paragraph: str) -> str:
    number = _NUMBER.match(paragraph)
    return paragraph[number.end() :].strip() if number else paragraph.strip()


def _lines(text: str) -> tuple[str, ...]:
    """The paragraphs of a wording, without marks of emphasis."""
    return tuple(line.strip().replace("*", "") for line in text.split("\n") if line.strip())


def _shares(words: str, paragraphs: Sequence[str]) -> list[float]:
    """For each paragraph, which share of `words` it says, from 0 to 1.

    A word counts the less the more paragraphs have it (inverse document frequency), and by its first letters.
    """
    stems = [_stems(paragraph) for paragraph in paragraphs]
    weights = {stem: math.log(1 + len(stems) / (1 + sum(stem in other for other in stems))) for stem in _stems(words)}
    whole = sum(weights.values()) or 1.0
    return [sum(weight for stem, weight in weights.items() if stem in other) / whole for other in stems]


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in _WORD.findall(fold(text)))
