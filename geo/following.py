"""Feeds and folders are followed here: what is new in them is taken, once.

How the last look ended, and what is still to be tried, stands in the store; so a
process that was stopped goes on where it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from extract.found import Header
from geo.database import insert_new
from geo.feeds import Entry, FeedError, read_feed
from geo.fetching import FetchError, Mark, fetch
from geo.ledger_tables import feed as table
from geo.ledger_tables import feed_entry
from geo.logs import tell
from geo.retrying import SHORTEST_S, backed_off_s
from geo.taking import Taken, take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping

    from geo.fetching import Fetched, Manners
    from geo.store import Store
    from geo.taking import Taking

ENTRY_AGAIN_S = 900.0
"""In how many seconds an entry that failed is tried again; twice as many each time."""
MAX_TRIES = 6
"""After so many an entry is given up, some eight hours after the first."""
MOST_FAILURES = 5
"""Entries that fail in a row, after which a look leaves the rest for the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How feeds are looked at, and where what is in them goes.

    `between` is called before each thing that is taken, and may raise to stop there.
    """

    into: Taking
    manners: Manners
    every_s: int = SHORTEST_S
    between: Callable[[], None] = lambda: None

    @property
    def store(self) -> Store:
        """The store that remembers what was taken."""
        return self.into.store

    def now(self) -> datetime:
        """Return the moment, with its zone."""
        return self.into.clock()


@dataclass(slots=True, kw_only=True)
class Looked:
    """What a look at a feed or folder came to.

    `at` is when it was, `next` when to look again; `said` are lines on what went wrong
    or was left.
    """

    name: str
    at: datetime
    next: datetime
    n_new: int = 0
    taken: Taken = field(default_factory=Taken)
    said: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing went wrong, and nothing waits for somebody to look at it."""
        return not self.said and self.taken.is_whole

    @property
    def is_nothing(self) -> bool:
        """Whether it was looked at, and there was nothing to take or to tell of."""
        report = self.taken.report
        came = report.added or report.already_there or self.taken.drafts
        return self.is_whole and not self.n_new and not came

    def tell(self) -> None:
        """Log it as an entry; of an address the host only, the rest may be secret."""
        report = self.taken.report
        tell(
            "look",
            feed=urlsplit(self.name).hostname or "folder",
            new=self.n_new,
            articles=len(report.added),
            drafts=len(self.taken.drafts),
            failed=len(self.said) + len(report.failures),
        )


def is_followed(store: Store, name: str) -> bool:
    """Say whether a feed was looked at before."""
    return _row(store, name) is not None


def due(store: Store, name: str, now: datetime) -> datetime:
    """Return when a feed is to be looked at next: now, if it was not looked at yet."""
    row = _row(store, name)
    moment: datetime | None = row["next"] if row else None
    return moment or now


def follow(
    moments: Mapping[str, datetime],
    look: Callable[[str], Looked],
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    told: Callable[[Looked], None],
) -> None:
    """Look at feeds or folders again and again, each when it is due, without end.

    Parameters
    ----------
    moments
        When each is due first, by its name.
    look
        Looks at one, and says when it is due again.
    clock, sleep
        Give the moment, with its zone, and wait for so many seconds.
    told
        Is handed what each look came to.
    """
    due = dict(moments)
    while True:
        name = min(due, key=lambda one: due[one])
        wait_s = (due[name] - clock()).total_seconds()
        if wait_s > 0:
            sleep(wait_s)
        looked = look(name)
        told(looked)
        due[name] = looked.next


def look(
    url: str, following: Following, first: Callable[[], Fetched] | None = None
) -> Looked:
    """Look at a feed once: note what is new in it, and take all that is due.

    Parameters
    ----------
    url
        Of the feed.
    following
        How and where to.
    first
        Gives the feed if it was fetched already.
    """
    store, now = following.store, following.now()
    row = begin(url, following)
    looked = Looked(name=url, at=now, next=now)
    known = Mark(etag=row["etag"], modified=row["modified"])
    failures, retry_after = 0, None
    try:
        fetched = first() if first else fetch(url, following.manners, known=known)
        looked.n_new = _note(fetched, url, following, looked)
    except (FetchError, FeedError) as error:
        failures = row["failures"] + 1
        retry_after = getattr(error, "retry_after_s", None)
        looked.said.append(str(error))
    wait_s = backed_off_s(following.every_s, failures, retry_after)
    looked.next = now + timedelta(seconds=wait_s)
    _update(
        store,
        url,
        every_s=following.every_s,
        checked=now,
        next=looked.next,
        failures=failures,
        said="; ".join(looked.said),
    )
    _take_all(url, following, looked)
    return looked


def begin(name: str, following: Following) -> Mapping[str, Any]:
    """Return how a feed or folder stands; it is followed from now on."""
    if row := _row(following.store, name):
        return row
    made: dict[str, Any] = {
        "url": name,
        "who": following.into.who,
        "since": following.now(),
        "every_s": following.every_s,
        "defaults": _written(following.into.defaults),
        "etag": "",
        "modified": "",
        "checked": None,
        "next": None,
        "failures": 0,
        "said": "",
        "stopped": None,
    }
    with following.store.writing() as connection:
        insert_new(connection, table, [made])
    return made


