"""What a form of a page sent, as words by name. No form parser of the framework, because forms come from people: what is missing
is empty, what is too much is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from knowledge.text import clean

MOST_FIELDS: Final = 1000
MOST_FILES: Final = 4
TOKEN: Final = "form_token"  # noqa: S105 (the name of a field)
"""The field that shows that a form is ours."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and its files, open while the request is answered."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def get(self, name: str, otherwise: str = "") -> str:
        """The field's words, trimmed."""
        found = self.fields.get(name)
        return found[-1] if found else otherwise

    def all(self, name: str) -> list[str]:
        """Every value of a field that may have several."""
        return list(self.fields.get(name, ()))

    def under(self, prefix: str) -> dict[str, str]:
        """The fields whose names begin with `prefix`, without it; several values are joined by commas."""
        return {
            name.removeprefix(prefix): ",".join(values)
            for name, values in self.fields.items()
            if name.startswith(prefix)
        }


async def _read(request: Request) -> AsyncIterator[Form]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        yield await _urlencoded(request)
    elif kind == "multipart/form-data":
        try:
            parts = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
        except HTTPException:
            parts = FormData()
        try:
            yield _parted(parts)
        finally:
            await parts.close()
    else:
        yield Form()


async def _urlencoded(request: Request) -> Form:
    try:
        body = (await request.body()).decode("utf-8", "replace")
        return Form(_cleaned(parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)))
    except RuntimeError:  # a route whose own parameters are fields has taken the body already
        return _parted(await request.form())
    except ValueError:
        return Form()


def _parted(parts: FormData) -> Form:
    fields: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in parts.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            fields.setdefault(name, []).append(value)
    return Form(_cleaned(fields), files)


def _cleaned(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [clean(value.replace("\r\n", "\n")) for value in values] for name, values in fields.items()}


FormDep = Annotated[Form, Depends(_read)]
