"""Documents, passages with their vectors, the lexical index, generations of the vector index, the journal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import UserDefinedType

revision = "0001"
down_revision = None

COLLECTIONS = ("public_en", "public_fr", "internal_en", "internal_fr")


class Vector(UserDefinedType[object]):
    """pgvector's type."""

    cache_ok = True

    def get_col_spec(self) -> str:
        return "vector"


def lexical_index_of_sqlite() -> None:
    for name in COLLECTIONS:
        op.execute(
            f"CREATE VIRTUAL TABLE terms_{name} USING fts5(stems, cognates, tokenize = 'unicode61 remove_diacritics 0')"
        )
        op.execute(f"CREATE VIRTUAL TABLE vocabulary_{name} USING fts5vocab(terms_{name}, 'col')")


def lexical_index_of_postgres() -> None:
    op.add_column("passage", sa.Column("length", sa.Integer, nullable=False))
    op.execute("CREATE INDEX passage_collection ON passage (visibility, lang) INCLUDE (row, length)")
    for name in COLLECTIONS:
        op.execute(
            f"""CREATE TABLE terms_{name} (
                    leg TEXT NOT NULL, term TEXT NOT NULL, row INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE,
                    count INTEGER NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (leg, term, row) INCLUDE (count, length))"""
        )
        op.execute(f"CREATE INDEX terms_{name}_row ON terms_{name} (row)")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table("state", sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "document",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("review_due", sa.Text),
        sa.Column("added_at", sa.Text, nullable=False),
    )
    op.create_table(
        "passage",
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("document.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("heading", sa.JSON, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("embedded", sa.Text, nullable=False),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("authorities", sa.JSON, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("vector", sa.LargeBinary().with_variant(Vector(), "postgresql"), nullable=False),
        sqlite_autoincrement=True,
    )
    if postgres:
        lexical_index_of_postgres()
    else:
        lexical_index_of_sqlite()
    op.create_table(
        "example",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False, index=True),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "conversation_id", sa.Text, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.Text, sa.ForeignKey("turn.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("given_at", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
    )
