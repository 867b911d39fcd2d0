"""However many call: what is kept in memory of callers has an end, and what is kept of them elsewhere is in the database."""

from __future__ import annotations

import gc
import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

import pytest

from knowledge.settings import Settings
from knowledge.store import Store
from tests.fakes import NOW, everything, new_store
from tests.web.conftest import MakeClient
from web.errors import Refused
from web.limits import ADDRESSES, Limiter
from web.once import Once
from web.widget import open_widget
from web.widget.site import Site
from web.widget.ticket import read

Figure = Callable[[str, object], None]
MANY = 1_000_000
MEGABYTE = 1 << 20
LIMIT = 30


def megabytes(held: object) -> float:
    """All that is reached from `held` but code."""
    seen: set[int] = set()
    total, waiting = 0, [held]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType | MethodType | BuiltinFunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return total / MEGABYTE


def filled(count: int) -> Limiter:
    """Every address as often as it may, in turns, so that what is counted is as large as can be."""
    clock = (n / 1e9 for n in itertools.count())
    limiter = Limiter(LIMIT, lambda: next(clock))
    for n in range(count):
        limiter.check(f"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1")
    for _ in range(LIMIT - 1):
        for n in range(count - ADDRESSES, count):
            limiter.check(f"2001:db8:{n >> 16:x}:{n & 0xFFFF:x}::1")
    with pytest.raises(Refused):
        limiter.check(f"2001:db8:{(count - 1) >> 16:x}:{(count - 1) & 0xFFFF:x}::1")
    return limiter


@pytest.mark.check("A12", "D09")
@pytest.mark.parametrize("count", [50_000, pytest.param(MANY, marks=[pytest.mark.tier(2), pytest.mark.timeout(900)])])
def test_addresses_take_no_more_than_there_is_room_for(count: int, record_property: Figure) -> None:
    held = megabytes(filled(count)._asked)
    assert 0.1 < held < 20
    record_property("figure", f"{count:,} addresses: {held:.1f} MB")


@pytest.mark.check("D09")
@pytest.mark.parametrize("count", [50_000, pytest.param(MANY, marks=[pytest.mark.tier(2), pytest.mark.timeout(900)])])
def test_keys_of_repeated_requests_take_no_more_than_there_is_room_for(count: int, record_property: Figure) -> None:
    once = Once()
    for n in range(count):
        once.do(f"caller {n}", f"key {n}", b"x", lambda n=n: n)  # type: ignore[misc]
    held = megabytes(once._done)
    assert 0.1 < held < 50
    record_property("figure", f"{count:,} keys: {held:.1f} MB")


@pytest.mark.check("D09")
def test_sessions_of_the_widget_are_kept_by_their_pages(store: Store) -> None:
    """A session is a signed ticket: opening one writes nothing down and leaves nothing in memory."""
    widget = open_widget(store, Settings(_env_file=None), "s" * 32)
    site = Site("main", "Cabinet", ("https://www.example.org",))
    widget.open(site, site.origins[0], None, NOW)
    before, kept = everything(store), megabytes(widget)
    for _ in range(1_000):
        ticket, conversation = widget.open(site, site.origins[0], None, NOW)
        assert read(widget.token(ticket), "s" * 32) == ticket
        assert conversation is None
    assert everything(store) == before
    assert megabytes(widget) == pytest.approx(kept, rel=0.01)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "data" / "clausier.db")
    yield opened
    opened.close()


FORGED = 1_000
CLAIMS = ("x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip")


@pytest.mark.check("A12")
def test_forged_addresses_move_no_limit(make_client: MakeClient, record_property: Figure) -> None:
    client = make_client(questions_per_minute=5)
    codes = [
        client.get(
            "/api/v1/search?q=penalty&k=1",
            headers=dict.fromkeys(CLAIMS, f"10.{n >> 8}.{n & 255}.7"),
        )
        for n in range(FORGED)
    ]
    answered = [one.status_code for one in codes].count(200)
    assert answered == 5
    assert all(int(one.headers["retry-after"]) > 0 for one in codes if one.status_code == 429)
    assert {one.status_code for one in codes} == {200, 429}
    record_property("figure", f"{answered} of {FORGED} requests with forged addresses answered, the limit being 5")
