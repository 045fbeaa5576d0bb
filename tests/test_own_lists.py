"""A user's own list: its columns by their usual names, and what is wrong with it."""

import json

import pytest

from geo.areas import distance_m
from geo.listings import BadRow, ListError, Listing, Origin, country_names
from geo.own_lists import read_geojson, read_table
from geo.own_rows import _UN_NAMES, METRES, country_code

ORIGIN = Origin(source="ours", licence="ODbL", dated="2026-01-05")


@pytest.fixture
def table(tmp_path):
    def read(text, country="SY", encoding="utf-8"):
        path = tmp_path / "list"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return list(read_table(path, ORIGIN, country))

    return read


@pytest.fixture
def geojson(tmp_path):
    def read(*features, text=None, **members):
        path = tmp_path / "list"
        told = {"type": "FeatureCollection", **members, "features": list(features)}
        path.write_text(text or json.dumps(told), encoding="utf-8")
        return list(read_geojson(path, ORIGIN, "SY"))

    return read


def feature(geometry, **properties):
    shape = {"type": geometry[0], "coordinates": geometry[1]}
    return {"type": "Feature", "geometry": shape, "properties": properties}


POINT = ("Point", [38.28, 34.56])


def spot(listing):
    return listing.place.name, listing.place.lon, listing.place.lat


@pytest.mark.parametrize(
    "header",
    ["name,lon,lat", "Toponym,Longitude,Latitude", "PLACE,x,y", "name_en,Long,Lat",
     "NAME,POINT_X,POINT_Y", "Place Name,lng,lat", "ADM4_EN,X_COORD,Y_COORD",
     "admin4Name_en,Longitude,Latitude", "Village,lon_dd,lat_dd", "NAME_EN,X,Y"],
)  # fmt: skip
def test_columns_are_found_by_their_usual_names(table, header):
    (listing,) = table(f"{header}\nTadmur,38.28,34.56\n")
    assert spot(listing) == ("Tadmur", 38.28, 34.56)
    assert (listing.place.source, listing.place.licence) == ("ours", "ODbL")
    assert listing.place.dated == "2026-01-05"


def test_the_order_of_columns_does_not_matter(table):
    (listing,) = table("lat,extra,lon,name\n34.56,?,38.28,Tadmur\n")
    assert spot(listing) == ("Tadmur", 38.28, 34.56)


@pytest.mark.parametrize("sign", ["|", ";", ",", " | ", "; ", "، "])
def test_further_names_are_parted_by_usual_signs(table, sign):
    others = sign.join(["Palmyra", "Palmyre"])
    (listing,) = table(f'name,alt_names,lon,lat\nTadmur,"{others}",38.28,34.56\n')
    assert listing.names == ("Tadmur", "Palmyra", "Palmyre")


def test_names_of_other_languages_are_read(table):
    (listing,) = table(
        "name_en,name_ar,name_ku,lon,lat\nPalmyra,تدمر,Tedmur,38.28,34.56"
    )
    assert listing.names == ("Palmyra", "تدمر", "Tedmur")


def test_of_levels_of_areas_the_deepest_is_the_place_and_keeps_its_p_code(table):
    (listing,) = table(
        "ADM1_EN,ADM1_PCODE,ADM4_EN,ADM4_AR,ADM4_PCODE,ADM0_EN,x,y\n"
        "Homs,SY04,Tadmur,تدمر,SY040500,Syrian Arab Republic,38.28,34.56\n",
        country="",
    )
    assert listing.names == ("Tadmur", "تدمر")
    assert listing.place.place_id == "pcode:SY040500"
    assert listing.place.country == "SY"


def test_a_level_that_the_place_lies_in_is_not_the_place(table):
    first, second = table(
        "name,ADM3_EN,ADM3_PCODE,lon,lat\n"
        "Arak,Tadmur,SY040500,38.57,34.65\nTaybah,Tadmur,SY040500,38.9,35.07\n"
    )
    assert first.names == ("Arak",)
    assert first.place.place_id != second.place.place_id


