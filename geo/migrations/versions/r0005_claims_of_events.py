"""Each event that is kept names its claims.

So what waits for review is found without gathering all claims. The program makes the
events anew, as after the step before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from geo.migrations.versions.r0004_events import TEXT, make_events

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table anew, and forget what follows from it."""
    op.drop_table("event")
    make_events(sa.Column("claim_ids", TEXT, nullable=False))
    op.execute("DELETE FROM control")
    op.execute("DELETE FROM weighing")


def downgrade() -> None:
    """Refuse: a store is never taken back, as that would lose what is in it."""
    raise NotImplementedError("stores are only ever migrated forward")
