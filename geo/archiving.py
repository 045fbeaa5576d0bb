"""A whole store as one checked file, and back: originals, acts and all.

An archive is a zip of two files: `store.sqlite`, one state of the store as SQLite
copied it while others may have written, and `manifest.json`, which says what that is.
Whoever hands an archive over may mean harm: nothing of it is used before all of it was
looked at, and no name in it ever becomes a path.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from importlib.metadata import version as program_version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from geo.database import APPLICATION_ID, BUSY_S, StoreError, whereabouts
from geo.store import open_store
from geo.transfer import transfer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from geo.store import Store

STORE, MANIFEST = "store.sqlite", "manifest.json"
"""The names of the two files in an archive."""

FORMAT = 1
"""The version of archives that this program writes; newer ones are refused."""

DENSEST = 200
"""How many times smaller than the store its packed form may be: more is a bomb. A store
that would be is written unpacked."""

_MOST_MANIFEST = 1 << 20
_SLACK = 1 << 20
_CHUNK = 1 << 20
# How often a writer that is in the way is waited for, and how long each time.
_TRIES, _WAIT_S = 120, BUSY_S / 120
_IN_THE_WAY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself.

    `schema` is that of the store, `version` its chain of acts so far, `rows` how many
    rows each table has, `sha256` and `size` those of the store's file.
    """

    format: int
    program: str
    schema: str
    made: str
    version: str
    rows: dict[str, int]
    sha256: str
    size: int


def archive(where: str | Path, path: Path, *, now: datetime) -> Manifest:
    """Write a store, as it is at one moment, to an archive.

    Others may read and write the store meanwhile. The archive appears whole or not at
    all; one that is there is replaced. It holds all that the store does, secrets of
    webhooks included, and only its owner may read it.

    Raises
    ------
    StoreError
        If there is no store, or it cannot be read.
    OSError
        If the archive cannot be written.
    """
    with _room(path.parent) as folder:
        copy = folder / STORE
        with open_store(where, create=False) as store:
            _copy_out(store, copy)
        with closing(_opened(copy)) as made:
            made.execute("PRAGMA journal_mode = DELETE")
            manifest = _manifest(made, copy, now)
        packed = folder / "archive.zip"
        _pack(packed, copy, manifest, zipfile.ZIP_DEFLATED)
        if packed.stat().st_size * DENSEST < manifest.size:
            _pack(packed, copy, manifest, zipfile.ZIP_STORED)
        packed.chmod(0o600)
        os.replace(packed, path)
    return manifest


def _copy_out(store: Store, copy: Path) -> None:
    """Copy one state of a store to a file: as SQLite does, or row by row."""
    if store.where.path is None:
        with open_store(copy) as made:
            transfer(store, made)
        return
    there = _opened(store.where.path, "ro")
    with closing(there) as source, closing(_opened(copy)) as target:
        _copy(source, target)


