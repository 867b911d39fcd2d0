"""Signing in with an account elsewhere, against a provider on this machine: who gets in, and who never does."""

from __future__ import annotations

import html
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from assistant.wiring import Assistant
from knowledge.settings import Settings
from tests.web.conftest import MakeClient
from tests.web.provider import CLIENT, SECRET, Issuer, issuing
from tests.web.test_access import PAGE, PASSWORD
from web.accounts import Accounts
from web.audit import Audit
from web.deps import now
from web.oidc import MOST_BYTES, Attempt, NotProven, Person, Provider, is_safe, role_of
from web.words.lexicon import WORDS

BACK = "https://clausier.example/login/elsewhere/back"
RULES = ("partners=administrator", "lawyers=lawyer", "@firm.example=trainer")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as one:
        yield one


@pytest.fixture
def provider(issuer: Issuer) -> Provider:
    return Provider(issuer.address, CLIENT, SECRET)


def signed_in(provider: Provider, issuer: Issuer, **given: str) -> Person:
    attempt = Attempt.begin("/workspace", time.time())
    return provider.person(BACK, {**issuer.code(provider.address(BACK, attempt)), **given}, attempt)


# --- the protocol -----------------------------------------------------------------------------------------------------------


def test_somebody_is_vouched_for(provider: Provider, issuer: Issuer) -> None:
    issuer.person = {"email": "Anne@Firm.example", "email_verified": True, "groups": ["lawyers", "all"]}
    assert signed_in(provider, issuer) == Person("subject-1", "anne@firm.example", frozenset({"lawyers", "all"}))
    assert signed_in(provider, issuer).subject == "subject-1"
    assert issuer.asked.count("/.well-known/openid-configuration") == 1, "the description is kept"
    assert issuer.asked.count("/keys") == 1, "and so are the keys"


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_none(provider: Provider, issuer: Issuer, verified: object) -> None:
    issuer.person = {"email": "anne@firm.example", "email_verified": verified}
    assert signed_in(provider, issuer).email is None


NOW = int(time.time())


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": NOW - 300},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_fit_is_refused(provider: Provider, issuer: Issuer, changed: dict[str, Any]) -> None:
    assert signed_in(provider, issuer).subject
    issuer.changed = changed
    with pytest.raises(NotProven, match="id token"):
        signed_in(provider, issuer)


def test_several_audiences_with_us_as_the_party(provider: Provider, issuer: Issuer) -> None:
    issuer.changed = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert signed_in(provider, issuer).subject == "subject-1"


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"kid": "unknown"}], ids=str)
def test_a_signature_that_is_none(provider: Provider, issuer: Issuer, header: dict[str, str]) -> None:
    issuer.header = header
    with pytest.raises(NotProven, match="id token"):
        signed_in(provider, issuer)


def test_a_signature_of_another_key(provider: Provider, issuer: Issuer) -> None:
    issuer.signed_with = RSAKey.generate_key(2048, {"kid": "first"})
    with pytest.raises(NotProven, match="id token"):
        signed_in(provider, issuer)


def test_keys_that_change_are_asked_for_again_but_not_at_will(issuer: Issuer) -> None:
    moment = 0.0
    provider = Provider(issuer.address, CLIENT, SECRET, clock=lambda: moment)
    signed_in(provider, issuer)
    issuer.rotate("second")
    with pytest.raises(NotProven):
        signed_in(provider, issuer)
    assert issuer.asked.count("/keys") == 1, "within a minute they are not asked for again"
    moment = 61.0
    assert signed_in(provider, issuer).subject == "subject-1"
    issuer.header = {"kid": "unknown"}
    for _ in range(3):
        with pytest.raises(NotProven):
            signed_in(provider, issuer)
    assert issuer.asked.count("/keys") == 2


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"state": "another"}, "state"),
        ({"state": ""}, "state"),
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"error": "access_denied"}, "refused"),
        ({"code": ""}, "refused"),
        ({"code": "another"}, "/token"),
    ],
)
def test_what_the_browser_brings_back_wrong(
    provider: Provider, issuer: Issuer, given: dict[str, str], why: str
) -> None:
    with pytest.raises(NotProven, match=why):
        signed_in(provider, issuer, **given)


