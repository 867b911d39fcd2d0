"""What use teaches: questions that were declined, answers that were judged unhelpful, and those of which a model's sentences had
to be withheld. Like ones are put together, the most frequent first, and each can become the stub of a text."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assistant.retrieve import Retriever
from knowledge.embed import unit_rows
from knowledge.errors import InvalidInput, NotFound
from knowledge.lexical import terms
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language
from knowledge.store import Store
from prompts.render import render

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR: Final = 0.90
"""Cosine from which two questions ask the same."""
NEAR_ON_TOPIC: Final = 0.85
"""The same where what lies nearest in the library is on one topic."""
SHARED: Final = 0.6
"""Share of words in common from which they do so too, whatever their vectors."""
LOOKED_AT: Final = 5000
"""Turns that are looked at, the last ones."""
WORDINGS: Final = 8
"""Wordings that are kept of one candidate."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A question that was not answered as it should be. `reason` is why it was declined; `withheld` counts sentences."""

    at: str
    question: str
    lang: Language
    reason: str | None
    withheld: int
    down: bool
    said: str | None
    """What the reader wrote with the thumb."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Wishes that are alike. `key` names it as long as its first question is kept; `topic` is what lies nearest."""

    key: str
    question: str
    lang: Language
    topic: str | None
    wordings: tuple[str, ...]
    reasons: tuple[tuple[str, int], ...]
    declined: int
    withheld: int
    down: int
    said: tuple[str, ...]
    last_at: str

    @property
    def count(self) -> int:
        """How often: the number by which candidates are ranked."""
        return self.declined + self.withheld + self.down

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "key": self.key,
            "question": self.question,
            "lang": self.lang,
            "topic": self.topic,
            "count": self.count,
            "declined": self.declined,
            "withheld": self.withheld,
            "down": self.down,
            "reasons": dict(self.reasons),
            "wordings": list(self.wordings),
            "said": list(self.said),
            "last_at": self.last_at,
        }


def wishes(store: Store) -> list[Wish]:
    """What the journal holds of them, the oldest first."""
    query = """SELECT t.asked_at, t.question, t.answer, f.verdict, f.reason FROM turn t
               LEFT JOIN feedback f ON f.turn_id = t.id ORDER BY t.asked_at DESC LIMIT ?"""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(query, (LOOKED_AT,)).all()
    found = (_wish(row[0], row[1], json.loads(row[2]), row[3], row[4]) for row in reversed(rows))
    return [wish for wish in found if wish.reason or wish.withheld or wish.down]


def _wish(at: str, question: str, answer: dict[str, Any], verdict: str | None, said: str | None) -> Wish:
    withheld = int((answer.get("provenance") or {}).get("withheld", 0))
    lang: Language = "fr" if answer.get("language") == "fr" else "en"
    return Wish(at, question, lang, answer.get("reason"), withheld, verdict == "down", said)


@dataclass(slots=True)
class _Cluster:
    wishes: list[Wish]
    vector: NDArray[np.float32] | None
    topic: str | None
    stems: set[str] = field(default_factory=set)


def candidates(found: Iterable[Wish], retriever: Retriever) -> list[Candidate]:
    """The wishes put together with their like, the most frequent first, then the last."""
    clusters: list[_Cluster] = []
    for wish in found:
        one = _alone(wish, retriever)
        home = next((cluster for cluster in clusters if _is_like(one, cluster)), None)
        if home:
            home.wishes.append(wish)
        else:
            clusters.append(one)
    return sorted((_candidate(cluster) for cluster in clusters), key=lambda c: (c.count, c.last_at), reverse=True)


def find(key: str, among: Sequence[Candidate]) -> Candidate:
    """The candidate of that key, or of the only one that begins so. Raises `NotFound`."""
    found = [one for one in among if one.key.startswith(key)]
    if len(found) != 1 or not key:
        raise NotFound(f"there is no candidate {key!r}: `clausier learn list` shows them")
    return found[0]


