"""A server hears of each act of its store, whoever does it and whatever comes between."""

import threading
import time

import pytest
from conftest import make_article, make_placing
from stores import asked
from test_store import NOW

from geo.acts import CHANNEL, Act, write
from geo.listening import Listener
from geo.postgres import connected
from geo.store import open_store
from geo.store_address import whereabouts

LONGEST_S = 60


@pytest.fixture
def listen():
    """Begin to listen to a store; nobody does any more afterwards."""
    begun = []

    def begin(where):
        begun.append(Listener(lambda: where))
        begun[-1].start()
        return begun[-1]

    yield begin
    for one in begun:
        one.stop()
    assert "listener" not in {one.name for one in threading.enumerate()}


def add(where, number):
    with open_store(where) as store:
        article = make_article(article_id=f"a{number}", title=str(number))
        store.add(article, [], make_placing({}, article_id=f"a{number}"), now=NOW)


def heard(listener, number):
    until = time.monotonic() + LONGEST_S
    while listener.latest != number and time.monotonic() < until:
        time.sleep(0.02)
    return listener.latest == number


def test_what_was_done_and_what_is_done_is_heard_of(where, listen):
    add(where, 1)
    listener = listen(where)
    assert heard(listener, 1)
    add(where, 2)
    assert heard(listener, 2)
    # Somebody only reads.
    with open_store(where) as store:
        assert len(store.articles()) == 2
    assert heard(listener, 2)


def test_a_store_that_comes_later_is_waited_for(tmp_path, listen):
    listener = listen(tmp_path / "store.sqlite")
    assert listener.latest is None
    add(tmp_path / "store.sqlite", 1)
    assert heard(listener, 1)


def test_a_file_that_takes_the_place_of_another_is_heard_of(tmp_path, listen):
    path = tmp_path / "store.sqlite"
    for number in (1, 2):
        add(path, number)
    listener = listen(path)
    assert heard(listener, 2)
    add(tmp_path / "other.sqlite", 1)
    (tmp_path / "other.sqlite").rename(path)
    assert heard(listener, 1)


def test_a_database_tells_the_number_of_an_act_once_it_counts(postgres):
    where = postgres.store()
    act = Act(kind="placing", now=NOW)
    with connected(whereabouts(where)) as ear, open_store(where) as store:
        ear.execute(f"LISTEN {CHANNEL}")

        def broken():
            with store.writing() as connection:
                write(connection, act, lambda _seq: [])
                raise RuntimeError("this act never was")

        with pytest.raises(RuntimeError):
            broken()
        with store.writing() as connection:
            write(connection, act, lambda _seq: [])
            assert list(ear.notifies(timeout=0.1)) == []
        told = list(ear.notifies(timeout=LONGEST_S, stop_after=1))
    assert [(one.channel, one.payload) for one in told] == [("tideline", "1")]
    postgres.drop(where)


def test_a_connection_that_is_lost_is_made_again(postgres, listen):
    where = postgres.store()
    listener = listen(where)
    add(where, 1)
    assert heard(listener, 1)
    name = where.rpartition("/")[2]
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
        f"WHERE datname = '{name}'"
    )
    add(where, 2)
    assert heard(listener, 2)
    with open_store(where) as store:
        [(n,)] = asked(
            store, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
        )
    assert n == 1
