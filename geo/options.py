"""What the arguments and options of the `tideline` commands are, and how they read."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extract.read import parse_day
from geo.where import STORE

COARSEN_KM = (1, 5, 20)
LONGEST_DELAY = 3_650
SUFFIXES = (".geojson", ".csv", ".gpkg", ".parquet", ".kml", ".html")


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


def output(text: str) -> Path:
    """Return the file to write; an ending that none is written for is a wrong call."""
    path = Path(text)
    if path.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"{text!r} does not end in {', '.join(SUFFIXES)}")
    return path


def coarsening(text: str | int) -> int:
    """Return the side of a grid in km; one that is not offered is a wrong call."""
    if str(text) not in ("0", *map(str, COARSEN_KM)):
        offered = ", ".join(map(str, COARSEN_KM))
        raise typer.BadParameter(f"places are coarsened to {offered} km, not {text!r}")
    return int(text)


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        allow_dash=True,
        help="Text or Markdown, .jsonl with one article a line, or - for standard"
        " input.",
    ),
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
        help="The store; a file in your data folder if not given.",
        show_default=False,
    ),
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
PlaceName = Annotated[
    str,
    typer.Option("--place", help="Only events at places with this in their name."),
]
ActorName = Annotated[
    str,
    typer.Option("--actor", help="Only events with this actor, on either side."),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=65_535,
        help="Where to listen; 8501, or the next free port, if not given.",
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
