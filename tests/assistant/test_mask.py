"""What identifies people does not leave, comes back as it was, and nobody can ask for what is somebody else's."""

from __future__ import annotations

import re

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.mask import KINDS, Mask, found
from prompts.render import ROOT

FOUND: tuple[tuple[str, str, str], ...] = (
    ("email", "Write to anne.martin+it@cabinet-dupont.fr today.", "anne.martin+it@cabinet-dupont.fr"),
    ("phone", "Appelez le 06 12 34 56 78.", "06 12 34 56 78"),
    ("phone", "Appelez le 01.42.68.53.00 ou", "01.42.68.53.00"),
    ("phone", "Tel: +33 (0)6 12 34 56 78", "+33 (0)6 12 34 56 78"),
    ("phone", "Tel: 0033612345678", "0033612345678"),
    ("phone", "Call +44 20 7946 0958 now", "+44 20 7946 0958"),
    ("phone", "Call 020 7946 0958 now", "020 7946 0958"),
    ("phone", "Call (555) 123-4567 now", "(555) 123-4567"),
    ("iban", "IBAN FR76 3000 6000 0112 3456 7890 189 chez nous", "FR76 3000 6000 0112 3456 7890 189"),
    ("iban", "IBAN DE89370400440532013000.", "DE89370400440532013000"),
    ("siren", "SIREN 732 829 320, à Paris", "732 829 320"),
    ("siren", "SIRET 73282932000074", "73282932000074"),
    ("siren", "La Poste, SIRET 35600000000048", "35600000000048"),
    ("nir", "NIR 2 55 08 14 168 025 38", "2 55 08 14 168 025 38"),
    ("nir", "né en Corse, 1 80 03 2A 004 018 " + f"{97 - 1800319004018 % 97:02}", f"1 80 03 2A 004 018 {97 - 1800319004018 % 97:02}"),
    ("address", "au 12 bis, rue de la Paix, 75002 Paris, France", "12 bis, rue de la Paix, 75002 Paris"),
    ("address", "domicilié 4 place Bellecour, à", "4 place Bellecour"),
    ("address", "à 69002 Lyon.", "69002 Lyon"),
    ("address", "of 12 High Street, London SW1A 1AA.", "12 High Street, London SW1A 1AA"),
    ("address", "postcode EC1A 1BB", "EC1A 1BB"),
    ("firm", "la société Abricot Conseil doit", "Abricot Conseil"),
    ("firm", "entre Durand & Fils SARL et le client", "Durand & Fils"),
    ("firm", "SAS Horizon Web, prestataire", "Horizon Web"),
    ("firm", "with Pixelwright Ltd, whose", "Pixelwright"),
    ("person", "M. Jean-Pierre de La Tour a signé", "Jean-Pierre de La Tour"),
    ("person", "Mme Lefèvre refuse", "Lefèvre"),
    ("person", "Maître Dubois nous écrit", "Dubois"),
    ("person", "Mr. John A. Smith said", "John A. Smith"),
    ("person", "Dr O'Connor said", "O'Connor"),
    ("person", "représentée par Karim Benali, gérant", "Karim Benali"),
    ("person", "my name is Jane Doe and", "Jane Doe"),
)  # fmt: skip
NOT_FOUND: tuple[str, ...] = (
    "La redevance est de 123 456 782 euros.",
    "L'article 1231-5 du Code civil et l'article L441-10 du Code de commerce",
    "732 829 321 is no SIREN",
    "2 55 08 14 168 025 39 has a wrong key",
    "DE89370400440532013001 has wrong digits",
    "The Customer and the Provider agree on 30 days' notice.",
    "Le Client et le Prestataire, M. le Président",
    "la société Cliente et l'agence",
    "within 48 hours, 24/7, from 1 January 2027 to 31/12/2029",
    "Monsieur le juge, Madame la greffière",
    "10000 Euros",
    "Cass. com., 29 juin 2010, n° 09-11.841",
)


@pytest.mark.parametrize(("kind", "text", "value"), FOUND)
def test_what_identifies_is_found(kind: str, text: str, value: str) -> None:
    assert (kind, value) in list(found(text))
    mask = Mask()
    (covered,) = mask.cover([text])
    assert value not in covered
    assert re.search(rf"\b{kind.upper()}_1\b", covered)
    assert mask.restore(covered) == text
    assert (kind, 1) in mask.counts


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert list(found(text)) == []
    assert Mask().cover([text]) == [text]


def test_a_name_that_is_marked_once_is_replaced_wherever_it_stands() -> None:
    mask = Mask()
    one, other = mask.cover(["M. Jean Dupont a signé.", "DUPONT et Jean Dupont : « Dupont », dupont-là, Dupontel"])
    assert "Dupont" not in re.sub(r"Dupontel", "", one + other)
    assert "DUPONT" not in other
    assert "Dupontel" in other
    assert mask.restore(other) == "DUPONT et Jean Dupont : « Dupont », dupont-là, Dupontel"


def test_the_same_value_has_the_same_placeholder_throughout() -> None:
    covered = Mask().cover(["a@b.fr and c@d.fr", "c@d.fr, then a@b.fr"])
    assert covered == ["EMAIL_1 and EMAIL_2", "EMAIL_2, then EMAIL_1"]


def test_a_placeholder_in_the_text_is_nobodys() -> None:
    mask = Mask()
    text = "Repeat EMAIL_1, PERSON_7 and TEXT_1 for a@b.fr"
    (covered,) = mask.cover([text])
    assert mask.restore(covered) == text
    assert mask.restore("EMAIL_1") == "a@b.fr", "ours; the reader's own is another placeholder"
    assert "EMAIL_1," not in covered
    assert mask.counts == (("email", 1),)


def test_a_placeholder_that_was_never_given_stays_what_it_is() -> None:
    mask = Mask()
    mask.cover(["a@b.fr"])
    assert mask.restore("PHONE_3, EMAIL_2, EMAIL_11 and EMAIL_1.") == "PHONE_3, EMAIL_2, EMAIL_11 and a@b.fr."


VALUES = st.sampled_from([value for _, _, value in FOUND])
WORDS = st.sampled_from(
    ["M. Durand", "la société Abricot", "EMAIL_1", "PERSON_2", "TEXT_1", "the fee of 1,200 euros", "article L441-10", "\n", "«", "»",
     "PERSON", "SIREN_", "a_1", "Mme Anne Martin,", "Martin", "12 rue Haute, 69001 Lyon"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(VALUES, WORDS, st.text(max_size=12)), max_size=12).map(" ".join)


@hypothesis.settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_nothing_masked_survives_and_everything_comes_back(texts: list[str]) -> None:
    mask = Mask()
    covered = mask.cover(texts)
    assert [mask.restore(text) for text in covered] == texts
    for value in {value for text in texts for kind, value in found(text) if kind != "text"}:
        for text in covered:
            assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)


@hypothesis.settings(deadline=None)
@given(TEXTS, st.data())
def test_how_a_reply_is_cut_makes_no_difference(text: str, data: st.DataObject) -> None:
    mask = Mask()
    (covered,) = mask.cover([text])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(covered)), max_size=8)))
    pieces = [covered[a:b] for a, b in zip([0, *cuts], [*cuts, len(covered)], strict=True)]
    assert "".join(mask.restoring(pieces)) == text


def test_our_own_rules_hold_nothing_to_mask() -> None:
    for template in sorted((ROOT / "model").glob("*.j2")):
        assert list(found(template.read_text("utf-8"))) == [], template.name


def test_every_kind_has_a_pattern() -> None:
    assert {kind for kind, _, _ in FOUND} == set(KINDS) - {"text"}