def test_a_code_is_worth_nothing_without_the_verifier_or_the_secret(provider: Provider, issuer: Issuer) -> None:
    attempt = Attempt.begin("/", time.time())
    given = issuer.code(provider.address(BACK, attempt))
    other = Attempt(attempt.state, attempt.nonce, "another verifier", "/", attempt.began)
    with pytest.raises(NotProven, match="/token"):
        provider.person(BACK, given, other)
    stranger = Provider(issuer.address, CLIENT, "another secret")
    with pytest.raises(NotProven, match="/token"):
        signed_in(stranger, issuer)


def test_the_secret_may_be_posted(provider: Provider, issuer: Issuer) -> None:
    issuer.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert signed_in(provider, issuer).subject == "subject-1"


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "javascript:1"},
        {"jwks_uri": None},
        {"filling": "x" * MOST_BYTES},
    ],
    ids=lambda described: next(iter(described)),
)
def test_a_description_that_cannot_be_believed(provider: Provider, issuer: Issuer, described: dict[str, str]) -> None:
    issuer.described = described
    with pytest.raises(NotProven):
        signed_in(provider, issuer)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
def test_an_issuer_that_fails(provider: Provider, issuer: Issuer, path: str) -> None:
    issuer.fails = path
    with pytest.raises(NotProven, match=path):
        signed_in(provider, issuer)
    issuer.fails = ""
    assert signed_in(provider, issuer).subject == "subject-1", "the failure is not kept"


def test_an_issuer_that_is_not_there() -> None:
    with pytest.raises(NotProven, match="ConnectError"):
        Provider("http://127.0.0.1:9", CLIENT, SECRET).address(BACK, Attempt.begin("/", 0))


def test_an_attempt_is_ours_and_fresh() -> None:
    attempt = Attempt.begin("/workspace", 1000)
    sealed = attempt.seal("secret")
    assert Attempt.unseal(sealed, "secret", 1500) == attempt
    assert Attempt.unseal(sealed, "another", 1500) is None
    assert Attempt.unseal(sealed, "secret", 1601) is None
    assert Attempt.unseal("x" + sealed, "secret", 1500) is None
    assert Attempt.unseal("", "secret", 1500) is None
    assert Attempt.begin("/", 0).state != Attempt.begin("/", 0).state


