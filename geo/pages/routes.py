"""What the server answers beside the page: the map's code and data, and the headers.

Everything comes from this machine: Leaflet from its installed wheel, the rest from
`assets`. Whoever may reach the page may read these; they hold nothing else.
"""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from geo.basemap import OSM, Offered
from geo.database import UNREADABLE
from geo.language import catalogue_json, load_languages
from geo.map import (
    ASSETS,
    FIRST_SCRIPTS,
    JOINED,
    ROOT,
    STYLES,
    joined_scripts,
    map_file,
)
from geo.pages.guard import Guard, is_https
from geo.pages.layers import layer_routes
from geo.pages.served import find_columns, home_conflict
from geo.pages.tiles import tile_routes
from geo.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from geo.columns import Columns
    from geo.language import Language

COMPONENT = "/component/"
MAP_FRAME = "/component/streamlit_folium.st_folium/index.html"
_CACHED = {"Cache-Control": "private, max-age=31536000, immutable"}
_ASKED_AGAIN = {"Cache-Control": "no-cache"}
_TYPES = {".js": "text/javascript", ".css": "text/css"}
# A year, as browsers' lists of such hosts ask at least.
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
# What a page can ask of a device, and this one never does.
_NEVER_USED = (
    "accelerometer browsing-topics camera display-capture geolocation gyroscope hid "
    "magnetometer microphone midi payment publickey-credentials-get serial usb"
).split()
# A file name of assets/basemap without its ending.
_OUTLINE = re.compile(r"[a-z0-9_]+")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def routes(
    where: Callable[[], str | Path], offered: Callable[[], Offered]
) -> list[Route]:
    """Return the routes of the map.

    `where` says where the store is, `offered` which tiles were set up.
    """

    async def events(request: Request) -> Response:
        found = await _columns(where(), request.path_params["data"])
        if isinstance(found, Response):
            return found
        return await run_in_threadpool(_events, found)

    async def words(request: Request) -> Response:
        found = await _columns(where(), request.path_params["data"])
        language = _language(request)
        if isinstance(found, Response) or language is None:
            return found if isinstance(found, Response) else _missing()
        number = request.path_params["number"]
        return await run_in_threadpool(_chunk, found, number, language)

    return [
        Route("/tideline/map/{name}", _map_file),
        Route("/tideline/language/{language}.json", _catalogue),
        Route("/tideline/basemap/{name}.json", _outline),
        *tile_routes(offered),
        *layer_routes(where),
        Route("/tideline/data/{data}/events.bin", events),
        Route("/tideline/data/{data}/words/{language}/{number:int}.json", words),
    ]


async def _columns(where: str | Path, name: str) -> Columns | Response:
    try:
        found = await run_in_threadpool(find_columns, where, name)
    except StoreError:
        return PlainTextResponse(UNREADABLE, status_code=503)
    return found or _missing()


def _missing() -> Response:
    return PlainTextResponse("there is nothing of that name", status_code=404)


@lru_cache(maxsize=8)
def zipped(content: bytes) -> bytes:
    """Return content packed with gzip, once for each content."""
    return gzip.compress(content, 6, mtime=0)


def _events(found: Columns) -> Response:
    headers = {**_CACHED, "Content-Encoding": "gzip"}
    return Response(zipped(found.payload), 200, headers, "application/octet-stream")


def _chunk(found: Columns, number: int, language: Language) -> Response:
    if number >= found.n_chunks:
        return _missing()
    headers = dict(_ASKED_AGAIN)
    return Response(found.words(number, language), 200, headers, "application/json")


def _language(request: Request) -> Language | None:
    """Return the language that the request names, with the actors' names in it."""
    language = load_languages().get(request.path_params["language"])
    return language and language.naming(home_conflict().actors)


async def _catalogue(request: Request) -> Response:
    language = _language(request)
    if language is None:
        return _missing()
    content = catalogue_json(language)
    return Response(content, 200, dict(_ASKED_AGAIN), "application/json")


async def _map_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name == JOINED:
        return _joined(request)
    if name not in {*FIRST_SCRIPTS, *STYLES}:
        return _missing()
    path = map_file(name)
    return FileResponse(
        path, media_type=_TYPES[path.suffix], headers=dict(_ASKED_AGAIN)
    )


