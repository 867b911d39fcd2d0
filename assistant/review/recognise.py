"""Which passages of a contract are about which subject: by their wording, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from assistant.review.measure import Figure, monthly_fee
from assistant.review.sentence import Sentence
from knowledge.contract import Contract
from knowledge.subject import Subject
from knowledge.wording import END, Wordings

PRICE: Final = "price"
"""The subject that says what is paid."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The sentences of a contract, and those that are about each subject, in order."""

    contract: Contract
    sentences: tuple[Sentence, ...]
    about: Mapping[str, tuple[Sentence, ...]]
    fee: Figure | None = None
    """What is paid for a month, where the contract says."""

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
        if following is None or following.clause != sentence.clause or following.is_heading:
            return sentence.folded
        return f"{sentence.folded}{END}{following.folded}"


def recognise(contract: Contract, sentences: tuple[Sentence, ...], subjects: Mapping[str, Subject]) -> Recognition:
    """What the sentences of a contract are about. A heading counts only where nothing beneath it is about its subject."""
    about = {slug: tuple(find(sentences, subject.search, subject.refusal)) for slug, subject in subjects.items()}
    fees = (monthly_fee(sentence.folded) for sentence in about.get(PRICE, ()))
    return Recognition(contract, sentences, about, next((fee for fee in fees if fee), None))


def find(sentences: Iterable[Sentence], wanted: Wordings, refused: Wordings) -> Iterator[Sentence]:
    """The sentences that say one thing and not another; headings only for want of others."""
    found = [
        sentence
        for sentence in sentences
        if wanted.find(sentence.folded) and not (refused and refused.find(sentence.folded))
    ]
    texts = [sentence for sentence in found if not sentence.is_heading]
    yield from texts or found
