"""A page, file or feed is fetched here from a server that nobody vouches for.

Every answer is bounded in size, time and redirects, before and after it is unpacked.
No cookie, referrer or proxy: the request says which page is wanted, and nothing else.
"""

from __future__ import annotations

import ssl
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

import certifi
import httpx

from extract.sources import Source
from geo.addresses import (
    AddressError,
    address_of,
    addresses_of,
    allowed,
    pointed,
    shown,
)
from geo.deadline import Deadline
from geo.pacing import PaceError
from geo.retrying import retry_after_s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.addresses import Address, Resolver
    from geo.pacing import Pace

AGENT = "Tideline (reads reports of who holds a place; asks for one page at a time)"
ACCEPT = "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.5"

_REDIRECTS = {301, 302, 303, 307, 308}
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_SAID = {
    401: "wants a login",
    403: "does not let programs read it",
    404: "is not there",
    410: "is gone for good",
    451: "may not be shown for reasons of law",
}
# What no reader takes, whatever is in it; anything else is looked into.
_NOT_READ = ("image/", "audio/", "video/", "font/", "model/", "multipart/")
_ARCHIVES = {
    *("application/zip", "application/gzip", "application/x-gzip", "application/x-tar"),
    *("application/javascript", "application/wasm", "application/x-msdownload"),
    *("application/x-7z-compressed", "application/vnd.rar", "application/x-bzip2"),
}
# As many hosts as can be asked at one moment; two of them may share a lock.
_ONE_AT_A_TIME = tuple(Lock() for _ in range(64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at most: bytes as they are sent and unpacked, seconds in all."""

    max_bytes: int = 50_000_000
    seconds: float = 60.0
    redirects: int = 5


@cache
def trusted() -> ssl.SSLContext:
    """Return whose certificates count: certifi's, and those this machine trusts."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How servers are asked.

    `pace` gives turns, a host's a second apart. `clock` gives the seconds of now.
    `allow_private` lets machines of an intranet, and this one, be asked. `resolve`
    gives the addresses of a name.
    """

    pace: Pace
    clock: Callable[[], float]
    allow_private: bool = False
    limits: Limits = field(default_factory=Limits)
    resolve: Resolver = addresses_of
    trust: Callable[[], ssl.SSLContext] = trusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """By what a server knows which version somebody has: ETag and Last-Modified."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came; `source` is None if nothing changed since the version asked about."""

    source: Source | None
    mark: Mark


class FetchError(Exception):
    """Something cannot be fetched; the reason says what to do.

    `retry_after_s` is for how long the server asked to be left alone, if it did.
    """

    def __init__(
        self, url: str, reason: str, retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{shown(url)}: {reason}")
        self.reason = reason
        self.retry_after_s = retry_after_s


def fetch(url: str, manners: Manners, *, known: Mark | None = None) -> Fetched:
    """Fetch what is at an address.

    Parameters
    ----------
    url
        Over http or https.
    manners
        How to ask.
    known
        What is here already; then only another version is sent.

    Raises
    ------
    FetchError
        If it cannot be fetched, or must not be.
    """
    seconds = manners.limits.seconds
    with Deadline(seconds) as deadline:
        try:
            return _followed(url, _Asking(manners, known or Mark(), deadline))
        except AddressError as error:
            reason = str(error).removeprefix(f"{shown(url)} ")
            raise FetchError(url, reason) from error
        except PaceError as error:
            raise FetchError(url, f"the server {error}") from error
        except (httpx.TransportError, TimeoutError) as error:
            late = deadline.is_over or isinstance(error, httpx.TimeoutException)
            why = f"took longer than {seconds:g} s" if late else _broken(error)
            raise FetchError(url, f"{why}; try again later") from error


@dataclass(frozen=True, slots=True)
class _Asking:
    manners: Manners
    known: Mark
    deadline: Deadline


def _broken(error: Exception) -> str:
    """Say what is wrong with a connection; the server's own words are not repeated."""
    if isinstance(error.__cause__, Exception) and "CERTIFICATE" in str(error):
        return "has a certificate that does not hold"
    if isinstance(error, httpx.ConnectError):
        return "cannot be reached"
    if isinstance(error, httpx.RemoteProtocolError):
        return "broke off, or does not speak HTTP"
    return f"broke off ({type(error).__name__})"


def _followed(url: str, asking: _Asking) -> Fetched:
    """Ask, and follow the server to where it has put the page."""
    here = address_of(url)
    for _ in range(asking.manners.limits.redirects + 1):
        with _answer(here, asking) as response:
            if response.status_code not in _REDIRECTS:
                return _read(url, here, response, asking)
            here = pointed(here, response.headers.get("Location", ""))
    most = asking.manners.limits.redirects
    raise FetchError(url, f"points on more than {most} times; nothing is there")


@contextmanager
def _answer(url: httpx.URL, asking: _Asking) -> Iterator[httpx.Response]:
    """Ask one server, when it is its turn, at an address that was checked."""
    manners = asking.manners
    with _ONE_AT_A_TIME[hash(url.host) % len(_ONE_AT_A_TIME)]:
        manners.pace.wait(url.host)
        found = allowed(url, manners.resolve, allow_private=manners.allow_private)
        with httpx.HTTPTransport(verify=manners.trust(), trust_env=False) as line:
            response = _connected(line, url, found, asking)
            try:
                yield response
            finally:
                response.close()


def _connected(
    line: httpx.HTTPTransport,
    url: httpx.URL,
    found: tuple[Address, ...],
    asking: _Asking,
) -> httpx.Response:
    """Ask at the first address that can be reached."""
    for address in found[:-1]:
        try:
            return line.handle_request(_request(url, address, asking))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if asking.deadline.is_over:
                raise
    return line.handle_request(_request(url, found[-1], asking))


def _request(url: httpx.URL, address: Address, asking: _Asking) -> httpx.Request:
    """Return a request that goes to an address, and means a name."""
    limits = asking.manners.limits
    headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": AGENT,
        "Accept": ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    if asking.known.etag:
        headers["If-None-Match"] = asking.known.etag
    if asking.known.modified:
        headers["If-Modified-Since"] = asking.known.modified
    wait = min(limits.seconds, 20.0)
    return httpx.Request(
        "GET",
        url.copy_with(host=str(address)),
        headers=headers,
        extensions={
            # The certificate is to be that of the name.
            "sni_hostname": url.raw_host.decode("ascii"),
            "timeout": httpx.Timeout(wait, connect=min(wait, 10.0)).as_dict(),
            "trace": asking.deadline.trace,
        },
    )


def _read(
    url: str, here: httpx.URL, response: httpx.Response, asking: _Asking
) -> Fetched:
    """Return what a server answered, if it is what was asked for."""
    mark = Mark(
        etag=response.headers.get("ETag", "")[:1_000],
        modified=response.headers.get("Last-Modified", "")[:100],
    )
    if response.status_code == HTTPStatus.NOT_MODIFIED and asking.known != Mark():
        return Fetched(source=None, mark=asking.known)
    if response.status_code != HTTPStatus.OK:
        raise _refused(url, here, response, asking)
    media_type = response.headers.get("Content-Type", "")[:200]
    _check_type(url, media_type)
    content = _content(url, response, asking.manners.limits.max_bytes)
    if asking.deadline.is_over:
        raise TimeoutError
    if not content:
        raise FetchError(url, "sent nothing")
    source = Source(name=url, content=content, media_type=media_type, url=str(here))
    return Fetched(source=source, mark=mark)


def _refused(
    url: str, here: httpx.URL, response: httpx.Response, asking: _Asking
) -> FetchError:
    """Return why a server did not send the page; heed its wish to be left alone."""
    code = response.status_code
    wait_s = retry_after_s(response.headers, asking.manners.clock())
    if code in _BUSY and wait_s is not None:
        asking.manners.pace.hold(here.host, wait_s)
        return FetchError(
            url,
            f"answered {code}: the server is busy and asks to be left"
            f" alone for {wait_s:.0f} s",
            wait_s,
        )
    if said := _SAID.get(code):
        return FetchError(url, f"{said} ({code})")
    return FetchError(url, f"answered {code}; try again later")


def _check_type(url: str, media_type: str) -> None:
    kind = media_type.partition(";")[0].strip().lower()
    if kind.startswith(_NOT_READ) or kind in _ARCHIVES:
        raise FetchError(
            url,
            f"is {kind[:60]!r}, which nothing here reads; give a page, a"
            " text, or a PDF or Word file",
        )


def _content(url: str, response: httpx.Response, most: int) -> bytes:
    """Return the bytes of an answer, unpacked as far as they may go."""
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most:
        raise FetchError(url, _too_large(most))
    unpack = _unpacking(url, response.headers.get("Content-Encoding", ""))
    content, n_sent = bytearray(), 0
    for piece in response.iter_raw():
        n_sent += len(piece)
        content += unpack(piece, most + 1 - len(content))
        if max(n_sent, len(content)) > most:
            raise FetchError(url, _too_large(most))
    # An answer in gzip has an end of its own.
    unpack(b"", 0)
    return bytes(content)


def _too_large(most: int) -> str:
    return f"sends more than {most} bytes; nothing of it is used"


def _unpacking(url: str, encoding: str) -> Callable[[bytes, int], bytes]:
    """Return what unpacks an answer piece by piece, so many bytes of it at most.

    It is called with nothing at the end, and then checks that nothing is missing.
    """
    kind = encoding.strip().lower()
    if kind in {"", "identity"}:
        return lambda piece, _most: piece
    if kind not in {"gzip", "x-gzip"}:
        raise FetchError(url, f"comes packed as {kind[:40]!r}, which was not asked for")
    gzip = zlib.decompressobj(wbits=31)

    def unpack(piece: bytes, most: int) -> bytes:
        try:
            # What is beyond `most` stays packed.
            unpacked = gzip.decompress(piece, most) if piece else b""
        except zlib.error as error:
            raise FetchError(url, "is not packed as it says") from error
        # One member only: thousands of empty ones cost time without end.
        if gzip.unused_data or (not piece and not gzip.eof):
            raise FetchError(url, "is not packed as it says")
        return unpacked

    return unpack
