"""The commands that take in pages, feeds, files and folders, and decide on drafts."""

import json
import os
import signal
import subprocess
import sys
import time

import hostile_server
import pytest
from test_cli import CACHE, ROOT, check, run
from test_feeds import item, rss
from test_following import page

from geo.drafts import waiting
from geo.originals import content_of, retrievals
from geo.store import open_store


@pytest.fixture(scope="module")
def server():
    with hostile_server.running() as running:
        yield running


@pytest.fixture
def hostile(server):
    server.paths.clear()
    server.asked.clear()
    return server


@pytest.fixture(autouse=True)
def desk(where, tmp_path, monkeypatch):
    """Give each test a folder and a store of its own; servers are asked at once."""
    for name in ("COLUMNS", "TIDELINE_ALLOW_PRIVATE"):
        monkeypatch.delenv(name, raising=False)
    cache = os.environ.get("TIDELINE_CACHE", str(CACHE))
    monkeypatch.setenv("TIDELINE_CACHE", cache)
    monkeypatch.setenv("TIDELINE_STORE", str(where))
    monkeypatch.setattr("geo.pacing.GAP_S", 0.0)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def store(desk, where):
    with open_store(where) as opened:
        yield opened


def titles(store):
    return sorted(article.title for article in store.articles())


def test_a_page_is_fetched_and_stored_with_its_bytes(hostile, store):
    hostile.page("/homs", page("Homs"))
    url = f"{hostile.url}/homs"
    result = check(run("ingest", url, "--allow-private"), 0)
    assert "1 article added" in result.stdout
    (article,) = store.articles()
    assert (article.title, article.url) == ("Homs taken", url)
    (came,) = retrievals(store, article.article_id)
    assert (came.source, came.final_url) == (url, url)
    assert content_of(store, came.sha256) == page("Homs")
    again = check(run("ingest", url, "--allow-private"), 0)
    assert "1 article already there" in again.stdout


def test_private_pages_are_refused_unless_allowed(hostile, store, monkeypatch):
    hostile.page("/homs", page("Homs"))
    result = check(run("ingest", f"{hostile.url}/homs"), 1)
    assert "127.0.0.1, this very machine; allow that with" in result.stderr
    assert "127.0.0.1 is 127.0.0.1" not in result.stderr
    assert hostile.asked == []
    monkeypatch.setenv("TIDELINE_ALLOW_PRIVATE", "1")
    check(run("ingest", f"{hostile.url}/homs"), 0)
    assert titles(store) == ["Homs taken"]


def test_what_asks_becomes_a_draft_that_is_accepted_by_its_number(hostile, store):
    hostile.page("/homs", page("Homs", day=None))
    result = check(run("ingest", f"{hostile.url}/homs", "--allow-private"), 1)
    assert "tideline drafts accept 1 --published" in result.stderr
    assert store.articles() == []
    assert "Homs taken" in check(run("drafts", "list"), 0).stdout
    shown = check(run("drafts", "show", "1"), 0).stdout
    assert "The Syrian army captured Homs" in shown
    refused = check(run("drafts", "accept", "1"), 1)
    assert "no day of publication" in refused.stderr
    accepted = run("drafts", "accept", "1", "--published", "2026-01-04", "--title", "X")
    assert "1 article added" in check(accepted, 0).stdout
    assert titles(store) == ["X"]
    assert "no drafts" in check(run("drafts", "list"), 0).stdout
    assert "no draft 1" in check(run("drafts", "accept", "1"), 1).stderr


def test_a_draft_is_dropped(hostile, store):
    hostile.page("/homs", page("Homs", day=None))
    run("ingest", f"{hostile.url}/homs", "--allow-private")
    check(run("drafts", "drop", "1"), 0)
    assert waiting(store, None) == []
    assert "no draft 1" in check(run("drafts", "show", "1"), 1).stderr


def test_options_fill_in_what_was_not_found(hostile, store):
    hostile.page("/homs", page("Homs", day=None))
    url = f"{hostile.url}/homs"
    how = ("--published", "2026-01-04", "--publisher", "SANA", "--title", "Other")
    check(run("ingest", url, "--allow-private", *how), 0)
    (article,) = store.articles()
    assert (article.title, article.publisher) == ("Homs taken", "SANA")
    (came,) = retrievals(store, article.article_id)
    assert came.found["how"]["published"] == "option"


