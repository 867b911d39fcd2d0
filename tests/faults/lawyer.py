"""A lawyer at the pages of a server that runs: signs in, brings texts, erases them."""

from __future__ import annotations

import hashlib
import html
import http.client
import http.cookiejar
import re
import secrets
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.faults.installation import CLAUSIER, Installation
from web.words.lexicon import WORDS

NAME: Final = "keeper"
ADDRESS: Final = "/workspace/knowledge"
OUTCOMES: Final = ("added", "updated", "unchanged", "failed")


def add_lawyer(installation: Installation) -> str:
    """Give a lawyer an account, before anybody serves; the password."""
    password = secrets.token_urlsafe(16)
    subprocess.run(
        [CLAUSIER, "account", "add", NAME, "--role", "lawyer"],
        input=f"{password}\n", env=installation.environment, text=True, check=True, capture_output=True,
    )  # fmt: skip
    return password


class Lawyer:
    """Signed in at `address`. Safe to use from several threads."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        token = self._token("/login", r'name="form_token" value="(\w+)"')
        fields = urlencode({"name": NAME, "password": password, "form_token": token}).encode()
        self._call("/login", fields)
        self._form_token = self._token("/workspace/account", r'value="(\w{64})"')

    def brings(self, path: Path, **more: str) -> str:
        """Send a file; what became of it: `added`, `updated`, `unchanged` or `failed`."""
        return outcome(self.sends(path.name, path.read_bytes(), **more)[1])

    def sends(self, name: str, data: bytes, key: str = "", visibility: str = "public") -> tuple[int, str]:
        """Send a file; the status and the page."""
        edge = secrets.token_hex(8)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="visibility"\r\n\r\n{visibility}\r\n'.encode(),
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode(),
            data,
            f"\r\n--{edge}--\r\n".encode(),
        ]
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", **({"Idempotency-Key": key} if key else {})}
        return self._call(ADDRESS, b"".join(parts), headers)

    def erases(self, document_id: str) -> int:
        """Erase a document; the status."""
        return self._call(f"{ADDRESS}/{document_id}/forget", b"")[0]

    def holds(self) -> list[str]:
        """The ids of the texts that the firm brought."""
        return sorted(set(re.findall(rf'action="{ADDRESS}/([\w-]+)/forget"', self._call(ADDRESS)[1])))

    def _call(self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        lead = {"Accept": "text/html", "Accept-Language": "en", **(headers or {})}
        token = getattr(self, "_form_token", "")
        request = urllib.request.Request(
            self.address + path, data, {**lead, **({"X-CSRF-Token": token} if token else {})}
        )
        try:
            with self._opener.open(request, timeout=60) as response:
                return response.status, html.unescape(response.read().decode())
        except urllib.error.HTTPError as error:
            return error.code, html.unescape(error.read().decode())

    def _token(self, path: str, pattern: str) -> str:
        found = re.search(pattern, self._call(path)[1])
        assert found, path
        return found[1]


def sent_id(name: str) -> str:
    """How a file is named that was sent under `name`."""
    return "sent-" + hashlib.sha256(name.encode()).hexdigest()[:16]


def outcome(page: str) -> str:
    """What the page says became of a file."""
    (found,) = [name for name in OUTCOMES if f">{WORDS['en'][f'outcome_{name}']}</span>" in page]
    return found