@pytest.mark.parametrize(
    ("groups", "email", "role"),
    [
        ({"lawyers"}, None, "lawyer"),
        ({"lawyers", "partners"}, None, "administrator"),
        (set(), "anne@firm.example", "trainer"),
        ({"lawyers"}, "anne@firm.example", "lawyer"),
        (set(), "anne@evil-firm.example", None),
        ({"@firm.example"}, None, None),
        ({"others"}, None, None),
        (set(), None, None),
    ],
)
def test_roles_by_group_and_domain(groups: set[str], email: str | None, role: str | None) -> None:
    assert role_of(Person("s", email, frozenset(groups)), RULES) == role


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example", True),
        ("http://localhost:1/x", True),
        ("http://a.example", False),
        ("file:///etc", False),
        ("", False),
    ],
)
def test_where_secrets_may_go(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


# --- the pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(make_client: MakeClient, issuer: Issuer) -> TestClient:
    return make_client(
        oidc_issuer=issuer.address,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_roles=RULES,
        public_url="http://testserver",
    )


def come_back(client: TestClient, issuer: Issuer, after: str = "/workspace/library", **given: str) -> Any:
    gone = client.get("/login/elsewhere", params={"next": after}, headers=PAGE, follow_redirects=False)
    assert gone.status_code == 303
    back = {**issuer.code(gone.headers["location"]), **given}
    return client.get("/login/elsewhere/back", params=back, headers=PAGE, follow_redirects=False)


def test_a_lawyer_comes_in_with_an_account_of_the_firm(
    client: TestClient, issuer: Issuer, assistant: Assistant
) -> None:
    issuer.person = {"sub": "l1", "email": "lea@firm.example", "email_verified": True, "groups": ["lawyers"]}
    assert WORDS["en"]["elsewhere"] in html.unescape(client.get("/login", headers=PAGE).text)
    back = come_back(client, issuer)
    assert back.status_code == 303
    assert back.headers["location"] == "/workspace/library"
    assert "lea@firm.example" in client.get("/workspace", headers=PAGE).text
    accounts = Accounts(assistant.store)
    assert accounts.named("lea@firm.example").role == "lawyer"
    _, entry = Audit(assistant.store).recent(1)[0]
    assert (entry.actor, entry.action) == ("lea@firm.example", "signed-in")
    assert issuer.address in entry.target

    issuer.person |= {"groups": ["partners"], "email": "lea.new@firm.example"}
    assert come_back(client, issuer).status_code == 303
    assert accounts.named("lea@firm.example").role == "administrator", (
        "the role follows the rules, the account the subject"
    )
    issuer.person |= {"groups": [], "email_verified": False}
    refused = come_back(client, issuer)
    assert refused.status_code == 403
    assert WORDS["en"]["elsewhere_no_role"] in html.unescape(refused.text)


def test_an_account_that_was_there_keeps_its_role(client: TestClient, issuer: Issuer, assistant: Assistant) -> None:
    accounts = Accounts(assistant.store)
    accounts.add("tom@elsewhere.example", "trainer", PASSWORD, now())
    issuer.person = {"sub": "t1", "email": "tom@elsewhere.example", "email_verified": True, "groups": ["partners"]}
    assert come_back(client, issuer).status_code == 303
    assert accounts.named("tom@elsewhere.example").role == "trainer"
    accounts.disable("tom@elsewhere.example", now())
    assert come_back(client, issuer).status_code == 403


def test_nobody_takes_an_account_with_an_address_that_is_not_verified(
    client: TestClient, issuer: Issuer, assistant: Assistant
) -> None:
    Accounts(assistant.store).add("boss@firm.example", "lawyer", PASSWORD, now())
    issuer.person = {"sub": "thief", "email": "boss@firm.example", "email_verified": False, "groups": ["lawyers"]}
    assert come_back(client, issuer).status_code == 403
    assert client.get("/workspace", headers=PAGE, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("given", [{"state": "x"}, {"error": "access_denied"}, {"code": "x"}], ids=str)
def test_a_failure_is_said_in_words_and_nobody_is_let_in(
    client: TestClient, issuer: Issuer, given: dict[str, str]
) -> None:
    back = come_back(client, issuer, **given)
    assert back.status_code == 403
    assert WORDS["en"]["elsewhere_failed"] in html.unescape(back.text)
    assert "clausier-session" not in back.cookies


def test_without_a_cookie_of_ours_nothing_is_asked(client: TestClient, issuer: Issuer) -> None:
    back = client.get("/login/elsewhere/back", params={"code": "x", "state": "y"}, headers=PAGE)
    assert back.status_code == 403
    assert issuer.asked == []


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_afterwards(client: TestClient, issuer: Issuer, after: str) -> None:
    issuer.person = {"sub": "l2", "email": "max@firm.example", "email_verified": True, "groups": ["lawyers"]}
    assert come_back(client, issuer, after).headers["location"] == "/workspace"


def test_where_no_issuer_is_named_nothing_is_offered(make_client: MakeClient) -> None:
    plain = make_client()
    assert "/login/elsewhere" not in plain.get("/login", headers=PAGE).text
    assert plain.get("/login/elsewhere", headers=PAGE).status_code == 404
    assert plain.get("/login/elsewhere/back", headers=PAGE).status_code == 404


def test_the_protocol_is_loaded_only_when_it_is_used() -> None:
    code = "import sys, web.app; print(sorted({'joserfc', 'httpx'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "joserfc" not in shown


@pytest.mark.parametrize(
    "given",
    [
        {"oidc_issuer": "https://a.example"},
        {
            "oidc_issuer": "http://a.example",
            "oidc_client_id": "a",
            "oidc_client_secret": "b",
            "public_url": "https://b.example",
        },
        {"oidc_issuer": "https://a.example", "oidc_client_id": "a", "oidc_client_secret": "b"},
        {"oidc_roles": "lawyers=king"},
    ],
    ids=str,
)
def test_settings_that_do_not_fit(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"OIDC|issuer|rule"):
        Settings(_env_file=None, **given)  # type: ignore[call-arg]
