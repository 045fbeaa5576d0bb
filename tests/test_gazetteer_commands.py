"""`tideline gazetteer ...` as its user sees it."""

import io
import sys

import dump_server
import pytest
from dump_server import ROWS, row, zipped
from typer.testing import CliRunner

from geo.cli import app
from geo.listings import Listing, Place
from geo.printing import download_progress


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """Folders of its own, and of what comes with Tideline one town only."""
    for name in ("CACHE", "GAZETTEERS"):
        monkeypatch.setenv(f"TIDELINE_{name}", str(tmp_path / name.lower()))
    place = Place(
        place_id="geonames:169577", name="Raqqa", lon=39.01, lat=35.95, country="SY",
        population=177_636, source="packaged", licence="CC BY 4.0",
    )  # fmt: skip
    monkeypatch.setattr(
        "geo.gazetteer.default_listings",
        lambda _countries: [Listing(place=place, names=("Raqqa",))],
    )
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def dumps(monkeypatch):
    with dump_server.running() as running:
        running.files["/SY.zip"] = zipped()
        running.files["/IQ.zip"] = zipped(
            [row(99099, "Mosul", 43.13, 36.34, country="IQ")], "IQ"
        )
        monkeypatch.setenv("TIDELINE_GEONAMES", running.url)
        yield running


def tideline(*words):
    return CliRunner().invoke(app, ["gazetteer", *words])


def test_lists_are_fetched_listed_searched_and_removed(dumps):
    done = tideline("add", "SY", "iq", "SY")
    assert done.exit_code == 0, done.output
    assert f"asking {dumps.url} for the places of SY" in done.stderr
    assert "geonames-SY: 4 places in SY; Place data: GeoNames" in done.stderr
    assert "1 row left out" in done.stderr
    assert [path for path, _headers in dumps.requests] == ["/SY.zip", "/IQ.zip"]
    listed = tideline("list").stdout
    assert "2 lists" in listed
    assert "geonames-IQ" in listed
    assert "CC BY 4.0" in listed
    assert "geonames:990001" in tideline("search", "Za'araya").stdout
    assert tideline("remove", "SY").exit_code == 0
    assert "no place of that name" in tideline("search", "Za'araya").stdout
    assert "geonames-SY" not in tideline("list").stdout


def test_a_download_shows_on_a_terminal_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for stream, shown in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        with download_progress("Fetching SY") as advance:
            advance(1_000_000, None)
            advance(1_500_000, 2_000_000)
        assert ("Fetching SY" in stream.getvalue()) is shown


def test_one_list_that_fails_does_not_keep_the_others(dumps):
    done = tideline("add", "JO", "SY")
    assert done.exit_code == 1
    assert "JO: " in done.stderr
    assert "not there (404)" in done.stderr
    assert "geonames:990001" in tideline("search", "Za'araya").stdout


def test_a_list_that_fails_leaves_the_old_one_in_use(dumps):
    tideline("add", "SY")
    dumps.files["/SY.zip"] = b"<html>"
    done = tideline("add", "SY")
    assert done.exit_code == 1
    [told] = [line for line in done.stderr.splitlines() if line.startswith("SY: ")]
    assert "not GeoNames' list of SY" in told
    assert "geonames:990001" in tideline("search", "Za'araya").stdout


def test_the_address_may_be_given(dumps, monkeypatch):
    monkeypatch.setenv("TIDELINE_GEONAMES", "http://127.0.0.1:9/nobody")
    dumps.files["/mirror/SY.zip"] = zipped()
    done = tideline("add", "SY", "--from", f"{dumps.url}/mirror/")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "words",
    [("add", "Atlantis"), ("add",), ("add-file", "x.csv", "--country", "XX"),
     ("search", "Raqqa", "--in", "??"), ("search", "Raqqa", "--near", "39"),
     ("search", "Raqqa", "--near", "95,39"), ("search", "Raqqa", "--near", "a,b")],
)  # fmt: skip
def test_a_wrong_call_is_told_as_one(words):
    assert tideline(*words).exit_code == 2


def test_a_list_of_ones_own_goes_in_and_tells_what_did_not(tmp_path):
    (tmp_path / "mine.csv").write_text(
        "name;pcode;lon;lat\nWahmiyah;SY99;38,1;35,9\n"
        + "".join(f"Bad {n};;east;1\n" for n in range(7))
    )
    done = tideline("add-file", "mine.csv", "--licence", "ODbL", "--country", "sy")
    assert done.exit_code == 0, done.output
    assert "mine: 1 place in SY" in done.stderr
    assert "row 3 left out: lon is 'east', not a number" in done.stderr
    assert "and 2 more rows" in done.stderr
    found = tideline("search", "Wahmiyah").stdout
    for word in ("pcode:SY99", "mine", "ODbL", "38.1000", "35.9000"):
        assert word in found
    again = tideline("add-file", "mine.csv")
    assert again.exit_code == 1
    assert "--replace" in again.stderr


