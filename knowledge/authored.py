"""What people write by hand in YAML: strict models, and errors that name file, place and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge.errors import InvalidInput
from knowledge.models import LANGUAGES, Language

Entry = TypeVar("Entry", bound="Authored")


class Authored(BaseModel):
    """A frozen entry of a file; a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _complete(text: Mapping[Language, str]) -> Mapping[Language, str]:
    missing = [lang for lang in LANGUAGES if not text.get(lang, "").strip()]
    if missing:
        raise ValueError(f"needs words in {' and '.join(missing)}")
    return text


Text = Annotated[Mapping[Language, str], AfterValidator(_complete)]
"""Words in every language."""


def read(path: Path, entry: type[Entry]) -> dict[str, Entry]:
    """The entries of a file that maps keys to entries; none if there is no such file.

    Raises `InvalidInput` with the first thing that is wrong, and where.
    """
    if not path.is_file():
        return {}
    try:
        return TypeAdapter(dict[str, entry]).validate_python(parse(path) or {})  # type: ignore[valid-type]
    except ValidationError as error:
        raise InvalidInput(f"{path.name}: {first_fault(error)}") from None


def parse(path: Path) -> Any:
    """What the YAML file says. Raises `InvalidInput` if it is no YAML."""
    try:
        return parse_text(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name}: {str(error).splitlines()[0]}") from error


def parse_text(text: str, name: str) -> Any:
    """What YAML says that stands in the file `name`. Raises `InvalidInput` if it is no YAML."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 (a safe loader, the compiled one where there is one)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InvalidInput(f"{name}{line}: {error.problem or error.context}: mend the YAML") from error
    except yaml.YAMLError as error:
        raise InvalidInput(f"{name}: {str(error).splitlines()[0]}") from error


def first_fault(error: ValidationError) -> str:
    """The place and the words of the first fault that a validation found."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ", ".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line, from 1, on which stands what `place` leads to (keys and indices); as much of it as is there."""
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        else:
            found = None
        if found is not None:
            line, node = found[0].start_mark.line + 1, found[1]
    return line


def placed_fault(error: ValidationError, text: str) -> str:
    """The first fault that a validation found in `text`, with its line."""
    fault = error.errors(include_url=False, include_input=False)[0]
    return f"line {line_of(text, fault['loc'])}: {first_fault(error)}"
