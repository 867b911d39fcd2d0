"""A language model behind the server: who calls never chooses it, and what it says is told with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openai import OpenAI
from starlette.testclient import TestClient

from assistant.answer import Question
from assistant.llm import Model
from assistant.verify.ground import Grounds
from assistant.wiring import Assistant
from assistant.write import Writer
from knowledge.settings import Settings
from tests.assistant import scripted
from tests.assistant.proof.models import Malicious
from tests.assistant.scripted import Scripted, says, status
from tests.assistant.test_write import ATTACKS
from tests.web.conftest import MakeClient
from tests.web.lesson import serving
from tests.web.test_access import table
from tests.web.test_markup import check_inert
from web.markup import answer_html

QUESTION = "When is late payment interest due, and how much is it?"
Figure = Callable[[str, object], None]


@pytest.fixture(scope="module")
def named() -> Iterator[Scripted]:
    """The server that the operator named."""
    with scripted.serve(says("NO_ANSWER")) as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Scripted]:
    """A server that nobody named."""
    with scripted.serve(says("NO_ANSWER")) as running:
        yield running


@pytest.fixture
def writer(assistant: Assistant, named: Scripted) -> Writer:
    """With a model of which nothing has failed yet."""
    named.queue.clear()
    settings = Settings(_env_file=None, llm="openai:m", llm_base_url=named.url, llm_retries=0)
    return Writer(assistant.answerer, Model(settings), Grounds(assistant.library))


@pytest.fixture
def client(make_client: MakeClient, writer: Writer) -> TestClient:
    return make_client(writer=writer)


def _choices(address: str) -> dict[str, str]:
    names = ("llm", "llm_base_url", "base_url", "api_base", "model_url", "endpoint", "proxy", "url", "callback", "next")
    return dict.fromkeys(names, address)


HEADERS = (
    "X-LLM-Base-URL",
    "X-Base-URL",
    "OpenAI-Base-URL",
    "X-Forwarded-Host",
    "Forwarded",
    "X-Original-URL",
    "Referer",
)


@pytest.mark.check("L07")
def test_no_request_chooses_the_model(
    client: TestClient, named: Scripted, elsewhere: Scripted, record_property: Figure
) -> None:
    """Every route, with an address in the query, in headers and in the body, and with the path of a file."""
    sent, told = 0, ""
    for method, path, _ in table():
        where = re.sub(r"\{[^}]*\}", "x", path)
        for address in (
            elsewhere.url,
            f"http://127.0.0.1@{elsewhere.url.removeprefix('http://')}",
            "file:///etc/passwd",
        ):
            chosen = _choices(address)
            body = {
                "question": QUESTION,
                "messages": [{"role": "user", "content": QUESTION}],
                "model": "clausier",
                **chosen,
            }
            given: dict[str, Any] = {} if method == "GET" else {"json": {**body, "clausier": chosen}}
            headers = dict.fromkeys(HEADERS, address)
            response = client.request(method, where, params=chosen, headers=headers, follow_redirects=False, **given)
            assert response.status_code != 500, where
            told += response.text if "passwd" in address else ""
            sent += 1
    plain = {"messages": [{"role": "user", "content": QUESTION}], "model": "clausier"}
    assert client.post("/v1/chat/completions", json=plain | _choices(elsewhere.url)).status_code == 200
    record_property(
        "figure", f"{sent} requests to every route, {len(named.asked)} questions to the model, none elsewhere"
    )
    assert named.asked
    assert not elsewhere.asked
    assert not re.search(r"^root:", told, re.MULTILINE)


@pytest.mark.check("L07")
def test_the_model_cannot_send_us_elsewhere(client: TestClient, named: Scripted, elsewhere: Scripted) -> None:
    for code in (302, 303, 307, 308):
        named.queue.append(status(code, "", Location=f"{elsewhere.url}/chat/completions"))
        answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
        assert answer["engine"] == "extractive"
    assert not elsewhere.asked


@pytest.mark.check("L05")
def test_what_a_malicious_model_says_is_no_markup(client: TestClient, named: Scripted, record_property: Figure) -> None:
    """Its attacks among true sentences: the page for readers without scripts shows words and our own marks."""
    attacks = [*ATTACKS, Malicious().say([], [])]
    for attack in attacks:
        named.queue.append(says(f"Late payment interest is due without a reminder [1]. {attack}"))
        answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
        assert not named.queue, "the model was asked"
        shown = check_inert(answer_html(answer["answer"]))
        assert not re.search(r"evil|zyntarion|javascript:", shown.text, re.IGNORECASE)
    record_property("figure", f"{len(attacks)} attacks: no element, attribute or address of theirs")


def test_openais_format_tells_what_a_model_wrote(
    make_client: MakeClient, assistant: Assistant, writer: Writer, named: Scripted
) -> None:
    made: Any = make_client(writer=writer, allowed_hosts=("127.0.0.1",))
    quote = assistant.answerer.answer(Question(QUESTION)).citations[0].quote.split(". ")[0]
    with serving(made.app) as address:
        client = OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
        messages: Any = [{"role": "user", "content": QUESTION}]
        for _ in range(2):
            named.queue.append(says(f"“{quote}” [1]. Elephants pay nothing at all [1]."))
        whole: Any = client.chat.completions.create(model="clausier", messages=messages)
        *_, last = client.chat.completions.create(model="clausier", messages=messages, stream=True)
        plain: Any = client.chat.completions.create(model="clausier-extractive", messages=messages)
    content = whole.choices[0].message.content
    for told in (whole.clausier, last.clausier):  # type: ignore[attr-defined]
        assert told["ai_generated"] is True
        provenance = told["provenance"]
        assert (provenance["model"], provenance["written"] + provenance["withheld"]) == ("openai:m", 2)
        quoted = [span for span in provenance["spans"] if span["by"] == "quotation"]
        assert quote in {content[span["start"] : span["end"]].strip("“”") for span in quoted}
    assert (plain.clausier["ai_generated"], plain.clausier["provenance"]) == (False, None)
