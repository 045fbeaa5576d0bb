"""Where a store is: a file, or a database on a server. It never prints a password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

SQLITE = "sqlite"
POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
"""The beginnings of URLs that name a database of PostgreSQL."""

BUSY_S = 30.0
"""How long a writer waits for another one, in seconds."""

_SHOWN = ("user", "host", "port", "dbname", "service")


class StoreError(Exception):
    """The store cannot be used, or not for this; the message says what to do.

    `word` says why in one word, for logs and for who asks from elsewhere.
    """

    word = "refused"


class NoStoreError(StoreError):
    """There is none where it should be."""

    word = "no-store"


class SchemaError(StoreError):
    """A newer program made it, or it cannot be migrated where it is."""

    word = "schema"


class UnreachableError(StoreError):
    """Its server does not let this program in, or is not there."""

    word = "unreachable"


class NoSuchTextError(StoreError):
    """No store holds such a text or number, nor can it be stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a store is.

    `path` is that of its file, None where it is a database on a server, which `url`
    names as PostgreSQL's own programs take it: perhaps with a password.
    """

    path: Path | None = None
    url: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return the path, or an URL without what is secret in it."""
        return str(self.path) if self.path else _shown(self.url)


def whereabouts(where: str | Path) -> Whereabouts:
    """Return where a store is, by a path, an `sqlite:///` or `postgresql://` URL.

    Raises
    ------
    StoreError
        If it names another kind of database, or none. What it says has no password.
    """
    if isinstance(where, Path) or "://" not in where:
        return Whereabouts(path=Path(where).expanduser())
    kind, rest = where.split("://", 1)
    if kind in POSTGRESQL:
        return Whereabouts(url=_checked(f"postgresql://{rest}"))
    if not kind:
        raise StoreError(f"{where!r} is neither a path nor a URL")
    if kind != SQLITE:
        raise StoreError(
            f"a store is a file or a database of PostgreSQL, not of {kind!r}; "
            "give a path, or postgresql://user@host/database"
        )
    name = rest.removeprefix("/").partition("?")[0]
    if not rest.startswith("/") or name in ("", ":memory:"):
        raise StoreError(f"{where!r} names no file; a store is a file")
    return Whereabouts(path=Path(name))


def _checked(url: str) -> str:
    """Return an URL that PostgreSQL's client reads as it was meant."""
    # Not above: who only ever opens files need not wait for a client of servers.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    authority, *after = re.split("[/?]", url.split("://", 1)[1], maxsplit=1)
    if authority.count("@") > 1 or any("@" in part for part in after):
        raise StoreError(
            "the store's URL has an @ too many; in a name or password write @ as %40, "
            "/ as %2F, ? as %3F and : as %3A"
        )
    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        # Not what the client says of it, nor as its cause: it quotes what it stumbles
        # over, which may be a password.
        said = "write it as postgresql://user@host:port/database"
        raise StoreError(f"the store's URL cannot be read; {said}") from None
    return url


def _shown(url: str) -> str:
    from psycopg.conninfo import conninfo_to_dict

    names = conninfo_to_dict(url)
    user, host, port, database, service = (names.get(name) or "" for name in _SHOWN)
    after = f"?service={service}" if service else ""
    before = f"{user}@" if user else ""
    at = f"{host}:{port}" if port else host
    return f"postgresql://{before}{at}/{database}{after}"
