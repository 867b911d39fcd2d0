"""Scans without text: recognised by Tesseract where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ingest.compose import clean, finish
from ingest.headings import guess
from ingest.reading import Limits, Reading
from knowledge.errors import Scanned, TooLarge, Unreadable

RESOLUTION: Final = 200
"""Dots an inch; fewer lose small print, more take time."""
PAGES: Final = 60
"""Pages of a scan that are recognised at most."""
SECONDS: Final = 300.0
"""Longest time for one scan."""
NOTICE: Final = "The text was recognised from a scan: check each quotation against the page."


def recognise_scan(path: Path, refusal: Scanned, limits: Limits) -> Reading:
    """The text of a scanned PDF with its pages. Raises `refusal` where the programs for it are missing."""
    tesseract, pictures = shutil.which("tesseract"), shutil.which("pdftoppm")
    if tesseract is None or pictures is None:
        raise Scanned(f"{refusal} Clausier does so itself where tesseract and pdftoppm are installed.") from refusal
    with tempfile.TemporaryDirectory() as folder:
        most = ["-l", str(PAGES + 1)]
        _run([pictures, "-r", str(RESOLUTION), "-gray", *most, str(path.resolve()), str(Path(folder) / "page")])
        images = sorted(Path(folder).glob("page*"))
        if len(images) > PAGES:
            raise TooLarge(f"The scan has more than {PAGES} pages: split it.")
        texts = [_mended(_run([tesseract, str(image), "-", "-l", "fra+eng"])) for image in images]
    starts, length = [], 0
    for text in texts:
        starts.append(length)
        length += len(text) + 2
    whole = "\n\n".join(texts)
    if len(whole) > limits.characters:
        raise TooLarge(f"The file holds more than {limits.characters:,} characters: split it.")
    return finish(whole, "pdf", None, guess(whole), starts, [NOTICE])


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True, stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError) as error:
        raise Unreadable(f"The scan cannot be recognised by {Path(command[0]).name}: run OCR first.") from error
    return done.stdout.decode("utf-8", "replace")


def _mended(text: str) -> str:
    """The lines of a page put together to paragraphs, with words made whole that the end of a line parts."""
    joined = re.sub(r"([^\W\d_])-\n(?=[a-zà-ÿ])", r"\1", clean(text))
    return re.sub(r"(?<!\n)\n(?!\n)", " ", joined).strip()
