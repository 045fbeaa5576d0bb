"""A run over a corpus, from its parts to files: what is left to do, done in order."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from geo.corpus.geoparquet import KINDS, Partition
from geo.corpus.isolating import Told, is_done, read_all
from geo.corpus.leaves import keep_leaves
from geo.corpus.out_folder import (
    Summary,
    begin,
    finished,
    held,
    publish,
    write_left_out,
)
from geo.corpus.pools import AHEAD, Failed
from geo.corpus.reading import LEFT_OUT, n_articles
from geo.corpus.settings import CorpusError
from geo.corpus.shards import read_table, sizes
from geo.corpus.stages import MAKING, Task, partition_task, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from geo.corpus.out_folder import Asked
    from geo.corpus.parts import Watcher
    from geo.corpus.pools import Pool
    from geo.corpus.reading import Slice
    from geo.corpus.settings import Setting

_TRIES = (AHEAD, 1, 0)
"""How many tasks each worker is given at a time, try after try; 0 is one in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who does a run, and who is told of it; `clock` gives seconds from any moment."""

    pool: Pool
    watch: Watcher
    clock: Callable[[], float]


def run_corpus(
    out: Path, asked: Asked, hands: Hands, *, n_shards: int | None = None
) -> Summary:
    """Read a corpus, and leave its claims and events in a folder.

    What was done before is not done again.

    Parameters
    ----------
    out
        The folder; all who work on the run must reach it under this path.
    asked
        What is asked for.
    hands
        Who does it.
    n_shards
        Into how many claims and keys of texts are dealt; it changes no row.

    Returns
    -------
    Summary
        Of the whole run, also of what was done before.

    Raises
    ------
    CorpusError
        If the folder holds something else, another run is under way there, a part
        cannot be reached, or a later task not be done; all that was done stays, and the
        run goes on from there when it is called again.
    """
    if summary := finished(out, asked):
        return summary
    with held(out):
        return _run(out, asked, hands, n_shards)


def _run(out: Path, asked: Asked, hands: Hands, n_shards: int | None) -> Summary:
    setting = begin(out, asked, n_shards)
    shutil.rmtree(setting.folder / MAKING, ignore_errors=True)
    told = Told(hands.watch, hands.clock)
    slices = read_all(setting, asked.parts, hands.pool, told)
    leaves = keep_leaves(setting, slices)
    for tasks in _stages(setting, len(leaves)):
        _do_all(setting, hands.pool, told, tasks)
    partitions = _partitions(setting)
    _do_all(setting, hands.pool, told, [partition_task(one) for one in partitions])
    summary = _summed(out, setting, slices, partitions)
    publish(out, setting, summary)
    return summary


def _stages(setting: Setting, n_leaves: int) -> list[list[Task]]:
    """Return the tasks of the stages between reading and writing."""
    shards = [str(n) for n in range(setting.n_shards)]
    numbers = [str(n) for n in range(n_leaves)]
    return [
        [Task("shared", shard) for shard in shards],
        [Task("kept", "all")],
        [Task("pairs", shard) for shard in shards],
        [Task("links", number) for number in numbers],
        [Task("copies", "all", n_leaves)],
        [Task("events", shard) for shard in shards],
    ]


def _do_all(setting: Setting, pool: Pool, told: Told, tasks: Sequence[Task]) -> None:
    """Do all tasks of a stage; what ended its worker is tried again, then alone."""
    left = [task for task in tasks if not is_done(setting, task)]
    stage, done = tasks[0].stage, len(tasks) - len(left)
    told(stage, done, len(tasks))
    work = partial(perform, setting)
    failed: list[tuple[Task, Failed]] = []
    for ahead in _TRIES if left else ():
        failed = []
        for task, result in pool.each(work, left, ahead=ahead):
            if isinstance(result, Failed):
                failed.append((task, result))
            else:
                done += 1
                told(stage, done, len(tasks))
        left = [task for task, _ in failed]
        if not left:
            return
    for task, failure in failed:
        hint = " (give each worker more memory)" if failure.deadly else ""
        raise CorpusError(
            f"{stage} {task.name} failed: {failure.why}{hint}; run this again to go on"
        )


# What came of it


def _partitions(setting: Setting) -> list[Partition]:
    """Return what files are to be written; one empty one at least of each kind."""
    found = []
    for kind in KINDS:
        rows: Counter[str] = Counter()
        for path in setting.of_shards("events"):
            rows.update(sizes(path / f"{kind}.arrow"))
        ordered = sorted((rows or {"/": 0}).items())
        found += [Partition(kind, shard, n) for shard, n in ordered]
    return found


def _summed(
    out: Path,
    setting: Setting,
    slices: Sequence[Slice],
    partitions: Sequence[Partition],
) -> Summary:
    """Count what came of a run, and write the list of what was left out."""
    folders = [setting.made("read", one.name) for one in slices]
    kept, copied = setting.made("kept", "all"), setting.made("copies", "all")
    n_read = sum(n_articles(path) for path in folders)
    n_dropped = read_table(kept / "seqs.arrow").num_rows
    n_refused = len((kept / LEFT_OUT).read_bytes().splitlines())
    rows = Counter({"claims": 0, "events": 0})
    for one in partitions:
        rows[one.kind] += one.n_rows
    return Summary(
        articles=n_read - n_dropped,
        repeated=n_dropped - n_refused,
        copies=read_table(copied / "copies.arrow").num_rows,
        left_out=write_left_out(out, [path / LEFT_OUT for path in [*folders, kept]]),
        claims=rows["claims"],
        events=rows["events"],
        partitions=tuple(partitions),
    )
