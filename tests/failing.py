"""Ways for a run over a corpus to fail: articles that break or end whoever reads them.

They are put in by the tests, as what reads a part; the program knows none of them.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import corpora
import pyarrow as pa
import pyarrow.parquet as pq

from extract.records import Article
from geo.corpus.sources import read_part

FIELDS = tuple(Article.__dataclass_fields__)


def breaks():
    raise RuntimeError("this article breaks its reader")


def kills():
    """End the process as the system does that is short of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def crashes():
    os.kill(os.getpid(), signal.SIGSEGV)


def hangs():
    """Never return, and let nothing else of the process go on meanwhile."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def gorges():
    """Take memory until the process is ended for it; 2 GB if it never is."""
    held = []
    while len(held) < 40:
        held.append(bytearray(b"x") * 50_000_000)
    signal.pause()


class Poison(Article):
    """An article that does something to whoever reads its text."""

    def __getattribute__(self, name):
        if name == "text":
            HOW[object.__getattribute__(self, "article_id")]()
        return super().__getattribute__(name)


HOW = {}
"""What each poisoned article does, by its id, in the process that reads it."""


@dataclass(frozen=True)
class Poisoned:
    """Reads parts in which some articles are poison; fit to be pickled."""

    how: tuple
    """Pairs of an article's id and what it does."""

    def __call__(self, part):
        HOW.update(self.how)
        for item in read_part(part):
            is_one = isinstance(item, Article) and item.article_id in HOW
            yield poison_of(item) if is_one else item


@dataclass(frozen=True)
class Endless:
    """Reads parts, and never comes to the end of one."""

    def __call__(self, part):
        yield from read_part(part)
        hangs()


@dataclass(frozen=True)
class Counted:
    """Reads parts, and writes down which."""

    path: str

    def __call__(self, part):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"{part.name}\n")
        return read_part(part)


def poison_of(article):
    """Return an article as it is, but that its text does harm once it is asked for."""
    poison = object.__new__(Poison)  # its own checks would ask for it
    for name in FIELDS:
        object.__setattr__(poison, name, getattr(article, name))
    return poison


# Processes of Dask, and of the run itself


class Processes:
    """A scheduler on a port of its own, and a worker, each ended as asked."""

    def __init__(self, folder):
        self.port, self._folder, self._started = free_port(), folder, []
        self.address = f"tcp://127.0.0.1:{self.port}"

    def start(self, n_workers=1):
        """Start what is not running; what has ended starts anew, as a service does."""
        told = (
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--dashboard-address",
            "127.0.0.1:0",
        )
        scheduler = self._begun("scheduler", *told)
        for _ in range(n_workers):
            self._begun(
                "worker",
                self.address,
                "--nthreads",
                "1",
                "--dashboard-address",
                "127.0.0.1:0",
            )
        return scheduler

    def _begun(self, *words):
        log = (self._folder / "dask.log").open("ab")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=environment(),
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def end(self):
        """End all, with the processes that they started."""
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._started.clear()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment():
    """Return what a process needs to read as this one does."""
    root = Path(__file__).parent.parent
    paths = os.pathsep.join((str(root), str(root / "tests")))
    return {**os.environ, "PYTHONPATH": paths, "TIDELINE_CACHE": str(corpora.CACHE)}


def command(inputs, out, *options):
    """Start `tideline corpus`, in a group of its own."""
    words = ("corpus", str(inputs), str(out), "--quiet", *options)
    return subprocess.Popen(
        [sys.executable, "-m", "geo.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
        start_new_session=True,
    )


def written(folder, articles, per_file=6):
    """Write articles into a folder, some a file; return it."""
    folder.mkdir()
    for n in range(0, len(articles), per_file):
        corpora.write_lines(folder / f"{n:03}.jsonl", articles[n : n + per_file])
    return folder


# What came of it


def rows(out):
    """Return the bytes of the files of claims and events."""
    found = corpora.bytes_in(out)
    return {name: content for name, content in found.items() if "/" in name}


def faults(out, undisturbed):
    """Return in what a result is not that of an undisturbed run."""
    bad = [] if rows(out) == rows(undisturbed) else ["other rows"]
    left = {*map(os.fspath, out.iterdir())} ^ {
        str(out / name)
        for name in ("claims", "events", "corpus.json", "left_out.jsonl")
    }
    return [*bad, *sorted(left)]


def half_written(out):
    """Return what of a run under way is not whole, but stands where it counts."""
    bad = []
    for path in [*out.rglob("*.parquet"), *out.rglob("*.arrow")]:
        if "making" in path.relative_to(out).parts:
            continue
        try:
            if path.suffix == ".parquet":
                pq.read_table(path)
            else:
                with pa.memory_map(str(path)) as file:
                    pa.ipc.open_file(file).read_all()
        except (pa.ArrowException, OSError) as error:
            bad.append(f"{path.relative_to(out)}: {error}")
    if (out / "corpus.json").exists():
        json.loads((out / "corpus.json").read_text())
    return bad
