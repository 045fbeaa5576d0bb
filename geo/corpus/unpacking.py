"""What is packed is unpacked here while it is read, as far as it is whole."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa

from geo.corpus.resuming import reason

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_RATIO = 100
"""How many times its packed bytes a stream may have; texts are packed 3 to 20 times."""
MIN_BOUND = 100_000_000
"""How many bytes a stream may have however few it was packed to."""

# What is lost where a packed stream is cut off is shorter than this.
_STEP = 8192


class Stream(io.RawIOBase):
    """What can be read of a file, packed or not; it ends where the file is broken.

    Parameters
    ----------
    file
        As it lies there; it is closed with the stream.
    packed
        By what: "gzip", "zstd", or nothing.
    """

    def __init__(self, file: BinaryIO, packed: str) -> None:
        self.fault = ""
        """What ended the stream before the file did; nothing if it is whole."""
        self._file, self._length = file, 0
        self._plain = pa.CompressedInputStream(file, packed) if packed else file

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read what comes next; nothing once something is wrong."""
        if self.fault:
            return 0
        try:
            content = self._plain.read(len(buffer))
        except (FileNotFoundError, PermissionError):
            raise  # nothing is wrong with what is packed
        except (pa.ArrowException, OSError) as error:
            self.fault = f"the rest is not read: {_why(error)}"
            return 0
        self._length += len(content)
        if self._length > max(MIN_BOUND, MAX_RATIO * self._file.tell()):
            self.fault = f"the rest is not read: over {MAX_RATIO} times its packed size"
            return 0
        buffer[: len(content)] = content
        return len(content)

    def buffered(self) -> io.BufferedReader:
        """Return it to be read by lines."""
        return io.BufferedReader(self, _STEP)

    def close(self) -> None:
        """Close it and the file."""
        self._file.close()
        super().close()


def _why(error: Exception) -> str:
    if "runcated" in str(error):
        return "the file is cut off"
    if isinstance(error, OSError) and error.errno:
        return reason(error)
    return "the file is damaged, or not packed as its name says"
