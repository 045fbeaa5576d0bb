"""`tideline places` and `--online`: what is not placed is tried again later."""

import os
from dataclasses import replace

import nominatim_server
import pytest
from nominatim_server import place
from stores import asked
from test_cli import check, machine, run

from geo.choices import of_point
from geo.store import open_store

__all__ = ["machine"]  # a fixture that all tests here use

TEXT = (
    "The Syrian army captured Palmyra from Islamic State on 2 March 2017.\n\n"
    "The Syrian Democratic Forces captured the village of al-Nowhere in the eastern"
    " countryside of Aleppo from Islamic State on 1 March 2017.\n"
)
VILLAGE = place(37.7, 36.2, name="al-Nowhere")


@pytest.fixture(autouse=True)
def pace(machine, where, monkeypatch):
    """Let queries follow each other at once; their pace has tests of its own."""
    monkeypatch.setenv("TIDELINE_STORE", str(where))
    monkeypatch.setattr("geo.pacing.GAP_S", 0.0)
    monkeypatch.setattr(
        "geo.places_commands.pace_at", lambda _: machine / "pace.sqlite"
    )


@pytest.fixture
def nominatim(monkeypatch):
    with nominatim_server.running() as server:
        monkeypatch.setenv("TIDELINE_NOMINATIM", server.url)
        server.answers = [[VILLAGE]]
        yield server


@pytest.fixture
def gone(monkeypatch):
    """Return the address of a server that is not there, and have it asked."""
    with nominatim_server.running() as server:
        url = server.url
    monkeypatch.setenv("TIDELINE_NOMINATIM", url)
    return url


@pytest.fixture
def ingest(machine):
    (machine / "report.txt").write_text(TEXT, encoding="utf-8")
    return lambda *options: check(
        run("ingest", "report.txt", "--published", "2017-03-05", *options), 0
    )


def found():
    """Return how each name in the store was found."""
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        return {p.claim.place: p.location.match for p in store.claims()}


def test_a_place_is_looked_up_as_a_report_comes_in(ingest, nominatim):
    result = ingest("--online")
    assert "0 claims without an exact place" in result.stdout
    assert nominatim.url in result.stderr
    assert "tells that server what you study" in result.stderr
    assert "“al-Nowhere, Aleppo”" in result.stderr
    assert nominatim.names == ["al-Nowhere, Aleppo"]
    assert found() == {"Palmyra": "exact", "al-Nowhere": "online"}


def test_nothing_is_asked_or_said_unless_it_is_switched_on(ingest, nominatim):
    result = ingest()
    check(run("places", "retry"), 0)
    assert nominatim.queries == []
    assert result.stderr == ""
    assert found()["al-Nowhere"] == "container"


def test_a_dead_host_costs_no_report_and_the_place_is_tried_again_later(
    ingest, gone, monkeypatch
):
    result = ingest("--online")
    assert "1 article added" in result.stdout
    assert "1 claim without an exact place" in result.stdout
    assert "cannot be reached" in result.stderr
    assert "tideline places retry --online" in result.stderr
    assert found()["al-Nowhere"] == "container"

    result = check(run("places", "retry", "--online"), 1)
    assert "0 claims moved" in result.stdout
    assert "1 claim without an exact place" in result.stdout
    assert "in no gazetteer" in result.stdout

    with nominatim_server.running() as back:
        back.answers = [[VILLAGE]]
        monkeypatch.setenv("TIDELINE_NOMINATIM", back.url)
        result = check(run("places", "retry", "--online"), 0)
    assert "1 article tried again" in result.stdout
    assert "1 claim moved" in result.stdout
    assert "al-Nowhere: known to" in result.stdout
    assert "0 claims without an exact place" in result.stdout
    assert found()["al-Nowhere"] == "online"


@pytest.mark.parametrize("said", ["9" * 400, "Fri, 31 Dec 99999 23:59:59 GMT"])
def test_a_hostile_answer_costs_no_report(ingest, nominatim, said):
    nominatim.answers = [(429, {"Retry-After": said})]
    result = ingest("--online")
    assert "1 article added" in result.stdout
    assert "not asked any more in this run" in result.stderr
    assert found() == {"Palmyra": "exact", "al-Nowhere": "container"}


def test_what_is_exact_is_tried_again_only_if_all_are(ingest, nominatim):
    ingest("--online")
    result = check(run("places", "retry"), 0)
    assert "0 articles tried again" in result.stdout
    result = check(run("places", "retry", "--all"), 0)
    assert "1 article tried again" in result.stdout
    assert "0 claims moved" in result.stdout


