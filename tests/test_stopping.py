"""Asked to stop, processes end what they are at, whole, and within a time."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import hostile_server
import pytest
from hostile_server import send
from sqlalchemy import func, select
from test_cli import CACHE, ROOT
from test_feeds import item, rss
from test_following import page

from geo import schema
from geo.serve import free_port, is_free
from geo.stopping import Stop, Stopped, UnderWay
from geo.store import open_store

SOON_S = 60
SERVE = """
import os, sys
from geo import serve
page = sys.argv[1]
serve._COMMAND = (sys.executable, "-m", "streamlit", "run", page, "--server.headless=true")
told = lambda url: print("ready", flush=True)
code = serve.serve(int(sys.argv[2]), dict(os.environ), on_ready=told, within_s=float(sys.argv[3]))
sys.exit(1 if code else 0)
"""


def wait_for(what):
    until = time.monotonic() + SOON_S
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


class Served:
    """A page of a process of its own, whose work takes as long as a test says."""

    def __init__(self, process, port, folder):
        self.process = process
        self.port = port
        self.folder = folder

    def ask(self, path):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as line:
            line.request("GET", path)
            return line.getresponse().read().decode()

    def begun(self, what):
        wait_for((self.folder / f"{what}-begun").exists)

    def go_on(self, what):
        (self.folder / f"{what}-go-on").touch()

    def is_closed(self):
        return is_free(self.port)

    def ended(self):
        _, err = self.process.communicate(timeout=SOON_S)
        assert self.is_closed()
        events = [json.loads(one) for one in err.splitlines() if one.startswith("{")]
        return self.process.returncode, [e for e in events if e["event"] == "stop"]


@pytest.fixture
def serve(tmp_path):
    """Serve `tests/stopping_page.py` as the page is served, with so much time to stop."""
    with open_store(tmp_path / "store.sqlite"):
        pass
    begun = []

    @contextmanager
    def started(within_s):
        port = free_port(18_601)
        path = [str(ROOT / "tests"), str(ROOT)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path),
            "STOPPING_FOLDER": str(tmp_path),
            "TIDELINE_LOG": "json",
        }
        script = ROOT / "tests" / "stopping_page.py"
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, script, str(port), str(within_s)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        assert process.stdout.readline() == "ready\n"
        yield Served(process, port, tmp_path)

    yield started
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def n_articles(where):
    with open_store(where) as store, store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(schema.article))


def test_a_request_and_a_write_that_are_under_way_end_whole(serve, tmp_path):
    with serve(SOON_S) as served:
        assert served.ask("/write") == "begun"
        served.begun("write")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(served.ask("/slow")))
        asking.start()
        served.begun("request")
        served.process.terminate()
        wait_for(served.is_closed)
        assert answers == []
        served.go_on("request")
        asking.join(SOON_S)
        assert answers == ["a whole answer" * 1_000]
        assert served.process.poll() is None
        served.go_on("write")
        code, [stop] = served.ended()
    assert code == 0
    assert stop["writes"] == "whole"
    assert n_articles(tmp_path / "store.sqlite") == 2


def test_a_write_that_takes_too_long_leaves_nothing(serve, tmp_path):
    with serve(0.2) as served:
        served.ask("/write")
        served.begun("write")
        served.process.terminate()
        code, [stop] = served.ended()
    assert code == 0
    assert stop["writes"] == "broken-off"
    assert n_articles(tmp_path / "store.sqlite") == 0


def test_a_request_that_never_ends_is_not_waited_for_without_end(serve):
    with serve(0.2) as served:
        asking = threading.Thread(target=ask_in_vain, args=(served,))
        asking.start()
        served.begun("request")
        served.process.terminate()
        code, _ = served.ended()
        asking.join(SOON_S)
    assert code == 1


def ask_in_vain(served):
    with pytest.raises(OSError):  # noqa: PT011 - the line is cut, in one way or another
        served.ask("/slow")


@pytest.fixture
def hostile():
    with hostile_server.running() as server:
        yield server


@pytest.fixture
def command(tmp_path):
    """Start a command on a store of its own; it logs its events."""
    begun = []

    def started(*arguments):
        environment = {
            **os.environ,
            "TIDELINE_CACHE": os.environ.get("TIDELINE_CACHE", str(CACHE)),
            "TIDELINE_STORE": str(tmp_path / "store.sqlite"),
            "TIDELINE_LOG": "json",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "geo.cli", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield started
    for process in begun:
        process.kill()
        process.communicate()


def heard(process, event):
    """Return the next event of that name."""
    for line in process.stderr:
        if (told := json.loads(line))["event"] == event:
            return told
    raise AssertionError(f"{event} did not come")


def ended(process):
    """Return the exit code, and the events told before it."""
    _, err = process.communicate(timeout=SOON_S)
    return process.returncode, [json.loads(line) for line in err.splitlines()]


def titles(where):
    with open_store(where) as store:
        return sorted(article.title for article in store.articles())


def a_feed_whose_first_page_waits(hostile):
    """Return two events: the first page is asked for, and may be answered."""
    asked, go_on = threading.Event(), threading.Event()

    def answer(handler):
        asked.set()
        go_on.wait(SOON_S)
        send(handler, page("Homs"))

    hostile.paths["/1"] = answer
    hostile.page("/2", page("Hama"))
    body = rss(item("/1"), item("/2")).encode()
    hostile.page("/feed", body, kind="application/rss+xml")
    return asked, go_on


def test_following_takes_what_it_is_at_and_leaves_the_rest(command, hostile, tmp_path):
    asked, go_on = a_feed_whose_first_page_waits(hostile)
    url, where = f"{hostile.url}/feed", tmp_path / "store.sqlite"
    follow = ("ingest", url, "--allow-private")
    process = command(*follow, "--every", "1m", "--stop-timeout", SOON_S)
    assert asked.wait(SOON_S)
    process.terminate()
    go_on.set()
    code, events = ended(process)
    assert (code, events[-1]["event"]) == (0, "stop")
    assert [e["articles"] for e in events if e["event"] == "ingest"] == [1]
    assert titles(where) == ["Homs taken"]
    # The same command goes on from there.
    assert ended(command(*follow))[0] == 0
    assert titles(where) == ["Hama taken", "Homs taken"]
    assert hostile.paths_asked().count("/1") == 1


def test_what_takes_too_long_is_left_for_the_next_time(command, hostile, tmp_path):
    asked, go_on = a_feed_whose_first_page_waits(hostile)
    url, where = f"{hostile.url}/feed", tmp_path / "store.sqlite"
    follow = ("ingest", url, "--allow-private")
    process = command(*follow, "--every", "1m", "--stop-timeout", "0.2")
    assert asked.wait(SOON_S)
    process.terminate()
    code, events = ended(process)
    assert (code, events[-1]["event"]) == (0, "stop")
    assert titles(where) == []
    go_on.set()
    assert ended(command(*follow))[0] == 0
    assert titles(where) == ["Hama taken", "Homs taken"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_at_rest_ends_at_once(command, tmp_path, number):
    folder = tmp_path / "reports"
    folder.mkdir()
    process = command("watch", folder)
    assert heard(process, "started")["what"] == "watch"
    process.send_signal(number)
    code, events = ended(process)
    assert (code, events[-1]["event"]) == (0, "stop")


def test_sending_to_webhooks_ends_well(command, tmp_path):
    with open_store(tmp_path / "store.sqlite"):
        pass
    process = command("webhooks", "send", "--every", "1h")
    told = heard(process, "webhooks")
    assert (told["arrived"], told["failed"]) == (0, 0)
    process.terminate()
    code, events = ended(process)
    assert (code, events[-1]["event"]) == (0, "stop")


def raised(number=signal.SIGTERM):
    signal.raise_signal(number)


def test_a_piece_of_work_is_not_broken_off():
    stop, done = Stop(SOON_S), []
    with stop.heeding():
        stop.check()
        raised()
        done.append("whole")
        with pytest.raises(Stopped):
            stop.check()
    assert done == ["whole"]


def test_a_second_signal_breaks_it_off():
    stop = Stop(SOON_S)
    with stop.heeding():
        raised()
        with pytest.raises(Stopped):
            raised(signal.SIGINT)


def test_so_does_time():
    stop = Stop(0.01)
    with stop.heeding():
        raised()
        with pytest.raises(Stopped):
            threading.Event().wait(SOON_S)


def test_rest_is_ended_at_once():
    stop = Stop(SOON_S)
    with stop.heeding():
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Stopped):
            stop.sleep(SOON_S * 10)


def test_asked_before_it_rests_it_does_not_rest():
    stop = Stop(SOON_S)
    with stop.heeding():
        raised()
        with pytest.raises(Stopped):
            stop.sleep(SOON_S * 10)


def test_afterwards_signals_mean_what_they_did():
    before = signal.getsignal(signal.SIGTERM)
    with Stop().heeding():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_what_is_under_way_is_waited_for():
    under_way = UnderWay()
    assert under_way.wait(0)
    with under_way.one():
        assert not under_way.wait(0)
        with pytest.raises(ZeroDivisionError), under_way.one():
            _ = 1 / 0
        assert not under_way.wait(0.01)
    assert under_way.wait(0)
