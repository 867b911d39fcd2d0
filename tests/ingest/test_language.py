"""English or French, also where nobody minds the spelling."""

from __future__ import annotations

import time

import pytest

from knowledge.language import detect

FRENCH = """
c koi une clause penale
SLA 99.9 ok ?
GTI GTR diff svp
ya un preavis ?
jpeux resilier quand
RESILIATION ANTICIPEE
code source a qui
presta injoignable
rgpd sous traitance
le site est down
g pas signé
cest legal sa
combien
et si non
contrat maintenance informatique
article 1231-5
facture impayee il coupe le site
Est ce que le SLA de uptime est negotiable
c'est quoi le "service level agreement"
traduire "limitation of liability" svp
maj wordpress inclus
prestation IT au forfait
qu’est-ce que l’astreinte
art. L441-10
"""
ENGLISH = """
do they hav to tell us b4
whats gti
is that ok
can i cancel
NOTICE PERIOD
service credits
who owns the code
agency ghosted us
gdpr processor
site is down
i didnt sign
is dis legal
how much
and if not
IT maintenance contract
section 28(3)
unpaid invoice they cut the site
is a clause de réversibilité needed
what does "mise en demeure" mean
difference between obligation de moyens and obligation de résultat
wordpress updates included
non solicitation clause valid
what's the résumé of it
ok
"""


@pytest.mark.parametrize("text", FRENCH.strip().splitlines())
def test_french(text: str) -> None:
    assert detect(text) == "fr"


@pytest.mark.parametrize("text", ENGLISH.strip().splitlines())
def test_english(text: str) -> None:
    assert detect(text) == "en"


def test_long_and_strange_texts_take_no_time() -> None:
    started = time.monotonic()
    for text in ("", "?!", "é" * 10**6, "a " * 10**6, "«" * 10**6, '"' * 10**6, "l'" * 10**6, "1(" * 10**6):
        detect(text)
    assert time.monotonic() - started < 1
