"""The map: what folium is given, and the columns that the browser draws from."""

import json
import math
from base64 import b64decode
from datetime import date

import numpy as np
import pytest
from conftest import make_article, make_claim, make_location

from extract.conflict import load_conflicts
from extract.records import EventType
from geo.columns import CHUNK, NOBODY, NONE, UNDATED, columns, mercator
from geo.events import PlacedClaim, cluster, frame
from geo.map import ROOT, base_map, command, command_group, told
from geo.view import Mode, View, ordered

PACK = load_conflicts()["syria"]
EVIL = "{{7*7}}{% x %}${alert(1)}`<b>"
DAY = date(2017, 3, 5)


def placed(claim, **changes):
    article = make_article()
    return PlacedClaim(
        claim=claim,
        location=make_location(**changes),
        article_title=article.title,
        publisher=article.publisher,
        url=article.url,
        published=article.published,
    )


def events_of(*claims):
    return ordered(frame(cluster(claims)))


def read(payload):
    """Read a payload as the browser does."""
    length = int.from_bytes(payload[:4], "little")
    header = json.loads(payload[4 : 4 + length])
    at, found = 4 + length, {}
    for name, dtype, count, base, nothing in header["columns"]:
        at = math.ceil(at / 4) * 4
        raw = np.frombuffer(payload, dtype, count, at)
        at += raw.nbytes
        if raw.dtype.kind == "u":
            is_none = (raw == np.iinfo(dtype).max) & (nothing is not None)
            raw = np.where(is_none, nothing or 0, raw.astype("i8") + base)
        found[name] = raw
    assert at == len(payload)
    return header, found


def html_of(fmap):
    return fmap.get_root().render()


def test_longitude_is_x_and_grows_eastwards():
    x, y = mercator(np.array([-90.0, 0.0, 90.0]), np.array([0.0, 60.0, -60.0]))
    assert x.tolist() == [2**30, 2**31, 3 * 2**30]
    assert y[1] < y[0] == 2**31 < y[2]


def test_the_poles_and_the_date_line_stay_within_the_world():
    x, y = mercator(np.array([-180.0, 180.0]), np.array([90.0, -90.0]))
    assert x.tolist() == [0, 2**32 - 1]
    assert y.tolist() == [0, 2**32 - 1]


def test_columns_hold_the_events_in_order_of_their_last_day():
    late = placed(make_claim(date_start=date(2017, 3, 4), date_end=date(2017, 3, 4)))
    early = placed(make_claim(date_start=date(2015, 5, 1), date_end=date(2015, 5, 9)))
    header, found = read(columns(events_of(late, early), PACK).payload)
    assert header["count"] == 2
    assert found["day"].tolist() == [
        (date(2015, 5, 9) - date(1970, 1, 1)).days,
        (date(2017, 3, 4) - date(1970, 1, 1)).days,
    ]


def test_events_of_one_spot_share_a_place_and_actors_follow_the_pack():
    first = placed(make_claim())
    second = placed(make_claim(gained_by="Islamic State", lost_by=None))
    header, found = read(columns(events_of(first, second), PACK).payload)
    assert len(found["x"]) == header["places"] == 1
    assert found["place"].tolist() == [0, 0]
    letters = [header["actors"][at]["letter"] for at in found["taker"]]
    assert sorted(letters) == ["G", "I"]
    drawn = {entry["name"]: entry["color"] for entry in header["actors"]}
    assert drawn["Islamic State"] == PACK.actor("Islamic State").color


def test_who_withdrew_is_drawn_though_nobody_gained():
    claim = make_claim(
        event_type=EventType.WITHDREW, gained_by=None, gained_by_text=None
    )
    header, found = read(columns(events_of(placed(claim)), PACK).payload)
    assert found["taker"].tolist() == [NONE]
    assert header["actors"][found["loser"][0]]["letter"] == "I"


def test_an_actor_of_no_pack_is_drawn_as_nobody():
    header, found = read(
        columns(events_of(placed(make_claim(gained_by=EVIL))), PACK).payload
    )
    assert header["actors"][found["taker"][0]]["shape"] == NOBODY.shape


def test_only_inexact_places_have_a_circle():
    exact = placed(make_claim(), radius_m=2000.0, where_prec=1)
    rough = placed(
        make_claim(place="El-Where"), place_id="x", radius_m=9000.0, where_prec=3
    )
    _, found = read(columns(events_of(exact, rough), PACK).payload)
    assert sorted(found["radius"].tolist()) == [0.0, 9000.0]


def test_an_event_without_a_day_is_never_reached():
    undated = {"date_start": None, "date_end": None, "date_prec": None}
    claim = make_claim(**undated, date_text=None, date_anchor=None)
    _, found = read(columns(events_of(placed(claim)), PACK).payload)
    assert found["day"].tolist() == [UNDATED]


def test_no_events_make_empty_columns():
    made = columns(events_of(), PACK)
    header, found = read(made.payload)
    assert header["count"] == header["places"] == 0
    assert all(len(column) == 0 for column in found.values())
    assert made.n_chunks == 0
    with pytest.raises(IndexError):
        made.words(0)


