"""The child process that parses one file from strangers: `python -m ingest.parse MEDIA LIMITS < FILE`.

Prints a JSON object: the fields of a `Reading`, or the `error` ("Unreadable" or "TooLarge") and its `message`. Whatever
else happens to this process, the parent reports as one unreadable file.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from ingest.reading import Limits, Reading
from knowledge.errors import InvalidInput, TooLarge, Unreadable


def main(media: str, limits: Limits) -> None:
    """Parse what stands on standard input."""
    parser = reader(media)
    confine(limits)
    try:
        print(json.dumps(asdict(_parse(parser, limits))))
    except InvalidInput as error:
        print(json.dumps({"error": type(error).__name__, "message": str(error)}))


def reader(media: str) -> Callable[[bytes, Limits], Reading]:
    """The function that parses a kind of file, with the libraries that it needs loaded."""
    if media == "pdf":
        import pypdf  # noqa: F401

        from ingest.pdf import read_pdf

        return read_pdf
    import lxml.html  # noqa: F401

    from ingest.html import read_html
    from ingest.office import read_docx, read_odt

    return {"html": read_html, "docx": read_docx, "odt": read_odt}[media]


def confine(limits: Limits) -> None:
    """Bound the memory and the processor time of this process, and let it write no file."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
            resource.setrlimit(kind, (most, most))


def _parse(parser: Callable[[bytes, Limits], Reading], limits: Limits) -> Reading:
    try:
        reading = parser(sys.stdin.buffer.read(), limits)
    except MemoryError:
        raise TooLarge("The file needs too much memory to be read: split it.") from None
    except RecursionError:
        raise Unreadable("The file nests its contents too deep: open it, save it again and retry.") from None
    if len(reading.text) > limits.characters:
        raise TooLarge(f"The file holds more than {limits.characters:,} characters: split it.")
    return reading


if __name__ == "__main__":
    main(sys.argv[1], Limits(**json.loads(sys.argv[2])))
