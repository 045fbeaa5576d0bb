"""Whoever asked is told here of new events that pass a saved filter.

A message is written down before it is sent, and tried again until it arrives or was
tried often enough. It is signed with a secret that only both sides know:

    Tideline-Signature: t=SECONDS,v1=HEX    HMAC-SHA256 of "SECONDS.BODY"

The body is a GeoJSON feature collection as `geo.export` writes it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx
import numpy as np
from sqlalchemy import func, select

from geo import schema
from geo.addresses import AddressError, address_of, allowed
from geo.database import StoreError
from geo.deadline import Deadline
from geo.events import cluster, frame
from geo.export import to_geojson
from geo.fetching import AGENT
from geo.ledger_tables import delivery, webhook
from geo.view import choices, passing, read_query
from geo.withholding import withheld
from geo.wording import STATUSES, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    import geopandas as gpd
    from sqlalchemy import Connection

    from extract.records import Conflict
    from geo.fetching import Manners
    from geo.store import Store

WAITS_S = (60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)
"""How long after each failure the next try waits; after the last there is none."""

SECONDS = 20.0
"""How long one message may take."""

MOST = 500
"""Events in one message; what is more goes into further ones."""


_FILTERS = (
    *("actor", "type", "status", "publisher"),
    *("confidence", "reviewed", "text", "box"),
)
_OF_THE_PAGE = ("day", "since", "mode", "areas", "alike", "event", "at", "lang", "data")
"""What else stands in the page's address, and says nothing about a new event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Whom to tell of what: `query` is a filter as it stands in the page's address.

    Its day, window and view do not count: a new event is told whenever it happened.
    """

    url: str
    query: str
    secret: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of sending: how many arrived, and why others did not yet."""

    n_arrived: int
    troubles: tuple[str, ...]


def add_webhook(store: Store, hook: Webhook, *, now: datetime) -> int:
    """Store whom to tell of what comes from now on; return its number.

    Raises
    ------
    StoreError
        If the address is none over http or https, or the filter is none.
    """
    try:
        address_of(hook.url)
    except AddressError as error:
        raise StoreError(str(error)) from error
    _check(parse_qs(hook.query.lstrip("?"), keep_blank_values=True))
    with store.writing() as connection:
        row = {
            "url": hook.url,
            "secret": hook.secret,
            "filter": hook.query.lstrip("?"),
            "who": store.who,
            "since": now,
            "told": str(_last_act(connection)),
        }
        made = connection.execute(webhook.insert(), row)
        return int((made.inserted_primary_key or (0,))[0])


def _check(asked: dict[str, list[str]]) -> None:
    """Refuse what no event can be asked for: it would let all of them pass, or none."""
    for name in asked:
        if name not in (*_FILTERS, *_OF_THE_PAGE):
            known = ", ".join(_FILTERS)
            raise StoreError(f"there is no filter {name[:40]!r}; there are: {known}")
    for name, offered in (("type", tuple(TYPES)), ("status", tuple(STATUSES))):
        for value in asked.get(name, ()):
            if value not in offered:
                known = ", ".join(offered)
                raise StoreError(f"{value[:40]!r} is no {name}; there are: {known}")


def webhooks(store: Store) -> list[Webhook]:
    """Return whom to tell, in the order in which they asked."""
    with store.reading() as connection:
        return [
            Webhook(
                url=row["url"],
                query=row["filter"],
                secret=row["secret"],
                number=row["id"],
            )
            for row in _standing(connection)
        ]


def remove_webhook(store: Store, number: int, *, now: datetime) -> None:
    """Tell nobody there any more; messages under way are dropped.

    Raises
    ------
    StoreError
        If there is no such webhook.
    """
    with store.writing() as connection:
        if number not in {row["id"] for row in _standing(connection)}:
            raise StoreError(
                f"there is no webhook {number}; see tideline webhooks list"
            )
        ended = webhook.update().where(webhook.c.id == number)
        connection.execute(ended.values(stopped=now))
        waiting = delivery.update().where(delivery.c.webhook_id == number)
        connection.execute(waiting.values(next=None))


