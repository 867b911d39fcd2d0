"""The document of the API is true: requests that Schemathesis makes of it, valid and invalid, with and without a key, never fail
on our side, and are answered with the statuses, types, headers and shapes that it names. Always the same requests.

FUZZ_CASES=20000 pytest tests/web/test_document.py    sends at least so many
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from knowledge.sqlite import open_sqlite
from tests.web.firm import served
from web.access import ANYONE, LAWYERS, OPERATORS, OWN_WORK, PROGRAMS, READERS, WIDGETS, Rule
from web.deps import now
from web.document import security
from web.keys import SCOPES, Keys

CASES = int(os.environ.get("FUZZ_CASES", "0"))
FIRST_SEED = 7
FEW, MANY = 5, 200
"""Random requests for each operation in a round, besides those that cover its schema."""

NOTHING, BY_KEY, BY_TICKET, BY_SESSION = {}, {"key": []}, {"widget": []}, {"session": []}  # type: ignore[var-annotated]


@pytest.mark.parametrize(
    ("rule", "ways"),
    [
        (ANYONE, [NOTHING, BY_KEY, BY_SESSION]),
        (LAWYERS, [BY_KEY, BY_SESSION]),
        (OWN_WORK, [BY_SESSION]),
        (READERS, [BY_KEY, BY_SESSION]),
        (OPERATORS, [NOTHING, BY_KEY, BY_SESSION]),
        (PROGRAMS, [NOTHING, BY_KEY, BY_SESSION]),
        (WIDGETS, [BY_TICKET]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_one_may_show_is_what_the_rule_asks(rule: Rule, ways: list[dict[str, list[str]]]) -> None:
    assert security(rule) == ways


def test_the_document_names_keys_ids_and_the_other_shape_of_errors(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    known = document["components"]["securitySchemes"].keys()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["security"], path
            assert {name for way in operation["security"] for name in way} <= known
            for status, response in operation["responses"].items():
                assert "X-Request-ID" in response["headers"]
                if status != "200":
                    shape = "WireErrorOut" if path.startswith("/v1/") else "ErrorOut"
                    schema = {"$ref": f"#/components/schemas/{shape}"}
                    assert response["content"] == {"application/json": {"schema": schema}}, (path, status)
    assert document["paths"]["/api/v1/agreements"]["post"]["security"] == [BY_KEY, BY_SESSION]


@pytest.fixture(scope="module")
def site(firm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a real server, and a key of every scope."""
    data = tmp_path_factory.mktemp("document") / "data"
    with served(firm, data, CLAUSIER_QUESTIONS_PER_MINUTE="10000") as address:
        store = open_sqlite(data / "clausier.db")
        _, secret = Keys(store).make("document", SCOPES, "test", now())
        store.close()
        yield address, secret


def fuzz(address: str, headers: list[str], seed: int) -> int:
    """One round; how many requests were sent."""
    words = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", f"{address}/openapi.json", *headers, "--seed", str(seed), "--max-examples", str(MANY if CASES else FEW),
        "--phases", "coverage,fuzzing", "--continue-on-failure", "--request-timeout", "60", "--warnings", "off",
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    told = done.stdout[-20_000:]
    assert done.returncode == 0, told
    found = re.search(r"(\d+) generated, (\d+) passed", told)
    assert found, told
    assert found[1] == found[2], told
    return int(found[1])


@pytest.mark.slow
@pytest.mark.timeout(14_400)
def test_the_document_of_the_api_is_true(site: tuple[str, str]) -> None:
    address, secret = site
    sent = 0
    for seed in itertools.count(FIRST_SEED):
        is_known = (seed - FIRST_SEED) % 2 == 1
        sent += fuzz(address, ["-H", f"Authorization: Bearer {secret}"] if is_known else [], seed)
        print(f"{sent} requests", file=sys.__stderr__)
        if is_known and sent >= CASES:
            break
    assert sent > 1000
