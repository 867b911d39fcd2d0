"""A trainer's own items from CSV or GIFT, one file a language, through the quality gate into a file of the usual form.

Items of the two files are joined by their names. What is not sound is refused with every reason; nothing is written unless all
items are.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from assistant.quiz.exchange.sheet import QUOTES, kind_named
from assistant.quiz.exchange.write import BREAK, COLUMNS, MOST
from assistant.quiz.gate import faults
from assistant.quiz.source import Sources
from knowledge import blueprint, quiz
from knowledge.authored import first_fault
from knowledge.errors import InvalidInput
from knowledge.library import Library
from knowledge.models import LANGUAGES, Language
from knowledge.quiz import Item

LARGEST: Final = 5_000_000
"""Bytes of the largest file that is read."""
NEEDED: Final = ("id", "type", "topic", "level", "stem", "explanation", "source", "quote")
_ID: Final = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_TAG: Final = re.compile(r"\[(id|tag):([^\]]*)\]")
_QUESTION: Final = re.compile(
    r"(?:^|\n)((?:[ \t]*//[^\n]*\n)*)[ \t]*::((?:\\.|[^:\\])+)::((?:\\.|[^{}\\])*)\{((?:\\.|[^{}\\])*)\}"
)
_PART: Final = re.compile(r"// \[part:(\{.*\})\]$", re.MULTILINE)
_TYPES: Final = {"choice": "single", "match": "matching", "number": "calculation", "essay": "open"}
"""What our types are called in files."""
_NUMBER: Final = re.compile(r"\s*#\s*(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?)|\.\.(-?\d+(?:\.\d+)?))?\s*")
"""A figure of GIFT, with its tolerance or as the ends of a range."""
_SAID: Final = ";"
"""What stands between the wordings of an element."""
_ITEM: Final[TypeAdapter[Item]] = TypeAdapter(Item)


@dataclass(frozen=True, slots=True)
class Draft:
    """One item in one language as a file says it: its fields, and its answers as (text, what is right of it, reason)."""

    fields: Mapping[str, str]
    answers: tuple[tuple[str, str, str], ...] = field(default=())


def take_in(files: Mapping[Language, Path], library: Library, day: Any) -> dict[str, Item]:
    """The items of the files, all of them sound. Raises `InvalidInput` that names every fault, a line each."""
    drafts = {lang: {draft.fields["id"]: draft for draft in read(path)} for lang, path in files.items()}
    missing = drafts["en"].keys() ^ drafts["fr"].keys()
    if missing:
        raise InvalidInput(f"{min(missing)} stands in one language only: every item needs both")
    found: dict[str, Item] = {}
    wrong: list[str] = []
    sources = Sources(library)
    for key in drafts["en"]:
        try:
            item = _ITEM.validate_python(_joined({lang: drafts[lang][key] for lang in LANGUAGES}, day))
        except ValidationError as error:
            wrong.append(f"{key}: {first_fault(error)}")
            continue
        wrong += [f"{key}: {fault}" for fault in faults(item, library, sources)]
        found[key] = item
    if wrong:
        raise InvalidInput("nothing was taken in:\n  " + "\n  ".join(wrong))
    return found


def keep(items: Mapping[str, Item], folder: Path, name: str) -> Path:
    """Write the items into the firm's own `quizzes`, in the form in which ours are written; the file."""
    path = folder / quiz.FOLDER / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".new")
    staging.write_text(quiz.written(items), "utf-8")
    staging.replace(path)
    return path


