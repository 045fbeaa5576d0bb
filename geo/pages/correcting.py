"""The routes of the corrections: the page and the feed, for whoever may reach them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from geo.bulletin import FEED, PAGE, feed, page
from geo.corrections import corrections
from geo.database import UNREADABLE
from geo.language import ENGLISH, load_languages
from geo.pages.served import home_conflict
from geo.store import StoreError, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from geo.corrections import Corrections
    from geo.language import Language

SHOW_REVIEWERS = "TIDELINE_SHOW_REVIEWERS"
"""The environment's switch to tell who made a correction: 1 tells it."""

A_PAGE = 100
"""How many corrections a page or a feed has."""

_LARGEST = 2**53


def correction_routes(
    where: Callable[[], str | Path], named: Callable[[], bool]
) -> list[Route]:
    """Return the routes of the corrections.

    `where` says where the store is, `named` whether to tell who made each.
    """

    async def as_page(request: Request) -> Response:
        language = _language(request)
        found = await _found(where(), request)
        if isinstance(found, Response):
            return found
        said = page(found, language=language, named=named())
        return _answer(request, said.encode(), "text/html; charset=utf-8")

    async def as_feed(request: Request) -> Response:
        language = _language(request)
        found = await _found(where(), request)
        if isinstance(found, Response):
            return found
        said = feed(found, language=language, named=named())
        return _answer(request, said, "application/atom+xml; charset=utf-8")

    return [Route(f"/{PAGE}", as_page), Route(f"/{FEED}", as_feed)]


async def _found(where: str | Path, request: Request) -> Corrections | Response:
    asked = request.query_params.get("before")
    before = None
    if asked is not None:
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 16
        if not is_number or int(asked) > _LARGEST:
            return PlainTextResponse("before is the number of an act", 400)
        before = int(asked)
    try:
        return await run_in_threadpool(_read, where, before)
    except StoreError:
        return PlainTextResponse(UNREADABLE, status_code=503)


def _read(where: str | Path, before: int | None) -> Corrections:
    with open_store(where, create=False) as store:
        return corrections(store, limit=A_PAGE, before=before)


def _language(request: Request) -> Language:
    """Return the language that the address asks for, else the browser's first."""
    known = load_languages()
    asked = request.query_params.get("lang", "")
    first = request.headers.get("accept-language", "").split(",")[0].split(";")[0]
    for code in (asked, first.split("-")[0].strip().lower()):
        if code in known:
            return known[code].naming(home_conflict().actors)
    return ENGLISH.naming(home_conflict().actors)


def _answer(request: Request, content: bytes, kind: str) -> Response:
    tag = f'"{sha256(content).hexdigest()[:24]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Language"}
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, headers)
    return Response(content, 200, headers, kind)
