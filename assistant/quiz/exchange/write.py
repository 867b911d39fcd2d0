"""Items written for other systems."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

from assistant.quiz.exchange.sheet import Answer, Sheet, sheets
from knowledge.errors import InvalidInput
from knowledge.models import Language
from knowledge.quiz import Item

Format = Literal["anki", "gift", "xml", "qti", "csv"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
ENDINGS: Final[Mapping[Format, str]] = {"anki": "txt", "gift": "gift", "xml": "xml", "qti": "zip", "csv": "csv"}
TYPES: Final[Mapping[Format, str]] = {
    "anki": "text/plain; charset=utf-8",
    "gift": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "qti": "application/zip",
    "csv": "text/csv; charset=utf-8",
}
MOST: Final = 8
"""Answers for which a CSV has columns."""
COLUMNS: Final = (
    "id", "type", "topic", "objective", "level", "difficulty", "stem", "explanation", "source", "quote", "authorities",
    "value", "tolerance", "unit", *(f"{name}_{n}" for n in range(1, MOST + 1) for name in ("answer", "right", "why")),
)  # fmt: skip
_QTI: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
_RESPONSES: Final[Mapping[str, tuple[str, str]]] = {
    "choice": ("single", "identifier"),
    "multiple": ("multiple", "identifier"),
    "match": ("multiple", "directedPair"),
    "number": ("single", "float"),
    "essay": ("single", "string"),
}
"""How many responses of which type an item takes."""
BREAK: Final = r"\n"
"""What GIFT writes for a new line."""
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")


def export(items: Mapping[str, Item], lang: Language, form: Format) -> bytes:
    """The items in a language and a format; the same items give the same bytes. Raises `InvalidInput` for another format."""
    if form not in _WRITERS:
        raise InvalidInput(f"there is no format {form!r}: choose of {', '.join(FORMATS)}")
    return _WRITERS[form](list(sheets(items, lang)), lang)


# --- Anki: its own text format, with names by which notes are recognised when they come again ---


def anki(found: Sequence[Sheet], lang: Language) -> bytes:
    """Notes with front and back, which Anki updates in place when they are imported again."""
    head = [
        "#separator:tab",
        "#html:true",
        "#guid column:1",
        "#notetype:Basic",
        f"#deck:Clausier ({lang})",
        "#tags column:4",
    ]
    rows = [
        "\t".join((f"clausier-{one.id}-{lang}", _front(one), _back(one), f"{one.topic} {one.objective}"))
        for one in found
    ]
    return ("\n".join((*head, *rows)) + "\n").encode()


def _front(one: Sheet) -> str:
    shown = [answer.text for answer in one.answers] if one.kind in ("choice", "multiple", "match") else []
    rights = sorted({answer.match for answer in one.answers}) if one.kind == "match" else []
    return _cell(f"<p>{_flat(one.stem)}</p>{_list(shown)}{_list(rights)}")


def _back(one: Sheet) -> str:
    if one.kind == "number":
        key = f"<p><b>{one.figure} {_flat(one.unit)}</b></p>"
    elif one.kind == "match":
        key = _list([f"{answer.text} → {answer.match}" for answer in one.answers])
    else:
        key = _list([answer.text for answer in one.answers if answer.correct])
    whys = _list([f"{answer.text} – {answer.why}" for answer in one.answers])
    return _cell(f"{key}<p>{_flat(one.told)}</p>{whys}<p>{_flat(one.source)}</p>")


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_flat(text)}</li>' for text in texts)}</ul>" if texts else ""


def _flat(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False)


def _cell(text: str) -> str:
    """A field as Anki reads CSV: quoted, because it holds quotes."""
    return '"' + text.replace('"', '""') + '"'


# --- GIFT ---


def gift(found: Sequence[Sheet], _lang: Language) -> bytes:
    """Moodle's GIFT; what GIFT does not know stands in comments, which this product reads again."""
    return ("\n\n".join(map(_gift, found)) + "\n").encode()


