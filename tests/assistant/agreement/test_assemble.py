"""Agreements are whole: nothing double, nothing empty, nothing that leads nowhere, no name of a variable left."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from typing import Any

import docx as library
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from assistant.agreement.assemble import Agreement, Contradictory, agree
from assistant.agreement.intake import accept, example, read
from assistant.agreement.memo import memo
from assistant.agreement.refer import mentions, titles
from assistant.agreement.show import as_json
from knowledge.definitions import used
from knowledge.library import load
from knowledge.models import LANGUAGES, Language
from prompts.document import Heading, PageBreak, Pair, Reference, anchors, contents, labels, plain, sides
from prompts.docx import docx
from prompts.markdown import markdown
from tests.assistant.draft.legal import values_for

LIBRARY = load()
TWO: tuple[Language, ...] = ("fr", "en")
LANGUAGE_SETS = st.sampled_from([("fr",), ("en",), TWO])


def assert_whole(made: Agreement) -> None:
    numbers = anchors(made.document)
    text = markdown(made.document)
    assert not re.search(r"[{}]|\bNone\b|\bTrue\b|\bFalse\b", text)
    headings = [
        (side.lang, plain(side.content, numbers))
        for block in made.document.blocks
        for side in sides(block)
        if isinstance(side, Heading) and side.listing == "article"
    ]
    assert not [title for title, times in Counter(headings).items() if times > 1], "an article stands twice"
    references = {
        piece.anchor
        for block in made.document.blocks
        for side in sides(block)
        for content in contents(side)
        for piece in content
        if isinstance(piece, Reference)
    }
    assert references <= numbers.keys()
    for lang in made.languages:
        assert_resolved(made, lang)
    assert_full(made)


def assert_resolved(made: Agreement, lang: Language) -> None:
    """Whatever clause or annex a wording names is there."""
    known = titles(LIBRARY, lang)
    chosen = {one.type for one in made.plan.chosen}
    annexes = {
        name
        for key in made.annexes
        for annex in (LIBRARY.agreement.annexes[key],)
        for name in (annex.name[lang], *annex.aliases.get(lang, ()))
    }
    for wording in made.texts[lang].values():
        for mention in mentions(wording, lang):
            if mention.kind == "clause" and mention.name in known:
                assert known[mention.name] in chosen
            elif mention.kind == "annex" and mention.name[0].isupper():
                assert mention.name in annexes
    terms = used(LIBRARY.definitions, "\n".join(made.texts[lang].values()), lang)
    assert set(terms) <= set(made.definitions)


def assert_full(made: Agreement) -> None:
    """Every heading has something beneath it."""
    blocks = [block for block in made.document.blocks if not isinstance(block, PageBreak)]
    for one, after in zip(blocks, [*blocks[1:], None], strict=True):
        first = one.left if isinstance(one, Pair) else one
        if isinstance(first, Heading):
            following = after.left if isinstance(after, Pair) else after
            assert following is not None
            assert not isinstance(following, Heading)


@settings(
    max_examples=30,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    deadline=None,
)
@given(st.data())
def test_every_lawful_agreement_is_whole(data: st.DataObject) -> None:
    kinds = sorted(LIBRARY.clauses)
    positions = data.draw(
        st.dictionaries(st.sampled_from(kinds), st.sampled_from(["customer", "balanced", "provider"]), max_size=12)
    )
    valued = data.draw(st.lists(st.sampled_from(kinds), max_size=4, unique=True))
    said: dict[str, Any] = {
        "side": data.draw(st.sampled_from(["customer", "provider"])),
        "bargaining": data.draw(st.sampled_from(["strong", "even", "weak"])),
        "maintenance": data.draw(st.lists(st.sampled_from(["corrective", "preventive", "evolutive"]), unique=True)),
        "services": data.draw(
            st.lists(st.sampled_from(["remote", "onsite", "migration", "development", "training"]), unique=True)
        ),
        "regulated": data.draw(st.sampled_from(["none", "nis2", "dora", "hds", "several"])),
        "personal_data": {"processed": data.draw(st.booleans())},
        "hosting": {"by": data.draw(st.sampled_from(["provider", "customer", "third-party"]))},
        "support": {"hours": data.draw(st.sampled_from(["business", "always"]))},
        "stakes": {"critical": data.draw(st.sampled_from(["low", "medium", "high"]))},
        "clauses": {"positions": positions},
        "values": {kind: data.draw(values_for(LIBRARY.clauses[kind])) for kind in valued},
    }
    languages = data.draw(LANGUAGE_SETS)
    try:
        made = agree(accept(said), LIBRARY, languages)
    except Contradictory:
        assume(False)
        return
    assert_whole(made)


@pytest.mark.parametrize("languages", [("fr",), ("en",), TWO])
def test_the_example_is_complete(languages: tuple[Language, ...]) -> None:
    made = agree(read(example()), LIBRARY, languages)
    assert made.gaps == ()
    assert_whole(made)
    packed = docx(made.document)
    opened = library.Document(io.BytesIO(packed))
    text = "\n".join(
        node.text or ""
        for node in opened.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")
    )
    assert "Maison Lavergne" in text
    assert len(opened.tables) >= 10


def test_gaps_are_seen_and_listed() -> None:
    made = agree(accept({}), LIBRARY, ("fr",))
    text = markdown(made.document)
    assert {"dénomination du Client", "Forfait mensuel"} <= set(made.gaps)
    assert all(f"[à compléter : {gap}]" in text for gap in made.gaps)
    assert set(re.findall(r"\[à compléter : ([^\]]+)\]", text)) == set(made.gaps)


def test_contradictions_stop_it() -> None:
    with pytest.raises(Contradictory, match=r"90 goes beyond .* \| .*48 hours against") as raised:
        agree(
            accept({"values": {"restoration_time_p1_hours": 48, "availability_pct": 99.9, "payment_term_days": 90}}),
            LIBRARY,
            ("en",),
        )
    assert {conflict.key for conflict in raised.value.found} == {"restoration-availability", "unlawful"}


def test_references_carry_their_numbers() -> None:
    made = agree(read(example()), LIBRARY, ("fr",))
    text = markdown(made.document)
    titles_by_number = dict(re.findall(r"^## Article (\d+) – (.+)$", text, re.MULTILINE))
    referred = re.findall(r"clause « ([^»]+) » \(article (\d+)\)", text)
    assert len(referred) > 40
    for title, number in referred:
        assert titles_by_number[number].startswith(title)
    annexes = dict(re.findall(r"^## Annexe (\d+) – (.+)$", text, re.MULTILINE))
    for name, number in re.findall(r"annexe « ([^»]+) » \(annexe (\d+)\)", text):
        assert annexes[number] == name


def test_two_languages_stand_side_by_side() -> None:
    made = agree(read(example()), LIBRARY, TWO)
    pairs = [block for block in made.document.blocks if isinstance(block, Pair)]
    assert len(pairs) > 300
    for block, left, right in labels(made.document):
        if isinstance(block, Pair):
            assert left.split(" ")[-1] == right.split(" ")[-1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_memo_explains_every_clause(lang: Language) -> None:
    made = agree(read(example()), LIBRARY, (lang,))
    text = markdown(memo(made, LIBRARY, lang))
    for one in made.plan.chosen:
        assert f"| {one.clause.title[lang]} |" in text
        if one.weight == "vital":
            assert one.clause.walk_away[lang] in text
    for conflict in made.conflicts:
        assert conflict.message[lang] in text


def test_json_says_it_all() -> None:
    made = agree(read(example()), LIBRARY, TWO)
    shown = json.loads(json.dumps(as_json(made, LIBRARY)))
    assert [article["type"] for article in shown["articles"]] == [one.type for one in made.plan.chosen]
    assert [int(article["number"]) for article in shown["articles"]] == list(range(2, len(made.plan.chosen) + 2))
    assert all(set(article["text"]) == {"fr", "en"} for article in shown["articles"])
    assert [int(annex["number"]) for annex in shown["annexes"]] == list(range(1, len(made.annexes) + 1))
