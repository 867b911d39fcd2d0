"""Training: learners, their cohorts, the questions that were put to them with their answers, and assessments."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "learner",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False, index=True),
        sa.Column("cohort_id", sa.Text, sa.ForeignKey("cohort.id", ondelete="SET NULL"), index=True),
    )
    op.create_table(
        "sitting",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, sa.ForeignKey("learner.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("finished_at", sa.Text),
        sa.Column("score", sa.Float),
        sa.Column("certificate", sa.Text, unique=True),
        sa.Column("bearer", sa.Text),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("learner_id", sa.Text, sa.ForeignKey("learner.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("sitting_id", sa.Text, sa.ForeignKey("sitting.id", ondelete="CASCADE"), index=True),
        sa.Column("place", sa.Integer),
        sa.Column("item_id", sa.Text, nullable=False, index=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("objective", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("answered_at", sa.Text),
        sa.Column("response", sa.JSON),
        sa.Column("chosen", sa.JSON),
        sa.Column("score", sa.Float),
        sa.Column("sure", sa.Integer),
    )
