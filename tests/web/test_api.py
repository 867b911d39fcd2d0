"""The HTTP contract: shapes, streams, conversations, what stays internal, errors, rates, hosts and origins."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, cast

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.answer import Answer, Question
from assistant.wiring import Assistant
from assistant.write import Token
from knowledge.errors import Busy, Damaged, Misconfigured, ModelUnavailable, Unreadable
from tests.fakes import everything
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from tests.web.payloads import ODD, PAYLOADS
from web import access
from web.errors import Refused
from web.limits import ADDRESSES, Limiter

ASK = "/api/v1/ask"
FEEDBACK = "/api/v1/feedback"
SSE = {"accept": "text/event-stream"}
PAGE = {"accept": "text/html,application/xhtml+xml"}
ENGLISH = "When is late payment interest due, and how much is it?"
FRENCH = "Que se passe-t-il si le prestataire dépasse le délai d'intervention ?"
DECLINED = "How do I bake bread?"
ANSWER_KEYS = {
    "id",
    "question",
    "language",
    "audience",
    "answer",
    "answer_html",
    "support",
    "answerable",
    "reason",
    "topics",
    "citations",
    "authorities",
    "authority_details",
    "follow_ups",
    "handoff",
    "engine",
    "ai_generated",
    "provenance",
    "notices",
    "elapsed_ms",
    "conversation_id",
}
CITATION_KEYS = {
    "n",
    "passage_id",
    "document_id",
    "kind",
    "title",
    "heading",
    "lang",
    "topics",
    "quote",
    "start",
    "end",
    "verified",
    "authorities",
    "uri",
    "review_due",
    "overdue",
}
HIT_KEYS = {
    "rank",
    "score",
    "passage_id",
    "document_id",
    "kind",
    "title",
    "heading",
    "lang",
    "topics",
    "visibility",
    "text",
    "authorities",
    "source",
    "review_due",
    "overdue",
}
LEAKS = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|/srv/|/home/|/tmp/|/root|sqlite|pydantic|starlette|fastapi|uvicorn"
    r"|Exception\b|0x[0-9a-f]{6}"
    r"|\bline \d+, in\b|object at|(?-i:SELECT )|hunter2",
    re.IGNORECASE,
)


def ask(client: TestClient, question: str, **more: Any) -> dict[str, Any]:
    response = client.post(ASK, json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, read as the standard says."""
    found = []
    assert text.endswith("\n\n")
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def stream(client: TestClient, question: str, **more: Any) -> list[tuple[str, Any]]:
    response = client.post(ASK, json={"question": question, **more}, headers=SSE)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    return events(response.text)


def check_error(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    assert response.status_code == status, (response.status_code, response.text[:300])
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert {"code", "message"} <= set(error) <= {"code", "message", "details"}
    assert error["message"].strip()
    assert code in (None, error["code"])
    assert not LEAKS.search(response.text), response.text[:500]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] in ("no-store", "no-cache")
    if status in (429, 503):
        assert int(response.headers["retry-after"]) > 0
    return error


