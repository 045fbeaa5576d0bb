"""Feeds and folders are followed: each thing is taken once, what fails is tried again."""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import hostile_server
import pytest
from conftest import make_location
from hostile_server import Clock
from test_feeds import item, rss

from extract.read import Header
from geo.drafts import waiting
from geo.fetching import Limits, Manners
from geo.following import MAX_TRIES, Following, Looked, follow, look
from geo.ingest import Steps
from geo.pacing import Pace
from geo.retrying import backed_off_s
from geo.store import open_store
from geo.taking import Taking
from geo.watching import Watch

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = 3_600


def words_on(town):
    return f"The Syrian army captured {town} from Islamic State on Monday. " * 3


STEPS = Steps(
    find=lambda article: (),
    geocoder=lambda claims, countries, outline: {
        claim.claim_id: make_location() for claim in claims
    },
    countries=lambda article: ("SY",),
)


def page(town, day="2026-01-04"):
    dated = f"<meta property='article:published_time' content='{day}'>" if day else ""
    words = words_on(town)
    return (
        f"<html><head><title>{town} taken</title>{dated}</head><body><article>"
        f"<h1>{town} taken</h1><p>{words}</p><p>{words}</p></article></body></html>"
    ).encode()


@pytest.fixture(scope="module")
def server():
    with hostile_server.running() as running:
        yield running


@pytest.fixture
def hostile(server):
    server.paths.clear()
    server.asked.clear()
    return server


@pytest.fixture
def store(where):
    with open_store(where) as opened:
        yield opened


@pytest.fixture
def clock():
    return Clock(START.timestamp())


@pytest.fixture
def following(tmp_path, store, clock):
    pace = Pace(tmp_path / "pace.sqlite", clock=clock, sleep=lambda _s: None)
    return Following(
        into=Taking(
            store=store,
            steps=STEPS,
            clock=lambda: datetime.fromtimestamp(clock(), UTC),
        ),
        manners=Manners(
            pace=pace, clock=clock, allow_private=True, limits=Limits(seconds=20)
        ),
        every_s=HOUR,
    )


def feed(hostile, *items, **headers):
    body = rss(*items).encode()
    hostile.page("/feed", body, kind="application/rss+xml", **headers)
    return f"{hostile.url}/feed"


def titles(store):
    return sorted(article.title for article in store.articles())


def pages_asked(hostile):
    return [path for path in hostile.paths_asked() if path != "/feed"]


def test_new_entries_are_taken_once(hostile, store, following, clock):
    url = feed(hostile, item("/homs"))
    hostile.page("/homs", page("Homs"))
    hostile.page("/hama", page("Hama"))
    looked = look(url, following)
    assert (looked.n_new, looked.is_whole) == (1, True)
    assert looked.next == START + timedelta(seconds=HOUR)
    feed(hostile, item("/hama"), item("/homs"))
    assert look(url, following).n_new == 1
    assert look(url, following).n_new == 0
    assert titles(store) == ["Hama taken", "Homs taken"]
    assert pages_asked(hostile) == ["/homs", "/hama"]


def test_a_feed_that_has_not_changed_is_not_sent_again(hostile, following):
    url = feed(hostile, item("/homs"), ETag='"one"')
    hostile.page("/homs", page("Homs"))
    look(url, following)
    hostile.status("/feed", 304)
    looked = look(url, following)
    assert (looked.n_new, looked.is_whole) == (0, True)
    assert hostile.asked[-1][1]["If-None-Match"] == '"one"'


def test_the_mark_of_a_feed_that_cannot_be_read_is_not_kept(hostile, following):
    url = feed(hostile, ETag='"bad"')
    hostile.page("/feed", b"<html>error</html>", ETag='"bad"')
    assert "no feed" in look(url, following).said[0]
    feed(hostile, item("/homs"), ETag='"bad"')
    hostile.page("/homs", page("Homs"))
    assert look(url, following).n_new == 1
    assert "If-None-Match" not in hostile.asked[1][1]


def test_the_feed_tells_what_the_page_does_not(hostile, store, following):
    url = feed(hostile, item("/homs", pubDate="Sun, 04 Jan 2026 08:00:00 +0000"))
    hostile.page("/homs", page("Homs", day=None))
    assert look(url, following).is_whole
    (article,) = store.articles()
    assert article.title == "Homs taken"
    assert article.published == date(2026, 1, 4)
    assert article.publisher == "The News"


def test_the_page_counts_before_the_feed_and_the_feed_before_the_options(
    hostile, store, following
):
    told = Header(publisher="Said", published=date(2020, 1, 1))
    following = replace(following, into=replace(following.into, defaults=told))
    url = feed(hostile, item("/homs", pubDate="Fri, 02 Jan 2026 08:00:00 +0000"))
    hostile.page("/homs", page("Homs"))
    look(url, following)
    (article,) = store.articles()
    assert article.published == date(2026, 1, 4)
    assert article.publisher == "The News"


