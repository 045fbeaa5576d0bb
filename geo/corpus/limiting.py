"""What takes too long to read is stopped here, so that no text holds up a run for good.

Processor time is counted: neither a busy machine nor a slow server is a fault of the
text. In the main thread an error is raised, also in the midst of a regular expression.
In another one, such as a worker's, only the system's timer stops one: it ends the
process, and leaves a mark that says so, and of which article.
"""

from __future__ import annotations

import faulthandler
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ARTICLE_S = 300.0
"""What the reading of an article may take: more than twice what the longest needs that
is read at all, 50 million characters at 0.4 million a second."""

_CAN_STOP = hasattr(signal, "setitimer")  # Windows has none: nothing is stopped there
_DIGITS = 20


class LateError(Exception):
    """Something took longer than it may."""


class Limit:
    """How long one thing of several may take, each known by a number."""

    def __init__(self, seconds: float, note: Callable[[int], object]) -> None:
        self._seconds, self._note = seconds, note

    @contextmanager
    def __call__(self, at: int) -> Iterator[None]:
        """Stop what is done within, the one so numbered, if it takes too long."""
        if not _CAN_STOP:
            yield
            return
        self._note(at)
        signal.setitimer(signal.ITIMER_PROF, self._seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


@contextmanager
def limited(seconds: float, mark: Path) -> Iterator[Limit]:
    """Lend a limit for one thing after the other, each of which may take so long.

    Parameters
    ----------
    seconds
        Of processor time, of all threads of the process.
    mark
        The file by which `late_at` says what ended the process.
    """
    if threading.current_thread() is threading.main_thread():
        stopping = _by_error(seconds)
    else:
        stopping = _by_ending(seconds, mark)
    with stopping as limit:
        yield limit


def late_words(seconds: float) -> str:
    """Say that reading something took too long."""
    return f"reading it took longer than {seconds:g} s of processor time"


def late_at(mark: Path) -> int | None:
    """Return what took so long that the process was ended, or None if nothing did."""
    told = mark.read_bytes() if mark.exists() else b""
    return int(told[:_DIGITS]) if len(told) > _DIGITS else None


@contextmanager
def _by_error(seconds: float) -> Iterator[Limit]:
    def stop(*_: Any) -> None:  # noqa: ANN401
        raise LateError(late_words(seconds))

    if not _CAN_STOP:
        yield Limit(seconds, id)
        return
    before = signal.signal(signal.SIGPROF, stop)
    try:
        yield Limit(seconds, id)
    finally:
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _by_ending(seconds: float, mark: Path) -> Iterator[Limit]:
    """Have the system end the process, which first writes where it stands behind `at`.

    Neither needs the lock that a regular expression holds as long as it runs.
    """
    mark.parent.mkdir(exist_ok=True)
    with mark.open("wb", buffering=0) as file:

        def note(at: int) -> None:
            file.seek(0)
            file.write(b"%0*d" % (_DIGITS, at))

        if _CAN_STOP:
            faulthandler.register(signal.SIGPROF, file, chain=True)
        try:
            yield Limit(seconds, note)
        finally:
            if _CAN_STOP:
                faulthandler.unregister(signal.SIGPROF)
    mark.unlink(missing_ok=True)