# --- answers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "lang"), [(ENGLISH, "en"), (FRENCH, "fr")])
def test_an_answer_is_what_the_contract_says(client: TestClient, question: str, lang: str) -> None:
    answer = ask(client, question)
    assert set(answer) == ANSWER_KEYS
    assert answer["question"] == question
    assert answer["language"] == lang
    assert answer["audience"] == "client"
    assert answer["support"] in ("full", "partial")
    assert answer["answerable"] is True
    assert answer["reason"] is None
    assert answer["engine"] == "extractive"
    assert answer["ai_generated"] is False
    assert answer["elapsed_ms"] > 0
    assert answer["citations"]
    assert [c["n"] for c in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    marks = {int(n) for n in re.findall(r"\[(\d+)\]", answer["answer"])}
    assert marks == {c["n"] for c in answer["citations"]}
    assert [d["key"] for d in answer["authority_details"]] == answer["authorities"]
    for citation in answer["citations"]:
        assert set(citation) == CITATION_KEYS
        passage = client.get(f"/api/v1/passages/{citation['passage_id']}").json()
        assert passage["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["quote"]
        assert citation["verified"] is True
        assert passage["visibility"] == "public"
        assert passage["lang"] == citation["lang"] == lang
        assert [a["key"] for a in passage["authorities"]] == citation["authorities"]


@pytest.mark.parametrize("question", [DECLINED, "Comment faire du pain ?", f"What does the {SECRET} say?"])
def test_a_declined_question_has_a_reason_and_nothing_else(client: TestClient, question: str) -> None:
    answer = ask(client, question)
    assert set(answer) == ANSWER_KEYS
    assert answer["answerable"] is False
    assert answer["support"] == "none"
    assert answer["reason"] in ("out_of_scope", "not_in_library", "needs_lawyer", "unclear")
    assert answer["citations"] == answer["authorities"] == answer["topics"] == answer["follow_ups"] == []
    assert answer["answer"]


@pytest.mark.parametrize("audience", ["client", "lawyer", "trainee"])
@pytest.mark.parametrize("lang", [None, "auto", "en", "fr"])
def test_every_audience_in_every_language(client: TestClient, audience: str, lang: str | None) -> None:
    answer = ask(client, "GTI ?", audience=audience, lang=lang, history=[])
    assert answer["audience"] == ("trainee" if audience == "trainee" else "client")
    if lang in ("en", "fr"):
        assert answer["language"] == lang


@pytest.mark.parametrize(
    "change", [{"audience": "judge"}, {"audience": None}, {"lang": "de"}, {"lang": "EN"}, {"lang": ""}]
)
def test_no_other_audience_or_language(client: TestClient, change: dict[str, Any]) -> None:
    check_error(client.post(ASK, json={"question": ENGLISH, **change}), 422, "invalid")


@pytest.mark.parametrize("question", [ENGLISH, FRENCH, DECLINED])
def test_a_stream_tells_the_answer_word_by_word(client: TestClient, question: str) -> None:
    told = stream(client, question)
    names = [name for name, _ in told]
    assert names == ["token"] * (len(names) - 2) + ["answer", "done"]
    answer = told[-2][1]
    assert set(answer) == ANSWER_KEYS
    assert len(names) > 5
    text = ""
    for _, piece in told[:-2]:
        text += piece["text"]
        assert answer["answer"].startswith(text)
    assert text == answer["answer"]
    plain = ask(client, question)
    unlike = {"id", "conversation_id", "elapsed_ms"}
    assert {k: v for k, v in plain.items() if k not in unlike} == {k: v for k, v in answer.items() if k not in unlike}


@pytest.mark.check("X07")
def test_no_text_breaks_the_framing_of_a_stream(
    make_client: MakeClient, assistant: Assistant, record_property: Callable[[str, str], None]
) -> None:
    """Odd strings and forged events as question and as answer come back as they were."""
    client = make_client(writer=Echo(assistant))
    for text in (*ODD, *PAYLOADS):
        expected = cleaned(text)
        told = stream(client, text, history=[])
        assert [name for name, _ in told] == ["token", "answer", "done"]
        assert told[0][1] == {"text": expected}
        assert told[1][1]["question"] == told[1][1]["answer"] == expected
    record_property("figure", f"{len(ODD) + len(PAYLOADS)} texts come back as they were")


def test_a_stream_that_cannot_go_on_ends_with_an_error(make_client: MakeClient) -> None:
    for error, code in (
        (Unreadable("x: change it"), "invalid"),
        (Busy("/tmp/x is owned"), "busy"),
        (sqlite3.OperationalError("disk hunter2"), "failed"),
        (RuntimeError("/home/hunter2"), "failed"),
    ):
        response = make_client(writer=Failing(error)).post(ASK, json={"question": ENGLISH}, headers=SSE)
        told = events(response.text)
        assert [name for name, _ in told] == ["token", "error"]
        assert told[1][1]["error"]["code"] == code
        assert not LEAKS.search(response.text)


def test_streams_are_counted_and_given_back(make_client: MakeClient) -> None:
    """D03: whoever leaves, before the first word or in the middle, makes room for the next."""
    client = make_client(max_streams=3)
    for leaves_after in (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 5, 5, 5, 5):
        anyio.run(leave, client.app, leaves_after)
    assert stream(client, ENGLISH, history=[])[-1][0] == "done"
    slots = client.app.state.services.streams  # type: ignore[attr-defined]
    for _ in range(3):
        slots.take()
    check_error(client.post(ASK, json={"question": ENGLISH}, headers=SSE), 503, "busy")
    with pytest.raises(Refused, match="Many answers"):
        slots.take()
    assert client.post(ASK, json={"question": ENGLISH, "history": []}).status_code == 200
    slots.give()
    assert stream(client, ENGLISH, history=[])[-1][0] == "done"


# --- conversations --------------------------------------------------------------------------------------------------------


def test_a_conversation_from_its_first_question_to_its_receipt(client: TestClient, assistant: Assistant) -> None:
    first = ask(client, ENGLISH)
    key = first["conversation_id"]
    assert len(key) >= 32
    second = ask(client, "And if the invoice is disputed?", conversation_id=key)
    assert second["conversation_id"] == key
    assert second["id"] != first["id"]
    third = stream(client, FRENCH, conversation_id=key)[-2][1]

    read = client.get(f"/api/v1/conversations/{key}").json()
    assert read["conversation_id"] == key
    assert [turn["answer"] for turn in read["turns"]] == [first, second, third]
    assert [turn["question"] for turn in read["turns"]] == [ENGLISH, "And if the invoice is disputed?", FRENCH]

    for verdict, reason in (("down", "too long"), ("up", None)):  # the last word counts
        given = {"conversation_id": key, "answer_id": first["id"], "verdict": verdict, "reason": reason}
        assert client.post(FEEDBACK, json=given).json() == {"ok": True}
    with assistant.store.reading() as connection:
        kept = connection.exec_driver_sql(
            "SELECT verdict, reason FROM feedback WHERE turn_id = ?", (first["id"],)
        ).all()
    assert [tuple(row) for row in kept] == [("up", None)]

    receipt = client.delete(f"/api/v1/conversations/{key}").json()["receipt"]
    assert {k: receipt[k] for k in ("conversation_id", "turns", "feedback")} == {
        "conversation_id": key,
        "turns": 3,
        "feedback": 1,
    }
    assert re.fullmatch(r"[0-9a-f]{64}", receipt["sha256"])
    assert dt.datetime.fromisoformat(receipt["deleted_at"]).utcoffset() == dt.timedelta(0)

    check_error(client.get(f"/api/v1/conversations/{key}"), 404, "not_found")
    check_error(client.delete(f"/api/v1/conversations/{key}"), 404, "not_found")
    check_error(client.post(ASK, json={"question": ENGLISH, "conversation_id": key}), 404, "not_found")
    check_error(client.post(ASK, json={"question": ENGLISH, "conversation_id": key}, headers=SSE), 404, "not_found")
    gone = {"conversation_id": key, "answer_id": first["id"], "verdict": "up"}
    check_error(client.post(FEEDBACK, json=gone), 404, "not_found")
    assert rows(assistant, key) == 0
    assert first["id"].encode() not in everything(assistant.store)


def test_an_answer_is_rated_in_its_own_conversation_only(client: TestClient) -> None:
    mine, other = ask(client, ENGLISH), ask(client, ENGLISH)
    given = {"conversation_id": other["conversation_id"], "answer_id": mine["id"], "verdict": "down"}
    check_error(client.post(FEEDBACK, json=given), 404, "not_found")


def test_with_a_history_of_ones_own_nothing_is_stored(client: TestClient, assistant: Assistant) -> None:
    before = rows(assistant)
    said = [{"role": "user", "content": ENGLISH}, {"role": "assistant", "content": "From the day after."}]
    for history in ([], said):
        answer = ask(client, "And the indemnity?", history=history)
        assert answer["id"] is None
        assert answer["conversation_id"] is None
        assert stream(client, "And the indemnity?", history=history)[-2][1]["id"] is None
    assert rows(assistant) == before


def test_conversations_that_never_were(client: TestClient) -> None:
    for key in ("x", "%00", "%ED%A0%80", "é" * 50, "..%2f..", "' OR 1=1 --", *("x" * n for n in (200,))):
        check_error(client.get(f"/api/v1/conversations/{key}"), 404)
        check_error(client.delete(f"/api/v1/conversations/{key}"), 404)
    check_error(client.get("/api/v1/conversations/" + "x" * 201), 422, "invalid")


# --- what is internal -----------------------------------------------------------------------------------------------------


@pytest.mark.check("A02", "A03")
def test_internal_passages_are_never_seen(client: TestClient, assistant: Assistant) -> None:
    hidden = [
        passage
        for document in assistant.store.documents()
        for passage in assistant.store.passages_of(document["id"], internal=True)
        if passage.visibility == "internal"
    ]
    secret = [passage for passage in hidden if SECRET in passage.text]
    notes = [passage for passage in hidden if passage.role == "lawyer"]
    assert secret
    assert len(notes) >= 8

    unknown = client.get("/api/v1/passages/none").json()["error"]
    for passage in hidden:
        refused = check_error(client.get(f"/api/v1/passages/{passage.id}"), 404, "not_found")
        assert refused["message"] == unknown["message"].replace("'none'", repr(passage.id))  # not even that it exists
        assert client.get(f"/passages/{passage.id}", headers=PAGE).status_code == 404

    key = ask(client, ENGLISH)["conversation_id"]
    said = []
    for text in (
        f"What does the {SECRET} memorandum say about late payment penalties?",
        f"Que dit le mémo {SECRET} ?",
        *(note.text[:300] for note in notes[::5]),
    ):
        for audience in ("client", "lawyer", "trainee"):
            for kind in (None, "document"):
                query = {"q": text, "audience": audience, "k": 50, **({"kind": kind} if kind else {})}
                found = client.get("/api/v1/search", params=query).json()
                assert {hit["visibility"] for hit in found["hits"]} <= {"public"}
                assert all(set(hit) == HIT_KEYS for hit in found["hits"])
                said.append(json.dumps(found["hits"], ensure_ascii=False))
            for answer in (
                ask(client, text, audience=audience, conversation_id=key),
                stream(client, text, audience=audience)[-2][1],
            ):
                said.append(json.dumps({**answer, "question": ""}, ensure_ascii=False))
    for turn in client.get(f"/api/v1/conversations/{key}").json()["turns"]:
        said.append(json.dumps({**turn["answer"], "question": ""}, ensure_ascii=False))
    for text in said:
        assert SECRET not in text.lower()
        for passage in hidden:
            assert passage.id not in text
            assert json.dumps(passage.text, ensure_ascii=False)[1:60] not in text
            assert passage.document_id not in text or not passage.document_id.startswith("file-")


def test_an_internal_document_is_there_for_those_who_may_see_it(assistant: Assistant) -> None:
    """The test above means something only if a lawyer would have found it."""
    found = assistant.retriever.retrieve(f"{SECRET} late payment", audience="lawyer", limit=5)
    assert any(SECRET in hit.passage.text for hit in found)


# --- errors ---------------------------------------------------------------------------------------------------------------

DEEP = b'{"question":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
BODIES: list[tuple[str, bytes, tuple[int, ...]]] = [
    ("empty", b"", (422,)),
    ("blank", b"   ", (400,)),
    ("not json", b"question=x", (400,)),
    ("cut short", b'{"question": "x', (400,)),
    ("trailing comma", b'{"question": "x",}', (400,)),
    ("two values", b'{"question": "x"}{}', (400,)),
    ("single quotes", b"{'question': 'x'}", (400,)),
    ("not utf-8", b'{"question": "\xff\xfe"}', (400,)),
    ("byte order mark", b'\xef\xbb\xbf{"question": 1}', (400, 422)),
    ("raw surrogate bytes", b'{"question": "\xed\xa0\x80"}', (400, 422)),
    ("lone surrogate", b'{"question": "\\ud800"}', (422,)),
    ("lone surrogate key", b'{"\\udfff": 1}', (422,)),
    (
        "surrogates elsewhere",
        b'{"question": "x", "lang": "\\ud800", "conversation_id": "\\udc00", "answer_id": "\\udc00"}',
        (422,),
    ),
    ("raw newline", b'{"question": "a\nb"}', (400,)),
    ("raw nul", b'{"question": "a\x00b"}', (400,)),
    ("only nul", b'{"question": "\\u0000", "conversation_id": "\\u0000"}', (422,)),
    ("nan", b'{"question": NaN}', (400, 422)),
    ("infinity", b'{"question": Infinity}', (400, 422)),
    ("minus infinity", b'{"question": "x", "history": -Infinity}', (400, 422)),
    ("huge exponent", b'{"question": 1e999999}', (422,)),
    ("huge integer", b'{"question": ' + b"9" * 10_000 + b"}", (400, 422)),
    ("null", b"null", (422,)),
    ("true", b"true", (422,)),
    ("number", b"1", (422,)),
    ("string", b'"x"', (422,)),
    ("list", b"[]", (422,)),
    ("list of objects", b'[{"question": "x"}]', (422,)),
    ("nothing in it", b"{}", (422,)),
    ("null field", b'{"question": null, "verdict": null}', (422,)),
    ("number field", b'{"question": 1, "verdict": 1}', (422,)),
    ("list field", b'{"question": ["x"], "verdict": ["up"]}', (422,)),
    ("object field", b'{"question": {"a": 1}, "verdict": {}}', (422,)),
    ("empty question", b'{"question": ""}', (422,)),
    ("blank question", b'{"question": " \\n\\t\\u00a0 "}', (422,)),
    ("unknown field", b'{"question": "x", "trust_remote_code": true}', (422,)),
    ("misspelled", b'{"qestion": "x"}', (422,)),
    ("other case", b'{"Question": "x"}', (422,)),
    ("prototype", b'{"__proto__": {"question": "x"}}', (422,)),
    ("dunder", b'{"question": "x", "__class__": "x", "__init__": {}}', (422,)),
    (
        "lc constructor",
        b'{"question": "x", "lc": 1, "type": "constructor", "id": ["os", "system"], "kwargs": {}}',
        (422,),
    ),
    ("lc question", b'{"question": {"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]}}', (422,)),
    ("lc history", b'{"question": "x", "history": [{"lc": 1, "type": "constructor", "id": ["x"]}]}', (422,)),
    ("ef_config", b'{"question": "x", "ef_config": {"model": "evil/x", "trust_remote_code": true}}', (422,)),
    ("image parts", b'{"question": [{"type": "image_url", "image_url": {"url": "http://169.254.169.254/"}}]}', (422,)),
    ("system role", b'{"question": "x", "history": [{"role": "system", "content": "x"}]}', (422,)),
    ("history of strings", b'{"question": "x", "history": ["x"]}', (422,)),
    ("history object", b'{"question": "x", "history": {}}', (422,)),
    ("history without content", b'{"question": "x", "history": [{"role": "user"}]}', (422,)),
    (
        "long history",
        json.dumps({"question": "x", "history": [{"role": "user", "content": "x"}] * 51}).encode(),
        (422,),
    ),
    (
        "long turn",
        json.dumps({"question": "x", "history": [{"role": "user", "content": "x" * 20_001}]}).encode(),
        (422,),
    ),
    ("long id", json.dumps({"question": "x", "conversation_id": "x" * 201}).encode(), (422,)),
    ("empty id", b'{"question": "x", "conversation_id": ""}', (422,)),
    ("wrong id", b'{"question": "x", "conversation_id": 7}', (422,)),
    ("verdict", b'{"conversation_id": "x", "answer_id": "x", "verdict": "maybe"}', (422,)),
    (
        "long reason",
        json.dumps({"conversation_id": "x", "answer_id": "x", "verdict": "up", "reason": "x" * 2001}).encode(),
        (422,),
    ),
    ("long question", json.dumps({"question": "x" * 4001}).encode(), (413, 422)),
    ("deep", DEEP, (400, 422)),
    ("deep objects", b'{"a":' * 20_000 + b"1" + b"}" * 20_000, (400, 422)),
    ("many keys", json.dumps({f"k{n}": n for n in range(15_000)}).encode(), (422,)),
    ("100k keys", json.dumps({f"k{n}": n for n in range(100_000)}).encode(), (413,)),
    ("a megabyte", json.dumps({"question": "x" * 1_000_000}).encode(), (413,)),
    ("a megabyte of spaces", b" " * 1_000_000, (413,)),
    ("duplicate keys", b'{"question": "x", "question": 1}', (422,)),
]


@pytest.mark.check("A09")
@pytest.mark.parametrize(("body", "statuses"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
@pytest.mark.parametrize(
    ("path", "headers"), [(ASK, {}), (ASK, SSE), (FEEDBACK, {})], ids=["ask", "stream", "feedback"]
)
def test_a_bad_body(
    client: TestClient, path: str, headers: dict[str, str], body: bytes, statuses: tuple[int, ...]
) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json", **headers})
    if path == FEEDBACK and body.startswith(b'{"question": "' + b"x" * 4001) and len(body) < 5000:
        statuses = (422,)
    assert response.status_code in statuses
    check_error(response, response.status_code)


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/xml", None],
)
@pytest.mark.parametrize("path", [ASK, FEEDBACK])
def test_only_json_is_read_as_json(client: TestClient, path: str, kind: str | None) -> None:
    """So that no foreign page can post with a plain form."""
    response = client.post(
        path, content=json.dumps({"question": ENGLISH}).encode(), headers={"content-type": kind} if kind else {}
    )
    check_error(response, 422, "invalid")


FORMS: list[tuple[str, bytes, int]] = [
    ("empty", b"", 422),
    ("no question", b"lang=fr", 422),
    ("blank", b"question=%20%0a", 422),
    ("json", b'{"question": "x"}', 422),
    ("half a character", b"question=%ED%A0%80+clause%3F", 200),
    ("not utf-8", b"question=\xff\xfe", 200),
    ("nul", b"question=%00", 422),
    ("many fields", b"&".join(b"f%d=x" % n for n in range(1000)), 422),
    ("many questions", b"&".join([b"question=x"] * 50), 422),
    ("long", b"question=" + b"x" * 4001, 413),
    ("a megabyte", b"question=" + b"x" * 1_000_000, 413),
    ("long id", b"question=penalty&conversation_id=" + b"x" * 300, 422),
    ("unknown id", b"question=penalty&conversation_id=x", 404),
    ("unknown id, no question", b"question=&conversation_id=x", 422),
]


@pytest.mark.parametrize(("body", "status"), [case[1:] for case in FORMS], ids=[case[0] for case in FORMS])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_bad_form_gives_the_page_again(client: TestClient, body: bytes, status: int, lang: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept-language": lang, **PAGE}
    response = client.post("/", content=body, headers=headers)
    assert response.status_code == status
    if len(body) < 256_000:
        assert '<form id="composer"' in response.text
        assert "<style" not in response.text
    assert not LEAKS.search(re.sub(r'(src|href|data-messages)="[^"]*"', "", response.text))


@pytest.mark.check("A09")
def test_a_body_that_never_said_how_long_it_is(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    for path, kind in ((ASK, "json"), (FEEDBACK, "json"), ("/", "x-www-form-urlencoded")):
        headers = {"content-type": f"application/{kind}"}
        check_error(client.post(path, content=pieces(), headers=headers), 413, "too_large")
    for length in ("-1", "1e9", "x", "٣", "99999999999999999999"):
        response = client.post(
            ASK, content=b"{}", headers={"content-length": length.encode(), "content-type": "application/json"}
        )
        check_error(response, 413 if length.isascii() and length.isdigit() else 400)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/%2e%2e/app.py", 404),
        ("GET", ASK, 405),
        ("PUT", ASK, 405),
        ("POST", "/static/chat.js", 405),
        ("DELETE", "/", 405),
        ("GET", "/api/v1/search", 422),
        ("GET", "/api/v1/search?q=", 422),
        ("GET", "/api/v1/search?q=%00", 422),
        ("GET", "/api/v1/search?q=x&k=0", 422),
        ("GET", "/api/v1/search?q=x&k=51", 422),
        ("GET", "/api/v1/search?q=x&kind=x", 422),
        ("GET", "/api/v1/search?q=x&lang=de", 422),
        ("GET", "/api/v1/search?q=x&audience=judge", 422),
        ("GET", "/api/v1/search?q=" + "x" * 4001, 422),
        ("GET", "/api/v1/authorities/none", 404),
        ("GET", "/api/v1/authorities/cciv-1103?lang=de", 422),
        ("GET", "/api/v1/passages/none", 404),
        ("GET", "/api/v1/passages/" + "x" * 201, 422),
        ("GET", "/passages/none", 404),
        ("GET", "/passages/none?start=x", 422),
        ("POST", "/api/v1/topics", 405),
    ],
)
def test_a_bad_address(client: TestClient, method: str, path: str, status: int) -> None:
    check_error(client.request(method, path), status)


@pytest.mark.check("A11")
@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("hunter2"),
        ValueError("/home/hunter2"),
        KeyError("hunter2"),
        sqlite3.OperationalError("no such table: hunter2"),
        sqlite3.DatabaseError("malformed /tmp/x.db"),
        OSError(28, "No space left", "/root/x"),
        MemoryError(),
        RecursionError(),
        TimeoutError("x.py"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "hunter2"),
        AssertionError("hunter2"),
        ZeroDivisionError(),
        json.JSONDecodeError("x", "hunter2", 0),
        Damaged("/srv/data/clausier.db is damaged"),
        Misconfigured("/srv/x"),
        Busy("/srv/data is owned"),
        ModelUnavailable("/home/x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_of_ours_tells_nothing_of_us(
    make_client: MakeClient, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(writer=Failing(error))
    status = 503 if isinstance(error, Busy | ModelUnavailable) else 500
    told = check_error(client.post(ASK, json={"question": ENGLISH}), status)
    reference = told["details"]["reference"]
    assert reference in told["message"]
    assert any(reference in record.getMessage() for record in caplog.records)
    page = client.post("/", data={"question": ENGLISH}, headers=PAGE)
    assert page.status_code == status
    assert not LEAKS.search(re.sub(r'(src|href|data-messages)="[^"]*"', "", page.text))
    assert "content-security-policy" in page.headers


@pytest.mark.parametrize(("lang", "words"), [("en", "nothing at this address"), ("fr", "rien à cette adresse")])
def test_a_person_gets_a_page_in_their_language(client: TestClient, lang: str, words: str) -> None:
    for path in ("/nothing", "/passages/none"):
        response = client.get(path, headers={**PAGE, "accept-language": lang})
        assert response.status_code == 404
        assert words in response.text
        assert f'<html lang="{lang}">' in response.text


# --- rates ----------------------------------------------------------------------------------------------------------------


@pytest.mark.check("A12")
def test_the_limit_is_exact(make_client: MakeClient) -> None:
    client = make_client(questions_per_minute=4)
    for n in range(4):
        spoofed = {"x-forwarded-for": f"10.0.0.{n}", "forwarded": f"for=10.0.0.{n}", "x-real-ip": f"10.0.0.{n}"}
        assert client.post(ASK, json={"question": DECLINED}, headers=spoofed).status_code == 200
    for n in range(50):
        refused = client.post(ASK, json={"question": DECLINED}, headers={"x-forwarded-for": f"10.1.0.{n}"})
        error = check_error(refused, 429, "rate_limited")
        assert 0 < int(refused.headers["retry-after"]) == error["details"]["retry_after"] <= 60
    check_error(client.post(ASK, json={"question": DECLINED}, headers=SSE), 429)
    check_error(client.get("/api/v1/search?q=penalty"), 429)
    assert client.post("/", data={"question": DECLINED}).status_code == 429
    assert client.post("/", data={"question": DECLINED, "conversation_id": "gone"}).status_code == 429
    assert client.get("/").status_code == 200


def test_after_the_wait_one_may_ask_again() -> None:
    clock = [1000.0]
    limiter = Limiter(2, lambda: clock[0])
    for pause in (0.0, 0.25):
        clock[0] += pause
        limiter.check("a")
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            limiter.check("a")
    assert refused.value.retry_after == 60
    limiter.check("b")
    clock[0] += 59.5
    with pytest.raises(Refused) as refused:
        limiter.check("a")
    assert refused.value.retry_after == 1
    clock[0] += 1
    limiter.check("a")


def test_many_addresses_are_forgotten_in_their_turn() -> None:
    limiter = Limiter(2, lambda: 0.0)
    for n in range(5 * ADDRESSES):
        limiter.check(str(n))
    assert len(limiter._asked) == ADDRESSES


# --- hosts and origins ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["testserver", "localhost", "LocalHost", "localhost:8000", "[::1]", "[::1]:80"])
def test_our_hosts(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "a/../admin?x=",
        "localhost/../admin",
        "localhost#",
        "a#",
        "localhost?x",
        "x@localhost",
        "localhost@evil.example",
        "localhost:80@evil.example",
        "localhost:",
        "localhost:x",
        "localhost:-1",
        "localhost:²",
        "::1",
        "[::1",
        "[::2]",
        "localhost, evil.example",
        "localhost evil",
        " localhost",
        "127.0.0.1",
        "*",
        "null",
        "é",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/topics", "/static/chat.js"])
def test_no_other_host(client: TestClient, host: str, path: str) -> None:
    response = client.get(path, headers={"host": host.encode()})
    if host in (" localhost", "localhost:"):  # what HTTP allows
        assert response.status_code in (200, 400)
    else:
        check_error(response, 400, "malformed")
        assert "evil" not in response.text


def test_two_hosts_are_one_too_many(client: TestClient) -> None:
    response = client.get("/", headers=[("host", "localhost"), ("host", "evil.example")])
    check_error(response, 400, "malformed")


@pytest.mark.parametrize("origin", ["http://testserver", "https://testserver", None])
def test_our_own_pages_may_post(client: TestClient, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    assert client.post(ASK, json={"question": DECLINED, "history": []}, headers=headers).status_code == 200
    assert client.post("/", data={"question": DECLINED}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://testserver.evil.example",
        "http://testserver:81",
        "http://testserver@evil.example",
        "file://",
        "http://[",
        "http://[::1",
        "http://]",
        "testserver",
        "http:testserver",
        "javascript://testserver",
        "http://testserver/x",
        "\xff",
        "http://a\x01",
    ],
)
def test_no_other_origin_may(client: TestClient, origin: str) -> None:
    headers = {"origin": origin.encode("latin-1")}
    check_error(client.post(ASK, json={"question": ENGLISH}, headers=headers), 403, "forbidden")
    check_error(client.post("/", data={"question": ENGLISH}, headers=headers), 403, "forbidden")
    check_error(client.delete("/api/v1/conversations/x", headers=headers), 403, "forbidden")
    assert client.get("/api/v1/topics", headers=headers).status_code == 200
    assert "access-control-allow-origin" not in client.get("/api/v1/topics", headers=headers).headers


def test_an_origin_that_is_allowed(make_client: MakeClient) -> None:
    client = make_client(allowed_origins=("https://firm.example",))
    ours, other = {"origin": "https://firm.example"}, {"origin": "https://evil.example"}
    answered = client.post(ASK, json={"question": DECLINED, "history": []}, headers=ours)
    assert answered.headers["access-control-allow-origin"] == "https://firm.example"
    assert "access-control-allow-credentials" not in answered.headers
    check_error(client.post(ASK, json={"question": DECLINED}, headers=other), 403, "forbidden")
    wanted = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    assert (
        client.options(ASK, headers={**ours, **wanted}).headers["access-control-allow-origin"] == "https://firm.example"
    )
    assert "access-control-allow-origin" not in client.options(ASK, headers={**other, **wanted}).headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/healthz",
        "/static/chat.js",
        "/static/nothing",
        "/api/v1/topics",
        "/openapi.json",
        "/favicon.ico",
    ],
)
def test_every_response_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path, follow_redirects=False).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")


# --- the OpenAPI document -------------------------------------------------------------------------------------------------


FILES = {
    ("get", "/metrics"),
    ("post", "/api/v1/checklists"),
    ("get", "/api/v1/reviews/{review_id}/export"),
    ("get", "/api/v1/quiz/export"),
}
"""What these give is a file, in a format that was asked for."""


def programmed(client: TestClient) -> set[tuple[str, str]]:
    """Every route that is made for programs."""
    found = access.rules(cast(FastAPI, client.app))
    own = ("/api/", "/v1/", "/healthz", "/readyz", "/metrics")
    return {(one.method.lower(), one.path) for one in found if one.path.startswith(own)}


def test_the_openapi_document_is_complete(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    found = {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(found) == programmed(client)
    for route, operation in found.items():
        assert {"200", "400", "401", "403", "404", "413", "422", "429", "500", "503"} <= set(operation["responses"]), (
            route
        )
        for status, response in operation["responses"].items():
            schema = response["content"].get("application/json", {}).get("schema")
            if status != "200":
                shape = "WireErrorOut" if route[1].startswith("/v1/") else "ErrorOut"
                assert schema == {"$ref": f"#/components/schemas/{shape}"}, route
            else:
                assert schema or route in FILES, route
    assert "text/event-stream" in found["post", ASK]["responses"]["200"]["content"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert not LEAKS.search(json.dumps(document))


def test_every_route_that_exists_is_in_the_openapi_document(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    pages = {"/", "/help", "/passages/{passage_id}", "/favicon.ico", "/openapi.json", "/robots.txt", "/static", "/mcp"}
    for route in routes(client.app):
        behind = route.startswith(("/login", "/logout", "/train", "/widget", "/workspace"))
        assert behind or route in pages or route in document["paths"], route


@pytest.mark.parametrize(("path", "status"), [("/healthz", "ok"), ("/readyz", "ok")])
def test_health(client: TestClient, path: str, status: str) -> None:
    assert client.get(path).json()["status"] == status


@pytest.mark.check("A10")
def test_look_ups(client: TestClient) -> None:
    topics = client.get("/api/v1/topics").json()["topics"]
    assert {"late-payment", "penalties"} <= {topic["slug"] for topic in topics}
    for lang in ("en", "fr"):
        authority = client.get(f"/api/v1/authorities/cciv-1231-5?lang={lang}").json()
        assert {"key", "ref", "text", "status", "url", "topics", "note", "checked_on"} == set(authority)
    found = client.get("/api/v1/search", params={"q": "pénalités de retard", "lang": "fr", "k": 3}).json()
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    assert {hit["lang"] for hit in found["hits"]} == {"fr"}
    for text in ODD:
        response = client.get("/api/v1/search", params={"q": text, "k": 1, "kind": "document"})
        assert response.status_code == 200
        assert response.json()["query"] == cleaned(text)


# --- parts ----------------------------------------------------------------------------------------------------------------


class Echo:
    """A writer that answers with the question."""

    def __init__(self, assistant: Assistant) -> None:
        self._like = assistant.writer.answer(Question(DECLINED))

    def stream(self, question: Question) -> Iterator[Token | Answer]:
        yield Token(question.text)
        yield dataclasses.replace(self._like, question=question.text, prose=question.text)


class Failing:
    """A writer that fails, where it streams after the first words."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def answer(self, _question: Question) -> Answer:
        raise self._error

    def stream(self, _question: Question) -> Iterator[Token | Answer]:
        yield Token("First words")
        raise self._error


async def leave(app: Any, after: int) -> None:
    """Ask for a stream and be gone after some messages."""
    body = json.dumps({"question": ENGLISH, "history": []}).encode()
    headers = [(b"host", b"testserver"), (b"accept", b"text/event-stream"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "path": ASK,
        "raw_path": ASK.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    sent = 0
    asked = False
    gone = anyio.Event()
    if not after:
        gone.set()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        nonlocal sent
        sent += 1
        if sent >= after:
            gone.set()
        await anyio.sleep(0)

    await app(scope, receive, send)


def cleaned(text: str) -> str:
    """What is kept of a text: NFC, without control characters."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return unicodedata.normalize("NFC", kept).strip()


def rows(assistant: Assistant, key: str | None = None) -> int:
    with assistant.store.reading() as connection:
        where, values = ("", ()) if key is None else (" WHERE conversation_id = ?", (key,))
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM turn{where}", values).scalar() or 0)


def routes(app: Any) -> Iterator[str]:
    for route in app.routes:
        if hasattr(route, "path"):
            yield route.path
        else:
            yield from routes(route.original_router)