def restore(path: Path, where: str | Path, *, replace: bool = False) -> Manifest:
    """Make the store that is in an archive, after looking at all of it.

    Parameters
    ----------
    path
        The archive.
    where
        The store to make: a path, or an URL. Of a database, one that is empty.
    replace
        Let it take the place of a store that is there in a file, in one transaction:
        who reads that one meanwhile sees the old state or the new one.

    Raises
    ------
    StoreError
        If there is a store already and `replace` is not set, or the archive is broken,
        newer than this program, or not what an archive may be; nothing has changed.
    OSError
        If the archive cannot be read, or the store not be written.
    """
    target = whereabouts(where).path
    if target is None:
        return _restore_into(path, where, replace=replace)
    _check_room(target, replace=replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _room(target.parent) as folder:
        copy = folder / STORE
        with path.open("rb") as file, _explained(path):
            manifest = _unpack(file, copy)
            _check(copy, manifest)
        if target.exists():
            _take_place(copy, target)
        else:
            _settle(copy, target)
    return manifest


def _restore_into(path: Path, where: str | Path, *, replace: bool) -> Manifest:
    """Copy the store of an archive into a database, row by row."""
    if replace:
        # Who reads meanwhile would see tables of the one beside tables of the other.
        raise StoreError(
            "a database is not replaced under its readers; restore into a new one, "
            "which createdb makes, and name that as the store"
        )
    with _room() as folder:
        copy = folder / STORE
        with path.open("rb") as file, _explained(path):
            manifest = _unpack(file, copy)
            _check(copy, manifest)
        with open_store(copy) as source, open_store(where) as target:
            transfer(source, target)
    return manifest


@contextmanager
def _room(beside: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=beside, prefix=".archive-") as folder:
        yield Path(folder)


def _opened(path: Path, mode: str = "rwc") -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_S)
    # Of a file of strangers nothing is run, and its pages are looked at twice.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy one state of a database over another one, in one transaction."""
    tries = iter(range(_TRIES))

    def again(status: int, _left: int, _total: int) -> None:
        if status in _IN_THE_WAY and next(tries, None) is None:
            raise StoreError("the store is being written to; try again later")

    # Waiting is done here, by turns, so that it ends.
    for one in (source, target):
        one.execute("PRAGMA busy_timeout = 0")
    source.backup(target, pages=-1, progress=again, sleep=_WAIT_S)


def _manifest(copy: sqlite3.Connection, path: Path, now: datetime) -> Manifest:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        program=program_version("tideline"),
        schema=_schema(copy),
        made=now.isoformat(),
        version=_version(copy),
        rows=_rows(copy),
        sha256=digest,
        size=path.stat().st_size,
    )


def _schema(database: sqlite3.Connection) -> str:
    found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


def _version(database: sqlite3.Connection) -> str:
    last = "SELECT digest FROM revision ORDER BY seq DESC LIMIT 1"
    found = database.execute(last).fetchone()
    return str(found[0]) if found else ""


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    listed = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    names = [name for (name,) in database.execute(listed)]
    counted = {}
    for name in names:
        quoted = name.replace('"', '""')
        # A name in quotation marks; SQL has no parameters for names.
        query = f'SELECT count(*) FROM "{quoted}"'  # noqa: S608
        [counted[name]] = database.execute(query).fetchone()
    return counted


