"""What is sent again under its key is done once, for whoever sent it, and with the same reply."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from tests.web.conftest import MakeClient
from tests.web.test_access import PAGE
from tests.web.test_knowledge import ADDRESS, As, erase, signed
from web.audit import Audit
from web.errors import Refused
from web.once import REMEMBERED, Once

__all__ = ["signed"]

TIMES = 5
CONTRACT = b"# Maintenance\n\n## 1. Liability\n\nThe provider is liable without limit.\n"


def at_once(work: Callable[[], object]) -> list[object]:
    """What it gives, five times in parallel."""
    gate = threading.Barrier(TIMES)

    def go(_: int) -> object:
        gate.wait(10)
        return work()

    with ThreadPoolExecutor(TIMES) as threads:
        return list(threads.map(go, range(TIMES)))


def test_it_is_done_once_and_told_five_times() -> None:
    once, done = Once(), list[int]()

    def work() -> int:
        done.append(1)
        return len(done)

    assert at_once(lambda: once.do("me", "key", b"said", work)) == [1] * TIMES
    assert once.do("you", "key", b"said", work) == 2, "a key belongs to whoever sent it"
    assert once.do("me", "other", b"said", work) == 3
    assert once.do("me", None, b"said", work) == 4


def test_a_key_belongs_to_what_was_sent() -> None:
    once = Once()
    once.do("me", "key", b"said", lambda: 1)
    with pytest.raises(Refused, match="another request"):
        once.do("me", "key", b"said otherwise", lambda: 2)


def test_a_failure_is_told_and_not_remembered() -> None:
    once = Once()

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        once.do("me", "key", b"said", fail)
    assert once.do("me", "key", b"said", lambda: 7) == 7


def test_old_keys_are_forgotten() -> None:
    once = Once()
    for number in range(REMEMBERED + 1):
        once.do("me", str(number), b"", lambda: "first")
    assert once.do("me", "1", b"", lambda: "again") == "first"
    assert once.do("me", "0", b"", lambda: "again") == "again"


@pytest.mark.check("R15")
def test_a_text_that_a_lawyer_sends_five_times_is_one_document(
    signed: As,
    assistant: Assistant,
    record_property: Callable[[str, object], None],
) -> None:
    lawyer, data = signed("lawyer"), b"# The minuet protocol\n\nEvery minuet key is returned within nine days.\n"

    def send() -> str:
        sent = lawyer.post(
            ADDRESS, files={"file": ("minuet.md", data)}, headers={**PAGE, "Idempotency-Key": "minuet-1"}
        )
        assert sent.status_code == 200, sent.text
        return sent.text

    before = Audit(assistant.store).recent(1)[0][0]
    replies = at_once(send)
    assert len(set(replies)) == 1
    held = [one for one in assistant.store.documents() if one["title"] == "The minuet protocol"]
    assert len(held) == 1
    written = [entry.action for number, entry in Audit(assistant.store).recent() if number > before]
    assert written == ["document-added"]
    other = lawyer.post(
        ADDRESS, files={"file": ("other.md", b"# Other")}, headers={**PAGE, "Idempotency-Key": "minuet-1"}
    )
    assert other.status_code == 422
    record_property("figure", f"{TIMES} sent: {len(held)} document, {replies.count(replies[0])} equal replies")
    erase(lawyer, "The minuet protocol")


@pytest.mark.check("R15")
def test_a_contract_that_is_sent_five_times_is_one_review(
    make_client: MakeClient, record_property: Callable[[str, object], None]
) -> None:
    client: TestClient = make_client()

    def send(data: bytes = CONTRACT) -> tuple[int, str]:
        sent = client.post(
            "/api/v1/reviews", files={"file": ("contract.md", data)}, headers={"Idempotency-Key": "contract-1"}
        )
        return sent.status_code, sent.text

    replies = at_once(send)
    assert replies == [replies[0]] * TIMES
    assert replies[0][0] == 200  # type: ignore[index]
    assert send(CONTRACT + b"\nMore.")[0] == 422
    record_property("figure", f"{TIMES} sent: {len(set(replies))} review, {len(replies)} equal replies")
