"""The pages of training: both languages, sources at their words, trainers behind their gate, certificates, one's own data."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from starlette.testclient import TestClient

from assistant.quiz.report import LEAST
from assistant.quiz.training import Training
from tests.web.lesson import lesson
from web.access import Visitor, _visitor
from web.training import COOKIE

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return lesson(tmp_path_factory.mktemp("lesson"))


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def training(app: FastAPI) -> Training:
    made: Training = app.state.desk.training
    return made


@pytest.fixture
def as_trainer(app: FastAPI) -> Iterator[None]:
    app.dependency_overrides[_visitor] = lambda: Visitor("Tina", role="trainer", form_token="t")
    yield
    app.dependency_overrides.clear()


def html(client: TestClient, path: str, status: int = 200, **options: Any) -> str:
    response = client.get(path, headers={"accept": "text/html"}, **options)
    assert response.status_code == status, response.text
    return response.text


@LANGS
@pytest.mark.parametrize(
    "path",
    [
        "/train",
        "/train/progress",
        "/train/drill",
        "/train/drill?clause=liability&seed=1&moves=offer-0",
        "/train/drill?clause=liability&side=provider&seed=1&moves=offer-0.insist",
    ],
)
def test_every_page_speaks_both_languages(client: TestClient, path: str, lang: str) -> None:
    text = html(client, f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert f'<html lang="{lang}">' in text
    assert "{" not in text.split("<main", 1)[1].split('<div id="messages"')[0]


@LANGS
def test_every_open_item_has_its_source_on_a_page(client: TestClient, training: Training, lang: str) -> None:
    for key, _ in list(training.bank.open(NOW.date()).items())[::25]:
        text = html(client, f"/train/sources/{key}?lang={lang}")
        assert '<mark id="quote">' in text
    html(client, "/train/sources/nothing", 404)


def test_trainers_are_behind_a_gate(client: TestClient) -> None:
    assert client.get("/train/trainer").status_code == 401
    assert client.post("/train/trainer", data={"name": "x"}).status_code == 401


@pytest.mark.usefixtures("as_trainer")
def test_a_trainer_invites_and_sees_figures_without_names(client: TestClient, training: Training) -> None:
    made = client.post("/train/trainer?lang=en", data={"name": "Course <b>one</b>"}, headers={"accept": "text/html"})
    assert made.status_code == 200
    assert "<b>one</b>" not in made.text
    again = client.post("/train/trainer?lang=en", data={"name": "Course <b>one</b>"}, headers={"accept": "text/html"})
    assert again.status_code == 422
    (cohort,) = training.record.cohorts()
    few = html(client, f"/train/trainer?cohort={cohort.id}&lang=en")
    assert f"Fewer than {LEAST} learners" in few
    code = training.record.invite("Course two", NOW)
    key, item = next((k, i) for k, i in training.bank.open(NOW.date()).items() if i.type == "single")
    for n in range(LEAST + 1):
        learner = training.record.learner_of(f"token-of-learner-number-{n}")
        training.record.join(learner, code, NOW)
        (asked,) = training.record.ask(learner, [(key, item.topic, item.objective)], "practice", NOW)
        training.record.answer(learner, asked.id, {"choices": ["a"]}, [], float(n % 2), 2, NOW)
    second = next(one for one in training.record.cohorts() if one.name == "Course two")
    seen = html(client, f"/train/trainer?cohort={second.id}&lang=fr")
    assert item.stem["fr"][:40].replace("'", "&#39;") in seen
    assert "50\u00a0%" in seen.replace("&nbsp;", "\u00a0")
    assert "token-of" not in seen
    assert training.record.learner_of("token-of-learner-number-1") not in seen
    html(client, "/train/trainer?cohort=nothing", 404)


@LANGS
def test_a_certificate_says_what_it_is(client: TestClient, training: Training, lang: str) -> None:
    html(client, "/train/progress")
    learner = training.record.learner_of(client.cookies[COOKIE])
    begun = training.begin(learner, NOW)
    address = f"/train/assessments/{begun['id']}/certificate?name=Ana Çelik&lang={lang}"
    assert client.get(address).status_code == 422
    for asked in training.record.questions(begun["id"])[:30]:
        training.record.answer(learner, asked.id, {}, [], 1.0, None, NOW)
    training.finish(learner, begun["id"], NOW)
    response = client.get(address)
    assert response.headers["content-type"] == "application/pdf"
    text = " ".join(PdfReader(io.BytesIO(response.content)).pages[0].extract_text().split())
    number = training.record.sitting(learner, begun["id"]).certificate
    assert number
    for words in ("Ana Çelik", number, "30", {"en": "no legal advice", "fr": "ni conseil juridique"}[lang]):
        assert words in text
    assert client.get(address).content == response.content
    assert client.get(address.replace("Ana", "Eva")).status_code == 422
    assert number in html(client, f"/train/certificates/{number}?name=ana çelik&lang={lang}")


def test_a_new_learner_who_joins_is_remembered(client: TestClient, training: Training) -> None:
    code = training.record.invite("Joining", NOW)
    assert 'role="alert"' in client.post("/train/cohort", data={"code": "none"}).text
    client.post("/train/cohort", data={"code": code})
    assert training.record.cohort_of(training.record.learner_of(client.cookies[COOKIE])) == "Joining"
    client.post("/train/cohort", data={"leave": "yes"})
    assert training.record.cohort_of(training.record.learner_of(client.cookies[COOKIE])) is None


def test_nothing_is_deleted_without_a_tick(client: TestClient) -> None:
    assert client.post("/train/erase").status_code == 422
    done = client.post("/train/erase", data={"sure": "yes"}, follow_redirects=False)
    assert done.status_code == 303
    assert f'{COOKIE}=""' in done.headers["set-cookie"]


def test_a_move_leads_to_an_address(client: TestClient) -> None:
    first = client.get("/train/drill?clause=liability", follow_redirects=False)
    assert first.status_code == 303
    assert "seed=" in first.headers["location"]
    assert "side=customer" in first.headers["location"]
    theirs = client.get(
        "/train/drill?clause=liability&side=provider&moves=offer-0&move=insist&seed=1", follow_redirects=False
    )
    assert "side=provider&seed=1&moves=offer-0.insist" in theirs.headers["location"]
    html(client, "/train/drill?clause=liability&side=judge", 422)
    html(client, "/train/drill?clause=nothing&seed=1", 404)
    html(client, "/train/drill?clause=liability&seed=1&moves=jump", 422)


def test_a_provider_is_shown_their_own_ladder(client: TestClient, training: Training) -> None:
    point = training.library.negotiation["liability"]
    text = unescape(html(client, "/train/drill?clause=liability&side=provider&seed=1&lang=en"))
    assert point.provider.objection["en"] in text
    assert point.provider.want["en"] in text
    assert point.customer.want["en"] not in text
    assert training.library.clause("liability").walk_away["en"] not in text


def test_every_page_of_training_is_linked_from_another(client: TestClient) -> None:
    linked = set()
    for path in ("/train", "/train/progress", "/train/drill"):
        linked |= set(re.findall(r'href="(/[^"?]*)', html(client, path)))
    assert {"/train", "/train/progress", "/train/drill", "/api/v1/quiz/export", "/api/v1/quiz/mine"} <= linked
    assert not {"/train/trainer", "/workspace"} & linked


@pytest.mark.usefixtures("as_trainer")
def test_trainers_find_their_page_and_the_way_back(client: TestClient) -> None:
    for path in ("/train", "/train/progress", "/train/trainer"):
        assert {"/train/trainer", "/workspace"} <= set(re.findall(r'href="(/[^"?]*)', html(client, path)))
