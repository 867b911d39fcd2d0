"""Answers in a language model's words, where there is one: it may rephrase and combine, but never adds.

The extractive answer comes first, and stays what is shown whenever the model is slow, down, or says what cannot be verified.
Of what the model says only sentences are released whose marks, quotations, figures and words stand in the passages that they
cite; plain code decides that, see `Prose`. Whether there is an answer, and whether a lawyer should be seen, is never the
model's to say.
"""

from __future__ import annotations

import itertools
import re
import secrets
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.answer import Answer, Answerer, Evidence, Question
from assistant.cite import LEAST_QUOTE, MAX_QUOTE, Citation, figures, locate, opening, sentences, unsupported
from assistant.converse import standalone
from assistant.llm import Message, Model, ModelFailed
from knowledge.lexical import terms
from knowledge.models import Language, Passage
from prompts.render import render

PASSAGES: Final = 8
"""Passages that a model is given."""
SHOWN: Final = 2000
"""Characters of a passage that a model is given."""
WORDS_A_TOKEN: Final = 4
RELATED: Final = 0.25
"""Share of a sentence's words that its passages must have: a sentence on another matter is no paraphrase."""
LONGEST_SENTENCE: Final = 1000
"""Characters after which a quotation that never closes no longer holds a sentence open."""
NO_ANSWER: Final = "NO_ANSWER"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an answer's prose, to be shown at once."""

    text: str


class Writer:
    """Writes answers; without a model they are the extractive ones."""

    def __init__(self, answerer: Answerer, model: Model | None) -> None:
        self._answerer = answerer
        self._model = model

    def answer(self, question: Question) -> Answer:
        """The answer to `question`, whatever the model does."""
        began = time.perf_counter()
        extractive, evidence = self._answerer.answer_with_evidence(question)
        if self._model is None or evidence is None or not _may_be_reworded(extractive):
            return extractive
        prose = Prose(_sources(extractive, evidence), extractive.language)
        try:
            for _ in prose.take(self._model.stream(_messages(question, prose))):
                pass
        except ModelFailed:
            return _instead(extractive, FAILED, began)
        return _finish(extractive, prose, self._model.name, began)

    def stream(self, question: Question) -> Iterator[Token | Answer]:
        """The same in pieces, and then whole. The pieces are the beginning of the final prose; nothing is ever taken back:
        where the model breaks off after sentences that were verified, the extractive answer follows them."""
        began = time.perf_counter()
        extractive, evidence = self._answerer.answer_with_evidence(question)
        if self._model is None or evidence is None or not _may_be_reworded(extractive):
            yield from _pieces(extractive, "")
            return
        prose = Prose(_sources(extractive, evidence), extractive.language)
        try:
            for text in prose.take(self._model.stream(_messages(question, prose))):
                yield Token(text)
            answer = _finish(extractive, prose, self._model.name, began)
        except ModelFailed:
            answer = _continue(extractive, prose, self._model.name, began)
        yield from _pieces(answer, prose.text)


class Prose:
    """A model's text in the making: its verified sentences, renumbered, and what they rest on."""

    def __init__(self, passages: Sequence[Passage], lang: Language) -> None:
        self.passages = tuple(passages)
        self.lang = lang
        self.text = ""
        self.withheld = 0
        self.declined = False
        self._used: dict[int, Support] = {}
        self._seen: set[str] = set()
        self._last_is_item = False

    def take(self, pieces: Iterable[str]) -> Iterator[str]:
        """What may be shown of the model's `pieces`, a sentence at a time."""
        for sentence, fresh in split(pieces):
            if NO_ANSWER in sentence:
                self.declined = True
                continue
            plain = _without_markup(sentence)
            if not re.search(r"[^\W\d_]", _MARK.sub("", plain)) or plain in self._seen:
                continue
            self._seen.add(plain)
            verified = verify(plain, self.passages, self.lang)
            if verified is None:
                self.withheld += 1
            else:
                yield self._release(verified, fresh=fresh, item=bool(_ITEM.match(sentence)))

    def citations(self) -> tuple[Citation, ...]:
        """The passages that the text cites, in the order of their numbers, each with the words that support it best."""
        return tuple(
            Citation(n, self.passages[index], *support.span(self.passages[index].text, self.lang))
            for n, (index, support) in enumerate(self._used.items(), 1)
        )

    def _release(self, verified: Verified, *, fresh: bool, item: bool) -> str:
        for index in verified.cited:
            support = self._used.setdefault(index, Support())
            support.sentences.append(verified.text)
            support.located += [span for at, span in verified.located if at == index]
        numbers = list(self._used)
        marks = " ".join(f"[{numbers.index(index) + 1}]" for index in verified.cited)
        text = f"{self._gap(fresh=fresh, item=item)}{'- ' if item else ''}{verified.text} {marks}"
        self._last_is_item = item
        self.text += text
        return text

    def _gap(self, *, fresh: bool, item: bool) -> str:
        if not self.text:
            return ""
        if item and self._last_is_item:
            return "\n"
        return "\n\n" if fresh or item else " "