def _alone(wish: Wish, retriever: Retriever) -> _Cluster:
    vector = retriever.vector(wish.question)
    near = retriever.retrieve(wish.question, audience="lawyer", langs=LANGUAGES, limit=5, vector=vector)
    topics = Counter(topic for hit in near for topic in hit.passage.topics[:1])
    unit = None if vector is None else unit_rows(vector)
    return _Cluster(
        [wish], unit, topics.most_common(1)[0][0] if topics else None, set(terms(wish.question, wish.lang).stems)
    )


def _is_like(one: _Cluster, other: _Cluster) -> bool:
    """Whether two ask the same: in most of their words, or in what they mean."""
    union = one.stems | other.stems
    if union and len(one.stems & other.stems) >= SHARED * len(union):
        return True
    if one.vector is None or other.vector is None:
        return False
    cosine = float((one.vector * other.vector).sum())
    return cosine >= (NEAR_ON_TOPIC if one.topic == other.topic else NEAR)


def _candidate(cluster: _Cluster) -> Candidate:
    every = cluster.wishes
    wordings = tuple(dict.fromkeys(wish.question for wish in every))
    asked = Counter(wish.question for wish in every).most_common(1)[0][0]
    first = every[0]
    return Candidate(
        key=hashlib.sha256(first.question.encode()).hexdigest()[:10],
        question=asked,
        lang=next(wish.lang for wish in every if wish.question == asked),
        topic=cluster.topic,
        wordings=wordings[:WORDINGS],
        reasons=tuple(Counter(wish.reason for wish in every if wish.reason).most_common()),
        declined=sum(bool(wish.reason) for wish in every),
        withheld=sum(wish.withheld > 0 for wish in every),
        down=sum(wish.down for wish in every),
        said=tuple(dict.fromkeys(wish.said for wish in every if wish.said))[:WORDINGS],
        last_at=max(wish.at for wish in every),
    )


# --- from a candidate to a text -----------------------------------------------------------------------------------------


def write_stub(candidate: Candidate, library: Library, folder: Path, today: dt.date) -> list[Path]:
    """A text in each language to be written, marked as a draft, and the question that it is to answer, which fails until then.

    Raises `InvalidInput` where the folder cannot be written or holds a stub already.
    """
    folder = folder / candidate.key
    pieces: dict[str, Callable[[], str]] = {
        **{f"{lang}.md": lambda lang=lang: _text(candidate, library, lang, today) for lang in LANGUAGES},  # type: ignore[misc]
        "question.jsonl": lambda: json.dumps(golden(candidate), ensure_ascii=False) + "\n",
    }
    written = [folder / name for name in pieces]
    if any(path.exists() for path in written):
        raise InvalidInput(f"{folder} holds a stub already: go on there, or remove it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(written, pieces.values(), strict=True):
            path.write_text(text(), "utf-8")
    except OSError as error:
        raise InvalidInput(f"{folder} cannot be written ({error.strerror}): name another with -o") from error
    return written


def golden(candidate: Candidate) -> dict[str, Any]:
    """The line of an evaluation that asks for an answer: `clausier eval answers` names it as a miss until there is one."""
    return {
        "id": f"learnt-{candidate.key}",
        "lang": candidate.lang,
        "audience": "client",
        "question": candidate.question,
        "expected_topics": [candidate.topic or "to-be-named"],
        "expected_authorities": [],
        "answerable": True,
        "tags": ["learnt"],
    }


def _text(candidate: Candidate, library: Library, lang: Language, today: dt.date) -> str:
    topic = library.topics.get(candidate.topic or "")
    own = [wording for wording in candidate.wordings if wording != candidate.question]
    return render(
        "documents/stub.md.j2",
        lang=lang,
        topic=candidate.topic or "to-be-named",
        title=json.dumps(topic.name[lang] if topic else _line(candidate.question), ensure_ascii=False),
        day=today.isoformat(),
        question=_line(candidate.question),
        also=[_line(wording) for wording in own] if candidate.lang == lang else [],
        translate=candidate.lang != lang,
    )


def _line(text: str) -> str:
    """A reader's words on one line, without what would be a mark or a heading."""
    return re.sub(r"[{}#<>\[\]/]", " ", " ".join(text.split()))[:200].strip()
