"""Documents that come in while people ask: who asks hardly notices."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import Installation, Server, write_document
from tests.faults.lawyer import Lawyer, add_lawyer

pytestmark = pytest.mark.slow

Figure = Callable[[str, object], None]
DOCUMENTS = 200
QUESTIONS = (
    "How fast must the provider answer under the maintenance contract?",
    "What is a penalty?",
    "Que doit le client ?",
)


def asked(server: Server, until: Callable[[int], bool]) -> list[float]:
    """Seconds that each answer took."""
    taken: list[float] = []
    while not until(len(taken)):
        began = time.monotonic()
        assert server.ask(QUESTIONS[len(taken) % len(QUESTIONS)])["answer"]
        taken.append(time.monotonic() - began)
    return taken


def share(taken: list[float], part: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * part))]


@pytest.mark.tier(2)
@pytest.mark.check("D07")
@pytest.mark.timeout(1800)
def test_questions_are_answered_while_documents_come_in(
    installation: Installation, tmp_path: Path, record_property: Figure
) -> None:
    password = add_lawyer(installation)
    own = installation.with_(CLAUSIER_QUESTIONS_PER_MINUTE="10000")
    paths = [
        write_document(
            tmp_path / f"{n}.md", f"Rules {n}", [f"The provider of lot {n} answers within {n % 9 + 1} hours."] * 5
        )
        for n in range(DOCUMENTS)
    ]
    with own.serving() as server:
        asked(server, lambda count: count >= 20)
        idle = asked(server, lambda count: count >= 100)
        outcomes: list[str] = []

        def bring() -> None:
            lawyer = Lawyer(server.address, password)
            outcomes.extend(lawyer.brings(path) for path in paths)

        bringing = threading.Thread(target=bring)
        bringing.start()
        busy = asked(server, lambda count: count >= 30 and not bringing.is_alive())
        bringing.join()
    assert outcomes == ["added"] * DOCUMENTS
    slower = share(busy, 0.95) / share(idle, 0.95)
    record_property(
        "figure",
        f"{DOCUMENTS} documents taken in, {len(busy)} questions meanwhile: p95 {share(busy, 0.95):.2f} s, idle "
        f"{share(idle, 0.95):.2f} s, {slower:.1f} times; p50 {statistics.median(busy):.2f} s",
    )
    assert slower <= 2
