"""What a model may cost in a day, for whom it may be used, and what of a question leaves this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.budget import SPENT, tokens
from assistant.llm import RETRIES, Model
from assistant.permit import Permits
from assistant.provider import is_external
from assistant.speech import ModelFailed
from knowledge.models import Audience
from knowledge.settings import Settings
from knowledge.store import Store
from tests import fakes
from tests.assistant import scripted
from tests.assistant.scripted import Scripted, chunk, events, says, status

NOW = dt.datetime(2026, 3, 1, 23, 50, tzinfo=dt.UTC)
ASK = [("system", "be brief"), ("human", "May Mme Anne Martin (anne@martin.fr) end it?")]


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with scripted.serve(says("Hello there.")) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = fakes.new_store(tmp_path / "clausier.db")
    yield made
    made.close()


def settings(url: str, **other: Any) -> Settings:
    chosen: dict[str, Any] = {
        "llm": "openai:m", "llm_base_url": url, "llm_first_token_seconds": 2, "llm_total_seconds": 3,
        "llm_max_characters": 300, "llm_retries": 0,
    }  # fmt: skip
    return Settings(_env_file=None, **(chosen | other))


# --- the budget -----------------------------------------------------------------------------------------------------------


def test_what_is_used_is_counted_by_day_and_purpose(server: Scripted, store: Store) -> None:
    moment = [NOW]
    prices = {"llm_price_sent": 1.0, "llm_price_received": 10.0}
    model = Model(settings(server.url, **prices), store=store, now=lambda: moment[0])
    for _ in range(2):
        "".join(model.stream(ASK))
    "".join(model.stream(ASK, "adapt"))
    moment[0] += dt.timedelta(hours=1)
    server.queue.append(status(500))
    with pytest.raises(ModelFailed):
        "".join(model.stream(ASK))
    sent, received = tokens(sum(len(text) for _, text in ASK)), tokens(len("Hello there."))
    spent = {(one.day, one.purpose): one for one in model.budget.spent(NOW.date())}
    first = spent["2026-03-01", "answer"]
    assert (first.calls, first.failed, first.sent, first.received) == (2, 0, 2 * sent, 2 * received)
    assert first.cost == pytest.approx(2 * (sent + 10 * received) / 1_000_000)
    assert spent["2026-03-01", "adapt"].calls == 1
    failed = spent["2026-03-02", "answer"]
    assert (failed.calls, failed.failed, failed.received) == (1, 1, 0)


def test_usage_that_the_provider_counts_goes_before_our_estimate(server: Scripted, store: Store) -> None:
    usage = {"prompt_tokens": 900, "completion_tokens": 70, "total_tokens": 970}
    server.queue.append(
        events(chunk({"content": "Hello."}), chunk({}, "stop"), chunk({}, usage=usage, choices=[]), "data: [DONE]\n\n")
    )
    model = Model(settings(server.url), store=store, now=lambda: NOW)
    "".join(model.stream(ASK))
    (spent,) = model.budget.spent(NOW.date())
    assert (spent.sent, spent.received) == (900, 70)


@pytest.mark.check("D10")
@pytest.mark.parametrize("limit", [{"llm_daily_tokens": 400}, {"llm_daily_cost": 0.04, "llm_price_received": 100.0}])
def test_beyond_the_budget_nothing_is_sent_until_the_next_day(
    server: Scripted, store: Store, limit: dict[str, Any]
) -> None:
    moment = [NOW]
    model = Model(settings(server.url, llm_max_characters=600, **limit), store=store, now=lambda: moment[0])
    question = [("human", "x" * 300)]
    answers: list[str] = []
    with pytest.raises(ModelFailed, match=SPENT):
        answers.extend("".join(model.stream(question)) for _ in range(100))
    assert 0 < len(answers) < 100
    assert model.budget.is_spent()
    asked = len(server.asked)
    with pytest.raises(ModelFailed, match=SPENT):
        "".join(model.stream(question))
    assert len(server.asked) == asked
    again = Model(settings(server.url, llm_max_characters=600, **limit), store=store, now=lambda: moment[0])
    with pytest.raises(ModelFailed, match=SPENT):
        "".join(again.stream(question))
    moment[0] += dt.timedelta(minutes=20)
    assert "".join(again.stream(ASK)) == "Hello there."


@pytest.mark.check("D10")
def test_calls_at_the_same_time_do_not_each_take_the_last_of_it(server: Scripted, store: Store) -> None:
    model = Model(settings(server.url, llm_daily_tokens=1000), store=store, now=lambda: NOW)

    def ask(_: int) -> bool:
        try:
            return bool("".join(model.stream([("human", "x" * 600)])))
        except ModelFailed:
            return False

    with ThreadPoolExecutor(8) as pool:
        answered = sum(pool.map(ask, range(24)))
    used = sum(one.sent + one.received for one in model.budget.spent(NOW.date()))
    assert answered
    assert used <= 1000


def test_who_leaves_is_settled_too(server: Scripted, store: Store) -> None:
    model = Model(settings(server.url), store=store, now=lambda: NOW)
    server.queue.append(scripted.endless("word "))
    reply = model.stream(ASK)
    next(reply)
    reply.close()
    (spent,) = model.budget.spent(NOW.date())
    assert (spent.calls, spent.failed) == (1, 0)
    assert spent.received < 100


# --- for whom -------------------------------------------------------------------------------------------------------------

EXTERNAL = {"https://api.example.org/v1": True, "http://10.0.0.7:8080/v1": True, "http://127.0.0.1.evil.test/v1": True}
LOCAL = {"http://127.0.0.1:1/v1": False, "http://[::1]:8080/v1": False, "http://localhost:11434": False}


@pytest.mark.parametrize(("url", "expected"), (EXTERNAL | LOCAL).items())
def test_only_this_machine_is_not_somebody_else(url: str, expected: bool) -> None:
    assert is_external(settings(url)) is expected
    assert is_external(settings(url, llm_external=not expected)) is not expected


CONFUSING = (
    "http://127.0.0.1@evil.test/v1",
    "http://user:word@127.0.0.1:8080/v1",
    "http://127.0.0.1\\@evil.test/v1",
    "http://127.0.0.1#@evil.test/v1",
    "http://127.0.0.1?@evil.test/v1",
    "http://127.0.0.1 @evil.test/v1",
    "http://127.0.0.1\t.evil.test/v1",
    "http://evil.test/v1?next=/etc/passwd",
    "http://evil.test/v1#fragment",
    "http:///etc/passwd",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "unix:///var/run/docker.sock",
    "//127.0.0.1/v1",
    "127.0.0.1:8080",
    "http://[::1",
    "http://[fe80::1%25eth0]/v1",
    "not a url",
    "",
)


@pytest.mark.check("L07")
@pytest.mark.parametrize("url", CONFUSING)
def test_an_address_that_two_readers_may_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="address of the server"):
        settings(url)


@pytest.mark.check("L07")
@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost.evil.test", "0.0.0.0"]
)
def test_another_way_to_write_this_machine_is_somebody_else(host: str) -> None:
    """So that whoever writes it so sends nothing unmasked and nothing of the workspace."""
    assert is_external(settings(f"http://{host}/v1"))


@pytest.mark.parametrize(
    ("llm", "expected"), [("openai:m", True), ("ollama:m", False), ("llamacpp:m", False), ("mistralai:m", True)]
)
def test_without_an_address_the_provider_says_where_it_is(llm: str, expected: bool) -> None:
    assert is_external(Settings(_env_file=None, llm=llm)) is expected


@pytest.mark.check("P08")
def test_the_workspace_is_closed_until_somebody_opens_it(store: Store) -> None:
    model = Model(settings("https://api.example.org/v1"), store=store)
    audiences: tuple[Audience, ...] = ("client", "trainee", "lawyer")
    assert [model.admits(one) for one in audiences] == [True, False, False]
    Permits(store).grant("anne", NOW)
    granted = Permits(store).granted()
    assert granted is not None
    assert granted.granted_by == "anne"
    assert [model.admits(one) for one in audiences] == [True, True, True]
    Permits(store).withdraw()
    assert [model.admits(one) for one in audiences] == [True, False, False]


def test_the_setting_goes_before_the_permit(store: Store) -> None:
    Permits(store).grant("anne", NOW)
    assert not Model(settings("https://api.example.org/v1", llm_audiences="lawyer"), store=store).admits("client")
    assert not Model(settings("https://api.example.org/v1", llm_audiences="client"), store=store).admits("lawyer")
    assert Model(settings("http://127.0.0.1:1/v1", llm_audiences=""), store=store).admits("lawyer"), "it leaves nobody"


# --- what leaves ----------------------------------------------------------------------------------------------------------


@pytest.mark.check("P11")
def test_an_external_model_is_told_no_names_and_the_reader_reads_them(server: Scripted) -> None:
    server.queue.append(says("Yes, PERSON_1 may, by EMAIL_1 or EMAIL_12."))
    model = Model(settings(server.url, llm_external=True))
    reply = model.stream(ASK)
    assert reply.masked == (("email", 1), ("person", 1))
    assert "".join(reply) == "Yes, Anne Martin may, by anne@martin.fr or EMAIL_12."
    assert [m["content"] for m in server.asked[-1]["messages"]] == ["be brief", "May Mme PERSON_1 (EMAIL_1) end it?"]


def test_a_model_on_this_machine_is_told_all(server: Scripted) -> None:
    reply = Model(settings(server.url)).stream(ASK)
    assert reply.masked == ()
    "".join(reply)
    assert server.asked[-1]["messages"][1]["content"] == ASK[1][1]


# --- asked again ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_passing_failure_is_asked_again(server: Scripted, code: int) -> None:
    server.queue.append(status(code, "{}"))
    asked = len(server.asked)
    assert "".join(Model(settings(server.url, llm_retries=1)).stream(ASK)) == "Hello there."
    assert len(server.asked) == asked + 2


@pytest.mark.parametrize(
    "behaviour",
    [status(401), status(404), status(429, "{}", Retry_After="86400"), scripted.calls_a_tool, scripted.breaks_off],
    ids=["401", "404", "429 until tomorrow", "nonsense", "after the first words"],
)
def test_other_failures_are_not(server: Scripted, behaviour: scripted.Behaviour) -> None:
    server.queue.append(behaviour)
    asked = len(server.asked)
    with pytest.raises(ModelFailed):
        "".join(Model(settings(server.url, llm_retries=3)).stream(ASK))
    assert len(server.asked) == asked + 1


def test_a_server_that_fails_for_long_is_not_asked_twice_each_time(server: Scripted) -> None:
    model = Model(settings(server.url, llm_retries=1), clock=iter(range(0, 100_000, 1000)).__next__)
    asked = len(server.asked)
    server.queue.extend([status(500)] * 40)
    for _ in range(10):
        with pytest.raises(ModelFailed):
            "".join(model.stream(ASK))
    assert len(server.asked) - asked <= 10 + RETRIES
    server.queue.clear()


def test_the_log_has_counts_and_no_content(server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "assistant.llm"):
        "".join(Model(settings(server.url)).stream(ASK))
    text = caplog.text
    assert "openai:m, answer: done, " in text
    assert "Martin" not in text
    assert "Hello" not in text
