"""What a server did, and how much its store holds, in figures for Prometheus.

What happens is counted as it is told (`geo/logs.py`); what a store holds is asked of
it, at most every few seconds and anew only where it has changed. Of feeds and messages
the store knows what came of them, whichever process looked after them.

How much a store holds may be nobody's business, so `/metrics` answers only where
TIDELINE_METRICS says whom.
"""

from __future__ import annotations

import hmac
import logging
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.logs import ENTRIES, entry_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus_client.registry import Collector
    from starlette.requests import Request
    from starlette.types import Scope

METRICS = "/metrics"
"""Where to ask."""

WHOM = "TIDELINE_METRICS"
"""The variable that says whom is answered: `loopback`, or who knows this token."""

LOOPBACK = "loopback"
_OFF = frozenset({"", "off"})
# As long as nobody guesses it, and nothing that a header cannot hold.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{24,256}")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Headers that a server in between adds: then everybody comes from this machine.
_BETWEEN = ("forwarded", "via", "x-forwarded-for", "x-real-ip", "x-forwarded-host")


class Meters(logging.Handler):
    """Counts log entries as they are told, in a registry of its own."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.registry = CollectorRegistry()
        # Of each counter they would tell when it began, as a series more.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        # None of them is for the default registry, which all packages share.
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = self._counter(
            "http_requests", "Requests answered.", ("method", "route", "status")
        )
        self._took = Histogram(
            "tideline_http_request_seconds",
            "How long requests took.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._sent = self._counter("http_sent_bytes", "Bytes of answers.", ("route",))
        self._pages = Gauge(
            "tideline_open_pages", "Pages open in browsers.", registry=self.registry
        )
        self._inputs = self._counter(
            "ingest_articles", "Articles taken in here, by what came of them.", ("as",)
        )
        self._claims = self._counter("ingest_claims", "Claims found here.", ())
        self._reading = self._counter(
            "ingest_seconds", "Time spent taking articles in here.", ()
        )
        self._troubles = self._counter(
            "store_errors", "Errors of the store met here, by reason.", ("reason",)
        )

    def _counter(self, name: str, help_: str, labels: tuple[str, ...]) -> Counter:
        return Counter(f"tideline_{name}", help_, labels, registry=self.registry)

    def listen(self) -> None:
        """Count what is told from now on."""
        ENTRIES.addHandler(self)
        ENTRIES.setLevel(logging.INFO)

    def emit(self, record: logging.LogRecord) -> None:
        """Count one entry."""
        entry = entry_of(record)
        count = entry and _COUNTED.get(entry[0])
        if entry and count:
            count(self, entry[1])

    def request(self, told: Mapping[str, object]) -> None:
        """Count a request."""
        route = str(told["route"])
        self._requests.labels(str(told["method"]), route, str(told["status"])).inc()
        self._took.labels(route).observe(_number(told, "ms") / 1_000)
        self._sent.labels(route).inc(_number(told, "bytes"))

    def page_opened(self, _told: Mapping[str, object]) -> None:
        """Count a page that was opened."""
        self._pages.inc()

    def page_closed(self, _told: Mapping[str, object]) -> None:
        """Count a page that was closed."""
        self._pages.dec()

    def ingest(self, told: Mapping[str, object]) -> None:
        """Count what was taken in."""
        for what, name in _BECAME.items():
            self._inputs.labels(what).inc(_number(told, name))
        self._claims.inc(_number(told, "claims"))
        self._reading.inc(_number(told, "seconds"))

    def store_error(self, told: Mapping[str, object]) -> None:
        """Count an error of the store."""
        self._troubles.labels(str(told["reason"])).inc()


_BECAME = {"added": "articles", "already_there": "already_there", "failed": "failed"}
_COUNTED: dict[str, Callable[[Meters, Mapping[str, object]], None]] = {
    "request": Meters.request,
    "page_opened": Meters.page_opened,
    "page_closed": Meters.page_closed,
    "ingest": Meters.ingest,
    "store_error": Meters.store_error,
}


def _number(told: Mapping[str, object], name: str) -> float:
    value = told.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom `/metrics` answers: nobody, this machine alone, or who knows a token."""

    token: str = ""
    loopback: bool = False

    def allows(self, scope: Scope) -> bool:
        """Say whether a request may have the figures."""
        headers = Headers(scope=scope)
        if self.token:
            said = headers.get("authorization", "")
            wanted = f"Bearer {self.token}"
            return hmac.compare_digest(said.encode(), wanted.encode())
        return self.loopback and _is_of_this_machine(scope, headers)


def _is_of_this_machine(scope: Scope, headers: Headers) -> bool:
    """Say whether a program on this machine asks, and not a server for others."""
    if any(name in headers for name in _BETWEEN):
        return False
    try:
        return ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


def read_asked(environment: Mapping[str, str]) -> Asked | None:
    """Return whom TIDELINE_METRICS lets ask; None if there are to be no metrics.

    Raises
    ------
    ValueError
        If it is no token that could keep anything secret.
    """
    said = environment.get(WHOM, "").strip()
    if said in _OFF:
        return None
    if said == LOOPBACK:
        return Asked(loopback=True)
    if not _TOKEN.fullmatch(said):
        raise ValueError(
            f"{WHOM} is {LOOPBACK}, off, or a token of 24 to 256 letters, digits and"
            " ._~+/=-"
        )
    return Asked(token=said)


def metrics_routes(meters: Meters, asked: Asked, held: Collector) -> list[Route]:
    """Return the route of the metrics; `held` collects what the store holds."""
    meters.registry.register(held)

    async def figures(request: Request) -> Response:
        if not asked.allows(request.scope):
            # As if there were none: who may not ask need not know that others may.
            return PlainTextResponse("there is nothing of that name", status_code=404)
        text = await run_in_threadpool(generate_latest, meters.registry)
        headers = {"Cache-Control": "no-store"}
        return Response(text, 200, headers, CONTENT_TYPE_PLAIN_0_0_4)

    return [Route(METRICS, figures)]
