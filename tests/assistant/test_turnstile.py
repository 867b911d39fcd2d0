"""So many at a time, first come, first served."""

from __future__ import annotations

import threading
import time

import pytest

from assistant.turnstile import Turnstile


@pytest.mark.parametrize("places", [1, 3])
def test_no_more_than_there_are_places(places: int) -> None:
    turnstile, lock = Turnstile(places), threading.Lock()
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        with turnstile:
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with lock:
                inside -= 1

    together(work, 12)
    assert most == places


def test_in_the_order_in_which_they_came() -> None:
    turnstile, order, threads = Turnstile(1), list[int](), []
    with turnstile:
        for number in range(8):
            thread = threading.Thread(target=lambda number=number: passing(turnstile, order, number))
            thread.start()
            threads.append(thread)
            while len(turnstile._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))


def test_whoever_fails_gives_back_the_place() -> None:
    turnstile = Turnstile(1)
    for _ in range(3):
        with pytest.raises(ValueError, match="no"), turnstile:
            raise ValueError("no")
    together(lambda: passing(turnstile, [], 1), 2)


def passing(turnstile: Turnstile, order: list[int], number: int) -> None:
    with turnstile:
        order.append(number)


def together(work: object, count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
