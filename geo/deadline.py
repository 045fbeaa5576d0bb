"""One deadline for the whole of a request; httpx bounds each of its reads alone."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType


class Deadline:
    """Cuts a request's connection when its time is over, whatever it waits for then.

    Used in a `with` statement around the request, which `trace` goes along with, as
    the extension of that name.

    Parameters
    ----------
    seconds
        How long the request may take.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._timer.join()

    @property
    def is_over(self) -> bool:
        """Whether the time is over; then what was read may lack its end."""
        return time.monotonic() >= self._until

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep hold of the connection that is made; httpcore tells each step.

        Raises
        ------
        TimeoutError
            If it took too long to be made.
        """
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_over:
                # Nobody else knows of the connection yet.
                self._socket.close()
                raise TimeoutError

    def _cut(self) -> None:
        if self._socket is not None:
            # It may be closed by now. That of TLS has a shutdown of its own, which
            # pulls the rug from under a reader; the plain one wakes it.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
