"""The certificate of a passed assessment, on one page: who, when, how well, and where it can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from assistant.quiz.record import Sitting
from knowledge.models import Language
from knowledge.typography import day, number
from prompts.document import Document, Paragraph, Run
from prompts.document import ParagraphStyle as Style
from prompts.pdf import pdf

_TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "title": "Certificate of training",
        "subject": "IT-services and website-maintenance contracts under French law",
        "bearer": "This is to certify that",
        "passed": "passed on {day} an assessment of {of} questions on formation and scope, maintenance, service levels, money, "
        "people, liability, data and security, rights and exit, breach and disputes, with {score} of {of} points "
        "({pass_mark} were needed).",
        "number": "Certificate {number}",
        "check": "It can be checked at {address}",
        "notice": "This certificate attests to training. It is no legal advice and no professional qualification.",
    },
    "fr": {
        "title": "Certificat de formation",
        "subject": "Contrats de services informatiques et de maintenance de sites web en droit français",
        "bearer": "Il est certifié que",
        "passed": "a réussi le {day} une évaluation de {of} questions sur la formation et le périmètre, la maintenance, "
        "les niveaux de service, le prix, les personnes, la responsabilité, les données et la sécurité, les droits et la sortie, "
        "l'inexécution et les litiges, avec {score} points sur {of} (il en fallait {pass_mark}).",
        "number": "Certificat {number}",
        "check": "Il peut être vérifié à l'adresse {address}",
        "notice": "Ce certificat atteste d'une formation. Il ne vaut ni conseil juridique ni qualification professionnelle.",
    },
}


def certificate(sitting: Sitting, outcome: Mapping[str, Any], name: str, address: str, lang: Language) -> bytes:
    """The PDF of a certificate that was given; `address` is where it can be checked."""
    said = _TEXTS[lang]
    assert sitting.finished_at is not None
    assert sitting.score is not None
    values = {
        "day": day(sitting.finished_at.date(), lang),
        "of": outcome["of"],
        "score": number(sitting.score, lang),
        "pass_mark": outcome["pass_mark"],
        "number": sitting.certificate,
        "address": address,
    }
    lines: tuple[tuple[str, Style], ...] = (
        (said["title"], "title"),
        (said["subject"], "subtitle"),
        (said["bearer"], "text"),
        (" ".join(name.split()), "subtitle"),
        (said["passed"].format(**values), "text"),
        (said["number"].format(**values), "text"),
        (said["check"].format(**values), "text"),
        (said["notice"], "note"),
    )
    blocks = tuple(Paragraph((Run(text),), style) for text, style in lines)
    return pdf(Document(said["title"], lang, blocks, footer=said["number"].format(**values), subject=said["subject"]))
