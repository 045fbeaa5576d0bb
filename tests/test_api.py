"""What the API answers, parameter by parameter, asked in this process."""

import json
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
import server
import shapely
from asgi_client import Client
from conftest import make_article, make_claim, make_location, make_placing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from extract.conflict import load_conflicts
from extract.records import ClaimantType, Publisher
from geo.api import snapshots
from geo.api.asking import AskedWronglyError, read_asked
from geo.api.collections import COLLECTIONS
from geo.api.serving import api_routes
from geo.api.setting import SettingError, read_setting
from geo.events import DTYPES
from geo.export import to_geojson
from geo.publishers import set_publisher
from geo.reviewing import confirm, reject
from geo.store import open_store
from geo.undoing import redo, undo
from geo.view import ordered
from geo.withholding import withheld

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
ATOM = {"a": "http://www.w3.org/2005/Atom", "g": "http://www.georss.org/georss"}


class Clock:
    """A clock that a test sets; every look at it takes a millisecond."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        self.now += timedelta(milliseconds=1)
        return self.now


def client(where, clock=None, **environment):
    """Return a client of the API over a store, without limits unless they are set."""
    setting = {"TIDELINE_API_RATE": "0"}
    setting |= {f"TIDELINE_API_{name}": value for name, value in environment.items()}
    routes = api_routes(lambda: where, setting, clock or Clock())
    return Client(Starlette(routes=routes))


@pytest.fixture(scope="module")
def where(stores):
    """A store of seventeen events at eleven places."""
    made = stores.store()
    server.fill(made)
    return made


@pytest.fixture(scope="module")
def api(where):
    return client(where)


def put(where, number, lon=0.0, lat=0.0, **changes):
    """Store one more article with one claim, of a place of its own."""
    article = make_article(
        article_id=f"more-{number}",
        title=f"More {number}",
        publisher=changes.pop("publisher", "Daily Example"),
    )
    claim = make_claim(
        **{"claim_id": f"more-{number}", "article_id": f"more-{number}", **changes}
    )
    spot = make_location(lon=lon, lat=lat, place_id=f"more:{number}")
    placing = make_placing({claim.claim_id: spot}, article_id=article.article_id)
    with open_store(where) as store:
        store.add(article, [claim], placing, now=server.NOW + timedelta(hours=number))


def items(api, name="events", **asked):
    answer = api.get(f"/api/collections/{name}/items", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page):
    return [one["id"] for one in page["features"]]


def places(page):
    return {one["properties"]["place"] for one in page["features"]}


def following(page):
    return next((x["href"] for x in page["links"] if x["rel"] == "next"), None)


def paged(api, address):
    """Return the ids of all pages, and how long each page was."""
    found, sizes = [], []
    while address:
        page = api.get(address).json()
        assert page["numberReturned"] == len(page["features"])
        found += ids(page)
        sizes.append(len(page["features"]))
        address = following(page)
    return found, sizes


def refused(api, path, status=400):
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["title"]
    return said["detail"]


def test_the_landing_page_leads_to_all_there_is(api):
    page = api.get("/api").json()
    links = {one["rel"]: one for one in page["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(links)
    for link in links.values():
        answer = api.get(link["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == link["type"]
    classes = api.get("/api/conformance").json()["conformsTo"]
    assert {one.rsplit("/", 1)[1] for one in classes} == {"core", "geojson", "oas30"}


def test_collections_say_where_and_when_they_are(api):
    listed = api.get("/api/collections").json()["collections"]
    assert [one["id"] for one in listed] == list(COLLECTIONS)
    for one in listed:
        assert api.get(f"/api/collections/{one['id']}").json() == one
        [link] = [link for link in one["links"] if link["rel"] == "items"]
        assert api.get(link["href"]).status_code == 200
    events = listed[0]["extent"]
    assert events["spatial"]["bbox"] == [[36.1062, 32.6189, 40.1412, 36.8915]]
    assert events["temporal"]["interval"] == [
        ["2014-01-13T00:00:00Z", "2024-12-01T00:00:00Z"]
    ]


def test_an_event_is_what_exports_write_and_when_it_came(api, where):
    with open_store(where) as store:
        out = withheld(ordered(store.events()), today=NOW.date())
    written = json.loads(to_geojson(out))["features"]
    served = items(api, limit=1000)["features"]
    for one in served:
        assert one["properties"].pop("added_at") == "2026-01-05T00:00:00Z"
        assert one["properties"].pop("changed_at") == "2026-01-05T00:00:00Z"
        # The packs of conflicts say who is partial, which the store alone does not.
        for name in ("status", "n_independent", "status_reason"):
            one["properties"].pop(name)
    for one in written:
        for name in ("status", "n_independent", "status_reason"):
            one["properties"].pop(name)
    assert served == written
    assert set(DTYPES) - {"geometry"} <= set(COLLECTIONS["events"].properties)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_features_have_just_the_properties_that_the_document_tells(api, name):
    page = items(api, name, limit=1000)
    assert page["features"]
    for one in page["features"]:
        assert set(one["properties"]) == set(COLLECTIONS[name].properties)
        alone = api.get(f"/api/collections/{name}/items/{quote(one['id'], safe='')}")
        assert alone.status_code == 200
        found = alone.json()
        rels = {link["rel"] for link in found.pop("links")}
        assert rels == {"self", "collection"}
        assert found == one


def test_no_article_is_given_with_its_text(api, where):
    everything = "".join(
        api.get(f"/api/collections/{name}/items?limit=1000").text
        for name in COLLECTIONS
    )
    assert "Residents spoke of a quiet night" not in everything
    assert "took Palmyra" in everything or "seized Palmyra" in everything
    with open_store(where) as store:
        assert len(items(api, "articles")["features"]) == len(store.articles())


def test_claims_without_a_place_have_no_geometry_and_lie_in_no_box(api):
    page = items(api, "claims", place="nowhere")
    [claim] = page["features"]
    assert claim["geometry"] is None
    assert claim["properties"]["event_id"] is None
    assert items(api, "claims", bbox="-180,-90,180,90")["numberMatched"] == 17
    assert items(api, "articles", bbox="-180,-90,180,90")["numberMatched"] == 0


def test_control_is_that_of_the_day_asked_for(api):
    def holder(**asked):
        page = items(api, "control", place="Palmyra", **asked)
        return [
            (one["properties"]["day"], one["properties"]["controlled_by"])
            for one in page["features"]
        ]

    assert holder(datetime="2015-05-19") == []
    assert holder(datetime="2015-06-01") == [("2015-06-01", "Islamic State")]
    assert holder(datetime="2016-04-01T10:00:00Z") == [
        ("2016-04-01", "Syrian government")
    ]
    assert holder(datetime="2015-01-01/2016-12-31") == [("2016-12-31", "Islamic State")]
    assert holder(datetime="../2016-04-01") == [("2016-04-01", "Syrian government")]
    today = [("2026-01-10", "Syrian government")]
    assert holder() == today
    assert holder(datetime="2016-04-01/..") == today
    assert holder(datetime="9999-12-31") == [("9999-12-31", "Syrian government")]
    assert holder(datetime="0001-01-01") == []


def test_areas_are_polygons_and_labelled_as_an_estimate(api):
    page = items(api, "areas", datetime="2017-03-03")
    assert page["numberMatched"] > 1
    for one in page["features"]:
        assert one["geometry"]["type"] == "MultiPolygon"
        assert one["properties"]["note"] == "Estimate from reported places"
    held = items(api, "areas", datetime="2017-03-03", actor="Syrian government")
    assert {one["properties"]["controlled_by"] for one in held["features"]} == {
        "Syrian government"
    }
    [palmyra] = items(
        api,
        "areas",
        datetime="2017-03-03",
        bbox="38.2842,34.5601,38.2842,34.5601",
    )["features"]
    assert palmyra["properties"]["controlled_by"] == "Syrian government"


FILTERS = (
    ({"actor": "Islamic State"}, lambda p: "Islamic State" in (p["gained_by"], p["lost_by"])),
    ({"type": "holds"}, lambda p: p["event_type"] == "holds"),
    ({"status": "claimed"}, lambda p: p["status"] == "claimed"),
    ({"place": "PALM"}, lambda p: p["place"] == "Palmyra"),
    ({"place": "test:Raqqa"}, lambda p: p["place_id"] == "test:Raqqa"),
    ({"publisher": "State Agency"}, lambda p: p["publisher"] == "State Agency"),
    ({"reviewed": "false"}, lambda p: not p["reviewed"]),
    ({"reviewed": "true"}, lambda p: p["reviewed"]),
    ({"actor": ["Hayat Tahrir al-Sham", "United States"]},
     lambda p: {p["gained_by"], p["lost_by"]} & {"Hayat Tahrir al-Sham", "United States"}),
    ({"actor": "Islamic State", "publisher": "State Agency"},
     lambda p: p["publisher"] == "State Agency" and "Islamic State" in (p["gained_by"], p["lost_by"])),
    ({"actor": "x' OR '1'='1"}, lambda p: False),
    ({"place": "%"}, lambda p: False),
)  # fmt: skip


@pytest.mark.parametrize(("asked", "keep"), FILTERS, ids=[str(a) for a, _ in FILTERS])
@pytest.mark.parametrize("name", ["events", "claims"])
def test_filters_leave_what_they_name(api, name, asked, keep):
    everything = items(api, name, limit=1000)["features"]
    expected = [one["id"] for one in everything if keep(one["properties"])]
    page = items(api, name, limit=1000, **asked)
    assert ids(page) == expected
    assert page["numberMatched"] == page["numberReturned"] == len(expected)


def test_claims_are_found_by_event_and_article(api):
    [claim] = items(api, "claims", event="e-claim-report-3")["features"]
    assert claim["properties"]["article_id"] == "report-3"
    assert ids(items(api, "claims", article="report-3")) == [claim["id"]]
    assert items(api, "claims", modality="denied")["numberMatched"] == 0


WINDOWS = (
    "2017-03-02", "2017-03-02T23:59:60Z", "2017-03-02t01:00:00+02:00", "2016-01-01/..",
    "../2016-01-01", "/2016-01-01", "2016-01-01/", "../..", "/", "2019-01-15",
    "2016-01-01T00:00:00Z/2017-12-31T00:00:00.5Z", "2016-01-01/2017-12-31",
)  # fmt: skip


@pytest.mark.parametrize("text", WINDOWS)
def test_datetime_leaves_what_may_have_happened_then(api, text):
    asked = read_asked([("datetime", text)], ())
    first, last = asked.first or date.min, asked.last or date.max
    expected = [
        one["id"]
        for one in items(api, limit=1000)["features"]
        if date.fromisoformat(one["properties"]["date_end"]) >= first
        and date.fromisoformat(one["properties"]["date_start"]) <= last
    ]
    assert ids(items(api, limit=1000, datetime=text)) == expected


def test_a_moment_counts_as_its_day_in_utc():
    asked = read_asked([("datetime", "2017-03-02T23:00:00-05:00")], ())
    assert asked.first == asked.last == date(2017, 3, 3)


WRONG = (
    "limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=1&limit=2", "limit=٣",
    "offset=-1", "offset=x", "data=UP", "data=", "data=../../etc/passwd",
    "bbox=", "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=nan,0,1,1", "bbox=inf,0,1,1",
    "bbox=-181,0,1,1", "bbox=0,0,181,1", "bbox=0,-91,1,1", "bbox=0,0,1,91", "bbox=0,2,1,1",
    "bbox=0,0,9,1,1,2", "bbox=1e999,0,1,1", "bbox=0,0,1,1&bbox=0,0,1,1", "bbox=0x1,0,1,1",
    "bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326", "bbox-crs=", "datetime=",
    "datetime=yesterday", "datetime=2017", "datetime=2017-02-29", "datetime=2017-13-01",
    "datetime=2017-03-02/2017-03-01", "datetime=1/2/3", "datetime=2017-03-02T00:00:00",
    "datetime=2017-03-02T24:61:00Z", "datetime=0000-01-01", "datetime=9999-12-31T23:00:00-05:00",
    "datetime=2017-03-02&datetime=2017-03-03", "type=liberated", "status=x", "reviewed=1",
    "actor=", "actor=" + "a" * 201, "place=" + "&place=a" * 21, "f=html", "f=", "crs=x",
    "resultType=hits", "Limit=1", "&".join(f"x{n}=1" for n in range(300)), "q=" + "a" * 9000,
    "filter=1%00", "%ff=1",
)  # fmt: skip


@pytest.mark.parametrize("query", WRONG, ids=[q[:40] for q in WRONG])
def test_what_there_is_not_is_refused_with_what_to_ask(api, query):
    detail = refused(api, f"/api/collections/events/items?{query}")
    assert 5 < len(detail) < 400


@pytest.mark.parametrize(
    "path", ["/api", "/api/collections", "/api/collections/events", "/api/conformance"]
)
def test_pages_that_take_no_parameter_refuse_any(api, path):
    refused(api, f"{path}?limit=1")
    assert api.get(f"{path}?f=json").status_code == 200


@pytest.mark.parametrize("limit", ["1001", "9" * 5000])
def test_more_than_there_may_be_is_as_many_as_there_may_be(api, limit):
    assert items(api, limit=limit)["numberReturned"] == 17


@pytest.mark.parametrize("offset", ["17", "9" * 5000])
def test_beyond_the_end_there_is_nothing(api, offset):
    page = items(api, offset=offset)
    assert page["features"] == []
    assert page["numberMatched"] == 17
    assert following(page) is None


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/collections/nothing",
        "/api/collections/nothing/items",
        "/api/collections/events/items/nothing",
        "/api/collections/control/items/nothing",
        "/api/collections/control/items/test:Palmyra@2017-99-99",
        "/api/collections/events/items/..%2f..%2f..%2fetc%2fpasswd",
        "/api/collections/events/items/%00",
        "/api/collections/events/items/%ff",
    ],
)
def test_what_is_not_there_is_said_to_be_not_there(api, path):
    refused(api, path, 404)


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
)
@pytest.mark.parametrize("path", ["/api", "/api/collections/events/items", "/api/x"])
def test_nothing_can_be_written(api, method, path):
    answer = api.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["status"] == 405


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/geo+json", 200),
        ("application/json", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/*", 200),
        ("", 200),
        ("text/html", 406),
        ("*/*;q=0", 406),
    ],
)
def test_the_form_of_answer_is_one_that_is_accepted(api, accept, status):
    answer = api.get("/api/collections/events/items", headers={"Accept": accept})
    assert answer.status_code == status
    forced = api.get("/api/collections/events/items?f=json", headers={"Accept": accept})
    assert forced.status_code == 200


def test_an_answer_that_is_known_is_not_sent_again(where, new_store):
    path = new_store(where)
    clock = Clock()
    api = client(path, clock)
    address = "/api/collections/events/items?limit=3"
    tag = api.get(address).headers["etag"]
    for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        answer = api.get(address, headers={"If-None-Match": known})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag
    assert api.get(address + "&offset=1").headers["etag"] != tag
    assert api.get(address, headers={"If-None-Match": '"x"'}).status_code == 200
    put(path, 1)
    clock.now += timedelta(minutes=1)
    assert api.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_answers_are_packed_for_those_who_can_unpack(api):
    address = "/api/collections/events/items"
    plain = api.get(address, headers={"Accept-Encoding": "identity"})
    packed = api.get(address, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json()["features"] == plain.json()["features"]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"
    refused_gzip = api.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused_gzip.headers


def test_head_tells_what_get_would_send(api):
    for path in ("/api", "/api/collections/events/items", "/api/events.atom"):
        asked = {"Accept-Encoding": "identity"}
        head, get = (api.request(m, path, headers=asked) for m in ("HEAD", "GET"))
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]
        assert head.headers["etag"] == get.headers["etag"]
        if path != "/api/collections/events/items":  # which has the moment in it
            assert head.headers["content-length"] == get.headers["content-length"]


def test_scripts_of_other_pages_may_read_only_where_that_is_set(api, where):
    headers = {"Origin": "https://map.example.org"}
    assert "access-control-allow-origin" not in api.get("/api", headers=headers).headers
    some = client(where, ORIGINS="https://map.example.org https://b.example.org:8443")
    answer = some.get("/api", headers=headers)
    assert answer.headers["access-control-allow-origin"] == headers["Origin"]
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers
    other = some.get("/api", headers={"Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in other.headers
    preflight = some.request(
        "OPTIONS", "/api", headers={**headers, "Access-Control-Request-Method": "GET"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD"
    anyone = client(where, ORIGINS="*").get("/api", headers=headers)
    assert anyone.headers["access-control-allow-origin"] == "*"


def test_who_asks_too_often_is_told_when_to_ask_again(where):
    clock = Clock()
    api = client(where, clock, RATE="1")
    codes = [api.get("/api").status_code for _ in range(12)]
    assert codes == [200] * 10 + [429] * 2
    answer = api.get("/api")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["status"] == 429
    clock.now += timedelta(seconds=2)
    assert [api.get("/api").status_code for _ in range(3)] == [200, 200, 429]


def test_a_name_in_a_header_is_believed_only_of_proxies_that_are_set(where):
    def codes(api, name):
        asked = [
            api.get("/api", headers={"X-Forwarded-For": name.format(n)})
            for n in range(12)
        ]
        return {one.status_code for one in asked}

    assert codes(client(where, RATE="1"), "10.0.0.{}") == {200, 429}
    assert codes(client(where, RATE="1", PROXIES="1"), "10.0.0.{}") == {200}
    # What stands before the proxy's own word, anybody may have written.
    assert codes(client(where, RATE="1", PROXIES="1"), "10.0.0.{}, 10.9.9.9") == {
        200,
        429,
    }
    assert codes(client(where, RATE="1", PROXIES="1"), "2001:db8::{}") == {200, 429}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORIGINS", "example.org"),
        ("ORIGINS", "* https://a.example.org"),
        ("RATE", "fast"),
        ("PROXIES", "-1"),
        ("ADDRESS", "https://example.org"),
        ("COARSEN_KM", "3"),
        ("COARSEN_KM", "5km"),
        ("DELAY_DAYS", "9999"),
    ],
)
def test_while_it_is_set_up_wrongly_nothing_leaves(where, name, value):
    with pytest.raises(SettingError, match=name):
        read_setting({f"TIDELINE_API_{name}": value})
    detail = refused(
        client(where, **{name: value}), "/api/collections/events/items", 503
    )
    assert f"TIDELINE_API_{name}" in detail


def test_all_that_leaves_is_coarsened_where_that_is_set(api, where):
    coarse = client(where, COARSEN_KM="20")
    exact = {tuple(spot) for spot in server.SPOTS.values()}
    middles = {}
    for name in ("events", "claims", "places", "control"):
        for one in items(coarse, name, limit=1000)["features"]:
            if one["geometry"]:
                spot = tuple(one["geometry"]["coordinates"])
                assert spot not in exact
                assert one["properties"]["radius_m"] >= 10_000
                assert one["properties"]["place_id"].startswith("withheld:")
                place = one["properties"]["place"]
                assert middles.setdefault(place, spot) == spot
    text = coarse.get("/api/collections/events/items").text
    assert "moved to a grid of 20 km" in text
    assert "test:Palmyra" not in text
    whole = items(api, "areas", datetime="2017-03-03")
    moved = items(coarse, "areas", datetime="2017-03-03")
    assert whole["features"] != moved["features"]


def test_the_last_days_are_held_back_where_that_is_set(where):
    late = client(where, DELAY_DAYS="3650")  # until 13 January 2016
    assert items(late)["numberMatched"] == 3
    assert items(late, "claims")["numberMatched"] == 3
    assert items(late, "articles")["numberMatched"] == 3
    assert items(late, "places")["numberMatched"] == 3
    assert items(late, "control", datetime="2020-01-01")["numberMatched"] == 3
    assert len(entries(late.get("/api/events.atom")).findall("a:entry", ATOM)) == 3
    refused(late, "/api/collections/events/items/e-claim-report-3", 404)


def test_links_name_the_address_that_is_set_and_no_made_up_host(where):
    api = client(where, ADDRESS="https://data.example.org/tideline/api")
    page = items(api, limit=1)
    assert all(
        link["href"].startswith("https://data.example.org/tideline/api/")
        for link in page["links"]
    )
    odd = client(where).get("/api", headers={"Host": 'a"<script>'})
    assert "<script" not in odd.text


def test_a_store_that_cannot_be_read_is_said_without_its_path(tmp_path):
    path = tmp_path / "secret" / "store.sqlite"
    answer = client(path).get("/api/collections/events/items")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    assert answer.headers["retry-after"] == "30"
    assert not path.exists()


@settings(max_examples=12)
@given(limit=st.integers(1, 20))
def test_paging_gives_each_feature_once(api, limit):
    for name in ("events", "claims", "places", "articles", "control"):
        whole = ids(items(api, name, limit=1000))
        found, sizes = paged(api, f"/api/collections/{name}/items?limit={limit}")
        assert found == whole
        assert set(sizes[:-1]) <= {limit}


@pytest.fixture(scope="module")
def whole(api):
    """All events."""
    return items(api, limit=1000)["features"]


lons = st.one_of(
    st.floats(-180, 180), st.floats(36, 41), st.sampled_from([38.2842, -180, 180])
)
lats = st.one_of(
    st.floats(-90, 90), st.floats(32, 37), st.sampled_from([34.5601, -90, 90])
)


@settings(max_examples=40)
@given(west=lons, east=lons, lat=st.tuples(lats, lats))
def test_a_box_holds_what_shapely_says(api, whole, west, east, lat):
    south, north = sorted(lat)
    spans = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    hulls = [shapely.box(a, south, b, north).convex_hull for a, b in spans]
    expected = [
        one["id"]
        for one in whole
        if any(
            hull.intersects(shapely.Point(one["geometry"]["coordinates"]))
            for hull in hulls
        )
    ]
    numbers = [west, south, east, north]
    assert ids(items(api, limit=1000, bbox=",".join(map(repr, numbers)))) == expected
    high = [west, south, -5, east, north, 9e3]
    assert ids(items(api, limit=1000, bbox=",".join(map(repr, high)))) == expected


@settings(max_examples=10)
@given(west=st.floats(36, 41), south=st.floats(32, 37), size=st.floats(0, 1))
def test_a_box_touches_the_areas_that_shapely_says(api, west, south, size):
    box = (west, south, west + size, south + size)
    expected = [
        one["id"]
        for one in items(api, "areas", datetime="2017-03-03")["features"]
        if shapely.box(*box).convex_hull.intersects(
            shapely.from_geojson(json.dumps(one["geometry"]))
        )
    ]
    asked = ",".join(map(repr, box))
    assert ids(items(api, "areas", datetime="2017-03-03", bbox=asked)) == expected


def test_a_box_may_lie_across_the_date_line(new_store):
    path = new_store()
    for number, lon in enumerate((179.5, -179.5, 0.0, 180.0)):
        put(path, number, lon=lon, lat=-17.0)
    api = client(path)
    assert items(api, bbox="179,-20,-179,-10")["numberMatched"] == 3
    assert items(api, bbox="-179,-20,179,-10")["numberMatched"] == 1


def test_who_pages_on_is_answered_from_where_he_began(where, new_store):
    path = new_store(where)
    clock = Clock()
    api = client(path, clock)
    whole = ids(items(api, limit=1000))
    page = items(api, limit=2)
    found = ids(page)
    number = 0
    while following(page):
        put(
            path,
            number := number + 1,
            date_start=date(2012, 1, number),
            date_end=date(2012, 1, number),
        )
        clock.now += timedelta(minutes=1)
        assert items(api, limit=1)["numberMatched"] == 17 + number
        page = api.get(following(page)).json()
        assert page["numberMatched"] == 17
        found += ids(page)
    assert found == whole


def test_a_page_of_data_that_are_kept_no_longer_is_gone(where, new_store, monkeypatch):
    monkeypatch.setattr(snapshots, "KEPT", 3)
    path = new_store(where)
    clock = Clock()
    api = client(path, clock)
    old = following(items(api, limit=2))
    for number in range(1, 4):
        assert api.get(old).status_code == 200
        put(path, number)
        clock.now += timedelta(minutes=1)
        items(api, limit=1)
    assert "begin again" in refused(api, old, 410)


def test_control_is_paged_through_on_one_day_also_past_midnight(where):
    clock = Clock()
    api = client(where, clock)
    page = items(api, "control", limit=3)
    clock.now += timedelta(days=1)
    rest, _ = paged(api, following(page))
    assert {one.rpartition("@")[2] for one in ids(page) + rest} == {"2026-01-10"}
    assert len({*ids(page), *rest}) == items(api, "control")["numberMatched"]


def test_readers_are_not_kept_waiting_by_those_who_write(where, new_store):
    """For a while after a state was made, it is what is served."""
    path = new_store(where)
    clock = Clock()
    api = client(path, clock)
    assert items(api)["numberMatched"] == 17
    put(path, 1)
    assert items(api)["numberMatched"] == 17
    clock.now += timedelta(minutes=1)
    assert items(api)["numberMatched"] == 18


def test_an_event_that_was_handed_on_by_a_review_is_found_there(new_store):
    where = new_store()
    with open_store(where) as store:
        for n in (1, 2):
            claim = make_claim(claim_id=f"c{n}", article_id=f"a{n}")
            place = make_placing({f"c{n}": make_location()}, article_id=f"a{n}")
            article = make_article(article_id=f"a{n}", publisher=f"P{n}")
            store.add(article, [claim], place, now=NOW)
        reject(store, store.claim("c1"), now=NOW, why="a film")
    address = "/api/collections/events/items"
    moved = client(where).get(f"{address}/e-c1", follow_redirects=False)
    assert moved.status_code == 308
    assert moved.headers["location"].endswith(f"{address}/e-c2")
    assert client(where).get(f"{address}/e-c9").status_code == 404
    held = client(where, DELAY_DAYS="3650").get(f"{address}/e-c1")
    assert held.status_code == 404


def test_a_review_that_is_made_again_changes_the_event_again(new_store):
    where = new_store()
    claim = make_claim()
    moments = [NOW + timedelta(hours=n) for n in range(1, 4)]
    with open_store(where) as store:
        placing = make_placing({claim.claim_id: make_location()})
        store.add(make_article(), [claim], placing, now=NOW)
        done = confirm(store, store.claim(claim.claim_id), now=moments[0])
    for turn, moment in zip((None, undo, redo), moments, strict=True):
        if turn:
            with open_store(where) as store:
                turn(store, done.act, now=moment)
        [found] = client(where).get("/api/collections/events/items").json()["features"]
        assert datetime.fromisoformat(found["properties"]["changed_at"]) == moment


def test_publishers_count_as_people_know_them(new_store):
    where = new_store()
    claim = make_claim(claimed_by=None, claimant_type=ClaimantType.UNKNOWN)
    with open_store(where) as store:
        placing = make_placing({claim.claim_id: make_location()})
        store.add(make_article(), [claim], placing, now=NOW)

    def status():
        [found] = client(where).get("/api/collections/events/items").json()["features"]
        return found["properties"]["status"]

    assert status() == "claimed"
    with open_store(where) as store:
        told = Publisher(name="Daily Example", kind=ClaimantType.MONITOR)
        set_publisher(store, told, now=NOW)
        [event] = store.events(load_conflicts().values())["status"]
    assert status() == event == "assessed"


def test_an_event_that_became_part_of_another_is_found_there(new_store):
    path = new_store()
    claims = [make_claim(claim_id=f"c{n}", article_id=f"a{n}") for n in range(2)]
    with open_store(path) as store:
        for claim in claims:
            article = make_article(
                article_id=claim.article_id, publisher=claim.article_id
            )
            spot = make_placing(
                {claim.claim_id: make_location()}, article_id=claim.article_id
            )
            store.add(article, [claim], spot, now=server.NOW)
    api = client(path)
    [event] = items(api)["features"]
    [other] = {"e-c0", "e-c1"} - {event["id"]}
    moved = api.get(f"/api/collections/events/items/{other}", follow_redirects=False)
    assert moved.status_code == 308
    assert api.get(moved.headers["location"]).json()["id"] == event["id"]


def entries(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(answer.content)  # noqa: S314 - our own


def test_the_feed_has_what_atom_requires(api):
    root = entries(api.get("/api/events.atom"))
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for parent in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            [one] = parent.findall(f"a:{name}", ATOM)
            assert one.text
        moment = parent.findtext("a:updated", namespaces=ATOM)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment)
        assert parent.findtext("a:author/a:name", namespaces=ATOM)
    found = root.findall("a:entry", ATOM)
    assert len(found) == 17
    keys = [one.findtext("a:id", namespaces=ATOM) for one in found]
    assert len(set(keys)) == 17
    assert "urn:x-tideline:event:e-claim-report-3" in keys
    [entry] = [
        one
        for one in found
        if one.findtext("a:id", namespaces=ATOM).endswith("report-3")
    ]
    assert entry.findtext("g:point", namespaces=ATOM) == "34.5601 38.2842"
    assert "retook Palmyra" in entry.findtext("a:summary", namespaces=ATOM)
    [link] = entry.findall("a:link[@rel='alternate']", ATOM)
    assert api.get(link.get("href")).json()["id"] == "e-claim-report-3"


def test_the_feed_takes_filters_and_keeps_its_tag(api):
    address = "/api/events.atom?actor=Islamic State&bbox=38,34,38.5,35&limit=3"
    first = api.get(address)
    found = entries(first).findall("a:entry", ATOM)
    assert len(found) == 3
    assert all("Palmyra" in one.findtext("a:title", namespaces=ATOM) for one in found)
    again = api.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    refused(api, "/api/events.atom?offset=1")
    refused(api, "/api/events.atom?type=liberated")


def test_the_feed_begins_with_what_came_last_and_escapes_words_of_others(new_store):
    path = new_store()
    for number, place in enumerate(("Old", "<script>&amp;\x07", "]]>")):
        put(path, number, lon=float(number), place=place)
    root = entries(client(path).get("/api/events.atom"))
    found = root.findall("a:entry", ATOM)
    titles = [one.findtext("a:title", namespaces=ATOM) for one in found]
    assert ["]]>" in titles[0], "<script>&amp;" in titles[1], "Old" in titles[2]] == [
        True
    ] * 3
    moments = [one.findtext("a:updated", namespaces=ATOM) for one in found]
    assert moments == sorted(moments, reverse=True)
    assert root.findtext("a:updated", namespaces=ATOM) == moments[0]


def test_an_empty_store_has_collections_and_a_feed_without_entries(new_store):
    path = new_store()
    open_store(path).close()
    api = client(path)
    for name in COLLECTIONS:
        assert items(api, name)["numberMatched"] == 0
        assert api.get(f"/api/collections/{name}").json()["extent"] == {}
    assert entries(api.get("/api/events.atom")).findall("a:entry", ATOM) == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(
    st.sampled_from(("limit", "offset", "data", "bbox", "bbox-crs", "datetime", "actor", "type", "f")),
    st.text(max_size=20) | st.from_regex(r"[-0-9.,/eTZ:+]{0,30}", fullmatch=True)), max_size=3))  # fmt: skip
def test_any_value_is_read_or_refused(pairs):
    with suppress(AskedWronglyError):
        asked = read_asked(pairs, ("actor", "type"))
        assert 1 <= asked.limit <= 1000
        assert not asked.box or -90 <= asked.box[1] <= asked.box[3] <= 90


def test_self_links_lead_to_the_same_page(api):
    page = items(api, limit=2, actor="Islamic State", datetime="2015-01-01/..")
    [own] = [link["href"] for link in page["links"] if link["rel"] == "self"]
    assert dict(parse_qsl(urlsplit(own).query))["actor"] == "Islamic State"
    assert api.get(own).json()["features"] == page["features"]
