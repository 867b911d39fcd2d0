"""Colours that can be read: the formula, every pair, what is refused and how it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import web
from web.widget.theme import DARK, DEFAULTS, EDGE, LIGHT, PAIRS, PREFIX, TEXT, contrast, luminance, themed
from web.widget.unfit import Unfit

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")
STATIC = Path(web.__file__).parent / "static"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#fff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#ffffff", 8.592),
        ("#00ff00", "#000000", 15.304),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.001)


@given(COLOURS, COLOURS)
def test_contrast_knows_no_order_and_its_bounds(one: str, other: str) -> None:
    found = contrast(one, other)
    assert 1 <= found <= 21.0001
    assert found == contrast(other, one)
    assert 0 <= luminance(one) <= 1


@given(st.dictionaries(st.sampled_from(sorted(DEFAULTS)), COLOURS, max_size=6))
def test_a_theme_can_be_read_or_is_refused(wanted: dict[str, str]) -> None:
    """Measured by a formula of its own, so that ours cannot vouch for itself."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    def light(colour: str) -> float:
        value = int(colour[1:], 16)
        return 0.2126 * linear(value >> 16) + 0.7152 * linear(value >> 8 & 255) + 0.0722 * linear(value & 255)

    def ratio(one: str, other: str) -> float:
        a, b = light(one), light(other)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)

    texts = ("ink", "soft", "accent", "wrong")
    needed = {(text, ground): 4.5 for text in texts for ground in ("paper", "sheet", "wash")}
    needed |= {("ink", "mark"): 4.5, ("on-accent", "accent"): 4.5, ("edge", "paper"): 3.0, ("edge", "sheet"): 3.0}
    colours = {**DEFAULTS, **wanted}
    low = [
        (scheme + one, scheme + other)
        for (one, other), least in needed.items()
        for scheme in ("", "dark-")
        if ratio(colours[scheme + one], colours[scheme + other]) < least - 1e-9
    ]
    if not low:
        assert themed(wanted) == {PREFIX + name: value for name, value in sorted(wanted.items())}
        return
    with pytest.raises(Unfit) as unfit:
        themed(wanted)
    holes = unfit.value.holes
    assert unfit.value.name == "contrast"
    assert (holes["one"].split()[0], holes["other"].split()[0]) in low
    assert holes["ratio"] < holes["least"]


def test_our_own_colours_pass() -> None:
    assert themed({}) == {}
    assert {least for _, _, least in PAIRS} == {TEXT, EDGE}


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"accent": "#888888"}, ("accent #888888", "paper #fbfbf8", 3.41, 4.5)),
        ({"dark-paper": "#ffffff"}, ("dark-ink #e8e7e0", "dark-paper #ffffff", 1.23, 4.5)),
        ({"edge": "#aaaaaa"}, ("edge #aaaaaa", "paper #fbfbf8", 2.24, 3.0)),
        ({"on-accent": "#12523f"}, ("on-accent #12523f", "accent #12523f", 1.0, 4.5)),
    ],
)
def test_what_cannot_be_read_is_named(wanted: dict[str, str], names: tuple[str, str, float, float]) -> None:
    with pytest.raises(Unfit) as unfit:
        themed(wanted)
    holes = unfit.value.holes
    assert (holes["one"], holes["other"], holes["ratio"], holes["least"]) == names
    assert all(part in str(unfit.value) for part in names[:2])


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("accent", "red", "colour"),
        ("accent", "#12", "colour"),
        ("accent", "#12523f;--x:url(//evil.example)", "colour"),
        ("accent", "var(--x)", "colour"),
        ("accent", "", "colour"),
        ("background", "#ffffff", "property"),
        ("dark-radius", "4px", "property"),
        ("", "#ffffff", "property"),
        ("radius", "25px", "radius"),
        ("radius", "1em", "radius"),
        ("radius", "-1px", "radius"),
    ],
)
def test_what_is_no_colour_is_refused(name: str, value: str, wrong: str) -> None:
    with pytest.raises(Unfit) as unfit:
        themed({name: value})
    assert unfit.value.name == wrong


def test_names_are_spelled_one_way() -> None:
    given = {"--clausier-accent": "#7A1F4F", " Radius ": "8PX"}
    assert themed(given) == {"--clausier-accent": "#7a1f4f", "--clausier-radius": "8px"}


@pytest.mark.parametrize(("sheet", "colours"), [("widget/widget.css", LIGHT), ("widget/dark.css", DARK)])
def test_what_we_check_against_is_what_the_widget_has(sheet: str, colours: dict[str, str]) -> None:
    text = (STATIC / sheet).read_text("utf-8")
    held = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", text))
    assert {name: held[name] for name in colours} == dict(colours)
