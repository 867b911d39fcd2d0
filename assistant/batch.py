"""Questions from files: one with its history, or one a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

from assistant.answer import Question, as_json
from assistant.converse import Turn
from assistant.evaluate import numbered_lines
from assistant.write import Writer
from knowledge.errors import InvalidInput
from knowledge.models import AUDIENCES, LANGUAGES

HISTORY: Final = 'history must be a list of {"role": "user" or "assistant", "content": "..."}'


def question_from(row: Mapping[str, Any], history: Path | None = None) -> Question:
    """A question from the fields of a batch line; `history` names a file with the turns instead.

    Raises `InvalidInput`, naming the field.
    """
    text = row.get("question")
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("the question is empty: write what you want to know")
    audience, lang = row.get("audience") or "client", row.get("lang")
    if audience not in AUDIENCES:
        raise InvalidInput(f"audience must be one of {', '.join(AUDIENCES)}, not {audience!r}")
    if lang not in (None, "auto", *LANGUAGES):
        raise InvalidInput(f"lang must be auto, en or fr, not {lang!r}")
    turns = _read_history(history) if history else row.get("history") or []
    if not isinstance(turns, list):
        raise InvalidInput(HISTORY)
    return Question(text, audience, None if lang == "auto" else lang, tuple(_turn(turn) for turn in turns))


def answer_lines(writer: Writer, source: Path, target: Path, progress: Callable[[int, int, str], None]) -> None:
    """Answer every line of `source` into `target`, in order. Raises `InvalidInput` before anything is written."""
    questions = [(row.get("id"), _numbered_question(source, number, row)) for number, row in numbered_lines(source)]
    with _opened(target) as out:
        for done, (key, question) in enumerate(questions):
            progress(done, len(questions), question.text)
            out.write(json.dumps(as_json(writer.answer(question), key), ensure_ascii=False) + "\n")


def _numbered_question(source: Path, number: int, row: Mapping[str, Any]) -> Question:
    try:
        return question_from(row)
    except InvalidInput as error:
        raise InvalidInput(f"{source.name}, line {number}: {error}") from error


def _opened(target: Path) -> TextIO:
    try:
        return target.open("w", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written ({error.strerror}): check the path") from error


def _read_history(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}): check the path") from error
    except ValueError as error:
        raise InvalidInput(f"{path.name} is not JSON: {error}") from error


def _turn(raw: Any) -> Turn:
    if (
        not isinstance(raw, dict)
        or raw.get("role") not in ("user", "assistant")
        or not isinstance(raw.get("content"), str)
    ):
        raise InvalidInput(HISTORY)
    return Turn(raw["role"], raw["content"])
