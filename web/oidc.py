"""Signing in with an account that the firm has elsewhere: OpenID Connect, the code flow with PKCE.

Nothing here happens unless the operator names an issuer; then, and only while somebody signs in, that issuer is asked: for its
description, for its keys, and for the token that belongs to a code (OpenID Connect Core 1.0, Discovery 1.0, RFC 7636, RFC 9207).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from knowledge.settings import Settings
from web.accounts import Role

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signatures that only the issuer can make. None that is symmetric, and not `none`."""
KEPT_SECONDS: Final = 3600.0
"""How long the issuer's description and keys are believed without asking again."""
AGAIN_SECONDS: Final = 60.0
"""How long after asking for keys an unknown one does not make us ask once more."""
WAIT_SECONDS: Final = 10.0
MOST_BYTES: Final = 256_000
LEEWAY_SECONDS: Final = 60
"""How far the issuer's clock may be from ours."""
ATTEMPT_SECONDS: Final = 600
SCOPE: Final = "openid email profile"
BY_REACH: Final[tuple[Role, ...]] = ("administrator", "lawyer", "trainer")
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class NotProven(Exception):
    """The issuer did not vouch for anybody. The text is for the log: it holds no token and no name."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, kept by the browser meanwhile: what the issuer must send back, and where to go then."""

    state: str
    nonce: str
    verifier: str
    after: str
    began: int

    @classmethod
    def begin(cls, after: str, now: float) -> Attempt:
        """A fresh one, to go on to `after`."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), after, int(now))

    def seal(self, secret: str) -> str:
        """As a cookie that nobody else can make."""
        content = base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()
        return f"{content}.{_signature(secret, content)}"

    @classmethod
    def unseal(cls, sealed: str, secret: str, now: float) -> Attempt | None:
        """The attempt of a cookie; none if it is not ours or too old."""
        content, _, signature = sealed.partition(".")
        if not hmac.compare_digest(signature.encode(), _signature(secret, content).encode()):
            return None
        attempt = cls(**json.loads(base64.urlsafe_b64decode(content)))
        return attempt if 0 <= now - attempt.began <= ATTEMPT_SECONDS else None


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the issuer vouches for: always the same `subject`; an e-mail address only where the issuer has verified it."""

    subject: str
    email: str | None
    groups: frozenset[str]


class Provider:
    """One issuer, asked when somebody signs in. `clock` counts seconds; `today` is the time that tokens are compared with."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        groups_claim: str = "groups",
        *,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self._client_id, self._client_secret, self._groups_claim = client_id, client_secret, groups_claim
        self._clock, self._today = clock, today
        self._lock = Lock()
        self._described: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, redirect: str, attempt: Attempt) -> str:
        """Where the browser goes to sign in and come back to `redirect`. Raises `NotProven`."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = self._endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def person(self, redirect: str, given: Mapping[str, str], attempt: Attempt) -> Person:
        """Whom the issuer vouches for in what the browser brought back. Raises `NotProven`."""
        if not hmac.compare_digest(given.get("state", "").encode(), attempt.state.encode()):
            raise NotProven("the state is not the one that was sent")
        if given.get("iss", self.issuer) != self.issuer:
            raise NotProven("the answer names another issuer")
        if "error" in given or not given.get("code"):
            raise NotProven(f"the issuer refused: {given.get('error', 'no code')[:80]!r}")
        claims = self._claims(self._token(redirect, given["code"], attempt), attempt.nonce)
        groups = claims.get(self._groups_claim, ())
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        email = str(claims.get("email", "")).strip().casefold() if claims.get("email_verified") is True else None
        return Person(str(claims["sub"]), email or None, frozenset(str(group) for group in listed))

    def _token(self, redirect: str, code: str, attempt: Attempt) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": attempt.verifier,
        }
        ways = self._description().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in ways
        if not basic:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        auth = (self._client_id, self._client_secret) if basic else None
        token = self._ask("POST", self._endpoint("token_endpoint"), form, auth).get("id_token")
        if not isinstance(token, str):
            raise NotProven("the issuer sent no id token")
        return token

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        wanted = jwt.JWTClaimsRegistry(
            now=int(self._today()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            try:
                claims = jwt.decode(token, self._key_set(), algorithms=list(ALGORITHMS)).claims
            except InvalidKeyIdError:  # the issuer may have other keys by now
                claims = jwt.decode(token, self._key_set(anew=True), algorithms=list(ALGORITHMS)).claims
            wanted.validate(claims)
        except (JoseError, ValueError) as error:
            raise NotProven(f"the id token does not hold ({type(error).__name__}: {error})"[:200]) from error
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if many else self._client_id) != self._client_id:
            raise NotProven("the id token was made for another client")
        return claims

    def _endpoint(self, name: str) -> str:
        address = str(self._description().get(name, ""))
        if not is_safe(address):
            raise NotProven(f"the issuer names no {name} over https")
        return address

    def _description(self) -> Mapping[str, Any]:
        with self._lock:
            if self._described is None or self._clock() - self._described[0] > KEPT_SECONDS:
                found = self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer:
                    raise NotProven("the description is another issuer's")
                self._described = (self._clock(), found)
            return self._described[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        address = self._endpoint("jwks_uri")
        with self._lock:
            age = self._clock() - self._keys[0] if self._keys else float("inf")
            if self._keys is None or age > (AGAIN_SECONDS if anew else KEPT_SECONDS):
                try:
                    self._keys = (self._clock(), KeySet.import_key_set(self._ask("GET", address)))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise NotProven(f"the issuer's keys cannot be read ({type(error).__name__})") from error
            return self._keys[1]

    def _ask(
        self, method: str, address: str, form: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        """A JSON object from the issuer. Raises `NotProven` for anything else."""
        import httpx

        local = urlsplit(address).hostname in LOOPBACK
        try:
            with (
                httpx.Client(timeout=WAIT_SECONDS, follow_redirects=False, trust_env=not local) as client,
                client.stream(method, address, data=form, auth=auth, headers={"Accept": "application/json"}) as answer,
            ):
                held = _whole(answer.iter_bytes())
            found = json.loads(held) if answer.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise NotProven(f"{urlsplit(address).path} of the issuer: {type(error).__name__}") from error
        if not isinstance(found, dict):
            raise NotProven(f"{urlsplit(address).path} of the issuer answered {answer.status_code}")
        return found


def open_provider(settings: Settings) -> Provider | None:
    """The issuer that the settings name, if they name one."""
    if not settings.oidc_issuer or not settings.oidc_client_id or not settings.oidc_client_secret:
        return None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_groups_claim,
    )


def role_of(person: Person, rules: Sequence[str]) -> Role | None:
    """What the administrator's rules make of somebody: `group=role` and `@domain=role`. Of several the one that may most."""
    groups = {group for group in person.groups if not group.startswith("@")}
    named = groups | ({f"@{person.email.rpartition('@')[2]}"} if person.email else set())
    given = {role for rule in rules for name, _, role in [rule.rpartition("=")] if name in named}
    return next((role for role in BY_REACH if role in given), None)


def is_safe(address: str) -> bool:
    """Whether secrets may go to an address: over https, or to this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _whole(pieces: Any) -> bytes:
    held = b""
    for piece in pieces:
        held += piece
        if len(held) > MOST_BYTES:
            raise ValueError("too long")
    return held


def _signature(secret: str, content: str) -> str:
    return hmac.new(secret.encode(), f"oidc:{content}".encode(), hashlib.sha256).hexdigest()
