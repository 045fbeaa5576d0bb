"""What the arguments and options of the `tideline` commands are, and how they read."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extract.read import parse_day
from geo.where import STORE

SUFFIXES = (".geojson", ".csv", ".gpkg", ".parquet")


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
        help="The file to write: .geojson, .csv, .gpkg or .parquet.",
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
