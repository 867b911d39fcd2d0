"""Which of the two languages a text is in, short and misspelled questions included."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from knowledge.models import Language

READ = 20_000
"""Characters that are looked at: the beginning decides for a long document."""

LEADING = 3
"""Words at the beginning that count double: "what does mise en demeure mean" is an English question."""

_FRENCH: dict[float, str] = {
    3: """
    le la les des du une et est ce cet cette ces que qui quoi dans pour par avec sans chez il elle ils elles je nous
    vous ne pas mon ma mes ses notre nos votre vos leur leurs au aux ou mais donc quand lorsque combien pourquoi
    quel quelle quels quelles entre avant pendant depuis tout tous toute toutes rien jamais encore deja aussi alors
    ainsi meme trop peu etre suis sommes etes sont etait avez avons ont avait aura faire fait faut peut peux peuvent
    pouvez pouvons doit dois doivent devons devez veut veux voudrais oui merci bonjour salut autre chaque selon afin
    lui eux moi toi soi ici aucun aucune plusieurs quelque parce lors jour jours mois voici voila celle celui veuillez
    jusqu puisque sinon beaucoup seulement toujours
    koi kwa ke ki kel pq pcq pke jpeux jveux jsuis jdois jfais chui ya svp stp slt bjr bsr cdt mdr dsl tkt qqn qqch
    tjs tjrs jms bcp ouais sest cest jai jamai fodrai dlagence lagence keske quest kan kom kfaire yapa yora
    """,
    2: """
    de un en sur sous se si tu te ta ton son sa comme comment apres plus moins tres avoir ans fois nul suite hors
    c j g qu ca cela ds ns qd pk pr tt tte fo pa yen dun presta boite genre truc nan repon comben
    preavis resiliation resilier resilie penalite penalites penal penale penales prestataire prestation contrat contrats
    avenant hebergement hebergeur reversibilite sauvegarde sauvegardes donnee donnees loi tribunal juge facture factures
    impaye impayee devis astreinte recette responsabilite plafond garantie forfait traitance traitant cession mise
    demeure modele droit droits societe entreprise logiciel panne retard amende moyens resultat cahier charges recours
    litige preuve cgv cgu rgpd cnil tma gti gtr maj ttc tva inclu inclus signe signee urgence traduire duree ouvrees
    propriete confidentialite resume tacite reconduction indemnite delai paye payer paie paiement informatique
    """,
    1: """
    non dit dire deux trois hs code civil cas remboursement transfert niv valable obligatoire contractuel tech
    """,
}
"""French words by weight, without accents; each list runs from grammar to chat to contracts."""

_ENGLISH: dict[float, str] = {
    3: """
    the of and to is was were be been being isn aren wasn that this these those it its they them their we our you your
    he she his her my does did doesn didn should could would must shall will when what which who whose how why where
    with from for by at any there here have has had having about before after between under then than because such
    each every some only just into onto again much many too yes please thanks thank hello need needs want wants gets
    got give gives makes made take takes taken tell told says said ask asks know mean means let like help still within
    while until unless whether both either neither hereby thereof years months hours days
    u ur b4 pls plz thx cuz coz wont cant isnt arent doesnt didnt wasnt havent hasnt shouldnt wouldnt couldnt gonna
    wanna gotta hav wat wut whats thats whos hows ive youre theyre theyve weve tho thru ppl dosnt realy im
    """,
    2: """
    i in are do don can may might if an all but or so as not no other us out up off more more most few very get make
    look own upon without day month year hour late next first last one two hi hey done cannot also lol btw w r
    notice terminate cancel breach fees fee vendor supplier provider customer agency agreement contract law
    court judge invoice invoices unpaid quote hosting liability cap warranty penalty penalties credits remedy
    renewal amendment website outage owns owner owned rights company business insurance lawyer lawsuit sue damages
    formal mandatory valid lost pay paid right updates sign signed dispute evidence payment
    """,
    1: """
    difference section termination backup backups data deadline update software down uptime template support legal site
    exit gdpr
    """,
    0.5: "a",
}
"""English words by weight, ordered likewise."""

_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’](?=[aeiouyhàâéèêëîïôœ])", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?<=[a-z])(?:n['’]t|['’](?:s|re|ve|ll|m|d))\b", re.IGNORECASE)
_JOINED = re.compile(f"{_ELISION.pattern}|{_CONTRACTION.pattern}", re.IGNORECASE)
_MARKS = (
    (_ELISION, 3.0),
    (_CONTRACTION, -3.0),
    (re.compile(r"\w\)? [?!:;]"), 0.5),
    (re.compile(r"\b[LRD]\. ?\d|\b[LRD]\d{2,4}-\d|\b\d{3,4}-\d+\b"), 1.0),
    (re.compile(r"\d\([a-z\d]\)"), -0.5),
)
"""What is not a word: elisions, contractions, the space before a question mark, how articles are numbered."""
_ACCENT = re.compile(r"[àâçéèêëîïôœùûÀÂÇÉÈÊËÎÏÔŒÙÛ]")
_QUOTED = re.compile(r"\"[^\"\n]{1,200}\"|“[^”\n]{1,200}”|«[^»\n]{1,200}»")
_WORD = re.compile(r"[^\W\d_]+(?:\d(?!\w))?")
_FRENCH_SHAPE = re.compile(
    r"^(?:qu(?!i(?:ck|t|et|z)|e(?:st|ue|ry)|ot|al|an)|h?eur|aujourd|soci)|eau|eux|aux$|oeu|euil|aill|eill|ouill|gne|"
    r"(?:eur|eurs|euse|euses|oire|oires|ois|ais|ait|aient|ez|ier|iere|ieres|elle|elles|ette|ique|iques|isme|"
    r"ifs?|ives?|[ae]ntes?|ee|ees|aires?|oi|ou|ie|ies|que|ques|les|tres?|res)$"
)
_ENGLISH_SHAPE = re.compile(
    r"[wk]|th|sh|gh|oo|ee(?!s?$)|ck|ea[dklmrt]|ow|ay$|ey$|oy$|[^aeo]y$|"
    r"(?:ing|ed|ly|ness|ful|less|ies|ty|cy|al|als|ic|ous|ers?|ors?|[bdglmnrst]s)$"
)


def detect(text: str) -> Language:
    """The language of `text`; English when nothing tells.

    Words, spelling, accents and punctuation are weighed; no library and no model, because neither was better. Right on
    the team's questions (160), short and misspelled questions written for tuning (95), others kept apart (134), the
    first three and the first word of Canadian acts (1,978 each): this module 100, 100, 94, 99 and 88 %; lingua with two
    languages 100, 83, 90, 96 and 92 % (0.5 s to load, 94 MB); py3langid 100, 88, 90, 83 and 78 % (1.1 s, 120 MB).
    This one loads in 20 ms, takes 2 MB, and about 30 microseconds a question.
    """
    return "fr" if score(text) > 0 else "en"


def score(text: str) -> float:
    """How much speaks for French (above zero) or English (below), in no particular unit."""
    text = unicodedata.normalize("NFC", text[:READ])
    bare = _QUOTED.sub(" ", text)
    if not _WORD.search(bare):
        bare = text
    marks = sum(weight * len(mark.findall(bare)) for mark, weight in _MARKS)
    shouting = bare.isupper()
    weights = [_weight(word, shouting) for word in _WORD.findall(_JOINED.sub(" ", bare))]
    return marks + sum(weights) + sum(weights[:LEADING])


def _weight(word: str, shouting: bool) -> float:
    """What one word says: its entry in the lists, or its spelling where it is in neither."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
    lexicon = _lexicon()
    listed = lexicon.get(plain) or lexicon.get(plain.removesuffix("s"))
    accents = 1.5 * bool(_ACCENT.search(word))
    if word.isupper() and 1 < len(word) < 5 and not shouting:
        return max(listed or 0.0, 0.0) + accents  # an acronym: IT and US are not words here
    if listed is not None:
        return listed + accents
    if len(plain) < 3:
        return accents
    return accents + 0.75 * bool(_FRENCH_SHAPE.search(plain)) - 0.75 * bool(_ENGLISH_SHAPE.search(plain))


@cache
def _lexicon() -> dict[str, float]:
    """Every listed word with its weight, French above zero."""
    words = {word: +weight for weight, listed in _FRENCH.items() for word in listed.split()}
    words.update({word: -weight for weight, listed in _ENGLISH.items() for word in listed.split()})
    return words