class Support:
    """What a text takes from one passage: sentences, and the places of literal quotations."""

    __slots__ = ("located", "sentences")

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.located: list[tuple[int, int]] = []

    def span(self, passage: str, lang: Language) -> tuple[int, int]:
        """The first quotation, or else the sentences of `passage` that have most words and figures in common."""
        if self.located:
            return self.located[0]
        wanted = {key for sentence in self.sentences for key in _keys(sentence, lang)}
        spans = sentences(passage)
        shared = [_keys(passage[start:end], lang) & wanted for start, end in spans]
        if not any(shared):
            return opening(passage)
        best = max(range(len(spans)), key=lambda at: (sum(3 if ":" in key else 1 for key in shared[at]), -at))
        start, end = spans[best]
        for at in range(best + 1, len(spans)):
            adds = {key for key in shared[at] if ":" in key} - set().union(*shared[best:at])
            if not adds or spans[at][1] - start > MAX_QUOTE:
                break
            end = spans[at][1]
        return start, start + opening(passage[start:end])[1]


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence without its marks, the passages that it cites (by index), and where its quotations stand in them."""

    text: str
    cited: tuple[int, ...]
    located: tuple[tuple[int, tuple[int, int]], ...]


def verify(sentence: str, passages: Sequence[Passage], lang: Language) -> Verified | None:
    """`sentence` as it may be shown, or `None` if anything in it is not supported by the passages that it cites itself."""
    marks = [int(mark) for mark in _MARK.findall(sentence)]
    if not marks or not all(1 <= mark <= len(passages) for mark in marks):
        return None
    cited = tuple(dict.fromkeys(mark - 1 for mark in marks))
    texts = [passages[index].text for index in cited]
    quoted = _quote_exactly(re.sub(r"\s*" + _MARK.pattern, "", sentence).strip(), texts)
    if quoted is None:
        return None
    text, located = quoted
    if not _is_inert(text) or unsupported(text, texts) or not _is_related(text, [passages[i] for i in cited], lang):
        return None
    return Verified(text, cited, tuple((cited[at], span) for at, span in located))


def split(pieces: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The sentences in a text that arrives in `pieces`, each as soon as the next has begun, and whether it begins a line.

    A mark after the full stop belongs to the sentence before it; a quotation is not cut.
    """
    buffer, fresh = "", True
    for piece in pieces:
        buffer += piece.replace("\r", "\n")
        if not any(char.isspace() for char in piece):
            continue
        spans = _whole(buffer)
        for (start, end), (following, _) in itertools.pairwise(spans):
            yield buffer[start:end], fresh
            fresh = "\n" in buffer[end:following]
        if len(spans) > 1:
            buffer = buffer[spans[-1][0] :]
    at = 0
    for start, end in _whole(buffer):
        yield buffer[start:end], fresh if at == 0 else "\n" in buffer[at:start]
        at = end


