"""Words that somebody sent, as they are kept and compared."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """NFC, trimmed, without NUL and other control characters. Raises `ValueError` for half a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("the text holds half a character: send valid Unicode") from None
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()
