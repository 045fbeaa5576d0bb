"""Every request that a server answers is logged as an entry, whatever became of it.

Told are method, pattern of the route, status, time and bytes. The path itself, the
query and the headers are not: they say what somebody looks for.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from geo.health import LIVE, READY
from geo.logs import tell
from geo.metrics import METRICS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATTERN = "tideline.pattern"
"""Where a route may leave in the scope a closer pattern than its own."""

OTHER = "other"
"""The pattern of all that no route is for, and the method of those unheard of."""

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"})
_STATIC = "/static/"
# Asked every few seconds; only what is wrong is worth a line.
_ROUTINE = frozenset({LIVE, READY, METRICS, "/_stcore/health"})


class RequestLog:
    """Tells of each request; `clients` adds the address that it came from."""

    def __init__(self, app: ASGIApp, *, clients: bool = False) -> None:
        self.app = app
        self.clients = clients

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell of it at its end."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self.app(scope, receive, answer)
        finally:
            self._tell(scope, answer)

    def _tell(self, scope: Scope, answer: _Answer) -> None:
        took_s = time.monotonic() - answer.begun
        if answer.status == HTTPStatus.SWITCHING_PROTOCOLS:
            tell("page_closed", seconds=took_s)
            return
        if answer.status == HTTPStatus.OK and scope["path"] in _ROUTINE:
            return
        client = scope.get("client") if self.clients else None
        tell(
            "request",
            method=_method(scope),
            route=pattern_of(scope),
            status=answer.status or _unanswered(scope),
            ms=took_s * 1_000,
            bytes=answer.n_bytes,
            client=client[0] if client else None,
        )


class _Answer:
    """Passes an answer on, and knows its status and how many bytes it has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = time.monotonic()
        self.status, self.n_bytes = 0, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.n_bytes += len(message.get("body", b""))
        elif message["type"] == "websocket.accept":
            self.status = HTTPStatus.SWITCHING_PROTOCOLS
            tell("page_opened")
        await self._send(message)


def _unanswered(scope: Scope) -> int:
    """Return the status of what got no answer: refused, or failed on the way."""
    is_page = scope["type"] == "websocket"
    return HTTPStatus.FORBIDDEN if is_page else HTTPStatus.INTERNAL_SERVER_ERROR


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "WEBSOCKET"
    return scope["method"] if scope["method"] in _METHODS else OTHER


def pattern_of(scope: Scope) -> str:
    """Return which route a request went to, by its pattern; there are few of them."""
    if found := scope.get(PATTERN):
        return str(found)
    path = getattr(scope.get("route"), "path", None)
    if path:
        return str(path)
    if path is None:  # no route saw it
        return OTHER
    # Streamlit's files hang on the root, where whatever is unknown gets its page.
    if scope["path"].startswith(_STATIC):
        return f"{_STATIC}{{path}}"
    return "/" if scope["path"] == "/" else OTHER
