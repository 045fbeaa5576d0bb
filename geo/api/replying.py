"""How an answer is sent: its form, its tag, packed or not, and what went wrong."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from geo.api.openapi import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

# Smaller answers gain nothing. Level 1 packs a page of a thousand events to a twelfth
# in 2 ms, level 6 to a sixteenth in 9.
_LEAST, _LEVEL = 512, 1
VARY = "Accept, Accept-Encoding"
# Shared caches may keep it, but ask each time whether it still holds.
_CACHED = "public, no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered. An empty `tag` means that it must not be kept.

    `body` makes it, and is called only where it is sent.
    """

    body: Callable[[], bytes]
    media: str
    status: int = 200
    tag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class ProblemError(Exception):
    """The request cannot be answered; the detail says what to do."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem(status: int, detail: str, headers: Mapping[str, str]) -> Reply:
    """Return a problem as RFC 9457 writes them."""
    said = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    body = as_json(said)
    return Reply(body=lambda: body, media=PROBLEM, status=status, headers=headers)


def as_json(said: Mapping[str, Any]) -> bytes:
    """Write an answer; half of a surrogate pair becomes a question mark."""
    return json.dumps(said, ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "replace"
    )


def tag_of(*parts: object) -> str:
    """Return a weak entity tag: the same answer may be packed, or written anew."""
    return f'W/"{sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:24]}"'


def is_known(request: Request, tag: str) -> bool:
    """Tell whether the client has the answer of that tag already."""
    asked = ",".join(request.headers.getlist("if-none-match"))
    known = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return bool(tag) and ("*" in known or tag.removeprefix("W/") in known)


def accepts(request: Request, media: str) -> bool:
    """Tell whether the client takes a form of answer, as its Accept says."""
    said = ",".join(request.headers.getlist("accept"))
    own = media.split(";")[0]
    plain = "application/json" if "json" in own else "application/xml"
    wanted = {own, plain, f"{own.split('/')[0]}/*", "*/*"}
    return not said.strip() or any(
        one.split(";")[0].strip().lower() in wanted and not _is_refused(one)
        for one in said.split(",")
    )


def _is_refused(one: str) -> bool:
    """Tell whether a range of Accept or Accept-Encoding has the weight 0."""
    weights = [part.strip().lower() for part in one.split(";")[1:]]
    return any(w.startswith("q=") and not w[2:].strip("0. ") for w in weights)


def response(request: Request, reply: Reply) -> Response:
    """Return the answer as it is sent: packed if the client can unpack it."""
    headers = {"Vary": VARY, **reply.headers}
    if reply.tag:
        headers |= {"ETag": reply.tag, "Cache-Control": _CACHED}
    else:
        headers["Cache-Control"] = "no-store"
    if reply.status == HTTPStatus.OK and is_known(request, reply.tag):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    body = reply.body()
    if len(body) >= _LEAST and _takes_gzip(request):
        body = gzip.compress(body, _LEVEL, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    sent = b"" if request.method == "HEAD" else body
    made = Response(sent, reply.status, headers, media_type=None)
    made.headers["Content-Type"] = reply.media
    return made


def _takes_gzip(request: Request) -> bool:
    said = ",".join(request.headers.getlist("accept-encoding"))
    return any(
        one.split(";")[0].strip().lower() in {"gzip", "x-gzip", "*"}
        and not _is_refused(one)
        for one in said.split(",")
    )
