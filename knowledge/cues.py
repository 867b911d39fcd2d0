"""How people word what they want drafted: `cues.yaml`, beside the labels that the clauses carry themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from knowledge.authored import Authored, parse
from knowledge.errors import InvalidInput
from knowledge.models import Language

FILE: Final = "cues.yaml"

Words = Mapping[Language, tuple[str, ...]]


class Cues(Authored):
    """Words for sides, clause types, variables and the values of choices, by language."""

    sides: Mapping[Literal["customer", "provider"], Words]
    balanced: Words
    types: Mapping[str, Words] = {}
    variables: Mapping[str, Words] = {}
    values: Mapping[str, Mapping[str | bool, Words]] = {}


def load(root: Path) -> Cues:
    """The cues of the library in `root`. Raises `InvalidInput` for a file that is missing or not in form."""
    path = root / FILE
    if not path.is_file():
        raise InvalidInput(f"the library lacks {FILE} in {root}")
    try:
        return Cues.model_validate(parse(path))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise InvalidInput(f"{FILE}: {', '.join(map(str, fault['loc']))}: {fault['msg']}") from None
