"""Other people's data: mapped to our columns, kept as they came, never among claims."""

import json
from datetime import UTC, date, datetime

import pytest
from conftest import make_article, make_claim, make_location, make_placing
from hypothesis import given
from hypothesis import strategies as st
from test_cli import check, machine, run  # noqa: F401 - for all

from extract.records import EventType
from geo.layer_files import LayerError, read_layer
from geo.layers import (
    LAYER_DTYPES,
    Layer,
    add_layer,
    compare,
    layer_events,
    layers,
    remove_layer,
)
from geo.store import StoreError, open_store
from geo.undoing import redo

NOW = datetime(2026, 1, 5, tzinfo=UTC)

ACLED = """event_id_cnty,event_date,time_precision,sub_event_type,actor1,actor2,location,latitude,longitude,geo_precision,source,notes
SYR1,2017-03-02,1,Government regains territory,Military Forces of Syria,Islamic State,Palmyra,34.5601,38.2842,1,Daily Example,"On 2 March, forces regained Palmyra, after a week."
SYR2,12 August 2016,2,Non-state actor overtakes territory,QSD,Islamic State,Manbij,36.5282,37.9558,1,Daily Example,QSD took Manbij.
SYR3,2016-08-20,3,Armed clash,QSD,Islamic State,Manbij countryside,36.6,37.9,3,Daily Example,Clashes.
SYR4,not a day,1,Armed clash,A,B,Nowhere,1,2,1,X,Y
SYR5,2016-08-20,1,Change to group/activity,QSD,,Manbij,96.6,37.9,1,Daily Example,Off the Earth.
"""
UCDP = """id,relid,year,type_of_violence,conflict_name,side_a,side_b,source_headline,source_office,where_prec,where_coordinates,latitude,longitude,date_start,date_end,date_prec
7,SYR-1,2017,1,Syria,Government of Syria,IS,Army enters Palmyra,Agency,1,Palmyra town,34.5601,38.2842,2017-03-01 00:00:00.000,2017-03-02 00:00:00.000,2
8,SYR-2,2017,3,Syria,IS,Civilians,,Agency,7,Somewhere,34.0,38.0,2017-03-01,2017-03-31,4
"""
LIST = """id;title;time;lat;lng;link;source
1;Army says it took Palmyra;1488412800;34,5601;38,2842;https://example.org/1;Agency
2;=cmd();2017-03-03T10:00:00Z;36.2;37.15;javascript:alert(1);<b>x</b>
"""


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_acled_is_mapped_by_its_codebook():
    kind, events, bad = read_layer(ACLED.encode())
    assert kind == "acled"
    took, week, month = events
    assert took.event_type is EventType.CAPTURED
    assert (took.gained_by, took.lost_by) == (
        "Military Forces of Syria",
        "Islamic State",
    )
    assert (took.lon, took.lat, took.where_prec) == (38.2842, 34.5601, 1)
    assert (took.date_start, took.date_end, took.date_prec) == (
        date(2017, 3, 2),
        date(2017, 3, 2),
        1,
    )
    assert (week.date_start, week.date_end, week.date_prec) == (
        date(2016, 8, 9),
        date(2016, 8, 15),
        3,
    )
    assert (month.date_start, month.date_end) == (date(2016, 8, 1), date(2016, 8, 31))
    # A clash names two sides and not who gained.
    assert (month.event_type, month.gained_by) == (EventType.ATTACKED, None)
    assert month.where_prec == 4
    assert [one.number for one in bad] == [4, 5]
    assert "is no day" in bad[0].reason
    assert "not on Earth" in bad[1].reason
    assert took.row["notes"].startswith("On 2 March")


def test_ucdp_is_mapped_by_its_codebook():
    kind, (fight, onesided), bad = read_layer(UCDP.encode())
    assert kind == "ucdp"
    assert bad == []
    assert fight.event_type is EventType.ATTACKED
    assert fight.sentence == "Government of Syria – IS: Army enters Palmyra"
    assert (fight.date_start, fight.date_end) == (date(2017, 3, 1), date(2017, 3, 2))
    assert onesided.event_type is None
    assert onesided.where_prec == 6


def test_a_list_is_mapped_by_what_its_columns_are_called():
    kind, (first, second), bad = read_layer(LIST.encode())
    assert kind == "liveuamap"
    assert bad == []
    assert (first.lon, first.lat) == (38.2842, 34.5601)
    assert first.date_start == date(2017, 3, 2)
    assert first.event_type is None
    assert (first.publisher, first.url) == ("Agency", "https://example.org/1")
    assert second.sentence == "=cmd()"


