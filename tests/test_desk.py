"""Every writing that the page can do, called outright, by each role.

Buttons that are not drawn protect nothing, so none is pressed here: the functions
themselves are called, in a run of a page at which somebody with that role is signed in.
"""

import ast
import os
from pathlib import Path
from shutil import copy

import pytest
import server
from streamlit.testing.v1 import AppTest

from geo.ingest import Steps
from geo.people import NEEDS, ROLES, Deed, NotPermittedError
from geo.proposing import propose
from geo.reviewing import confirm, merge
from geo.store import open_store
from geo.undoing import undo

WAIT_S = 60
ISSUER = "https://id.example.org"
CACHE = Path(os.environ.get("TIDELINE_CACHE", server.ROOT / "test-output" / "cache"))
PAGES = sorted((server.ROOT / "geo" / "pages").glob("*.py"))
WRITES = {
    "add": Deed.ADD,
    "preview": Deed.ADD,
    "point": Deed.PLACE,
    "undo": Deed.PLACE,
    "again": Deed.PLACE,
    "lists": Deed.LISTS,
    "confirm": Deed.CONFIRM,
    "reject": Deed.REJECT,
    "correct": Deed.CORRECT,
    "reopen": Deed.CORRECT,
    "duplicate": Deed.CORRECT,
    "add a claim": Deed.CORRECT,
    "accept": Deed.CORRECT,
    "dismiss": Deed.CORRECT,
    "split": Deed.SPLIT,
    "merge": Deed.MERGE,
    "undo merge": Deed.MERGE,
    "redo merge": Deed.MERGE,
}
"""What the page can write, and which deed it is."""
KEPT = ("refused", "notice", "fetched")


def app():
    """Call what `call` in the session's state names; keep what came of it."""
    import os
    import time
    from contextlib import suppress
    from datetime import UTC, date, datetime

    import streamlit as st
    from streamlit.errors import StreamlitAPIException

    from extract.read import Header, article_from_text
    from geo.pages import acts, adding, gazetteers, placing
    from geo.pages.desk import look
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
    text = "Islamic State captured Palmyra from the Syrian army on 20 May 2015."
    article = article_from_text(text, Header(published=date(2015, 5, 21)))
    state = st.session_state
    wishes = {
        "point": {"claim": "claim-lost", "point": (38.0, 35.0, 1000)},
        "undo": {"claim": "claim-lost", "undo": state.get("number")},
        "again": {"again": False},
    }
    asked = {
        "confirm": {},
        "reject": {"why": "a film"},
        "correct": {"changes": {"lost_by": "Turkey"}, "why": ""},
        "reopen": {},
        "duplicate": {"why": ""},
        "split": {"why": ""},
        "merge": {"why": ""},
        "add a claim": {
            "kind": "add",
            "article_id": "report-lost",
            "words": "No map shows it.",
            "fields": {"event_type": "holds", "place": "Aleppo"},
            "location": None,
            "why": "",
        },
        "accept": {"proposal": (state.get("proposed"), 0)},
        "dismiss": {"proposal": (state.get("proposed"), 0)},
        "undo merge": {"kind": "undo", "number": state.get("number")},
        "redo merge": {"kind": "redo", "number": state.get("number")},
    }
    try:
        if state["call"] in asked:
            with look(setting) as store:
                act = {
                    "kind": state["call"],
                    "key": "claim-lost",
                    "seen": store.claim("claim-lost"),
                    "other": store.claim("claim-report-8"),
                    **asked[state["call"]],
                }
                state["act"] = act
                acts.obey(store, setting)
        elif state["call"] in wishes:
            state["wish"] = wishes[state["call"]]
            with look(setting) as store:
                placing.obey(store, setting)
        elif state["call"] == "add":
            adding._store([article], setting)
        elif state["call"] == "preview":
            adding._claims([article], setting)
        else:
            # Drawn outside of its dialog it cannot draw that anew, when it is done.
            with suppress(StreamlitAPIException):
                gazetteers._fetch(["SY"], setting)
    except StoreError as error:
        state["refused"] = str(error)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("desk") / "store.sqlite"
    server.fill(path)
    return path


@pytest.fixture
def where(filled, tmp_path, monkeypatch):
    path = tmp_path / "store.sqlite"
    monkeypatch.setenv("TIDELINE_STORE", str(path))
    monkeypatch.setenv("TIDELINE_CACHE", str(CACHE))
    monkeypatch.setenv("TIDELINE_GAZETTEERS", str(tmp_path / "lists"))
    copy(filled, path)
    return path


@pytest.fixture
def people(tmp_path, monkeypatch):
    path = tmp_path / "people.toml"
    entries = "\n".join(f'the-{role} = "{role}"' for role in ROLES)
    path.write_text(f'issuer = "{ISSUER}"\n[people]\n{entries}\n')
    monkeypatch.setenv("TIDELINE_PEOPLE", str(path))


