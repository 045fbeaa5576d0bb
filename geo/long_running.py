"""What the commands that go on without end have in common: how they tell and stop."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from geo.logs import set_up, tell
from geo.printing import print_looked, print_taken, say
from geo.stopping import WITHIN_S, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.following import Looked
    from geo.logs import Form
    from geo.taking import Taken

DONE = 0


class Running:
    """A command that may go on without end.

    Parameters
    ----------
    what
        The command's name.
    log
        How it logs; None if it says what it does in words instead.
    within_s
        How long what is under way may take once it is asked to stop.
    """

    def __init__(self, what: str, log: Form | None, within_s: float = WITHIN_S) -> None:
        self._what = what
        self._logs = log is not None
        self.stop = Stop(within_s)
        if log:
            set_up(log)

    @contextmanager
    def until_stopped(self) -> Iterator[None]:
        """End the command well when somebody stops what would go on without end."""
        try:
            with self.stop.heeding():
                tell("started", what=self._what)
                yield
        except KeyboardInterrupt:
            self.say("stopped; the same command goes on from here")
            tell("stop", what=self._what)
            raise typer.Exit(DONE) from None

    def say(self, words: str) -> None:
        """Say something in words, unless it logs."""
        if not self._logs:
            say(words)

    def took(self, taken: Taken) -> None:
        """Say what became of files and pages; of their articles entries were logged."""
        if not self._logs:
            print_taken(taken)

    def looked(self, looked: Looked) -> None:
        """Tell what a look at a feed or folder came to."""
        if self._logs:
            looked.tell()
        else:
            print_looked(looked)
