"""For whom a request wants its clause."""

from __future__ import annotations

import pytest

from assistant.draft.side import other_sides, side, without
from knowledge.library import load
from knowledge.models import Position

CUES = load().cues


@pytest.mark.parametrize(
    ("request_text", "position"),
    [
        ("a cap, we act for the customer", "customer"),
        ("a cap for our client, the buyer", "customer"),
        ("we're acting for the web agency: a cap", "provider"),
        ("supplier-friendly cap", "provider"),
        ("the vendor's version of the cap", "provider"),
        ("a cap in favour of the provider", "provider"),
        ("a cap, customer side", "customer"),
        ("a cap (provider)", "provider"),
        ("a balanced cap", "balanced"),
        ("a cap that both sides can sign", "balanced"),
        ("un plafond, nous défendons le prestataire", "provider"),
        ("un plafond côté client", "customer"),
        ("un plafond dans l’intérêt du client", "customer"),
        ("un plafond, nous sommes l'avocat de l'hébergeur", "provider"),
        ("un plafond pour mon client l'acheteur", "customer"),
        ("plafond, prestataire", "provider"),
        ("un plafond équilibré", "balanced"),
        # plain words count more than weak ones: the clause is for the provider though it speaks of the customer
        ("response times for the customer, we act for the provider", "provider"),
        ("délais pour le client, on défend le prestataire", "provider"),
        # speaking of a party is not acting for it
        ("the customer may leave at any time", None),
        ("le client peut auditer le prestataire", None),
        ("a liability cap", None),
        ("", None),
    ],
)
def test_positions(request_text: str, position: Position | None) -> None:
    found = side(request_text, CUES)
    assert (found.position if found else None) == position


def test_the_words_that_name_the_side_say_nothing_of_the_subject() -> None:
    request = "a cap, we act for the customer, at 50 %"
    assert without(request, side(request, CUES)) == "a cap,  , at 50 %"
    assert without("a cap", None) == "a cap"


def test_the_other_positions() -> None:
    assert other_sides("balanced") == ("customer", "provider")