@pytest.mark.parametrize("column", ["pcode", "P-Code", "p_code", "PCODE"])
def test_a_p_code_is_the_places_id(table, column):
    (listing,) = table(f"name,{column},lon,lat\nTadmur,SY020400,38.28,34.56\n")
    assert listing.place.place_id == "pcode:SY020400"


def test_an_id_does_not_depend_on_the_order_of_rows(table):
    rows = ["Tadmur,38.28,34.56", "Arak,38.57,34.65"]
    one = table("\n".join(["name,lon,lat", *rows]))
    other = table("\n".join(["name,lon,lat", *reversed(rows)]))
    assert {a.place for a in one} == {b.place for b in other}
    assert one[0].place.place_id != one[1].place.place_id


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("country", "Iraq", "IQ"), ("iso", "iq", "IQ"), ("ISO3", "IRQ", "IQ"),
     ("country_code", "IQ", "IQ"), ("pcode", "IQ0102", "IQ"), ("country", "?", "SY")],
)  # fmt: skip
def test_the_country_is_read_or_given(table, column, value, code):
    (listing,) = table(f"name,{column},lon,lat\nX,{value},43.1,36.3\n")
    assert listing.place.country == code


def test_a_row_without_a_country_says_how_to_give_one(table):
    (bad,) = table("name,lon,lat\nX,43.1,36.3\n", country="")
    assert "--country" in bad.reason


def test_what_geonames_columns_say_is_kept(table):
    (listing,) = table(
        "geonameid,name,lon,lat,feature_class,feature_code,population,admin1code\n"
        '163808,Tadmur,38.28,34.56,P,PPLA2,"51,015",11\n'
    )
    place = listing.place
    assert (place.place_id, place.population) == ("geonames:163808", 51015)
    assert (place.feature_code, place.admin1) == ("PPLA2", "11")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffname,lon,lat\nTadmur,38.28,34.56\n",
        "name;lon;lat\r\nTadmur;38,28;34,56\r\n",
        "name\tlon\tlat\nTadmur\t38.28\t34.56\n",
        "name|lon|lat\nTadmur|38.28|34.56",
        'name,lon,lat\nTadmur,"38,28","34,56"\n',
        "name,lon,lat\nTadmur,٣٨٫٢٨,٣٤٫٥٦\n",
        '"name","lon","lat"\n"Tadmur"," 38.28 "," 34.56 "\n\n,,\n',
    ],
)
def test_tables_come_in_many_forms(table, text):
    (listing,) = table(text)
    assert spot(listing) == ("Tadmur", 38.28, 34.56)


def test_utf_16_with_its_mark_is_read(table):
    (listing,) = table("name\tlon\tlat\nتدمر\t38.28\t34.56\n", encoding="utf-16")
    assert listing.names == ("تدمر",)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("Arak,38.57", "lat is '', not a number"),
        ("Arak,east,34.65", "lon is 'east', not a number"),
        ("Arak,nan,34.65", "not a number"),
        ("Arak,inf,34.65", "not a number"),
        (",38.57,34.65", "no name"),
        ("-,38.57,34.65", "no name"),
        ("Arak,38.57,134.65", "not on Earth"),
        ("Arak,4271234.5,412345.1", METRES),
        ("Arak,38.57,34.65,more", "4 columns"),
        ('Arak,"38,57,1",34', "not a number"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_others_go_on(table, bad, why):
    one, two, three = table(f"name,lon,lat\nTadmur,38.28,34.56\n{bad}\nX,38.1,34.1\n")
    assert isinstance(two, BadRow)
    assert two.line == 3
    assert why in two.reason
    assert (one.place.name, three.place.name) == ("Tadmur", "X")


@pytest.mark.parametrize("radius", ["-50", "1e12", "20037510"])
def test_a_radius_that_is_not_on_earth_is_a_bad_row(table, geojson, radius):
    bad, good = table(
        f"name,lon,lat,radius_m\nTadmur,38.28,34.56,{radius}\nArak,38.57,34.65,50\n"
    )
    assert isinstance(bad, BadRow)
    assert "not on Earth" in bad.reason
    assert good.place.radius_m == 50
    (bad,) = geojson(feature(POINT, name="Tadmur", radius_m=float(radius)))
    assert "not on Earth" in bad.reason


def test_names_are_of_what_can_be_printed(table, geojson):
    text = "name,alt_names,lon,lat\nTad\x00mur\u202e,\x1b|Pal\x07myra,38.28,34.56\n"
    (listing,) = table(text)
    assert listing.names == ("Tadmur", "Palmyra")
    (listing,) = geojson(feature(POINT, name="Tad\ud800mur", name_ar="\udfff"))
    assert listing.names == ("Tadmur",)
    (bad,) = geojson(feature(POINT, name="\ud800"))
    assert bad.reason == "no name"


def test_a_population_that_none_can_have_is_not_known(table):
    (listing,) = table(f"name,lon,lat,population\nTadmur,38.28,34.56,{10**25}\n")
    assert listing.place.population == 0


def test_the_line_of_a_row_is_that_in_the_file(table):
    *_, bad = table('name,lon,lat\n"Two\nlines",38.1,34.1\n\n\nArak,east,1\n')
    assert bad.line == 6


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", "name"),
        ("lon,lat\n1,2", "name"),
        ("name,lat\nX,2", "lon"),
        ("a;b;c", "name"),
    ],
)
def test_a_column_that_is_missing_is_named_with_those_there_are(table, text, missing):
    with pytest.raises(ListError, match=f"no column '{missing}'; it has"):
        table(text)


