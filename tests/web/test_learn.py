"""What use teaches, for lawyers; the language model, for administrators: said aloud, and noted."""

from __future__ import annotations

import io
import zipfile

import pytest

from assistant.answer import Question, as_json
from assistant.journal import Journal
from assistant.permit import Permits
from assistant.wiring import Assistant
from tests.web.test_access import PAGE, SignedIn, people, signed_in  # noqa: F401
from web.audit import Audit
from web.deps import now

QUESTION = "Which zebras graze on volcanic islands?"


@pytest.fixture
def declined(assistant: Assistant) -> None:
    journal = Journal(assistant.store)
    told = as_json(assistant.answerer.answer(Question(QUESTION))) | {"reason": "not_in_library"}
    journal.add(journal.open(now()), QUESTION, told, now())


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_candidate_becomes_a_stub(signed_in: SignedIn, declined: None, lang: str) -> None:  # noqa: F811
    client = signed_in("lawyer")
    shown = client.get(f"/workspace/learn?lang={lang}", headers=PAGE).text
    assert QUESTION in shown
    key = shown.partition('action="/workspace/learn/')[2].partition('"')[0]
    packed = client.post(f"/workspace/learn/{key}")
    assert packed.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(packed.content)).namelist()
    assert names == [f"{key}/en.md", f"{key}/fr.md", f"{key}/question.jsonl"]
    assert client.post("/workspace/learn/nothing").status_code == 404


def test_an_administrator_opens_and_closes_the_workspace(signed_in: SignedIn, assistant: Assistant) -> None:  # noqa: F811
    client = signed_in("administrator", llm="openai:gpt-x")
    assert "Permit it for the workspace" in client.get("/workspace/model?lang=en", headers=PAGE).text
    client.post("/workspace/model", data={"do": "allow"})
    granted = Permits(assistant.store).granted()
    assert granted is not None
    assert granted.granted_by == "administrator"
    assert "Permit it no longer" in client.get("/workspace/model?lang=en", headers=PAGE).text
    client.post("/workspace/model", data={"do": "nothing"})
    assert Permits(assistant.store).granted()
    client.post("/workspace/model", data={"do": "refuse"})
    assert Permits(assistant.store).granted() is None
    noted = [entry.action for _, entry in Audit(assistant.store).recent(2)]
    assert noted == ["model-refused", "model-allowed"]


@pytest.mark.parametrize(("role", "path"), [("trainer", "/workspace/learn"), ("lawyer", "/workspace/model")])
def test_others_may_not(signed_in: SignedIn, role: str, path: str) -> None:  # noqa: F811
    assert signed_in(role).get(path, headers=PAGE).status_code == 403


def test_without_a_model_the_page_says_so(signed_in: SignedIn) -> None:  # noqa: F811
    assert "No language model is set" in signed_in("administrator").get("/workspace/model?lang=en", headers=PAGE).text
