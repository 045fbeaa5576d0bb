"""What the arguments and options of the `tideline` commands are, and how they read."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from extract.conflict import load_conflicts
from extract.read import parse_day
from geo.logs import LOG, Form
from geo.retrying import SHORTEST_S
from geo.where import ALLOW_PRIVATE, STORE

if TYPE_CHECKING:
    from extract.records import Conflict


class Box(NamedTuple):
    """A rectangle of degrees; typer would take a plain tuple for several values."""

    west: float
    south: float
    east: float
    north: float


COARSEN_KM = (1, 5, 20)
LONGEST_DELAY = 3_650
_LONGEST_S = 604_800
SUFFIXES = (".geojson", ".csv", ".gpkg", ".parquet", ".kml", ".html")


_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Format(StrEnum):
    """How `extract` prints claims."""

    TABLE = "table"
    JSONL = "jsonl"


def day(text: str) -> date:
    """Return the day that an argument names; a wrong one is a wrong call."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def box(text: str) -> Box:
    """Return the rectangle that an argument names; a wrong one is a wrong call."""
    from geo.view import parse_box

    found = parse_box(text)
    if found is None:
        raise typer.BadParameter(
            f"{text!r} is no west,south,east,north in degrees, such as"
            " 37.9,34.3,38.6,34.8"
        )
    return Box(*found)


def packs_of(name: str) -> dict[str, Conflict]:
    """Return the pack of that name alone, or all where none is named."""
    packs = load_conflicts()
    if name and name not in packs:
        known = ", ".join(packs)
        raise typer.BadParameter(f"no conflict {name!r}; there are: {known}")
    return {name: packs[name]} if name else packs


def output(text: str) -> Path:
    """Return the file to write; an ending that none is written for is a wrong call."""
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"{text!r} does not end in {', '.join(SUFFIXES)}")
    return path


def listening(text: str) -> str:
    """Return the address to listen at; a name is a wrong call, for it may be many."""
    try:
        return str(ip_address("127.0.0.1" if text == "localhost" else text))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no IP address") from error


def coarsening(text: str | int) -> int:
    """Return the side of a grid in km; one that is not offered is a wrong call."""
    if str(text) not in ("0", *map(str, COARSEN_KM)):
        offered = ", ".join(map(str, COARSEN_KM))
        raise typer.BadParameter(f"places are coarsened to {offered} km, not {text!r}")
    return int(text)


