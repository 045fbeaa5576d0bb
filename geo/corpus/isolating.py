"""All parts are read here; what ends those who read it is cut, down to one article.

A part is read as a whole. One that ends its worker is cut into slices, these again, and
an article that does so alone, again and again, is left out and told. One that took too
long has left a mark, and is cut out at once. Cuts are kept, so that a run that goes on
need not find them again.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from geo.corpus.limiting import late_at, late_words
from geo.corpus.pools import AHEAD, Failed
from geo.corpus.reading import Slice, n_articles
from geo.corpus.settings import CorpusError
from geo.corpus.stages import Task, count_in, perform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from geo.corpus.parts import Part, Watcher
    from geo.corpus.pools import Pool
    from geo.corpus.settings import Setting

T = TypeVar("T")
R = TypeVar("R")

_CUT = 10
"""Into how many a slice is cut: of 1,000 articles one is found in three steps, and nine
tenths of what is read on the way count."""

_ALONE = 3
"""How many workers something ends, alone, before it is left out."""

_WHY = (
    f"reading it ended {_ALONE} workers, one after the other: killed, or out of memory"
)


class Told:
    """How far a run is, told to whoever watches."""

    def __init__(self, watch: Watcher, clock: Callable[[], float]) -> None:
        self._watch, self._clock, self._began = watch, clock, clock()
        self._articles = 0

    def __call__(self, stage: str, done: int, total: int, articles: int = 0) -> None:
        """Tell that a task more is done, in which so many articles were read."""
        self._articles += articles
        self._watch(
            stage,
            done=done,
            total=total,
            articles=self._articles,
            seconds=self._clock() - self._began,
        )


def is_done(setting: Setting, task: Task) -> bool:
    """Say whether what a task makes is there."""
    return setting.made(task.stage, task.name).exists()


def read_all(
    setting: Setting, parts: Sequence[Part], pool: Pool, told: Told
) -> list[Slice]:
    """Read all parts; return the slices in which they were read, in their order.

    Raises
    ------
    CorpusError
        If a part cannot be reached; all others are read.
    """
    ahead, n_before = AHEAD, _read_before(setting)
    while True:
        slices = [
            one
            for number, part in enumerate(parts)
            for one in _slices(setting, Slice(part=part, number=number))
        ]
        left = [one for one in slices if not is_done(setting, _reading(one))]
        done = len(slices) - len(left)
        told("read", done, len(slices), n_before)
        n_before = 0
        if not left:
            return slices
        unreachable: list[tuple[Slice, Failed]] = []
        work = partial(perform, setting)
        for task, result in pool.each(work, map(_reading, left), ahead=ahead):
            if isinstance(result, Failed):
                unreachable.append((task.about, result))
            else:
                done += 1
                told("read", done, len(slices), result)
        for one, failed in unreachable:
            if failed.deadly:
                _settle(setting, pool, one)
        _check_reached([one for one in unreachable if not one[1].deadly])
        ahead = 1


def _read_before(setting: Setting) -> int:
    """Return how many articles an earlier run has read."""
    folder = setting.folder / "read"
    return sum(map(n_articles, folder.iterdir())) if folder.exists() else 0


def _reading(one: Slice) -> Task:
    return Task("read", one.name, one)


def _settle(setting: Setting, pool: Pool, one: Slice) -> None:
    """Cut a slice that ended its worker; leave out a single article that did.

    An article is the cause only if it does so when nothing else is under way: what else
    a worker has been given dies with it, and anybody may end a worker once.
    """
    at = late_at(setting.mark(one.name))
    if one.is_single:
        if at is None:
            result = _alone(pool, partial(perform, setting), _reading(one))
            if not (isinstance(result, Failed) and result.deadly):
                return
        _give_up(setting, pool, one)
        return
    last = one.last
    if last is None:
        counted = _alone(pool, partial(count_in, setting), one)
        if isinstance(counted, Failed):
            if counted.deadly:
                _give_up(setting, pool, one)
            return
        last = counted
    cut = _cut_file(setting, one)
    cut.parent.mkdir(exist_ok=True)
    new = cut.with_name(f"{cut.name}.new")
    new.write_text(json.dumps(_bounds(one.first, last, at)), encoding="utf-8")
    new.replace(cut)


def _bounds(first: int, last: int, at: int | None) -> list[int]:
    """Return where a slice is cut: around what took too long, else in tenths."""
    if at is not None and first <= at < last:
        return sorted({first, at, at + 1, last})
    step = max(1, -(-(last - first) // _CUT))
    return [*range(first, last, step), last]


def _alone(pool: Pool, work: Callable[[T], R], one: T) -> R | Failed:
    """Do something when nothing else is under way, until it ended so many workers."""
    for _ in range(_ALONE):
        [(_, result)] = pool.each(work, [one], ahead=0)
        if not (isinstance(result, Failed) and result.deadly):
            return result
    return result


def _give_up(setting: Setting, pool: Pool, one: Slice) -> None:
    at, why = late_at(setting.mark(one.name)), _WHY
    if at is not None:
        why = late_words(setting.article_s)
        why = why if one.is_single else f"article {at + 1} in it: {why}"
    task = _reading(replace(one, given_up=why))
    result = _alone(pool, partial(perform, setting), task)
    if isinstance(result, Failed):
        raise CorpusError(f"{one.part.name} cannot even be left out: {result.why}")


def _slices(setting: Setting, one: Slice) -> Iterator[Slice]:
    """Yield the slices into which one was cut, or itself."""
    cut = _cut_file(setting, one)
    if not cut.exists():
        yield one
        return
    for first, last in pairwise(json.loads(cut.read_text(encoding="utf-8"))):
        yield from _slices(setting, replace(one, first=first, last=last))


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
