"""A list of places is looked at here before it is installed, to see what it is.

Nothing that is refused touches the lists that are there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from geo.download import fetched
from geo.listings import (
    GEONAMES_LICENCE,
    BadRow,
    ListError,
    Listing,
    country_boxes,
    one_line,
)
from geo.own_rows import METRES, country_code
from geo.shelf import (
    SUFFIXES,
    Kind,
    PlaceList,
    check_name,
    geonames_name,
    read_list,
    takes,
    writing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from geo.listings import Box
    from geo.shelf import Shelf

    Progress = Callable[[int, int | None], None]

GEONAMES = "GeoNames"
GEONAMES_CREDIT = "Place data: GeoNames (geonames.org), CC BY 4.0"
MAX_OWN_BYTES = 500_000_000
"""The largest list of a user's own."""

_TOLD = 5
# Ids that a user's own list is looked through for, in some 60 MB.
_COMPARED = 1_000_000
# Of GeoNames' rows nearly all must be right; of a user's own those that are go in.
_BAD_SHARE = 0.01
# A country's places lie in the box around its known towns; a degree more takes in what
# lies beyond the outermost one. Where most do not, but of those nearly all would with
# lon and lat changed about, the columns are swapped.
_MARGIN = 1.0
_SWAPPED_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What the user says of a list of their own; "" where nothing was said."""

    name: str = ""
    licence: str = ""
    country: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of a list: what is installed, and which rows were left out.

    `n_unnamed` are rows of kinds that no news would name, `n_repeated` such as have an
    id that an earlier row had, to whose names they add theirs.
    """

    installed: PlaceList
    n_bad: int
    bad: tuple[BadRow, ...]
    n_unnamed: int
    n_repeated: int


@dataclass(slots=True)
class _Survey:
    """What is counted while a list is read once, row by row."""

    boxes: Mapping[str, Box]
    n_bad: int = 0
    n_metres: int = 0
    n_unnamed: int = 0
    n_repeated: int = 0
    bad: list[BadRow] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)
    ids: set[int] = field(default_factory=set)
    n_outside: int = 0
    n_swapped: int = 0

    def read(self, rows: Iterable[Listing | BadRow], kind: Kind) -> None:
        """Count every row of a list."""
        for row in rows:
            if isinstance(row, BadRow):
                self._refuse(row)
            elif takes(kind, row):
                self._take(row)
                if kind != Kind.GEONAMES:
                    self._compare(row.place.place_id)
            else:
                self.n_unnamed += 1

    def _refuse(self, row: BadRow) -> None:
        self.n_bad += 1
        self.n_metres += row.reason == METRES
        if len(self.bad) < _TOLD:
            self.bad.append(row)

    def _take(self, listing: Listing) -> None:
        place = listing.place
        self.places[place.country] += 1
        box = self.boxes.get(place.country)
        if box and not box.holds(place.lon, place.lat, _MARGIN):
            self.n_outside += 1
            self.n_swapped += box.holds(place.lat, place.lon, _MARGIN)

    def _compare(self, place_id: str) -> None:
        number = hash(place_id)
        self.n_repeated += number in self.ids
        if len(self.ids) < _COMPARED:
            self.ids.add(number)

    @property
    def n_places(self) -> int:
        """How many places go in."""
        return self.places.total()


def add_country(
    shelf: Shelf, country: str, base: str, *, day: str, progress: Progress | None = None
) -> Added:
    """Fetch GeoNames' list of a country, look at it and install it.

    Parameters
    ----------
    shelf
        Where it goes; a list of that country that is there stays until the new one is
        found to be right, for good if it is not.
    country
        Its ISO 3166 alpha-2 code.
    base
        The address that the lists lie under.
    day
        Today, as an ISO day.
    progress
        Called with the bytes that are here and those wanted, None if not known.

    Raises
    ------
    ListError
        If it cannot be had or is not what it should be; the message says what to do.
    """
    if not country or country_code(country) != country:
        raise ListError(f"{country[:20]!r} is no ISO code of a country, such as SY")
    one = PlaceList(
        name=geonames_name(country),
        kind=Kind.GEONAMES,
        source=GEONAMES,
        licence=GEONAMES_LICENCE,
        attribution=GEONAMES_CREDIT,
        added=day,
        country=country,
    )
    with writing(shelf.folder):
        shelf.folder.mkdir(parents=True, exist_ok=True)
    url = f"{base}/{country}.zip"
    part = shelf.folder / f"{one.name.casefold()}.part"
    with fetched(url, part, progress) as whole:
        try:
            survey = _survey(whole, one)
            _check_dump(survey)
        except ListError as error:
            raise ListError(
                f"what {url} sent is not GeoNames' list of {country}: {error};"
                " try again later or from another address"
            ) from error
        return _install(shelf, whole, one, survey)


