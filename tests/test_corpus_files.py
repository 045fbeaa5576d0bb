"""What a run writes is GeoParquet that DuckDB, dask-geopandas and GDAL open."""

import json

import _duckdb
import corpora
import dask_geopandas
import duckdb
import geopandas as gpd
import pyogrio
import pytest
from conftest import make_article, make_claim, make_nowhere
from corpora import run, write_lines
from pyarrow import parquet

from geo.corpus import geoparquet
from geo.corpus.out_folder import files_in
from geo.events import PlacedClaim


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Claims of several years and countries, and of days that nobody tells."""
    folder = tmp_path_factory.mktemp("files")
    others = [one for one in corpora.samples() if "qusayr" in one.article_id]
    articles = [*others, *corpora.samples()[30:50]]
    path = write_lines(folder / "a.jsonl", articles)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDELINE_CACHE", str(corpora.CACHE))
        summary = run(folder / "out", path, n_shards=3)
    return folder / "out", summary


def test_files_lie_by_year_and_country(result):
    out, summary = result
    found = {str(path.relative_to(out)) for path in out.rglob("*.parquet")}
    assert found == set(files_in(summary))
    years = {path.split("/")[1] for path in found}
    assert "year=0" in years
    assert "year=2017" in years
    rows = sum(parquet.read_metadata(out / name).num_rows for name in found)
    assert rows == summary.claims + summary.events
    for path in (out / "events").rglob("*.parquet"):
        days = parquet.read_table(path)["date_end"].to_pylist()
        assert {str(day.year) if day else "0" for day in days} == {
            path.parent.parent.name.removeprefix("year=")
        }


def test_each_file_says_what_its_points_are(result):
    for path in result[0].rglob("*.parquet"):
        schema = parquet.read_schema(path)
        geo = json.loads(schema.metadata[b"geo"])
        assert geo["version"] == "1.1.0"
        column = geo["columns"][geo["primary_column"]]
        assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
        assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
        kind = path.name.partition("-")[0]
        assert schema.remove_metadata() == geoparquet.SCHEMAS[kind]


def test_duckdb_opens_all_at_once(result):
    out, summary = result
    files = f"read_parquet('{out}/events/**/*.parquet', hive_partitioning = true)"
    rows = duckdb.sql(f"SELECT year, count(*) FROM {files} GROUP BY year").fetchall()  # noqa: S608 - a path
    assert sum(n for _, n in rows) == summary.events
    assert all(isinstance(year, int) for year, _ in rows)
    [(kind,)] = duckdb.sql(f"SELECT typeof(geometry) FROM {files} LIMIT 1").fetchall()  # noqa: S608
    assert "CRS84" in kind


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of Dask's own code
def test_dask_geopandas_opens_all_at_once(result):
    out, summary = result
    for kind, n in (("claims", summary.claims), ("events", summary.events)):
        frame = dask_geopandas.read_parquet(out / kind)
        assert frame.npartitions > 1
        found = frame.compute(scheduler="synchronous")
        assert len(found) == n
        assert found.crs.to_string() == "OGC:CRS84"
        assert {"year", "country"} <= set(found.columns)


def test_gdal_opens_a_file_by_duckdbs_library(result):
    """GDAL's wheels have no driver for Parquet, but one for databases behind ADBC."""
    path = max(
        (result[0] / "events").rglob("*.parquet"), key=lambda p: p.stat().st_size
    )
    found = pyogrio.read_dataframe(f"ADBC:{path}", ADBC_DRIVER=_duckdb.__file__)
    assert sorted(found["event_id"]) == sorted(gpd.read_parquet(path)["event_id"])


def test_a_corpus_without_claims_is_a_result_too(tmp_path, monkeypatch):
    monkeypatch.setenv("TIDELINE_CACHE", str(corpora.CACHE))
    path = write_lines(tmp_path / "a.jsonl", [make_article(text="It rained all day.")])
    summary = run(tmp_path / "out", path)
    assert (summary.articles, summary.claims, summary.events) == (1, 0, 0)
    for kind in geoparquet.KINDS:
        found = gpd.read_parquet(tmp_path / "out" / kind)
        assert len(found) == 0
        assert found.crs.to_string() == "OGC:CRS84"
        assert set(geoparquet.SCHEMAS[kind].names) <= set(found.columns)


def test_a_place_that_nobody_knows_has_no_point_and_no_country():
    nowhere = make_nowhere()
    article = make_article()
    claim = PlacedClaim(
        claim=make_claim(date_start=None, date_end=None),
        location=nowhere,
        article_title=article.title,
        publisher=article.publisher,
        url=article.url,
        published=article.published,
    )
    table = geoparquet.claims_table([claim], {})
    assert table["geometry"].to_pylist() == table["event_id"].to_pylist() == [None]
    assert geoparquet.folder_of("/") == "year=0/country=ZZ"


def test_large_partitions_have_several_files(result, tmp_path, monkeypatch):
    monkeypatch.setenv("TIDELINE_CACHE", str(corpora.CACHE))
    monkeypatch.setattr(geoparquet, "ROWS", 3)
    path = write_lines(tmp_path / "a.jsonl", corpora.samples()[30:50])
    summary = run(tmp_path / "out", path)
    assert any(one.n_files > 1 for one in summary.partitions)
    assert {p.name for p in tmp_path.rglob("*.parquet")} > {"events-0.parquet"}
    found = corpora.events_in(tmp_path / "out")
    ours = set(corpora.events_in(result[0])["event_id"])
    assert len(found) == summary.events == found["event_id"].nunique()
    assert set(found["event_id"]) <= ours