def test_what_was_found_online_stays_found_offline(ingest, nominatim):
    ingest("--online")
    check(run("places", "retry", "--all"), 0)
    assert found()["al-Nowhere"] == "online"
    assert len(nominatim.queries) == 1


def test_an_answer_without_the_place_is_asked_for_again_where_that_is_asked(
    ingest, nominatim
):
    nominatim.answers = [[]]
    ingest("--online")
    assert len(nominatim.queries) == 2
    check(run("places", "retry", "--online"), 0)
    assert len(nominatim.queries) == 2
    nominatim.answers = [[VILLAGE]]
    check(run("places", "retry", "--online", "--again"), 0)
    assert found()["al-Nowhere"] == "online"


def test_what_is_not_placed_exactly_is_listed(ingest, nominatim):
    ingest()
    result = check(run("places", "list"), 0)
    assert "1 claim not placed exactly" in result.stdout
    [row] = [line for line in result.stdout.splitlines() if "al-Nowhere" in line]
    assert "eastern countryside of Aleppo" in row
    assert "in no gazetteer" in row
    check(run("places", "retry", "--online"), 0)
    result = check(run("places", "list"), 0)
    assert result.stdout == "all places are placed exactly\n"


def test_a_choice_is_listed_and_taken_back_to_what_was_found_online(ingest, nominatim):
    from datetime import UTC, datetime

    ingest("--online")
    assert check(run("places", "choices"), 0).stdout == "no choices\n"
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        [placed] = [p for p in store.claims() if p.claim.place == "al-Nowhere"]
        choice = of_point(placed.claim, 37.75, 36.25, radius_m=500.0)
        choice = replace(choice, countries=("SY",))
        store.place([], now=datetime.now(UTC), choice=choice)
    check(run("places", "retry", "--all"), 0)
    assert found()["al-Nowhere"] == "user"
    result = check(run("places", "choices"), 0)
    assert "37.7500, 36.2500" in result.stdout
    result = check(run("places", "undo", 2), 0)
    assert "choice 2 is undone" in result.stderr
    assert found()["al-Nowhere"] == "online"
    result = check(run("places", "undo", 2), 1)
    assert "there is no choice 2" in result.stderr


def test_a_choice_counts_for_reports_that_come_later(ingest, machine):
    from datetime import UTC, datetime

    ingest()
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        [placed] = [p for p in store.claims() if p.claim.place == "al-Nowhere"]
        choice = of_point(placed.claim, 37.75, 36.25, radius_m=500.0)
        choice = replace(choice, countries=("SY",))
        store.place([], now=datetime.now(UTC), choice=choice)
    (machine / "later.txt").write_text(TEXT.replace("1 March", "3 March"))
    call = ("ingest", "later.txt", "--published", "2017-03-06")
    assert "0 claims without an exact place" in check(run(*call), 0).stdout


def test_words_of_an_answer_cannot_drive_the_terminal(ingest, nominatim):
    evil = "al-Nowhere\x1b[2J [red]{{7*7}}"
    nominatim.answers = [[{**VILLAGE, "display_name": evil}]]
    ingest()
    result = check(run("places", "retry", "--online"), 0)
    assert "\x1b" not in result.stdout + result.stderr
    assert "[red]{{7*7}}" in result.stdout


def test_a_store_that_is_not_there_is_not_made(machine):
    for call in (("list",), ("retry",), ("choices",), ("undo", 1)):
        result = check(run("places", *call, "--store", "s.sqlite"), 1)
        assert "s.sqlite" in result.stderr
    assert not (machine / "s.sqlite").exists()


def test_answers_are_kept_as_they_came(ingest, nominatim):
    ingest("--online")
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        [row] = asked(store, "SELECT service, query, answer FROM lookup")
    service, query, answer = row
    assert (service, query) == (nominatim.url, "al nowhere aleppo")
    assert '"osm_id": 4711' in answer


@pytest.mark.parametrize(
    ("call", "address", "said"),
    [
        (("retry", "--again"), "", "--online"),
        (("retry", "--online"), "nowhere", "TIDELINE_NOMINATIM 'nowhere'"),
        (("retry", "--online"), "http://example.org", "everyone on the way"),
        (("undo", "x"), "", "integer"),
        (("fly",), "", "No such command"),
    ],
)
def test_a_wrong_call_ends_with_2(ingest, monkeypatch, call, address, said):
    ingest()
    monkeypatch.setenv("TIDELINE_NOMINATIM", address)
    result = check(run("places", *call), 2)
    assert said in " ".join(result.stderr.split())
