"""Corrections that leave are held back as events are."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from conftest import make_location
from server import fill

from extract.conflict import load_conflicts
from geo.bulletin import ATOM
from geo.corrections import change_words, headline
from geo.outgoing_corrections import leaving
from geo.pages.served import all_actors
from geo.publishing import publish
from geo.reviewing import correct, reject
from geo.store import open_store
from geo.withholding import withheld

PACKS = load_conflicts()
SYRIA = all_actors(PACKS)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
# `fill`'s last two reports are of 30 November and 1 December 2024.
AGO = (NOW.date() - date(2024, 11, 30)).days


@pytest.fixture(scope="module")
def corrected(stores):
    path = stores.store()
    fill(path)
    with open_store(path, who="Somebody's name") as store:
        palmyra = store.claim("claim-report-2")
        to = make_location(lon=38.2712345, lat=34.5512345, match="user")
        correct(store, palmyra, {"location": to}, now=NOW, why="seen on a picture")
        late = store.claim("claim-report-16")
        reject(store, late, now=NOW, why="<b>it says nothing of that</b>")
    return path


def told(path, **held):
    with open_store(path) as store:
        outgoing = withheld(store.events(PACKS.values()), today=NOW.date(), **held)
        return outgoing, leaving(store, outgoing)


def words(found):
    return [
        (headline(one), [change_words(c) for _, cs in one.about for c in cs])
        for one in found.entries
    ]


def test_all_corrections_leave_where_nothing_is_held_back(corrected):
    _, found = told(corrected)
    first, second = words(found)
    assert first[0].startswith("A reading was rejected")
    assert second[0].startswith("A reading was corrected")
    assert any("position" in change for change in second[1])


def test_no_correction_tells_a_position_where_places_are_coarsened(corrected):
    _, found = told(corrected, coarsen_km=5)
    assert len(found.entries) == 2
    assert not any("position" in change for _, cs in words(found) for change in cs)


def test_a_correction_of_a_claim_that_is_held_back_stays(corrected):
    _, found = told(corrected, delay_days=AGO)
    assert [one.what for one in found.entries] == ["correct"]


def test_a_site_has_its_corrections_in_each_language_and_as_a_feed(corrected, tmp_path):
    outgoing, found = told(corrected, coarsen_km=20)
    publish(outgoing, SYRIA, tmp_path / "site", corrections=found)
    page = (tmp_path / "site" / "corrections.html").read_text()
    assert "A reading was rejected" in page
    assert "&lt;b&gt;it says nothing of that" in page
    assert "38.27" not in page
    arabic = (tmp_path / "site" / "corrections.ar.html").read_text()
    assert "رفض قراءة" in arabic
    for content in (page, arabic):
        assert "Somebody" not in content
        assert "<script" not in content
    feed = ET.parse(tmp_path / "site" / "corrections.atom")  # noqa: S314 - made here
    links = [
        one.get("href") for one in feed.findall(f".//{{{ATOM}}}entry/{{{ATOM}}}link")
    ]
    assert len(links) == 2
    for link in links:
        name, _, anchor = link.partition("#")
        assert name == "corrections.html"
        assert f'id="{anchor}"' in page


def test_corrections_go_on_until_the_oldest(corrected, monkeypatch):
    from geo import outgoing_corrections

    found = outgoing_corrections.corrections
    monkeypatch.setattr(
        outgoing_corrections,
        "corrections",
        lambda store, **asked: found(store, limit=1, **asked),
    )
    _, all_of_them = told(corrected)
    assert [one.what for one in all_of_them.entries] == ["reject", "correct"]
