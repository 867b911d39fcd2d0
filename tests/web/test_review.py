"""Contracts under review in the workspace: whose they are, what is decided of them, how they go out and are deleted."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from starlette.testclient import TestClient

from assistant.review.keep import Reviews
from assistant.wiring import Assistant
from knowledge.library import ROOT
from knowledge.playbook import load_playbook
from tests.fakes import bytes_of
from tests.ingest.redline.settled import part
from tests.web.conftest import MakeClient
from tests.web.test_access import PAGE, PASSWORD, sign_in
from web.accounts import Accounts
from web.deps import now
from web.work import MOST, Works

CONTRACT = Path(__file__).parents[1] / "golden" / "contracts" / "fr-maintenance-boutique.md"
NOTICE = "it-services-customer:notice"
As = Callable[[str], TestClient]


@pytest.fixture(scope="module")
def signed(make_client: MakeClient, assistant: Assistant) -> As:
    made: dict[str, TestClient] = {}

    def sign(name: str) -> TestClient:
        if name not in made:
            Accounts(assistant.store).add(name, "lawyer", PASSWORD, now())
            client = make_client()
            assert sign_in(client, name, PASSWORD).status_code == 303
            token = re.search(r'value="(\w{64})"', client.get("/workspace/account", headers=PAGE).text)
            assert token
            client.headers["X-CSRF-Token"] = token[1]
            made[name] = client
        return made[name]

    return sign


def drop(client: TestClient, data: bytes | None = None, name: str = CONTRACT.name) -> str:
    """The address of the review of a contract."""
    file = {"file": (name, CONTRACT.read_bytes() if data is None else data)}
    sent = client.post("/workspace/review", files=file, data={"side": "customer"}, headers=PAGE, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def test_findings_contract_and_proposals_stand_side_by_side(signed: As) -> None:
    client = signed("reviewer")
    page = client.get(drop(client), params={"lang": "fr"}, headers=PAGE).text
    assert 'id="d-notice"' in page
    assert 'id="f-notice"' in page
    assert "<del>six</del><ins>trois</ins>" in page
    assert 'class="goes" id="d-reversibility"' in page
    assert page.index('data-rule="notice"') < page.index('data-rule="renewal"')  # high before medium
    assert client.get("/workspace/review", headers=PAGE).text.count(CONTRACT.name) >= 1


def test_decisions_are_kept_and_go_into_the_export(signed: As) -> None:
    client = signed("reviewer")
    address = drop(client)
    said = {"accept": "application/json"}
    kept = client.post(f"{address}/findings/{NOTICE}", data={"choice": "reject", "note": "Accordé."}, headers=said)
    assert kept.json() == {"choice": "reject", "words": "", "note": "Accordé."}
    words = {"choice": "edit", "words": "La perte de données est indemnisée."}
    client.post(f"{address}/findings/it-services-customer:excluded-losses", data=words, headers=said)
    word = client.get(f"{address}/export", params={"comments": "none"})
    source = part(word.content).decode()
    assert 'w:author="reviewer"' in source
    assert "indemnisée" in source
    assert ">trente-six</w:delText>" in source
    assert ">six</w:delText>" not in source
    ours = client.get(f"{address}/export", params={"comments": "ours"}).content
    assert all(one.text.startswith("[Interne]") for one in docx.Document(io.BytesIO(ours)).comments)
    assert client.get(f"{address}/export", params={"format": "memo"}).status_code == 200


@pytest.mark.parametrize(
    ("finding", "given", "status"),
    [
        (NOTICE, {"choice": "perhaps"}, 422),
        (NOTICE, {"choice": "edit", "words": "  "}, 422),
        ("it-services-customer:nothing", {"choice": "accept"}, 404),
    ],
)
def test_what_is_no_decision_is_refused(signed: As, finding: str, given: dict[str, str], status: int) -> None:
    client = signed("reviewer")
    assert client.post(f"{drop(client)}/findings/{finding}", data=given).status_code == status


def test_what_cannot_be_read_is_said_on_the_page(signed: As) -> None:
    client = signed("reviewer")
    for data, name in ((b"", "a.txt"), (b"MZ\x00", "a.exe"), (b"PK\x03\x04broken", "a.docx")):
        sent = client.post("/workspace/review", files={"file": (name, data)}, headers=PAGE)
        assert sent.status_code == 422
        assert "say-error" in sent.text


def test_a_review_is_its_owners_alone(signed: As) -> None:
    address = drop(signed("reviewer"))
    for method, path in (("GET", ""), ("GET", "/export"), ("POST", "/delete"), ("POST", f"/findings/{NOTICE}")):
        assert signed("colleague").request(method, address + path, data={"choice": "accept"}).status_code == 404
    assert address not in signed("colleague").get("/workspace/review", headers=PAGE).text


def test_the_notes_of_every_lawyer_are_purged_with_the_contracts(signed: As, assistant: Assistant) -> None:
    address = drop(signed("reviewer"))
    works = Works(assistant.store)
    assert works.purge("review", dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) == 0
    assert works.purge("review", dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)) >= 1
    assert signed("reviewer").get(address).status_code == 404


def test_it_is_deleted_for_good(signed: As, assistant: Assistant) -> None:
    client = signed("reviewer")
    address = drop(client, b"# Contract\n\n1. Scope\n\nThe provider maintains the xenophonic site.\n", "a.md")
    assert client.post(f"{address}/delete", follow_redirects=False).status_code == 303
    assert client.get(address).status_code == 404
    files = assistant.settings.data_dir.glob("clausier.db*")
    assert b"xenophonic" not in bytes_of(files)


def test_notes_go_when_the_time_of_the_contract_is_over(signed: As, assistant: Assistant) -> None:
    client = signed("forgetful")
    address = drop(client)
    client.post(f"{address}/findings/{NOTICE}", data={"choice": "accept", "note": "quixotically noted"})
    Reviews(assistant.store).purge(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1))
    assert client.get(address).status_code == 404
    assert address not in client.get("/workspace/review", headers=PAGE).text
    with assistant.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM work WHERE content LIKE '%quixotic%'").scalar() == 0


def test_rules_that_nobody_accepted_are_not_asked_and_counted(signed: As, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load_playbook(ROOT, "customer")
    proposed = [rule.model_copy(update={"proposed": rule.id != "notice"}) for rule in shipped.rules]
    own = shipped.model_copy(update={"rules": tuple(proposed)})
    monkeypatch.setattr("web.reviewing.load_playbook", lambda *_: own)
    page = signed("reviewer").get(drop(signed("reviewer")), params={"lang": "en"}, headers=PAGE).text
    assert f"{len(proposed) - 1} rules of the playbook are only proposed" in page
    assert 'id="f-notice"' in page
    assert 'id="f-renewal"' not in page


@pytest.mark.check("F11")
@pytest.mark.tier(2)
def test_an_account_keeps_so_much_and_no_more(
    signed: As, assistant: Assistant, record_property: Callable[[str, str], None]
) -> None:
    """The contract that has no place is not kept either; others go on."""
    full, other = signed("hoarder"), signed("neighbour")
    owner = next(one.id for one in Accounts(assistant.store).all() if one.name == "hoarder")
    works = Works(assistant.store)
    kept = [works.make(owner, "checklist", f"{n}", {}, now()) for n in range(MOST - 3)]
    sent = [
        full.post(
            "/workspace/review",
            files={"file": (f"{n}.txt", b"The provider maintains the site.")},
            headers=PAGE,
            follow_redirects=False,
        )
        for n in range(6)
    ]
    assert [one.status_code for one in sent] == [303] * 3 + [422] * 3
    assert f"{MOST} pieces of work" in sent[-1].text
    with assistant.store.reading() as connection:
        reviews = connection.exec_driver_sql(
            "SELECT count(*) FROM review WHERE name IN ('3.txt', '4.txt', '5.txt')"
        ).scalar()
    assert reviews == 0
    assert drop(other, b"The provider maintains the site.", "a.txt")
    for key in kept:
        works.delete(owner, key)
    assert drop(full, b"The provider maintains the site.", "a.txt")
    record_property(
        "figure",
        f"{MOST} pieces of an account taken, {sum(one.status_code == 422 for one in sent)} more refused, others unaffected",
    )
