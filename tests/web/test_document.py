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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from knowledge.sqlite import open_sqlite
from tests.web.firm import served
from web.access import ANYONE, LAWYERS, OPERATORS, OWN_WORK, PROGRAMS, READERS, WIDGETS, Rule
from web.deps import now
from web.document import LINKS, security
from web.keys import SCOPES, Keys

CASES = int(os.environ.get("FUZZ_CASES", "0"))
ALL = 20_000
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


def test_links_lead_from_fields_that_there_are_to_parameters_that_there_are(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = {one["operationId"]: one for way in document["paths"].values() for one in way.values()}
    told = 0
    for operation in operations.values():
        answer = operation["responses"]["200"]
        for link in answer.get("links", {}).values():
            target = operations[link["operationId"]]
            known = {one["name"] for one in target.get("parameters", [])}
            assert link.get("parameters", {}).keys() <= known
            body = target.get("requestBody", {"content": {"application/json": {"schema": {}}}})["content"]
            fields = _resolved(document, body["application/json"]["schema"]).get("properties", {})
            assert link.get("requestBody", {}).keys() <= fields.keys()
            given = answer["content"]["application/json"]["schema"]
            for place in (*link.get("parameters", {}).values(), *link.get("requestBody", {}).values()):
                schema = given
                for step in place.removeprefix("$response.body#/").split("/"):
                    found = _resolved(document, schema)
                    schema = found["items"] if step.isdigit() else found["properties"][step]
                told += 1
    assert told == sum(len(places) for links in LINKS.values() for _, places in links.values())


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind references and alternatives to nothing."""
    schema = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), schema)
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


@pytest.fixture(scope="module")
def site(firm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a real server, and a key of every scope."""
    data = tmp_path_factory.mktemp("document") / "data"
    with served(firm, data, CLAUSIER_QUESTIONS_PER_MINUTE="10000") as address:
        store = open_sqlite(data / "clausier.db")
        _, secret = Keys(store).make("document", SCOPES, "test", now())
        store.close()
        yield address, secret


def fuzz(address: str, headers: list[str], seed: int, examples: int) -> int:
    """One round; how many requests were sent."""
    words = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
        "run", f"{address}/openapi.json", *headers, "--seed", str(seed), "--max-examples", str(examples),
        "--phases", "coverage,fuzzing,stateful", "--continue-on-failure", "--request-timeout", "60", "--warnings", "off",
    ]  # fmt: skip
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    told = done.stdout[-20_000:]
    assert done.returncode == 0, told
    found = re.search(r"(\d+) generated, (\d+) passed", told)
    assert found, told
    assert found[1] == found[2], told
    return int(found[1])


@pytest.mark.check("A08")
@pytest.mark.slow
@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("cases", [CASES, pytest.param(ALL, marks=pytest.mark.tier(2))])
def test_the_document_of_the_api_is_true(
    site: tuple[str, str], cases: int, record_property: Callable[[str, object], None]
) -> None:
    address, secret = site
    sent = 0
    for seed in itertools.count(FIRST_SEED):
        is_known = (seed - FIRST_SEED) % 2 == 1
        known = ["-H", f"Authorization: Bearer {secret}"] if is_known else []
        sent += fuzz(address, known, seed, MANY if cases else FEW)
        print(f"{sent} requests", file=sys.__stderr__)
        if is_known and sent >= cases:
            break
    assert sent > 1000
    record_property("figure", f"{sent:,} requests and chains of requests, each as the document says")
