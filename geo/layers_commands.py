"""The commands `tideline layers ...`: other people's data beside our claims.

They are a part of the edge, as `geo/cli.py` is. Everything heavy is imported inside the
command that needs it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from extract.conflict import load_conflicts
from geo.options import StoreAt  # noqa: TC001 - typer reads it
from geo.places_commands import open_store_at
from geo.printing import count, print_table, say

FAILED = 1

layers_app = typer.Typer(
    name="layers",
    no_args_is_help=True,
    help="Lay other people's data beside the reports: ACLED, UCDP, lists, GeoJSON.",
)


class LayerKind(StrEnum):
    """What a file can be; found out by its columns unless it is said."""

    AUTO = "auto"
    ACLED = "acled"
    UCDP = "ucdp"
    LIVEUAMAP = "liveuamap"
    GEOJSON = "geojson"
    TIDELINE = "tideline"


File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A CSV with a header, or GeoJSON."),
]
Number = Annotated[
    int, typer.Argument(metavar="NUMBER", help="As `tideline layers list` shows.")
]


@layers_app.command(
    name="add", epilog="Example: tideline layers add acled.csv --licence 'ACLED terms'"
)
def add_command(  # noqa: PLR0913 - a command's options are its arguments
    file: File,
    kind: Annotated[
        LayerKind, typer.Option(help="What the file is, if its columns do not tell.")
    ] = LayerKind.AUTO,
    name: Annotated[str, typer.Option(help="What to call it; else the file's.")] = "",
    licence: Annotated[
        str, typer.Option(help="On what terms it may be used; shown beside it.")
    ] = "",
    attribution: Annotated[
        str, typer.Option(help="Whom to name as the source; shown beside it.")
    ] = "",
    store: StoreAt = "",
) -> None:
    """Store a file of other people's events as a layer; no claim comes of it."""
    from geo.layer_files import MAX_BYTES, LayerError, read_layer
    from geo.layers import Layer, add_layer
    from geo.store import StoreError

    try:
        if file.stat().st_size > MAX_BYTES:
            _fail(f"{file}: larger than {MAX_BYTES // 1_000_000} MB; split it")
        content = file.read_bytes()
        asked = None if kind is LayerKind.AUTO else kind.value
        found, events, bad = read_layer(content, asked)
    except OSError as error:
        _fail(f"{file}: {(error.strerror or str(error)).lower()}")
    except LayerError as error:
        _fail(f"{file}: {error}")
    for row in bad[:20]:
        say(f"{file}, row {row.number}: left out: {row.reason}")
    if len(bad) > 20:
        say(f"and {len(bad) - 20} more")
    layer = Layer(
        name=name or file.stem, kind=found, licence=licence, attribution=attribution
    )
    try:
        with open_store_at(store) as opened:
            number = add_layer(opened, layer, content, events, now=datetime.now(UTC))
    except StoreError as error:
        _fail(str(error))
    say(f"layer {number}: {count(len(events), 'event')} of {found}")


@layers_app.command(name="list", epilog="Example: tideline layers list")
def list_command(store: StoreAt = "") -> None:
    """Print the layers that are there."""
    from geo.layers import layers

    with open_store_at(store, create=False) as opened:
        found = layers(opened)
    if not found:
        say("there is no layer; add one with tideline layers add FILE")
        return
    print_table(
        count(len(found), "layer"),
        ("number", "name", "kind", "events", "licence", "source"),
        [
            (str(n.number), n.name, n.kind, str(n.n_events), n.licence, n.attribution)
            for n in found
        ],
    )


@layers_app.command(name="remove", epilog="Example: tideline layers remove 12")
def remove_command(number: Number, store: StoreAt = "") -> None:
    """Take a layer away; like every act, that can be undone."""
    from geo.layers import remove_layer
    from geo.store import StoreError

    try:
        with open_store_at(store, create=False) as opened:
            remove_layer(opened, number, now=datetime.now(UTC))
    except StoreError as error:
        _fail(str(error))
    say(f"layer {number} is removed")


@layers_app.command(
    name="compare", epilog="Example: tideline layers compare 12 --within-km 5"
)
def compare_command(
    number: Number,
    within_km: Annotated[
        float,
        typer.Option(min=0, max=1000, help="Kilometres apart, beside radii."),
    ] = 10.0,
    within_days: Annotated[
        int, typer.Option(min=0, max=366, help="How far apart in time.")
    ] = 3,
    store: StoreAt = "",
) -> None:
    """Print, month by month, how many events both have, and how many only one has."""
    from geo.layers import compare, layer_events
    from geo.store import StoreError

    try:
        with open_store_at(store, create=False) as opened:
            events = opened.events(load_conflicts().values())
            others = layer_events(opened, number)
    except StoreError as error:
        _fail(str(error))
    found = compare(events, others, within_km=within_km, within_days=within_days)
    print_table(
        "events by month of their first day",
        ("month", "reports", "layer", "reports with a counterpart"),
        [(month, *map(str, counts)) for month, counts in found.months.items()],
    )
    say(
        f"{len(found.ours)} of {count(len(events), 'event')} from reports lie near"
        f" {len(found.theirs)} of {len(others)} in the layer"
    )


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
