"""Bring the tables of a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

from knowledge.database import Database


def migrate(database: Database, to: str = "head") -> None:
    """Run the migrations that are missing, all at once or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
