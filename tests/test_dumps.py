"""GeoNames' lists of a country: which rows are places, and which files are lists."""

import io
import zipfile
from pathlib import Path

import pytest
from dump_server import ROWS, row, zipped

from geo.dumps import is_named, read_dump, unzipped
from geo.listings import BadRow, ListError, Listing, Origin

SHARED = Path(__file__).parents[2] / "shared" / "gazetteer" / "SY.txt"
ORIGIN = Origin(source="GeoNames", licence="CC BY 4.0", dated="2026-01-05")


def read(*rows, country=""):
    stream = io.BytesIO("".join(f"{line}\n" for line in rows).encode())
    return list(read_dump(stream, ORIGIN, country))


def test_a_row_is_a_place_with_its_names_and_where_it_comes_from():
    names = "Za'araya,الزعراية,zrayt,Az Za`rayah"
    (listing,) = read(
        row(7, "Az Za‘rāyah", 37.782, 36.227, ascii="Az Za`rayah", names=names,
            code="PPLA3", population="1200")
    )  # fmt: skip
    place = listing.place
    assert (place.place_id, place.name) == ("geonames:7", "Az Za‘rāyah")
    assert (place.lon, place.lat) == (37.782, 36.227)
    assert (place.country, place.admin1, place.population) == ("SY", "09", 1200)
    assert (place.feature_class, place.feature_code) == ("P", "PPLA3")
    assert (place.source, place.licence) == ("GeoNames", "CC BY 4.0")
    assert place.dated == "2024-05-06"
    assert listing.names == ("Az Za‘rāyah", "Az Za`rayah", "Za'araya", "الزعراية")


def test_a_row_without_a_day_has_that_of_its_list():
    (listing,) = read(row(7, "Tadmur", 38.28, 34.56, dated=""))
    assert listing.place.dated == "2026-01-05"


def test_a_first_order_area_that_is_not_known_is_empty():
    (listing,) = read(row(7, "Tadmur", 38.28, 34.56, admin1="00"))
    assert listing.place.admin1 == ""


