"""Reviews of contracts, kept for a while with the file that was reviewed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_at", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("lang", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("memo", sa.Text, nullable=False),
        sa.Column("file", sa.LargeBinary, nullable=False),
    )
