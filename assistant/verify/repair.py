"""What may stand in place of a sentence that failed: the same with the mark that it lacks, or the source's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from assistant.cite import LEAST_QUOTE, MAX_QUOTE, sentences
from assistant.verify.ground import BLANK, Ground
from assistant.verify.judge import Fault, Verified, is_inert, relatedness, stems, unmarked, verify
from assistant.verify.quote import SIGNS
from assistant.verify.split import MARK
from knowledge.models import Language

MARKED: Final = 0.75
"""Share of a sentence's words that one passage must have for its mark to be added."""
SAME: Final = 0.5
"""Share of a sentence's words that one sentence of the source must have to be about the same."""
LEAST: Final = 2
"""Words that it must have in common, whatever the share."""
HOPELESS: Final[frozenset[Fault]] = frozenset({"unsafe", "machine", "unrelated", "question"})
"""Faults after which nothing of a sentence is of use."""
_QUOTATION: Final[dict[Language, tuple[str, str]]] = {"en": ("“", "”"), "fr": ("« ", " »")}


def repair(sentence: str, fault: Fault, ground: Ground) -> Verified | None:
    """What is shown in place of `sentence`, or `None` if it must be withheld."""
    if fault in HOPELESS:
        return None
    bare = unmarked(sentence)
    if fault == "uncited":
        return _marked(bare, ground)
    cited = dict.fromkeys(int(mark) - 1 for mark in MARK.findall(sentence))
    return _source(bare, [index for index in cited if index < len(ground.passages)], ground)


def _marked(bare: str, ground: Ground) -> Verified | None:
    """`bare` with the mark of the one passage that supports it best, if it is supported by what it says."""
    shares = [relatedness(bare, [passage], ground.lang) for passage in ground.passages]
    for index in sorted(range(len(shares)), key=lambda at: -shares[at]):
        passage = ground.passages[index]
        if shares[index] < MARKED or passage.lang != ground.lang:
            continue
        verified = verify(f"{bare} [{index + 1}]", ground)
        if isinstance(verified, Verified):
            return replace(verified, repaired=True)
    return None


def _source(bare: str, cited: list[int], ground: Ground) -> Verified | None:
    """The sentence of the cited passages that says most of what `bare` says, between quotation marks."""
    said = stems(bare, ground.lang)
    best: tuple[float, int, tuple[int, int]] | None = None
    for index in cited:
        text = ground.passages[index].text
        for start, end in sentences(text):
            shared = len(said & stems(text[start:end], ground.lang))
            share = shared / len(said) if said else 0.0
            if shared >= LEAST and share >= SAME and (best is None or share > best[0]):
                best = share, index, (start, end)
    return _quoted(best[1], best[2], ground) if best else None


def _quoted(index: int, span: tuple[int, int], ground: Ground) -> Verified | None:
    passage = ground.passages[index]
    start, end = span
    start += len(passage.text[start:end]) - len(passage.text[start:end].lstrip("-•* "))
    words = " ".join(passage.text[start:end].split())
    if not LEAST_QUOTE <= end - start <= MAX_QUOTE or SIGNS.search(words) or not is_inert(words) or BLANK in words:
        return None
    if ground.obeys(words, [index]):
        return None
    before, after = _QUOTATION[passage.lang]
    return Verified(f"{before}{words}{after}", (index,), ((index, (start, end)),), repaired=True)
