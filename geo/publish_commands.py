"""The commands that hand things on: `export`, `publish`, `archive`, `restore`, `copy`.

They are a part of the edge, as `geo/cli.py` is: they read the clock and the
environment. Everything heavy is imported inside the command that needs it.
"""

from __future__ import annotations

import os
from dataclasses import replace as changed
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import typer

from extract.conflict import load_conflicts
from geo.options import (  # noqa: TC001 - typer reads them
    Alike,
    ArchiveFile,
    CoarsenKm,
    Control,
    DelayDays,
    FromStore,
    Hxl,
    Output,
    Replace,
    Since,
    SiteFolder,
    StoreAt,
    ToStore,
    Until,
)
from geo.places_commands import open_store_at
from geo.printing import count, progress, say
from geo.where import store_at

if TYPE_CHECKING:
    from pathlib import Path

    from geo.export import Form

DONE, FAILED = 0, 1

publish_app = typer.Typer()


@publish_app.command(name="export", epilog="Example: tideline export events.geojson")
def export_command(  # noqa: PLR0913 - a command's options are its arguments
    out: Output,
    day: Until = None,
    since: Since = None,
    coarsen_km: CoarsenKm = 0,
    delay_days: DelayDays = 0,
    alike: Alike = False,
    hxl: Hxl = False,
    control: Control = False,
    store: StoreAt = "",
) -> None:
    """Write the events that have coordinates to a file: all, or those of some days."""
    from geo.export import export
    from geo.pages.served import all_actors
    from geo.view import View, shown
    from geo.withholding import withheld, withheld_words

    if since and day and since > day:
        raise typer.BadParameter(f"--since {since} is after --day {day}")
    today = datetime.now(UTC).date()
    form = _form(out, hxl=hxl, control=(day or today) if control else None)
    packs = load_conflicts()
    with open_store_at(store, create=False) as opened:
        events = opened.events(packs.values(), alike=alike)
    outgoing = withheld(
        events, today=today, coarsen_km=coarsen_km, delay_days=delay_days
    )
    if day or since:
        window = View(day=day or date.max, since=since)
        outgoing = outgoing.only(shown(events, window)["event_id"])
    try:
        export(outgoing, out, all_actors(packs), form=form)
    except OSError as error:
        _fail(f"{out}: {(error.strerror or str(error)).lower()}")
    say(f"{count(len(outgoing.events), 'event')} written to {out}")
    for words in withheld_words(outgoing):
        say(words)


def _form(out: Path, *, hxl: bool, control: date | None) -> Form | None:
    """Return the form that was asked for, or None for the usual one of the suffix."""
    from geo.export import FORMS, TAGGED, to_geopackage

    suffix = out.suffix.lower()
    if hxl and suffix != ".csv":
        raise typer.BadParameter("--hxl is for a .csv file")
    if control and suffix != ".gpkg":
        raise typer.BadParameter("--control is for a .gpkg file")
    if hxl:
        return TAGGED
    if control is None:
        return None
    write = partial(to_geopackage, day=control)
    return changed(
        FORMS[suffix],
        write=write,
        named=lambda outgoing, conflict, name: write(outgoing, conflict, name=name),
    )


@publish_app.command(
    name="publish", epilog="Example: tideline publish site --delay-days 7"
)
def publish_command(
    folder: SiteFolder,
    coarsen_km: CoarsenKm = 0,
    delay_days: DelayDays = 0,
    store: StoreAt = "",
) -> None:
    """Write a site that any web server can show: map, quotations, data, licence.

    It takes the place of one that was published there before, as a whole.
    """
    from geo.outgoing_corrections import leaving
    from geo.pages.served import all_actors
    from geo.publishing import PublishError, publish
    from geo.withholding import withheld, withheld_words

    packs = load_conflicts()
    with open_store_at(store, create=False) as opened:
        outgoing = withheld(
            opened.events(packs.values()),
            today=datetime.now(UTC).date(),
            coarsen_km=coarsen_km,
            delay_days=delay_days,
        )
        found = leaving(opened, outgoing)
    try:
        files = publish(outgoing, all_actors(packs), folder, corrections=found)
    except PublishError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{folder}: {(error.strerror or str(error)).lower()}")
    told = count(len(outgoing.events), "event")
    say(f"{told} published in {folder} ({count(len(files), 'file')})")
    for words in withheld_words(outgoing):
        say(words)


@publish_app.command(name="archive", epilog="Example: tideline archive backup.zip")
def archive_command(file: ArchiveFile, store: StoreAt = "") -> None:
    """Write the whole store, originals and all, to one file that can be checked.

    Others may go on reading and writing the store. The archive holds all that the
    store does; keep it as safe.
    """
    from geo.archiving import archive
    from geo.store import StoreError

    try:
        made = archive(store_at(store, os.environ), file, now=datetime.now(UTC))
    except StoreError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{file}: {(error.strerror or str(error)).lower()}")
    say(f"{count(made.rows.get('article', 0), 'article')} archived in {file}")


@publish_app.command(
    name="restore", epilog="Example: tideline restore backup.zip --replace"
)
def restore_command(
    file: ArchiveFile, replace: Replace = False, store: StoreAt = ""
) -> None:
    """Make the store of an archive, after checking all of it.

    A store that is there already stays, unless --replace is given.
    """
    from geo.archiving import restore
    from geo.store_address import StoreError, whereabouts

    target = store_at(store, os.environ)
    try:
        made = restore(file, target, replace=replace)
    except StoreError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{file}: {(error.strerror or str(error)).lower()}")
    told = count(made.rows.get("article", 0), "article")
    say(f"{told} restored to {whereabouts(target)}, as of {made.made}")


@publish_app.command(
    name="copy", epilog="Example: tideline copy store.sqlite postgresql:///tideline"
)
def copy_command(origin: FromStore, target: ToStore) -> None:
    """Copy a whole store to a new file or an empty database, and check the copy.

    Every row is compared and the digests of all acts are made again before anything
    counts. The store that is copied stays as it is; others may go on using it.
    """
    from geo.transfer import rows_of, transfer

    whence, whither = (store_at(one, {}) for one in (origin, target))
    with (
        open_store_at(str(whence), create=False) as source,
        open_store_at(str(whither)) as sink,
        progress("Copying rows", 2 * rows_of(source)) as advance,
    ):
        made = transfer(source, sink, on_progress=advance)
    rows = sum(made.rows.values())
    say(
        f"{count(made.rows['article'], 'article')} copied to {sink.where},"
        f" {count(rows, 'row')} in all; every one was compared"
    )
    if made.unsound:
        n = len(made.unsound)
        say(
            f"act {made.unsound[0]} is not what was written, in the one as in the other"
            f" ({count(n, 'such act')}); tideline check says more"
        )
    raise typer.Exit(FAILED if made.unsound else DONE)


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
