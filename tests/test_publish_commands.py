"""The commands that hand things on, as they are called."""

import json
import zipfile

import pyogrio
import pytest
from server import fill
from typer.testing import CliRunner

from geo.cli import app
from geo.store import open_store


@pytest.fixture(scope="module")
def store(stores):
    path = stores.store()
    fill(path)
    return path


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A store in a file, as archives are made of."""
    path = tmp_path_factory.mktemp("commands") / "store.sqlite"
    fill(path)
    return path


@pytest.fixture
def run(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, code=0, at=store):
        result = CliRunner().invoke(app, [*arguments, "--store", str(at)])
        assert result.exit_code == code, result.output
        return " ".join(result.output.split())

    return run


def test_a_sheet_has_hxl_tags_where_they_are_asked_for(run, tmp_path):
    run("export", "plain.csv")
    assert run("export", "out.csv", "--hxl") == "17 events written to out.csv"
    plain, tagged = (
        (tmp_path / name).read_text().splitlines() for name in ("plain.csv", "out.csv")
    )
    assert tagged[1].startswith("#event+id,")
    assert [tagged[0], *tagged[2:]] == plain


def test_a_geopackage_has_control_and_areas_where_they_are_asked_for(run):
    run("export", "out.gpkg", "--control", "--day", "2017-03-02")
    control = pyogrio.read_dataframe("out.gpkg", layer="control")
    assert set(control["day"]) == {"2017-03-02"}
    held = dict(zip(control["place"], control["controlled_by"], strict=True))
    assert held["Palmyra"] == "Syrian government"
    assert len(pyogrio.read_dataframe("out.gpkg", layer="areas")) > 0


@pytest.mark.parametrize("option", ["--hxl", "--control"])
def test_an_option_of_another_form_is_a_wrong_call(run, tmp_path, option):
    assert f"{option} is for a ." in run("export", "out.geojson", option, code=2)
    assert list(tmp_path.iterdir()) == []


def test_a_site_is_published_and_says_what_it_holds_back(run, tmp_path):
    said = run("publish", "site", "--coarsen-km", "5", "--delay-days", "30")
    assert said.startswith("17 events published in site (")
    assert "grid of 5 km" in said
    assert "left out" in said
    manifest = json.loads((tmp_path / "site" / "manifest.json").read_text())
    assert manifest["coarsen_km"] == 5
    (tmp_path / "site" / "mine.txt").write_text("mine")
    assert "mine.txt" in run("publish", "site", code=1)
    assert "no folder" in run("publish", "no/such/site", code=1)


def test_a_store_is_archived_and_restored(run, stored, tmp_path):
    assert run("archive", "out.zip", at=stored) == "18 articles archived in out.zip"
    new = tmp_path / "new.sqlite"
    assert "18 articles restored to" in run("restore", "out.zip", at=new)
    with open_store(stored) as one, open_store(new) as other:
        assert one.version() == other.version()
    assert "--replace" in run("restore", "out.zip", at=new, code=1)
    run("restore", "out.zip", "--replace", at=new)
    with zipfile.ZipFile(tmp_path / "out.zip", "a") as packed:
        packed.writestr("../evil", "x")
    assert "not restored" in run("restore", "out.zip", "--replace", at=new, code=1)
    other = tmp_path / "other.sqlite"
    assert "no such file" in run("restore", "none.zip", at=other, code=1)


def test_what_cannot_be_archived_is_told(run, stored, tmp_path):
    assert "there is no store" in run("archive", "out.zip", at=tmp_path / "no", code=1)
    assert "no such file" in run("archive", "no/out.zip", at=stored, code=1)
