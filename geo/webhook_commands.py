"""The commands `tideline webhooks ...`: whom to tell of new events, and telling them.

They are a part of the edge, as `geo/cli.py` is. Everything heavy is imported inside the
command that needs it.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from extract.conflict import load_conflicts
from geo.logs import tell
from geo.long_running import Running
from geo.options import (  # noqa: TC001 - typer reads them
    AllowPrivate,
    Every,
    Log,
    StopTimeout,
    StoreAt,
)
from geo.places_commands import open_store_at
from geo.printing import count, print_table, say
from geo.stopping import WITHIN_S
from geo.where import pages_pace_at

if TYPE_CHECKING:
    from geo.fetching import Manners
    from geo.webhooks import Sent

DONE, FAILED = 0, 1

webhooks_app = typer.Typer(
    name="webhooks",
    no_args_is_help=True,
    help="Tell other programs of new events that pass a filter.",
)


@webhooks_app.command(
    name="add",
    epilog="Example: tideline webhooks add https://example.org/hook"
    " --filter 'type=captured'",
)
def add_command(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where messages go.")],
    query: Annotated[
        str,
        typer.Option(
            "--filter",
            metavar="QUERY",
            help="What stands in the page's address after the question mark.",
        ),
    ] = "",
    store: StoreAt = "",
) -> None:
    """Tell an address of each event that comes from now on; prints the secret once.

    Messages are signed with it: Tideline-Signature is "t=SECONDS,v1=HEX", the
    HMAC-SHA256 of "SECONDS.BODY".
    """
    from geo.store import StoreError
    from geo.webhooks import Webhook, add_webhook

    secret = secrets.token_hex(32)
    try:
        with open_store_at(store) as opened:
            hook = Webhook(url=url, query=query, secret=secret)
            number = add_webhook(opened, hook, now=datetime.now(UTC))
    except StoreError as error:
        _fail(str(error))
    say(f"webhook {number}: tideline webhooks send tells it; its secret, shown once:")
    typer.echo(secret)


@webhooks_app.command(name="list", epilog="Example: tideline webhooks list")
def list_command(store: StoreAt = "") -> None:
    """Print whom is told, without the secrets."""
    from geo.webhooks import webhooks

    with open_store_at(store, create=False) as opened:
        found = webhooks(opened)
    if not found:
        say("nobody is told; add an address with tideline webhooks add URL")
        return
    print_table(
        count(len(found), "webhook"),
        ("number", "address", "filter"),
        [(str(hook.number), hook.url, hook.query) for hook in found],
    )


@webhooks_app.command(name="remove", epilog="Example: tideline webhooks remove 3")
def remove_command(
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", help="As `tideline webhooks list` shows.")
    ],
    store: StoreAt = "",
) -> None:
    """Tell nobody there any more."""
    from geo.store import StoreError
    from geo.webhooks import remove_webhook

    try:
        with open_store_at(store, create=False) as opened:
            remove_webhook(opened, number, now=datetime.now(UTC))
    except StoreError as error:
        _fail(str(error))
    say(f"webhook {number} is removed")


@webhooks_app.command(name="send", epilog="Example: tideline webhooks send --every 1m")
def send_command(
    every: Every = None,
    allow_private: AllowPrivate = False,
    log: Log = None,
    stop_timeout: StopTimeout = WITHIN_S,
    store: StoreAt = "",
) -> None:
    """Tell of what is new, and try again what did not arrive; once, or until Ctrl-C."""
    manners = _manners(allow_private=allow_private)
    running = Running("webhooks", log, stop_timeout)
    with running.until_stopped() if every else nullcontext():
        sent = _send(store, manners, running)
        while every:
            running.stop.sleep(every)
            sent = _send(store, manners, running)
    raise typer.Exit(FAILED if sent.troubles else DONE)


def _send(store: str, manners: Manners, running: Running) -> Sent:
    from geo.webhooks import send_messages, write_messages

    now = datetime.now(UTC)
    with open_store_at(store, create=False) as opened:
        write_messages(opened, load_conflicts().values(), now=now)
        sent = send_messages(opened, manners, now=now, between=running.stop.check)
    for trouble in sent.troubles:
        running.say(trouble)
    running.say(f"{count(sent.n_arrived, 'message')} arrived")
    tell("webhooks", arrived=sent.n_arrived, failed=len(sent.troubles))
    return sent


def _manners(*, allow_private: bool) -> Manners:
    from geo.fetching import Manners
    from geo.pacing import Pace

    pace = Pace(pages_pace_at(os.environ), clock=time.time)
    return Manners(pace=pace, clock=time.time, allow_private=allow_private)


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