def _joined(request: Request) -> Response:
    content = joined_scripts()
    tag = f'"{sha256(content).hexdigest()[:24]}"'
    headers = {**_ASKED_AGAIN, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, headers)
    return Response(content, 200, headers, _TYPES[".js"])


async def _outline(request: Request) -> Response:
    name = request.path_params["name"]
    path = ASSETS / "basemap" / f"{name}.json"
    if not _OUTLINE.fullmatch(name) or not path.is_file():
        return _missing()
    content = path.read_bytes()
    tag = f'"{sha256(content).hexdigest()[:16]}"'
    headers = {**_ASKED_AGAIN, "ETag": tag, "Content-Encoding": "gzip"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(zipped(content), 200, headers, "application/json")


@lru_cache(maxsize=4)
def policy(*, of_map: bool, tiles: str = "") -> str:
    """Return the content security policy of the page, or of the map's frame.

    `tiles` is whom the map may ask for tiles beside OpenStreetMap: scheme and host.

    streamlit-folium writes its map as a script and evaluates it, so its frame needs
    both allowances; the page around it does not.
    """
    scripts = "'unsafe-inline' 'unsafe-eval'" if of_map else _inline_hashes()
    asked = f" {OSM} {tiles}".rstrip() if of_map else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' data: blob:{asked}",
            "media-src 'self' blob:",
            "manifest-src 'self'",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


def _inline_hashes() -> str:
    """Return the digests of the scripts that stand in Streamlit's own page."""
    page = Path(str(files("streamlit"))) / "static" / "index.html"
    found = _INLINE.findall(page.read_text(encoding="utf-8"))
    digests = (b64encode(sha256(text.encode()).digest()).decode() for text in found)
    return " ".join(
        ("'wasm-unsafe-eval'", *(f"'sha256-{digest}'" for digest in digests))
    )


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(
        self, app: ASGIApp, tiles: str = "", addresses: tuple[str, ...] = ()
    ) -> None:
        self.app = app
        self.tiles = tiles
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        of_map = COMPONENT in scope["path"]
        by_https = is_https(scope, self.addresses)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *_cookies(message["headers"], by_https=by_https),
                    *_headers(of_map=of_map, tiles=self.tiles),
                ]
                if by_https:
                    message["headers"].append(_HTTPS_ONLY)
                if scope["path"].endswith(MAP_FRAME):
                    message["headers"].append((b"link", _early()))
            await send(message)

        await self.app(scope, receive, with_headers)


def _cookies(
    headers: Iterable[tuple[bytes, bytes]], *, by_https: bool
) -> list[tuple[bytes, bytes]]:
    """Return headers whose cookies are sent by https alone, where that is spoken."""
    if not by_https:
        return list(headers)
    return [
        (name, value + b"; Secure")
        if name.lower() == b"set-cookie" and b"secure" not in value.lower()
        else (name, value)
        for name, value in headers
    ]


@lru_cache(maxsize=4)
def _headers(*, of_map: bool, tiles: str) -> tuple[tuple[bytes, bytes], ...]:
    # Tiles are refused without a referrer; nothing else hears of this page.
    referrer = "strict-origin-when-cross-origin" if of_map else "same-origin"
    headers = {
        "content-security-policy": policy(of_map=of_map, tiles=tiles),
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": referrer,
        "permissions-policy": ", ".join(f"{name}=()" for name in _NEVER_USED),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


@lru_cache(maxsize=1)
def _early() -> bytes:
    """Have the map's frame fetch its files while streamlit-folium begins to work."""
    early = [(name, "script") for name in (*FIRST_SCRIPTS, JOINED)]
    early += [(name, "style") for name in STYLES]
    return ", ".join(
        f"<{ROOT}map/{name}>; rel=preload; as={kind}" for name, kind in early
    ).encode()


def middleware(offered: Offered, addresses: tuple[str, ...] = ()) -> list[Middleware]:
    """Return what every request and answer goes through.

    `offered` are the tiles set up, `addresses` those that others reach the page under.
    """
    tiles = offered.address.origin if offered.address else ""
    return [
        Middleware(SecurityHeaders, tiles=tiles, addresses=addresses),
        Middleware(Guard, addresses=addresses),
    ]