def add_own(shelf: Shelf, path: Path, own: Own, *, day: str) -> Added:
    """Look at a user's own list, and install a copy of it.

    Raises
    ------
    ListError
        If nothing in it can be used, or it is not what it should be.
    """
    kind = next((k for k, s in SUFFIXES.items() if s == path.suffix.lower()), None)
    if kind in (None, Kind.GEONAMES):
        raise ListError(f"{path} does not end in .csv, .geojson or .txt")
    name = own.name or _name_from(path)
    _check_own_name(name)
    before = shelf.find(name)
    if before and before.name.casefold() == name.casefold() and not own.replaces:
        raise ListError(
            f"there is a list {before.name} already: give --name for another, or"
            " --replace to put this one in its place"
        )
    one = PlaceList(
        name=name,
        kind=kind,
        source=name,
        licence=one_line(own.licence),
        added=day,
        country=own.country,
    )
    with shelf.draft() as draft:
        _copy(path, draft)
        try:
            survey = _survey(draft, one)
            _check_own(survey)
        except ListError as error:
            raise ListError(f"{path}: {error}") from error
        return _install(shelf, draft, one, survey)


def _check_own_name(name: str) -> None:
    check_name(name)
    if name.casefold().startswith(geonames_name("")):
        raise ListError(
            f"{name} is what GeoNames' list of a country is called, and fetching that"
            " would replace this one: give --name for another"
        )


def _name_from(path: Path) -> str:
    """Return a list's name after its file's."""
    return re.sub(r"[^\w.-]+", "-", path.stem).strip("-._")[:60] or "places"


def _copy(path: Path, draft: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ListError(f"{path}: {(error.strerror or '').lower()}") from error
    if size > MAX_OWN_BYTES:
        raise ListError(f"{path} has more than {MAX_OWN_BYTES // 1_000_000} MB")
    try:
        shutil.copyfile(path, draft)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ListError(f"cannot copy {path} to {draft.parent}: {why}") from error


def _survey(path: Path, one: PlaceList) -> _Survey:
    survey = _Survey(boxes=country_boxes())
    try:
        survey.read(read_list(path, one), one.kind)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ListError(f"it cannot be read: {why}") from error
    return survey


def _check_dump(survey: _Survey) -> None:
    n_rows = survey.n_places + survey.n_unnamed + survey.n_bad
    if not survey.n_places:
        raise ListError("no place in it" + _why(survey))
    if survey.n_bad > _BAD_SHARE * n_rows:
        raise ListError(f"{survey.n_bad} of {n_rows} rows are wrong" + _why(survey))


def _check_own(survey: _Survey) -> None:
    n_rows = survey.n_places + survey.n_bad
    if survey.n_metres * 2 > n_rows:
        raise ListError(f"{METRES}; Tideline reads lon and lat in EPSG:4326 only")
    if not survey.n_places:
        raise ListError("no row can be used" + _why(survey))
    if survey.n_outside * 2 <= survey.n_places:
        return
    if survey.n_swapped >= _SWAPPED_SHARE * survey.n_outside:
        raise ListError(
            "lon and lat look swapped: with one for the other the places lie in"
            f" {_countries(survey)}; swap the columns' names"
        )
    raise ListError(
        f"{survey.n_outside} of {survey.n_places} places lie far outside of"
        f" {_countries(survey)}; check the country, lon and lat"
    )


def _why(survey: _Survey) -> str:
    first = survey.bad[:1]
    return "".join(f"; the first is {row.line}: {row.reason}" for row in first)


def _countries(survey: _Survey) -> str:
    return ", ".join(country for country, _n in survey.places.most_common(3))


def _install(shelf: Shelf, whole: Path, one: PlaceList, survey: _Survey) -> Added:
    with writing(shelf.folder), whole.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.seek(0, 2)
    stem = f"{one.name.casefold()}-{sha256[:12]}"
    installed = replace(
        one,
        file=f"{stem}{SUFFIXES[one.kind]}",
        size=size,
        sha256=sha256,
        n_places=survey.n_places,
        countries=tuple(sorted(survey.places)),
    )
    shelf.keep(whole, installed)
    return Added(
        installed=installed,
        n_bad=survey.n_bad,
        bad=tuple(survey.bad),
        n_unnamed=survey.n_unnamed,
        n_repeated=survey.n_repeated,
    )