def _gift(one: Sheet) -> str:
    tags = {"type": one.type, "unit": one.unit, "topic": one.topic, "objective": one.objective, "level": one.level,
            "difficulty": one.difficulty, "source": one.source, "authorities": ",".join(one.authorities)}  # fmt: skip
    line = " ".join(f"[tag:{name}={value}]" for name, value in tags.items() if value)
    body = f"{{{_gift_answers(one)}\n####{_escaped(one.explanation)}{BREAK}{_escaped(one.quoted)}\n}}"
    return f"// [id:{one.id}] {line}\n{_gift_parts(one)}::{_escaped(one.id)}::{_escaped(one.stem)} {body}"


def _gift_parts(one: Sheet) -> str:
    """The reasons of pairs and the elements of a text, for which GIFT has no place, a comment each."""
    if one.kind not in ("match", "essay"):
        return ""
    parts: list[dict[str, Any]] = [{"why": _line(answer.why)} for answer in one.answers]
    if one.kind == "essay":
        parts = [{"text": _line(a.text), "why": _line(a.why), "said": list(a.said)} for a in one.answers]
    return "".join(f"// [part:{json.dumps(part, ensure_ascii=False)}]\n" for part in parts)


def _line(text: str) -> str:
    return " ".join(text.split())


def _gift_answers(one: Sheet) -> str:
    if one.kind == "number":
        return f"#{one.figure}:{one.within}"
    if one.kind == "match":
        return "".join(f"\n={_escaped(answer.text)} -> {_escaped(answer.match)}" for answer in one.answers)
    if one.kind == "multiple":
        share = f"{100 / sum(answer.correct for answer in one.answers):.5g}"
        marks = {True: f"~%{share}%", False: "~%-100%"}
        return "".join(
            f"\n{marks[answer.correct]}{_escaped(answer.text)}#{_escaped(answer.why)}" for answer in one.answers
        )
    if one.kind == "choice":
        return "".join(
            f"\n{'=' if answer.correct else '~'}{_escaped(answer.text)}#{_escaped(answer.why)}"
            for answer in one.answers
        )
    return ""


def _escaped(text: str) -> str:
    return re.sub(r"([\\~=#{}:])", r"\\\1", " ".join(text.split()))


# --- Moodle XML ---


