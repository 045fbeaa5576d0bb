"""What waits for a look is its owner's, and only who may add may have a page fetched.

Called outright, in a run of a page at which somebody is signed in.
"""

import hostile_server
import pytest
from streamlit.testing.v1 import AppTest
from test_desk import ISSUER, WAIT_S
from test_following import page as news

from geo.drafts import waiting
from geo.store import open_store


def app():
    """Call what `call` in the session's state names; keep what came of it."""
    import os
    import time
    from datetime import UTC, datetime

    import streamlit as st

    from extract.sources import Source
    from geo.pages import checking
    from geo.pages.home import Setting
    from geo.store import StoreError
    from geo.where import gazetteer_at, gazetteers_at, store_at

    setting = Setting(
        where=store_at(None, os.environ),
        gazetteer=gazetteer_at(os.environ),
        shelf=gazetteers_at(os.environ),
        dumps="http://127.0.0.1:9/dumps",
        now=datetime(2026, 11, 26, tzinfo=UTC),
        clock=time.time,
        environment=os.environ,
    )
    state = st.session_state
    try:
        if state["call"] == "keep":
            source = Source(name="a.html", content=state["given"])
            state["came"] = checking.sort_out([source], None, setting)[1]
        elif state["call"] == "look":
            state["came"] = len(checking.look(state["given"], setting))
        elif state["call"] == "drop":
            checking.drop(state["given"], setting)
        else:
            state["came"] = checking.fetched(state["given"], setting)
    except StoreError as error:
        state["refused"] = str(error)


@pytest.fixture
def where(tmp_path, monkeypatch):
    people = tmp_path / "people.toml"
    names = 'ann = "editor"\nbob = "editor"\neve = "reader"\n'
    people.write_text(f'issuer = "{ISSUER}"\n[people]\n{names}')
    monkeypatch.setenv("TIDELINE_PEOPLE", str(people))
    monkeypatch.setenv("TIDELINE_CACHE", str(tmp_path))
    monkeypatch.setenv("TIDELINE_ALLOW_PRIVATE", "1")
    path = tmp_path / "store.sqlite"
    monkeypatch.setenv("TIDELINE_STORE", str(path))
    with open_store(path):
        return path


def call(name, who, given):
    page = AppTest.from_function(app, default_timeout=WAIT_S)
    page.user = {"is_logged_in": True, "iss": ISSUER, "sub": who}
    page.session_state["call"] = name
    page.session_state["given"] = given
    page.run()
    assert not page.exception
    return page


def owners(where):
    with open_store(where) as store:
        return [draft.who for draft in waiting(store, None)]


def test_a_draft_of_another_is_neither_shown_nor_dropped(where):
    numbers = call("keep", "ann", news("Homs", day=None)).session_state["came"]
    assert len(owners(where)) == len(numbers) == 1
    theirs = call("look", "bob", numbers)
    assert theirs.session_state["came"] == 0
    assert "no draft" in " ".join(str(html.proto.body) for html in theirs.get("html"))
    assert "Homs" not in str(theirs.main)
    call("drop", "bob", numbers)
    assert len(owners(where)) == 1
    assert call("look", "ann", numbers).session_state["came"] == 1
    call("drop", "ann", numbers)
    assert owners(where) == []


def test_only_who_may_add_may_have_a_page_fetched_or_keep_one(where):
    with hostile_server.running() as hostile:
        hostile.page("/homs", news("Homs"))
        refused = call("fetch", "eve", f"{hostile.url}/homs").session_state["refused"]
        assert "this takes the role of editor" in refused
        assert hostile.asked == []
        came = call("fetch", "ann", f"{hostile.url}/homs").session_state["came"]
        assert came.content == news("Homs")
    assert "refused" in call("keep", "eve", news("Homs", day=None)).session_state
    assert owners(where) == []
