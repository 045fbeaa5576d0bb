"""Try a store hard: killed writers, two writers, no room on the disk, many readers.

Prints a line of JSON for each trial. `make soak` runs all, tests/test_soak.py a few
small rounds of each. Run as `python tests/soak_store.py [NAME...] [--rounds N] ...`.
"""

import argparse
import atexit
import itertools
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

import httpx
import numpy as np
from conftest import make_claim, make_location, make_placing
from server import served

from extract.conflict import load_conflicts
from extract.read import Header, read_articles
from extract.records import Article, Evidence, Span
from geo.event_tables import KEPT
from geo.gazetteer import open_gazetteer
from geo.ingest import Steps, ingest, steps_for
from geo.originals import Retrieved
from geo.soundness import look
from geo.store import open_store

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "assets" / "samples" / "syria.jsonl"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LEAST_ROOM, TMPFS_ROOM = 150_000, 1_000_000


def say(**figures):
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


# What is ingested


@lru_cache
def sampled(index, count):
    """Return samples with their bytes, an agency's copies among them, and the steps.

    Claims and places are found once, by the program itself; what is tried is the
    storing of them.
    """
    packs = load_conflicts()
    articles = list(itertools.islice(read_articles(SAMPLES, defaults=Header()), count))
    countries = {code for pack in packs.values() for code in pack.countries}
    with open_gazetteer(Path(index), sorted(countries)) as gazetteer:
        real = steps_for(packs, gazetteer)
        claims = {one.article_id: real.find(one) for one in articles}
        placed = {
            one.article_id: real.place(one, claims[one.article_id]) for one in articles
        }
    for one in articles[::5]:
        text = f"BEIRUT (Reuters) - {one.text}"
        again = Article(
            article_id=f"{one.article_id}-again", text=text, published=one.published
        )
        articles.append(again)
    steps = Steps(
        find=lambda article: claims.get(article.article_id, ()),
        geocoder=lambda told, _countries, _outline: {
            claim.claim_id: placed[claim.article_id].locations[claim.claim_id]
            for claim in told
        },
        countries=lambda _article: ("SY",),
    )
    return [came(n, article) for n, article in enumerate(articles)], steps


def came(n, article):
    """Return an article as if from a page of its own."""
    return Retrieved(
        article=article,
        content=f"<p>{article.text}</p>".encode(),
        media_type="text/html",
        source=f"https://example.org/{n}",
        at=NOW,
    )


def stored(path, items, steps):
    with open_store(path) as store:
        return ingest(items, steps, store=store, now=NOW)


def dump(path):
    """Return all that a store holds, as SQL.

    Rows of what follows from acts come last, in an order of their own: in which one
    they were written is no matter.
    """
    kept = tuple(f'INSERT INTO "{name}"' for name in KEPT)
    with closing(sqlite3.connect(path)) as connection:
        told = list(connection.iterdump())
    rest = [line for line in told if not line.startswith(kept)]
    return rest + sorted(line for line in told if line.startswith(kept))


def faults(path):
    with open_store(path, create=False) as store:
        return [str(one) for one in look(store) if one.faults]