def xml(found: Sequence[Sheet], lang: Language) -> bytes:
    """Moodle's XML."""
    from lxml import etree

    quiz = etree.Element("quiz")
    category = etree.SubElement(quiz, "question", type="category")
    _text(etree.SubElement(category, "category"), f"$course$/Clausier ({lang})")
    for one in found:
        _moodle(quiz, one)
    return etree.tostring(quiz, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _moodle(quiz: Any, one: Sheet) -> None:
    from lxml.etree import SubElement

    kinds = {
        "choice": "multichoice",
        "multiple": "multichoice",
        "match": "matching",
        "number": "numerical",
        "essay": "essay",
    }
    question = SubElement(quiz, "question", type=kinds[one.kind])
    _text(SubElement(question, "name"), one.id)
    _text(SubElement(question, "questiontext", format="html"), f"<p>{html.escape(one.stem, quote=False)}</p>")
    _text(SubElement(question, "generalfeedback", format="html"), f"<p>{html.escape(one.told, quote=False)}</p>")
    SubElement(question, "idnumber").text = f"clausier-{one.id}-{one.lang}"
    if one.kind in ("choice", "multiple"):
        SubElement(question, "single").text = str(one.kind == "choice").lower()
        SubElement(question, "shuffleanswers").text = "true"
        share = 100 / sum(answer.correct for answer in one.answers)
        wrong = 0 if one.kind == "choice" else -100
        for answer in one.answers:
            node = SubElement(question, "answer", fraction=f"{share if answer.correct else wrong:.5g}", format="html")
            _text(node, html.escape(answer.text, quote=False))
            _text(SubElement(node, "feedback", format="html"), html.escape(answer.why, quote=False))
    elif one.kind == "match":
        SubElement(question, "shuffleanswers").text = "true"
        for answer in one.answers:
            node = SubElement(question, "subquestion", format="html")
            _text(node, html.escape(answer.text, quote=False))
            _text(SubElement(node, "answer"), answer.match)
    elif one.kind == "number":
        node = SubElement(question, "answer", fraction="100", format="moodle_auto_format")
        _text(node, one.figure)
        SubElement(node, "tolerance").text = one.within
    tags = SubElement(question, "tags")
    for tag in (one.topic, one.objective, one.level):
        _text(SubElement(tags, "tag"), tag)


def _text(node: Any, text: str) -> None:
    from lxml.etree import SubElement

    SubElement(node, "text").text = " ".join(text.split())


# --- QTI 2.1: a content package with a file an item ---


def qti(found: Sequence[Sheet], lang: Language) -> bytes:
    """A QTI 2.1 content package."""
    from lxml import etree

    packed = io.BytesIO()
    manifest = etree.Element(f"{{{_PACKAGE}}}manifest", nsmap={None: _PACKAGE}, identifier=f"clausier-{lang}")
    metadata = etree.SubElement(manifest, f"{{{_PACKAGE}}}metadata")
    etree.SubElement(metadata, f"{{{_PACKAGE}}}schema").text = "QTIv2.1 Package"
    etree.SubElement(metadata, f"{{{_PACKAGE}}}schemaversion").text = "1.0.0"
    etree.SubElement(manifest, f"{{{_PACKAGE}}}organizations")
    resources = etree.SubElement(manifest, f"{{{_PACKAGE}}}resources")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found:
            path = f"items/{one.id}.xml"
            resource = etree.SubElement(
                resources, f"{{{_PACKAGE}}}resource", identifier=f"item-{one.id}", type="imsqti_item_xmlv2p1", href=path
            )
            etree.SubElement(resource, f"{{{_PACKAGE}}}file", href=path)
            _stored(archive, path, etree.tostring(_item(one), xml_declaration=True, encoding="UTF-8"))
        _stored(archive, "imsmanifest.xml", etree.tostring(manifest, xml_declaration=True, encoding="UTF-8"))
    return packed.getvalue()


def _stored(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _item(one: Sheet) -> Any:
    from lxml import etree

    def add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
        node = etree.SubElement(
            parent, f"{{{_QTI}}}{name}", {key.rstrip("_"): value for key, value in attributes.items()}
        )
        node.text = " ".join(text.split()) if text is not None else None
        return node

    root = etree.Element(
        f"{{{_QTI}}}assessmentItem", nsmap={None: _QTI}, identifier=f"item-{one.id}", title=one.id, adaptive="false",
        timeDependent="false",
    )  # fmt: skip
    root.set("{http://www.w3.org/XML/1998/namespace}lang", one.lang)
    cardinality, base = _RESPONSES[one.kind]
    declared = add(root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=base)
    rights = list(dict.fromkeys(answer.match for answer in one.answers))
    keys = _qti_keys(one, rights)
    if keys:
        correct = add(declared, "correctResponse")
        for key in keys:
            add(correct, "value", key)
    score = add(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    add(add(score, "defaultValue"), "value", "0")
    add(root, "outcomeDeclaration", identifier="TOLD", cardinality="single", baseType="identifier")
    if one.kind in ("choice", "multiple"):
        add(root, "outcomeDeclaration", identifier="CHOSEN", cardinality=cardinality, baseType=base)
    body = add(root, "itemBody")
    _interaction(one, body, rights, add)
    _processing(one, root, add)
    add(root, "modalFeedback", one.told, outcomeIdentifier="TOLD", showHide="show", identifier="told")
    return root


def _processing(one: Sheet, root: Any, add: Callable[..., Any]) -> None:
    """One point for the right answer, the reasons of what was chosen, and the explanation."""
    processing = add(root, "responseProcessing")
    if one.kind != "essay":
        condition = add(add(processing, "responseCondition"), "responseIf")
        tolerance = {"toleranceMode": "absolute", "tolerance": f"{one.within} {one.within}"}
        test = add(condition, "equal", **tolerance) if one.kind == "number" else add(condition, "match")
        add(test, "variable", identifier="RESPONSE")
        add(test, "correct", identifier="RESPONSE")
        add(add(condition, "setOutcomeValue", identifier="SCORE"), "baseValue", "1", baseType="float")
    if one.kind in ("choice", "multiple"):
        add(add(processing, "setOutcomeValue", identifier="CHOSEN"), "variable", identifier="RESPONSE")
    add(add(processing, "setOutcomeValue", identifier="TOLD"), "baseValue", "told", baseType="identifier")


def _qti_keys(one: Sheet, rights: Sequence[str]) -> list[str]:
    if one.kind == "number":
        return [one.figure]
    if one.kind == "match":
        return [f"L{n} R{rights.index(answer.match) + 1}" for n, answer in enumerate(one.answers, 1)]
    return [f"A{n}" for n, answer in enumerate(one.answers, 1) if answer.correct and one.kind != "essay"]


def _interaction(one: Sheet, body: Any, rights: Sequence[str], add: Callable[..., Any]) -> None:
    if one.kind in ("choice", "multiple"):
        most = str(sum(answer.correct for answer in one.answers))
        interaction = add(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="true", maxChoices=most)
        add(interaction, "prompt", one.stem)
        for n, answer in enumerate(one.answers, 1):
            choice = add(interaction, "simpleChoice", answer.text, identifier=f"A{n}")
            add(choice, "feedbackInline", answer.why, outcomeIdentifier="CHOSEN", identifier=f"A{n}", showHide="show")
    elif one.kind == "match":
        size = str(len(one.answers))
        interaction = add(body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="true", maxAssociations=size)
        add(interaction, "prompt", one.stem)
        left, right = add(interaction, "simpleMatchSet"), add(interaction, "simpleMatchSet")
        for n, answer in enumerate(one.answers, 1):
            add(left, "simpleAssociableChoice", answer.text, identifier=f"L{n}", matchMax="1")
        for n, text in enumerate(rights, 1):
            add(right, "simpleAssociableChoice", text, identifier=f"R{n}", matchMax=size)
    elif one.kind == "number":
        add(body, "p", one.stem)
        add(add(body, "p", one.unit), "textEntryInteraction", responseIdentifier="RESPONSE")
    else:
        add(add(body, "extendedTextInteraction", responseIdentifier="RESPONSE"), "prompt", one.stem)


# --- CSV ---


def table(found: Sequence[Sheet], _lang: Language) -> bytes:
    """A table with a row an item; what a spreadsheet would take for a formula is set off by an apostrophe."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in found:
        row: dict[str, Any] = {
            "id": one.id, "type": one.type if one.kind == "match" else one.kind, "topic": one.topic,
            "objective": one.objective, "level": one.level,
            "difficulty": one.difficulty, "stem": one.stem, "explanation": one.explanation, "source": one.source,
            "quote": one.quote, "authorities": ",".join(one.authorities),
            "value": one.figure, "unit": one.unit,
            "tolerance": one.within if one.kind == "number" else "",
        }  # fmt: skip
        for n, answer in enumerate(one.answers, 1):
            row |= {f"answer_{n}": answer.text, f"right_{n}": right_cell(one, answer), f"why_{n}": answer.why}
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def right_cell(one: Sheet, answer: Answer) -> str:
    """What the column beside an answer says: that it is right, what belongs to it, or the wordings of an element."""
    if one.kind == "essay":
        return "; ".join(answer.said)
    return answer.match if one.kind == "match" else "x" if answer.correct else ""


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


_WRITERS: Final[Mapping[str, Callable[[Sequence[Sheet], Language], bytes]]] = {
    "anki": anki,
    "gift": gift,
    "xml": xml,
    "qti": qti,
    "csv": table,
}
