"""The firm's sites, what is held on them, and attempts to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "visit",
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "budget",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("began", sa.Integer, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "handoff",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversation.id", ondelete="SET NULL"), index=True),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("taken_by", sa.Text),
        sa.Column("mailed_at", sa.Text),
        sa.Column("mail_at", sa.Text, index=True),
        sa.Column("mail_tries", sa.Integer, nullable=False),
    )
    op.create_table(
        "sign_in",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("ix_sign_in_key_at", "sign_in", ["key", "at"])
