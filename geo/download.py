"""A file is fetched here, over a line that may break: what came is not fetched twice.

What has come so far stays in a part file, with the server's mark of the version it is
of. The next call asks for the rest of that very version, or gets the new one whole.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from extract.servers import is_here
from geo.listings import ListError
from geo.shelf import writing

try:
    import fcntl
except ImportError:  # Windows has none: two downloads of one list may then collide
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Progress = Callable[[int, int | None], None]

MAX_BYTES = 256_000_000
"""The largest file that is fetched; GeoNames' largest of a country has 80 MB."""

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_AGENT = "Tideline (reads reports of control of places; asks for one file at a time)"
_REDIRECTS = 5
# A line that breaks is taken up again as long as each try brings something.
_TRIES = 8
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_UNSATISFIED = re.compile(r"bytes \*/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """Which version of which file a part is of.

    `mark` is by what the rest of it can be asked for, "" if it cannot.
    """

    url: str
    mark: str
    size: int | None


class _CutError(Exception):
    """The line broke before the end."""


class _StaleError(Exception):
    """The server cannot go on where the part ends."""


@contextlib.contextmanager
def fetched(url: str, part: Path, progress: Progress | None = None) -> Iterator[Path]:
    """Fetch a file and lend it; afterwards it is gone unless it was moved away.

    Parameters
    ----------
    url
        Over http or https. Redirects are followed on the same server only.
    part
        Where the file grows. What is there of the same version is not fetched again.
    progress
        Called with the bytes that are here and those wanted, None if not known.

    Raises
    ------
    ListError
        If it cannot be fetched; the message says what to do. What came stays in `part`
        if the rest of it can be asked for.
    """
    _check(url)
    with _locked(part):
        with _client(url) as client:
            _complete(client, url, part, progress)
        try:
            yield part
        finally:
            _forget(part)


@contextlib.contextmanager
def _locked(part: Path) -> Iterator[None]:
    """Keep others from writing to the same part."""
    with writing(part.parent):
        file = part.with_name(f"{part.name}.lock").open("wb")
    with file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ListError(
                    "it is being fetched already, by another command or page; wait"
                    " until that is done"
                ) from error
        yield


def _client(url: str) -> httpx.Client:
    """Return a client that knows no proxy to this machine."""
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    try:
        return httpx.Client(
            headers=headers,
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=not is_here(urlsplit(url).hostname or ""),
        )
    except (OSError, ValueError, ImportError) as error:
        raise ListError(
            "the environment names a proxy or certificates that cannot be used"
            f" ({type(error).__name__})"
        ) from error


def _complete(
    client: httpx.Client, url: str, part: Path, progress: Progress | None
) -> None:
    for _ in range(_TRIES):
        had = _size(part)
        try:
            _go_on(client, url, part, progress)
        except _StaleError:
            _forget(part)
        except _CutError as cut:
            if not _version_of(url, part) or _size(part) <= had:
                raise ListError(_broken(url, part, cut)) from cut
        else:
            return
    raise ListError(_broken(url, part, None))


def _broken(url: str, part: Path, cut: _CutError | None) -> str:
    why = f" ({cut})" if cut else ""
    if version := _version_of(url, part):
        of = f" of {version.size}" if version.size else ""
        return (
            f"{url} broke off after {_size(part)}{of} bytes{why}; do the same again to"
            " go on from there"
        )
    return f"{url} broke off{why}; do the same again"


def _go_on(
    client: httpx.Client, url: str, part: Path, progress: Progress | None
) -> None:
    """Ask for what is missing, and write it.

    Raises
    ------
    _CutError
        If the line broke; what came is in the part.
    _StaleError
        If the part is of no use.
    ListError
        If there is nothing to be had.
    """
    version = _version_of(url, part)
    have = _size(part) if version else 0
    headers = {}
    if version and have:
        headers = {"Range": f"bytes={have}-", "If-Range": version.mark}
    try:
        with _answer(client, url, headers) as response:
            if _is_whole(response, have):
                return
            version, have = _begun(response, url, part, have)
            _write(response, part, (have, version.size), progress)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise ListError(
            f"{urlsplit(url).netloc} cannot be reached ({error or 'no answer'}); check"
            " the line to the network"
        ) from error
    except httpx.InvalidURL as error:
        raise ListError(f"{url} leads to what is no address: {error}") from error
    except httpx.HTTPError as error:
        raise _CutError(str(error) or type(error).__name__) from error


@contextlib.contextmanager
def _answer(
    client: httpx.Client, url: str, headers: dict[str, str]
) -> Iterator[httpx.Response]:
    """Ask, and follow the server to where it has put the file."""
    asked = url
    for _ in range(_REDIRECTS):
        with client.stream("GET", asked, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            to = _pointed(asked, response.headers["Location"])
        if urlsplit(to)[:2] != urlsplit(url)[:2]:
            raise ListError(
                f"{url} points to another server or scheme ({to[:100]}); if you trust"
                " that one, give its address"
            )
        asked = to
    raise ListError(f"{url} points from one address to the next without end")


def _pointed(asked: str, location: str) -> str:
    try:
        return urljoin(asked, location)
    except ValueError as error:
        raise ListError(f"{asked} leads to what is no address: {error}") from error


def _is_whole(response: httpx.Response, have: int) -> bool:
    """Say whether the server has nothing more to send; refuse what is no file.

    Raises
    ------
    _StaleError, ListError
        As `_go_on`.
    """
    status = response.status_code
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
        ends = _UNSATISFIED.fullmatch(response.headers.get("Content-Range", ""))
        if ends and int(ends[1]) == have:
            return True
        raise _StaleError
    if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise ListError(f"{response.url} {_status(status)}")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise ListError(
            f"{response.url} sent a web page instead of a file; does the network want"
            " you to log in first?"
        )
    return False


def _status(code: int) -> str:
    if code == HTTPStatus.NOT_FOUND:
        return "is not there (404); check the country's code and the address"
    try:
        phrase = f" ({HTTPStatus(code).phrase.lower()})"
    except ValueError:
        phrase = ""
    return f"answered {code}{phrase}; try again later"


def _begun(
    response: httpx.Response, url: str, part: Path, have: int
) -> tuple[_Version, int]:
    """Return what the answer is of, and where in it it begins; make the part ready."""
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        told = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        version = _version_of(url, part)
        if not told or not version or not _goes_on(response, told, version, have):
            raise _StaleError
        return version, have
    length = response.headers.get("Content-Length", "")
    size = int(length) if length.isdecimal() else None
    if size is not None and size > MAX_BYTES:
        raise ListError(_too_large(url))
    version = _Version(url=url, mark=_mark(response), size=size)
    with writing(part.parent):
        part.write_bytes(b"")
        _note_of(part).write_text(json.dumps(asdict(version)), encoding="utf-8")
    return version, 0


def _goes_on(
    response: httpx.Response, told: re.Match[str], version: _Version, have: int
) -> bool:
    """Say whether an answer is the rest; not every server heeds If-Range."""
    is_other = _mark(response) not in ("", version.mark)
    is_longer = version.size is not None and told[2] != str(version.size)
    return int(told[1]) == have and not is_other and not is_longer


def _mark(response: httpx.Response) -> str:
    """Return by what the rest of this very version can be asked for."""
    tag = response.headers.get("ETag", "")
    # A weak one only says that two versions mean the same.
    strong = tag if tag.startswith('"') else ""
    return strong or response.headers.get("Last-Modified", "")


def _write(
    response: httpx.Response,
    part: Path,
    extent: tuple[int, int | None],
    progress: Progress | None,
) -> None:
    """Append an answer to the part; `extent` is what is here and what is wanted."""
    done, wanted = extent
    with writing(part.parent), part.open("ab") as file:
        for piece in response.iter_raw():
            file.write(piece)
            done += len(piece)
            if done > (MAX_BYTES if wanted is None else wanted):
                _forget(part)
                raise ListError(_too_large(response.url, wanted))
            if progress:
                progress(done, wanted)
    if wanted is not None and done < wanted:
        raise _CutError(f"{wanted - done} bytes are missing")


def _too_large(url: object, wanted: int | None = None) -> str:
    limit = f"{MAX_BYTES} bytes" if wanted is None else f"the {wanted} bytes it said"
    return f"{url} sends more than {limit}; nothing of it is used"


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _note_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _version_of(url: str, part: Path) -> _Version | None:
    """Return of what the part is, if the rest of that can be asked for."""
    try:
        version = _Version(**json.loads(_note_of(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return version if version.url == url and version.mark and part.exists() else None


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note_of(part).unlink(missing_ok=True)


def _check(url: str) -> None:
    """Refuse what is no address of a file on a server."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise ListError(f"{url[:100]!r} is no address") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ListError(f"{url[:100]!r} does not begin with http:// or https://")
    if parts.username is not None or parts.query or parts.fragment:
        raise ListError("an address has no user, password, query or fragment in it")
