"""What a sentence says that must be the same in both languages: numbers, references, parties, modality, negation, terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, Literal, NamedTuple

from knowledge.models import Language
from knowledge.quantity import ITEM, REFERENCE, quantities

Kind = Literal[
    "number", "date", "reference", "variable", "definition", "term", "party", "modality", "negation", "bound"
]


class Mention(NamedTuple):
    """`text[start:end]` says something of a kind. A `firm` one must have its fellow in the other language; another may be
    the fellow of a firm one. `key` says what it is; those of one `group` can stand for each other."""

    kind: Kind
    group: str
    key: str
    firm: bool
    start: int
    end: int


class Cue(NamedTuple):
    """Words of both languages that say the same, as patterns: fellows of each other first, then of others of their group."""

    kind: Kind
    group: str
    key: str
    firm: bool
    en: str
    fr: str


_S: Final = "[ \u00a0\u202f]"
_NEAR: Final = r"(?:(?![.;:]|\bne |\bn').)"
"""A sign on the way from "ne" to "pas"."""
_CLOSE: Final = r"(?:(?![.;:,]|\bs'|\bsi |\bqu|\bdont |\bne |\bn').)"
"""A sign on the way from "aucun" to "ne"."""

CUES: Final[tuple[Cue, ...]] = (
    Cue("bound", "most", "", True,
        r"at most|not (?:be )?(?:more|longer|higher|greater) than|no (?:more|longer|higher|greater|later) than|at the latest"
        r"|(?:may |must |shall |can)?not exceed(?:ing)?|up to|maximum",
        r"au plus(?: tard)?|au maximum|(?:ne |n')(?:\w+ )?(?:pas )?(?:excéd|dépass)\w+(?: pas)?|jusqu'à"
        r"|maxim(?:um|al|aux|ale|ales)"),
    Cue("bound", "least", "", True, r"at least|no (?:less|fewer|lower|earlier) than|not less than|minimum",
        r"au moins|au minimum|minim(?:um|al|aux|ale|ales)|a minima"),
    Cue("bound", "before", "", True, r"before|prior to|preced\w+|earlier", r"avant|préalabl\w+|antérieur\w*|précéd\w+"),
    Cue("bound", "after", "", True, r"after|following|later", r"(?<!d')après|postérieur\w*|suivant\w*|à l'issue|dès"),
    Cue("negation", "number", "", False, r"nos?\.?(?= ?\d)", r"nos?\.?(?= ?\d)"),
    Cue("negation", "not", "most", False,
        r"(?:not|no) (?:be )?(?:more|longer|higher|greater|later|less|lower|fewer|earlier) than"
        r"|(?:may |must |shall |can)?not exceed(?:ing)?",
        r"(?:ne |n')(?:\w+ )?(?:pas )?(?:excéd|dépass)\w+(?: pas)?"),
    Cue("negation", "not", "delay", False, r"without (?:undue |further |any )?delay|at once|immediate\w*|prompt\w*",
        r"sans (?:attendre|tarder|délai|retard|plus attendre|détour)|meilleurs délais|immédiat\w*|aussitôt"),
    Cue("negation", "not", "until", False, r"until|not yet",
        rf"tant qu(?:e |'){_NEAR}{{1,60}}?\b(?:ne |n'){_NEAR}{{1,40}}?\bpas|pas encore|jusqu'à ce que"),
    Cue("negation", "not", "longer", False, r"no longer|no more", r"(?:ne|n'\w+) (?:\w+ )?plus|^plus d(?:e|'|u|es)|non plus"),
    Cue("negation", "not", "else", False,
        r"if not|or not|otherwise|failing which|failing that|do(?:ne)? without|no matter|whether|if none"
        r"|if (?:it|there) (?:is|provides for) none",
        r"sinon|ou non|à défaut|faute de quoi|sans quoi|s'il n'en \w+ pas"),
    Cue("negation", "not", "neither", False, r"nor", r"ni (?:\w+ )?aucun\w*|ni (?:ne|n')"),
    Cue("negation", "not", "only", False, r"not only|only|solely|just|sole|nothing (?:but|other)|no other|alone|merely|mere",
        r"(?:ne |n')(?:(?![.;:]|, et|\bpas\b|\bni\b|\baucun|\brien\b|\bsans\b).){1,70}? qu"
        r"(?:e|'(?:à|en|un|une|au|aux|avec|après|autant|elles?|ils?))\b"
        r"|seul\w*|uniquement|exclusivement|non seulement|simple\w*|rien d'autre"),
    Cue("negation", "not", "unless", False,
        r"unless|no more(?= rights)|except\w*|save(?= that| for| where| an?)|other than|apart from|exclud\w+"
        r"|exclusions?|outside|beyond|away",
        rf"sauf|hormis|hors|à moins (?:que {_NEAR}{{1,50}}?\b(?:ne |n')|de\b|d')?|excepté|exclu(?!si)\w+|exclusions?|au-delà"
        r"|en dehors|autres? que|exceptions?|réserve|pas (?:plus|au-delà|à moins|seulement)"),
    Cue("negation", "not", "not", True, r"\w+n't|cannot|not|no|none|nobody|no one|nothing|nowhere|without|never|neither",
        rf"(?:ne |n'){_NEAR}{{0,70}}?\b(?:pas|point|aucun\w*|rien|personne|guère|jamais|nul|nulle|ni)"
        rf"|(?:aucun|aucune|nul|nulle|rien|personne|jamais|ni)\b{_CLOSE}{{0,90}}?\b(?:ne |n')(?:{_NEAR}{{0,25}}?\bjamais)?"
        r"|(?:ne |n')(?:peu|pou|sau)\w+|sans (?:(?![.;:]).){0,40}?(?:aucun\w*|rien|personne|,? ou sans)|sans|aucun\w*"
        r"|jamais|rien|pas"
        r"|(?<=et )non(?! plus| \w+(?:é|ée|és|ées|ive|ible|able)\b)|(?<=mais )non|(?<=, )non(?! plus)|^[ -]*non"
        r"|non(?=[,:;. ]*$|,| :)"),
    Cue("negation", "not", "neither", False, "nor", "ni"),
    Cue("negation", "not", "un", False,
        r"un(?!der|ion|iq|it|iv|til|less|ila|due)\w{3,}|non-\w+|\w{3,}less|im(?:possib|proper|perfect|prec|prud|mov)\w*"
        r"|illegal\w*"
        r"|in(?:valid|complet|suffic|capa|effective|abil|accu|access|adeq|admiss|applic|compat|correct|depend|direct|visib"
        r"|definit|formal\b|consist|alter|operat|accur)\w*|ir(?:rev|reg|recov|redeem)\w*|dis(?:prop|agree|appear|honest)\w*",
        r"non|im(?:possib|propre|parf|préc|prud|prév|pay|pré)\w*|illi\w+|ir(?:rév|rég|récup|réf)\w*|dis(?:prop|par)\w*"
        r"|in(?:valid|complet|suffis|capa|effic|access|adapt|admiss|applic|compat|correct|dépend|direct|visib|formel|alt"
        r"|just|util|oppos|dispo|exact|conn|exécut|déterm|défin|fond|utilis|achev|dû|aptitude|exist|vari|contest|discut"
        r"|solu|certi|egal|égal|usuel|habituel|trouv|chang|licite|cohér|attendu|différ)\w*|désaccord\w*"),
    Cue("negation", "not", "fail", False,
        r"fail\w*|short of|declin\w*",
        r"manqu(?!ement)\w*|défaut d\w*|défaill\w*|faute d\w*|échou\w*|échec\w*"),
    Cue("negation", "not", "refuse", False, r"refus\w*|den(?:y|ies|ied)", r"refus\w*|déclin\w*"),
    Cue("negation", "not", "absence", False, r"absen\w*|lack\w*|missing|unexplained|unanswered", r"absen\w*|dépourvu\w*|zéro"),
    Cue("negation", "not", "prevent", False, r"prevent(?!ive)\w*|stop\w*|ceas\w*|obstacles?|bar(?:s|red)?",
        r"empêch\w*|cess(?:e|er|ent|é|és|ée|ées|era|ation)|arrêt\w*|obstacles?|préserv\w*"),
    Cue("negation", "not", "forbid", False, r"forbid\w*|prohibit\w*|bans?|banned", r"interdi\w*|prohib\w*"),
    Cue("negation", "not", "void", False, r"void\w*|null\w*", r"nul\w*"),
    Cue("negation", "not", "silent", False, r"silen\w+", r"muet\w*|silen\w+|tai(?:t|sent)"),
    Cue("negation", "not", "exempt", False,
        r"exempt\w*|dispens\w*|releas\w*|relieve\w*|clear\w*",
        r"dispens\w*|exonér\w*|libèr\w*|libér\w*"),
    Cue("negation", "not", "waive", False, r"waiv\w*|abandon\w*", r"renonc\w*|abandon\w*|prive\w*"),
    Cue("negation", "not", "less", False, r"less|little|few|fewer|least", r"moins|peu|moindre\w*"),
    Cue("negation", "not", "rather", False, r"rather|instead|in place", r"plutôt|à la place|au lieu"),
    Cue("negation", "not", "hardly", False, r"hardly|seldom|rare\w*|harder|hard|difficult\w*",
        r"rare\w*|mal|difficile\w*|loin|échapp\w*"),
    Cue("negation", "not", "avoid", False, r"avoid\w*|keep\w* out", r"évit\w*"),
    Cue("negation", "not", "differ", False,
        r"differ\w*|contrary|opposite|wrong\w*|wors\w*",
        r"différ(?!end)\w*|contraires?|étrang\w+|mauvais\w*|divers\w*"),
    Cue("negation", "not", "free", False, r"free(?: of charge)?", r"gratuit\w*|libre\w*"),
    Cue("negation", "not", "aside", False, r"(?:set|left|put) aside", r"écart\w*"),
    Cue("negation", "not", "lay", False,
        r"lay|falls? away|more than|no effect|as soon as|laym[ae]n|secret\w*|strict\w*|skip\w*|brok\w*",
        r"profane\w*|ignor\w*|sans effet|ignor\w*|malgré|secret\w*|introuvable\w*|se passer|à l'abri"),
    Cue("negation", "not", "", False, "", r"ne|n'|personne (?=pour|de)"),
    Cue("modality", "may", "", False, r"perhaps|maybe", r"peut-être"),
    Cue("modality", "may", "may", True,
        r"may(?! (?:19|20)\d\d)|might",
        r"peu(?:t|vent|x)|pou(?:rr\w+|vez|vons|viez|vions|vai\w+|voir(?! d)|vant)|puis(?=-je)"),
    Cue("modality", "may", "can", False, r"can|can't|cannot|could", ""),
    Cue("modality", "may", "", False,
        r"entitled|rights?|free to|allow\w*|possib\w+|able|permit\w*|authoris\w+|likely|lets?|powers?|ability|enables?|liberty"
        r"|leaves?|choice|need not",
        r"s(?:e |')\w+|droit (?:de|d'|à)|libres? de|permet\w*|permis\w*|autoris\w*|possib\w+|susceptible\w*|facult\w+|admet\w*"
        r"|pu|puiss\w+|en mesure|en droit|\w+rai(?:t|ent)|sau(?:r|v)\w+|choix|risque\w*"),
    Cue("modality", "must", "must", True, r"must|ha(?:s|ve|d) to",
        r"doi(?:t|vent|s)|dev(?:ra|ront|rait|raient|ez|ons|rez|riez|ait|aient)|(?:il )?faut"),
    Cue("modality", "must", "should", False, r"shall|should|ought|owes?|owed", ""),
    Cue("modality", "must", "", False,
        r"is to|are to|requir\w+|oblig\w+|undertak\w+|dut(?:y|ies)|need\w*|b[oi]und\w*|binding|necess\w+|mandatory|compulsory"
        r"|demand\w*|calls? for|commit\w*|due|to be|falls to|supposes?|expects?|expected|remain\w*|wants?|asks?",
        r"tenu\w*|s'engage\w*|s'oblige\w*|obligatoire\w*|obligations?|oblige\w*|impos\w*|exig\w*|requi\w+|requér\w*|nécess\w+"
        r"|devoirs?|dus?|dues?|à \w+(?:er|ir|re)|reste\w*|incomb\w*|li(?:er|e|ent)|suppos\w*|veut|veulent|demand\w*|appelle\w*"
        r"|convient|attend\w*|besoin\w*|falloir|fallait|faudra\w*"),
    Cue("party", "customer", "", True, r"(?:customer|client)s?", r"clients?|clientes?"),
    Cue("party", "provider", "", True, r"providers?", r"prestataires?"),
    Cue("party", "each", "", False,
        r"it|its|they|their|them|you|your|the other|each party|the former|the latter|neither|one|who|which|that",
        r"il|ils|elle|elles|lui|leur|leurs|son|sa|ses|le|la|l'|les|vous|votre|vos|l'autre|chacun\w*|celui-ci|celui"
        r"|celle-ci|en|y"
        r"|qui|dont|soi|notre|nos|nous"),
)  # fmt: skip
"""Earlier cues go first: what one has read, the later ones of its kind do not read again."""

_MONTHS: Final[dict[Language, str]] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
_DATE: Final = {
    lang: re.compile(
        rf"(?:\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?{_S}(?:of{_S})?)?\b(?P<month>{'|'.join(names.split())})\b"
        rf"(?:{_S}(?P<year>(?:19|20)\d\d)\b)?",
    )
    for lang, names in _MONTHS.items()
}
_LAW = re.compile(rf"\b(?:[LRD]\.?{_S}?)?\d{{2,4}}[-/]\d+(?:[-./]\d+)*\b")
_LEVEL = re.compile(r"\b[PN]\d\b")
_ROUND = re.compile(
    rf"\b24{_S}?h(?:eures)?{_S}?(?:/|sur){_S}?24\b|\b7{_S}?j(?:ours)?{_S}?(?:/|sur){_S}?7\b|\b24/7\b|\b\d+°"
)
"""Round the clock, and the numbered paragraph of a statute: no numbers of their own."""
_PARAGRAPH = re.compile(r"(?:paragraphe?s?|points?)[ \u00a0\u202f]$", re.IGNORECASE)
_BRACKETS = re.compile(r"\((\d+)\)")
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»")
_DEFINED = re.compile(
    r"\((?:(?:an?|the|each|every|together|le|la|les|l'|un|une|chacun\w*|ensemble|ci-après)[ ,]*){0,3}"
    r"(?:[\"“]|«\s?)[^\"”»]+(?:[\"”]|\s?»)\)",
    re.IGNORECASE,
)


@cache
def _patterns(lang: Language) -> tuple[re.Pattern[str], ...]:
    """One pattern a kind, with a group for each cue: at one place, the earlier cue reads."""
    sources: dict[Kind, list[str]] = {}
    for number, cue in enumerate(CUES):
        source = cue.en if lang == "en" else cue.fr
        if source:
            sources.setdefault(cue.kind, []).append(f"(?P<cue{number}>{source})")
    return tuple(
        re.compile(rf"(?<![\w-])(?:{'|'.join(each)})(?:(?!\w)|(?<=[' ]))", re.IGNORECASE) for each in sources.values()
    )


def mentions(text: str, lang: Language, terms: Mapping[str, tuple[str, ...]] | None = None) -> list[Mention]:
    """What `text` says of every kind. `terms` are the forms of defined terms in this language, by key."""
    found = [*_exact(text, lang)]
    found += _terms(text, terms or {})
    found += _read(text, lang)
    return found


def _exact(text: str, lang: Language) -> Iterator[Mention]:
    """What is written in figures or braces; what one kind has read, the next does not read again."""
    for match in _VARIABLE.finditer(text):
        yield Mention("variable", match[1], match[1], True, *match.span())
    text = _VARIABLE.sub(_blank, text)
    for match in _DEFINED.finditer(text):
        yield Mention("definition", "", "", True, *match.span())
    text = _ROUND.sub(_blank, text)
    yield from _references(text)
    text = _LEVEL.sub(_blank, _LAW.sub(_blank, REFERENCE.sub(_blank, text)))
    for match in _DATE[lang].finditer(text):
        month = _MONTHS[lang].lower().split().index(match["month"].lower()) + 1
        key = f"{match['year'] or ''}-{month:02}-{int(match['day'] or 0):02}"
        yield Mention("date", key, key, bool(match["day"] or match["year"]), *match.span())
    text = _DATE[lang].sub(_blank, text)
    for one in quantities(text, lang):
        yield Mention("number", f"{one.value:g}", one.unit, one.firm, one.start, one.end)


def _references(text: str) -> Iterator[Mention]:
    """Articles, laws and levels of severity, each number by itself; a paragraph of an article only where it is named."""
    for match in REFERENCE.finditer(text):
        for item in _BRACKETS.finditer(match[0]):
            yield _reference(f"§{item[1]}", match.start() + item.start(), match.start() + item.end())
        for item in re.finditer(ITEM, re.sub(r"\(\w+\)", _blank, match[0])):
            mark = "§" if _PARAGRAPH.search(match[0], 0, item.start()) else ""
            yield _reference(mark + item[0], match.start() + item.start(), match.start() + item.end())
    text = REFERENCE.sub(_blank, text)
    for pattern in (_LAW, _LEVEL):
        for match in pattern.finditer(text):
            yield _reference(match[0], *match.span())


def _reference(number: str, start: int, end: int) -> Mention:
    key = re.sub(r"[.\s]|er$|re$", "", number).rstrip("-")
    return Mention("reference", key, key, True, start, end)


def _blank(match: re.Match[str]) -> str:
    return "¤" * len(match[0])


def _terms(text: str, terms: Mapping[str, tuple[str, ...]]) -> Iterator[Mention]:
    """Defined terms, the longest first: "Personal Data" is no "Data". A single word at the head of a sentence may be one."""
    forms = {form: key for key, wordings in terms.items() for form in wordings}
    if not forms:
        return
    text = _QUOTED.sub(_blank, text)
    opening = re.match(r"[\s\d.(*#-]*", text)
    first = opening.end() if opening else 0
    pattern = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
        key = forms[match[0]]
        ambiguous = match.start() == first and " " not in match[0]
        yield Mention("term", key, key, not ambiguous, *match.span())


def _read(text: str, lang: Language) -> Iterator[Mention]:
    for pattern in _patterns(lang):
        for match in pattern.finditer(text):
            cue = CUES[int((match.lastgroup or "").removeprefix("cue"))]
            yield Mention(cue.kind, cue.group, cue.key, cue.firm, *match.span())