def test_the_latin_name_is_the_one_to_show():
    (listing,) = read(row(7, "تدمر", 38.28, 34.56, ascii="Tadmur"))
    assert listing.place.name == "Tadmur"
    assert set(listing.names) == {"Tadmur", "تدمر"}


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("7\tTadmur", "2 columns"),
        (row(7, "Tadmur", 38.28, 34.56) + "\tmore", "20 columns"),
        (row("x", "Tadmur", 38.28, 34.56), "no GeoNames id"),
        (row(7, " ", 38.28, 34.56), "no GeoNames id and name"),
        (row(7, "Tadmur", 34.56, 138.28), "not on Earth"),
        (row(7, "Tadmur", 38.28, float("nan")), "not on Earth"),
        (
            row(7, "Tadmur", 38.28, 34.56).replace("34.56000", "north"),
            "could not convert",
        ),
        (row(7, "Tadmur", 38.28, 34.56, country="Syria"), "of country 'Syria'"),
        (row(7, "Mosul", 43.1, 36.3, country="IQ"), "of country 'IQ', not SY"),
        (row(7, "Tadmur", 38.28, 34.56, population=str(10**25)), "population"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_others_go_on(bad, why):
    found = read(bad, "", row(8, "Palmyra", 38.28, 34.56), country="SY")
    assert isinstance(found[0], BadRow)
    assert found[0].line == 1
    assert why in found[0].reason
    assert [listing.place.place_id for listing in found[1:]] == ["geonames:8"]


def test_names_are_of_what_can_be_printed():
    names = "Palmyra\u202e,\x00,Tad\x00mor,نیم\u200cفاصله"
    (listing,) = read(row(7, "Tad\x1bmur\ufeff", 38.28, 34.56, names=names))
    assert listing.place.name == "Tadmur"
    assert listing.names == ("Tadmur", "Palmyra", "Tadmor", "نیم\u200cفاصله")
    (bad,) = read(row(7, "\x00\u202e", 38.28, 34.56))
    assert "no GeoNames id and name" in bad.reason


def test_bytes_that_are_no_text_are_a_bad_row():
    (bad,) = read_dump(io.BytesIO(b"\xff\xfe\n"), ORIGIN)
    assert bad.reason == "not UTF-8"


def test_a_line_without_end_is_read_in_pieces():
    stream = io.BytesIO(b"x" * 1_000_000)
    assert all(isinstance(one, BadRow) for one in read_dump(stream, ORIGIN))


@pytest.mark.parametrize(
    ("letter", "code", "kept"),
    [
        *(("P", code, True) for code in ("PPL", "PPLX", "PPLQ", "PPLH", "PPLC", "")),
        *(("A", code, True) for code in ("ADM1", "ADM2", "ADM3", "ADMD", "PCLI")),
        *(("A", code, False) for code in ("ADM1H", "ADM2H", "PCLH")),
        *(("H", code, True) for code in ("STM", "LK", "RSV", "WAD", "STMI")),
        *(("T", code, True) for code in ("HLL", "MT", "MTS", "VAL", "ISL", "DSRT")),
        *(("L", code, True) for code in ("OILF", "GASF", "MILB", "RGN", "AREA")),
        *(("S", code, True) for code in ("AIRB", "AIRP", "DAM", "BDG", "PSTB", "PRN")),
        *(("S", code, True) for code in ("INSM", "CSTL", "RUIN", "CMPRF", "OILR")),
        *(("S", code, False) for code in ("HTL", "SCH", "HSP", "MSQE", "CH", "UNIV")),
        *(("S", code, False) for code in ("RSTP", "MUS", "BLDG", "TMB", "GRVE", "")),
        *(("R", code, True) for code in ("RD", "RDJCT", "RR")),
        *(("R", code, False) for code in ("ST", "TRL")),
        ("V", "FRST", True),
        ("V", "VIN", False),
        ("U", "MTU", False),
        ("", "", False),
    ],
)
def test_news_name_some_kinds_of_places_and_not_others(letter, code, kept):
    (listing,) = read(row(7, "X", 38.0, 36.0, code=code, **{"class": letter}))
    assert is_named(listing.place) is kept


def test_a_zip_file_holds_the_list_of_its_country(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(zipped())
    with unzipped(path, "SY") as stream:
        found = list(read_dump(stream, ORIGIN, "SY"))
    assert len(found) == len(ROWS)
    assert all(isinstance(one, Listing) for one in found)


def test_names_in_a_zip_file_are_no_paths(tmp_path):
    path = tmp_path / "in" / "list"
    path.parent.mkdir()
    path.write_bytes(
        zipped(**{"../evil.txt": "x", "/abs/SY.txt": "x", "..\\SY.txt": ""})
    )
    with unzipped(path, "SY") as stream:
        assert len(list(read_dump(stream, ORIGIN, "SY"))) == len(ROWS)
    assert [f.name for f in tmp_path.rglob("*")] == ["in", "list"]


def test_a_list_under_another_path_in_the_zip_file_is_none(tmp_path):
    path = tmp_path / "list"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../SY.txt", "x")
    with pytest.raises(ListError, match=r"holds no SY\.txt"), unzipped(path, "SY"):
        pass


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"PK\x03\x04", zipped()[:-30], zipped()[:200]]
)
def test_what_is_no_zip_file_is_told(tmp_path, content):
    path = tmp_path / "list"
    path.write_bytes(content)
    with pytest.raises(ListError, match="no whole zip file"), unzipped(path, "SY"):
        pass


def test_a_zip_file_with_wrong_bytes_is_told(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(zipped([row(n, f"Place {n}", 38, 36) for n in range(1, 3000)]))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with (
        pytest.raises(ListError, match="no whole zip file"),
        unzipped(path, "SY") as stream,
    ):
        list(read_dump(stream, ORIGIN, "SY"))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_file_that_is_packed_in_another_way_is_told(tmp_path, method):
    path = tmp_path / "list"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("SY.txt", "\n".join(ROWS) * 100)
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ListError, match="packed"), unzipped(path, "SY") as stream:
        list(read_dump(stream, ORIGIN, "SY"))


def test_a_zip_file_that_unpacks_to_too_much_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("geo.dumps.MAX_BYTES", 1 << 20)
    path = tmp_path / "list"
    path.write_bytes(zipped(["0" * (1 << 21)]))
    assert path.stat().st_size < 10_000
    with pytest.raises(ListError, match="more than 1 MB"), unzipped(path, "SY"):
        pass


def test_a_zip_file_that_lies_about_its_size_is_not_read_on(monkeypatch):
    monkeypatch.setattr("geo.dumps.MAX_BYTES", 1 << 20)
    with pytest.raises(ListError, match="more than 1 MB"):
        list(read_dump(io.BytesIO(b"0" * (1 << 21)), ORIGIN))


@pytest.mark.skipif(not SHARED.exists(), reason="no large list is at hand: SY.txt")
def test_a_large_list_is_read_whole():
    with SHARED.open("rb") as stream:
        found = list(read_dump(stream, ORIGIN, "SY"))
    assert len(found) == 10_555
    assert all(isinstance(one, Listing) and is_named(one.place) for one in found)