def read(path: Path) -> list[Draft]:
    """The items of a CSV or GIFT file. Raises `InvalidInput` for one that cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInput(f"{path.name} is larger than {LARGEST:,} bytes: split it")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name} cannot be read as UTF-8 text: {error}") from None
    found = list(_from_csv(text) if path.suffix.lower() == ".csv" else _from_gift(text))
    if not found:
        raise InvalidInput(f"{path.name} holds no item: see `clausier quiz export --format csv` for the form")
    for draft in found:
        lacking = [name for name in NEEDED if not draft.fields.get(name)]
        if lacking:
            raise InvalidInput(f"{path.name}: {draft.fields.get('id') or 'an item'} lacks {', '.join(lacking)}")
        if not _ID.fullmatch(draft.fields["id"]):
            raise InvalidInput(f"{path.name}: {draft.fields['id']!r} is no name: write letters, figures and hyphens")
    return found


def _from_csv(text: str) -> Iterator[Draft]:
    reader = csv.DictReader(io.StringIO(text))
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS]
    if unknown:
        raise InvalidInput(f"there is no column {unknown[0]!r}: there are {', '.join(COLUMNS[:17])} and so on")
    for row in reader:
        cells = {name: _cell(value) for name, value in row.items() if name}
        answers = tuple(
            (cells.get(f"answer_{n}", ""), cells.get(f"right_{n}", ""), cells.get(f"why_{n}", ""))
            for n in range(1, MOST + 1)
            if cells.get(f"answer_{n}")
        )
        yield Draft({name: value for name, value in cells.items() if not name[-1].isdigit()}, answers)


def _cell(value: str | None) -> str:
    """A cell without the apostrophe that keeps spreadsheets from computing it."""
    text = (value or "").strip()
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _from_gift(text: str) -> Iterator[Draft]:
    for found in _QUESTION.finditer(text.replace("\r\n", "\n")):
        tags: dict[str, str] = {}
        for kind, value in _TAG.findall(found[1]):
            name, _, content = ("id", "", value) if kind == "id" else value.partition("=")
            tags[name] = content
        body, _, told = found[4].partition("####")
        kind, answers = _gift_answers(body)
        figure = _gift_figure(body)
        if figure or not body.strip():
            kind = "calculation" if figure else "open"
        explanation, quote = _told(told)
        fields = {
            "id": _plain(found[2]),
            "type": _kept_type(tags.get("type", ""), kind),
            "stem": _plain(found[3]),
            "explanation": explanation,
            "quote": quote,
        }
        yield Draft({**tags, **figure, **fields}, _with_parts(answers, found[1]))


def _kept_type(said: str, kind: str) -> str:
    """The type that a comment says, if the answers of a file are of its kind."""
    kinds = {"ordering": "match", "defect": "match", "terms": "match", "truth": "choice", "fallback": "choice"}
    return said if kinds.get(said) == kind else kind


def _with_parts(answers: tuple[tuple[str, str, str], ...], comments: str) -> tuple[tuple[str, str, str], ...]:
    """The answers with what comments say of them; pairs without a reason keep none, and a text has its elements from there."""
    try:
        parts = [json.loads(part) for part in _PART.findall(comments)]
        if answers:
            whys = (
                [str(part["why"]) for part in parts] if len(parts) == len(answers) else [why for _, _, why in answers]
            )
            return tuple((text, right, why) for (text, right, _), why in zip(answers, whys, strict=True))
        return tuple((str(part["text"]), _SAID.join(map(str, part["said"])), str(part["why"])) for part in parts)
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(
            "a comment [part:...] is not in form: export the question again, or take the line out"
        ) from None


def _gift_figure(body: str) -> dict[str, str]:
    """The figure of a numerical question and its tolerance; nothing for another one."""
    found = _NUMBER.fullmatch(body)
    if not found:
        return {}
    if found[3] is None:
        return {"value": found[1], "tolerance": found[2] or "0"}
    low, high = float(found[1]), float(found[3])
    return {"value": f"{(low + high) / 2:g}", "tolerance": f"{abs(high - low) / 2:g}"}


def _gift_answers(body: str) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    marks = re.split(r"(?<!\\)([=~])", body)
    pairs = list(zip(marks[1::2], marks[2::2], strict=True))
    answers: list[tuple[str, str, str]] = []
    kind = "choice"
    for sign, content in pairs:
        shown, _, why = (part.strip() for part in _split(content, "#"))
        if "->" in shown:
            left, _, right = shown.partition("->")
            kind = "match"
            answers.append((_plain(left), _plain(right), _plain(why)))
            continue
        share = re.match(r"%(-?[\d.]+)%", shown)
        if share:
            kind = "multiple"
            shown = shown[share.end() :]
        is_right = float(share[1]) > 0 if share else sign == "="
        answers.append((_plain(shown), "x" if is_right else "", _plain(why)))
    return (kind if answers else ""), tuple(answers)


def _split(text: str, sign: str) -> tuple[str, str, str]:
    found = re.search(rf"(?<!\\){sign}", text)
    return (text[: found.start()], sign, text[found.end() :]) if found else (text, "", "")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"\\([\\~=#{}:])", r"\1", text).split())


def _told(text: str) -> tuple[str, str]:
    """The explanation, and the quotation that ends it."""
    explanation, _, quoted = text.rpartition(BREAK)
    quote = _plain(quoted)
    for opening, closing in QUOTES.values():
        if quote.startswith(opening) and quote.endswith(closing):
            return _plain(explanation), quote.removeprefix(opening).removesuffix(closing)
    return _plain(text), ""


def _joined(drafts: Mapping[Language, Draft], day: Any) -> dict[str, Any]:
    """The raw item of two drafts that say the same. What is no type of ours makes the schema refuse it."""
    one = drafts["en"].fields
    kind = _TYPES.get(one["type"], one["type"])
    plan = blueprint.load()

    def both(name: str) -> dict[Language, str]:
        return {lang: drafts[lang].fields[name] for lang in LANGUAGES}

    raw: dict[str, Any] = {
        "type": kind,
        "block": plan.block_of(one["topic"]),
        "topic": one["topic"],
        "objective": one.get("objective") or plan.objective_of(one["topic"]),
        "level": one["level"],
        "difficulty": one.get("difficulty") or 1,
        "stem": both("stem"),
        "explanation": both("explanation"),
        "source": _source(one["source"]) | {"quote": both("quote")},
        "authorities": [key.strip() for key in one.get("authorities", "").split(",") if key.strip()],
        "checked_on": day,
    }
    return raw | _parts(kind, drafts)


def _parts(kind: str, drafts: Mapping[Language, Draft]) -> dict[str, Any]:
    """What the answers of two drafts make of an item of that type."""
    one = drafts["en"].fields
    if kind == "calculation":
        unit = {lang: drafts[lang].fields.get("unit") or "" for lang in LANGUAGES}
        return {"value": one.get("value"), "tolerance": one.get("tolerance") or 0, "unit": unit}
    rows = list(zip(*(drafts[lang].answers for lang in LANGUAGES), strict=False))
    texts = [[dict(zip(LANGUAGES, words, strict=True)) for words in zip(*row, strict=True)] for row in rows]
    if kind in ("matching", "terms"):
        told = {lang: drafts[lang].fields["explanation"] for lang in LANGUAGES}
        return {
            "pairs": [
                {"left": left, "right": right, "why": why if all(why.values()) else told} for left, right, why in texts
            ]
        }
    if kind == "ordering":
        steps = sorted(texts, key=lambda row: row[1]["en"].zfill(3))
        return {"steps": [{"text": text, "why": why} for text, _, why in steps]}
    if kind == "defect":
        return {
            "segments": [
                {"text": text, "why": why, "defect": kind_named(right["en"], "en")} for text, right, why in texts
            ]
        }
    if kind == "open":
        return {
            "elements": [
                {"text": text, "why": why, "said": {lang: _wordings(said[lang]) for lang in LANGUAGES}}
                for text, said, why in texts
            ]
        }
    return {
        "options": [
            {"id": f"option-{n}", "text": text, "correct": bool(right["en"]) and bool(right["fr"]), "why": why}
            for n, (text, right, why) in enumerate(texts, 1)
        ]
    }


def _wordings(said: str) -> list[str]:
    return [one.strip() for one in said.split(_SAID) if one.strip()]


def _source(named: str) -> dict[str, str]:
    """The source that `named` names, as exports write it; an unknown one is refused by the schema."""
    kind, _, key = named.partition(":")
    if kind in ("clause", "step"):
        clause, _, part = key.partition(".")
        return {"clause": clause, "position" if kind == "clause" else "step": part}
    return {kind: key}
