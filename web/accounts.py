"""The firm's people: names, roles, passwords. The third place that writes, with `sessions`, `keys`, `audit` and `work`.

Passwords are kept as Argon2id hashes with the parameters that the library recommends (RFC 9106, second choice). Who signs in
learns only whether it worked: an unknown name, a disabled account and a wrong password cost the same time and read the same.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from knowledge.errors import InvalidInput, NotFound
from knowledge.store import Store

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["lawyer", "trainer", "administrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
SHORTEST: Final = 12
LONGEST: Final = 200
"""Characters of a password; a bound, because hashing takes the longer the more there is."""
HASHING: Final = BoundedSemaphore(2)
"""Each hash takes 64 MB while it is made."""
_NAME: Final = re.compile(r"[\w.@+-]{1,64}")
_COLUMNS: Final = "id, name, role, created_at, disabled_at"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of the firm. Times are ISO 8601; `disabled_at` where the account may not be used."""

    id: str
    name: str
    role: Role
    created_at: str
    disabled_at: str | None


class Accounts:
    """The accounts of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, name: str, role: Role, password: str, now: dt.datetime) -> Account:
        """A new account. Raises `InvalidInput` for a name that is taken or none, and for a weak password."""
        name = _named(name)
        hashed = _hash(name, password)
        made = Account(secrets.token_hex(8), name, role, now.isoformat(), None)
        with self._store.writing(content=False) as connection:
            if connection.exec_driver_sql("SELECT 1 FROM account WHERE name = ?", (name,)).scalar():
                raise InvalidInput(f"there is an account {name!r} already: choose another name")
            connection.exec_driver_sql(
                "INSERT INTO account (id, name, role, password, created_at) VALUES (?, ?, ?, ?, ?)",
                (made.id, made.name, made.role, hashed, made.created_at),
            )
        return made

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._store.reading() as connection:
            rows = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM account ORDER BY name").all()
        return [_account(row) for row in rows]

    def named(self, name: str) -> Account:
        """Raises `NotFound`."""
        with self._store.reading() as connection:
            query = f"SELECT {_COLUMNS} FROM account WHERE name = ?"
            row = connection.exec_driver_sql(query, (folded(name),)).one_or_none()
        if row is None:
            raise NotFound(f"there is no account {name!r}; `clausier account list` lists them")
        return _account(row)

    def set_role(self, name: str, role: Role) -> Account:
        """Give an account another role; who holds it signs in anew. Raises `NotFound`, and `InvalidInput` for the last
        administrator."""
        account = self.named(name)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("UPDATE account SET role = ? WHERE id = ?", (role, account.id))
            keep_an_administrator(connection, account)
            connection.exec_driver_sql("DELETE FROM session WHERE account_id = ?", (account.id,))
        return self.named(name)

    def disable(self, name: str, now: dt.datetime) -> Account:
        """Shut an account and end its sessions; its work stays. Raises `NotFound`, and `InvalidInput` for the last
        administrator."""
        account = self.named(name)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("UPDATE account SET disabled_at = ? WHERE id = ?", (now.isoformat(), account.id))
            keep_an_administrator(connection, account)
            connection.exec_driver_sql("DELETE FROM session WHERE account_id = ?", (account.id,))
        return self.named(name)

    def enable(self, name: str) -> Account:
        """Open a disabled account again. Raises `NotFound`."""
        account = self.named(name)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("UPDATE account SET disabled_at = NULL WHERE id = ?", (account.id,))
        return self.named(name)

    def set_password(self, name: str, password: str) -> Account:
        """Give an account another password and end its sessions. Raises `NotFound` or `InvalidInput`."""
        account = self.named(name)
        hashed = _hash(account.name, password)
        with self._store.writing(content=False) as connection:
            connection.exec_driver_sql("UPDATE account SET password = ? WHERE id = ?", (hashed, account.id))
            connection.exec_driver_sql("DELETE FROM session WHERE account_id = ?", (account.id,))
        return account

    def proven(self, name: str, password: str) -> Account | None:
        """The account whose password this is; none for anything else, after as long a time."""
        with self._store.reading() as connection:
            query = f"SELECT password, {_COLUMNS} FROM account WHERE name = ?"
            row = connection.exec_driver_sql(query, (folded(name),)).one_or_none()
        hashed = row[0] if row else _nobody()
        with HASHING:
            fits = _fits(hashed, password)
        if not fits or row is None:
            return None
        account = _account(row[1:])
        if account.disabled_at:
            return None
        if _hasher().check_needs_rehash(hashed):
            with HASHING:
                anew = _hasher().hash(_normal(password))
            with self._store.writing(content=False) as connection:
                connection.exec_driver_sql("UPDATE account SET password = ? WHERE id = ?", (anew, account.id))
        return account


def _account(row: Sequence[Any]) -> Account:
    return Account(*row)


def folded(name: str) -> str:
    """A name as accounts have it, however it is typed."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _named(name: str) -> str:
    chosen = folded(name)
    if not _NAME.fullmatch(chosen):
        raise InvalidInput(f"{name!r} is no name for an account: use 1 to 64 letters, digits and any of . @ + _ -")
    return chosen


def _normal(password: str) -> str:
    """One spelling of the same characters, whatever keyboard they come from; a space at either end is a slip."""
    return unicodedata.normalize("NFKC", password).strip()


def _hash(name: str, password: str) -> str:
    password = _normal(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"a password has {SHORTEST} to {LONGEST} characters: take a longer one, such as four words")
    if len(set(password)) < 5 or (len(name) > 3 and name in password.casefold()):
        raise InvalidInput("this password is easily guessed: take one with other characters and without the name")
    with HASHING:
        return _hasher().hash(password)


def _fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, _normal(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """The hash of a password that nobody has."""
    return _hasher().hash(secrets.token_urlsafe(32))


def keep_an_administrator(connection: Any, changed: Account) -> None:
    """Raises `InvalidInput`, and so takes back the transaction, where nobody could administer any more."""
    left = "SELECT count(*) FROM account WHERE role = 'administrator' AND disabled_at IS NULL"
    if changed.role == "administrator" and not connection.exec_driver_sql(left).scalar():
        raise InvalidInput("this is the last administrator: make another one first")
