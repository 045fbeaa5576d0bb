"""Names are looked up online: politely, once, and whatever the server does."""

import json
import math
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import nominatim_server
import pytest
from model_server import breaks_off
from nominatim_server import place
from test_answers import HARMLESS, HOSTILE
from test_geocode import (
    AT_HAND,
    EAST,
    SEED,
    beside_of,
    build_gazetteer,
    inside,
    listings,
    locate,
    named,
)
from test_pacing import Clock

from geo.gazetteer import Gazetteer
from geo.geocode import LocalGeocoder
from geo.lookup_service import PUBLIC, NoAnswerError, Service, service_of
from geo.nominatim import MAX_BYTES, Server
from geo.online import EMPTY_FOR, Asking, Lookup, OnlineGeocoder
from geo.pacing import Pace
from geo.store import StoreError, open_store

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "index.sqlite"
    build_gazetteer(path, listings=listings(), stamp="test")
    with Gazetteer(path) as opened:
        yield LocalGeocoder(opened)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store.sqlite") as opened:
        yield opened


@pytest.fixture
def nominatim():
    with nominatim_server.running() as server:
        yield server


@pytest.fixture
def online(local, store, nominatim, tmp_path):
    """Return a function that makes a geocoder of one run, which asks the server."""

    def online(*, now=NOW, ask=True, again=False, url=None, timeout_s=30.0):
        service, clock = Service(url=url or nominatim.url), Clock()
        pace = Pace(tmp_path / "pace.sqlite", clock=clock, sleep=clock.sleep)
        server = Server(service, pace, timeout_s=timeout_s) if ask else None
        notes = []
        lookup = Lookup(
            store,
            Asking(
                service=service, now=now, server=server, again=again, note=notes.append
            ),
        )
        geocoder = OnlineGeocoder(local, lookup)
        geocoder.notes, geocoder.clock, geocoder.lookup = notes, clock, lookup
        return geocoder

    return online


def test_a_name_that_no_list_has_is_asked_for_once_within_the_countries(
    online, nominatim
):
    nominatim.answers = [[place(38.5, 35.5)]]
    palmyra, one, two = locate(
        online(), named("Palmyra"), named("Xyz"), named("Xyz", sentence=99)
    )
    [query] = nominatim.queries
    assert query["q"] == "Xyz"
    assert sorted(query["countrycodes"].split(",")) == ["iq", "sy", "tr"]
    assert nominatim.paths == ["/search"]
    assert palmyra.match == "exact"
    assert one == two
    assert (one.match, one.lon, one.lat, one.where_prec) == ("online", 38.5, 35.5, 1)
    assert (one.place_id, one.name) == ("osm:node/4711", "Xyz")
    assert "OpenStreetMap" in one.source
    assert "ODbL" in one.source
    assert "2026-11-26" in one.source


def test_the_program_says_who_asks(online, nominatim, local, store, tmp_path):
    locate(online(), named("Xyz"))
    assert nominatim.agents[0].startswith("Tideline/")
    service = Service(url=nominatim.url, contact="desk@example.org")
    server = Server(service, Pace(tmp_path / "pace.sqlite", clock=Clock()))
    assert server.ask("Abc", ["SY"]) == "[]"
    assert "desk@example.org" in nominatim.agents[1]


def test_each_name_that_is_sent_is_said(online, nominatim):
    nominatim.answers = [[], 500]
    geocoder = online()
    locate(geocoder, named("Xyz"), named("Qrs"))
    assert sorted(nominatim.names) == ["Qrs", "Xyz"]
    for name in nominatim.names:
        assert [note for note in geocoder.notes if f"“{name}”" in note]
    assert nominatim.url.removeprefix("http://") in geocoder.notes[0]


@pytest.mark.parametrize(
    "claim",
    [
        named("Palmyra"),
        named("Tuwaynah"),  # two that are equally likely
        named("northern Xyz"),
        named("Xyz countryside"),
        named("Xyz road"),
        named("one two three four five six seven"),
        named("…"),
    ],
)
def test_what_is_known_in_doubt_vague_or_no_name_is_not_asked_for(
    online, nominatim, local, claim
):
    assert locate(online(), claim) == locate(local, claim)
    assert nominatim.queries == []


def test_nothing_is_asked_unless_it_is_switched_on(online, nominatim, local):
    geocoder = online(ask=False)
    assert locate(geocoder, *SEED) == locate(local, *SEED)
    assert nominatim.queries == []


