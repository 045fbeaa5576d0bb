"""The commands `tideline publishers ...`: who publishers are, and whom they lean to.

They are a part of the edge, as `geo/cli.py` is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer

from extract.conflict import load_conflicts
from extract.records import ClaimantType, Publisher
from geo.options import StoreAt  # noqa: TC001 - typer reads it
from geo.places_commands import open_store_at
from geo.printing import count, print_table, say

FAILED = 1

publishers_app = typer.Typer(
    name="publishers",
    no_args_is_help=True,
    help="See who publishers are and whom they lean to, and say it better.",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The publisher's name.")]
Alias = Annotated[
    list[str] | None,
    typer.Option(help="Another name for it, as reports write it; may be repeated."),
]
Kind = Annotated[
    str,
    typer.Option(help="newsroom, state_media, ally, monitor, witness or unknown."),
]
Side = Annotated[
    str, typer.Option(help="The actor that it belongs to or leans towards.")
]
Owner = Annotated[
    str,
    typer.Option(
        help="Who owns or funds it; two of one owner are not independent of each other."
    ),
]
Reason = Annotated[str, typer.Option("--why", help="What to tell others about this.")]


@publishers_app.command(name="list", epilog="Example: tideline publishers list")
def list_command(store: StoreAt = "") -> None:
    """Print the publishers that were set in the store, and those of the packs."""
    from geo.publishers import known, publishers

    with open_store_at(store, create=False) as opened, opened.reading() as connection:
        told = publishers(connection)
    here = {one.name for one in told}
    rows = [
        [
            one.name,
            one.kind.value,
            one.side,
            one.owner,
            "here" if one.name in here else "pack",
            ", ".join(one.aliases),
        ]
        for one in known(told, load_conflicts().values())
    ]
    columns = ("name", "kind", "leans to", "owner", "set", "other names")
    print_table(count(len(rows), "publisher"), columns, rows)


@publishers_app.command(
    name="set",
    epilog='Example: tideline publishers set "Daily Example" --owner "Example Group"',
)
def set_command(  # noqa: PLR0913 - a command's options are its arguments
    name: Name,
    alias: Alias = None,
    kind: Kind = "newsroom",
    side: Side = "",
    owner: Owner = "",
    why: Reason = "",
    store: StoreAt = "",
) -> None:
    """Say who a publisher is; it counts before what the packs say of that name."""
    from geo.publishers import KINDS, PublisherRefusedError, set_publisher

    if kind not in {one.value for one in KINDS}:
        raise typer.BadParameter(f"no kind {kind!r}; there are: {', '.join(KINDS)}")
    publisher = Publisher(
        name=name,
        aliases=tuple(alias or ()),
        kind=ClaimantType(kind),
        side=side,
        owner=owner,
    )
    with open_store_at(store) as opened:
        try:
            number = set_publisher(opened, publisher, now=datetime.now(UTC), why=why)
        except PublisherRefusedError as error:
            _fail(str(error))
    say(f"{name} is set, by act {number}; events are weighed by it from now on")


@publishers_app.command(
    name="remove", epilog='Example: tideline publishers remove "Daily Example"'
)
def remove_command(name: Name, why: Reason = "", store: StoreAt = "") -> None:
    """Say that nothing is known of a publisher, whatever the packs say of it."""
    from geo.publishers import PublisherRefusedError, remove_publisher

    with open_store_at(store) as opened:
        try:
            number = remove_publisher(opened, name, now=datetime.now(UTC), why=why)
        except PublisherRefusedError as error:
            _fail(str(error))
    say(f"{name} is a source that nobody places now, by act {number}")


@publishers_app.command(name="undo", epilog="Example: tideline publishers undo 12")
def undo_command(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The act's number.")],
    why: Reason = "",
    store: StoreAt = "",
) -> None:
    """Take back what was said of a publisher by that act."""
    from geo.publishers import is_of_publisher
    from geo.store import StoreError
    from geo.undoing import undo

    with open_store_at(store, create=False) as opened:
        with opened.reading() as connection:
            is_one = is_of_publisher(connection, number)
        if not is_one:
            _fail(f"act {number} sets no publisher")
        try:
            undo(opened, number, now=datetime.now(UTC), why=why)
        except StoreError as error:
            _fail(str(error))
    say(f"act {number} is undone")


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
