"""Try a run over a corpus hard: killed workers, schedulers and runs, poisoned articles.

Prints a line of JSON for each trial: rounds, kills, and what was bad, which is nothing.
`make soak ARGS=corpus` runs all, tests/test_corpus_failures.py a short form. Run as
`python tests/soak_corpus.py [NAME...] [--rounds N] ...`.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import corpora
import failing
from corpora import asked_of, hands, left_out_in
from failing import Poisoned, Processes, command, faults, half_written

from geo.corpus.dask_pool import DaskPool, local_workers
from geo.corpus.running import run_corpus
from geo.corpus.settings import CorpusError

MEMORY = "600MB"


def say(**figures):
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


@contextmanager
def meanwhile(act):
    """Call something again and again while other work is done; it sleeps by itself."""
    until = threading.Event()

    def again():
        while not until.is_set():
            act(until)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        until.set()
        thread.join()


def killed_workers(asked, dice):
    """Kill workers at random moments, under way or idle, until the run has ended.

    A task that lost three workers by chance stops the run, which then goes on.
    """
    kills, stops, bad = 0, 0, []
    for n in range(asked.rounds):
        out = asked.folder / f"workers-{n}"
        with local_workers(2) as pool:

            def kill(until, pool=pool):
                nonlocal kills
                if not until.wait(dice.uniform(1, 1 + 2 * asked.pause)):
                    with suppress(Exception):  # a worker may end while it is asked
                        pids = list(pool.client.run(os.getpid).values())
                        os.kill(dice.choice(pids), signal.SIGKILL)
                        kills += 1

            with meanwhile(kill):
                while True:
                    try:
                        run_corpus(out, asked_of(asked.inputs), hands(pool))
                        break
                    except CorpusError:
                        stops += 1
        bad += [f"round {n}: {one}" for one in faults(out, asked.undisturbed)]
    return {"rounds": asked.rounds, "kills": kills, "stops": stops, "bad": bad}


def killed_runs(asked, dice):
    """Kill a whole run with its workers, at random moments, until it comes through."""
    kills, starts, bad, kept = 0, 0, [], 0
    for n in range(asked.rounds):
        out, tries = asked.folder / f"runs-{n}", 0
        while True:
            workers = dice.choice(["0", "0", "2"])
            before = done_in(out)
            run = command(asked.inputs, out, "--workers", workers)
            starts, tries = starts + 1, tries + 1
            # Each try may take longer, or a slow machine would never come through.
            with suppress(Exception):
                run.wait(dice.uniform(1, asked.pause + tries))
            if run.poll() is not None:
                break
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            kills += 1
            bad += [f"round {n}: {one}" for one in half_written(out)]
            # Once the result is in place, what it was made of goes.
            lost = set() if (out / "corpus.json").exists() else before - done_in(out)
            kept += len(before)
            bad += [f"round {n}: {one} was done and is gone" for one in lost]
        said = run.communicate()[0].decode()
        if run.returncode:
            bad.append(f"round {n}: it ended with {run.returncode}: {said[-300:]}")
        else:
            bad += [f"round {n}: {one}" for one in faults(out, asked.undisturbed)]
    return {
        "rounds": asked.rounds,
        "kills": kills,
        "starts": starts,
        "tasks_kept": kept,
        "bad": bad,
    }


def done_in(out):
    """Return the inodes of all that tasks of reading have made so far."""
    folder = out / "unfinished" / "read"
    if not folder.exists():
        return set()
    return {(one.name, one.stat().st_ino) for one in folder.iterdir()}


def killed_schedulers(asked, dice):
    """Kill the scheduler twice, at random moments; a new one comes to the same port."""
    kills, bad = 0, []
    for n in range(asked.rounds):
        out = asked.folder / f"schedulers-{n}"
        processes = Processes(asked.folder)
        current = [processes.start()]

        def kill(until, n=n, processes=processes, current=current):
            nonlocal kills
            # Killed again and again, it would never be there when it is looked for.
            is_enough = kills >= 2 * (n + 1)
            if not until.wait(dice.uniform(2, 2 + asked.pause)) and not is_enough:
                current[0].kill()
                current[0].wait()
                current[0] = processes.start()
                kills += 1

        try:
            with pool_of(processes.address) as pool, meanwhile(kill):
                run_corpus(out, asked_of(asked.inputs), hands(pool))
        finally:
            processes.end()
        bad += [f"round {n}: {one}" for one in faults(out, asked.undisturbed)]
    return {"rounds": asked.rounds, "kills": kills, "bad": bad}


def pool_of(address):
    for _ in range(100):
        with suppress(CorpusError):
            return DaskPool(address)
        time.sleep(0.5)
    raise SystemExit(f"no scheduler at {address}")


def poisoned(asked, dice):
    """Have random articles raise, kill, crash, or take all memory."""
    ways, bad, deaths = (
        (failing.breaks, failing.kills, failing.crashes, failing.gorges),
        [],
        0,
    )
    articles = corpora.samples()[: asked.articles]
    for n in range(asked.rounds):
        chosen = dice.sample(articles, 2)
        how = tuple((one.article_id, dice.choice(ways)) for one in chosen)
        deaths += sum(way is not failing.breaks for _, way in how)
        rest = failing.written(
            asked.folder / f"rest-{n}", [one for one in articles if one not in chosen]
        )
        run_corpus(asked.folder / f"without-{n}", asked_of(rest), hands())
        out = asked.folder / f"poisoned-{n}"
        with local_workers(2, MEMORY) as pool:
            run_corpus(out, asked_of(asked.inputs, read=Poisoned(how)), hands(pool))
        bad += [
            f"round {n}: {one}" for one in faults(out, asked.folder / f"without-{n}")
        ]
        told = " ".join(one["where"] for one in left_out_in(out))
        bad += [
            f"round {n}: {id_} is not told" for id_, _ in how if f"({id_})" not in told
        ]
        bad += [f"round {n}: {len(left_out_in(out))} are left out"] * (
            len(left_out_in(out)) != 2
        )
    return {
        "rounds": asked.rounds,
        "articles": 2 * asked.rounds,
        "deadly": deaths,
        "bad": bad,
    }


TRIALS = {
    "killed_workers": killed_workers,
    "killed_runs": killed_runs,
    "killed_schedulers": killed_schedulers,
    "poisoned": poisoned,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TRIALS))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--articles", type=int, default=86)
    parser.add_argument("--pause", type=float, default=4.0, help="seconds, at most")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    os.environ.update(failing.environment())
    bad = []
    with tempfile.TemporaryDirectory() as folder:
        asked.folder = Path(folder)
        asked.inputs = failing.written(
            asked.folder / "in", corpora.samples()[: asked.articles]
        )
        asked.undisturbed = asked.folder / "undisturbed"
        run_corpus(asked.undisturbed, asked_of(asked.inputs), hands())
        for name in asked.names or TRIALS:
            began = time.monotonic()
            found = TRIALS[name](asked, random.Random(asked.seed))  # noqa: S311 - moments, no secrets
            seconds = round(time.monotonic() - began)
            if not found.get("kills", 1):
                found["bad"].append("nothing was killed: give a shorter --pause")
            say(trial=name, **found, seconds=seconds, load=os.getloadavg()[0])
            bad += found["bad"]
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