def test_nothing_is_asked_without_countries_to_look_in(online, nominatim):
    online()([named("Xyz")], ())
    assert nominatim.queries == []


def test_a_container_goes_along_and_is_left_out_if_that_finds_nothing(
    online, nominatim
):
    nominatim.answers = [[], [place(37.7, 36.2)]]
    (location,) = locate(online(), named("Xyz village", EAST))
    assert nominatim.names == ["Xyz, Aleppo", "Xyz"]
    assert location.match == "online"


def test_only_names_leave_this_machine(online, nominatim):
    near = beside_of("Raqqa", "some 45 km west of Raqqa", "W", 45.0)
    locate(online(), named("Xyz", near, inside("Raqqa", "deep in Raqqa province")))
    assert nominatim.names == ["Xyz, Raqqa", "Xyz"]
    allowed = {"q", "format", "limit", "addressdetails", "namedetails"}
    for query in nominatim.queries:
        assert set(query) == allowed | {"accept-language", "countrycodes"}


FAR = place(-77.2, 43.1, country="us")


@pytest.mark.parametrize(
    "answer",
    [
        [FAR],
        [{**FAR, "address": {"country_code": "sy"}, "boundingbox": None, "lat": "91"}],
        [place(38.5, 35.5, name="Nothing alike")],
        [place(38.5, 35.5, **{"class": "shop", "type": "bakery"})],
        [place(38.5, 35.5, **{"class": "highway", "type": "residential"})],
        [place(38.5, 35.5, **{"class": "place", "type": "house"})],
        [place(38.5, 35.5, address={})],
    ],
)
def test_an_answer_that_cannot_be_meant_changes_nothing(
    online, nominatim, local, answer
):
    nominatim.answers = [answer]
    assert locate(online(), named("Xyz")) == locate(local, named("Xyz"))
    assert nominatim.names == ["Xyz"]


def test_a_better_answer_behind_a_bad_one_is_taken(online, nominatim):
    nominatim.answers = [[FAR, place(38.5, 35.5)]]
    (location,) = locate(online(), named("Xyz"))
    assert location.lon == 38.5


def test_an_answer_outside_of_the_ground_named_is_not_believed(online, nominatim):
    nominatim.answers = [[place(36.0, 33.0)]]
    (location,) = locate(online(), named("Xyz", EAST))
    assert location.match == "container"
    near = beside_of("Raqqa", "45 km west of Raqqa", "W", 45.0)
    nominatim.answers = [[place(40.5, 35.3, name="Qrs")]]
    (location,) = locate(online(), named("Qrs", near))
    assert location.match == "relation"


def test_of_namesakes_far_apart_none_is_taken_and_all_are_kept(online, nominatim):
    twin = place(40.6, 36.4, osm_id=12)
    nominatim.answers = [[place(38.5, 35.5), twin]]
    (location,) = locate(online(), named("Xyz"))
    assert (location.match, location.where_prec) == ("container", 6)
    assert [one.place_id for one in location.candidates] == [
        "osm:node/4711",
        "osm:node/12",
    ]
    assert {one.how for one in location.candidates} == {"online"}


def test_the_town_is_not_the_airbase_named_after_it(online, nominatim):
    base = place(
        38.5, 35.5, name="Xyz Airbase", **{"class": "military", "type": "airfield"}
    )
    nominatim.answers = [[base]]
    geocoder = online()
    town, airbase = locate(geocoder, named("Xyz", kind="town"), named("Xyz airbase"))
    assert town.match == "container"
    assert airbase.match == "online"


def test_another_spelling_of_the_name_will_do(online, nominatim):
    names = {"name": "الرؤوفية", "name:en": "Ar Ra'ufiyah", "old_name": "Abc;Qrs"}
    nominatim.answers = [[place(37.7, 36.2, name="الرؤوفية", namedetails=names)]]
    one, two, other = locate(online(), named("al-Raoufiya"), named("Qrs"), named("Tuv"))
    assert (one.match, two.match, other.match) == ("online", "online", "container")


