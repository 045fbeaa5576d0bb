"""Files are found and opened here, wherever they lie: on disk, the web, or in buckets.

Only what the user named is opened. What it is called in messages is without passwords
and keys, which stand in addresses, too.
"""

from __future__ import annotations

import io
import os
import re
import stat
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from geo.corpus.resuming import Patient, patiently, reason
from geo.corpus.s3_files import buckets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

BUFFER = 4_000_000
"""How many bytes of a file that lies elsewhere are asked for at a time."""
SILENCE_S = 60.0
"""How long a web server may say nothing before it is asked again."""

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*(?:://|::)", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_PATTERN = re.compile(r"[*?\[]")
_SECRET = re.compile(
    r"(?<=[?&])([^=&]*(?:sig|token|key|secret|passw|auth|cred|policy|code)[^=&]*)"
    r"=[^&]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file that was found; `size` is None where nobody tells it.

    `version` differs when its content does, as far as that can be told.
    """

    address: str
    name: str
    size: int | None
    version: str


def shown(address: str) -> str:
    """Return an address as it may be told: without user, password and keys."""
    if not _ELSEWHERE.match(address):
        return os.fsencode(address).decode("utf-8", "backslashreplace")
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    query = _SECRET.sub(r"\1=…", f"?{parts.query}")[1:]
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def found(pattern: str) -> list[Listed]:
    """Return the files that a path, folder, pattern or address names, by their names.

    Of folders and patterns, what begins with a dot or an underscore does not count. Of
    web servers only what is named is asked for, so `*` and `?` are themselves.

    Raises
    ------
    ValueError
        If there is none, or nobody can be asked; it says why.
    """
    ask = _elsewhere if _ELSEWHERE.match(pattern) else _here
    try:
        files = sorted(patiently(partial(ask, pattern)), key=lambda one: one.name)
    except Exception as error:  # noqa: BLE001 - each file system has errors of its own
        # Without the error itself, which names the address and so what may open it.
        raise ValueError(f"{shown(pattern)}: {reason(error)}") from None
    if not files:
        raise ValueError(f"{shown(pattern)}: there is no such file")
    return files


def opened(address: str, start: int = 0, *, at_random: bool = False) -> BinaryIO:
    """Open a file to be read from a byte on; what breaks off on the way is resumed.

    Parameters
    ----------
    address
        As it was listed.
    start
        The first byte that is read.
    at_random
        Whether other bytes will be asked for than those that follow.

    Raises
    ------
    ReachError
        If nobody answers, now or while it is read. Otherwise the file system's own
        error, if the file is not there or may not be read.
    """
    if not _ELSEWHERE.match(address):
        file = Path(address).open("rb")  # noqa: SIM115 - for the caller to close
        file.seek(start)
        return file
    files, path = _file_system(address)
    size = patiently(partial(files.info, path))["size"]
    if at_random and size is None:
        raise ValueError("its server does not say how long it is; download it first")
    is_stream = _WEB.match(address) and not at_random
    open_at = partial(_streamed if is_stream else _sought, files, path, size)
    return io.BufferedReader(Patient(open_at, start, size), BUFFER)


def has_ranges(address: str) -> bool:
    """Say whether a file can be read from any byte on without reading all before."""
    if not _WEB.match(address):
        return True
    files, path = _file_system(address)
    try:
        file = patiently(partial(_asked, files, path, 1))
    except Exception:  # noqa: BLE001 - what is wrong is told when it is read
        return False
    with file:
        return _is_part(file)


def _here(pattern: str) -> list[Listed]:
    path = Path(pattern)
    if path.exists() or not _PATTERN.search(pattern):
        return list(_at(path))
    # Unlike the module `glob`, it follows no links to folders, which may go in circles.
    root = Path(path.anchor)
    matched = [
        one
        for one in root.glob(str(path.relative_to(root)))
        if all(map(_counts, one.parts[_literal(path) :]))
    ]
    return list({one.address: one for path in matched for one in _at(path)}.values())


def _literal(path: Path) -> int:
    """Return how many parts of a path come before the first that is a pattern."""
    is_pattern = (n for n, part in enumerate(path.parts) if _PATTERN.search(part))
    return next(is_pattern, len(path.parts))


def _at(path: Path) -> Iterator[Listed]:
    """Yield a file, or those in a folder; links to folders are not followed."""
    if not path.is_dir():
        state = path.stat()
        if stat.S_ISREG(state.st_mode):
            yield Listed(
                address=str(path.absolute()),
                name=shown(str(path)),
                size=state.st_size,
                version=f"{state.st_size} {state.st_mtime_ns}",
            )
        return
    for folder, inner, names in os.walk(path):
        inner[:] = [name for name in inner if _counts(name)]
        for name in names:
            if _counts(name) and (Path(folder) / name).is_file():
                yield from _at(Path(folder) / name)


def _counts(name: str) -> bool:
    """Say whether a name in a folder is no mark that some program left there."""
    return not name.startswith((".", "_"))


def _elsewhere(pattern: str) -> list[Listed]:
    files, path = _file_system(pattern)
    if _WEB.match(pattern) or "::" in pattern:
        return [_listed(pattern, files.info(path))]
    if _PATTERN.search(path):
        entries = files.glob(path, detail=True, on_error="raise")
    elif files.isdir(path):
        every = files.find(path, detail=True, on_error="raise")
        entries = {
            name: entry
            for name, entry in every.items()
            if all(map(_counts, PurePosixPath(_within(name, path)).parts))
        }
    else:
        entries = {path: files.info(path)}
    return [
        _listed(_address(pattern, files, name), entry)
        for name, entry in entries.items()
        if entry["type"] == "file"
    ]


def _within(name: str, folder: str) -> str:
    return name.removeprefix(folder.rstrip("/")).lstrip("/")


def _address(pattern: str, files: Any, name: str) -> str:  # noqa: ANN401 - fsspec
    """Return the address of a file by its name in its file system."""
    address = str(files.unstrip_protocol(name))
    host = urlsplit(pattern).netloc
    scheme, _, rest = address.partition("://")
    is_told = rest.lstrip("/").startswith(host.rpartition("@")[2])
    return address if is_told else f"{scheme}://{host}/{rest.lstrip('/')}"


def _listed(address: str, entry: dict[str, Any]) -> Listed:
    marks = ("ETag", "mtime", "Last-Modified", "LastModified", "created")
    version = next((entry[mark] for mark in marks if entry.get(mark)), "")
    return Listed(
        address=address,
        name=shown(address),
        size=entry["size"],
        version=f"{entry['size']} {version}",
    )


def _file_system(address: str) -> tuple[Any, str]:
    """Return the file system that knows an address, and what it calls it."""
    if address.lower().startswith("s3://"):
        return buckets(), address[len("s3://") :].rstrip("/")
    if _WEB.match(address):
        return _web(), address
    from fsspec.core import url_to_fs

    files, path = url_to_fs(address)
    return files, path


@cache
def _web() -> Any:  # noqa: ANN401
    from aiohttp import ClientTimeout
    from fsspec.implementations.http import HTTPFileSystem

    return HTTPFileSystem(
        client_kwargs={
            # Bytes are counted as they lie there, not as a server packs them today.
            "headers": {"Accept-Encoding": "identity"},
            "timeout": ClientTimeout(
                total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S
            ),
        }
    )


def _streamed(files: Any, path: str, size: int | None, start: int) -> BinaryIO:  # noqa: ANN401
    """Ask a web server for a file once, from a byte on."""
    file = _asked(files, path, start, size)
    if start and not _is_part(file):
        _pass_over(file, start)
    return file


def _asked(files: Any, path: str, start: int, size: int | None = None) -> BinaryIO:  # noqa: ANN401
    headers = {"Range": f"bytes={start}-"} if start else {}
    file: BinaryIO = files.open(path, block_size=0, size=size, headers=headers)
    return file


def _is_part(file: Any) -> bool:  # noqa: ANN401
    """Say whether a server sends what it was asked for, and not all of the file."""
    return bool(file.r.status == 206)


def _pass_over(file: BinaryIO, length: int) -> None:
    while length > 0:
        content = file.read(min(length, BUFFER))
        if not content:
            raise ConnectionError("it ends before it should go on")
        length -= len(content)


def _sought(files: Any, path: str, size: int | None, start: int) -> BinaryIO:  # noqa: ANN401
    """Open a file of which any bytes can be asked for."""
    options = {"size": size} if files.protocol in (_web().protocol,) else {}
    file: BinaryIO = files.open(path, **options)
    if start:
        file.seek(start)
    return file
