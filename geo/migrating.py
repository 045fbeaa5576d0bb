"""A store's tables are made here, and brought to the newest schema step by step."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from geo.store_address import SchemaError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from geo.store_address import Whereabouts

HEAD = "0005"
"""The schema that this program writes: the newest of `geo/migrations/versions`."""

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# Alembic keeps the running migration in module globals.
_migrating = threading.Lock()


def check_known(where: Whereabouts, version: str | None) -> None:
    """Refuse a store whose schema no step leads on from.

    Raises
    ------
    SchemaError
        If a newer program made it.
    """
    from alembic.script import ScriptDirectory

    known = ScriptDirectory.from_config(config()).walk_revisions()
    if version and version not in {script.revision for script in known}:
        raise SchemaError(
            f"the store {where} is at schema {version}, this program knows {HEAD}; "
            "update the program or use another store"
        )


def not_writable(where: Whereabouts, version: str | None, advice: str) -> SchemaError:
    """Return what is said of a store that needs a step, and may not be written to."""
    return SchemaError(
        f"{where} is a store of schema {version or 'none'}, this program needs {HEAD}, "
        f"and it cannot be written to; {advice}"
    )


def migrate(connection: Connection) -> None:
    """Take all steps up to `HEAD`, within a transaction that may write."""
    from alembic import command

    wanted = config()
    with _migrating:
        wanted.attributes["connection"] = connection
        command.upgrade(wanted, "head")


def config() -> Config:
    """Return where the steps are, as Alembic takes it."""
    from alembic.config import Config

    found = Config()
    # A percent sign begins an interpolation there.
    found.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return found
