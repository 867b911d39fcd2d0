"""Training over HTTP: no key before the answer, nobody else's questions, assessments, certificates, and one's own data."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.quiz.mark import Response, mark
from assistant.quiz.question import NAMES, arrangement
from assistant.quiz.training import Training
from knowledge.quiz import Calculation, Choice, Defect, Item, Matching, Multiple, Ordering
from tests.web.lesson import lesson
from web.training import COOKIE

QUIZ = "/api/v1/quiz"
SECRET = {"correct", "why", "explanation", "quote", "source", "item_id", "expected", "numbers", "score"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return lesson(tmp_path_factory.mktemp("lesson"))


@pytest.fixture
def client(site: Any) -> TestClient:
    return TestClient(site, raise_server_exceptions=False)


@pytest.fixture
def training(site: Any) -> Training:
    made: Training = site.state.desk.training
    return made


def right(training: Training, client: TestClient, question: dict[str, Any]) -> dict[str, Any]:
    """The right answer to a question, from the item behind it."""
    learner = training.record.learner_of(client.cookies[COOKIE])
    asked = training.record.asked(learner, question["id"])
    item: Item = training.bank.entry(asked.item_id).item
    order = arrangement(asked.item_id, item, asked.seed)
    if isinstance(item, Choice | Multiple):
        return {"choices": [NAMES[place] for place, at in enumerate(order) if item.options[at].correct]}
    if isinstance(item, Matching):
        return {"pairs": {str(at + 1): NAMES[place] for place, at in enumerate(order)}}
    if isinstance(item, Ordering):
        return {"order": [NAMES[order.index(at)] for at in range(len(order))]}
    if isinstance(item, Defect):
        return {"defects": {NAMES[at]: part.defect for at, part in enumerate(item.segments) if part.defect}}
    if isinstance(item, Calculation):
        shown = mark(asked.item_id, item, asked.seed, Response(value="0"), question["lang"]).expected or ""
        return {"value": shown}
    return {"text": ". ".join(element.text[question["lang"]] for element in item.elements)}


def ask(client: TestClient, **query: Any) -> dict[str, Any]:
    response = client.get(f"{QUIZ}/next", params=query)
    assert response.status_code == 200, response.text
    question: dict[str, Any] = response.json()["question"]
    return question


def reply(client: TestClient, question: dict[str, Any], **given: Any) -> dict[str, Any]:
    response = client.post(f"{QUIZ}/answers", json={"question_id": question["id"], **given})
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


def test_nothing_tells_the_key_before_the_answer(client: TestClient) -> None:
    for _ in range(30):
        response = client.get(f"{QUIZ}/next")
        body = json.loads(response.text)["question"]
        assert body.pop("marked") is None
        assert not SECRET & set(body)
        assert all(set(answer) == {"id", "text"} for answer in body["answers"])
    cookie = response.headers.get("set-cookie") or next(iter(client.cookies))
    assert cookie


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_right_answer_is_right_whatever_the_type(client: TestClient, training: Training, lang: str) -> None:
    seen = set()
    for topic in ("sla-availability", "late-payment", "penalties", "liability-cap"):
        for _ in range(12):
            question = ask(client, topics=topic, lang=lang)
            assert question["topic"] == topic
            seen.add(question["type"])
            marked = reply(client, question, lang=lang, sure=3, **right(training, client, question))["marked"]
            assert (marked["verdict"], marked["score"]) == ("right", 1.0), question
            place = training.sources.place(training.bank.entry(marked["item_id"]).item.source, lang)  # type: ignore[arg-type]
            assert place.find(marked["source"]["quote"])
            assert marked["source"]["quote"]
            assert all(line["why"] for line in marked["lines"])
    assert len(seen) >= 4


def test_the_language_changes_in_the_middle(client: TestClient, training: Training) -> None:
    question = ask(client, topics="liability-cap", lang="en")
    french = client.get(f"{QUIZ}/questions/{question['id']}", params={"lang": "fr"}).json()
    assert french["stem"] != question["stem"]
    assert [one["id"] for one in french["answers"]] == [one["id"] for one in question["answers"]]
    marked = reply(client, question, lang="fr", **right(training, client, french))["marked"]
    assert marked["verdict"] == "right"
    again = client.get(f"{QUIZ}/questions/{question['id']}", params={"lang": "en"}).json()
    assert again["marked"]["verdict"] == "right"


def test_the_first_answer_counts(client: TestClient, training: Training) -> None:
    question = ask(client, topics="late-payment")
    key = right(training, client, question)
    first = reply(client, question, **key)
    again = reply(client, question, choices=["a"])
    assert first["marked"]["score"] == again["marked"]["score"] == 1


def test_nobody_answers_or_reads_for_another(site: Any, client: TestClient) -> None:
    question = ask(client)
    other = TestClient(site)
    assert other.get(f"{QUIZ}/questions/{question['id']}").status_code == 404
    assert other.post(f"{QUIZ}/answers", json={"question_id": question["id"]}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question_id": "x", "sure": 9},
        {"question_id": "x", "choices": ["abc"]},
        {"question_id": "x", "other": 1},
        {"question_id": "x", "value": "9" * 50},
    ],
)
def test_bad_answers_are_refused(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post(f"{QUIZ}/answers", json=body)
    assert response.status_code in (404, 422)
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("query", "status"), [({"topics": "nothing"}, 422), ({"mode": "x"}, 422), ({"difficulty": 9}, 422)]
)
def test_bad_wishes_are_refused(client: TestClient, query: dict[str, Any], status: int) -> None:
    assert client.get(f"{QUIZ}/next", params=query).status_code == status


def test_wrong_answers_in_a_row_lead_to_a_shorter_quiz(client: TestClient) -> None:
    suggestions = []
    for _ in range(40):
        question = ask(client, topics="late-payment")
        empty = {"order": [one["id"] for one in question["answers"]]} if question["type"] == "ordering" else {}
        given = {"value": "-1"} if question["type"] == "calculation" else empty
        suggestions.append(reply(client, question, **given)["suggestion"])
    assert suggestions[:2] == [None, None]
    assert any(one and one["topic"] == "late-payment" and one["count"] == 5 for one in suggestions)


def test_progress_counts_and_review_waits(client: TestClient, training: Training) -> None:
    for _ in range(3):
        question = ask(client, topics="penalties")
        reply(client, question, sure=3, **right(training, client, question))
    seen = client.get(f"{QUIZ}/progress").json()
    assert (seen["answers"], seen["mean"], seen["streak"]) == (3, 1.0, 1)
    assert seen["topics"]["penalties"]["answers"] == 3
    assert [one["answers"] for one in seen["certainty"]] == [0, 0, 3]
    assert seen["due"] == 0


def test_an_assessment_is_taken_passed_and_certified(client: TestClient, training: Training, site: Any) -> None:
    begun = client.post(f"{QUIZ}/assessments").json()
    assert (len(begun["questions"]), begun["of"], begun["pass_mark"], begun["score"]) == (40, 40, 28, None)
    assert begun["seconds_left"] > 44 * 60
    assert client.post(f"{QUIZ}/assessments").json()["id"] == begun["id"]
    for place in begun["questions"]:
        question = client.get(f"{QUIZ}/questions/{place['id']}").json()
        told = reply(client, question, **right(training, client, question))
        assert told["marked"] is None
        assert client.get(f"{QUIZ}/questions/{place['id']}").json()["marked"] is None
    assert client.get(f"{QUIZ}/progress").json()["answers"] == 0
    ended = client.post(f"{QUIZ}/assessments/{begun['id']}/end").json()
    assert (ended["score"], ended["passed"]) == (40.0, True)
    assert client.get(f"{QUIZ}/questions/{begun['questions'][0]['id']}").json()["marked"]["score"] == 1
    learner = training.record.learner_of(client.cookies[COOKIE])
    number = training.certify(learner, begun["id"], "Ada Lovelace").certificate
    confirmed = TestClient(site).get(f"{QUIZ}/certificates/{number}", params={"name": "ada  lovelace"}).json()
    assert (confirmed["matches"], confirmed["score"]) == (True, 40.0)
    assert TestClient(site).get(f"{QUIZ}/certificates/{number}", params={"name": "Bob"}).json()["matches"] is False
    assert TestClient(site).get(f"{QUIZ}/certificates/NOPE").status_code == 404


def test_an_assessment_ends_with_its_time(client: TestClient, training: Training) -> None:
    begun = client.post(f"{QUIZ}/assessments").json()
    learner = training.record.learner_of(client.cookies[COOKIE])
    late = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=46)
    ended = training.assessment(learner, begun["id"], late)
    assert (ended["score"], ended["passed"], ended["seconds_left"]) == (0.0, False, 0)
    response = client.post(f"{QUIZ}/answers", json={"question_id": begun["questions"][0]["id"]})
    assert response.status_code == 422
    assert client.post(f"{QUIZ}/assessments").json()["id"] != begun["id"]


def test_two_forms_share_few_items(training: Training) -> None:
    now = dt.datetime.now(dt.UTC)
    taken = []
    for _ in range(2):
        begun = training.begin("forms", now)
        taken.append({question.item_id for question in training.record.questions(begun["id"])})
        training.finish("forms", begun["id"], now)
    assert len(taken[0] & taken[1]) <= 40 / 3


def test_ones_own_data_are_taken_away_and_deleted(client: TestClient, training: Training) -> None:
    question = ask(client, topics="penalties")
    reply(client, question, **right(training, client, question))
    assert len(client.get(f"{QUIZ}/mine").json()["attempts"]) == 1
    assert client.delete(f"{QUIZ}/mine").json()["attempts"] == 1
    assert client.get(f"{QUIZ}/mine").json()["attempts"] == []


def test_a_cohort_is_joined_and_left(client: TestClient, training: Training) -> None:
    code = training.record.invite("Autumn course", dt.datetime.now(dt.UTC))
    assert client.post(f"{QUIZ}/cohort", json={"code": "wrong-code"}).status_code == 404
    assert client.post(f"{QUIZ}/cohort", json={"code": code}).json() == {"cohort": "Autumn course"}
    assert client.get(f"{QUIZ}/progress").json()["cohort"] == "Autumn course"
    client.delete(f"{QUIZ}/cohort")
    assert client.get(f"{QUIZ}/progress").json()["cohort"] is None


@pytest.mark.parametrize("form", ["anki", "gift", "xml", "qti", "csv"])
def test_items_are_exported(client: TestClient, form: str) -> None:
    response = client.get(f"{QUIZ}/export", params={"format": form, "lang": "fr", "topics": "penalties"})
    assert response.status_code == 200
    assert len(response.content) > 1000
    assert "attachment" in response.headers["content-disposition"]
    assert client.get(f"{QUIZ}/export", params={"format": "word"}).status_code == 422


def test_a_negotiation_is_played(client: TestClient) -> None:
    begun = client.post(f"{QUIZ}/drills", json={"clause": "liability", "seed": "1"}).json()
    assert (begun["status"], begun["score"]) == ("open", None)
    left = client.post(f"{QUIZ}/drills", json={"clause": "liability", "seed": "1", "moves": ["offer-0", "walk"]}).json()
    assert left["status"] in ("walked", "agreed")
    assert client.post(f"{QUIZ}/drills", json={"clause": "nothing", "seed": "1"}).status_code == 404
    assert client.post(f"{QUIZ}/drills", json={"clause": "liability", "seed": "1", "moves": ["x"]}).status_code == 422
    theirs = client.post(f"{QUIZ}/drills", json={"clause": "liability", "side": "provider", "seed": "1"}).json()
    assert (begun["side"], theirs["side"]) == ("customer", "provider")
    assert begun["said"] != theirs["said"]


def test_a_text_is_corrected_by_who_wrote_it(client: TestClient, training: Training) -> None:
    """Of two elements that were missed one is claimed; a choice cannot be corrected, nor what was not answered."""
    ask(client)
    learner = training.record.learner_of(client.cookies[COOKIE])
    ids = [
        training.record.ask(learner, [(key, "data-breach-notification", "LO7")], "practice", dt.datetime.now(dt.UTC))[
            0
        ].id
        for key in ("own-words-breach-first-steps", "penalty-judge")
    ]
    correction = {"question_id": ids[0], "claimed": ["4"]}
    assert client.post(f"{QUIZ}/corrections", json=correction).status_code == 422
    given = {"question_id": ids[0], "text": "We inform the regulator within three days."}
    first = client.post(f"{QUIZ}/answers", json=given).json()["marked"]
    assert [line["correct"] for line in first["lines"]] == [True, True, False, False]
    second = client.post(f"{QUIZ}/corrections", json=correction).json()["marked"]
    assert [line["correct"] for line in second["lines"]] == [True, True, False, True]
    assert [line["given"] for line in second["lines"]] == [True, True, False, False]
    assert (first["score"], second["score"]) == (0.5, 0.75)
    for lang in ("en", "fr"):  # marked in the language in which it was written, whatever it is read in
        again = client.get(f"{QUIZ}/questions/{ids[0]}", params={"lang": lang}).json()["marked"]
        assert [line["given"] for line in again["lines"]] == [True, True, False, False]
        assert again["score"] == 0.75
    assert client.get(f"{QUIZ}/mine").json()["attempts"][0]["response"]["claimed"] == ["4"]
    assert client.post(f"{QUIZ}/corrections", json=correction | {"claimed": ["9"]}).status_code == 422
    client.post(f"{QUIZ}/answers", json={"question_id": ids[1], "choices": ["a"]})
    assert client.post(f"{QUIZ}/corrections", json={"question_id": ids[1], "claimed": []}).status_code == 422


def test_figures_are_for_trainers(client: TestClient) -> None:
    assert client.get(f"{QUIZ}/statistics").status_code == 401
    assert client.post(f"{QUIZ}/cohorts", json={"name": "x"}).status_code == 401
