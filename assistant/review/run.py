"""A playbook run: each rule asked of the passages that are about its subject.

What is found decides: words that the contract must not say, figures outside their bounds, what is not promised. A rule whose
subject nothing is about is `missing`, which means not found in the passages checked; where silence is no fault it is listed as
silent and no finding is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assistant.review.measure import Figure, measure
from assistant.review.recognise import Recognition
from assistant.review.sentence import Sentence
from knowledge.playbook import Playbook, Rule, Verdict
from knowledge.subject import Subject
from knowledge.wording import END

Reason = Literal["not_found", "says", "figure", "no_figure", "lacks", "in_order"]
"""Why a verdict: nothing was found; it says what it must not; its figure decides; it gives none; it lacks something; none of
these."""

BADNESS: Final[Mapping[Verdict, int]] = {"matches_standard": 0, "matches_fallback": 1, "deviates": 2, "missing": 3}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict of one rule, with the sentence it rests on and the figure read there, if there is one."""

    rule: Rule
    verdict: Verdict
    reason: Reason
    sentence: Sentence | None = None
    figure: Figure | None = None
    passages: int = 0
    """How many passages were found to be about the subject."""
    also: tuple[Sentence, ...] = ()
    """Other passages that depart from the rule, in the order of the contract."""


@dataclass(frozen=True, slots=True)
class Run:
    """The judgements of a playbook in its order, and the rules that had nothing to judge."""

    judgements: tuple[Judgement, ...]
    silent: tuple[Rule, ...]


def run(playbook: Playbook, recognition: Recognition, subjects: Mapping[str, Subject]) -> Run:
    """Ask every rule of the playbook."""
    judged: list[Judgement] = []
    silent: list[Rule] = []
    for rule in playbook.rules:
        subject = subjects.get(rule.subject or "")
        passages = _passages(rule, recognition) if _is_asked(rule, recognition) else ()
        if passages:
            judged.append(_judge(rule, subject, passages, recognition))
        elif _is_needed(rule, recognition):
            judged.append(Judgement(rule, "missing", "not_found"))
        else:
            silent.append(rule)
    return Run(tuple(judged), tuple(silent))


def _is_asked(rule: Rule, recognition: Recognition) -> bool:
    return not rule.bound or any(rule.bound.find(sentence.folded) for sentence in recognition.sentences)


def _is_needed(rule: Rule, recognition: Recognition) -> bool:
    """Whether silence about the subject of a rule is a finding in this contract."""
    if not rule.required or not _is_asked(rule, recognition):
        return False
    return not rule.required_with or any(recognition.about.get(slug) for slug in rule.required_with)


def figures(passages: Iterable[Sentence], subject: Subject, fee: Figure | None = None) -> list[tuple[Sentence, Figure]]:
    """The figures of a subject with the sentences that give them: those that fit best, in the order of the text.

    `fee` is what is paid for a month.
    """
    if subject.measure is None:
        return []
    found = [(sentence, figure) for sentence in passages if (figure := measure(sentence.folded, subject.measure, fee))]
    best = min((figure.rank for _, figure in found), default=0)
    return [(sentence, figure) for sentence, figure in found if figure.rank == best]


def chosen(found: Sequence[tuple[Sentence, Figure]], subject: Subject) -> tuple[Sentence, Figure] | None:
    """The figure that a measure picks of several."""
    if not found or subject.measure is None:
        return None
    if subject.measure.pick == "first":
        return found[0]
    order = min if subject.measure.pick == "least" else max
    return order(found, key=lambda pair: pair[1].value)


def _passages(rule: Rule, recognition: Recognition) -> tuple[Sentence, ...]:
    found = {s.index: s for s in recognition.about.get(rule.subject or "", ())}
    if rule.own:
        found |= {s.index: s for s in recognition.saying(rule.own)}
    if rule.forbidden:
        found |= {s.index: s for s in (recognition.sentences[at] for at in rule.forbidden.among(recognition.texts))}
    texts = {index: sentence for index, sentence in found.items() if not sentence.is_heading}
    return tuple((texts or found)[index] for index in sorted(texts or found))


def _judge(rule: Rule, subject: Subject | None, passages: tuple[Sentence, ...], recognition: Recognition) -> Judgement:
    """The verdict on the passages of a rule: an offence decides alone, else the worst of figure and promise."""
    count = len(passages)
    by_figure = list(_by_figure(rule, subject, passages, recognition.fee))
    offences = list(_offences(rule, passages, recognition))
    if offences:
        others = {s.index: s for s in offences} | {
            one.sentence.index: one.sentence
            for one in by_figure
            if one.sentence and one.reason == "figure" and one.verdict == "deviates"
        }
        others.pop(offences[0].index)
        return Judgement(rule, "deviates", "says", offences[0], None, count, tuple(others[at] for at in sorted(others)))
    verdicts = [
        *by_figure,
        *_by_promise(rule, passages, recognition, count),
        Judgement(rule, "matches_standard", "in_order", _telling(passages), None, count),
    ]
    worst = max(BADNESS[judgement.verdict] for judgement in verdicts)
    return next(judgement for judgement in verdicts if BADNESS[judgement.verdict] == worst)


def _offences(rule: Rule, passages: Iterable[Sentence], recognition: Recognition) -> Iterator[Sentence]:
    """The sentences that say what they must not; for want of one, those that do together with the next."""
    passages = tuple(passages)
    found = [s for s in passages if rule.offence.find(s.folded) or rule.forbidden.find(s.folded)]
    yield from found
    for sentence in () if found else passages:
        joined = recognition.after(sentence)
        if END in joined and rule.offence.find(joined):
            yield sentence


def _by_figure(
    rule: Rule, subject: Subject | None, passages: tuple[Sentence, ...], fee: Figure | None
) -> Iterator[Judgement]:
    count = len(passages)
    if rule.within is None or subject is None:
        return
    pair = chosen(figures(passages, subject, fee), subject)
    if pair is None:
        yield Judgement(rule, rule.unstated, "no_figure", _telling(passages), None, count)
        return
    sentence, figure = pair
    fallback = rule.within.fallback
    verdict: Verdict = "deviates"
    if rule.within.standard.hold(figure.value):
        verdict = "matches_standard"
    elif fallback is not None and fallback.hold(figure.value):
        verdict = "matches_fallback"
    yield Judgement(rule, verdict, "figure", sentence, figure, count)


def _by_promise(
    rule: Rule, passages: tuple[Sentence, ...], recognition: Recognition, count: int
) -> Iterator[Judgement]:
    if not rule.promise:
        return
    kept = next((s for s in passages if rule.promise.find(s.folded)), None)
    around = (other for sentence in passages for other in recognition.article(sentence))
    if kept is None and not any(rule.promise.find(other.folded) for other in around):
        yield Judgement(rule, rule.otherwise, "lacks", _telling(passages), None, count)
    else:
        yield Judgement(rule, "matches_standard", "in_order", kept or _telling(passages), None, count)


def _telling(passages: Sequence[Sentence]) -> Sentence:
    """The passage to show: the first that is neither heading nor row of a table."""
    return next((s for s in passages if not s.is_heading and not s.in_table), passages[0])
