"""How fast a corpus is read, for `make bench-scale`: `tideline corpus` and a plain loop.

From start to end of the command, so that starting Dask and its workers counts. Both must
find as many claims.
"""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import psutil
import pyarrow.parquet as pq
from bench_map_probe import MB
from bench_scale_ingest import write

ROOT = Path(__file__).parent.parent
LOOP = ROOT / "tests" / "bench_scale_loop.py"
FILES = 16
WORKERS = (1, 2)
LOOK_S, LEAST_LOOKS = 0.2, 5
MILLION = 1_000_000


def lines(folder, index, count):
    """Yield a line's figures for each number of workers, and for the loop."""
    files = written(folder / "in", count)
    rates, claims = {}, {}
    for workers in WORKERS:
        out = folder / f"out-{workers}"
        run = Watched("-m", "geo.cli", "corpus", *files, out, "--workers", str(workers))
        rates[workers] = count / run.seconds
        claims[workers] = sum(
            pq.read_metadata(path).num_rows for path in out.glob("claims/**/*.parquet")
        )
        yield {
            **_line("tideline", workers, count, claims[workers], run),
            "efficiency": round(rates[workers] / (workers * rates[1]), 3),
        }
    run = Watched(LOOP, index, folder / "claims.jsonl", *files)
    with (folder / "claims.jsonl").open(encoding="utf-8") as file:
        claims["the loop"] = sum(1 for _ in file)
    yield _line("naive", 1, count, claims["the loop"], run)
    if len(set(claims.values())) > 1:
        raise AssertionError(f"the claims differ in number: {claims}")


def written(folder, count):
    """Write articles into a few files; return these."""
    folder.mkdir()
    paths = [folder / f"{n:02d}.jsonl" for n in range(FILES)]
    for n, path in enumerate(paths):
        write(path, count // FILES + (n < count % FILES), seed=100 + n)
    return paths


def _line(approach, workers, count, claims, run):
    own, *others = run.peaks_mb()
    return {
        "what": "corpus",
        "workers": workers,
        "approach": approach,
        "articles": count,
        "claims": claims,
        "seconds": round(run.seconds, 1),
        "articles_per_s": round(count / run.seconds, 1),
        "worker_mb": others or [own],
        "own_mb": own if others else None,
        "extrapolated_to_a_million_articles": {
            "cpu_hours": round(run.cpu_s * MILLION / count / 3600, 2),
            "hours": round(run.seconds * MILLION / count / 3600, 2),
        },
    }


class Watched:
    """A command that was run to its end: its time, and the greatest memory of each
    process."""

    def __init__(self, *command):
        self._held = {}
        begun, before = perf_counter(), os.times()
        call = [sys.executable, *map(str, command)]
        paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
        environment = {**os.environ, "PYTHONPATH": paths}
        with subprocess.Popen(
            call, env=environment, stdout=subprocess.DEVNULL
        ) as child:
            ended = Event()
            watcher = Thread(target=self._watch, args=(child.pid, ended))
            watcher.start()
            child.wait()
            ended.set()
            watcher.join()
        self.seconds = perf_counter() - begun
        after = os.times()
        self.cpu_s = after[2] + after[3] - before[2] - before[3]
        if child.returncode:
            sys.exit(f"{call[:4]} ended with {child.returncode}")

    def _watch(self, pid, ended):
        while not ended.wait(LOOK_S):
            try:
                own = psutil.Process(pid)
                for one in (own, *own.children(recursive=True)):
                    self._look(one)
            except psutil.Error:
                continue

    def _look(self, one):
        # Python's own keeper of what processes share works on nothing.
        if "resource_tracker" in " ".join(one.cmdline()):
            return
        self._held.setdefault(one.pid, []).append(one.memory_info().rss)

    def peaks_mb(self):
        """Return the greatest memory of the command, then of its workers."""
        # What is seen once or twice is a copy of another on its way to a program.
        lasting = [held for held in self._held.values() if len(held) >= LEAST_LOOKS]
        return [round(max(held) / MB) for held in lasting]
