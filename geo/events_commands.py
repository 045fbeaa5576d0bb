"""The commands that ask what is reported: `events` and `control`.

They are a part of the edge, as `geo/cli.py` is: they read the clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import typer

from extract.conflict import load_conflicts
from geo.options import (  # noqa: TC001 - typer reads them
    ActorName,
    Alike,
    BoxOf,
    HolderName,
    OfDay,
    On,
    PlaceName,
    Since,
    StoreAt,
    Until,
)
from geo.places_commands import open_store_at
from geo.printing import print_control, print_events

events_app = typer.Typer()


@events_app.command(
    name="events", epilog="Example: tideline events --on 2017-03-02 --place Palmyra"
)
def events_command(  # noqa: PLR0913 - a command's options are its arguments
    on: On = None,
    since: Since = None,
    day: Until = None,
    box: BoxOf = None,
    place: PlaceName = "",
    actor: ActorName = "",
    alike: Alike = False,
    store: StoreAt = "",
) -> None:
    """Print the stored events as a table, by their last possible day."""
    from geo.event_filter import EventFilter
    from geo.view import rows_of

    if since and day and since > day:
        raise typer.BadParameter(f"--since {since} is after --day {day}")
    packs = load_conflicts().values()
    wanted = EventFilter(on=on, since=since, until=day, box=box)
    with open_store_at(store, create=False) as opened:
        events = opened.events(packs, alike=alike, wanted=wanted)
    print_events(rows_of(events, packs, place=place, actor=actor))


@events_app.command(
    name="control",
    epilog="Example: tideline control --on 2017-03-02 --actor 'Syrian government'",
)
def control_command(
    on: OfDay = None,
    place: PlaceName = "",
    actor: HolderName = "",
    alike: Alike = False,
    store: StoreAt = "",
) -> None:
    """Print who is reported to hold each place at the end of a day, and since when."""
    from geo.view import held_by

    packs = load_conflicts().values()
    day: date = on or datetime.now(UTC).date()
    with open_store_at(store, create=False) as opened:
        held = opened.control_on(day, packs, alike=alike)
    print_control(held_by(held, packs, place=place, actor=actor), day)