def test_a_page_without_a_day_waits_as_a_draft_once(hostile, store, following, clock):
    url = feed(hostile, item("/homs"))
    hostile.page("/homs", page("Homs", day=None))
    looked = look(url, following)
    assert list(looked.taken.drafts.values()) == [
        (f"{hostile.url}/homs", ("published",))
    ]
    clock.now_s += HOUR
    assert look(url, following).is_whole
    assert [draft.found.title for draft in waiting(store, "")] == ["Homs taken"]
    assert store.articles() == []


def test_an_entry_that_fails_is_tried_again_later_and_said(
    hostile, store, following, clock
):
    url = feed(hostile, item("/homs", "Homs is taken"), item("/hama"))
    hostile.page("/hama", page("Hama"))
    looked = look(url, following)
    assert looked.said == [
        f"Homs is taken: '{hostile.url}/homs': is not there (404); tried again from "
        "2026-01-05 12:15 UTC"
    ]
    assert titles(store) == ["Hama taken"]
    hostile.page("/homs", page("Homs"))
    assert look(url, following).is_whole
    assert titles(store) == ["Hama taken"]
    clock.now_s += 900
    # The feed need not tell of it any more.
    hostile.status("/feed", 304)
    look(url, following)
    assert titles(store) == ["Hama taken", "Homs taken"]


def test_an_entry_is_given_up_in_the_end(hostile, following, clock):
    url = feed(hostile, item("/homs"))
    for _ in range(MAX_TRIES - 1):
        assert "tried again from" in look(url, following).said[0]
        clock.now_s += 86_400
    assert f"given up after {MAX_TRIES} tries" in look(url, following).said[0]
    clock.now_s += 10 * 86_400
    assert look(url, following).said == []
    assert len(pages_asked(hostile)) == MAX_TRIES


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("javascript:alert(1)", "does not begin with http"),
        ("file:///etc/passwd", "does not begin with http"),
        ("http://169.254.169.254/latest/", "no address that a page can have"),
        ("http://[::1", "tells no address"),
    ],
)
def test_an_entry_that_leads_nowhere_good_is_refused(hostile, following, link, said):
    url = feed(hostile, item(link, "{{7*7}}<script>"))
    (words,) = look(url, following).said
    assert said in words
    assert pages_asked(hostile) == []


def test_private_pages_of_a_feed_are_refused_without_the_switch(hostile, following):
    manners = replace(
        following.manners,
        allow_private=False,
        resolve=lambda host, _port: [host],
    )
    url = feed(hostile, item("/homs"))
    look(url, following)
    (words,) = look(url, replace(following, manners=manners)).said
    assert "this very machine" in words


def test_titles_are_data(hostile, store, following):
    name = "'; DROP TABLE article; -- {{7*7}} \u202e"
    url = feed(hostile, item("/homs", name, pubDate="Sun, 04 Jan 2026 08:00:00 +0000"))
    words = words_on("Homs")
    hostile.page("/homs", words.encode(), kind="text/plain; charset=utf-8")
    look(url, following)
    assert titles(store) == [name.strip()]


def test_a_server_that_cannot_be_had_is_left_longer_each_time(
    hostile, following, clock
):
    url = feed(hostile)
    hostile.status("/feed", 500)
    waits = []
    for _ in range(7):
        looked = look(url, following)
        assert "answered 500" in looked.said[0]
        waits.append((looked.next - looked.at).total_seconds() / HOUR)
        clock.now_s = looked.next.timestamp()
    assert waits == [2, 4, 8, 16, 24, 24, 24]
    feed(hostile)
    looked = look(url, following)
    assert looked.next - looked.at == timedelta(hours=1)


def test_a_server_that_asks_for_peace_is_left_alone(hostile, following):
    url = feed(hostile)
    hostile.status("/feed", 429, Retry_After="20000")
    looked = look(url, following)
    assert "asks to be left alone for 20000 s" in looked.said[0]
    assert looked.next == START + timedelta(seconds=20_000)


def test_back_off_doubles_is_capped_and_heeds_what_is_asked():
    assert [backed_off_s(60, n) for n in (0, 1, 2, 3)] == [60, 120, 240, 480]
    assert backed_off_s(60, 10_000) == 86_400
    assert backed_off_s(60, 1, 5_000) == 5_000
    # A feed that is looked at once a week is not looked at more often for failing.
    assert backed_off_s(604_800, 3) == 604_800


def test_a_look_leaves_the_rest_where_nothing_can_be_had(hostile, following, clock):
    url = feed(hostile, *(item(f"/{n}") for n in range(9)))
    looked = look(url, following)
    assert looked.said[-1] == "4 entries are left for the next look"
    assert len(pages_asked(hostile)) == 5
    for n in range(9):
        hostile.page(f"/{n}", page(f"Town{n}"))
    clock.now_s += HOUR
    assert look(url, following).is_whole


