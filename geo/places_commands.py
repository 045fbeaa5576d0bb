"""The commands `tideline places ...`: what is not placed exactly, and trying again.

They are a part of the edge, as `geo/cli.py` is: they read the clock and the
environment. Everything heavy is imported inside the command that needs it.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from extract.conflict import load_conflicts
from geo.gazetteer_commands import open_places
from geo.logs import speak
from geo.options import Online, StoreAt  # noqa: TC001 - typer reads them
from geo.printing import (
    count,
    print_choices,
    print_places,
    print_retried,
    progress,
    say,
)
from geo.where import pace_at, store_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.online import Lookup
    from geo.store import Store

DONE, FAILED = 0, 1

places_app = typer.Typer(
    name="places",
    no_args_is_help=True,
    help="See which places are not known exactly, and try them again.",
)

Everything = Annotated[
    bool,
    typer.Option(
        "--all", help="Try the articles whose places are all exact again, too."
    ),
]
Again = Annotated[
    bool,
    typer.Option(
        "--again", help="With --online: ask anew for what was answered before."
    ),
]
Number = Annotated[
    int, typer.Argument(metavar="NUMBER", help="As `tideline places choices` shows.")
]


@places_app.command(name="list", epilog="Example: tideline places list")
def list_command(store: StoreAt = "") -> None:
    """Print the places that are known roughly or not at all, and why."""
    from geo.review import State

    with open_store_at(store, create=False) as opened:
        inexact = [
            one
            for one in opened.claims()
            if one.location.where_prec != 1 and one.state is not State.REJECTED
        ]
    print_places(inexact)


@places_app.command(name="retry", epilog="Example: tideline places retry")
def retry_command(
    online: Online = False,
    everything: Everything = False,
    again: Again = False,
    store: StoreAt = "",
) -> None:
    """Place again, by the lists and choices of now, what is not placed exactly.

    An article is placed as a whole, since its names help each other. With --online the
    names that no list has are asked for; if any could not be, the exit code is 1.
    """
    from geo.ingest import steps_with
    from geo.replacing import retry

    if again and not online:
        raise typer.BadParameter("--again asks anew, which --online must allow")
    with (
        open_places() as gazetteer,
        open_store_at(store, create=False) as opened,
        progress("Placing articles", len(opened.articles())) as advance,
    ):
        lookup = lookup_in(opened, online=online, again=again)
        retried = retry(
            opened,
            steps_with(load_conflicts(), gazetteer, lookup),
            now=datetime.now(UTC),
            everything=everything,
            on_progress=advance,
        )
    print_retried(retried)
    raise typer.Exit(FAILED if lookup.n_failed else DONE)


@places_app.command(name="choices", epilog="Example: tideline places choices")
def choices_command(store: StoreAt = "") -> None:
    """Print where readers placed names by hand, with the number of each choice."""
    with open_store_at(store, create=False) as opened:
        choices = opened.choices()
    print_choices(choices)


@places_app.command(name="undo", epilog="Example: tideline places undo 7")
def undo_command(number: Number, store: StoreAt = "") -> None:
    """Take back a reader's choice, and all that it moved."""
    from geo.ingest import steps_with
    from geo.replacing import undo

    with open_places() as gazetteer, open_store_at(store, create=False) as opened:
        steps = steps_with(load_conflicts(), gazetteer, lookup_in(opened))
        moved = undo(number, opened, steps, now=datetime.now(UTC))
    say(
        f"choice {number} is undone; {count(len(moved.claim_ids), 'claim')} placed anew"
    )


def lookup_in(store: Store, *, online: bool = False, again: bool = False) -> Lookup:
    """Return what answers for names that no list has, and say whom it asks, if any."""
    from geo.lookup_service import service_of
    from geo.online import Asking, Lookup

    try:
        service = service_of(os.environ)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    asking = Asking(service=service, now=datetime.now(UTC), again=again, note=say)
    if not online:
        return Lookup(store, asking)
    say(
        f"Places that no list here knows are asked for at {service.url}, each named"
        " below. This tells that server what you study."
    )
    from geo.nominatim import Server
    from geo.pacing import Pace

    server = Server(service, Pace(pace_at(os.environ), clock=time.time))
    return Lookup(store, replace(asking, server=server))


@contextmanager
def open_store_at(store: str, *, create: bool = True, who: str = "") -> Iterator[Store]:
    """Open the store that was asked for, as `who`; end the command if that fails."""
    from geo.store import StoreError, open_store

    speak(say)
    where = store_at(store, os.environ)
    try:
        with open_store(where, create=create, who=who) as opened:
            yield opened
    except StoreError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
