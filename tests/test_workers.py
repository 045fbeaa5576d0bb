"""Many processes give what one gives, and the end of one is no end of all."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
from test_cli import CACHE, ROOT, TEXT, check, machine, run  # noqa: F401 - for all

from extract import claims
from extract.conflict import load_conflicts
from geo import extracting, workers
from geo.extracting import Extractor, jobs_for, read_all
from geo.gazetteer import Gazetteer
from geo.workers import WorkerError, in_order

INDEX = CACHE / "gazetteer.sqlite"


def act(item):
    """Do what an item asks for, in the process that works on it."""
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "leave":
        os._exit(3)
    return f"{item} done"


@contextmanager
def acting():
    yield act


@contextmanager
def waiting_first():
    """Make number 0 take long, so that results come in another order."""
    yield lambda item: item + 0 * sum(range(5_000_000 if item == 0 else 0))


@contextmanager
def breaking():
    os.kill(os.getpid(), signal.SIGKILL)
    yield act


@contextmanager
def waiting_for(_much):
    yield act


def lost(item, why):
    return f"{item} lost: {why}"


def size(_item):
    return 1_000


def ordered(items, opened=acting, jobs=2, size=size):
    return in_order(items, opened, jobs=jobs, lost=lost, size=size)


def test_results_come_in_the_order_of_the_items():
    assert list(ordered(range(300), waiting_first)) == list(range(300))
    assert list(ordered([])) == []


def test_the_script_of_this_process_runs_in_no_other(tmp_path, monkeypatch):
    # As after a page was drawn, whose script Streamlit makes the main module.
    script = ModuleType("__main__")
    script.__file__ = str(tmp_path / "page.py")
    Path(script.__file__).write_text("raise SystemExit(1)")
    monkeypatch.setitem(sys.modules, "__main__", script)
    assert list(ordered(range(3))) == [f"{n} done" for n in range(3)]
    assert sys.modules["__main__"] is script


def test_a_killed_process_costs_the_item_it_was_at_and_no_other():
    items = [*range(20), "die", *range(20, 40), "leave", *range(40, 60)]
    results = list(ordered(items))
    assert len(results) == len(items)
    ended = "the process that worked on it ended with"
    assert results[20] == f"die lost: {ended} signal 9"
    assert results[41] == f"leave lost: {ended} exit code 3"
    others = [r for r in results if "lost" not in r]
    assert others == [f"{n} done" for n in range(60)]


def test_processes_that_die_on_everything_come_to_an_end():
    assert [r[:9] for r in ordered(["die"] * 3)] == ["die lost:"] * 3


def test_a_process_that_cannot_start_is_an_error_and_no_wait():
    with pytest.raises(WorkerError, match="signal 9 before it could start"):
        list(ordered(range(3), breaking))


def test_a_process_that_dies_at_once_is_an_error_however_much_it_was_to_know(
    monkeypatch,
):
    monkeypatch.setattr("multiprocessing.spawn._python_exe", b"/bin/false")
    much = partial(waiting_for, "x" * 1_000_000)
    with pytest.raises(WorkerError, match="exit code 1 before it could start"):
        list(ordered(range(3), much))


def test_the_input_is_read_as_the_work_goes_on():
    """Of an input without end only as much is read as may be ahead."""
    taken = []
    items = (taken.append(n) or n for n in count())
    with closing(ordered(items, size=lambda _item: 1_000_000)) as results:
        assert next(results) == "0 done"
    assert len(taken) < 40


def test_no_process_is_left_behind(monkeypatch):
    started = []

    class Noted(workers._Worker):
        def __init__(self, opened):
            super().__init__(opened)
            started.append(self._process)

    monkeypatch.setattr(workers, "_Worker", Noted)
    with closing(ordered(count())) as results:
        next(results)
    assert len(started) == 2
    assert not any(process.is_alive() for process in started)


# --- articles ---


@pytest.fixture
def many(machine):  # noqa: F811
    """Return a file of articles, some of which cannot be read."""
    rows = [
        {"id": f"n{n}", "text": TEXT * (1 + n % 7), "published": "2017-03-05"}
        for n in range(60)
    ]
    lines = [json.dumps(row) for row in rows]
    lines[10], lines[30] = '{"id": "bro', '{"text": ""}'
    lines[20] = json.dumps({"id": "undated", "text": TEXT, "title": "[b]T\x1b"})
    path = machine / "many.jsonl"
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("format_", ["jsonl", "table"])
def test_output_is_the_same_byte_for_byte(many, format_):
    one, two = (
        check(run("extract", many, "--format", format_, "--jobs", n), 1) for n in (1, 2)
    )
    assert one.stdout_bytes == two.stdout_bytes
    assert one.stderr_bytes == two.stderr_bytes
    assert one.stdout.count("Palmyra") > 200
    assert "many.jsonl, line 11: not JSON" in two.stderr


def test_an_article_that_breaks_something_is_told_and_the_rest_goes_on(
    many, monkeypatch
):
    def find_claims(article, *_words):
        if article.article_id == "n4":
            raise ZeroDivisionError("by [red]\x1b\nzero")
        return found(article, *_words)

    found = claims.find_claims
    monkeypatch.setattr(claims, "find_claims", find_claims)
    done = check(run("extract", many, "--format", "jsonl", "--jobs", "1"), 1)
    ids = [json.loads(line)["article_id"] for line in done.stdout.splitlines()]
    assert "n4" not in ids
    assert {"n3", "n5", "n59"} <= set(ids)
    told = "many.jsonl (n4): could not be read: ZeroDivisionError: by [red]\\x1b zero"
    assert told in done.stderr


def test_a_killed_process_is_told_as_its_article(machine):  # noqa: F811
    item = (Path("a.jsonl"), article := load_one(machine))
    reading = extracting.broken(item, "the process that worked on it ended")
    assert reading.failed
    assert reading.said == (
        f"a.jsonl ({article.article_id}): could not be read: the process that worked on"
        " it ended",
    )


def load_one(folder):
    from extract.read import Header, read_articles

    (folder / "a.txt").write_text(TEXT)
    [article] = read_articles(folder / "a.txt", defaults=Header())
    return article


def test_readings_are_the_claims_of_find_claims(machine):  # noqa: F811
    item = (Path("a.txt"), load_one(machine))
    packs = load_conflicts()
    with Gazetteer(INDEX) as gazetteer:
        one = Extractor(packs, gazetteer).read(item)
    assert [r.claims for r in read_all([item], packs, INDEX, 2)] == [one.claims]
    assert one.claims


def test_all_cores_are_for_much_input(machine, monkeypatch):  # noqa: F811
    monkeypatch.setattr(extracting, "_cores", lambda: 5)
    monkeypatch.setattr(extracting, "MUCH", 10)
    long, short = machine / "a.jsonl", machine / "b.jsonl"
    long.write_text("x" * 11)
    short.write_text("x" * 10)
    assert [jobs_for([path]) for path in (long, short)] == [5, 1]
    assert jobs_for([short, short]) == 5
    assert jobs_for([Path("-")]) == jobs_for([machine / "none.jsonl"]) == 1
    (machine / "a.txt").write_text("x" * 11)
    assert jobs_for([machine / "a.txt"]) == 1  # one article
    monkeypatch.undo()
    assert extracting._cores() >= 1


def test_a_wrong_number_of_jobs_is_a_wrong_call(many):
    check(run("extract", many, "--jobs", "0"), 2)


# --- signals and pipes, in a process of its own ---


def heed_ctrl_c():
    # Where tests run as several processes these may ignore or block Ctrl-C, and so
    # would theirs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


@contextmanager
def start(path, **more):
    """Read a file in a process of its own, which is gone afterwards in any case."""
    process = subprocess.Popen(
        [sys.executable, *("-m", "geo.cli", "extract", str(path), "--jobs", "2")],
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )
    with process:
        try:
            yield process
            process.wait(timeout=60)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def is_gone(group):
    """Tell whether no process of a group is left, zombies aside."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def endless(machine):  # noqa: F811
    """Return a file that takes longer than any test here waits."""
    row = json.dumps({"text": TEXT * 20, "published": "2017-03-05"}) + "\n"
    path = machine / "endless.jsonl"
    path.write_text(row * 5_000)
    return path


def test_ctrl_c_ends_all_processes_quietly(endless):
    with start(endless) as process:
        assert process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _out, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told == b""
    assert is_gone(process.pid)


def test_processes_end_with_the_command_that_started_them(endless):
    with start(endless) as process:
        assert process.stdout.readline()
        process.kill()
        process.communicate(timeout=60)
    assert is_gone(process.pid)


def test_a_reader_that_goes_away_ends_it_quietly(endless):
    with start(endless) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
    assert is_gone(process.pid)


def test_a_bar_shows_on_a_terminal_and_not_among_the_claims(many):
    for to_terminal in (False, True):
        main, terminal = pty.openpty()
        stdout = terminal if to_terminal else subprocess.DEVNULL
        with start(many, stderr=terminal, stdout=stdout) as process:
            os.close(terminal)
            shown = io.BytesIO()
            while True:
                try:
                    part = os.read(main, 100_000)
                except OSError:  # the other end is closed
                    break
                if not part:
                    break
                shown.write(part)
            process.communicate(timeout=60)
        os.close(main)
        assert process.returncode == 1
        assert (b"Reading articles" in shown.getvalue()) is not to_terminal
