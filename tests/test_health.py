"""Whether a server is ready: what it needs is tried, seldom, and told in a word."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
import server
from asgi_client import Client, run
from starlette.applications import Starlette

from geo import health
from geo.health import Health, health_routes
from geo.store import open_store


@pytest.fixture
def index(tmp_path):
    path = tmp_path / "gazetteer.sqlite"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE meta (stamp)")
        made.execute("INSERT INTO meta VALUES ('one')")
    return path


@pytest.fixture
def where(tmp_path):
    path = tmp_path / "store.sqlite"
    server.fill(path)
    return path


def asked(where, index, path="/readyz", known=None):
    made = known or Health(lambda: where, lambda: index)
    answer = Client(Starlette(routes=health_routes(made))).get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert str(where) not in answer.text
    return answer.status_code, answer.json()


def not_ready(word):
    return 503, {"status": "not ready", "reason": word}


def test_a_server_with_all_it_needs_is_ready(where, index):
    assert asked(where, index) == (200, {"status": "ready"})


def test_a_server_lives_whatever_it_lacks(tmp_path):
    gone = tmp_path / "gone"
    assert asked(gone, gone, "/healthz") == (200, {"status": "live"})


def test_no_store_is_not_ready(tmp_path, index):
    assert asked(tmp_path / "gone", index) == not_ready("no-store")


def test_a_store_of_another_schema_is_not_ready(where, index):
    with closing(sqlite3.connect(where)) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    assert asked(where, index) == not_ready("schema")


def test_what_is_no_store_is_not_ready(where, index):
    where.write_bytes(b"no store" * 1_000)
    assert asked(where, index) == not_ready("notadb")


def test_a_database_that_is_not_there_is_not_ready(index):
    assert asked("postgresql://nobody@127.0.0.1:1/x", index) == not_ready("unreachable")


def test_a_database_is_ready_when_it_answers_and_not_before(index, postgres):
    url = postgres.store()
    assert asked(url, index) == (200, {"status": "ready"})
    postgres.stop()
    try:
        assert asked(url, index) == not_ready("unreachable")
    finally:
        postgres.start()
    assert asked(url, index) == (200, {"status": "ready"})


def test_without_place_names_a_server_is_not_ready(where, tmp_path):
    assert asked(where, tmp_path / "gone") == not_ready("no-gazetteer")
    (tmp_path / "empty.sqlite").touch()
    assert asked(where, tmp_path / "empty.sqlite") == not_ready("no-gazetteer")


def test_a_server_that_stops_is_not_ready(where, index):
    known = Health(lambda: where, lambda: index)
    known.is_stopping = True
    assert asked(where, index, known=known) == not_ready("stopping")


def test_the_store_is_tried_once_for_many_who_ask(where, index, monkeypatch):
    opened = []
    monkeypatch.setattr(
        health, "open_store", lambda *a, **k: opened.append(a) or open_store(*a, **k)
    )
    now = [100.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr(health, "time", clock)

    async def many(known):
        return await asyncio.gather(*(known.word() for _ in range(20)))

    known = Health(lambda: where, lambda: index)
    assert run(many(known)) == [""] * 20
    assert len(opened) == 1
    now[0] += health.KEPT_S
    assert run(many(known)) == [""] * 20
    assert len(opened) == 2


def test_a_store_that_hangs_is_told_of_and_holds_up_one_thread(
    where, index, monkeypatch
):
    monkeypatch.setattr(health, "PATIENCE_S", 0.05)
    over, threads = threading.Event(), []

    def hang():
        threads.append(threading.current_thread())
        over.wait(60)
        return where

    known = Health(hang, lambda: index)

    async def many():
        words = await asyncio.gather(*(known.word() for _ in range(5)))
        over.set()
        return words

    assert set(run(many())) == {"slow"}
    assert len(threads) == 1
