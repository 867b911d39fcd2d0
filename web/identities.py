"""Which account belongs to whom the issuer vouches for: bound by issuer and subject, which never change, not by a name."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

import sqlalchemy as sa

from knowledge.errors import InvalidInput, NotFound
from knowledge.store import Store
from web.accounts import Account, Accounts, Role
from web.oidc import Person

_FIND: Final = """SELECT a.name, i.managed FROM identity i JOIN account a ON a.id = i.account_id
                  WHERE i.issuer = :issuer AND i.subject = :subject"""
_BIND: Final = """INSERT INTO identity (issuer, subject, account_id, managed, bound_at)
                  VALUES (:issuer, :subject, :account, :managed, :at)"""


class NotAdmitted(Exception):
    """The issuer vouches for somebody who has no account here and no role by the administrator's rules."""


class Identities:
    """Who signs in from elsewhere, in one installation."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store, self._accounts = store, accounts

    def admit(self, issuer: str, person: Person, role: Role | None, now: dt.datetime) -> Account:
        """The account of `person`. Raises `NotAdmitted`.

        Who has signed in before has theirs. Else an account that stands under the verified e-mail address becomes theirs and
        keeps the role that an administrator gave it; else one is made, if the rules give a `role`. The role of an account
        that was made so follows the rules at each sign-in, and without a role it stays shut.
        """
        account, managed = self._known(issuer, person) or self._met(issuer, person, role, now)
        if account.disabled_at or (managed and role is None):
            raise NotAdmitted
        if managed and role and role != account.role:
            try:
                return self._accounts.set_role(account.name, role)
            except InvalidInput:  # the last administrator stays one
                return account
        return account

    def _known(self, issuer: str, person: Person) -> tuple[Account, bool] | None:
        with self._store.reading() as connection:
            row = connection.execute(sa.text(_FIND), {"issuer": issuer, "subject": person.subject}).one_or_none()
        return (self._accounts.named(str(row[0])), bool(row[1])) if row else None

    def _met(self, issuer: str, person: Person, role: Role | None, now: dt.datetime) -> tuple[Account, bool]:
        if person.email is None:
            raise NotAdmitted
        managed = False
        try:
            account = self._accounts.named(person.email)
        except NotFound:
            if role is None:
                raise NotAdmitted from None
            managed, account = True, self._made(person.email, role, now)
        bound = {"issuer": issuer, "subject": person.subject, "account": account.id}
        with self._store.writing(content=False) as connection:
            connection.execute(sa.text(_BIND), {**bound, "managed": int(managed), "at": now.isoformat()})
        return account, managed

    def _made(self, name: str, role: Role, now: dt.datetime) -> Account:
        try:
            return self._accounts.add(name, role, secrets.token_urlsafe(32), now)
        except InvalidInput as error:  # an address that can be no name
            raise NotAdmitted from error
