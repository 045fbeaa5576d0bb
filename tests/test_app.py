"""The page by Streamlit's own test driver: start, empty store, trouble, addresses."""

import sqlite3
import subprocess
import sys
from datetime import date

import pytest
import server
from conftest import make_article, make_claim, make_location, make_placing
from streamlit.testing.v1 import AppTest

from geo.store import open_store

PAGE = str(server.ROOT / "streamlit_app.py")
WAIT_S = 60
LAST = date(2024, 12, 1)


@pytest.fixture
def where(tmp_path, monkeypatch):
    path = tmp_path / "store.sqlite"
    monkeypatch.setenv("TIDELINE_STORE", str(path))
    monkeypatch.setenv("TIDELINE_CACHE", str(tmp_path))
    return path


def run(**query):
    page = AppTest.from_file(PAGE, default_timeout=WAIT_S)
    for key, value in query.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def words(page):
    return " ".join(str(element.value) for element in page.get("html")) + " ".join(
        button.label for button in page.button
    )


def test_an_empty_store_shows_how_to_begin(where):
    page = run()
    assert "Nothing here yet" in words(page)
    assert [b.label for b in page.button if b.key == "samples"]


def test_a_filled_store_opens_on_its_last_day(where):
    server.fill(where)
    page = run()
    assert page.session_state["day"] == LAST
    assert "Latest by this day" in words(page)


def test_an_address_sets_day_filters_and_event(where):
    server.fill(where)
    page = run(day="2017-03-02", type="captured", event="e-claim-report-8")
    assert page.session_state["day"].isoformat() == "2017-03-02"
    assert page.session_state["types"] == ["captured"]
    assert "retook" in words(page)


def test_what_is_made_at_the_start_leaves_the_map_to_the_page(where):
    """Streamlit registers a component only if a run of the page loads it first."""
    code = (
        "import sys; from geo.pages.warming import warm; warm('none.sqlite');"
        "print('geo.pages.pane' in sys.modules, 'streamlit_folium' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False"]


def test_a_bad_address_falls_back(where):
    server.fill(where)
    page = run(day="{{7*7}}", type="eaten", actor="<b>", event="${x}")
    assert page.session_state["day"] == LAST
    assert page.session_state["types"] == []


def test_an_event_that_is_not_there_is_said(where):
    server.fill(where)
    assert "not in this store" in words(run(event="e-claim-gone"))


def test_a_store_of_another_kind_is_said_in_a_line(where):
    with sqlite3.connect(where) as other:
        other.execute("CREATE TABLE sheep (n INTEGER)")
    other.close()
    assert "The store cannot be used" in words(run())


def test_a_folder_that_cannot_be_made_is_said_in_a_line(where, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("TIDELINE_STORE", str(tmp_path / "file" / "store.sqlite"))
    assert "The store cannot be used" in words(run())


def test_two_villages_of_one_area_are_not_one_place(where):
    area = make_location(match="container", place_id=None, where_prec=5, radius_m=4e4)
    with open_store(where) as store:
        for number, (place, taker) in enumerate(
            [("Xyz", "Syrian government"), ("Qrs", "Islamic State")]
        ):
            claim = make_claim(
                claim_id=f"c{number}", article_id=f"a{number}", place=place,
                gained_by=taker,
            )  # fmt: skip
            article = make_article(article_id=f"a{number}", title=place)
            placing = make_placing({claim.claim_id: area}, article_id=f"a{number}")
            store.add(article, [claim], placing, now=server.NOW)
    page = run(event="e-c0")
    assert "took Xyz" in words(page)
    assert "Qrs" not in words(page)


@pytest.mark.parametrize(
    ("typed", "point"),
    [
        ("36.2264, 37.7805", (37.7805, 36.2264)),
        ("36.2264 37.7805", (37.7805, 36.2264)),
        ("-4; 15", (15.0, -4.0)),
        ("36,2264 37,7805", None),
        ("36,2264, 37,7805", None),
        ("36 13 12 N 37 46 50 E", None),
        ("36, 400", None),
        ("91, 37", None),
        ("nan, 1", None),
        ("{{7*7}}", None),
        ("", None),
    ],
)
def test_coordinates_are_read_as_written_or_not_at_all(typed, point):
    from geo.pages.placing import _read

    assert _read(typed) == point


def test_reports_of_one_publisher_and_day_are_read_one_by_one(where):
    with open_store(where) as store:
        for number in range(2):
            claim = make_claim(claim_id=f"c{number}", article_id=f"a{number}")
            article = make_article(article_id=f"a{number}", title=f"Report {number}")
            found = {claim.claim_id: make_location()}
            placing = make_placing(found, article_id=f"a{number}")
            store.add(article, [claim], placing, now=server.NOW)
    page = run(event="e-c0")
    assert "Report 0" in words(page)
    assert page.button(key="told_0").disabled
    assert "Not independent of Daily Example" in words(page)
    assert "Report 1" in words(page.button(key="told_1").click().run())


def test_areas_can_be_downloaded_where_they_are_shown(where):
    def offered(page):
        return [button.proto.label for button in page.get("download_button")]

    server.fill(where)
    assert "Areas (GeoJSON)" in offered(run(areas="1"))
    assert "Areas (GeoJSON)" not in offered(run())