@pytest.mark.parametrize("content", [b"name,lon,lat\nT\xe9l,38,34\n", b"\xff\xfea"])
def test_what_is_no_text_is_told(table, content):
    with pytest.raises(ListError, match="UTF-8"):
        table(content)


def test_a_hostile_p_code_is_no_id(table):
    for hostile in ("../../etc", "<b>", "SY'; DROP", "x" * 99):
        (listing,) = table(f"name,pcode,lon,lat\nX,{hostile},38.1,34.1\n")
        assert listing.place.place_id.startswith("own:")


def test_points_are_where_they_are(geojson):
    (listing,) = geojson(feature(POINT, name="Tadmur", name_ar="تدمر", pcode="SY1"))
    assert spot(listing) == ("Tadmur", 38.28, 34.56)
    assert listing.names == ("Tadmur", "تدمر")
    assert (listing.place.radius_m, listing.place.feature_class) == (None, "P")


RING = [[38.0, 34.0], [39.0, 34.0], [39.0, 35.0], [38.0, 35.0], [38.0, 34.0]]


@pytest.mark.parametrize(
    "geometry",
    [("Polygon", [RING]), ("MultiPolygon", [[RING]]), ("LineString", RING)],
)
def test_an_area_is_its_middle_with_a_radius_that_covers_it(geojson, geometry):
    (listing,) = geojson(feature(geometry, ADM2_EN="Tadmur"))
    place = listing.place
    assert (place.lon, place.lat, place.feature_class) == (38.5, 34.5, "A")
    for corner in RING:
        assert distance_m(place.lon, place.lat, *corner) <= place.radius_m + 1
    assert place.radius_m < 80_000


def test_the_geometry_counts_and_not_what_properties_say(geojson):
    (listing,) = geojson(feature(POINT, name="Tadmur", lon="1", latitude="2", x=3))
    assert spot(listing) == ("Tadmur", 38.28, 34.56)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"type": "Feature", "geometry": None, "properties": {}}, "no geometry"),
        (7, "no geometry"),
        (feature(("Point", []), name="X"), "no coordinates"),
        (feature(("Point", ["a", "b"]), name="X"), "no numbers"),
        (feature(("Point", [38.2, 134.5]), name="X"), "not on Earth"),
        (feature(("Polygon", [[[412345.1, 4271234.5]] * 4]), name="X"), METRES),
        (feature(POINT), "no column 'name'"),
        (feature(POINT, name=""), "no name"),
        (feature(POINT, name=None), "no name"),
    ],
)
def test_a_bad_feature_is_told_by_its_number(geojson, bad, why):
    one, two, three = geojson(
        feature(POINT, name="A"), bad, feature(POINT, name="B", other=[1, {}])
    )
    assert isinstance(two, BadRow)
    assert two.line == 2
    assert why in two.reason
    assert (one.place.name, three.place.name) == ("A", "B")


