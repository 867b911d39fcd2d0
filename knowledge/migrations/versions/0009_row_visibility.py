"""PostgreSQL shows what is for lawyers alone only to transactions that asked for it, whatever a query forgets.

On SQLite, where whoever opens the file has all of it, nothing changes.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

MIXED = ("document", "passage")
"""Tables of public and internal rows."""
INTERNAL = ("terms_internal_en", "terms_internal_fr")
"""Tables of internal rows only."""
ASKED = "current_setting('clausier.internal', true) = 'on'"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in (*MIXED, *INTERNAL):
        shown = f"visibility = 'public' OR {ASKED}" if table in MIXED else ASKED
        op.execute(f"CREATE POLICY visible ON {table} USING ({shown})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
