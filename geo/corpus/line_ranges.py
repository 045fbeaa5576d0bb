"""Which lines belong to a stretch of a file is decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

_PIECE = 1_000_000


class Stretch:
    """The lines that begin in a range of bytes of a file.

    So stretches that follow each other have each line once, wherever they are cut.

    Parameters
    ----------
    file
        To be read from the byte before `start` on, which ends the line before it if it
        ends one.
    start, end
        The half-open range; up to the file's end if `end` is None.
    """

    def __init__(self, file: BinaryIO, start: int, end: int | None) -> None:
        self.begin = start
        """The byte at which the last line that was read begins, counted from 0."""
        self._file, self._end = file, end
        self.at = max(start - 1, 0)
        """The byte that is read next."""
        self._is_inside = start > 0
        while self._is_inside:
            self._read(_PIECE)

    def readline(self, size: int, /) -> bytes:
        """Return the next line, of at most so many bytes; nothing at the end."""
        if not self._is_inside:
            if self._end is not None and self.at >= self._end:
                return b""
            self.begin = self.at
        return self._read(size)

    def _read(self, size: int) -> bytes:
        line = self._file.readline(size)
        self.at += len(line)
        self._is_inside = bool(line) and not line.endswith(b"\n")
        return line
