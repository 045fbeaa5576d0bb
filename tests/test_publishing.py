"""A published site: what is in it, where it may stand, how it reads in a browser."""

import json
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browsing import SLOW_MS
from conftest import TEXT, make_claim, make_location
from playwright.sync_api import expect
from screen import HOSTILE, hostile
from strategies import placed
from test_access import serious

from extract.conflict import load_conflicts
from geo import publishing
from geo.events import cluster, frame
from geo.importing import read_events
from geo.pages.served import all_actors
from geo.publishing import MANIFEST, PublishError, publish
from geo.site import A_PAGE
from geo.withholding import withheld

SYRIA = all_actors(load_conflicts())
TODAY = date(2026, 1, 5)


def events_of(*claims, **changes):
    where = {"source": "GeoNames, CC BY 4.0, 2026-01-01", **changes}
    return frame(
        cluster(
            [
                placed(
                    claim,
                    make_location(place_id=f"geonames:{n}", lon=38 + n / 4, **where),
                )
                for n, claim in enumerate(claims)
            ]
        )
    )


def on(day, **changes):
    return make_claim(claim_id=f"c{day}", date_start=day, date_end=day, **changes)


def some():
    evil = replace(hostile()[1], date_start=date(2018, 6, 1), date_end=date(2018, 6, 1))
    events = events_of(
        on(date(2017, 3, 2)),
        on(date(2017, 5, 2), place="Raqqa", gained_by="Syrian Democratic Forces"),
        evil,
    )
    events.loc[events["place"] == HOSTILE, "url"] = "javascript:window.PWN=1"
    return events


def leaving(events, **held):
    return withheld(events, today=TODAY, **held)


