"""The server makes ready at its start what its first reader would wait for."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import server

from geo.listening import Listener
from geo.pages import served
from geo.pages.warming import lifespan, warm
from geo.store import open_store


@pytest.fixture
def where(tmp_path):
    served._served.cache_clear()
    return tmp_path / "store.sqlite"


def made():
    return served._served.cache_info().misses


def test_what_a_store_serves_is_made_before_it_is_asked_for(where):
    server.fill(where)
    warm(where)
    assert made() == 1
    with open_store(where) as store:
        assert len(served.serve(store, where).events) == len(server.REPORTS)
    assert made() == 1


def test_where_there_is_no_store_none_is_made(where):
    warm(where)
    assert made() == 0
    assert not where.exists()


def test_a_store_that_cannot_be_read_does_not_stop_the_server(where):
    where.write_text("this is no store")
    warm(where)
    assert made() == 0


def test_readers_who_come_at_once_share_one_making(where):
    server.fill(where)
    warming = [threading.Thread(target=warm, args=(where,)) for _ in range(4)]
    for one in warming:
        one.start()
    for one in warming:
        one.join()
    assert made() == 1


class Version:
    """A store of which only the version is asked for."""

    def __init__(self, number):
        self.number = number

    def version(self):
        return self.number


def test_columns_stay_at_hand_while_they_are_served(monkeypatch):
    monkeypatch.setattr(served, "_lately", {})
    monkeypatch.setattr(
        served,
        "_served",
        lambda _, version, _alike: SimpleNamespace(
            columns=SimpleNamespace(name=version)
        ),
    )
    for number in "ABACADAEAF":
        served.serve(Version(number), "here")
    assert list(served._lately) == ["D", "E", "A", "F"]
    assert served.find_columns("here", "A").name == "A"


def test_the_server_answers_while_it_makes_ready(where, monkeypatch):
    may_end, has_ended = threading.Event(), threading.Event()

    def slow(_where):
        may_end.wait()
        has_ended.set()

    monkeypatch.setattr("geo.pages.warming.warm", slow)

    async def start():
        async with lifespan(lambda: where, Listener(lambda: where))(None):
            return has_ended.is_set()

    # A browser test may have left a loop running in this thread.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, start()).result() is False
    may_end.set()
    assert has_ended.wait(timeout=30)
