"""The page looks places up online only where a reader turned that on."""

import nominatim_server
import pytest
from nominatim_server import place
from streamlit.testing.v1 import AppTest
from test_app import WAIT_S
from test_cli import CACHE

from geo.pages.words import plain
from geo.store import open_store

VILLAGE = place(37.7, 36.2, name="al-Nowhere")


def app():
    """Draw the switch, and buttons for what the page does with it."""
    import os
    import time
    from datetime import UTC, date, datetime

    import streamlit as st

    from extract.read import Header, article_from_text
    from geo.pages import adding, looking_up
    from geo.pages.home import Setting
    from geo.store import open_store
    from geo.where import dumps_at, gazetteer_at, gazetteers_at, store_at

    setting = Setting(
        where=store_at(None, os.environ),
        gazetteer=gazetteer_at(os.environ),
        shelf=gazetteers_at(os.environ),
        dumps=dumps_at(None, os.environ),
        now=datetime(2026, 11, 26, tzinfo=UTC),
        clock=time.time,
        environment=os.environ,
    )
    text = (
        "The Syrian Democratic Forces captured the village of al-Nowhere in the eastern"
        " countryside of Aleppo from Islamic State on 1 March 2017."
    )
    article = article_from_text(text, Header(published=date(2017, 3, 5)))
    looking_up.switch(setting)
    if st.button("Find", key="find"):
        claims, said = adding._claims([article], setting)
        st.json({"how": [one.location.match for one in claims], "said": said})
    if st.button("Store", key="store"):
        adding._store([article], setting)
    if st.button("Again", key="again"):
        with (
            adding.open_places(setting) as gazetteer,
            open_store(setting.where) as store,
        ):
            retried, said = looking_up.try_again(
                store, gazetteer, setting, online=looking_up.is_on()
            )
        st.json({"moved": len(retried.moved), "said": said})


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """Let queries follow each other at once; their pace has tests of its own."""
    monkeypatch.setattr("geo.pacing.GAP_S", 0.0)
    monkeypatch.setattr(
        "geo.pages.looking_up.pace_at", lambda _: tmp_path / "pace.sqlite"
    )
    monkeypatch.setenv("TIDELINE_STORE", str(tmp_path / "store.sqlite"))
    monkeypatch.setenv("TIDELINE_CACHE", str(CACHE))


@pytest.fixture
def nominatim(monkeypatch):
    with nominatim_server.running() as server:
        monkeypatch.setenv("TIDELINE_NOMINATIM", server.url)
        server.answers = [[VILLAGE]]
        yield server


def drawn():
    page = AppTest.from_function(app, default_timeout=WAIT_S).run()
    assert not page.exception
    return page


def press(page, key):
    page.button(key=key).click().run()
    assert not page.exception
    return page.json[0].value if page.json else ""


def test_the_switch_is_off_and_says_what_it_does(nominatim):
    page = drawn()
    box = page.checkbox(key="add_online")
    assert box.value is False
    assert plain(nominatim.url.removeprefix("http://")) in box.label
    assert "30 days" in box.help
    assert "learns what you study" in page.caption[0].value
    assert '"container"' in press(page, "find")
    assert nominatim.queries == []


def test_a_host_is_no_markup(monkeypatch):
    monkeypatch.setenv("TIDELINE_NOMINATIM", "https://**a**.example.org")
    assert plain("**a**.example.org") in drawn().checkbox(key="add_online").label


def test_what_was_looked_up_for_the_preview_is_stored_without_asking_twice(
    nominatim, tmp_path
):
    page = drawn()
    page.checkbox(key="add_online").check()
    assert '"online"' in press(page, "find")
    press(page, "store")
    assert nominatim.names == ["al-Nowhere, Aleppo"]
    with open_store(tmp_path / "store.sqlite", create=False) as store:
        assert [one.location.match for one in store.claims()] == ["online"]


def test_a_failure_is_told_and_the_place_can_be_tried_again(nominatim):
    nominatim.answers = [500]
    page = drawn()
    page.checkbox(key="add_online").check()
    told = press(page, "find")
    assert '"container"' in told
    assert "answered 500" in told
    press(page, "store")
    nominatim.answers = [[VILLAGE]]
    assert '"moved": 1' in press(page, "again")


def test_a_bad_address_is_told_and_everything_works_offline(monkeypatch):
    monkeypatch.setenv("TIDELINE_NOMINATIM", "http://example.org")
    page = drawn()
    assert not page.checkbox
    assert "everyone on the way" in page.get("html")[0].value
    assert '"container"' in press(page, "find")
