"""Passages: verbatim, in order, of a fair length, under their headings."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.plain import read_markdown, read_text
from ingest.reading import Heading, Reading
from ingest.split import MOST, TINY, split
from knowledge.models import Passage

CLAUSE = "The provider answers within four hours and repairs the website within one day. "


def passages_of(reading: Reading, title: str = "Terms", document_id: str = "d1") -> tuple[Passage, ...]:
    return split(
        reading,
        document_id=document_id,
        uri="file:terms.md",
        title=title,
        lang="en",
        visibility="internal",
        topics=("sla-response-times",),
    )


def test_sections_become_passages_with_their_path() -> None:
    source = f"# Terms\n\nIntro.\n\n## Support\n\n### Hours\n\n{CLAUSE}\n\n## Fees\n\nThirty days.\n\n## Law"
    passages = passages_of(read_markdown(source.encode()))
    assert [(passage.heading, passage.text) for passage in passages] == [
        (("Terms",), "Intro."),
        (("Terms", "Support", "Hours"), CLAUSE.strip()),
        (("Terms", "Fees"), "Thirty days."),
        (("Terms",), "## Law"),
    ]
    assert passages[1].embedded == f"Terms\nSupport\nHours\n{CLAUSE.strip()}"
    assert [passage.ordinal for passage in passages] == [0, 1, 2, 3]
    first = passages[0]
    assert (first.kind, first.role, first.visibility, first.lang, first.topics, first.page) == (
        "document", "text", "internal", "en", ("sla-response-times",), None,
    )  # fmt: skip


def test_a_heading_that_runs_in_stays_in_its_passage() -> None:
    reading = read_text(b"Terms of it\n\n3.1 Fees. The customer pays.\n\n3.2 Law. French law applies.")
    assert [(passage.heading, passage.text) for passage in passages_of(reading)] == [
        ((), "Terms of it"),
        (("3.1 Fees",), "3.1 Fees. The customer pays."),
        (("3.2 Law",), "3.2 Law. French law applies."),
    ]


def test_a_lone_heading_introduces_what_follows() -> None:
    reading = Reading(
        "Remedies\n\nCredits\n\nTen per cent.",
        None, (Heading(1, "Remedies", 0), Heading(1, "Credits", 10)), (), "docx", (),
    )  # fmt: skip
    assert [(passage.heading, passage.text) for passage in passages_of(reading)] == [
        (("Credits",), "Remedies\n\nCredits\n\nTen per cent.")
    ]


def test_long_sections_are_cut_between_paragraphs_and_sentences() -> None:
    text = "\n\n".join([CLAUSE.strip() * 1, (CLAUSE * 15).strip(), (CLAUSE * 6).strip(), "Short."])
    passages = passages_of(Reading(text, None, (), (), "txt", ()))
    assert all(TINY <= len(passage.text) <= MOST for passage in passages)
    assert all(passage.text.endswith(".") for passage in passages)
    assert " ".join(passage.text for passage in passages).split() == text.split()


def test_a_section_of_moderate_length_stays_whole() -> None:
    text = (CLAUSE * 17).strip()
    assert [passage.text for passage in passages_of(Reading(text, None, (), (), "txt", ()))] == [text]


def test_pages_count_from_one() -> None:
    text = (CLAUSE * 40).strip()
    passages = passages_of(Reading(text, None, (), (0, 1000, 1000, 2500), "pdf", ()))
    assert [passage.page for passage in passages][:1] == [1]
    for passage in passages:
        assert passage.page == sum(start <= passage.start for start in (0, 1000, 1000, 2500))


def test_ids_are_stable_and_differ_by_document() -> None:
    reading = read_markdown(f"# Terms\n\n{CLAUSE}{CLAUSE}\n\n# Terms\n\n{CLAUSE}{CLAUSE}".encode())
    ids = [passage.id for passage in passages_of(reading)]
    assert ids == [passage.id for passage in passages_of(reading)]
    assert len({*ids, *(passage.id for passage in passages_of(reading, document_id="d2"))}) == 4
    assert all(len(passage_id) == 20 for passage_id in ids)


def test_a_word_longer_than_a_passage_is_cut() -> None:
    passages = passages_of(Reading("x" * 5000, None, (), (), "txt", ()))
    assert "".join(passage.text for passage in passages) == "x" * 5000


pieces = st.sampled_from(
    [
        "\n",
        "\n\n",
        " ",
        "# A\n",
        "## B\n",
        "1. Fees\n",
        "Word",
        "é",
        "... ",
        "long " * 60,
        CLAUSE,
        "|",
        "\u00a0",
        "-",
        "=\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=60).map("".join), st.booleans())
def test_passages_are_verbatim_ordered_and_lose_nothing(source: str, markdown: bool) -> None:
    data = f"{source}End".encode()
    reading = read_markdown(data) if markdown else read_text(data)
    passages = passages_of(reading)
    for passage in passages:
        assert reading.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert len(passage.text) <= MOST
        assert passage.embedded.endswith(passage.text)
    assert all(first.end <= second.start for first, second in pairwise(passages))
    covered = bytearray(len(reading.text))
    for passage in passages:
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    for heading in reading.headings:
        end = reading.text.find("\n", heading.start)
        end = len(reading.text) if end == -1 else end
        covered[heading.start : end] = b"\1" * (end - heading.start)
    assert not [c for c, seen in zip(reading.text, covered, strict=True) if c.isalnum() and not seen]
    assert len({passage.id for passage in passages}) == len(passages)
