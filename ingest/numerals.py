"""Numbers as lists print them."""

from __future__ import annotations

_ROMANS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(number: int, style: str) -> str:
    """`number` in a style named as Word names it; a style unknown here, or a number it has no sign for, is decimal."""
    if style == "none":
        return ""
    if style == "decimalZero":
        return f"{number:02d}"
    if style in ("lowerLetter", "upperLetter") and 0 < number <= 26 * 5:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if style == "upperLetter" else letters
    if style in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        return roman(number).upper() if style == "upperRoman" else roman(number)
    return str(number)


def roman(number: int) -> str:
    """A positive number in small Roman numerals."""
    signs = []
    for size, sign in _ROMANS:
        signs.append(sign * (number // size))
        number %= size
    return "".join(signs)


def whole(text: str | None, default: int) -> int:
    """The number that an attribute holds; `default` where it holds none, or an absurd one."""
    if text is None or len(text) > 9:
        return default
    try:
        return int(text)
    except ValueError:
        return default
