"""Publishers as people know them: set, replaced, taken away and undone by acts."""

from datetime import UTC, datetime

import pytest
from conftest import make_article, make_claim, make_location, make_placing
from typer.testing import CliRunner

from extract.conflict import load_conflicts
from extract.records import ClaimantType, Publisher
from geo.cli import app
from geo.pages.served import find_columns, serve
from geo.publishers import (
    PublisherRefusedError,
    known,
    publishers,
    remove_publisher,
    set_publisher,
)
from geo.store import open_store
from geo.undoing import redo, undo

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PACKS = load_conflicts()
SANA = {"claimant_type": ClaimantType.NEWSROOM, "claimed_by": None}


@pytest.fixture
def path(where):
    return where


@pytest.fixture
def store(path):
    """Return a store where SANA says that its side took Palmyra."""
    with open_store(path, who="anna") as opened:
        claim = make_claim(claim_id="c1", **SANA)
        placing = make_placing({"c1": make_location()})
        opened.add(make_article(publisher="SANA"), [claim], placing, now=NOW)
        yield opened


def status(store, **options):
    (found,) = store.events(PACKS.values(), **options)["status"]
    return found


def told(store):
    with store.reading() as connection:
        return publishers(connection)


def test_what_people_say_of_a_publisher_counts_before_the_packs(store):
    assert status(store) == "claimed"
    before = store.version()
    newsroom = Publisher(name="Sana", aliases=("SANA",))
    first = set_publisher(store, newsroom, now=NOW, why="a test")
    assert (status(store), told(store)) == ("assessed", [newsroom])
    assert store.version() != before
    undo(store, first, now=NOW)
    assert (status(store), told(store)) == ("claimed", [])
    redo(store, first, now=NOW)
    assert status(store) == "assessed"


def test_the_latest_word_on_a_name_counts_and_the_one_before_if_it_is_undone(store):
    one = Publisher(name="SANA", owner="One")
    set_publisher(store, one, now=NOW)
    other = set_publisher(store, Publisher(name="sana", owner="Two"), now=NOW)
    assert [publisher.owner for publisher in told(store)] == ["Two"]
    undo(store, other, now=NOW)
    assert told(store) == [one]


def test_a_publisher_that_is_removed_is_nobody_whatever_the_packs_say(store):
    remove_publisher(store, "SANA", now=NOW)
    (row,) = store.events(PACKS.values()).itertuples()
    assert row.status == "claimed"
    assert "do not place" in row.status_reason
    with pytest.raises(PublisherRefusedError, match="stands so already"):
        remove_publisher(store, "SANA", now=NOW)


@pytest.mark.parametrize(
    ("publisher", "said"),
    [
        (Publisher(name=" "), "needs a name"),
        (Publisher(name="a\nb"), "is no name"),
        (Publisher(name="a", owner="x" * 201), "is no name"),
        (Publisher(name="a", kind=ClaimantType.GAINER), "is no kind"),
    ],
)
def test_what_is_no_publisher_is_refused(store, publisher, said):
    before = store.version()
    with pytest.raises(PublisherRefusedError, match=said):
        set_publisher(store, publisher, now=NOW)
    assert store.version() == before


def test_all_publishers_are_listed_once_those_set_here_first():
    mine = Publisher(name="sana", owner="Me")
    found = known([mine], PACKS.values())
    assert [one for one in found if one.name.lower() == "sana"] == [mine]
    assert "TASS" in {one.name for one in found}


def test_weighed_alike_the_served_events_and_their_data_are_others(store, path):
    plain, alike = serve(store, path), serve(store, path, alike=True)
    assert [one.events["status"].iloc[0] for one in (plain, alike)] == [
        "claimed",
        "assessed",
    ]
    assert plain.version != alike.version
    assert plain.columns.name != alike.columns.name
    for one in (plain, alike):
        assert find_columns(path, one.columns.name) is one.columns
    assert serve(store, path) is plain
    set_publisher(store, Publisher(name="SANA"), now=NOW)
    assert serve(store, path).version != plain.version


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_commands_set_list_remove_and_undo(store, path):
    at = ("--store", path)
    done = run("publishers", "set", "SANA", "--owner", "Me", "--why", "a test", *at)
    assert done.exit_code == 0
    assert "by act 2" in done.output
    listed = run("publishers", "list", *at).output.splitlines()
    (line,) = (one for one in listed if one.split()[:1] == ["SANA"])
    assert line.split()[1:4] == ["newsroom", "Me", "here"]
    assert "assessed" in run("events", *at).output
    assert run("publishers", "undo", "2", *at).exit_code == 0
    listed = run("events", *at).output
    assert "claimed by the taker only" in listed
    assert "weighed alike" in run("events", "--weigh-all-alike", *at).output
    assert run("publishers", "remove", "SANA", *at).exit_code == 0
    refused = run("publishers", "undo", "1", *at)
    assert (refused.exit_code, "sets no publisher" in refused.output) == (1, True)
    assert run("publishers", "set", "x", "--kind", "gainer", *at).exit_code == 2


def test_an_export_can_weigh_all_alike(store, path, tmp_path):
    out = tmp_path / "events.csv"
    run("export", out, "--store", path)
    assert "counts fully only against it" in out.read_text(encoding="utf-8")
    run("export", out, "--weigh-all-alike", "--store", path)
    assert "all publishers are weighed alike" in out.read_text(encoding="utf-8")
