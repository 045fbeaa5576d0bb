"""The commands that take articles in: `ingest`, `watch`, and `drafts ...`.

They are a part of the edge, as `geo/cli.py` is: they read the clock and the
environment. Everything heavy is imported inside the command that needs it.
"""

from __future__ import annotations

import itertools
import os
import time
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import typer

from extract.read import Header
from geo.engines import (
    Asked,
    Engine,
    EngineName,
    LlmModel,
    LlmSize,
    LlmTimeout,
    LlmUrl,
    finder,
)
from geo.gazetteer_commands import open_places
from geo.long_running import Running
from geo.options import (
    Addresses,
    AllowPrivate,
    ConflictName,
    DraftNumber,
    Every,
    Folder,
    Inputs,
    Lang,
    Log,
    Online,
    Published,
    Publisher,
    StopTimeout,
    StoreAt,
    Title,
    Url,
    packs_of,
)
from geo.places_commands import lookup_in, open_store_at
from geo.printing import (
    count,
    print_draft,
    print_drafts,
    print_taken,
    progress,
    say,
)
from geo.retrying import SHORTEST_S
from geo.stopping import WITHIN_S
from geo.where import pages_pace_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from extract.claims import Finder
    from extract.records import Conflict
    from geo.drafts import Draft
    from geo.following import Following, Looked
    from geo.ingest import Report
    from geo.stopping import Stop
    from geo.store import Store
    from geo.taking import Taking

DONE, FAILED = 0, 1

drafts_app = typer.Typer(
    name="drafts",
    no_args_is_help=True,
    help="See what waits to be looked at before it counts, and decide.",
)


def ingest_command(  # noqa: PLR0913 - a command's options are its arguments
    inputs: Inputs = None,
    urls: Addresses = None,
    every: Every = None,
    title: Title = "",
    published: Published = None,
    publisher: Publisher = "",
    url: Url = "",
    lang: Lang = "en",
    conflict: ConflictName = "",
    store: StoreAt = "",
    online: Online = False,
    allow_private: AllowPrivate = False,
    engine: EngineName = Engine.RULES,
    llm_url: LlmUrl = "",
    llm_model: LlmModel = "",
    llm_timeout: LlmTimeout = 120.0,
    llm_size: LlmSize = 8_000,
    log: Log = None,
    stop_timeout: StopTimeout = WITHIN_S,
) -> None:
    """Extract, geocode and store articles; what is stored already stays as it is.

    Of a feed, what is new is fetched and stored, each entry once. What was not found in
    a page or file is taken from the options; what is still missing is asked for:
    tideline drafts list. Places that are not found can be tried again: tideline places
    retry.
    """
    from geo.inputs import addresses_in

    asked = Asked(url=llm_url, name=llm_model, timeout_s=llm_timeout, size=llm_size)
    find = finder(engine, asked, os.environ)(say)
    header = Header(
        title=title, published=published, publisher=publisher, url=url, lang=lang
    )
    try:
        names = [*(inputs or ()), *(addresses_in(urls) if urls else ())]
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    if not names:
        raise typer.BadParameter("Missing argument: a file, an address, or --urls FILE")
    running = Running("ingest", log, stop_timeout)
    with _opened(store, packs_of(conflict), header, find, online=online) as afresh:
        asking = _asking(
            afresh, every or 0, allow_private=allow_private, stop=running.stop
        )
        with running.until_stopped() if every else nullcontext():
            whole = _gather(names, asking, running, go_on=bool(every))
    raise typer.Exit(DONE if whole else FAILED)


def _gather(
    names: list[str],
    asking: Callable[[], Following],
    running: Running,
    *,
    go_on: bool,
) -> bool:
    """Take what was given, go on with its feeds if asked to; say if all went well."""
    from geo.inputs import gather

    looks: list[Looked] = []

    def told(looked: Looked) -> None:
        looks.append(looked)
        running.looked(looked)
        if looked.is_nothing and not go_on:
            running.say(f"nothing new in {looked.name}")

    gathered = gather(names, asking(), told, go_on=go_on)
    if len(gathered.feeds) < len(names):
        running.took(gathered.taken)
    if go_on and gathered.feeds:
        _follow(gathered.feeds, asking, running)
    elif go_on:
        say("none of these is a feed, so there is nothing to follow")
        return False
    return gathered.taken.is_whole and all(looked.is_whole for looked in looks)


def _follow(
    feeds: list[str], asking: Callable[[], Following], running: Running
) -> None:
    from geo.following import due, follow, look

    store, now = asking().store, _now()
    running.say(f"following {count(len(feeds), 'feed')} until Ctrl-C")
    follow(
        {feed: due(store, feed, now) for feed in feeds},
        lambda feed: look(feed, asking()),
        clock=_now,
        sleep=running.stop.sleep,
        told=running.looked,
    )


