"""Questions from files: one with its history, or one a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.answer import Question, as_json
from assistant.converse import Turn
from assistant.evaluate import read_lines
from assistant.write import Writer
from knowledge.errors import InvalidInput
from knowledge.models import AUDIENCES, LANGUAGES


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
    return Question(text, audience, None if lang == "auto" else lang, tuple(_turn(turn) for turn in turns))


def answer_lines(writer: Writer, source: Path, target: Path, progress: Callable[[int, int, str], None]) -> None:
    """Answer every line of `source` into `target`, in order. Raises `InvalidInput` before anything is written."""
    rows = list(read_lines(source))
    questions = [question_from(row) for row in rows]
    with target.open("w", encoding="utf-8") as out:
        for done, (row, question) in enumerate(zip(rows, questions, strict=True)):
            progress(done, len(rows), question.text)
            answer = as_json(writer.answer(question), row.get("id"))
            out.write(json.dumps(answer, ensure_ascii=False) + "\n")


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
        raise InvalidInput('history must be a list of {"role": "user" or "assistant", "content": "..."}')
    return Turn(raw["role"], raw["content"])