@contextmanager
def child(work):
    """Run `work` in a process of its own; its exit code says whether it came through."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = work() or 0
        finally:
            os._exit(code)
    yield pid


def ended(pid):
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


# The trials


def killed(folder, asked):
    """Kill a writer at random moments; what it did is sound and can be gone on with.

    One in ten is killed while it may still be making the store.
    """
    items, steps = sampled(asked.index, asked.articles)
    open_store(folder / "blank").close()
    started = time.perf_counter()
    stored(folder / "undisturbed", items, steps)
    each_s = (time.perf_counter() - started) / len(items)
    wanted = dump(folder / "undisturbed")
    rng = random.Random(asked.seed)  # noqa: S311 - moments, no secrets
    n_stored, bad, n_killed = [], [], 0
    for n in range(asked.rounds):
        path = folder / f"killed-{n}"
        if n % 10:
            shutil.copyfile(folder / "blank", path)
        begun, begins = os.pipe()
        work = partial(writer_to_kill, path, items, steps, begins)
        with child(work) as pid:
            os.read(begun, 1)
            time.sleep(rng.uniform(0, each_s * len(items)))
            os.kill(pid, signal.SIGKILL)
        n_killed += ended(pid) == -signal.SIGKILL
        os.close(begun)
        os.close(begins)
        with open_store(path) as store:
            n_stored.append(len(store.articles()))
        bad += faults(path)
        started = time.perf_counter()
        stored(path, items, steps)
        # The machine may be busier, or less, than before.
        left = len(items) - n_stored[-1]
        each_s = (time.perf_counter() - started) / left if left else each_s
        if dump(path) != wanted:
            bad.append(f"round {n} (seed {asked.seed}) gave another store")
        remove(path)
    say(
        trial="killed",
        rounds=asked.rounds,
        killed_before_end=n_killed,
        articles=len(items),
        stored_when_killed=np.percentile(n_stored, [0, 25, 50, 75, 100]).tolist(),
        different_counts=len(set(n_stored)),
        load=os.getloadavg()[0],
        bad=bad,
    )
    return bad


def writer_to_kill(path, items, steps, begins):
    os.write(begins, b"!")
    stored(path, items, steps)
    return 0


def remove(path):
    for name in (
        path,
        path.with_name(f"{path.name}-wal"),
        path.with_name(f"{path.name}-shm"),
    ):
        name.unlink(missing_ok=True)


def told(path):
    """Return what a store tells, whatever the order in which it was told."""
    with open_store(path, create=False) as store:
        return (
            sorted(one.article_id for one in store.articles()),
            sorted((one.claim.claim_id, one.copy_of or "") for one in store.claims()),
            sorted(one.claim.claim_id for one in store.claims()),
        )


def two_writers(folder, asked):
    """Let two processes store the same articles from either end at once."""
    items, steps = sampled(asked.index, asked.articles)
    stored(folder / "undisturbed", items, steps)
    bad, codes = [], []
    for n in range(max(1, asked.rounds // 20)):
        path = folder / f"two-{n}"

        def first(path=path):
            return len(stored(path, items, steps).failures)

        def second(path=path):
            return len(stored(path, items[::-1], steps).failures)

        with child(first) as one, child(second) as other:
            codes += [ended(one), ended(other)]
        bad += faults(path)
        if told(path) != told(folder / "undisturbed"):
            bad.append(f"round {n}: articles, claims or copies are other ones")
    bad += [f"a writer ended with {code}" for code in codes if code]
    say(trial="two_writers", rounds=len(codes) // 2, articles=len(items), bad=bad)
    return bad


def disk_full(folder, asked):
    """Let there be no more room, by a limit to files and, for root, on a small disk."""
    items, steps = sampled(asked.index, asked.articles)
    stored(folder / "undisturbed", items, steps)
    wanted = told(folder / "undisturbed")
    whole = (folder / "undisturbed").stat().st_size
    bad, said, trials = [], set(), 0
    for room in np.linspace(LEAST_ROOM, whole, max(2, asked.rounds // 20)).astype(int):
        path = folder / f"full-{room}"
        open_store(path).close()
        said |= limited(path, int(room), items, steps, folder)
        bad += faults(path)
        stored(path, items, steps)
        trials += 1
        # A small article may have fitted in where one before it did not.
        if told(path) != wanted:
            bad.append(f"with {room} bytes of room another store came out")
    on_disk = small_disk(folder, items, steps)
    if on_disk is not None:
        bad += on_disk[0]
        said |= on_disk[1]
    if not said:
        bad.append("the disk was never full")
    bad += [one for one in said if "nothing of this was stored" not in one]
    say(
        trial="disk_full",
        rounds=trials,
        on_a_small_disk=on_disk is not None,
        said=sorted(said),
        bad=bad,
    )
    return bad


def limited(path, room, items, steps, folder):
    """Store with files of at most `room` bytes; return what was said of failures."""
    words = folder / "said"

    def work():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with words.open("w") as file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            report = stored(path, items, steps)
            file.write("\n".join(sorted({one.reason for one in report.failures})))
        return 0

    with child(work) as pid:
        ended(pid)
    return {line.replace(str(path), "STORE") for line in words.read_text().splitlines()}


def small_disk(folder, items, steps):
    """Do the same on a file system with little room; None if none can be made here."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_ROOM}", "tmpfs", str(disk)]
    if (
        shutil.which("mount") is None
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        return None
    try:
        path = disk / "store"
        report = stored(path, items, steps)
        said = {one.reason.replace(str(path), "STORE") for one in report.failures}
        n_added = len(report.added)
        bad = faults(path)
        with open_store(path, create=False) as store:
            if len(store.articles()) != n_added:
                bad.append("more or fewer articles than were said to be stored")
        return bad, said
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# Many articles


def many(count, seed):
    """Yield articles with a claim each, all of different words."""
    rng = random.Random(seed)  # noqa: S311 - words, no secrets
    labelled = ROOT / "tests" / "data" / "labelled.jsonl"
    texts = [json.loads(line)["text"] for line in labelled.read_text().splitlines()]
    words = [word for text in texts for word in text.split()]
    for n in range(count):
        day = date(2013, 1, 1) + timedelta(days=n % 4_000)
        head = (
            f"The army said that it took Place {n % 700} from Islamic State on {day}."
        )
        body = " ".join(rng.choices(words, k=rng.randint(80, 300)))
        yield one_of_many(f"m{n:06}", f"{head} {body}", head, day)


def one_of_many(article_id, text, head, day):
    article = Article(
        article_id=article_id,
        text=text,
        published=day,
        title=article_id,
        publisher=f"Publisher {article_id[-2:]}",
        url=f"https://example.org/{article_id}",
    )
    at = head.index("Place")
    evidence = Evidence(
        trigger=Span(start=22, end=26), place=Span(start=at, end=at + 9)
    )
    name = head.split(" from ")[0].split(" took ")[1]
    claim = make_claim(
        claim_id=f"c-{article_id}",
        article_id=article_id,
        sentence=head,
        char_end=len(head),
        evidence=evidence,
        place=name,
        date_start=day,
        date_end=day,
    )
    number = int(name.split()[1])
    found = make_location(
        lon=36.0 + number % 50 * 0.1,
        lat=33.0 + number // 50 * 0.2,
        place_id=f"test:{number}",
        name=name,
    )
    return article, claim, make_placing({claim.claim_id: found}, article_id=article_id)


READINGS = (
    "version",
    "article",
    "claims of an article",
    "articles",
    "events of a place",
)


def read_once(path, rng, count):
    """Read as a page or a program would; return what was read and whether it is whole."""
    n = rng.randrange(count)
    what = rng.choices(READINGS, weights=(8, 8, 8, 1, 1))[0]
    with open_store(path, create=False) as store:
        if what == "version":
            return what, store.version() != "empty"
        if what == "article":
            return what, store.article(f"m{n:06}") is not None
        if what == "claims of an article":
            return what, len(store.claims(f"m{n:06}")) == 1
        if what == "articles":
            listed = store.articles()
            return what, all(one.n_claims == 1 for one in listed)
        return what, store.event_with(f"c-m{n:06}") is not None


def reader(path, seed, count, until, out):
    """Read until told to stop; write how long each reading took and what went wrong."""
    rng = random.Random(seed)  # noqa: S311 - choices, no secrets
    took, wrong = [], []
    while not until.exists():
        started = time.perf_counter()
        try:
            what, is_whole = read_once(path, rng, count)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is counted
            what, is_whole = "error", False
            wrong.append(repr(error))
        took.append((what, time.perf_counter() - started))
        if not is_whole:
            wrong.append(f"{what} was not whole")
        time.sleep(rng.uniform(0.2, 1.0))
    out.write_text(json.dumps({"took": took, "wrong": wrong[:20]}))
    return 0


@lru_cache
def store_of_many(count, seed):
    """Return a store of so many articles, and how long adding each took, in seconds."""
    folder = tempfile.mkdtemp(prefix="tideline-soak-")
    atexit.register(shutil.rmtree, folder)
    path, took_s = Path(folder) / "many", []
    with open_store(path) as store:
        for article, claim, placing in many(count, seed):
            started = time.perf_counter()
            store.add(article, [claim], placing, now=NOW)
            took_s.append(time.perf_counter() - started)
    return path, took_s


def with_more(path, asked):
    """Add more articles; return how long each took, in seconds."""
    took_s = []
    more = itertools.islice(
        many(asked.stored + asked.added, asked.seed), asked.stored, None
    )
    with open_store(path) as store:
        for article, claim, placing in more:
            started = time.perf_counter()
            store.add(article, [claim], placing, now=NOW)
            took_s.append(time.perf_counter() - started)
    return took_s


def lost_or_twice(ids, asked):
    """Say so unless the claims are those of all articles, once each."""
    wanted = [f"c-m{n:06}" for n in range(asked.stored + asked.added)]
    return [] if sorted(ids) == wanted else ["claims were lost or are there twice"]


def readers(folder, asked):
    """Let many processes read the store while one writes."""
    made, added_s = store_of_many(asked.stored, asked.seed)
    path = Path(shutil.copyfile(made, folder / "many"))
    until = folder / "until"
    outs = [folder / f"reader-{n}.json" for n in range(asked.readers)]
    pids = []
    for n, out in enumerate(outs):
        with child(
            lambda n=n, out=out: reader(path, n, asked.stored, until, out)
        ) as pid:
            pids.append(pid)
    with_readers_s = with_more(path, asked)
    until.touch()
    codes = [ended(pid) for pid in pids]
    found = [json.loads(out.read_text()) for out in outs if out.exists()]
    bad = [one for each in found for one in each["wrong"]]
    bad += [f"a reader ended with {code}" for code in codes if code]
    with open_store(path, create=False) as store:
        bad += lost_or_twice([one.claim.claim_id for one in store.claims()], asked)
    bad += faults(path)
    took = [(what, s) for each in found for what, s in each["took"]]
    say(
        trial="readers",
        stored=asked.stored,
        added=asked.added,
        readers=asked.readers,
        n_reads=len(took),
        read_ms=milliseconds([s for _, s in took]),
        read_ms_by_kind={
            kind: milliseconds([s for what, s in took if what == kind])
            for kind in READINGS
        },
        add_ms_first_100=milliseconds(added_s[:100]),
        add_ms_last_100=milliseconds(added_s[-100:]),
        add_ms_with_readers=milliseconds(with_readers_s),
        store_mb=round(path.stat().st_size / 1e6, 1),
        load=os.getloadavg()[0],
        bad=bad,
    )
    return bad


ASKED = (
    "collections/events/items?limit=50",
    "collections/claims/items?limit=20",
    "collections/articles/items?limit=20",
    "collections/events/items?bbox=36,33,38,35&limit=100",
    "collections/events/items?datetime=2015-01-01/2015-12-31&limit=100",
    "collections/claims/items/c-m{n:06}",
)


def client(address, seed, asked, until):
    """Ask the API as a browser would, until told to stop."""
    rng = random.Random(seed)  # noqa: S311 - choices, no secrets
    took, wrong = [], []
    with httpx.Client(base_url=address, timeout=120) as http:
        while not until.is_set():
            what = rng.choice(ASKED).format(n=rng.randrange(asked.stored))
            started = time.perf_counter()
            try:
                answer = http.get(what)
                found = answer.json()
                if answer.status_code != 200 or found["type"] not in {
                    "Feature",
                    "FeatureCollection",
                }:
                    wrong.append(f"{what}: {answer.status_code}")
            except (httpx.HTTPError, ValueError) as error:
                wrong.append(f"{what}: {error!r}")
            took.append(time.perf_counter() - started)
            until.wait(rng.uniform(0.5, 2.0))
    return took, wrong


def claims_told(address):
    """Return the ids of all claims that the API tells, page by page."""
    ids, url = [], f"{address}collections/claims/items?limit=1000"
    with httpx.Client(timeout=120) as http:
        while url:
            page = http.get(url).raise_for_status().json()
            ids += [one["id"] for one in page["features"]]
            url = next(
                (one["href"] for one in page["links"] if one["rel"] == "next"), None
            )
    return ids


def api_readers(folder, asked):
    """Let as many clients ask a server's API while another process writes."""
    made, _ = store_of_many(asked.stored, asked.seed)
    path = Path(shutil.copyfile(made, folder / "many"))
    until = threading.Event()
    with (
        served(path, cache=Path(asked.index).parent, TIDELINE_API_RATE="0") as page,
        ThreadPoolExecutor(asked.readers) as pool,
    ):
        address = f"{page}/api/"
        first = time.perf_counter()
        httpx.get(
            f"{address}collections/events/items?limit=1", timeout=300
        ).raise_for_status()
        first_s = time.perf_counter() - first
        asking = [
            pool.submit(client, address, n, asked, until) for n in range(asked.readers)
        ]
        added_s = with_more(path, asked)
        until.set()
        found = [one.result() for one in asking]
        bad = [one for _, wrong in found for one in wrong]
        # The server makes a new state after a pause; then it tells of all.
        deadline = time.monotonic() + 300
        while (
            lost_or_twice(claims_told(address), asked) and time.monotonic() < deadline
        ):
            time.sleep(1)
        bad += lost_or_twice(claims_told(address), asked)
    bad += faults(path)
    took = [s for each, _ in found for s in each]
    say(
        trial="api_readers",
        stored=asked.stored,
        added=asked.added,
        readers=asked.readers,
        first_answer_ms=round(first_s * 1000),
        n_reads=len(took),
        read_ms=milliseconds(took),
        add_ms_with_readers=milliseconds(added_s),
        load=os.getloadavg()[0],
        bad=bad[:20],
    )
    return bad


def milliseconds(seconds):
    if not seconds:
        return None
    return {
        f"p{share}": round(float(np.percentile(seconds, share)) * 1000, 1)
        for share in (50, 95, 99)
    }


def postgres(folder, asked):
    """Disturb a store in PostgreSQL, if a server can be had."""
    import soak_postgres

    try:
        return soak_postgres.postgres(folder, asked)
    except soak_postgres.postgres_server.NoServerError as error:
        say(trial="postgres", left_out=str(error), bad=[])
        return []


TRIALS = {
    "killed": killed,
    "two_writers": two_writers,
    "disk_full": disk_full,
    "readers": readers,
    "api_readers": api_readers,
    "postgres": postgres,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TRIALS))
    parser.add_argument("--index", required=True, help="the index of place names")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--stored", type=int, default=10_000)
    parser.add_argument("--added", type=int, default=300)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    bad = []
    for name in asked.names or TRIALS:
        with tempfile.TemporaryDirectory() as folder:
            bad += TRIALS[name](Path(folder), asked)
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
