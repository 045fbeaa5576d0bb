"""Disturb those who write to and read a store in PostgreSQL; see `tests/soak_store.py`.

Writers are killed, their connections are ended by the server, and the server dies as if
its machine lost power, at random moments. Whoever is left goes on as a person would:
what failed is tried again.
"""

import json
import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from tempfile import TemporaryDirectory

import numpy as np
import postgres_server
from soak_store import NOW, child, ended, faults, sampled, say, stored, told

from geo.ingest import ingest
from geo.store import StoreError, open_store

WRITERS, READERS = 2, 2
# What a database does to keep what it promised is what is tried.
HONEST = {"synchronous_commit": "on", "full_page_writes": "on"}
TRIES, PAUSE_S = 200, 0.1


def postgres(folder, asked):
    """Disturb writers and readers; what was said to be stored is, and all is whole."""
    # The server is another user's, who could not get into the trial's own folder.
    with TemporaryDirectory(prefix="tideline-soak-") as room:
        server = postgres_server.Server(room, **HONEST).start()
        try:
            return _disturbed(folder, asked, server)
        finally:
            server.stop()


def _disturbed(folder, asked, server):
    items, steps = sampled(asked.index, asked.articles)
    items = [*items]
    undisturbed = server.store()
    started = time.perf_counter()
    stored(undisturbed, items, steps)
    each_s = (time.perf_counter() - started) / len(items)
    wanted = told(undisturbed)
    rng = random.Random(asked.seed)  # noqa: S311 - moments, no secrets
    bad, done, n_said, n_there = [], Counter(), 0, []
    for n in range(asked.rounds):
        here = folder / f"round-{n}"
        here.mkdir()
        way = list(WAYS)[n % len(WAYS)]
        url = server.store()
        with ExitStack() as running:
            writers = _begun(running, here, url, items, steps)
            until = here / "until"
            readers = [
                running.enter_context(child(partial(_read, url, until, here / f"r{r}")))
                for r in range(READERS)
            ]
            # Wherever they are by then, and at whatever step of it.
            _wait_for(here, rng.randrange(len(items)))
            time.sleep(rng.uniform(0, each_s))
            done[way] += WAYS[way](server, writers, rng)
            n_there.append(_count(url))
            codes = [ended(pid) for pid in writers]
            until.touch()
            codes += [ended(pid) for pid in readers]
        bad += [f"round {n}, {way}: ended with {c}" for c in codes if c not in (0, -9)]
        said = _said(here)
        n_said += len(said)
        with open_store(url) as store:
            there = {one.article_id for one in store.articles()}
        bad += [
            f"round {n}, {way}: {one} was said to be stored" for one in said - there
        ]
        bad += [f"round {n}, {way}: {one}" for one in faults(url)]
        for r in range(READERS):
            seen = here / f"r{r}"
            bad += json.loads(seen.read_text()) if seen.exists() else ["a reader died"]
        stored(url, items, steps)
        if told(url) != wanted:
            bad.append(f"round {n}, {way} (seed {asked.seed}) gave another store")
        server.run(f"DROP DATABASE {url.rpartition('/')[2]}")
    say(
        trial="postgres",
        rounds=asked.rounds,
        disturbed=dict(done),
        writers=WRITERS,
        readers=READERS,
        articles=len(items),
        said_to_be_stored=n_said,
        there_when_disturbed=np.percentile(n_there, [0, 25, 50, 75, 100]).tolist(),
        load=os.getloadavg()[0],
        bad=bad[:20],
    )
    return bad


def _begun(running, here, url, items, steps):
    """Start the writers, one from either end; return their ids once all have begun."""
    begun, begins = os.pipe()
    works = [
        partial(_write, url, turned, steps, here / f"w{w}", begins)
        for w, turned in zip(range(WRITERS), (items, items[::-1]), strict=True)
    ]
    pids = [running.enter_context(child(work)) for work in works]
    for _ in pids:
        os.read(begun, 1)
    os.close(begun)
    os.close(begins)
    return pids


def _write(url, items, steps, out, begins):
    """Store one article after the other, and note which were said to be stored."""
    os.write(begins, b"!")
    noted = os.open(out, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    left, tries = list(items), 0
    while left and tries < TRIES:
        try:
            with open_store(url, create=False) as store:
                while left:
                    report = ingest(left[:1], steps, store=store, now=NOW)
                    if report.failures:
                        raise StoreError(report.failures[0].reason)
                    os.write(noted, f"{left.pop(0).article.article_id}\n".encode())
        except StoreError:
            tries += 1
            time.sleep(PAUSE_S)
    return 1 if left else 0


def _read(url, until, out):
    """Read until told to stop; write what was not whole."""
    wrong, n_read = [], 0
    while not until.exists():
        try:
            with open_store(url, create=False) as store:
                listed = store.articles()
                claims = store.claims()
        except StoreError:
            time.sleep(PAUSE_S)  # no server for a moment
            continue
        n_read += 1
        counted = Counter(one.claim.article_id for one in claims)
        ids = {one.article_id for one in listed}
        # Claims were read later, so there may be more.
        wrong += [
            f"{one.article_id} has {one.n_claims} claims, then {counted[one.article_id]}"
            for one in listed
            if one.n_claims != counted[one.article_id]
        ]
        wrong += ["an article went away"] if len(ids) != len(listed) else []
    out.write_text(json.dumps(wrong[:5]))
    return 0


def _wait_for(here, count):
    """Wait until so many articles were stored."""
    while len(_said(here)) < count:
        time.sleep(0.005)


def _said(here):
    return {line for one in here.glob("w*") for line in one.read_text().split()}


def _count(url):
    with open_store(url) as store:
        return len(store.articles())


# How they are disturbed; each returns how many it hit


def _kill_a_writer(_server, writers, rng):
    os.kill(rng.choice(writers), signal.SIGKILL)
    return 1


def _end_connections(server, _writers, _rng):
    ended_ = server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'tideline'"
    )
    return len(ended_)


def _kill_the_server(server, _writers, _rng):
    server.stop(kill=True)
    server.start()
    return 1


WAYS = {
    "writer_killed": _kill_a_writer,
    "connections_ended": _end_connections,
    "server_killed": _kill_the_server,
}