def files_in(folder):
    return {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published") / "site"
    publish(leaving(some()), SYRIA, folder)
    return folder


@pytest.fixture
def folder(published, tmp_path):
    """A site of one's own to be replaced."""
    return Path(shutil.copytree(published, tmp_path / "site"))


def test_the_manifest_has_the_digest_of_every_file(published):
    said = json.loads((published / MANIFEST).read_text())
    assert set(said["files"]) == files_in(published) - {MANIFEST}
    for name, about in said["files"].items():
        content = (published / name).read_bytes()
        assert about == {"sha256": sha256(content).hexdigest(), "size": len(content)}
    assert (said["as_of"], said["coarsen_km"], said["events"]) == ("2026-01-05", 0, 3)
    assert {"index.html", "index.ar.html", "map.html", "map.ar.html"} <= set(
        said["files"]
    )


@pytest.mark.parametrize("name", ["events.geojson", "events.csv", "events-hxl.csv"])
def test_the_data_are_the_events(published, name):
    read = read_events(published / "data" / name, today=TODAY)
    assert list(read.events["sentence"]) == list(some()["sentence"])


def test_pages_quote_sentences_with_publisher_and_never_whole_texts(published):
    page = (published / "quotations-1.html").read_text()
    for wanted in (make_claim().sentence, "Daily Example", "https://example.org/"):
        assert wanted in page
    whole = b"".join((published / name).read_bytes() for name in files_in(published))
    assert TEXT[-10:].encode() not in whole


def test_every_page_runs_nothing_and_escapes_the_words_of_others(published):
    for name in files_in(published):
        if name.endswith(".html") and not name.startswith("map"):
            page = (published / name).read_text()
            assert "default-src 'none'" in page
            assert "<script" not in page
            assert "<img" not in page
            assert 'href="javascript:' not in page


def test_the_licence_page_names_each_list_and_publisher(published):
    for name in ("licence.html", "licence.ar.html"):
        page = (published / name).read_text()
        assert "GeoNames, CC BY 4.0, 2026-01-01" in page
        assert "Daily Example" in page
        assert "Natural Earth" in page


def test_what_is_held_back_is_in_no_file(tmp_path):
    exact = {"lon": 38.2842917, "lat": 34.5601838}
    late = placed(on(TODAY, place="TooLate"), make_location(place_id="late"))
    first = placed(on(date(2017, 3, 2)), make_location(**exact))
    outgoing = leaving(frame(cluster([first, late])), coarsen_km=20, delay_days=14)
    publish(outgoing, SYRIA, tmp_path / "site")
    for name in files_in(tmp_path / "site"):
        content = (tmp_path / "site" / name).read_bytes()
        assert b"TooLate" not in content
        if not name.startswith("map"):  # packed; see tests/test_onefile.py
            assert b"38.284" not in content
            assert b"geonames:163960" not in content
    index = (tmp_path / "site" / "index.html").read_text()
    assert "grid of 20 km" in index
    assert "22 December 2025" in index
    assert json.loads((tmp_path / "site" / MANIFEST).read_text())["coarsen_km"] == 20


def test_many_quotations_go_on_pages_of_their_own(tmp_path):
    one = events_of(make_claim())
    many = one.iloc[[0] * (A_PAGE + 1)].reset_index(drop=True)
    many["event_id"] = [f"e-{n}" for n in range(len(many))]
    publish(leaving(many), SYRIA, tmp_path / "site")
    first, second = (
        (tmp_path / "site" / f"quotations-{n}.html").read_text() for n in (1, 2)
    )
    assert (first.count("<article>"), second.count("<article>")) == (A_PAGE, 1)
    assert 'href="quotations-2.html"' in first
    assert 'href="quotations-1.html"' in second


def test_the_same_events_make_the_same_site(published, tmp_path):
    publish(leaving(some()), SYRIA, tmp_path / "again")
    again = (tmp_path / "again" / MANIFEST).read_text()
    assert again == (published / MANIFEST).read_text()


def test_a_new_site_takes_the_place_of_the_old_one_whole(folder, tmp_path):
    said = json.loads((folder / MANIFEST).read_text())
    (folder / "old.html").write_text("of an older version")
    said["files"]["old.html"] = {}
    (folder / MANIFEST).write_text(json.dumps(said))
    folder.chmod(0o750)
    publish(leaving(events_of()), SYRIA, folder, further={"events.atom": b"<feed/>"})
    said = json.loads((folder / MANIFEST).read_text())
    assert files_in(folder) == {*said["files"], MANIFEST}
    assert "old.html" not in files_in(folder)
    assert "events.atom" in (folder / "index.html").read_text()
    assert folder.stat().st_mode & 0o777 == 0o750
    assert [one.name for one in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("fails", ["pages", "_put"])
def test_a_publishing_that_breaks_off_leaves_the_old_site(
    folder, tmp_path, monkeypatch, fails
):
    before = (folder / MANIFEST).read_bytes()

    def broken(*_arguments):
        raise OSError("no room left")

    monkeypatch.setattr(publishing, fails, broken)
    with pytest.raises(OSError, match="no room"):
        publish(leaving(events_of()), SYRIA, folder)
    assert (folder / MANIFEST).read_bytes() == before
    assert len(files_in(folder)) == len(json.loads(before)["files"]) + 1
    assert [one.name for one in tmp_path.iterdir()] == ["site"]


def test_without_an_exchange_in_one_step_the_site_is_moved(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(publishing, "_exchange", lambda *_: False)
    publish(leaving(events_of()), SYRIA, folder)
    assert json.loads((folder / MANIFEST).read_text())["events"] == 0
    assert [one.name for one in tmp_path.iterdir()] == ["site"]


def test_nothing_of_others_is_ever_replaced(folder, tmp_path):
    for name in ("CNAME", "data/notes.txt"):
        (folder / name).write_text("mine")
        with pytest.raises(PublishError, match=name):
            publish(leaving(some()), SYRIA, folder)
        assert (folder / name).read_text() == "mine"
        (folder / name).unlink()
    (folder / "linked").symlink_to(tmp_path)
    with pytest.raises(PublishError, match="linked"):
        publish(leaving(some()), SYRIA, folder)
    own = tmp_path / "own"
    own.mkdir()
    (own / MANIFEST).write_text('{"files": {"a": 1}}')
    with pytest.raises(PublishError, match=MANIFEST):
        publish(leaving(some()), SYRIA, own)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(PublishError, match="no folder"):
        publish(leaving(some()), SYRIA, tmp_path / "file")
    with pytest.raises(PublishError, match="make it first"):
        publish(leaving(some()), SYRIA, tmp_path / "no" / "site")


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../b", "A b", ".x", ""])
def test_no_name_leads_out_of_the_site(tmp_path, name):
    with pytest.raises(PublishError, match="no name"):
        publish(leaving(events_of()), SYRIA, tmp_path / "site", further={name: b""})
    assert list(tmp_path.iterdir()) == []


def test_the_site_that_a_link_names_is_replaced_and_the_link_stays(tmp_path):
    os.symlink(tmp_path / "real", tmp_path / "link")
    (tmp_path / "real").mkdir()
    publish(leaving(events_of()), SYRIA, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").exists()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


@contextmanager
def static_server(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.browser
def test_a_site_reads_in_a_browser_and_asks_nobody_else(published, visit):
    """`visit` fails whoever asks an outside host."""
    trouble, asked = [], set()
    with static_server(published) as address:
        page = visit("about:blank").page
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: asked.add(request.url.split("/")[2]))
        page.goto(f"{address}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Reported control")
        expect(page.get_by_text("3 events, as of 5 January 2026.")).to_be_visible()
        assert serious(page) == []
        page.get_by_role("link", name="Quotations").click()
        quotes = page.locator("blockquote")
        expect(quotes).to_have_count(3)
        expect(quotes.last).to_have_text(make_claim().sentence)
        expect(page.get_by_role("link", name="original")).to_have_count(2)
        page.emulate_media(color_scheme="dark")
        assert serious(page) == []
        # On a phone, in Arabic.
        page.set_viewport_size({"width": 390, "height": 844})
        page.get_by_role("link", name="العربية").click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.get_by_role("heading", name="الاقتباسات")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert serious(page) == []
        for name in ("البداية", "الترخيص"):
            page.get_by_role("link", name=name, exact=True).click()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("link", name="الخريطة", exact=True).click()
        ready = "() => Boolean(window.tideline?.layer?.state().ready)"
        expect(page.locator("#tl-reader")).to_be_visible(timeout=SLOW_MS)
        assert page.evaluate(ready) or page.locator("#map_div").is_visible()
        assert page.evaluate("window.PWN") is None
        page.goto("about:blank")
    assert trouble == []
    assert {host for host in asked if host} == {address.removeprefix("http://")}
