"""What belongs to somebody else looks like what is not there, in status, words and time; and what is internal is not found by
asking near it."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.quiz.record import Record
from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.firm import SECRET
from tests.web.test_access import PAGE, PASSWORD, sign_in, table
from web.access import OWN_WORK
from web.accounts import Accounts
from web.deps import now
from web.training import COOKIE
from web.work import WorkKind, Works

Figure = Callable[[str, object], None]
KINDS: dict[str, WorkKind] = {
    "agreements": "agreement", "checklists": "checklist", "intakes": "intake", "review": "review",
}  # fmt: skip
NONE = "n" * 16
"""An id that nothing has, as long as those of works."""
QUERIES = 1_000


def signed_in(make_client: MakeClient, assistant: Assistant, name: str) -> TestClient:
    Accounts(assistant.store).add(name, "lawyer", PASSWORD, now())
    client = make_client()
    assert sign_in(client, name, PASSWORD).status_code == 303
    token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
    assert token
    client.headers["X-CSRF-Token"] = token[1]
    return client


@pytest.fixture(scope="module")
def colleague(make_client: MakeClient, assistant: Assistant) -> TestClient:
    return signed_in(make_client, assistant, "foreign-colleague")


@pytest.fixture(scope="module")
def owned(assistant: Assistant) -> dict[str, str]:
    """The id of one work of each kind, by the beginning of its address."""
    owner = Accounts(assistant.store).add("foreign-owner", "lawyer", PASSWORD, now()).id
    return {
        f"/workspace/{place}/": Works(assistant.store).make(owner, kind, "Acme", {}, now())
        for place, kind in KINDS.items()
    }


def told(client: TestClient, method: str, path: str, key: str) -> tuple[int, str, float]:
    """Status, words without the id and without what changes with each request, and seconds."""
    began = time.perf_counter()
    response = client.request(method, path.replace("{key}", key), headers=PAGE, follow_redirects=False)
    taken = time.perf_counter() - began
    words = re.sub(r"[0-9a-f]{16,}|nonce-\S+|value=\"[^\"]*\"", "", response.text.replace(key, "KEY"))
    return response.status_code, words, taken


@pytest.mark.check("A02")
def test_a_colleagues_work_is_as_if_it_were_not_there(
    colleague: TestClient, owned: dict[str, str], record_property: Figure
) -> None:
    routes = [
        (method, path)
        for method, path, rule in table()
        if rule == OWN_WORK and "{key}" in path and path.startswith(tuple(owned))
    ]
    assert len(routes) >= 15
    theirs, nobodys = [], []
    for _ in range(3):
        for method, path in routes:
            plain = re.sub(r"{(?!key)[^}]*}", "x", path)
            key = next(key for start, key in owned.items() if plain.startswith(start))
            foreign, none = told(colleague, method, plain, key), told(colleague, method, plain, NONE)
            assert foreign[0] == none[0], (method, path, foreign[0])
            assert not 200 <= foreign[0] < 400, (method, path)
            assert foreign[1] == none[1], (method, path)
            theirs.append(foreign[2])
            nobodys.append(none[2])
    apart = abs(_p95(theirs) - _p95(nobodys)) * 1000
    record_property("figure", f"{len(routes)} routes: no 2xx, equal words, p95 {apart:.1f} ms apart")
    assert abs(statistics.median(theirs) - statistics.median(nobodys)) < 0.02


def _p95(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


@pytest.mark.check("A02")
def test_what_a_citation_tells_a_lawyer_opens_nothing_for_others(
    colleague: TestClient, make_client: MakeClient, record_property: Figure
) -> None:
    """Ids of passages and documents, of the answer and of its conversation, at every address that takes one."""
    asked = {"question": f"What does the {SECRET} memorandum say of penalties?", "audience": "lawyer"}
    answer = colleague.post("/api/v1/ask", json=asked).json()
    internal = [one for one in answer["citations"] if SECRET in one["title"] or SECRET in one["quote"]]
    assert internal
    ids = {one[name] for one in internal for name in ("passage_id", "document_id")} | {
        answer["id"],
        answer["conversation_id"],
    }
    stranger, tried = make_client(), 0
    taking = [(method, path) for method, path, rule in table() if "{" in path and rule.is_open]
    for method, path in taking:
        for key in ids:
            found, none = (stranger.request(method, re.sub(r"{[^}]*}", one, path)) for one in (key, NONE))
            assert found.status_code == none.status_code >= 400, (method, path)
            assert SECRET not in found.text
            tried += 1
    for body in (
        {"question": "And then?", "conversation_id": answer["conversation_id"]},
        {"question": "And then?", "conversation_id": NONE},
    ):
        assert stranger.post("/api/v1/ask", json=body).status_code == 404
    assert colleague.get(f"/api/v1/conversations/{answer['conversation_id']}").status_code == 200
    record_property("figure", f"{tried} tries with harvested ids: none opened")


@pytest.mark.check("A02")
def test_another_learners_questions_and_assessments_are_not_there(
    make_client: MakeClient, assistant: Assistant
) -> None:
    one, other = make_client(), make_client()
    question = one.get("/api/v1/quiz/next").json()["question"]["id"]
    sitting = Record(assistant.store).sit(Record.learner_of(one.cookies[COOKIE]), "seed", now()).id
    other.get("/api/v1/quiz/next")
    for method, path, key, body in (
        ("GET", "/api/v1/quiz/questions/{}", question, None),
        ("GET", "/api/v1/quiz/assessments/{}", sitting, None),
        ("POST", "/api/v1/quiz/assessments/{}/end", sitting, None),
        ("GET", "/train/assessments/{}/certificate?name=Anne+Roux", sitting, None),
        ("POST", "/api/v1/quiz/answers", question, {"question_id": question, "choices": ["a"]}),
        ("POST", "/api/v1/quiz/corrections", question, {"question_id": question, "claimed": []}),
    ):
        nobodys = {**body, "question_id": NONE} if body else None
        foreign = other.request(method, path.format(key), json=body)
        none = other.request(method, path.format(NONE), json=nobodys)
        assert foreign.status_code == none.status_code == 404, (method, path)
        said = [re.sub(r'"request_id":"[^"]*"', "", one.text.replace(key, NONE)) for one in (foreign, none)]
        assert said[0] == said[1]
    assert one.get(f"/api/v1/quiz/questions/{question}").status_code == 200


@pytest.mark.check("A03")
def test_nothing_internal_is_found_by_asking_near_it(
    make_client: MakeClient, assistant: Assistant, record_property: Figure
) -> None:
    """Questions made of the words of internal passages themselves, so that no other question could be nearer."""
    client = make_client()
    hidden = {
        passage.id: passage.text
        for document in assistant.store.documents()
        for passage in assistant.store.passages_of(document["id"], internal=True)
        if passage.visibility == "internal"
    }
    assert hidden
    words = [text.split() for text in hidden.values()]
    foreign = 0
    for n in range(QUERIES):
        text = words[n % len(words)]
        at = (n // len(words)) * 3 % max(1, len(text) - 4)
        query: dict[str, Any] = {"q": " ".join(text[at : at + 4 + n % 9]), "k": 10, "audience": "lawyer"}
        hits = client.get("/api/v1/search", params=query).json()["hits"]
        foreign += sum(hit["visibility"] != "public" or hit["passage_id"] in hidden for hit in hits)
    assert foreign == 0
    record_property("figure", f"{foreign} internal passages in {QUERIES} searches")


OPERATORS: list[dict[str, Any]] = [
    {"visibility": "internal"}, {"visibility": {"$ne": "public"}}, {"where": {"$or": [{}, {}]}}, {"audience": {"$ne": ""}},
    {"audience": ["client", "lawyer"]}, {"lang": {"$in": ["en", "internal"]}}, {"filter": "visibility = 'internal'"},
    {"collection": "internal-en"}, {"question": {"$regex": ".*"}}, {"history": [{"$where": "1"}]},
]  # fmt: skip


@pytest.mark.check("A03")
@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_a_filter_is_no_part_of_a_question(make_client: MakeClient, operator: dict[str, Any]) -> None:
    client, asked = make_client(), {"question": SECRET}
    for path, body in (
        ("/api/v1/ask", {**asked, **operator}),
        ("/api/v1/checklists", operator),
        ("/api/v1/drafts", operator),
    ):
        assert client.post(path, json=body).status_code == 422, path
    flat = {f"{name}[$ne]" if isinstance(value, dict) else name: "internal" for name, value in operator.items()}
    hits = client.get("/api/v1/search", params={"q": SECRET, **flat})
    assert hits.status_code == 422 or all(hit["visibility"] == "public" for hit in hits.json()["hits"])