def watch_command(  # noqa: PLR0913 - a command's options are its arguments
    folder: Folder,
    title: Title = "",
    published: Published = None,
    publisher: Publisher = "",
    lang: Lang = "en",
    conflict: ConflictName = "",
    store: StoreAt = "",
    online: Online = False,
    log: Log = None,
    stop_timeout: StopTimeout = WITHIN_S,
) -> None:
    """Take in the files of a folder as they come or change, until Ctrl-C.

    A file is taken once it has not changed for five seconds. What is missing is asked
    for: tideline drafts list.
    """
    from geo.following import follow
    from geo.watching import Watch

    header = Header(title=title, published=published, publisher=publisher, lang=lang)
    running = Running("watch", log, stop_timeout)
    with _opened(store, packs_of(conflict), header, online=online) as afresh:
        asking = _asking(afresh, 0, allow_private=False, stop=running.stop)
        watch = Watch(folder, asking)
        running.say(f"watching {folder} until Ctrl-C")
        with running.until_stopped():
            follow(
                {str(folder): _now()},
                watch.look,
                clock=_now,
                sleep=running.stop.sleep,
                told=running.looked,
            )


@drafts_app.command(name="list", epilog="Example: tideline drafts list")
def list_command(store: StoreAt = "") -> None:
    """Print what waits to be looked at, with the number of each draft."""
    from geo.drafts import waiting

    with open_store_at(store, create=False) as opened:
        print_drafts(waiting(opened, None))


@drafts_app.command(name="show", epilog="Example: tideline drafts show 1")
def show_command(number: DraftNumber, store: StoreAt = "") -> None:
    """Print what was found of a draft, where, and its text."""
    with open_store_at(store, create=False) as opened:
        print_draft(_draft(opened, number))


@drafts_app.command(
    name="accept", epilog="Example: tideline drafts accept 1 --published 2017-03-05"
)
def accept_command(  # noqa: PLR0913 - a command's options are its arguments
    number: DraftNumber,
    title: Title = "",
    published: Published = None,
    publisher: Publisher = "",
    url: Url = "",
    lang: Lang = "",
    conflict: ConflictName = "",
    store: StoreAt = "",
    online: Online = False,
) -> None:
    """Store a draft, with what the options say in place of what was found."""
    from geo.drafts import DraftError
    from geo.taking import Taken, accept

    given = {
        "title": title,
        "published": published,
        "publisher": publisher,
        "url": url,
        "lang": lang,
    }
    changes = {name: value for name, value in given.items() if value}
    packs = packs_of(conflict)
    with _opened(store, packs, Header(), online=online, create=False) as afresh:
        into = afresh()
        try:
            report = accept(_draft(into.store, number), changes, into)
        except DraftError as error:
            _fail(str(error))
    taken = Taken(report=report)
    print_taken(taken)
    raise typer.Exit(DONE if taken.is_whole else FAILED)


@drafts_app.command(name="drop", epilog="Example: tideline drafts drop 2")
def drop_command(number: DraftNumber, store: StoreAt = "") -> None:
    """Have a draft wait no longer; nothing of it is stored as an article."""
    from geo.drafts import close

    with open_store_at(store, create=False) as opened:
        close(opened, _draft(opened, number), at=_now())
    say(f"draft {number} is dropped")


def ingest_files(
    files: Iterable[Path], packs: dict[str, Conflict], store: str
) -> Report:
    """Take files in that say all of themselves, as the samples do."""
    from geo.inputs import take_file
    from geo.taking import Taken

    taken = Taken()
    with _opened(store, packs, Header()) as afresh:
        into = afresh()
        for path in files:
            taken.add(take_file(str(path), into))
    return taken.report


@contextmanager
def _opened(  # noqa: PLR0913 - what the commands were asked for
    store: str,
    packs: dict[str, Conflict],
    header: Header,
    find: Finder | None = None,
    *,
    online: bool = False,
    create: bool = True,
) -> Iterator[Callable[[], Taking]]:
    """Open the store and the place names; lend what takes articles in.

    It goes by the choices that readers have made up to when it is called.
    """
    from geo.ingest import steps_with
    from geo.store import StoreError
    from geo.taking import Taking

    with (
        open_places() as gazetteer,
        open_store_at(store, create=create) as opened,
        progress("Reading articles", None) as advance,
    ):
        lookup = lookup_in(opened, online=online)
        steps = steps_with(packs, gazetteer, lookup, find)
        done = itertools.count(1)
        try:
            yield lambda: Taking(
                store=opened,
                steps=steps(opened.choices()),
                clock=_now,
                defaults=header,
                advance=lambda: advance(next(done)),
            )
        except StoreError:
            if next(done) > 1:
                say("what was stored before stays; the same call takes in the rest")
            raise
    if lookup.n_failed:
        say("not all could be asked for: tideline places retry --online tries again")


def _asking(
    afresh: Callable[[], Taking], every_s: int, *, allow_private: bool, stop: Stop
) -> Callable[[], Following]:
    """Return what looks at feeds and pages, with these manners."""
    from geo.fetching import Manners
    from geo.following import Following
    from geo.pacing import Pace

    manners = Manners(
        pace=Pace(pages_pace_at(os.environ), clock=time.time),
        clock=time.time,
        allow_private=allow_private,
    )
    return lambda: Following(
        into=afresh(),
        manners=manners,
        every_s=max(every_s, SHORTEST_S),
        between=stop.check,
    )


def _draft(store: Store, number: int) -> Draft:
    """Return a draft of anybody: whoever may open the file may read it all."""
    from geo.drafts import DraftError, draft

    try:
        return draft(store, number, None)
    except DraftError as error:
        _fail(str(error))


def _now() -> datetime:
    return datetime.now(UTC)


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
