"""Run by Alembic: migrate over the connection, and in the transaction, of the caller.

There is no `alembic.ini`: `geo.store` makes the configuration and owns the transaction,
so that a change and the record that it was applied are kept or lost together.
"""

from alembic import context

from geo import ledger_tables  # noqa: F401 - they fill it
from geo.sql_types import metadata

connection = context.config.attributes["connection"]
# Another program's table of that name may be in sight.
schema = "tideline" if connection.dialect.name == "postgresql" else None
context.configure(
    connection=connection, target_metadata=metadata, version_table_schema=schema
)
with context.begin_transaction():
    context.run_migrations()
