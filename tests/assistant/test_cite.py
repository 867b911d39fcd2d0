"""Quotations, sentences and figures."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cite import figures, locate, opening, sentences, unsupported

TEXTS = st.text(
    st.sampled_from("abcdéàEÉLM .!?…«»“”\"'’()[]-–—\n\t\u00a0\u202f0123456789,;:%€*½ﬁ\u0301\u200b"), max_size=200
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("four hours", {"4", "4 hour"}),
        ("quarante-huit heures", {"48", "48 hour"}),
        ("forty-eight hours", {"48", "48 hour"}),
        ("quatre-vingt-dix-sept %", {"97", "97 percent"}),
        ("soixante et onze jours", {"71", "71 day"}),
        ("one hundred and twenty days", {"120", "120 day"}),
        ("deux cents euros", {"200", "200 euro"}),
        ("mille neuf cent quatre-vingts", {"1980"}),
        ("three thousand two hundred", {"3200"}),
        ("two and three days", {"2", "2 day", "3", "3 day"}),
        ("one of them, l'un et l'autre", set()),
        ("one month's notice", {"1", "1 month"}),
        ("un mois", {"1", "1 month"}),
        ("two (2) months", {"2", "2 month"}),
        ("trente (30) jours ouvrés", {"30", "30 day", "30 working day"}),
        ("48 business hours", {"48", "48 hour", "48 working hour"}),
        ("a three-month period", {"3", "3 month"}),
        ("4 to 8 hours", {"4", "4 hour", "8", "8 hour"}),
        ("10–30 %", {"10", "10 percent", "30", "30 percent"}),
        ("100-200 euros", {"100", "100 euro", "200", "200 euro"}),
        ("10, then 25, then 50 % of it", {"10", "10 percent", "25", "25 percent", "50", "50 percent"}),
        ("in 2026, 30 days", {"2026", "30", "30 day"}),
        ("5 per cent", {"5", "5 percent"}),
        ("99,90 %", {"99.9", "99.9 percent"}),
        ("article 28.10", {"28.10"}),
        ("0,125", {"0.125"}),
        ("1 800,48 €", {"1800.48", "1800.48 euro"}),
        ("€1,800.48", {"1800.48", "1800.48 euro"}),
        ("20 millions d'euros", {"20000000", "20000000 euro"}),
        ("€20 million", {"20000000", "20000000 euro"}),
        ("7,5 M€", {"7500000", "7500000 euro"}),
        ("article L. 442-1, I, 2°", {"L442-1", "roman I", "2"}),
        ("article L442\u20111", {"L442-1"}),
        ("articles 1231-1 et 1231-2", {"1231-1", "1231-2"}),
        ("article 28(3)(h)", {"28", "3", "letter h"}),
        ("chapitre IV", {"roman IV"}),
        ("1er janvier 2027", {"1", "1 m1", "2027", "m1 2027"}),
        ("January 1, 2027", {"1", "1 m1", "2027", "m1 2027"}),
        ("2027-01-01", {"1", "1 m1", "2027", "m1 2027"}),
        ("01/01/2027", {"1", "1 m1", "2027", "m1 2027"}),
        ("Cass. com., 3 sept. 2008", {"3", "3 m9", "2008", "m9 2008"}),
        ("½ and ２ and ٣", {"0.5", "2", "3"}),
        ("half the fee", {"0.5"}),
        ("half of 10²", {"0.5", "10", "2"}),
        ("It is due [1] [12].", set()),
    ],
)  # fmt: skip
def test_figures(text: str, found: set[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("within 4 days", "within 4 hours, and 8 days"),
        ("30 working days", "30 days"),
        ("12 March 2027", "12 January 2027, 3 March 2026"),
        ("March 2027", "3 March 2026, 12 January 2027"),
        ("article L442-2", "article L442-1"),
        ("article L442-1, II", "article L442-1, I"),
        ("article 1231", "article 1231-5"),
        ("5 euros", "5 %"),
        ("one month", "three months"),
        ("un an", "trois ans"),
        ("20 million euros", "20 euros"),
        ("half the price", "the price"),
        ("49 hours", "quarante-huit heures"),
        ("28.1", "28.10"),
        ("article 28(3)(h)", "article 28(3)(g)"),
    ],
)
def test_an_invented_figure_is_unsupported(said: str, source: str) -> None:
    assert unsupported(said, [source])
    assert not unsupported(source, [source])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("48 heures", "quarante-huit heures"),
        ("four hours", "within 4 h"),
        ("30 jours", "trente (30) jours ouvrables"),
        ("99.9 %", "99,90 %"),
        ("1 800 euros", "€1,800"),
        ("8 hours", "4 to 8 hours"),
        ("5 percent", "entre 5 et 20 %"),
        ("1 January 2027", "1er janvier 2027"),
        ("L442-1", "L. 442-1"),
        ("2 months", "a two-month period"),
    ],
)
def test_a_true_figure_is_supported_in_other_signs(said: str, source: str) -> None:
    assert not unsupported(said, [source])


@given(TEXTS)
def test_a_text_supports_its_own_figures(text: str) -> None:
    assert not unsupported(text, [text])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It is due. It is paid.", ["It is due.", "It is paid."]),
        ("It is due. [1] It is paid [2].", ["It is due. [1]", "It is paid [2]."]),
        ("It is due [1]. [2] [3] It is paid.", ["It is due [1]. [2] [3]", "It is paid."]),
        ("See Cass. com. 3 déc. 2008. Then read.", ["See Cass. com. 3 déc. 2008.", "Then read."]),
        ("Voir Art. 12. La suite.", ["Voir Art. 12.", "La suite."]),
        ("Il dit « Oui. » Puis il part.", ["Il dit « Oui. »", "Puis il part."]),
        ("He said “No.” Then he left.", ["He said “No.”", "Then he left."]),
        ("- one\n- two", ["- one", "- two"]),
        ("1. First. 2. Second.", ["1. First.", "2. Second."]),
        ("M. Dupont signe.", ["M. Dupont signe."]),
        ("", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


@given(TEXTS)
def test_sentences_cover_every_word_in_order(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(TEXTS, st.integers(1, 120))
def test_an_opening_is_never_empty_nor_too_long(text: str, most: int) -> None:
    start, end = opening(text, most)
    assert start == 0
    assert end <= most
    if text.strip():
        assert text[:end]


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("a sum agreed in advance", "It is a sum agreed in advance for it.", "a sum agreed in advance"),
        ("A SUM  agreed in\nadvance", "It is a sum agreed in advance for it.", "a sum agreed in advance"),
        ("the provider's duty", "It is the provider’s duty.", "the provider’s duty"),
        ("non-performance is final", "unless non\u2011performance is final", "non\u2011performance is final"),
        ('the "sole remedy" clause', "the « sole remedy » clause", "the « sole remedy » clause"),
        ("un avoir de 5%", "un avoir de 5\u202f% dû", "un avoir de 5\u202f%"),
        ("formal notice (mise en demeure)", "formal notice (*mise en demeure*)", "formal notice (*mise en demeure*)"),
        ("la responsabilité", "la responsabilite\u0301 est", "la responsabilite\u0301"),
        ("＜b＞ the clause ：", "see <b> the clause: it", "<b> the clause:"),
        ("able to terminate", "unable to terminate", None),
        ("the client may term", "the client may terminate", None),
        ("never said anywhere", "It is a sum agreed in advance.", None),
        ("too short", "too short", None),
        ("            ", "            ", None),
    ],
)
def test_locate(quote: str, text: str, found: str | None) -> None:
    span = locate(quote, text)
    assert (text[span[0] : span[1]] if span else None) == found


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


@given(TEXTS, st.data())
def test_what_is_located_is_the_quotation(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = locate(text[start:end], text, least=3)
    if span:
        assert 0 <= span[0] < span[1] <= len(text)
        assert _letters(text[span[0] : span[1]]) == _letters(text[start:end])


@given(TEXTS, TEXTS)
def test_what_does_not_stand_there_is_not_located(quote: str, text: str) -> None:
    span = locate(quote, text)
    assert span is None or _letters(text[span[0] : span[1]]) == _letters(quote)