def _whole(text: str) -> list[tuple[int, int]]:
    """The sentences of `text`, joined where a quotation runs on."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if spans and _is_open(text[spans[-1][0] : spans[-1][1]]) and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _is_open(text: str) -> bool:
    if len(text) > LONGEST_SENTENCE:
        return False
    return text.count("«") > text.count("»") or text.count("“") > text.count("”") or text.count('"') % 2 == 1


_MARK: Final = re.compile(r"\[(\d{1,3})\]")
_MANY: Final = re.compile(r"[\[【]\s*(?:[Pp]assages?\s+)?(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*[\]】]")
_ITEM: Final = re.compile(r"\A\s*(?:[-*•–]|\d{1,2}[.)])\s+(?=\S)")


def _without_markup(sentence: str) -> str:
    """A sentence without list signs and emphasis, in composed characters, its marks one by one: [1, 2] is [1] [2]."""
    plain = re.sub(r"[*`#]|__", "", _ITEM.sub("", sentence, count=1))
    plain = " ".join(unicodedata.normalize("NFC", plain).split(" "))
    return _MANY.sub(lambda match: " ".join(f"[{n}]" for n in re.findall(r"\d+", match[1])), plain).strip()


_QUOTED: Final = re.compile(
    r"""«(?P<fr>[^«»]*)» | [“„](?P<en>[^“”„]*)[”“] | "(?P<ascii>[^"]*)" | ‹(?P<small>[^‹›]*)› | ‘(?P<single>.+?)’(?!\w)
      | (?<!\w)'(?P<plain>.{12,}?)'(?!\w)""",
    re.VERBOSE,
)
_QUOTATION_SIGNS: Final = re.compile(r"[«»“”„\"‹›‘]")


def _quote_exactly(text: str, sources: Sequence[str]) -> tuple[str, list[tuple[int, tuple[int, int]]]] | None:
    """`text` with each quotation in its source's own characters, and where each stands; `None` if one stands nowhere."""
    located: list[tuple[int, tuple[int, int]]] = []
    out, at = "", 0
    for match in _QUOTED.finditer(text):
        group = match.lastgroup or "fr"
        words = match[group]
        core = words.strip(" \u00a0\u202f.,;:…")
        found = _locate_in(core, sources)
        if found is None or _QUOTATION_SIGNS.search(text[at : match.start()]):
            return None
        index, (start, end) = found
        before, after = words.split(core, 1)
        exact = " ".join(sources[index][start:end].split())
        out += text[at : match.start(group)] + before + exact + after
        out += text[match.end(group) : match.end()]
        at = match.end()
        if end - start >= LEAST_QUOTE:
            located.append((index, (start, end)))
    return None if _QUOTATION_SIGNS.search(text[at:]) else (out + text[at:], located)


def _locate_in(words: str, sources: Sequence[str]) -> tuple[int, tuple[int, int]] | None:
    """Where `words` stand; a few words, a term, must stand there too."""
    if not any(char.isalnum() for char in words):
        return None
    spans = ((index, locate(words, source, least=1)) for index, source in enumerate(sources))
    return next(((index, span) for index, span in spans if span), None)