def call(name, user, **state):
    page = AppTest.from_function(app, default_timeout=WAIT_S)
    page.user = user
    for key, value in {"call": name, **state}.items():
        page.session_state[key] = value
    page.run()
    assert not page.exception
    state = page.session_state
    told = " ".join(str(html.proto.body) for html in page.get("html"))
    said = [str(state[key]) for key in KEPT if key in state]
    return " ".join([*said, told])


def signed(role):
    return {"is_logged_in": True, "iss": ISSUER, "sub": f"the-{role}"}


def version(where):
    with open_store(where) as store:
        return store.version(), len(store.articles())


def prepared(where, name):
    """Make what an act is done to, and return what tells which that is."""
    with open_store(where) as store:
        lost, other = store.claim("claim-lost"), store.claim("claim-report-8")
        if name == "reopen":
            confirm(store, lost, now=server.NOW)
        if name.endswith(" merge"):
            number = merge(store, [lost, other], now=server.NOW).act
            if name == "redo merge":
                undo(store, number, now=server.NOW)
            return {"number": number}
        if name in ("accept", "dismiss"):
            steps = Steps(
                find=lambda _: [], geocoder=lambda *_: {}, countries=lambda _: ()
            )
            found = propose(store, steps, extractor="tests 2", now=server.NOW)
            return {"proposed": found.proposals[0].seq}
    return {}


@pytest.mark.parametrize("is_enough", [True, False])
@pytest.mark.parametrize("name", WRITES)
def test_each_writing_asks_who_does_it(where, people, name, is_enough):
    """The least role that may do it may, and the one before that may not."""
    state = {}
    if name == "undo":
        call("point", signed("admin"))
        with open_store(where) as store:
            state["number"] = store.choices()[-1].number
    else:
        state |= prepared(where, name)
    before = version(where)
    needed = NEEDS[WRITES[name]]
    role = needed if is_enough else ROLES[ROLES.index(needed) - 1]
    told = call(name, signed(role), **state)
    if not is_enough:
        assert f"this takes the role of {needed}, and yours is {role}" in told
        assert version(where) == before
    else:
        assert "this takes the role" not in told
        assert name != "lists" or "Syria" in told
        # Looking and trying again need not change anything.
        assert name in ("preview", "again", "lists") or version(where) != before


@pytest.mark.parametrize(
    "user",
    [
        {"is_logged_in": False, "iss": ISSUER, "sub": "the-admin"},
        {"iss": ISSUER, "sub": "the-admin"},
        {"is_logged_in": True, "iss": "https://other.example", "sub": "the-admin"},
        {"is_logged_in": True, "iss": ISSUER, "sub": "x", "role": "admin"},
        {"is_logged_in": True, "iss": ISSUER, "sub": "x", "email": "the-admin"},
        {},
    ],
)
def test_nobody_else_writes(where, people, user):
    before = version(where)
    assert "this takes the role of editor" in call("add", user)
    assert version(where) == before


def test_acts_are_signed(where, people):
    call("point", signed("reviewer"))
    with open_store(where) as store, store.reading() as connection:
        sql = "SELECT who FROM revision ORDER BY seq DESC LIMIT 1"
        assert connection.exec_driver_sql(sql).scalar() == "the-reviewer"


def test_on_ones_own_machine_nobody_signs_in(where):
    before = version(where)
    assert "this takes the role" not in call("add", {})
    assert version(where) != before


@pytest.mark.parametrize(
    "setting",
    [
        {"TIDELINE_ADDRESSES": "https://map.example.org"},
        {"TIDELINE_PEOPLE": "/nowhere/people.toml"},
    ],
)
def test_where_others_come_nobody_writes_until_people_are_named(
    where, monkeypatch, setting
):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    before = version(where)
    assert "yours is reader" in call("add", {})
    assert version(where) == before


def test_a_short_secret_gives_nobody_a_role(where, people, monkeypatch):
    monkeypatch.setattr("geo.pages.visitor.get_signing_secret", lambda: "x" * 31)
    assert "yours is reader" in call("add", signed("admin"))


def test_the_store_that_the_page_draws_from_refuses_to_be_written_to(where):
    from geo.pages.desk import look

    class Where:
        pass

    Where.where = where
    with look(Where) as store:
        assert store.articles()
        with pytest.raises(NotPermittedError), store.writing():
            pass
    before = version(where)
    assert before == version(where)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_open_the_store_at_the_desk_alone(path):
    """Elsewhere it is opened to be read, where there is one."""
    if path.stem == "desk":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        assert name.split(".")[-1] not in ("writing", "open_engine", "Store")
        if name.split(".")[-1] == "open_store":
            named = {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert named == {"create": "False"}
