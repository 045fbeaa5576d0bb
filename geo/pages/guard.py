"""Which requests are let in at all, before any route sees them.

* The host that a request names must be this machine's loopback, the very address that
  it came to, or one in TIDELINE_ADDRESSES; else a site elsewhere could have its own
  name point here and read along (DNS rebinding). Websockets are asked the same.
* What changes something, and a websocket, must come from the page itself.
* Only Streamlit's uploads have a method other than GET, HEAD or OPTIONS, or a
  body, which Streamlit bounds (`server.maxUploadSize`).

No header that a server between may add (X-Forwarded-For and the like) is believed. What
is known of https is the address that TIDELINE_ADDRESSES gives.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocketClose

from geo.where import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST = 4_000
"""Characters of a path; in none of them stands a number too long to be read."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UPLOAD = re.compile(r"/_stcore/upload_file/[^/]+/[^/]+")
_UPLOADING = _SAFE | {"PUT", "DELETE"}
_STREAMLITS = re.compile(r"/(_stcore|media|component)/")
# It is asked for with GET, and ends what somebody had.
_SIGN_OUT = "/auth/logout"
_OURS = frozenset({"same-origin", "none"})


class Guard:
    """Refuses what no page of ours would ask; `addresses` are those of the page."""

    def __init__(self, app: ASGIApp, addresses: tuple[str, ...] = ()) -> None:
        self.app = app
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self.refusal(scope)
        if refusal is None:
            self._hide_strangers(scope)
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            await _answer(*refusal)(scope, receive, send)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason why a request is refused; None if not."""
        headers = Headers(scope=scope)
        if not self._is_ours(headers.getlist("host"), scope):
            return 421, (
                "this page is not served under that name; its operator can add the "
                "address to TIDELINE_ADDRESSES"
            )
        method = scope.get("method", "GET")
        if method not in (_UPLOADING if _is_upload(scope) else _SAFE):
            return 405, "this is only read"
        is_socket = scope["type"] == "websocket"
        asks = is_socket or method not in _SAFE or scope["path"].endswith(_SIGN_OUT)
        if asks and not self._is_from_here(headers, scope, must_say=is_socket):
            return 403, "this has to come from the page itself"
        if len(scope["path"]) > LONGEST:
            return 414, "no address here is that long"
        if not _is_upload(scope) and _has_body(headers):
            return 413, "this takes no content"
        return None

    def _hide_strangers(self, scope: Scope) -> None:
        """Let Streamlit not see that another site asks: it is to allow none of them.

        It would ask a server elsewhere for this machine's own address, to compare.
        """
        asked_by = Headers(scope=scope)
        if _STREAMLITS.search(scope["path"]) and not self._is_from_here(
            asked_by, scope, must_say=False
        ):
            scope["headers"] = [one for one in scope["headers"] if one[0] != b"origin"]

    def _is_ours(self, hosts: list[str], scope: Scope) -> bool:
        """Say whether a request names one host, and one that is served here."""
        if len(hosts) != 1:
            return False
        if self._address_of(hosts[0]):
            return True
        name = _name(hosts[0])
        served = scope.get("server")
        return is_loopback(name) or bool(served and name and name == served[0])

    def _is_from_here(self, headers: Headers, scope: Scope, *, must_say: bool) -> bool:
        """Say whether the page itself asks; a browser tells, others need not."""
        if headers.get("sec-fetch-site", "same-origin") not in _OURS:
            return False
        origins = headers.getlist("origin")
        if not origins:
            return not must_say
        host = headers["host"].lower()
        scheme = "https" if scope.get("scheme") in ("https", "wss") else "http"
        return origins == [self._address_of(host) or f"{scheme}://{host}"]

    def _address_of(self, host: str) -> str | None:
        """Return the page's address at that host, if it was given one."""
        found = (one for one in self.addresses if one.endswith(f"//{host.lower()}"))
        return next(found, None)


def _answer(status: int, reason: str) -> PlainTextResponse:
    headers = {"Allow": ", ".join(sorted(_SAFE))} if status == 405 else {}
    return PlainTextResponse(reason, status, {"Cache-Control": "no-store", **headers})


def _is_upload(scope: Scope) -> bool:
    return bool(_UPLOAD.search(scope["path"]))


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _name(host: str) -> str | None:
    """Return the name in a Host header, or None if it is not only name and port."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None


def is_https(scope: Scope, addresses: tuple[str, ...]) -> bool:
    """Say whether the page is reached by https under the host that a request names."""
    host = Headers(scope=scope).get("host", "").lower()
    return f"https://{host}" in addresses
