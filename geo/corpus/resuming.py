"""Servers that do not answer, or break off, are asked again here, and again."""

from __future__ import annotations

import errno
import io
import os
import re
import time
from typing import TYPE_CHECKING, TypeVar

from geo.corpus.limiting import LateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

T = TypeVar("T")

TRIES = 5
"""How often in a row something is asked for before it counts as out of reach."""
FIRST_PAUSE_S = 1.0
"""How long it is left alone after the first failure; twice as long after each more."""

_BUSY = frozenset((408, 425, 429, 500, 502, 503, 504))
_SAID = {401: "wants a login", 403: "does not let you read it", 404: "does not have it"}
_OF_BUCKETS = re.compile(r"AWS Error ([A-Z_]+)")
# What a bucket says that will be no other when it is asked again.
_FINAL = re.compile(r"ACCESS|CREDENTIAL|NO_SUCH|NOT_FOUND|INVALID|SIGNATURE|UNRECOG")
_FIXED = (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError)


class ReachError(Exception):
    """What lies elsewhere did not answer, however often it was asked."""


def patiently(ask: Callable[[], T]) -> T:
    """Return what `ask` does, and try again where that may help.

    Raises
    ------
    ReachError
        If it never did. Errors that would come again are passed on as they are.
    """
    for failures in range(TRIES):
        if failures:
            time.sleep(FIRST_PAUSE_S * 2 ** (failures - 1))
        try:
            return ask()
        except Exception as error:
            if not _may_pass(error):
                raise
            last = error
    # Without the error itself, which names the address and so what may open it.
    raise ReachError(f"{reason(last)}, {TRIES} times") from None


def reason(error: BaseException) -> str:
    """Say in a line why a file cannot be read, without its address."""
    if status := _status(error):
        return f"its server {_SAID.get(status, f'answers with status {status}')}"
    if isinstance(error, ReachError | LateError):
        return str(error)
    if said := _OF_BUCKETS.search(str(error)):
        return f"its bucket says: {said[1].replace('_', ' ').lower()}"
    if isinstance(error, FileNotFoundError) and not _cause(error):
        return "there is no such file"
    if isinstance(error, OSError) and error.errno in errno.errorcode:
        return os.strerror(error.errno or 0).lower()
    if isinstance(error, ValueError) and "range requests" in str(error):
        return "its server sends whole files only; download it first"
    if isinstance(error, ValueError | ImportError):
        return " ".join(str(error).split())[:200]
    return f"it cannot be read ({type(_cause(error) or error).__name__})"


class Patient(io.RawIOBase):
    """A file that lies elsewhere, opened anew where it breaks off.

    Parameters
    ----------
    open_at
        Opens it, to be read from a byte on.
    start
        The first byte that is read.
    size
        Its bytes, if they are known.
    """

    def __init__(
        self, open_at: Callable[[int], BinaryIO], start: int, size: int | None
    ) -> None:
        self._open_at, self._position, self._size = open_at, start, size
        self._file: BinaryIO | None = None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from any byte on."""
        return True

    def tell(self) -> int:
        """Return the byte that is read next."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a byte, and return which it is."""
        if whence == os.SEEK_END and self._size is None:
            raise OSError("its server does not say how long it is")
        begin = {os.SEEK_CUR: self._position, os.SEEK_END: self._size or 0}
        position = begin.get(whence, 0) + offset
        if position != self._position:
            self._drop()
        self._position = position
        return position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read what comes next, as much of it as there is at once."""
        content = patiently(lambda: self._read(len(buffer)))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def _read(self, length: int) -> bytes:
        if self._size is not None:
            length = min(length, self._size - self._position)
        if length <= 0:
            return b""
        try:
            self._file = self._file or self._open_at(self._position)
            content = self._file.read(length)
        except BaseException:
            self._drop()
            raise
        if not content and self._size is not None:
            self._drop()
            raise ConnectionError(errno.ECONNRESET, "it broke off")
        return content

    def _drop(self) -> None:
        if self._file:
            self._file.close()
        self._file = None

    def close(self) -> None:
        """Close it."""
        self._drop()
        super().close()


def _may_pass(error: Exception) -> bool:
    """Say whether an error may be another one, or none, the next time."""
    if status := _status(error):
        return status in _BUSY
    if said := _OF_BUCKETS.search(str(error)):
        return not _FINAL.search(said[1])
    if isinstance(error, _FIXED):
        return _cause(error) is not None
    return isinstance(error, OSError | TimeoutError) or _is_of_the_web(error)


def _is_of_the_web(error: BaseException) -> bool:
    from aiohttp import ClientError, InvalidURL

    return isinstance(error, ClientError) and not isinstance(error, InvalidURL)


def _status(error: BaseException) -> int:
    """Return what a web server answered with, if that is what went wrong."""
    status = getattr(_cause(error) or error, "status", 0)
    return status if isinstance(status, int) else 0


def _cause(error: BaseException) -> BaseException | None:
    """Return what made fsspec say of a web address that there is no such file."""
    cause = error.__cause__
    if isinstance(cause, TimeoutError) or (cause and _is_of_the_web(cause)):
        return cause
    return None
