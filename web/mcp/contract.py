"""A contract handed over by a program: from its bytes, or from a file below a folder that was opened for it."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ingest.contract import read_contract
from knowledge.contract import Contract
from knowledge.errors import InvalidInput, NotFound, TooLarge

LONGEST_NAME: Final = 120


def from_bytes(name: str, data: bytes, most: int) -> Contract:
    """The contract in `data`; the ending of `name` says of which kind. Nothing stays on the disk.

    Raises `TooLarge` beyond `most` bytes, `InvalidInput` for what is empty or not read.
    """
    if len(data) > most:
        raise TooLarge(f"the contract is larger than {most:,} bytes: send less")
    if not data:
        raise InvalidInput("the contract is empty: send its text, or the file in base64")
    plain = Path(name).name[-LONGEST_NAME:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"contract{Path(plain).suffix}"
        path.write_bytes(data)
        return read_contract(path, name=plain)


def decoded(text: str | None, encoded: str | None) -> bytes:
    """The bytes of a contract that is given as text or in base64, one of the two. Raises `InvalidInput`."""
    if (text is None) == (encoded is None):
        raise InvalidInput("give either `text` or `base64`")
    try:
        if text is not None:
            return text.encode()
        return base64.b64decode(encoded or "", validate=True)
    except UnicodeEncodeError:
        raise InvalidInput("the text holds half a character: send valid Unicode") from None
    except ValueError:  # not ASCII, or not of the alphabet
        raise InvalidInput("`base64` is not base64: encode the bytes of the file anew") from None


def from_file(path: str, folders: Sequence[Path], most: int) -> Contract:
    """The contract in a file that lies, links followed, below one of `folders`.

    Raises `InvalidInput` for one elsewhere, of which it does not tell whether it exists, `NotFound` and `TooLarge`.
    """
    named = Path(path).expanduser()
    roots = [folder.resolve() for folder in folders]
    found = (
        next((root / named for root in roots if (root / named).is_file()), named) if not named.is_absolute() else named
    )
    real = found.resolve()
    if not any(real.is_relative_to(root) for root in roots):
        raise InvalidInput(f"{path} is not below a folder that was opened: start `clausier mcp` with --folder")
    if not real.is_file():
        raise NotFound(f"there is no file {path}: check the path")
    if real.stat().st_size > most:
        raise TooLarge(f"{path} is larger than {most:,} bytes: give a smaller one")
    return read_contract(real)
