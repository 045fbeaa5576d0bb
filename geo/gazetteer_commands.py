"""The commands `tideline gazetteer ...`: lists of places come, go and are asked here.

They are a part of the edge, as `geo/cli.py` is: they read the clock and the
environment. Everything heavy is imported inside the command that needs it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from extract.conflict import load_conflicts
from geo.printing import count, download_progress, print_table, progress, say
from geo.where import CACHE, GEONAMES, dumps_at, gazetteer_at, gazetteers_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.gazetteer import Gazetteer, Match
    from geo.installing import Added
    from geo.shelf import PlaceList, Shelf

FAILED = 1

gazetteer_app = typer.Typer(
    name="gazetteer",
    no_args_is_help=True,
    help="Add lists of places, or ask what is known of a name.",
)


def _country(text: str) -> str:
    """Return an ISO code of a country, "" for none; else it is a wrong call."""
    from geo.own_rows import country_code

    code = country_code(text)
    if text and not code:
        raise typer.BadParameter(f"{text!r} is no ISO code of a country, such as SY")
    return code


def point_of(text: str) -> tuple[float, float]:
    """Return lon and lat of "lat,lon", the order in which maps give a point."""
    try:
        lat, lon = map(float, text.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not LAT,LON in degrees, such as 36.2,37.16"
        ) from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise typer.BadParameter(f"{text!r} is not on Earth; latitude comes first")
    return lon, lat


Countries = Annotated[
    list[str],
    typer.Argument(parser=_country, metavar="CC...", help="ISO codes, such as SY IQ."),
]
From = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="URL",
        envvar=GEONAMES,
        show_envvar=True,
        help="The address that the lists lie under; GeoNames' own if not given.",
        show_default=False,
    ),
]
ListFile = Annotated[
    Path,
    typer.Argument(
        metavar="PLACES",
        help="A .csv or .geojson file in degrees (EPSG:4326), or GeoNames' .txt.",
    ),
]
Name = Annotated[
    str,
    typer.Option(help="What to call the list; its file's name if not given."),
]
Licence = Annotated[
    str, typer.Option(help="The list's licence, shown beside its places.")
]
Home = Annotated[
    str,
    typer.Option(
        "--country",
        parser=_country,
        metavar="CC",
        help="The country of rows that name none.",
    ),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Put it in the place of a list of its name.")
]
Installed = Annotated[
    str, typer.Argument(metavar="NAME", help="A list's name, or GeoNames' country.")
]
Asked = Annotated[
    str, typer.Argument(metavar="NAME", help="A place's name, in any script.")
]
Near = Annotated[
    str,
    typer.Option(
        "--near",
        metavar="LAT,LON",
        help="Show how far from here they are, the nearest first.",
    ),
]
In = Annotated[
    str, typer.Option("--in", parser=_country, metavar="CC", help="Only this country.")
]


@gazetteer_app.command(name="add", epilog="Example: tideline gazetteer add SY")
def add_command(countries: Countries, from_: From = "") -> None:
    """Fetch GeoNames' lists of countries: every village, hill and river.

    A download that breaks off goes on where it ended when you ask again. Until a new
    list is whole and found to be right, the old one stays.
    """
    from geo.installing import add_country
    from geo.listings import ListError

    base, day = dumps_at(from_, os.environ), _today()
    n_failed = 0
    for country in dict.fromkeys(countries):
        say(f"asking {base} for the places of {country}")
        try:
            with download_progress(f"Fetching {country}") as advance:
                added = add_country(_shelf(), country, base, day=day, progress=advance)
        except ListError as error:
            n_failed += 1
            say(f"{country}: {error}")
        else:
            _tell(added)
    if n_failed < len(set(countries)):
        _index()
    raise typer.Exit(FAILED if n_failed else 0)


@gazetteer_app.command(
    name="add-file",
    epilog="Example: tideline gazetteer add-file places.csv --country SY",
)
def add_file_command(
    places: ListFile,
    name: Name = "",
    licence: Licence = "",
    country: Home = "",
    replace: Replace = False,
) -> None:
    """Add a list of your own.

    It needs columns for name, lon and lat, by their usual names; further spellings,
    P-codes, countries and populations are read where they are found.
    """
    from geo.installing import Own, add_own
    from geo.listings import ListError

    own = Own(name=name, licence=licence, country=country, replaces=replace)
    try:
        with progress("Reading the list", None):
            added = add_own(_shelf(), places, own, day=_today())
    except ListError as error:
        _fail(str(error))
    _tell(added)
    _index()


@gazetteer_app.command(name="list", epilog="Example: tideline gazetteer list")
def list_command() -> None:
    """Print which lists are installed."""
    lists = _lists()
    if not lists:
        typer.echo("no lists are installed beside those that come with Tideline")
        return
    print_table(
        count(len(lists), "list"),
        ("name", "kind", "places", "countries", "source", "licence", "added", "size"),
        [
            (
                *(one.name, one.kind, f"{one.n_places:,}", " ".join(one.countries)),
                *(one.source, one.licence, one.added, _size(one.size)),
            )
            for one in lists
        ],
    )


@gazetteer_app.command(
    name="remove", epilog="Example: tideline gazetteer remove places"
)
def remove_command(name: Installed) -> None:
    """Take a list off; places that are stored already stay where they are."""
    from geo.listings import ListError

    try:
        one = _shelf().find(name)
        if one is None:
            there = ", ".join(one.name for one in _lists()) or "none"
            _fail(f"no list is called {name!r}; installed: {there}")
        _shelf().remove(one)
    except ListError as error:
        _fail(str(error))
    say(f"{one.name} is removed: {_places(one.n_places)}")
    _index()


@gazetteer_app.command(
    name="search", epilog="Example: tideline gazetteer search Palmyra --in SY"
)
def search_command(name: Asked, near: Near = "", in_: In = "") -> None:
    """Print the places that a name could mean, and where each is known from."""
    from geo.areas import distance_m
    from geo.gazetteer import Stage

    point = point_of(near) if near else None
    with open_places() as gazetteer:
        at_hand = [in_] if in_ else sorted(_at_hand())
        found = gazetteer.find(name, at_hand, variants=True)
    far = {
        match.place.place_id: distance_m(*point, match.place.lon, match.place.lat)
        for match in found
        if point
    }

    def order(match: Match) -> tuple[float, ...]:
        place = match.place
        # Near a point that is asked for only guesses at the spelling come last.
        stage = max(match.stage, Stage.SOUND) if point else match.stage
        away = far.get(place.place_id, 0.0)
        return stage, away, place.feature_class != "P", -place.population

    if not found:
        typer.echo(f"no place of that name in {', '.join(at_hand)}")
        return
    rows = [_found_row(match, far) for match in sorted(found, key=order)]
    columns = ["name", "spelt", "match", "where", "lon", "lat", "kind", "people"]
    columns += ["source", "licence", "as of", "id"]
    print_table(count(len(rows), "place"), [*columns, *["km"] * bool(point)], rows)


def _found_row(match: Match, far: dict[str, float]) -> list[str]:
    place = match.place
    away = far.get(place.place_id)
    return [
        *(place.name, match.name, match.stage.name.lower()),
        "-".join(filter(None, (place.country, place.admin1))),
        *(f"{place.lon:.4f}", f"{place.lat:.4f}"),
        ".".join(filter(None, (place.feature_class, place.feature_code))),
        f"{place.population:,}" if place.population else "",
        *(place.source, place.licence, place.dated, place.place_id),
        *([] if away is None else [f"{away / 1000:.1f}"]),
    ]


@gazetteer_app.command(name="info", epilog="Example: tideline gazetteer info")
def info_command() -> None:
    """Print where the lists and their index lie, and what they hold, of whom."""
    from geo.filing import filed
    from geo.gazetteer import read_stamp

    path, lists = gazetteer_at(os.environ), _lists()
    typer.echo(f"lists    {gazetteers_at(os.environ)} ({count(len(lists), 'list')})")
    with open_places():
        typer.echo(f"index    {path} ({_size(path.stat().st_size)})")
        typer.echo(f"version  {read_stamp(path)}")
        rows = [
            (one.source, f"{one.n_places:,}", one.licence, one.dated)
            for one in filed(path)
        ]
    print_table("places by source", ("source", "places", "licence", "as of"), rows)
    for credit in _credits(lists):
        typer.echo(credit)


def _credits(lists: list[PlaceList]) -> list[str]:
    """Return what must be said of the sources wherever their places are shown."""
    from geo.installing import GEONAMES_CREDIT

    return list(
        dict.fromkeys(
            [GEONAMES_CREDIT, *(one.attribution for one in lists if one.attribution)]
        )
    )


@contextmanager
def open_places() -> Iterator[Gazetteer]:
    """Open the place names; where their index is stale it is built, with a bar."""
    from geo.gazetteer import GazetteerError, open_gazetteer

    path = gazetteer_at(os.environ)
    try:
        with progress("Indexing place names (once)", None) as advance:
            gazetteer = open_gazetteer(
                path, _pack_countries(), shelf=_shelf(), progress=advance
            )
    except GazetteerError as error:
        _fail(f"{error}; {CACHE} may name another folder")
    with gazetteer:
        yield gazetteer


def _index() -> None:
    with open_places():
        say("the place names are indexed; texts read from now on use them")


def _pack_countries() -> set[str]:
    return {c for pack in load_conflicts().values() for c in pack.countries}


def _at_hand() -> set[str]:
    return {*_pack_countries(), *_shelf().countries()}


def _shelf() -> Shelf:
    from geo.shelf import Shelf

    return Shelf(gazetteers_at(os.environ))


def _lists() -> list[PlaceList]:
    from geo.listings import ListError

    try:
        return _shelf().lists()
    except ListError as error:
        _fail(str(error))


def _tell(added: Added) -> None:
    """Say what went in, and what did not."""
    one = added.installed
    what = f"{_places(one.n_places)} in {', '.join(one.countries)}"
    say(f"{one.name}: {what}" + (f"; {one.attribution}" if one.attribution else ""))
    if added.n_unnamed:
        say(f"{count(added.n_unnamed, 'row')} left out: kinds that no news names")
    if added.n_repeated:
        say(f"{count(added.n_repeated, 'row')} only add names: their ids came before")
    for row in added.bad:
        say(f"row {row.line} left out: {row.reason}")
    if added.n_bad > len(added.bad):
        say(f"and {added.n_bad - len(added.bad)} more rows")


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number:,} places"


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