@pytest.mark.parametrize(
    ("box", "where_prec"),
    [
        (["35.48", "35.52", "38.48", "38.52"], 1),
        (["35.4", "35.6", "38.4", "38.6"], 2),
        (["35.0", "36.0", "38.0", "39.0"], 5),
        ([35.0, 36.0, 38.0, 39.0], 5),
    ],
)
def test_a_wide_answer_is_not_exact(online, nominatim, box, where_prec):
    nominatim.answers = [[place(38.5, 35.5, boundingbox=box)]]
    (location,) = locate(online(), named("Xyz"))
    assert location.where_prec == where_prec


# What a server can do instead of answering, and what is said of it.
FAILURES = {
    "answered 500": 500,
    "answered 502": 502,
    "answered 429": 429,
    "asked to be left alone for 7 s": (429, {"Retry-After": "7"}),
    "answered 403": 403,
    "redirects are not followed": (302, {"Location": "http://127.0.0.1:1/"}),
    "no JSON": b"<!DOCTYPE html><html><body>Bandwidth limit</body></html>",
    "no list": b'{"error": "Unable to geocode"}',
    "no text in UTF-8": b"\xff\xfe\x00",
    "more than": b'["' + b"x" * MAX_BYTES + b'"]',
    "is no JSON": b"[" * 100_000,
    "broke off": breaks_off,
}


@pytest.mark.parametrize("said", FAILURES)
def test_a_failure_is_said_and_costs_nothing(online, nominatim, local, said):
    nominatim.answers = [FAILURES[said], [place(38.5, 35.5)]]
    geocoder = online()
    assert locate(geocoder, *SEED, named("Xyz"))[:-1] == locate(local, *SEED)
    [note] = [note for note in geocoder.notes if note.startswith("no answer")]
    assert said in note
    assert geocoder.lookup.n_failed


def test_a_server_that_does_not_answer_in_time_is_not_waited_for(
    online, nominatim, local
):
    nominatim.answers = [nominatim.silent]
    geocoder = online(timeout_s=0.1)
    assert locate(geocoder, named("Xyz")) == locate(local, named("Xyz"))
    assert "did not answer within 0.1 s" in geocoder.notes[0]


@pytest.mark.parametrize("what", ["headers", "places"])
def test_an_answer_that_drips_is_waited_for_no_longer_than_any(
    online, nominatim, local, what
):
    nominatim.answers = [getattr(nominatim, f"drips_{what}")]
    geocoder = online(timeout_s=0.3)
    assert locate(geocoder, named("Xyz")) == locate(local, named("Xyz"))
    assert "did not answer within 0.3 s" in geocoder.notes[0]


def test_nothing_waits_on_when_an_answer_came(online):
    locate(online(), named("Xyz"))
    assert not any(isinstance(one, threading.Timer) for one in threading.enumerate())


def test_a_dead_host_is_asked_a_few_times_and_said_once(online, local):
    with nominatim_server.running() as server:
        dead = server.url
    claims = [named(f"Xyz {letter}") for letter in "abcdefgh"]
    geocoder = online(url=dead)
    assert locate(geocoder, *claims) == locate(local, *claims)
    assert len(geocoder.notes) == 3
    assert all("cannot be reached" in note for note in geocoder.notes)
    assert "not asked any more in this run" in geocoder.notes[-1]
    assert geocoder.lookup.n_failed == len(claims)


def test_a_failure_is_not_kept_and_the_name_is_asked_for_in_the_next_run(
    online, nominatim
):
    nominatim.answers = [500, [place(38.5, 35.5)]]
    first = online()
    (before,) = locate(first, named("Xyz"))
    assert locate(first, named("Xyz")) == [before]
    assert len(nominatim.queries) == 1
    (after,) = locate(online(), named("Xyz"))
    assert (before.match, after.match) == ("container", "online")


def test_a_query_that_fails_is_not_followed_by_another_for_the_name(online, nominatim):
    nominatim.answers = [500]
    locate(online(), named("Xyz", EAST))
    assert nominatim.names == ["Xyz, Aleppo"]


def test_an_answer_that_cannot_be_kept_counts_all_the_same(
    online, nominatim, store, monkeypatch
):
    def refuse(*_):
        raise StoreError("is being written to")

    monkeypatch.setattr(store, "keep_answer", refuse)
    nominatim.answers = [[place(38.5, 35.5)]]
    geocoder = online()
    assert locate(geocoder, named("Xyz"))[0].match == "online"
    assert "not kept" in geocoder.notes[-1]