@pytest.mark.parametrize(
    "change",
    [{"lon": 38.3}, {"radius_m": 2001.0, "where_prec": 2}],
)
def test_whatever_is_served_changes_the_name(change):
    before = columns(events_of(placed(make_claim())), PACK).name
    assert columns(events_of(placed(make_claim(), **change)), PACK).name != before


def test_words_alone_change_the_name():
    before = columns(events_of(placed(make_claim())), PACK).name
    claim = make_claim(claim_id=make_claim().claim_id, place="Tadmur")
    assert columns(events_of(placed(claim)), PACK).name != before


def test_words_come_in_chunks_by_position():
    days = (date.fromordinal(735_000 + 40 * at) for at in range(CHUNK + 3))
    claims = [placed(make_claim(date_start=day, date_end=day)) for day in days]
    made = columns(events_of(*claims), PACK)
    chunks = [json.loads(made.words(number)) for number in range(made.n_chunks)]
    assert [len(chunk) for chunk in chunks] == [CHUNK, 3]
    assert chunks[0][0][0].startswith("Syrian government took Palmyra")


def test_nothing_on_the_map_comes_from_elsewhere():
    html = html_of(base_map(PACK))
    assert "https://" not in html.replace("https://leafletjs.com", "")
    assert f"{ROOT}map/leaflet.js" in html


def test_the_map_opens_at_the_packs_view_latitude_first():
    assert base_map(PACK).location == [PACK.lat, PACK.lon]


def test_the_base_map_is_the_same_each_time_but_for_foliums_ids():
    from streamlit_folium import generate_js_hash, generate_leaflet_string

    made = {generate_js_hash(generate_leaflet_string(base_map(PACK))) for _ in "ab"}
    assert len(made) == 1


def test_a_command_is_numbers_whatever_the_words():
    data = columns(events_of(placed(make_claim(place=EVIL, gained_by=EVIL))), PACK)
    view = View(day=DAY, actors=(EVIL,), publishers=("Daily Example",), text=EVIL)
    wish = command(view, data, selected=0)
    assert wish.actors == (data.actors.index(EVIL),)
    assert (wish.publishers, b64decode(wish.matching)) == ((0,), b"\x01")
    fmap = base_map(PACK)
    command_group(wish).add_to(fmap)
    html = html_of(fmap)
    assert f'"day": {(DAY - date(1970, 1, 1)).days}' in html
    assert "49" not in html.split("tideline.command(")[1].split(")")[0].replace(
        data.name, ""
    )
    assert "alert" not in html


def test_filters_that_are_off_are_none_and_those_that_match_nothing_are_empty():
    data = columns(events_of(placed(make_claim())), PACK)
    wish = command(View(day=DAY, text="nowhere"), data)
    assert (wish.actors, b64decode(wish.matching), wish.selected) == (None, b"\0", -1)


DATA = columns(events_of(placed(make_claim())), PACK)


def answer(**properties):
    """Return what streamlit-folium returns when the layer tells of its reader."""
    said = {"data": DATA.name, "moved": 1, "day": 17230, "mode": 0, **properties}
    return {"last_active_drawing": {"properties": said}}


def test_what_the_browser_tells_is_read():
    said = told(
        answer(since=17167, mode=1, areas=True, box=[36, 35, 37.5, 36], event=0), DATA
    )
    assert (said.day, said.since) == (DAY, date(2017, 1, 1))
    assert (said.mode, said.areas) == (Mode.CONTROL, True)
    assert (said.box, said.event) == ((36, 35, 37.5, 36), 0)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"last_active_drawing": None},
        {"last_active_drawing": "x"},
        answer(data="older"),
        answer(day="2017-03-05"),
        answer(day=10**9),
        answer(day=True),
        answer(mode=3),
        answer(mode="events"),
        answer(moved=None),
    ],
)
def test_what_makes_no_sense_or_is_of_other_data_is_nothing(sent):
    assert told(sent, DATA) is None


@pytest.mark.parametrize("event", [1, -1, "0", None, True])
def test_an_event_that_is_not_there_is_none(event):
    assert told(answer(event=event), DATA).event is None


def test_a_point_that_was_clicked_is_longitude_first():
    assert told(answer(point=[37.6, 36.2]), DATA).point == (37.6, 36.2)


@pytest.mark.parametrize(
    "point",
    [None, [], [1], "36,37", [181, 0], [0, 91], [math.nan, 0], ["37", "36"], {"a": 1}],
)
def test_what_is_no_point_on_earth_is_none(point):
    assert told(answer(point=point), DATA).point is None


@pytest.mark.parametrize(
    "box",
    [None, [], [1, 2, 3], [0, 10, 5, 5], [0, 0, math.inf, 5], ["a", 0, 1, 1]],
)
def test_what_is_no_rectangle_on_earth_is_none(box):
    assert told(answer(box=box), DATA).box is None
