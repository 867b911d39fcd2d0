"""Alembic's entry point: run the migrations on the connection that `knowledge.migrate` hands over."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.compiler import compiles


@compiles(sa.JSON, "postgresql")
def _as_text(*_: Any, **__: Any) -> str:
    """JSON is written and read as text, by us, on either database."""
    return "TEXT"


context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