def test_success_between_failures_lets_the_server_be_asked_on(online, nominatim):
    nominatim.answers = [500, 500, [], 500, 500, []]
    locate(online(), *(named(f"Xyz {letter}") for letter in "abcdefgh"))
    assert len(nominatim.queries) == 8


def test_after_429_nothing_is_asked_until_the_time_is_over(online, nominatim):
    nominatim.answers = [(429, {"Retry-After": "7"}), [place(38.5, 35.5)]]
    geocoder = online()
    found = locate(geocoder, named("Abc"), named("Xyz"))
    assert geocoder.clock.slept == [7]
    assert len(nominatim.queries) == 2
    assert {location.match for location in found} <= {"container", "online"}


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "3600"}])
def test_after_429_for_long_nothing_more_is_asked_in_this_run(
    online, nominatim, headers
):
    nominatim.answers = [(429, headers), []]
    geocoder = online()
    locate(geocoder, named("Abc"), named("Xyz"))
    assert len(nominatim.queries) == 1
    assert geocoder.clock.slept == []
    assert "not asked any more" in geocoder.notes[0]


# Moments that no clock reaches, and what no number or calendar holds.
UNREADABLE = [
    "9" * 400,
    "9" * 5_000,
    "Fri, 31 Dec 99999 23:59:59 GMT",
    f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT",
    f"Fri, 31 Dec 1999 23:59:59 +{'9' * 400}",
]