def _pack(packed: Path, copy: Path, manifest: Manifest, how: int) -> None:
    with zipfile.ZipFile(packed, "w", how) as made:
        made.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        made.write(copy, STORE)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError) as error:
        raise StoreError(f"{path} is no whole archive: {error}") from error
    except (
        sqlite3.Error,
        zlib.error,
        EOFError,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise StoreError(f"{path} is damaged, or no archive: {error}") from error
    except StoreError as error:
        raise StoreError(f"{path} is not restored: {error}") from error


def _unpack(file: BinaryIO, copy: Path) -> Manifest:
    """Write the store to `copy`, once the members are what they must be."""
    with zipfile.ZipFile(file) as packed:
        members = packed.infolist()
        if sorted(one.filename for one in members) != sorted((MANIFEST, STORE)):
            raise StoreError("an archive holds a manifest and a store, once each")
        by_name = {one.filename: one for one in members}
        for one in members:
            _check_member(one)
        if by_name[MANIFEST].file_size > _MOST_MANIFEST:
            raise StoreError("its manifest is too large")
        manifest = _read_manifest(packed.read(MANIFEST))
        _check_size(by_name[STORE], manifest, copy.parent)
        with packed.open(STORE) as source, copy.open("xb") as target:
            # As the archive: it holds all that the store does, secrets included.
            copy.chmod(0o600)
            digest = sha256()
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
    if digest.hexdigest() != manifest.sha256:
        raise StoreError("its store is not the one that its manifest names")
    return manifest


def _check_member(one: zipfile.ZipInfo) -> None:
    if one.flag_bits & 1:
        raise StoreError("it is encrypted; unpack it with its own program first")
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise StoreError("it is packed in a way that archives are not")
    if one.is_dir() or stat.S_ISLNK(one.external_attr >> 16):
        raise StoreError(f"{one.filename} in it is no file")


def _read_manifest(content: bytes) -> Manifest:
    said: dict[str, Any] = json.loads(content)
    if not isinstance(said, dict) or not isinstance(said.get("format"), int):
        raise StoreError("its manifest does not say what it is")
    if said["format"] > FORMAT:
        raise StoreError(
            f"it is of form {said['format']}, this program knows {FORMAT}; update the "
            "program"
        )
    manifest = Manifest(**said)
    if manifest.schema not in _known_schemas():
        raise StoreError(
            f"its store is at schema {manifest.schema!r}, which this program does not "
            "know; update the program"
        )
    return manifest


def _known_schemas() -> set[str]:
    from alembic.script import ScriptDirectory

    folder = Path(__file__).resolve().parent / "migrations"
    return {script.revision for script in ScriptDirectory(str(folder)).walk_revisions()}


def _check_size(one: zipfile.ZipInfo, manifest: Manifest, folder: Path) -> None:
    if one.file_size != manifest.size:
        raise StoreError("its store has another size than its manifest says")
    if one.file_size > DENSEST * one.compress_size + _SLACK:
        raise StoreError(
            f"its store would unpack to more than {DENSEST} times its size"
        )
    if one.file_size > shutil.disk_usage(folder).free:
        raise StoreError(f"there is no room for {one.file_size} bytes in {folder}")


def _check(copy: Path, manifest: Manifest) -> None:
    """Refuse a database that is none of ours, is damaged, or could run anything."""
    with closing(_opened(copy)) as database:
        [mark] = database.execute("PRAGMA application_id").fetchone()
        if mark != APPLICATION_ID:
            raise StoreError("what it holds is no store of Tideline's")
        strange = database.execute(
            "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') "
            "OR sql LIKE 'CREATE VIRTUAL%'"
        )
        if found := strange.fetchone():
            raise StoreError(f"its store has {found[0]!r}, which no store has")
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise StoreError("its store is damaged")
        if database.execute("PRAGMA foreign_key_check").fetchone():
            raise StoreError("its store lacks something that a row refers to")
        said = (_schema(database), _version(database), _rows(database))
        if said != (manifest.schema, manifest.version, manifest.rows):
            raise StoreError("its store is not the one that its manifest describes")
        _check_originals(database)
        database.execute("PRAGMA journal_mode = DELETE")


def _check_originals(database: sqlite3.Connection) -> None:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
    if "original" not in tables:  # of a schema before originals were kept
        return
    for digest, content in database.execute("SELECT sha256, content FROM original"):
        if sha256(content).hexdigest() != digest:
            raise StoreError(f"the original {digest} is not what it was")


def _check_room(target: Path, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise StoreError(f"there is a store at {target}; --replace lets it be replaced")
    left = target.with_name(f"{target.name}-wal")
    if not target.exists() and left.exists():
        raise StoreError(f"{left} of a store that is gone is in the way; move it first")


def _settle(copy: Path, target: Path) -> None:
    """Put a store where none is, without taking the place of one just made."""
    try:
        os.link(copy, target)
    except FileExistsError:
        raise StoreError(f"there is a store at {target} by now") from None
    except OSError:  # a file system without links
        _check_room(target, replace=False)
        copy.rename(target)


def _take_place(copy: Path, target: Path) -> None:
    """Copy over a store that is there, as one transaction of it."""
    try:
        with closing(_opened(copy)) as source, closing(_opened(target, "rw")) as there:
            [mark] = there.execute("PRAGMA application_id").fetchone()
            if mark != APPLICATION_ID:
                raise StoreError(f"{target} is not a Tideline store; choose another")
            _copy(source, there)
    except sqlite3.Error as error:
        raise StoreError(f"{target} cannot be replaced: {error}") from error
