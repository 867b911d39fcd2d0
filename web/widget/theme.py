"""The colours that a firm gives its widget, and whether people can read them.

Every text must stand out from what it stands on by 4.5 to 1, the edge of a field by 3 to 1: WCAG 2.2, success criteria 1.4.3 and
1.4.11. A theme names only what it changes; what it leaves is ours, and is checked with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from web.widget.unfit import Unfit

PREFIX: Final = "--clausier-"
"""How the custom properties of the widget begin."""
LIGHT: Final[Mapping[str, str]] = {
    "paper": "#fbfbf8",
    "sheet": "#ffffff",
    "ink": "#1b1e1c",
    "soft": "#545b57",
    "edge": "#767d78",
    "accent": "#12523f",
    "on-accent": "#ffffff",
    "mark": "#f7e8a4",
    "wash": "#eef2ec",
    "wrong": "#9a1f1f",
}
DARK: Final[Mapping[str, str]] = {
    "paper": "#141716",
    "sheet": "#1b1f1d",
    "ink": "#e8e7e0",
    "soft": "#a9b0ab",
    "edge": "#7d8681",
    "accent": "#93cdb4",
    "on-accent": "#0d1f18",
    "mark": "#574b16",
    "wash": "#1f2522",
    "wrong": "#f2a29b",
}
DEFAULTS: Final[Mapping[str, str]] = {**LIGHT, **{f"dark-{name}": colour for name, colour in DARK.items()}}
"""Every colour by its name without the prefix; `dark-` for who prefers a dark page."""
RADIUS: Final = "radius"
"""How round corners are, in pixels: the one property that is no colour."""
TEXT: Final = 4.5
EDGE: Final = 3.0
_TEXTS: Final = tuple(
    (text, ground) for text in ("ink", "soft", "accent", "wrong") for ground in ("paper", "sheet", "wash")
)
PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    *((text, ground, TEXT) for text, ground in _TEXTS),
    ("ink", "mark", TEXT),
    ("on-accent", "accent", TEXT),
    ("edge", "paper", EDGE),
    ("edge", "sheet", EDGE),
)
"""What stands on what, and how much it must stand out."""
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_PIXELS: Final = re.compile(r"([0-9]|1[0-9]|2[0-4])px")


def themed(given: Mapping[str, str]) -> dict[str, str]:
    """A theme as the widget takes it: custom properties with their values, spelled one way.

    `given` names properties with or without the prefix. Raises `Unfit` for a property that there is not, for what is no
    colour, and for two colours that are too near to each other, with both and their ratio.
    """
    theme = dict(_property(name, value) for name, value in given.items())
    colours = {**DEFAULTS, **theme}
    for text, ground, least in _pairs():
        found = contrast(colours[text], colours[ground])
        if found < least:
            one, other = f"{text} {colours[text]}", f"{ground} {colours[ground]}"
            raise Unfit(
                "contrast",
                f"{one} on {other} has a contrast of {_down(found)} to 1, and needs {least} to be read: take a darker or a "
                "lighter one",
                one=one,
                other=other,
                ratio=_down(found),
                least=least,
            )
    return {PREFIX + name: value for name, value in sorted(theme.items())}


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from each other, 1 to 21.

    (L1 + 0.05) / (L2 + 0.05) with L1 the lighter's relative luminance: WCAG 2.2, definition of contrast ratio.
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` or `#rgb`, 0 for black to 1 for white.

    0.2126 R + 0.7152 G + 0.0722 B over the linear channels of sRGB: WCAG 2.2, definition of relative luminance.
    """
    digits = colour.removeprefix("#")
    wide = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    red, green, blue = (_linear(int(wide[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _pairs() -> Iterator[tuple[str, str, float]]:
    for text, ground, least in PAIRS:
        yield text, ground, least
        yield f"dark-{text}", f"dark-{ground}", least


def _property(name: str, value: str) -> tuple[str, str]:
    short, value = name.strip().lower().removeprefix(PREFIX), value.strip().lower()
    if short == RADIUS:
        if not _PIXELS.fullmatch(value):
            raise Unfit("radius", f"{name}: {value!r} is no width of 0px to 24px: write for instance 4px", given=value)
        return short, value
    if short not in DEFAULTS:
        known = ", ".join((*LIGHT, RADIUS))
        raise Unfit(
            "property",
            f"a theme has no {name!r}: choose of {known}, each colour with dark- too",
            given=name,
            known=known,
        )
    if not _COLOUR.fullmatch(value):
        raise Unfit("colour", f"{name}: {value!r} is no colour: write for instance #12523f", of=name, given=value)
    return short, value


def _down(ratio: float) -> float:
    """Two decimals, never rounded up to what would be enough."""
    return int(ratio * 100) / 100
