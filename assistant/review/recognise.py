"""Which passages of a contract are about which subject: by their wording, in both languages at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.review.define import definitions, is_role
from assistant.review.measure import Figure, measure, monthly_fee
from assistant.review.sentence import COLUMN, Sentence
from knowledge.contract import Contract
from knowledge.subject import Subject
from knowledge.wording import END, Texts, Wordings

PRICE: Final = "price"
"""The subject that says what is paid."""
PAIR: Final = 2
"""Columns of a table of labels and what they stand for."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The sentences of a contract, and those that are about each subject, in order."""

    contract: Contract
    sentences: tuple[Sentence, ...]
    about: Mapping[str, tuple[Sentence, ...]]
    texts: Texts
    """The sentences as patterns see them."""
    fee: Figure | None = None
    """What is paid for a month, where the contract says."""

    def saying(self, wanted: Wordings) -> Iterator[Sentence]:
        """The sentences that say one thing; headings only for want of others."""
        return find(self.sentences, self.texts, wanted, Wordings(()))

    def topics(self, subjects: Mapping[str, Subject]) -> dict[int, tuple[str, ...]]:
        """The topics of each clause by its index, those named most often first."""
        counts: dict[int, dict[str, int]] = {}
        for slug, found in self.about.items():
            for sentence in found:
                if sentence.clause is not None:
                    own = counts.setdefault(sentence.clause, {})
                    for topic in subjects[slug].topics[:1]:
                        own[topic] = own.get(topic, 0) + 1
        return {
            clause: tuple(sorted(own, key=lambda topic: (-own[topic], topic))) for clause, own in sorted(counts.items())
        }

    def quote(self, sentence: Sentence) -> str:
        """The words of a sentence as they stand in the contract."""
        return self.contract.text[sentence.start : sentence.end]

    def article(self, sentence: Sentence) -> Iterator[Sentence]:
        """The sentences of the article in which one stands, or itself alone."""
        if sentence.clause is None:
            yield sentence
            return
        first, last = self.contract.article(self.contract.clauses[sentence.clause])
        yield from (other for other in self.sentences if first <= other.start < last)

    def after(self, sentence: Sentence) -> str:
        """The sentence and the next one of its clause, as patterns see them."""
        following = self.sentences[sentence.index + 1] if sentence.index + 1 < len(self.sentences) else None
        if following is None or following.clause != sentence.clause or following.is_heading or sentence.in_table:
            return sentence.folded
        return f"{sentence.folded}{END}{following.folded}"


def recognise(contract: Contract, sentences: tuple[Sentence, ...], subjects: Mapping[str, Subject]) -> Recognition:
    """What the sentences of a contract are about. A heading counts only where nothing beneath it is about its subject."""
    texts = Texts(sentence.folded for sentence in sentences)
    about = {slug: tuple(find(sentences, texts, one.search, one.refusal)) for slug, one in subjects.items()}
    fees = (monthly_fee(sentence.folded) for sentence in about.get(PRICE, ()))
    fee = next((fee for fee in fees if fee), None)
    terms = _terms(contract, sentences)
    for slug, subject in subjects.items():
        if subject.measure and not any(measure(sentence.folded, subject.measure, fee) for sentence in about[slug]):
            told = _told(contract, about[slug], terms)
            about[slug] += tuple(
                s for s in told if measure(s.folded, subject.measure, fee) and not monthly_fee(s.folded)
            )
    return Recognition(contract, sentences, about, texts, fee)


def _terms(contract: Contract, sentences: tuple[Sentence, ...]) -> dict[str, Sentence]:
    """The sentence that says what each defined term, or each label of a table of two columns, stands for."""
    found: dict[str, Sentence] = {}
    defined = definitions(contract)
    for sentence in sentences:
        words = contract.text[sentence.start : sentence.end]
        for one in defined:
            if sentence.start <= one.start < sentence.end:
                found.setdefault(one.term, sentence)
        cells = [cell.strip() for cell in words.strip("| ").split(COLUMN)]
        if sentence.in_table and len(cells) == PAIR and not is_role(cells[0]):
            found.setdefault(cells[0], sentence)
    return found


def _told(contract: Contract, passages: tuple[Sentence, ...], terms: Mapping[str, Sentence]) -> list[Sentence]:
    """The sentences that define what passages speak of, in order, themselves left out."""
    said = "\n".join(contract.text[s.start : s.end] for s in passages)
    own = {s.index for s in passages}
    found = {
        sentence.index: sentence
        for term, sentence in terms.items()
        if sentence.index not in own and term in said and re.search(rf"(?<!\w){re.escape(term)}(?!\w)", said)
    }
    return [found[at] for at in sorted(found)]


def find(sentences: Sequence[Sentence], texts: Texts, wanted: Wordings, refused: Wordings) -> Iterator[Sentence]:
    """The sentences that say one thing and not another; headings only for want of others. `texts` are the sentences folded."""
    found = [sentences[at] for at in wanted.among(texts) if not (refused and refused.find(sentences[at].folded))]
    prose = [sentence for sentence in found if not sentence.is_heading]
    yield from prose or found
