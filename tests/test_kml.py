"""KML as others read it: GDAL, and any reader of XML."""

import re
from datetime import date
from xml.etree import ElementTree as ET

import geopandas as gpd
import pytest
from conftest import make_claim, make_location
from hypothesis import given, settings
from screen import HOSTILE
from strategies import placed, texts

from extract.conflict import load_conflicts
from extract.records import EventType
from geo.events import DTYPES, cluster, frame
from geo.export import export, to_kml
from geo.kml import NAMESPACE
from geo.withholding import withheld

SYRIA = load_conflicts()["syria"]
IN = {"k": NAMESPACE}


def leaving(*claims, where=None, **held):
    """Return one event a claim, each at a place of its own."""
    found = [
        placed(claim, where or make_location(place_id=f"p{n}"))
        for n, claim in enumerate(claims)
    ]
    return withheld(frame(cluster(found)), today=date(2017, 3, 20), **held)


def parsed(outgoing):
    return ET.fromstring(to_kml(outgoing, SYRIA))  # noqa: S314 - made here


def test_gdal_reads_point_days_and_every_column(tmp_path):
    outgoing = leaving(
        make_claim(date_start=date(2017, 3, 1), date_end=date(2017, 3, 2)),
        where=make_location(lon=-3.5, lat=-2.25, source="GeoNames, CC BY 4.0"),
    )
    export(outgoing, tmp_path / "events.kml", SYRIA)
    [row] = gpd.read_file(tmp_path / "events.kml").itertuples()
    [event] = outgoing.events.itertuples()
    assert (row.geometry.x, row.geometry.y) == (-3.5, -2.25)
    assert str(row.begin)[:10] == row.date_start == "2017-03-01"
    assert str(row.end)[:10] == row.date_end == "2017-03-02"
    assert row.Name == "Syrian government took Palmyra from Islamic State"
    for name in ("event_id", "place", "sentence", "publisher", "url", "status"):
        assert getattr(row, name) == getattr(event, name)
    for name in ("radius_m", "where_prec", "date_prec", "n_claims", "reviewed"):
        assert float(getattr(row, name)) == float(getattr(event, name))
    assert set(DTYPES) <= set(row._fields)


def test_longitude_comes_first_and_what_is_not_known_is_left_out():
    root = parsed(leaving(make_claim(lost_by=None, date_start=None, date_end=None)))
    [mark] = root.findall(".//k:Placemark", IN)
    assert mark.find(".//k:coordinates", IN).text == "38.2842,34.5601"
    assert mark.find("k:TimeSpan", IN) is None
    named = {data.get("name") for data in mark.findall(".//k:SimpleData", IN)}
    assert "gained_by" in named
    assert not named & {"lost_by", "date_start", "date_end", "date_prec"}


@pytest.mark.parametrize(
    ("gained_by", "lost_by", "color"),
    [
        ("Syrian government", "Islamic State", SYRIA.actor("Syrian government").color),
        (None, "Islamic State", SYRIA.actor("Islamic State").color),
        ("Nobody's friends", None, "#767676"),
    ],
)
def test_a_mark_has_the_colour_of_its_actor(gained_by, lost_by, color):
    claim = make_claim(
        gained_by=gained_by, lost_by=lost_by, event_type=EventType.WITHDREW
    )
    root = parsed(leaving(claim))
    [url] = root.findall(".//k:Placemark/k:styleUrl", IN)
    [style] = [
        s for s in root.iterfind(".//k:Style", IN) if f"#{s.get('id')}" == url.text
    ]
    abgr = style.find("k:IconStyle/k:color", IN).text
    assert f"#{abgr[6:8]}{abgr[4:6]}{abgr[2:4]}" == color.lower()
    assert abgr[:2] == "ff"


def test_the_schema_types_every_field_that_is_written():
    root = parsed(leaving(make_claim()))
    fields = {
        f.get("name"): f.get("type") for f in root.iterfind(".//k:SimpleField", IN)
    }
    assert fields["radius_m"] == "double"
    assert fields["where_prec"] == fields["n_claims"] == "int"
    assert fields["reviewed"] == "bool"
    assert fields["sentence"] == fields["date_start"] == "string"
    written = {data.get("name") for data in root.iterfind(".//k:SimpleData", IN)}
    assert written <= set(fields)


@settings(max_examples=25)
@given(place=texts, sentence=texts, publisher=texts)
def test_any_text_is_kept_but_for_what_xml_cannot_hold(place, sentence, publisher):
    outgoing = leaving(make_claim(place=place))
    outgoing.events["sentence"] = sentence
    outgoing.events["publisher"] = publisher
    [mark] = parsed(outgoing).findall(".//k:Placemark", IN)
    data = {d.get("name"): d.text or "" for d in mark.findall(".//k:SimpleData", IN)}
    for name, text in (
        ("place", place),
        ("sentence", sentence),
        ("publisher", publisher),
    ):
        # A reader of XML takes every end of a line for \n.
        ends = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(sign for sign in ends if sign >= " " or sign in "\t\n")
        assert data[name] == kept.replace("\ufffe", "").replace("\uffff", "")


def test_no_text_of_others_is_markup_where_a_reader_shows_html():
    outgoing = leaving(make_claim(place=HOSTILE, gained_by=HOSTILE, lost_by="<b>x"))
    hostile = dict.fromkeys(("sentence", "publisher", "url"), HOSTILE)
    root = parsed(withheld(outgoing.events.assign(**hostile), today=date(2017, 3, 20)))
    for shown in root.iterfind(".//k:description", IN):
        assert set(re.findall("<[^>]*>", shown.text)) <= {"<br>"}
    # Else the balloon would show every column as HTML.
    for text in root.iterfind(".//k:BalloonStyle/k:text", IN):
        assert text.text == "$[description]"
    used = {url.text[1:] for url in root.iterfind(".//k:styleUrl", IN)}
    assert used <= {style.get("id") for style in root.iterfind(".//k:Style", IN)}


def test_the_document_says_what_was_held_back_and_asks_nobody():
    written = to_kml(leaving(make_claim(), coarsen_km=5, delay_days=7), SYRIA).decode()
    assert "grid of 5 km" in written
    assert "13 March 2017" in written
    assert re.findall(r"(?:href|src)\b[^<]*http", written) == []


def test_no_event_is_an_empty_layer(tmp_path):
    export(leaving(), tmp_path / "none.kml", SYRIA)
    assert gpd.read_file(tmp_path / "none.kml", layer="events").empty
