"""How long a run will take yet is estimated here, and told while it is under way."""

from __future__ import annotations

import math
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress

    from geo.corpus.parts import Watcher

SHARES = {
    "read": 0.675,
    "shared": 0.003,
    "kept": 0.001,
    "pairs": 0.012,
    "links": 0.106,
    "copies": 0.001,
    "events": 0.063,
    "files": 0.139,
}
"""The stages in their order, and which part of a run's time each takes, about.

Measured with one worker: the mean of two runs over 1,000 articles as `make bench-scale`
makes them up, in one file and in 16. The more alike texts are, the more of the time
goes into comparing them; the more articles, the less into writing files.
"""

LABELS = {
    "read": "reading",
    "shared": "looking for repeats",
    "kept": "dropping repeats",
    "pairs": "looking for copies",
    "links": "comparing copies",
    "copies": "grouping copies",
    "events": "gathering events",
    "files": "writing files",
}

MEMORY_S = 300.0
"""How long ago a task was done that counts for a third of one done now."""
LEAST_S, LEAST_TASKS = 5.0, 3
"""What must have been seen of a run before anything is said of its end."""
EVERY_S = 60.0
"""How often a line is written where there is no terminal."""


class Estimate:
    """What time a run needs yet, by how fast its tasks were done of late.

    Work that an earlier run did is no sign of speed. Stages that have not begun take
    their usual share of the time that those seen so far take.
    """

    def __init__(self) -> None:
        self._stage, self._done, self._seconds = "", 0, 0.0
        self._tasks, self._time, self._seen = 0.0, 0.0, 0
        self._whole: dict[str, float] = {}

    def left_s(self, stage: str, done: int, total: int, seconds: float) -> float | None:
        """Take note of how far a run is; return the seconds it needs yet.

        Parameters
        ----------
        stage
            One of `SHARES`.
        done, total
            Tasks of this stage.
        seconds
            Since the run began.

        Returns
        -------
        float or None
            None as long as it cannot be told.
        """
        self._note(stage, done, seconds)
        rate = self._tasks / self._time if self._time else 0.0
        if rate and self._seen >= LEAST_TASKS and self._time >= LEAST_S:
            self._whole[stage] = total / rate
        if not self._whole:
            return None
        share = sum(SHARES[known] for known in self._whole)
        of_all = sum(self._whole.values()) / share
        here = self._whole.get(stage, of_all * SHARES[stage])
        stages = list(SHARES)
        later = sum(SHARES[one] for one in stages[stages.index(stage) + 1 :])
        return here * _fraction(done, total) + of_all * later

    def _note(self, stage: str, done: int, seconds: float) -> None:
        if stage == self._stage:
            passed = max(0.0, seconds - self._seconds)
            more = max(0, done - self._done)
            # Tasks and time fade alike, so an even pace is told exactly.
            faded = math.exp(-passed / MEMORY_S)
            self._tasks = self._tasks * faded + more
            self._time = self._time * faded + passed
            self._seen += more
        else:
            self._tasks, self._time, self._seen = 0.0, 0.0, 0
        self._stage, self._done, self._seconds = stage, done, seconds


def _fraction(done: int, total: int) -> float:
    """Return which part of a stage's tasks is left."""
    return min(1.0, max(0.0, 1 - done / total)) if total else 0.0


def in_words(seconds: float | None) -> str:
    """Return how long something takes yet, as exactly as it can be known."""
    if seconds is None:
        return "estimating the time left"
    if seconds < 50:
        return "less than a minute left"
    if seconds < 90 * 60:
        return f"about {max(1, round(seconds / 60))} min left"
    if seconds < 48 * 3600:
        return f"about {round(seconds / 3600)} h left"
    return f"about {round(seconds / 86_400)} days left"


@contextmanager
def shown_progress(say: Callable[[str], None], *, quiet: bool) -> Iterator[Watcher]:
    """Show how far a run is: a bar on a terminal, else a line now and then.

    Parameters
    ----------
    say
        Is handed the lines.
    quiet
        Whether nothing is shown.
    """
    if quiet:
        yield lambda stage, *, done, total, articles, seconds: None
    elif sys.stderr.isatty():
        with _bars() as bars:
            yield _on_bars(bars)
    else:
        yield in_lines(say)


def in_lines(say: Callable[[str], None]) -> Watcher:
    """Return what tells in lines how far a run is: at each stage, and every minute."""
    estimate, told_stage, told_s = Estimate(), "", 0.0

    def watch(
        stage: str, *, done: int, total: int, articles: int, seconds: float
    ) -> None:
        nonlocal told_stage, told_s
        left = in_words(estimate.left_s(stage, done, total, seconds))
        if stage != told_stage or seconds >= told_s + EVERY_S:
            told_stage, told_s = stage, seconds
            say(
                f"{LABELS[stage]}: {done:,} of {total:,}, {articles:,} articles, {left}"
            )

    return watch


def _bars() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[articles]:,} articles"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        console=Console(stderr=True),
        transient=True,
    )


def _on_bars(bars: Progress) -> Watcher:
    estimate = Estimate()
    task = bars.add_task("", total=None, articles=0, left="")

    def watch(
        stage: str, *, done: int, total: int, articles: int, seconds: float
    ) -> None:
        left = in_words(estimate.left_s(stage, done, total, seconds))
        bars.update(
            task,
            description=LABELS[stage],
            completed=done,
            total=total,
            articles=articles,
            left=left,
        )

    return watch