def test_a_list_of_addresses_and_files_are_taken_together(hostile, desk, store):
    hostile.page("/homs", page("Homs"))
    hostile.page("/hama", page("Hama"))
    (desk / "urls.txt").write_text(
        f"# two pages\n{hostile.url}/homs\n\n  {hostile.url}/hama\n{hostile.url}/none\n"
    )
    line = {"text": "Rain fell.", "title": "Rain", "published": "2026-01-03"}
    (desk / "a.jsonl").write_text(json.dumps(line) + "\n{}\n")
    result = check(
        run("ingest", "a.jsonl", "gone.pdf", "--urls", "urls.txt", "--allow-private"), 1
    )
    assert titles(store) == ["Hama taken", "Homs taken", "Rain"]
    assert "3 inputs failed" in result.stderr
    assert f"{hostile.url}/none: is not there (404)" in result.stderr
    assert "gone.pdf: no such file" in result.stderr
    assert "a.jsonl, line 2: " in result.stderr
    rain = next(one for one in store.articles() if one.title == "Rain")
    (came,) = retrievals(store, rain.article_id)
    assert json.loads(content_of(store, came.sha256)) == line
    assert came.source == "a.jsonl"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ingest", "--urls", "urls.txt"], "line 2: 'ftp://a/' is no address"),
        (["ingest", "http://a/", "--every", "5s"], "no time between a minute"),
        (["ingest", "http://a/", "--every", "often"], "no time between a minute"),
        (["ingest"], "Missing argument"),
        (["watch", "urls.txt"], "is a file"),
        (["drafts", "show", "one"], "valid integer"),
    ],
)
def test_a_wrong_call_is_told(desk, arguments, said):
    (desk / "urls.txt").write_text("http://a/\nftp://a/\n")
    result = check(run(*arguments), 2)
    assert said in " ".join(result.output.replace("│", " ").split())


def test_standard_input_is_kept_as_it_came(store):
    text = "---\npublished: 2026-01-03\n---\nRain fell in Homs."
    check(run("ingest", "-", stdin=text), 0)
    (article,) = store.articles()
    (came,) = retrievals(store, article.article_id)
    assert content_of(store, came.sha256).decode() == text
    assert came.source == "standard input"


def test_a_feed_is_looked_at_once_without_every(hostile, store):
    feed = f"{hostile.url}/feed"
    body = rss(item("/homs"), item("/gone")).encode()
    hostile.page("/feed", body, kind="text/xml", ETag='"one"')
    hostile.page("/homs", page("Homs"))
    result = check(run("ingest", feed, "--allow-private"), 1)
    assert "2 new; 1 article added" in result.stdout
    assert "is not there (404); tried again from" in result.stderr
    hostile.status("/feed", 304)
    again = check(run("ingest", feed, "--allow-private"), 0)
    assert f"nothing new in {feed}" in again.stderr
    assert titles(store) == ["Homs taken"]
    assert hostile.paths_asked().count("/homs") == 1


def test_every_without_a_feed_is_told(hostile, store):
    hostile.page("/homs", page("Homs"))
    call = ("ingest", f"{hostile.url}/homs", "--allow-private", "--every", "15m")
    assert "none of these is a feed" in check(run(*call), 1).stderr
    assert titles(store) == ["Homs taken"]


def started(desk, *arguments):
    """Start a command that goes on without end, as a process of its own."""
    code = "from geo.cli import app; app()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        # Under a runner that ignores Ctrl-C its children would ignore it, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def until(holds, process, limit_s=60):
    end = time.monotonic() + limit_s
    while not holds():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.05)


def stopped(process):
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    return said


def test_a_feed_is_followed_until_ctrl_c(hostile, desk, store):
    hostile.page("/feed", rss(item("/homs")).encode(), kind="text/xml")
    hostile.page("/homs", page("Homs"))
    feed = f"{hostile.url}/feed"
    process = started(desk, "ingest", feed, "--allow-private", "--every", "15m")
    try:
        until(store.articles, process)
        said = stopped(process)
    finally:
        process.kill()
    assert "the same command goes on from here" in said


def test_a_folder_is_watched_until_ctrl_c(desk, store, monkeypatch):
    folder = desk / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("---\npublished: 2026-01-03\n---\nRain fell.")
    process = started(desk, "watch", folder)
    try:
        until(store.articles, process)
        assert "the same command goes on from here" in stopped(process)
    finally:
        process.kill()