def _standing(connection: Connection) -> list[dict[str, Any]]:
    query = select(webhook).where(webhook.c.stopped.is_(None)).order_by(webhook.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _last_act(connection: Connection) -> int:
    return int(
        connection.execute(select(func.max(schema.revision.c.seq))).scalar() or 0
    )


def write_messages(
    store: Store, conflicts: Iterable[Conflict], *, now: datetime
) -> int:
    """Write down what is to be told since the last time; return how many messages.

    An event is new if all that tells of it came since. Each is told once.
    """
    with store.writing() as connection:
        last = _last_act(connection)
        asked = [r for r in _standing(connection) if int(r["told"]) < last]
        if not asked:
            return 0
        came = _came(connection)
        events = cluster(store.claims(), speakers=store.speakers(conflicts))
        first = [
            min(came[one.claim.claim_id] for one in event.claims) for event in events
        ]
        whole = frame(events)
        n_written = 0
        for row in asked:
            told = int(row["told"])
            # As an array, since of no event an empty list would ask for no column.
            fresh = whole[np.array([act > told for act in first], dtype=bool)]
            for body in _bodies(fresh, row["filter"], now):
                message = {"webhook_id": row["id"], "body": body, "tries": 0}
                connection.execute(
                    delivery.insert(), message | {"next": now, "said": ""}
                )
                n_written += 1
            ended = webhook.update().where(webhook.c.id == row["id"])
            connection.execute(ended.values(told=str(last)))
        return n_written


def _came(connection: Connection) -> dict[str, int]:
    """Return the act that each claim came by: the first that placed it."""
    table = schema.location.c
    query = select(table.claim_id, func.min(table.seq)).group_by(table.claim_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def _bodies(events: gpd.GeoDataFrame, query: str, now: datetime) -> Iterable[str]:
    """Yield messages with the events that pass a filter, in their order."""
    asked = parse_qs(query)
    # All that is asked for counts. The page drops what no event has, and these few
    # events would then pass because of what they are not.
    offered = replace(
        choices(events, now.date()),
        actors=tuple(asked.get("actor", ())),
        types=tuple(asked.get("type", ())),
        statuses=tuple(asked.get("status", ())),
        publishers=tuple(asked.get("publisher", ())),
    )
    view = read_query(asked, offered)
    chosen = events[passing(events, view)]
    for start in range(0, len(chosen), MOST):
        part = chosen.iloc[start : start + MOST]
        yield to_geojson(withheld(part, today=now.date()))


def send_messages(
    store: Store,
    manners: Manners,
    *,
    now: datetime,
    between: Callable[[], None] = lambda: None,
) -> Sent:
    """Send what is due; what does not arrive is tried again later.

    `between` is called before each message, and may raise to stop there.
    """
    query = (
        select(delivery.c.id, delivery.c.body, delivery.c.tries, webhook.c.url)
        .add_columns(webhook.c.secret)
        .join(webhook, webhook.c.id == delivery.c.webhook_id)
        .where(delivery.c.next.is_not(None), delivery.c.next <= now)
        # One may be removed while a message to it is under way.
        .where(webhook.c.stopped.is_(None))
        .order_by(delivery.c.id)
    )
    with store.reading() as connection:
        due = [dict(row) for row in connection.execute(query).mappings()]
    n_arrived, troubles = 0, []
    for message in due:
        between()
        trouble = _post(message, manners, now)
        n_arrived += not trouble
        again = _note(store, message, trouble, now)
        if trouble:
            after = f"tried again from {again:%Y-%m-%d %H:%M} UTC" if again else ""
            said = after or f"given up after {message['tries'] + 1} tries"
            troubles.append(f"message {message['id']}: {trouble}; {said}")
    return Sent(n_arrived=n_arrived, troubles=tuple(troubles))


def _note(
    store: Store, message: dict[str, Any], trouble: str, now: datetime
) -> datetime | None:
    """Note what became of a message; return when it is tried again, if it is."""
    tries = message["tries"] + 1
    is_over = not trouble or tries > len(WAITS_S)
    wait = None if is_over else now + timedelta(seconds=WAITS_S[tries - 1])
    with store.writing() as connection:
        table = delivery.update().where(delivery.c.id == message["id"])
        done = None if trouble else now
        connection.execute(
            table.values(tries=tries, next=wait, done=done, said=trouble)
        )
    return wait


def signature(secret: str, body: bytes, seconds: int) -> str:
    """Return the header that proves who sent a body, and when."""
    said = f"{seconds}.".encode() + body
    digest = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def _post(message: dict[str, Any], manners: Manners, now: datetime) -> str:
    """Send one message; return why it did not arrive, or nothing."""
    body = message["body"].encode()
    with Deadline(SECONDS) as deadline:
        try:
            url = address_of(message["url"])
            found = allowed(url, manners.resolve, allow_private=manners.allow_private)
            request = httpx.Request(
                "POST",
                url.copy_with(host=str(found[0])),
                content=body,
                headers={
                    "Host": url.netloc.decode("ascii"),
                    "User-Agent": AGENT,
                    "Content-Type": "application/geo+json",
                    "Connection": "close",
                    "Tideline-Delivery": str(message["id"]),
                    "Tideline-Signature": signature(
                        message["secret"], body, int(now.timestamp())
                    ),
                },
                extensions={
                    "sni_hostname": url.raw_host.decode("ascii"),
                    "timeout": httpx.Timeout(SECONDS / 2).as_dict(),
                    "trace": deadline.trace,
                },
            )
            with httpx.HTTPTransport(verify=manners.trust(), trust_env=False) as line:
                answer = line.handle_request(request)
                answer.close()
        except AddressError as error:
            return str(error)
        except (httpx.TransportError, TimeoutError) as error:
            return f"does not answer ({type(error).__name__})"
    if answer.is_success:
        return ""
    return f"answered {answer.status_code}"
