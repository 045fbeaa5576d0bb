"""A run over a corpus, from its parts to files: what is left to do, done in order."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from geo.corpus.folders import Summary, begin, finished, publish, write_left_out
from geo.corpus.geoparquet import KINDS, Partition
from geo.corpus.leaves import keep_slices
from geo.corpus.pools import Failed
from geo.corpus.reading import LEFT_OUT, Slice
from geo.corpus.settings import CorpusError
from geo.corpus.shards import read_table, sizes
from geo.corpus.stages import MAKING, Task, count_in, partition_task, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from geo.corpus.folders import Asked
    from geo.corpus.parts import Part, Watcher
    from geo.corpus.pools import Pool
    from geo.corpus.settings import Setting

_CUT = 10
"""Into how many a slice is cut that ended its workers: of 1,000 articles one is found
in three steps, and nine tenths of what is read on the way counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who does a run, and who is told of it; `clock` gives seconds from any moment."""

    pool: Pool
    watch: Watcher
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Run:
    """A run under way."""

    setting: Setting
    parts: Sequence[Part]
    pool: Pool


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
        If the folder holds something else, a part cannot be reached, or a later task
        not be done; all that was done stays, and the run goes on from there when it is
        called again.
    """
    if summary := finished(out, asked):
        return summary
    setting = begin(out, asked, n_shards)
    shutil.rmtree(setting.folder / MAKING, ignore_errors=True)
    run = _Run(setting, asked.parts, hands.pool)
    told = _Told(hands)
    slices = _read_all(run, told)
    keep_slices(setting, slices)
    for tasks in _stages(setting, slices):
        _do_all(run, told, tasks)
    partitions = _partitions(setting)
    _do_all(run, told, [partition_task(one) for one in partitions])
    summary = _summed(out, setting, slices, partitions)
    publish(out, setting, summary)
    return summary


def _stages(setting: Setting, slices: Sequence[Slice]) -> list[list[Task]]:
    """Return the tasks of the stages between reading and writing."""
    shards = [str(n) for n in range(setting.n_shards)]
    numbers = [str(n) for n in range(len(slices))]
    return [
        [Task("shared", shard) for shard in shards],
        [Task("kept", "all")],
        [Task("pairs", shard) for shard in shards],
        [Task("links", number) for number in numbers],
        [Task("copies", "all", len(slices))],
        [Task("events", shard) for shard in shards],
    ]


class _Told:
    """How far a run is, told to whoever watches."""

    def __init__(self, hands: Hands) -> None:
        self._watch, self._clock = hands.watch, hands.clock
        self._began = hands.clock()
        self._articles = 0

    def __call__(self, stage: str, done: int, total: int, articles: int = 0) -> None:
        self._articles += articles
        self._watch(
            stage,
            done=done,
            total=total,
            articles=self._articles,
            seconds=self._clock() - self._began,
        )


def _is_done(setting: Setting, task: Task) -> bool:
    return setting.made(task.stage, task.name).exists()


def _do_all(run: _Run, told: _Told, tasks: Sequence[Task]) -> None:
    """Do all tasks of a stage."""
    left = [task for task in tasks if not _is_done(run.setting, task)]
    done = len(tasks) - len(left)
    told(tasks[0].stage, done, len(tasks))
    for task, result in run.pool.each(partial(perform, run.setting), left):
        if isinstance(result, Failed):
            hint = " (give each worker more memory)" if result.deadly else ""
            raise CorpusError(
                f"{task.stage} {task.name} failed: {result.why}{hint}; run this again"
                " to go on from here"
            )
        done += 1
        told(task.stage, done, len(tasks))


# Reading


def _read_all(run: _Run, told: _Told) -> list[Slice]:
    """Read all parts; cut those that end their workers, down to single articles."""
    while True:
        slices = [
            one
            for number, part in enumerate(run.parts)
            for one in _leaves(run.setting, Slice(part=part, number=number))
        ]
        left = [one for one in slices if not _is_done(run.setting, _reading(one))]
        told("read", len(slices) - len(left), len(slices))
        if not left:
            return slices
        unreachable: list[tuple[Slice, Failed]] = []
        for one, failed in _read_some(run, told, left, len(slices)):
            if failed.deadly:
                _settle(run, one, failed)
            else:
                unreachable.append((one, failed))
        _check_reached(unreachable)


def _reading(one: Slice) -> Task:
    return Task("read", one.name, one)


def _read_some(
    run: _Run, told: _Told, left: Sequence[Slice], total: int
) -> list[tuple[Slice, Failed]]:
    """Read slices; return those that failed."""
    failed: list[tuple[Slice, Failed]] = []
    done = total - len(left)
    work = partial(perform, run.setting)
    for task, result in run.pool.each(work, map(_reading, left)):
        if isinstance(result, Failed):
            failed.append((task.about, result))
        else:
            done += 1
            told("read", done, total, result)
    return failed


def _settle(run: _Run, one: Slice, failed: Failed) -> None:
    """Cut a slice that ended its workers; leave out a single article that did.

    An article is the cause only if it does so when nothing else is under way: other
    tasks of a worker die with it.
    """
    work = partial(perform, run.setting)
    if one.is_single:
        results = run.pool.each(work, [_reading(one)], alone=True)
        deaths = [result for _, result in results if isinstance(result, Failed)]
        if deaths:
            _give_up(run, one, deaths[0].why)
        return
    last = one.last
    if last is None:
        counting = partial(count_in, run.setting)
        [(_, counted)] = run.pool.each(counting, [one.part], alone=True)
        if isinstance(counted, Failed):
            _give_up(run, one, counted.why)
            return
        last = counted
    cut = _cut_file(run.setting, one)
    cut.parent.mkdir(exist_ok=True)
    cut.with_suffix(".new").write_text(str(last), encoding="utf-8")
    cut.with_suffix(".new").replace(cut)


def _give_up(run: _Run, one: Slice, why: str) -> None:
    task = _reading(replace(one, given_up=why))
    work = partial(perform, run.setting)
    for _, result in run.pool.each(work, [task], alone=True):
        if isinstance(result, Failed):
            raise CorpusError(f"{one.part.name} cannot be left out: {result.why}")


def _leaves(setting: Setting, one: Slice) -> Iterator[Slice]:
    """Yield the slices into which one was cut, or itself."""
    cut = _cut_file(setting, one)
    if not cut.exists():
        yield one
        return
    last = int(cut.read_text(encoding="utf-8"))
    step = max(1, -(-(last - one.first) // _CUT))
    for first in range(one.first, last, step):
        piece = replace(one, first=first, last=min(first + step, last))
        yield from _leaves(setting, piece)


def _cut_file(setting: Setting, one: Slice) -> Path:
    return setting.folder / "cuts" / one.name


def _check_reached(failed: Sequence[tuple[Slice, Failed]]) -> None:
    if failed:
        one, failure = failed[0]
        raise CorpusError(
            f"{one.part.name} cannot be read: {failure.why}"
            + (f", and {len(failed) - 1} more parts" if len(failed) > 1 else "")
            + "; all else that could be read is kept: run this again to go on"
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
    n_read = sum(read_table(path / "articles.arrow").num_rows for path in folders)
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