def span(text: str) -> int:
    """Return the seconds of "15m"; what is no span, or too short, is a wrong call."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text.strip().lower())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not SHORTEST_S <= seconds <= _LONGEST_S:
        raise typer.BadParameter(
            f"{text!r} is no time between a minute and a week, such as 15m, 2h or 1d"
        )
    return seconds


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        allow_dash=True,
        help="Text, Markdown, a web page, PDF or Word; .jsonl, .csv or .parquet with"
        " an article a line or row; or - for standard input.",
    ),
]
Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="INPUT...",
        help="Files (text, Markdown, HTML, PDF, Word, .jsonl, .csv, .parquet), the"
        " addresses of pages or feeds, or - for standard input.",
        show_default=False,
    ),
]
Addresses = Annotated[
    Path | None,
    typer.Option(
        "--urls",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="A file with an address a line; a line that begins with # is left out.",
    ),
]
Every = Annotated[
    int | None,
    typer.Option(
        parser=span,
        metavar="15m",
        help="Look at the feeds again and again, so often, until Ctrl-C.",
        show_default=False,
    ),
]
AllowPrivate = Annotated[
    bool,
    typer.Option(
        "--allow-private",
        envvar=ALLOW_PRIVATE,
        help="Fetch from machines of an intranet, and from this one, too.",
    ),
]
Folder = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        resolve_path=True,
        help="With all that is below it.",
    ),
]
DraftNumber = Annotated[
    int, typer.Argument(metavar="NUMBER", help="As `tideline drafts list` shows.")
]
Title = Annotated[str, typer.Option(help="The title of an article without one.")]
Published = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="YYYY-MM-DD",
        help="The day of publication of an article without one.",
    ),
]
Publisher = Annotated[str, typer.Option(help="Who published an article.")]
Url = Annotated[str, typer.Option(help="Where an article was published.")]
Lang = Annotated[str, typer.Option(help="The language of an article.")]
ConflictName = Annotated[
    str,
    typer.Option(
        "--conflict",
        metavar="NAME",
        help="The conflict pack to use; else each article's text decides.",
    ),
]
StoreAt = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="PATH|URL",
        envvar=STORE,
        help="The store: a file, or a database as postgresql://user@host/name; a file"
        " in your data folder if not given.",
        show_default=False,
    ),
]
FromStore = Annotated[
    str, typer.Argument(metavar="FROM", help="The store to copy: a file or URL.")
]
ToStore = Annotated[
    str,
    typer.Argument(metavar="TO", help="A new file, or the URL of an empty database."),
]
Online = Annotated[
    bool,
    typer.Option(
        "--online",
        help="Ask OpenStreetMap's Nominatim, or the server that TIDELINE_NOMINATIM"
        " names, for places that no list here knows; that server learns which.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=256,
        metavar="N",
        help="How many processes read; one a core for much input if not given.",
        show_default=False,
    ),
]
FormatName = Annotated[
    Format, typer.Option("--format", help="How to print the claims.")
]
Output = Annotated[
    Path,
    typer.Argument(
        parser=output,
        metavar="OUT",
        help="The file to write: .geojson, .csv, .gpkg, .parquet, .kml or .html.",
    ),
]
Until = Annotated[
    date | None,
    typer.Option(
        "--day",
        parser=day,
        metavar="YYYY-MM-DD",
        help="Only events that had happened by this day.",
    ),
]
Since = Annotated[
    date | None,
    typer.Option(
        "--since",
        parser=day,
        metavar="YYYY-MM-DD",
        help="Only events whose last possible day is not before this one.",
    ),
]
CoarsenKm = Annotated[
    int,
    typer.Option(
        parser=coarsening,
        metavar="1|5|20",
        help="Move places to a grid of so many km; sentences still name them.",
        show_default=False,
    ),
]
DelayDays = Annotated[
    int,
    typer.Option(
        min=0,
        max=LONGEST_DELAY,
        metavar="N",
        help="Leave out what may have happened in the last N days, or has no date.",
        show_default=False,
    ),
]
Alike = Annotated[
    bool,
    typer.Option(
        "--weigh-all-alike",
        help="Leave aside which side publishers lean to; else they count fully only"
        " against it.",
    ),
]
Hxl = Annotated[
    bool,
    typer.Option("--hxl", help="In a .csv: a second row with HXL's tags of columns."),
]
Control = Annotated[
    bool,
    typer.Option(
        "--control",
        help="In a .gpkg: also who was last reported to hold each place by --day, and"
        " estimated areas.",
    ),
]
On = Annotated[
    date | None,
    typer.Option(
        parser=day,
        metavar="YYYY-MM-DD",
        help="Only events that may have happened on this day.",
    ),
]
OfDay = Annotated[
    date | None,
    typer.Option(
        "--on",
        parser=day,
        metavar="YYYY-MM-DD",
        help="The day at whose end they hold it; today if not given.",
    ),
]
BoxOf = Annotated[
    Box | None,
    typer.Option(
        "--box",
        parser=box,
        metavar="W,S,E,N",
        help="Only events in this rectangle of degrees, its edges included; across the"
        " date line where west is greater than east.",
    ),
]
PlaceName = Annotated[
    str,
    typer.Option("--place", help="Only places with this in their name."),
]
HolderName = Annotated[
    str,
    typer.Option("--actor", help="Only what this actor holds."),
]
ActorName = Annotated[
    str,
    typer.Option("--actor", help="Only events with this actor, on either side."),
]
Log = Annotated[
    Form | None,
    typer.Option(
        "--log",
        envvar=LOG,
        metavar="json|text",
        help="Log what happens, an entry a line, in place of words; no texts and no"
        " secrets.",
        show_default=False,
    ),
]
StopTimeout = Annotated[
    float,
    typer.Option(
        "--stop-timeout",
        min=0,
        metavar="SECONDS",
        help="How long what is under way may take once it is asked to stop.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=65_535,
        help="Where to listen; 8501, or the next free port, if not given.",
    ),
]
Address = Annotated[
    str,
    typer.Option(
        parser=listening,
        metavar="IP",
        help="Where to listen: at 127.0.0.1 only this machine reaches the page, and"
        " whoever sits at it may change all. At another address whoever reaches it may"
        " read, and TIDELINE_PEOPLE says who may change what.",
    ),
]
Samples = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        file_okay=False,
        help="A folder of .jsonl files to load into a store that has no articles.",
    ),
]
ArchiveFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", dir_okay=False, help="The archive, a .zip file."),
]
Replace = Annotated[
    bool,
    typer.Option("--replace", help="Take the place of a store that is there already."),
]
SiteFolder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="The site's folder, made if need be."),
]