def is_noted(store: Store, name: str, key: str) -> bool:
    """Say whether something of a feed or folder is known already."""
    this = (feed_entry.c.feed == name, feed_entry.c.entry == key)
    with store.reading() as connection:
        return connection.execute(select(feed_entry).where(*this)).first() is not None


def note(name: str, key: str, following: Following, said: str) -> None:
    """Note that something was taken, once and for all, and what was said of it."""
    row = {
        "feed": name,
        "entry": key,
        "found": "{}",
        "since": following.now(),
        "tries": 1,
        "next": None,
        "said": said,
    }
    with following.store.writing() as connection:
        insert_new(connection, feed_entry, [row])


def _row(store: Store, name: str) -> dict[str, Any] | None:
    query = select(table).where(table.c.url == name)
    with store.reading() as connection:
        found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def _update(store: Store, name: str, **values: object) -> None:
    with store.writing() as connection:
        connection.execute(table.update().where(table.c.url == name).values(**values))


def _note(fetched: Fetched, url: str, following: Following, looked: Looked) -> int:
    """Note the entries of a feed, and which version of it they are of, at once."""
    if not fetched.source:
        return 0
    feed = read_feed(fetched.source)
    if feed.is_cut:
        looked.said.append(
            f"{url!r} is very long; only its first {len(feed.entries)} entries are"
            " looked at"
        )
    rows = [_entry_row(url, entry, looked.at) for entry in feed.entries]
    mark = {"etag": fetched.mark.etag, "modified": fetched.mark.modified}
    of_feed = feed_entry.c.feed == url
    with following.store.writing() as connection:
        count = select(func.count()).select_from(feed_entry).where(of_feed)
        before = connection.execute(count).scalar() or 0
        if rows:
            insert_new(connection, feed_entry, rows)
        connection.execute(table.update().where(table.c.url == url).values(**mark))
        return int(connection.execute(count).scalar() or 0) - before


def _entry_row(feed: str, entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "feed": feed,
        "entry": entry.key,
        "found": _written(entry.header),
        "since": now,
        "tries": 0,
        "next": now,
        "said": "",
    }


def _written(header: Header) -> str:
    published = header.published.isoformat() if header.published else None
    return json.dumps(
        {
            "title": header.title,
            "published": published,
            "publisher": header.publisher,
            "url": header.url,
            "lang": header.lang,
        },
        ensure_ascii=False,
    )


def _header(written: str) -> Header:
    fields = json.loads(written)
    published = fields.pop("published")
    return Header(
        **fields, published=date.fromisoformat(published) if published else None
    )


def _due(store: Store, url: str, now: datetime) -> list[tuple[Entry, int]]:
    """Return the entries that are to be tried now, and how often they were."""
    query = (
        select(feed_entry)
        .where(feed_entry.c.feed == url, feed_entry.c.next <= now)
        .order_by(feed_entry.c.since, feed_entry.c.next, feed_entry.c.entry)
    )
    with store.reading() as connection:
        found = connection.execute(query).mappings().all()
    return [(_entry(row), row["tries"]) for row in found]


def _entry(row: RowMapping) -> Entry:
    header = _header(row["found"])
    return Entry(key=row["entry"], url=header.url, header=header)


def _take(
    entry: Entry, tries: int, feed: str, following: Following, looked: Looked
) -> bool:
    """Fetch and take one entry, remember what became of it, and say if it failed."""
    retry_after = None
    try:
        taken = _taken(entry, feed, following)
        reasons = [failure.reason for failure in taken.report.failures]
        taken.report.failures = []
        looked.taken.add(taken)
    except FetchError as error:
        reasons, retry_after = [str(error)], error.retry_after_s
    tries += 1
    again_s = backed_off_s(ENTRY_AGAIN_S, tries - 1, retry_after)
    again = following.now() + timedelta(seconds=again_s)
    if not reasons:
        _mark(following.store, feed, entry, tries=tries, next=None, said="")
        return False
    if tries >= MAX_TRIES:
        after, again_at = f"given up after {tries} tries", None
    else:
        after, again_at = f"tried again from {again:%Y-%m-%d %H:%M} UTC", again
    said = f"{entry.header.title or entry.url or entry.key}: {reasons[0]}; {after}"
    _mark(following.store, feed, entry, tries=tries, next=again_at, said=said)
    looked.said.append(said)
    return True


def _taken(entry: Entry, feed: str, following: Following) -> Taken:
    if not entry.url:
        raise FetchError(feed, "it tells no address of this entry")
    source = fetch(entry.url, following.manners).source
    return take(source, following.into, entry.header) if source else Taken()


def _mark(store: Store, feed: str, entry: Entry, **values: object) -> None:
    this = (feed_entry.c.feed == feed, feed_entry.c.entry == entry.key)
    with store.writing() as connection:
        connection.execute(feed_entry.update().where(*this).values(**values))


def _take_all(feed: str, following: Following, looked: Looked) -> None:
    """Take what is due, but leave the rest for later where nothing can be had."""
    waiting = _due(following.store, feed, looked.at)
    failed = 0
    for done, (entry, tries) in enumerate(waiting):
        if failed >= MOST_FAILURES:
            n_left = len(waiting) - done
            looked.said.append(f"{n_left} entries are left for the next look")
            return
        following.between()
        failed = failed + 1 if _take(entry, tries, feed, following, looked) else 0
