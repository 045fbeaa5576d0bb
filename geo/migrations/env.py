"""Run by Alembic: migrate over the connection, and in the transaction, of the caller.

There is no `alembic.ini`: `geo.store` makes the configuration and owns the transaction,
so that a change and the record that it was applied are kept or lost together.
"""

from alembic import context

from geo import event_tables, ledger_tables, schema  # noqa: F401 - they fill it
from geo.sql_types import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata
)
with context.begin_transaction():
    context.run_migrations()