def test_a_list_of_nothing_fails(tmp_path):
    (tmp_path / "mine.csv").write_text("name,lon,lat\n")
    done = tideline("add-file", "mine.csv")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == ["mine.csv: no row can be used"]


def test_the_nearest_come_first_and_guesses_last(dumps):
    dumps.files["/SY.zip"] = zipped(
        [
            row(1, "Rawdah", 38.9, 35.9),
            row(2, "Rawdah", 36.0, 33.0, population="90000"),
            row(3, "Radih", 39.0, 35.95),
            row(4, "Rawdah", 37.0, 35.0, code="HLL", **{"class": "T"}),
        ]
    )
    tideline("add", "SY")

    def order(*words):
        lines = tideline("search", "Rawdah", *words).stdout.splitlines()
        return [line.split("geonames:")[1].split()[0] for line in lines if ":" in line]

    assert order()[:3] == ["2", "1", "4"]
    near = tideline("search", "Rawdah", "--near", "35.95,39.0")
    assert "km" in near.stdout
    assert order("--near", "35.95,39.0")[:3] == ["1", "4", "2"]


def test_a_name_in_no_list_is_said_to_be_in_none():
    done = tideline("search", "Nowhere", "--in", "SY")
    assert done.exit_code == 0
    assert done.stdout == "no place of that name in SY\n"


def test_hostile_names_do_not_drive_the_terminal(tmp_path):
    (tmp_path / "mine.csv").write_text(
        "name,alt_names,lon,lat\nEvil,\x1b[2J[bold]\u202eEvil,38.1,35.9\n",
        encoding="utf-8",
    )
    assert tideline("add-file", "mine.csv", "--country", "SY").exit_code == 0
    found = tideline("search", "Evil").stdout
    assert "\x1b" not in found
    assert "\u202e" not in found


def test_info_says_where_and_whose(dumps, tmp_path):
    tideline("add", "SY")
    told = tideline("info").stdout
    for word in (str(tmp_path / "gazetteers"), "gazetteer.sqlite", "tideline index",
                 "GeoNames", "CC BY 4.0", "packaged", "Place data: GeoNames"):  # fmt: skip
        assert word in told.replace("\n", "")


def test_what_is_not_installed_cannot_be_removed():
    done = tideline("remove", "nothing")
    assert done.exit_code == 1
    assert "installed: none" in done.stderr
    assert tideline("list").stdout.startswith("no lists are installed")


def test_a_damaged_list_is_told_in_a_line(dumps, tmp_path):
    tideline("add", "SY")
    [file] = (tmp_path / "gazetteers").glob("*.zip")
    file.write_bytes(b"")
    (tmp_path / "cache" / "gazetteer.sqlite").unlink()
    done = tideline("search", "Raqqa")
    assert done.exit_code == 1
    assert "tideline gazetteer remove geonames-SY" in done.stderr
    assert tideline("remove", "geonames-SY").exit_code == 0
    assert tideline("search", "Raqqa").exit_code == 0


def test_the_lists_help_to_place_what_is_read(dumps, monkeypatch, tmp_path):
    """A village in no list lies in a wide circle; with the list it is a point."""
    monkeypatch.undo()
    for name in ("CACHE", "GAZETTEERS", "STORE"):
        monkeypatch.setenv(f"TIDELINE_{name}", str(tmp_path / name.lower()))
    monkeypatch.setenv("TIDELINE_GEONAMES", dumps.url)
    dumps.files["/SY.zip"] = zipped([*ROWS, row(6, "Wahmiyah", 37.4, 36.1)])
    report = tmp_path / "report.txt"
    report.write_text("The Syrian army captured the village of Wahmiyah near Aleppo.")
    words = ["--published", "2017-03-05"]
    assert tideline("add", "SY").exit_code == 0
    done = CliRunner().invoke(app, ["ingest", str(report), *words])
    assert done.exit_code == 0, done.output
    out = tmp_path / "events.geojson"
    CliRunner().invoke(app, ["export", str(out)])
    assert "geonames:6" in out.read_text(encoding="utf-8")