def test_a_process_that_was_stopped_goes_on_where_it_was(
    hostile, where, store, following
):
    url = feed(hostile, item("/hama"), item("/homs"))
    hostile.page("/hama", page("Hama"))
    hostile.page("/homs", page("Homs"))
    hosts = iter(["127.0.0.1", "127.0.0.1"])

    def resolve(host, port):
        for found in hosts:
            return [found]
        raise KeyboardInterrupt

    stopped = replace(following, manners=replace(following.manners, resolve=resolve))
    with pytest.raises(KeyboardInterrupt):
        look(url, stopped)
    assert titles(store) == ["Hama taken"]
    hostile.status("/feed", 304)
    with open_store(where) as again:
        look(url, replace(following, into=replace(following.into, store=again)))
        assert titles(again) == ["Hama taken", "Homs taken"]
    assert pages_asked(hostile) == ["/hama", "/homs"]


class EnoughError(Exception):
    """Ends what goes on without end."""


def test_feeds_are_looked_at_when_they_are_due(clock):
    seen = []

    def look_at(name):
        seen.append((name, clock() - START.timestamp()))
        if len(seen) == 6:
            raise EnoughError
        wait_s = {"a": 60, "b": 150}[name]
        return nothing_new(name, now() + timedelta(seconds=wait_s))

    def now():
        return datetime.fromtimestamp(clock(), UTC)

    told = []
    with pytest.raises(EnoughError):
        follow(
            {"a": START, "b": START + timedelta(seconds=30)},
            look_at,
            clock=now,
            sleep=clock.sleep,
            told=told.append,
        )
    assert seen == [("a", 0), ("b", 30), ("a", 60), ("a", 120), ("a", 180), ("b", 180)]
    assert [looked.name for looked in told] == ["a", "b", "a", "a", "a"]


def nothing_new(name, then):
    return Looked(name=name, at=then, next=then)


# Folders


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "reports"
    path.mkdir()
    return path


def report(path, town="Homs", day="2026-01-04"):
    path.write_text(f"---\ntitle: {town}\npublished: {day}\n---\n{words_on(town)}")
    return path


def test_a_file_is_taken_once_it_is_at_rest(folder, store, following):
    watch = Watch(folder, lambda: following)
    path = report(folder / "a.txt")
    assert watch.look().n_new == 0
    with path.open("a") as file:
        file.write("More of it.")
    assert watch.look().n_new == 0
    looked = watch.look()
    assert (looked.n_new, looked.is_whole) == (1, True)
    assert watch.look().n_new == 0
    (article,) = store.articles()
    assert store.article(article.article_id).text.endswith("More of it.")


def test_a_name_that_is_no_text_stops_nothing(folder, store, following):
    named = os.fsencode(folder)
    for name, content in (
        (b"\xfe.html", page("Hama", day=None)),
        (b"\xff.html", page("Homs")),
    ):
        Path(os.fsdecode(named + b"/" + name)).write_bytes(content)
    watch = Watch(folder, lambda: following)
    watch.look()
    assert watch.look().n_new == 2
    assert titles(store) == ["Homs taken"]
    assert [one.source.name.rpartition("/")[2] for one in waiting(store, None)] == [
        "\\xfe.html"
    ]
    assert watch.look().n_new == 0


def test_a_changed_file_is_taken_again_and_a_new_watch_takes_nothing_twice(
    folder, store, following
):
    path = report(folder / "a.txt")
    for _ in range(2):
        watch = Watch(folder, lambda: following)
        watch.look()
        watch.look()
    assert titles(store) == ["Homs"]
    report(path, "Hama")
    watch.look()
    watch.look()
    assert titles(store) == ["Hama", "Homs"]


def test_folders_below_are_watched_but_not_what_is_hidden_or_a_link(
    folder, tmp_path, store, following
):
    outside = report(tmp_path / "outside.txt", "Outside")
    (folder / "below" / "it").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    report(folder / "below" / "it" / "b.md", "Below")
    report(folder / ".hidden" / "c.txt", "Hidden")
    report(folder / ".d.txt", "Hidden")
    report(folder / "e.part", "Part")
    (folder / "link.txt").symlink_to(outside)
    (folder / "links").symlink_to(tmp_path, target_is_directory=True)
    watch = Watch(folder, lambda: following)
    watch.look()
    assert watch.look().n_new == 1
    assert titles(store) == ["Below"]


def test_what_cannot_be_read_is_said_once_and_costs_nothing_else(
    folder, store, following
):
    report(folder / "good.txt")
    (folder / "bad.pdf").write_bytes(b"no pdf at all")
    (folder / "empty.txt").write_bytes(b"")
    line = {"text": words_on("Hama"), "title": "Hama"}
    (folder / "rows.jsonl").write_text(
        json.dumps({**line, "published": "2026-01-03"}) + "\n" + json.dumps(line)
    )
    watch = Watch(folder, lambda: following)
    watch.look()
    looked = watch.look()
    failures = [str(one) for one in looked.taken.report.failures]
    assert len(failures) == 3
    assert all(str(folder) in one for one in failures)
    assert any("rows.jsonl, line 2: no day of publication" in one for one in failures)
    assert titles(store) == ["Hama", "Homs"]
    assert watch.look().is_whole


def test_a_folder_that_is_gone_is_said(folder, following):
    watch = Watch(folder, lambda: following)
    folder.rmdir()
    assert "is no folder" in watch.look().said[0]
