"""The catalogues: the same names in every language, set as printers do, each word used and each there.

`python tests/web/test_words.py` brings the translations up to date with the English: what is new is added empty, what was
reworded is marked fuzzy, what is gone is dropped.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import write_po
from jinja2 import Environment, nodes

import web
from knowledge.errors import Misconfigured
from knowledge.models import Language
from web.audit import ACTIONS
from web.keys import SCOPES
from web.messages import MESSAGES
from web.words import lexicon, training
from web.words.catalogue import HOLE, LANGUAGES, LOCALE, Word, Words, entries, forms, path_of, read, typeset
from web.words.reading import READING
from web.workspace.needs import STEPS
from web.workspace.page import NAVIGATION

WEB = Path(web.__file__).parent
VOCABULARIES: dict[str, Words] = {
    "public": MESSAGES,
    "workspace": lexicon.WORDS,
    "train": training.WORDS,
    "widget": Words("widget"),
    "visit": Words("visit"),
    "file": READING,
}
PARTS = [part for words in VOCABULARIES.values() for part in words.parts]
TRANSLATED: list[Language] = [lang for lang in LANGUAGES if lang != "en"]
SCRIPTS = "".join(path.read_text("utf-8") for path in WEB.glob("static/**/*.js"))


@dataclass
class Used:
    """The names of words that a source calls (`named`), how names begin that it puts together, and every text in quotes."""

    named: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    quoted: set[str] = field(default_factory=set)


def _vocabulary(template: Path, variable: nodes.Node) -> str | None:
    """Whose words a variable of a template holds."""
    name = variable.name if isinstance(variable, nodes.Name) else ""
    if name == "t":
        return "public"
    if name != "w":
        return None
    return next((part for part in ("train", "widget", "visit") if template.name.startswith(part)), "workspace")


def _in_templates() -> dict[str, Used]:
    used = {name: Used() for name in VOCABULARIES}
    for path in WEB.rglob("templates/**/*.html"):
        tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
        texts = {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
        for vocabulary in used.values():
            vocabulary.quoted |= texts
        for named in tree.find_all(nodes.Getattr):
            owner = _vocabulary(path, named.node)
            if owner:
                used[owner].named |= {named.attr} - set(dir(dict))
        for item in tree.find_all(nodes.Getitem):
            owner, key = _vocabulary(path, item.node), item.arg
            if owner and isinstance(key, nodes.Const):
                used[owner].named.add(key.value)
            elif owner and isinstance(key, nodes.Concat) and isinstance(key.nodes[0], nodes.Const):
                used[owner].begun.add(key.nodes[0].value)
        for call in tree.find_all(nodes.Call):  # t.get("reason_" ~ reason, "")
            if isinstance(call.node, nodes.Getattr) and call.node.attr == "get" and call.args:
                owner, first = _vocabulary(path, call.node.node), next(call.args[0].find_all(nodes.Const), None)
                if owner and first:
                    used[owner].begun.add(first.value)
    return used


def _in_code() -> Used:
    used = Used()
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.quoted.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                used.begun.add(str(node.values[0].value))
    return used


TEMPLATES = _in_templates()
CODE = _in_code()
IN_SCRIPTS = set(re.findall(r"\w[\w-]*", SCRIPTS))
BEGUN_IN_SCRIPTS = tuple(re.findall(r"[`\"](\w+_)(?:\${|\" \+)", SCRIPTS))


def _messages(part: str, lang: Language) -> dict[str, Message]:
    return dict(entries(read(part, lang)))


def _twice(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return sorted({name for name in listed if listed.count(name) > 1})


def test_every_catalogue_belongs_to_a_vocabulary() -> None:
    found = sorted(f"{path.parent.parent.name} {path.stem}" for path in LOCALE.rglob("*.po"))
    assert found == sorted(f"{lang} {part}" for lang in LANGUAGES for part in PARTS)


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_name_stands_in_one_place(name: str) -> None:
    """Counted in the files, since a reader of catalogues keeps the last of two."""
    texts = [path_of(part, "en").read_text("utf-8") for part in VOCABULARIES[name].parts]
    assert _twice(found for text in texts for found in re.findall(r'^msgctxt "(.+)"$', text, re.M)) == []


@pytest.mark.parametrize("lang", TRANSLATED)
@pytest.mark.parametrize("part", PARTS)
def test_a_translation_has_what_the_english_has(part: str, lang: Language) -> None:
    source, made = _messages(part, "en"), _messages(part, lang)
    assert [(name, message.id) for name, message in made.items()] == [(n, m.id) for n, m in source.items()]
    assert [name for name, message in made.items() if message.fuzzy] == [], "reworded in English: translate anew"
    assert [name for name, message in made.items() if not all(forms(message, is_source=False))] == [], (
        "to be translated"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_the_rule_of_plurals_is_the_one_of_the_language(part: str, lang: Language) -> None:
    expected = get_plural(Locale(lang))
    catalogue = read(part, lang)
    assert (catalogue.num_plurals, catalogue.plural_expr) == (expected.num_plurals, expected.plural_expr)


@pytest.mark.parametrize("part", PARTS)
def test_english_is_not_said_twice(part: str) -> None:
    assert [name for name, message in _messages(part, "en").items() if any(forms(message, is_source=False))] == []


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_form_has_the_same_holes(name: str) -> None:
    english, french = VOCABULARIES[name]["en"], VOCABULARIES[name]["fr"]
    for key in english:
        holes = {tuple(sorted(HOLE.findall(form))) for word in (english[key], french[key]) for form in word.forms}
        assert len(holes) == 1, key
        assert len(english[key].forms) == 1 or "count" in next(iter(holes)), f"{key}: forms go by {{count}}"


@pytest.mark.parametrize("name", VOCABULARIES)
def test_words_are_set_as_printers_do(name: str) -> None:
    for key, word in VOCABULARIES[name]["fr"].items():
        for form in word.forms:
            assert not re.search(r" [;:!?»]|« ", form), f"{key}: an ordinary space before a sign"
            assert not re.search(r"\w[;!?](?:\s|$)", form), f"{key}: no space before a sign"
            assert not re.search(r"[a-zé]:\s(?!Bearer)", form), f"{key}: no space before a colon"
    for words in VOCABULARIES[name].values():
        assert [key for key, word in words.items() for form in word.forms if "'" in form] == []


@pytest.mark.parametrize("name", [name for name in VOCABULARIES if name != "file"])  # chosen by what they say
def test_every_word_is_used(name: str) -> None:
    used = TEMPLATES[name]
    names, begun = used.named | used.quoted | CODE.quoted, tuple(used.begun | CODE.begun - {""})
    unused = [
        key
        for key in VOCABULARIES[name]["en"]
        if key not in names | IN_SCRIPTS and not key.startswith(begun + BEGUN_IN_SCRIPTS)
    ]
    assert unused == []


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_word_that_a_template_names_is_there(name: str) -> None:
    known = set(VOCABULARIES[name]["en"])
    assert sorted(TEMPLATES[name].named - known) == []
    assert sorted(begin for begin in TEMPLATES[name].begun if not any(key.startswith(begin) for key in known)) == []


def test_every_word_that_code_names_is_there() -> None:
    known = set().union(*(words["en"] for words in VOCABULARIES.values()))
    sources = "".join(path.read_text("utf-8") for path in WEB.rglob("*.py"))
    named = set(re.findall(r"\b(?:words|WORDS\[[^]]+(?:\(request\))?\]|MESSAGES\[\w+\])\[\"([\w-]+)\"\]", sources))
    assert named
    assert sorted(named - known) == []


def test_every_name_that_a_page_puts_together_is_there() -> None:
    wanted = {f"did_{action}" for action in ACTIONS} | {f"scope_{scope}" for scope in SCOPES}
    wanted |= {entry.name for _, members in NAVIGATION for entry in members} | {group for group, _ in NAVIGATION}
    for step, questions in STEPS:
        wanted |= {step, *(f"f_{one.path}" for one in questions)}
        wanted |= {f"o_{option}" for one in questions for option in one.options}
    assert sorted(wanted - set(lexicon.WORDS["en"])) == []


WORD = Word.of(("{count} clause", "{count} clauses of {name}"), "en", lambda n: int(n != 1))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"count": 1, "name": "x"}, "1 clause"),
        ({"count": 1234, "name": "{count}"}, "1,234 clauses of {count}"),
        ({"count": 0, "name": ["a", "b", "c"]}, "0 clauses of a, b, and c"),
    ],
)
def test_a_word_is_filled_once(given: dict[str, object], expected: str) -> None:
    assert WORD.fill(**given) == expected


def test_a_hole_that_nothing_fills_is_an_error() -> None:
    with pytest.raises(KeyError):
        WORD.fill(count=2)


def test_a_catalogue_that_is_missing_says_what_to_do() -> None:
    with pytest.raises(Misconfigured, match="install Clausier again"):
        read("nothing", "fr")


def test_typesetting() -> None:
    assert typeset("L'an : « 12 % » ; oui ?", "fr") == "L’an\u00a0: «\u00a012 %\u00a0»\u202f; oui\u202f?"
    assert typeset("It's so: yes?", "en") == "It’s so: yes?"


def _up_to_date(part: str, lang: Language) -> Catalog:
    """The catalogue with the entries of the English one and what it says of them."""
    source, known = read(part, "en"), _messages(part, lang) if path_of(part, lang).exists() else {}
    made = Catalog(locale=lang, fuzzy=False)
    for name, message in entries(source):
        old = known.get(name)
        is_plural = not isinstance(message.id, str)
        said = old.string if old and isinstance(old.string, str) != is_plural else ("", "") if is_plural else ""
        flags = {"fuzzy"} if old and old.id != message.id and lang != "en" else set()
        flags |= {"fuzzy"} if old and old.fuzzy else set()
        made.add(message.id, said, context=name, user_comments=message.user_comments, flags=flags)
    return made


def _text(catalogue: Catalog, lang: Language) -> Iterator[str]:
    rule = get_plural(Locale(lang))
    yield 'msgid ""\nmsgstr ""\n'
    yield f'"Language: {lang}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    yield f'"Plural-Forms: nplurals={rule.num_plurals}; plural={rule.plural_expr};\\n"\n\n'
    written = io.BytesIO()
    write_po(written, catalogue, width=120, omit_header=True)
    yield written.getvalue().decode().strip() + "\n"


if __name__ == "__main__":
    for one in PARTS:
        for language in LANGUAGES:
            path_of(one, language).write_text("".join(_text(_up_to_date(one, language), language)), "utf-8")