_LIVE: Final = re.compile(
    r"""[<>\[\]{}|\\@]                                   # markup, links, templates, addresses
      | &\#?\w+;                                         # entities
      | \b[a-z][a-z0-9+.-]{1,20}:(?://|\S*[/=(])         # any scheme
      | //\w | \bwww\. | (?:javascript|data|mailto|file|vbscript)\s*:\S
      | \b[\w-]+\.(?:[a-z]{2,}/|(?:com|net|org|io|fr|eu|ai|app|dev|ru|cn|info|biz|xyz|me|co|uk|de|test|example)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def _is_inert(text: str) -> bool:
    """Whether `text` is nothing but words: no markup, link, address, or character that cannot be seen."""
    return not _LIVE.search(text) and not any(unicodedata.category(c) in _UNSEEN or c == "\ufffd" for c in text)


def _is_related(text: str, passages: Sequence[Passage], lang: Language) -> bool:
    """Whether enough words of `text` stand in its passages; those in another language cannot be compared."""
    if any(passage.lang != lang for passage in passages):
        return True
    said = _stems(text, lang)
    known: set[str] = set()
    for passage in passages:
        known |= _stems(" ".join((passage.title, *passage.heading, passage.text)), lang)
    return bool(said) and len(said & known) >= RELATED * len(said)


def _stems(text: str, lang: Language) -> set[str]:
    return {stem for stem in terms(text, lang).stems if not stem.isdigit()}


def _keys(text: str, lang: Language) -> set[str]:
    """The words and figures of `text`; figures are told by their colon."""
    return _stems(text, lang) | {f"figure:{figure}" for figure in figures(text)}


# --- what the model is told -----------------------------------------------------------------------------------------------


def _may_be_reworded(extractive: Answer) -> bool:
    """Whether there is something for a model to say in other words. What was declined stays declined in our own."""
    return extractive.answerable and bool(extractive.citations)


def _sources(extractive: Answer, evidence: Evidence) -> list[Passage]:
    """The passages of the extractive answer, then the best others that were found."""
    hits = sorted((hit for _, found in evidence.by_part for hit in found), key=lambda hit: -hit.score)
    passages = [citation.passage for citation in extractive.citations] + [hit.passage for hit in hits]
    return list({passage.id: passage for passage in reversed(passages)}.values())[::-1][:PASSAGES]


def _messages(question: Question, prose: Prose) -> list[Message]:
    """The rules with the passages, and the question, as it is, apart from them."""
    nonce = secrets.token_hex(8)
    passages = [
        {
            "n": n,
            "title": neutral(" / ".join((passage.title, *passage.heading)), nonce),
            "text": neutral(passage.text[: opening(passage.text, SHOWN)[1]], nonce),
        }
        for n, passage in enumerate(prose.passages, 1)
    ]
    system = render("model/answer.md.j2", lang=prose.lang, nonce=nonce, passages=passages)
    return [("system", system), ("human", standalone(question.text, question.history, prose.lang))]


_WIDE: Final = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "#": "＃"})
_ROLE: Final = re.compile(
    r"\b(system|assistant|user|human|ai|developer|tool|instructions?|question|answer|response|système|utilisateur|humain"
    r"|consignes?|réponse)(\s*):",
    re.IGNORECASE,
)


def neutral(text: str, nonce: str) -> str:
    """A stranger's text on one line, in which nothing reads as a fence, a mark or somebody's turn to speak.

    Signs become their wide forms, which `cite.locate` takes for the same, so that what a model quotes is still found.
    """
    seen = "".join(" " if unicodedata.category(c) in _UNSEEN - {"Cf"} else c for c in text)
    seen = "".join(c for c in seen if unicodedata.category(c) != "Cf")
    plain = _ROLE.sub(r"\1\2：", " ".join(seen.split()).translate(_WIDE))
    return plain.replace(nonce, "").replace(NO_ANSWER, "NO ANSWER")


# --- the final answer -----------------------------------------------------------------------------------------------------

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


def _finish(extractive: Answer, prose: Prose, engine: str, began: float) -> Answer:
    """The verified sentences, with what must not be lost of the extractive answer; that answer itself if there are none."""
    if not prose.text:
        return _instead(extractive, DECLINED if prose.declined and not prose.withheld else UNVERIFIED, began)
    return replace(
        extractive,
        prose="\n\n".join((prose.text, *_kept(extractive))),
        citations=prose.citations(),
        engine=engine,
        notices=(*extractive.notices, *_withheld(prose.withheld, extractive.language)),
        elapsed_ms=_since(began),
    )


def _continue(extractive: Answer, prose: Prose, engine: str, began: float) -> Answer:
    """What was already shown of a model that broke off, followed by the extractive answer."""
    if not prose.text:
        return _instead(extractive, FAILED, began)
    own = prose.citations()
    lang = extractive.language
    return replace(
        extractive,
        prose=f"{prose.text}\n\n{_renumbered(extractive, len(own))}",
        citations=(*own, *(replace(citation, n=citation.n + len(own)) for citation in extractive.citations)),
        engine=engine,
        notices=(*extractive.notices, BROKE_OFF[lang], *_withheld(prose.withheld, lang)),
        elapsed_ms=_since(began),
    )


def _instead(extractive: Answer, notice: Mapping[Language, str], began: float) -> Answer:
    notices = (*extractive.notices, notice[extractive.language])
    return replace(extractive, notices=notices, elapsed_ms=_since(began))


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
