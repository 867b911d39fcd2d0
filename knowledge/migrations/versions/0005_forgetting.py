"""How everybody, and each learner of whom enough is known, forgets: fitted parameters of FSRS."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "forgetting",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, sa.ForeignKey("learner.id", ondelete="CASCADE")),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("reviews", sa.Integer, nullable=False),
        sa.Column("fitted_at", sa.Text, nullable=False),
    )