@pytest.mark.parametrize("said", UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_moment_beyond_all_bounds_is_a_failure_as_any(
    online, nominatim, local, tmp_path, said
):
    nominatim.answers = [(429, {"Retry-After": said}), []]
    geocoder = online()
    claims = [*SEED, named("Xyz"), named("Abc")]
    assert locate(geocoder, *claims) == locate(local, *claims)
    assert len(nominatim.queries) == 1
    assert "not asked any more" in geocoder.notes[0]
    assert len(geocoder.notes[0]) < 300
    nominatim.queries.clear()
    pace = Pace(tmp_path / "other.sqlite", clock=Clock())
    with pytest.raises(NoAnswerError):
        Server(Service(url=nominatim.url), pace).ask("Xyz", ["SY"])


def test_a_server_is_left_alone_for_a_day_at_most(online, nominatim):
    nominatim.answers = [(429, {"Retry-After": "9" * 20})]
    geocoder = online()
    locate(geocoder, named("Xyz"))
    assert "left alone for 86400 s" in geocoder.notes[0]


def test_the_next_run_heeds_what_the_server_asked_for(online, nominatim):
    nominatim.answers = [(429, {"Retry-After": "3600"}), []]
    locate(online(), named("Xyz"))
    geocoder = online()
    locate(geocoder, named("Xyz"))
    assert len(nominatim.queries) == 1
    assert "left alone" in geocoder.notes[0]


def test_an_answer_is_kept_as_it_came_with_its_day(online, nominatim, store):
    answer = [place(38.5, 35.5)]
    nominatim.answers = [answer]
    locate(online(), named("Xyz"))
    kept = store.answer("xyz", "IQ SY TR", service=nominatim.url)
    assert kept.raw == json.dumps(answer)
    assert kept.at == NOW


def test_a_kept_answer_counts_for_good_also_when_nothing_is_asked(online, nominatim):
    nominatim.answers = [[place(38.5, 35.5)]]
    found = locate(online(), named("Xyz"))
    years_later = NOW + timedelta(days=3_000)
    assert locate(online(now=years_later), named("Xyz")) == found
    assert locate(online(ask=False), named("xyz")) == found
    assert len(nominatim.queries) == 1


@pytest.mark.parametrize("answer", [[], [FAR]])
def test_a_kept_answer_without_the_place_counts_for_a_month(online, nominatim, answer):
    nominatim.answers = [answer, [place(38.5, 35.5)]]
    locate(online(), named("Xyz"))
    (soon,) = locate(online(now=NOW + EMPTY_FOR), named("Xyz"))
    assert (soon.match, len(nominatim.queries)) == ("container", 1)
    later = NOW + EMPTY_FOR + timedelta(seconds=1)
    (late,) = locate(online(now=later), named("Xyz"))
    assert (late.match, len(nominatim.queries)) == ("online", 2)


def test_asking_again_asks_each_name_once_more(online, nominatim):
    nominatim.answers = [[place(38.5, 35.5)], [place(38.6, 35.6)]]
    locate(online(), named("Xyz"))
    later = online(now=NOW + timedelta(days=1), again=True)
    one, two = locate(later, named("Xyz"), named("Xyz", sentence=99))
    assert (one, one.lon, len(nominatim.queries)) == (two, 38.6, 2)


def test_a_server_is_asked_whatever_another_one_answered(online, nominatim):
    nominatim.answers = [[place(38.5, 35.5)]]
    locate(online(), named("Xyz"))
    with nominatim_server.running() as other:
        assert locate(online(url=other.url), named("Xyz"))[0].match == "container"
        assert other.names == ["Xyz"]


def test_where_nothing_is_asked_the_answers_of_any_server_count(online, nominatim):
    nominatim.answers = [[place(38.5, 35.5)]]
    found = locate(online(), named("Xyz"))
    assert locate(online(ask=False, url=PUBLIC), named("Xyz")) == found
    assert nominatim.url.removeprefix("http://") in found[0].source


def test_nonsense_is_survived_by_the_good_beside_it(online, nominatim):
    changes = [
        {key: value}
        for both in (HOSTILE, HARMLESS)
        for key, values in both.items()
        for value in values
    ]
    bad = [{**place(38.4, 35.4, osm_id=5), **change} for change in changes]
    nominatim.answers = [[*bad, None, 5, "x", [], place(38.5, 35.5, name="Good")]]
    (good,) = locate(online(), named("Good"))
    assert (good.lon, good.lat) == (38.5, 35.5)


@pytest.mark.parametrize("name", HARMLESS["display_name"])
def test_words_of_an_answer_are_one_short_line_that_can_be_stored(
    online, nominatim, name
):
    long = name + " long" * 9_999
    names = {"name:en": "Xyz", "alt_name": long}
    described = place(38.5, 35.5, display_name=long, namedetails=names)
    nominatim.answers = [[{**described, "name": name}]]
    (location,) = locate(online(), named("Xyz"))
    assert location.match == "online"
    for words in (location.reason, location.name, location.source):
        assert words.isprintable()
        assert len(words) < 300
        words.encode()


def test_every_geocoder_places_every_claim(online, local, nominatim):
    nominatim.answers = [[place(38.5, 35.5)]]
    for geocoder in (local, online(ask=False), online()):
        located = geocoder(SEED, AT_HAND)
        assert set(located) == {claim.claim_id for claim in SEED}
        for location in located.values():
            assert location.lon is None or math.isfinite(location.lon)


@pytest.mark.parametrize("make", ["folder", "noise"])
def test_without_a_pace_nothing_is_asked(online, nominatim, tmp_path, make):
    path = tmp_path / "pace.sqlite"
    path.mkdir() if make == "folder" else path.write_bytes(b"x" * 5_000)
    geocoder = online()
    (location,) = locate(geocoder, named("Xyz"))
    assert (location.match, nominatim.queries) == ("container", [])
    assert "delete it" in geocoder.notes[0]


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("", PUBLIC),
        ("https://geo.example.org/nominatim/", "https://geo.example.org/nominatim"),
        ("https://geo.example.org/search", "https://geo.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://10.1.2.3", "http://10.1.2.3"),
        ("http://localhost:80/n", "http://localhost:80/n"),
    ],
)
def test_the_address_is_the_environments(given, url):
    service = service_of({"TIDELINE_NOMINATIM": given, "TIDELINE_CONTACT": " a@b.org "})
    assert (service.url, service.contact) == (url, "a@b.org")


def test_a_path_is_part_of_the_address(online, nominatim):
    locate(online(url=f"{nominatim.url}/geo"), named("Xyz"))
    assert nominatim.paths == ["/geo/search"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "nominatim.example.org"}, "https://"),
        ({"url": "ftp://example.org"}, "https://"),
        ({"url": "http://example.org"}, "everyone on the way"),
        ({"url": "https://a:b@example.org"}, "a user or a password"),
        ({"url": "https://example.org/?key=1"}, "a query"),
        ({"url": "https://example.org:0"}, "https://"),
        ({"url": "https://[x"}, "not an address"),
        ({"contact": "a@b.org\r\nX-Evil: 1"}, "plain letters"),
        ({"contact": "é"}, "plain letters"),
    ],
)
def test_a_bad_address_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        replace(Service(), **changes)
