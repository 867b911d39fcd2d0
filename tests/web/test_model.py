"""A language model behind the server: who calls never chooses it, and what it says is told with where it comes from."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from openai import OpenAI
from starlette.testclient import TestClient

from assistant.answer import Question
from assistant.llm import Model
from assistant.verify.ground import Grounds
from assistant.wiring import Assistant, open_assistant
from assistant.write import Writer
from knowledge.models import Language
from knowledge.settings import Settings
from tests.assistant import scripted
from tests.assistant.proof.models import Malicious
from tests.assistant.scripted import Scripted, says, status
from tests.assistant.test_write import ATTACKS
from tests.web.conftest import MakeClient
from tests.web.lesson import serving
from tests.web.test_access import PAGE, SignedIn, people, signed_in, table  # noqa: F401
from tests.web.test_markup import check_inert
from tests.web.test_review import drop
from web.markup import answer_html
from web.words.lexicon import WORDS

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


# --- a finding explained --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_finding_is_explained_where_the_firm_has_switched_it_on(
    signed_in: SignedIn,  # noqa: F811
    named: Scripted,
    lang: str,
) -> None:
    named.queue.clear()
    model = Model(Settings(_env_file=None, llm="openai:m", llm_base_url=named.url, llm_retries=0))
    client = signed_in("lawyer", model=model, llm_explain=True)
    where = drop(client)
    page = client.get(where, params={"lang": lang}, headers=PAGE).text
    action = re.search(r'action="(/workspace/review/[^"]*/explanation)"', page)
    assert action
    named.queue.append(says("L'éléphant est gris [1]. <script>alert(1)</script> [1]."))
    plain = client.post(action[1], params={"lang": lang}, headers=PAGE)
    assert plain.status_code == 200
    by_rule, by_model = WORDS[cast(Language, lang)]["review_by_rule"], WORDS[cast(Language, lang)]["review_by_model"]
    assert str(by_rule) in html.unescape(plain.text)
    assert "alert(1)" not in plain.text
    quote = re.search(r'class="hit [^>]*>([^<]{40,})<', page)
    assert quote
    named.queue.append(says(f"« {html.unescape(quote[1])} » [1]. « {html.unescape(quote[1])} » [2]."))
    told = client.post(action[1], params={"lang": lang}, headers=PAGE).text
    assert str(by_model if "cite-1" in told else by_rule) in html.unescape(told)


def test_nobody_else_has_it_explained(signed_in: SignedIn, named: Scripted) -> None:  # noqa: F811
    model = Model(Settings(_env_file=None, llm="openai:m", llm_base_url=named.url, llm_retries=0))
    client, asked = signed_in("lawyer", model=model), len(named.asked)
    where = drop(client)
    assert "/explanation" not in client.get(where, headers=PAGE).text
    first = re.search(r'action="(/workspace/review/[^"]*/findings/[^"/]*)"', client.get(where, headers=PAGE).text)
    assert first
    assert client.post(f"{first[1]}/explanation", headers=PAGE).status_code == 200, "the rule's own words"
    assert client.post("/workspace/review/nothing/findings/x/explanation", headers=PAGE).status_code == 404
    assert len(named.asked) == asked


@pytest.mark.parametrize("count", [1, 3])
def test_a_model_is_given_as_many_passages_as_are_set(
    firm: Path, assistant: Assistant, named: Scripted, tmp_path: Path, count: int
) -> None:
    shutil.copytree(firm / "data", tmp_path / "data")
    own = {"data_dir": tmp_path / "data", "llm": "openai:m", "llm_base_url": named.url, "llm_passages": count}
    chosen = assistant.settings.model_copy(update=own)
    opened = open_assistant(chosen, encoder=assistant.retriever.encoder)
    named.asked.clear()
    opened.writer.answer(Question(QUESTION))
    opened.close()
    rules = named.asked[0]["messages"][0]["content"]
    assert re.findall(r"^<passage \w+ \[(\d)\]>$", rules, re.MULTILINE) == [str(n) for n in range(1, count + 1)]
