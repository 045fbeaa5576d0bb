"""Which lists of places are installed is decided here: one file a list, as it came.

Beside each file lies a small JSON record of what it is. The record is written last and
moved into place, so that a list is there whole or not at all; what it replaces stays
until then.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.dumps import is_named, read_dump, unzipped
from geo.listings import BadRow, ListError, Listing, Origin, one_line
from geo.own_lists import read_geojson, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

# Letters, digits and a few signs: a name is also that of a file.
_NAME = re.compile(r"\w[\w.-]{0,59}")
_FILE = re.compile(r"[\w.-]+")
_RECORD = ".list.json"
# What a record holds is text, but for these.
_FORMS = {"size": int, "n_places": int, "countries": list}


class Kind(StrEnum):
    """What form a list is in."""

    GEONAMES = "geonames"
    DUMP = "dump"
    TABLE = "table"
    GEOJSON = "geojson"


SUFFIXES = {
    Kind.GEONAMES: ".zip",
    Kind.DUMP: ".txt",
    Kind.TABLE: ".csv",
    Kind.GEOJSON: ".geojson",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceList:
    """A list of places that is installed, or about to be.

    `file` is its name in the shelf's folder, `size` in bytes, `added` the ISO day it
    was fetched or added. `country` is that of rows that name none, or of a whole list
    of GeoNames'. `n_places` are those that went in, `countries` where they lie.
    """

    name: str
    kind: Kind
    source: str
    licence: str
    attribution: str = ""
    added: str
    country: str = ""
    file: str = "-"
    size: int = 0
    sha256: str = ""
    n_places: int = 0
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        if not _FILE.fullmatch(self.file) or self.file.startswith("."):
            raise ListError(f"{self.file!r} is no name of a list's file")

    @property
    def origin(self) -> Origin:
        """What each of its places says of where it comes from."""
        return Origin(source=self.source, licence=self.licence, dated=self.added)


def check_name(name: str) -> None:
    """Refuse a name that cannot be that of a list.

    Raises
    ------
    ListError
        If it has other signs than letters, digits, ".", "-" and "_".
    """
    if not _NAME.fullmatch(name):
        raise ListError(
            f"{name[:60]!r} cannot be a list's name: use up to 60 letters, digits,"
            " dots, hyphens and underscores"
        )


def read_list(path: Path, one: PlaceList) -> Iterator[Listing | BadRow]:
    """Yield every row of a list whose file is `path`, also such as no news would name.

    Raises
    ------
    ListError
        If the list as a whole cannot be read.
    """
    if one.kind == Kind.GEONAMES:
        with unzipped(path, one.country) as stream:
            yield from read_dump(stream, one.origin, one.country)
    elif one.kind == Kind.DUMP:
        with path.open("rb") as stream:
            yield from read_dump(stream, one.origin)
    elif one.kind == Kind.TABLE:
        yield from read_table(path, one.origin, one.country)
    else:
        yield from read_geojson(path, one.origin, one.country)


def takes(kind: Kind, listing: Listing) -> bool:
    """Say whether a row goes into the index: of GeoNames' not the hotels."""
    return kind in (Kind.TABLE, Kind.GEOJSON) or is_named(listing.place)


class Shelf:
    """The folder of the installed lists; it need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lists(self) -> list[PlaceList]:
        """Return the installed lists: the user's own first, each kind by name.

        Raises
        ------
        ListError
            If a record cannot be read.
        """
        records = self.folder.glob(f"*{_RECORD}") if self.folder.is_dir() else ()
        found = [_record(path) for path in records]
        return sorted(found, key=lambda one: (one.kind == Kind.GEONAMES, one.name))

    def find(self, name: str) -> PlaceList | None:
        """Return the list of that name in any case, or GeoNames' of that country."""
        wanted = name.casefold()
        lists = {one.name.casefold(): one for one in self.lists()}
        return lists.get(wanted) or lists.get(geonames_name(wanted).casefold())

    def stamp(self) -> str:
        """Name the contents of all lists, so that a change of them shows."""
        told = "\n".join(repr(one) for one in self.lists())
        return hashlib.sha256(told.encode()).hexdigest()[:16] if told else ""

    def countries(self) -> set[str]:
        """Return the countries that the lists have places in."""
        return {country for one in self.lists() for country in one.countries}

    def listings(self) -> Iterator[Listing]:
        """Yield the places of all lists, list after list; bad rows are skipped.

        Raises
        ------
        ListError
            If a list is damaged; the message says how to get rid of it.
        """
        for one in self.lists():
            try:
                for row in read_list(self.folder / one.file, one):
                    if isinstance(row, Listing) and takes(one.kind, row):
                        yield row
            except (OSError, ListError) as error:
                if self.find(one.name) != one:
                    continue  # it was taken away meanwhile, and the index is stale
                raise ListError(
                    f"the list {one.name} is damaged ({error}): add it again, or"
                    f" `tideline gazetteer remove {one.name}`"
                ) from error

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """Lend a file in the folder for a list that is being looked at.

        Raises
        ------
        ListError
            If the folder cannot be written.
        """
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".draft")
            os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def keep(self, draft: Path, one: PlaceList) -> None:
        """Install a list whose file is `draft`, in place of one of its name.

        Raises
        ------
        ListError
            If it cannot be written; what was installed stays.
        """
        before = self.find(one.name)
        with writing(self.folder):
            _flush(draft)
            draft.replace(self.folder / one.file)
            with self.draft() as record:
                text = json.dumps(asdict(one), ensure_ascii=False, indent=1)
                record.write_text(text, encoding="utf-8")
                _flush(record)
                record.replace(self._record_of(one))
            if before and before.file != one.file:
                (self.folder / before.file).unlink(missing_ok=True)

    def remove(self, one: PlaceList) -> None:
        """Take a list off the shelf.

        Raises
        ------
        ListError
            If it cannot be removed.
        """
        with writing(self.folder):
            self._record_of(one).unlink(missing_ok=True)
            (self.folder / one.file).unlink(missing_ok=True)

    def _record_of(self, one: PlaceList) -> Path:
        return self.folder / f"{one.name.casefold()}{_RECORD}"


def _flush(path: Path) -> None:
    """Have a file on the disk before it is moved to where it counts."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def geonames_name(country: str) -> str:
    """Return what GeoNames' list of a country is called here."""
    return f"geonames-{country}"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell in a line what the disk refused.

    Raises
    ------
    ListError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ListError(f"cannot write in {path}: {why}") from error


def _record(path: Path) -> PlaceList:
    try:
        read = dict(json.loads(path.read_text(encoding="utf-8")))
        told = {key: _checked(key, value) for key, value in read.items()}
        told["kind"] = Kind(told["kind"])
        told["countries"] = tuple(map(str, told["countries"]))
        date.fromisoformat(told["added"])
        return PlaceList(**told)
    except (OSError, ValueError, TypeError, KeyError, ListError) as error:
        raise ListError(
            f"{path} cannot be read ({error}): remove that file and add its list again"
            " with `tideline gazetteer add`"
        ) from error


def _checked(key: str, value: object) -> Any:  # noqa: ANN401 - as JSON has it
    """Return what a record says; refuse what Tideline never wrote there."""
    if type(value) is not _FORMS.get(key, str):
        raise ValueError(f"{key} is {value!r:.40}")
    return one_line(value) if isinstance(value, str) else value