def test_geojson_of_any_shape_is_a_point_with_a_reach():
    square = [[[38.0, 34.0], [38.2, 34.0], [38.2, 34.2], [38.0, 34.2], [38.0, 34.0]]]
    kind, (point, area), bad = read_layer(
        geojson(
            feature({"type": "Point", "coordinates": [38.28, 34.56]}, name="Palmyra"),
            feature({"type": "Polygon", "coordinates": square}, name="Field"),
            feature(None, name="Nowhere"),
            feature({"type": "Point", "coordinates": ["x"]}, name="Broken"),
        )
    )
    assert kind == "geojson"
    assert (point.sentence, point.date_start) == ("Palmyra", None)
    assert 10_000 < area.radius_m < 20_000
    assert area.where_prec == 5
    assert [one.number for one in bad] == [3, 4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it has no rows"),
        (b"\xff\xfe\xff", "not UTF-8"),
        (b"{", "no GeoJSON"),
        (b"[1]", "no GeoJSON feature collection"),
        (b"a,b\n1,2\n", "longitude is '', not a number"),
    ],
)
def test_what_is_no_layer_is_told(content, reason):
    with pytest.raises(LayerError, match=reason):
        read_layer(content)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_bytes_only_a_layer_error_comes_out(content):
    try:
        _kind, events, _bad = read_layer(content)
    except LayerError:
        return
    assert events


@pytest.fixture
def store(where):
    with open_store(where, who="Ada") as opened:
        yield opened


def add(store, name="ACLED"):
    content = ACLED.encode()
    kind, events, _bad = read_layer(content)
    layer = Layer(name=name, kind=kind, licence="ACLED terms", attribution="ACLED")
    return add_layer(store, layer, content, events, now=NOW)


def test_a_layer_is_kept_and_is_no_claim(store):
    before = store.version()
    number = add(store)
    [layer] = layers(store)
    assert (layer.number, layer.name, layer.n_events) == (number, "ACLED", 3)
    assert (layer.licence, layer.attribution) == ("ACLED terms", "ACLED")
    assert store.version() != before
    assert store.claims() == []
    assert len(store.events()) == 0
    frame = layer_events(store, number)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == LAYER_DTYPES
    assert list(frame["origin_id"]) == ["SYR1", "SYR2", "SYR3"]
    assert frame.geometry[0].coords[0] == (38.2842, 34.5601)
    assert frame.crs == "EPSG:4326"


def test_a_layer_of_a_name_is_there_once_and_can_be_removed(store):
    number = add(store)
    with pytest.raises(StoreError, match="there is a layer 'ACLED'"):
        add(store)
    remove_layer(store, number, now=NOW)
    assert layers(store) == []
    with pytest.raises(StoreError, match="no layer"):
        layer_events(store, number)
    with pytest.raises(StoreError, match="no layer"):
        remove_layer(store, number, now=NOW)
    assert add(store) > number


def test_a_layer_that_was_had_again_can_be_removed_again(store):
    number = add(store)
    for _ in range(2):
        remove_layer(store, number, now=NOW)
        assert layers(store) == []
        redo(store, number, now=NOW)
        assert [layer.number for layer in layers(store)] == [number]


def test_events_are_compared_by_place_and_time_alone(store):
    near, far = (
        make_claim(),
        make_claim(date_start=date(2017, 6, 1), date_end=date(2017, 6, 1)),
    )
    where = {
        claim.claim_id: make_location(lon=38.29, lat=34.56) for claim in (near, far)
    }
    store.add(make_article(), [near, far], make_placing(where), now=NOW)
    number = add(store)
    ours, theirs = store.events(), layer_events(store, number)
    found = compare(ours, theirs)
    matched = ours.iloc[found.ours]
    assert list(matched["date_start"].dt.date) == [date(2017, 3, 2)]
    assert list(theirs.iloc[found.theirs]["origin_id"]) == ["SYR1"]
    assert found.months == {
        "2016-08": (0, 2, 0),
        "2017-03": (1, 1, 1),
        "2017-06": (1, 0, 0),
    }
    assert len(compare(ours, theirs, within_days=400).ours) == 2
    assert len(compare(ours.iloc[:0], theirs).ours) == 0
    assert len(compare(ours, theirs.iloc[:0]).theirs) == 0


def test_layers_are_added_listed_compared_and_removed_by_command(machine):  # noqa: F811
    (machine / "acled.csv").write_text(ACLED)
    done = check(run("layers", "add", "acled.csv", "--licence", "Terms"), 0)
    assert "row 4: left out: 'not a day' is no day" in done.stderr
    assert "3 events of acled" in done.stderr
    listed = check(run("layers", "list"), 0).stdout
    assert "acled" in listed
    assert "Terms" in listed
    number = done.stderr.split("layer ")[1].split(":")[0]
    compared = check(run("layers", "compare", number), 0)
    assert "2016-08" in compared.stdout
    assert "0 of 0 events from reports lie near 0 of 3" in compared.stderr
    check(run("layers", "remove", number), 0)
    assert "no layer" in check(run("layers", "remove", number), 1).stderr
    assert "there is no layer" in check(run("layers", "list"), 0).stderr
    (machine / "bad.csv").write_text("a,b\n1,2\n")
    assert (
        "nothing in it is an event" in check(run("layers", "add", "bad.csv"), 1).stderr
    )
    assert "no such file" in check(run("layers", "add", "none.csv"), 1).stderr
