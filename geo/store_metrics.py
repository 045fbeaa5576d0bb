"""How much a store holds, and what came of feeds and messages, as metrics."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Select, func, select

from geo import schema
from geo.event_tables import event
from geo.ledger_tables import delivery, feed, feed_entry, webhook
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from geo.store import Store

KEPT_S = 10.0
"""For how long figures are kept, however often they are asked for."""

_HELP = {
    "acts": "Number of the last act in the store.",
    "articles": "Articles in the store.",
    "claims": "Claims in the store, rejected ones among them.",
    "events": "Events that have coordinates, as the store keeps them.",
    "last_ingest_timestamp_seconds": "When an article was last added.",
    "feeds": "Feeds and folders that are followed.",
    "feeds_failing": "Feeds whose last look failed.",
    "feed_entries_waiting": "Entries of feeds that are still to be taken.",
    "feed_entries_given_up": "Entries of feeds that failed too often.",
    "webhooks": "Addresses that are told of new events.",
    "webhook_messages_waiting": "Messages that did not arrive yet.",
    "webhook_messages_failing": "Messages that failed and are tried again.",
    "webhook_messages_given_up": "Messages that failed too often.",
}
_acts, _claims, _articles = schema.revision, schema.claim, schema.article
# Asked anew for each version of the store.
_AT_A_VERSION: dict[str, Select[Any]] = {
    "acts": select(func.max(_acts.c.seq)),
    "articles": select(func.count()).select_from(_articles),
    "claims": select(func.count()).select_from(_claims),
    "events": select(func.count()).select_from(event),
    "last_ingest_timestamp_seconds": select(func.max(_acts.c.at)).where(
        _acts.c.kind == "article"
    ),
}
# These change without the store's version.
_AT_ANY_TIME: dict[str, Select[Any]] = {
    "feeds": select(func.count()).where(feed.c.stopped.is_(None)),
    "feeds_failing": select(func.count()).where(
        feed.c.stopped.is_(None), feed.c.failures > 0
    ),
    "feed_entries_waiting": select(func.count()).where(feed_entry.c.next.is_not(None)),
    "feed_entries_given_up": select(func.count()).where(
        feed_entry.c.next.is_(None), feed_entry.c.said != ""
    ),
    "webhooks": select(func.count()).where(webhook.c.stopped.is_(None)),
    "webhook_messages_waiting": select(func.count()).where(
        delivery.c.next.is_not(None)
    ),
    "webhook_messages_failing": select(func.count()).where(
        delivery.c.next.is_not(None), delivery.c.tries > 0
    ),
    "webhook_messages_given_up": select(func.count())
    .select_from(delivery.join(webhook))
    .where(
        delivery.c.next.is_(None),
        delivery.c.done.is_(None),
        webhook.c.stopped.is_(None),
    ),
}


class Held(Collector):
    """Collects what a store holds.

    Parameters
    ----------
    where
        Says where the store is.
    """

    def __init__(self, where: Callable[[], str | Path]) -> None:
        self._where = where
        self._one = Lock()
        self._until = 0.0
        self._kept: Mapping[str, float] | None = None
        self._counted: tuple[str, Mapping[str, float]] = ("", {})

    def describe(self) -> list[GaugeMetricFamily]:
        """Say what is collected, without asking the store."""
        return [_gauge(name, help_) for name, help_ in _HELP.items()]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures; of a store that cannot be read, only that it cannot."""
        with self._one:
            if time.monotonic() >= self._until:
                self._kept = self._asked()
                self._until = time.monotonic() + KEPT_S
            kept = self._kept
        yield _gauge("store_up", "Whether the store can be read.", kept is not None)
        for name, value in (kept or {}).items():
            yield _gauge(name, _HELP[name], value)

    def _asked(self) -> dict[str, float] | None:
        where = self._where()
        try:
            with open_store(where, create=False) as store:
                version = store.version()
                if version != self._counted[0]:
                    self._counted = (version, _figures(store, _AT_A_VERSION))
                return {**self._counted[1], **_figures(store, _AT_ANY_TIME)}
        except StoreError:
            return None


def _gauge(name: str, help_: str, value: float | None = None) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"tideline_{name}", help_, value=value)


def _figures(store: Store, queries: Mapping[str, Select[Any]]) -> dict[str, float]:
    with store.reading() as connection:
        found = {name: connection.scalar(query) for name, query in queries.items()}
    return {
        name: value.timestamp() if isinstance(value, datetime) else float(value or 0)
        for name, value in found.items()
    }