@pytest.mark.parametrize("digits", [25, 400, 5_000])
@pytest.mark.parametrize(
    "geometry",
    ['"Point", "coordinates": [{}, 34.5]', '"Point", "coordinates": [38.2, -{}]',
     '"LineString", "coordinates": [[38.2, 34.5], [38.2, {}]]'],
)  # fmt: skip
def test_a_feature_at_an_endless_number_is_a_bad_one(geojson, geometry, digits):
    there = geometry.format("9" * digits)
    odd = f'{{"geometry": {{"type": {there}}}, "properties": {{"name": "X"}}}}'
    good = json.dumps(feature(POINT, name="A"))
    bad, listing = geojson(text=f'{{"features": [{odd}, {good}]}}')
    assert isinstance(bad, BadRow)
    assert listing.place.name == "A"


def test_an_endless_number_beside_a_place_does_no_harm(geojson):
    odd = json.dumps(feature(POINT, name="A", population=0, note=[[0]]))
    (listing,) = geojson(text=f'{{"features": [{odd.replace("0", "9" * 5_000)}]}}')
    assert (listing.place.name, listing.place.population) == ("A", 0)


def test_a_property_that_is_nested_too_deeply_is_nothing(geojson):
    deep = "[" * 900 + "]" * 900
    odd = json.dumps(feature(POINT, name="A", note=0)).replace(" 0", deep)
    (listing,) = geojson(text=f'{{"features": [{odd}]}}')
    assert listing.place.name == "A"


def test_only_degrees_are_read(geojson):
    def crs(name):
        return {"type": "name", "properties": {"name": name}}

    for name in (
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
    ):
        assert len(geojson(feature(POINT, name="X"), crs=crs(name))) == 1
    with pytest.raises(ListError, match="EPSG:4326 only"):
        geojson(feature(POINT, name="X"), crs=crs("urn:ogc:def:crs:EPSG::32637"))


@pytest.mark.parametrize(
    "text", ["{}", "[]", "no JSON", '{"features": [', '{"features": [{"a": 1}', "",
             '{"features": [{"a": 1} {"b"', '{"features": ' + "[" * 100_000]
)  # fmt: skip
def test_what_is_no_collection_of_features_is_told(geojson, text):
    with pytest.raises(ListError, match="GeoJSON"):
        geojson(text=text or " ")


def test_a_large_collection_is_read_piece_by_piece(geojson, monkeypatch):
    monkeypatch.setattr("geo.own_lists._CHUNK", 300)
    many = [feature(POINT, name=f"Place {n}", note="x" * (n % 700)) for n in range(300)]
    found = geojson(*many)
    assert [listing.place.name for listing in found] == [
        f"Place {n}" for n in range(300)
    ]
    assert all(isinstance(one, Listing) for one in found)


def test_countries_go_by_code_and_name():
    assert [country_code(t) for t in ("SY", "sy", "SYR", "Syria", "", "??")] == [
        *["SY"] * 4, "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Syrian Arab Republic", "SY"),
        ("Türkiye", "TR"),
        ("Turkiye", "TR"),
        ("Turkey", "TR"),
        ("Iran (Islamic Republic of)", "IR"),
        ("State of Palestine", "PS"),
        ("occupied Palestinian territory", "PS"),
        ("Libya", "LY"),
        ("Yemen", "YE"),
        ("Russian Federation", "RU"),
        ("Lao People's Democratic Republic", "LA"),
        ("Lao People’s Democratic Republic", "LA"),
        ("Congo", "CG"),
        ("Democratic Republic of the Congo", "CD"),
    ],
)
def test_countries_go_by_the_names_that_the_un_writes(table, name, code):
    (listing,) = table(f"name,country,lon,lat\nX,{name},38.1,34.1\n", country="")
    assert listing.place.country == code


def test_names_of_countries_that_the_un_writes_are_of_countries():
    assert set(_UN_NAMES.values()) <= set(country_names())
