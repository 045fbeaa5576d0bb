"""A corpus read in parts gives what one store gives that reads it all, row for row."""

import json

import corpora
import pytest
from corpora import bytes_in, claims_in, events_in, left_out_in, run, write_lines
from pandas.testing import assert_frame_equal

from geo.corpus import clustering
from geo.corpus.dask_pool import local_workers
from geo.corpus.geoparquet import events_table
from geo.corpus.settings import CorpusError
from geo.events import DTYPES


@pytest.fixture(scope="module")
def articles():
    return corpora.corpus()


@pytest.fixture(scope="module")
def store(tmp_path_factory, articles):
    return corpora.stored(tmp_path_factory.mktemp("store") / "s.sqlite", articles)


@pytest.fixture(scope="module")
def lines(tmp_path_factory, articles):
    folder = tmp_path_factory.mktemp("corpus")
    write_lines(folder / "a.jsonl", articles[:70])
    write_lines(folder / "b.jsonl", articles[70:])
    return folder / "*.jsonl"


@pytest.fixture(scope="module")
def whole(tmp_path_factory, lines):
    """The result of one process, in one part a file."""
    out = tmp_path_factory.mktemp("result") / "out"
    return out, run(out, lines)


@pytest.fixture(autouse=True)
def places(monkeypatch):
    monkeypatch.setenv("TIDELINE_CACHE", str(corpora.CACHE))


def plain(events):
    """Return events as rows of what does not depend on who wrote them down."""
    columns = events.drop(columns=["geometry", "year", "country"], errors="ignore")
    columns = columns.assign(lon=events.geometry.x, lat=events.geometry.y)
    columns = columns.sort_values("event_id", ignore_index=True)
    return columns.astype("object").where(columns.notna(), None)


def test_events_are_those_of_a_store(whole, store):
    events = events_in(whole[0])
    assert [name for name in events.columns if name in DTYPES] == list(DTYPES)
    assert_frame_equal(plain(events), plain(store[0]), check_dtype=False)
    assert events.crs.to_string() == "OGC:CRS84"


def test_claims_are_those_of_a_store(whole, store):
    told = {row.claim_id: row for row in claims_in(whole[0]).itertuples()}
    claims = store[1]
    assert told.keys() == {one.claim.claim_id for one in claims}
    for one in claims:
        row = told[one.claim.claim_id]
        assert (row.article_id, row.sentence) == (
            one.claim.article_id,
            one.claim.sentence,
        )
        assert (row.copy_of if isinstance(row.copy_of, str) else None) == one.copy_of
        assert (row.geometry is None) == (one.location.lon is None)
        assert row.published.date() == one.published
        assert row.confidence == one.claim.confidence
        if row.geometry is not None:
            assert (row.geometry.x, row.geometry.y) == (
                one.location.lon,
                one.location.lat,
            )


def test_what_comes_again_is_dropped_and_the_rest_is_told(whole, store):
    out, summary = whole
    report = store[2]
    assert summary.articles == len(report.added)
    assert summary.repeated == len(report.already_there) == 3
    assert summary.left_out == len(report.failures) == 3
    told = left_out_in(out)
    # The first is known by its line, the others by their ids, too.
    assert "a.jsonl" in told[0]["where"]
    assert told[1]["where"].endswith("(from-the-future)")
    assert told[2]["where"].endswith(f"({corpora.samples()[12].article_id})")
    assert "no day of publication" in told[0]["why"]
    assert "still to come" in told[1]["why"]
    assert "another text" in told[2]["why"]


def test_copies_are_found_across_parts(whole):
    out, summary = whole
    assert summary.copies == 6
    told = claims_in(out)["copy_of"].dropna()
    assert {"copy-0", "copy-3"} <= set(told)  # of the first file, and of the second


@pytest.mark.parametrize(("part_bytes", "n_shards"), [(6_000, 1), (25_000, 7)])
def test_part_sizes_change_nothing(whole, lines, tmp_path, part_bytes, n_shards):
    run(tmp_path / "out", lines, part_bytes=part_bytes, n_shards=n_shards)
    same_rows(tmp_path / "out", whole[0])


@pytest.mark.parametrize("n_workers", [1, 2])
def test_workers_change_nothing(whole, lines, tmp_path, n_workers):
    with local_workers(n_workers) as pool:
        summary = run(tmp_path / "out", lines, pool, part_bytes=25_000)
    assert summary == whole[1]
    same_rows(tmp_path / "out", whole[0])


def same_rows(out, other):
    """Check that the files of two results are the same to the byte, but the record."""
    one, two = bytes_in(out), bytes_in(other)
    ours, theirs = (json.loads(of.pop("corpus.json")) for of in (one, two))
    del ours["run"]["inputs"], theirs["run"]["inputs"]
    assert ours == theirs
    told = [sorted(of.pop("left_out.jsonl").splitlines()) for of in (one, two)]
    assert len(told[0]) == len(told[1])
    assert one == two


def test_a_finished_run_is_not_done_again(whole, lines):
    out, summary = whole
    before = bytes_in(out)
    assert run(out, lines) == summary
    assert bytes_in(out) == before


def test_another_run_is_refused(whole, lines, tmp_path):
    with pytest.raises(CorpusError, match=r"another --conflict.*another folder"):
        run(whole[0], lines, conflict="syria")
    with pytest.raises(CorpusError, match="other inputs"):
        run(whole[0], lines, part_bytes=9_000)
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(CorpusError, match="name a new folder"):
        run(tmp_path, lines)


def test_no_texts_are_kept(whole, articles):
    content = b"".join(bytes_in(whole[0]).values())
    assert articles[0].text.encode() not in content
    assert not (whole[0] / "unfinished").exists()


def test_leaves_change_nothing(whole, lines, tmp_path, monkeypatch):
    monkeypatch.setattr("geo.corpus.reading.LEAF", 7)
    run(tmp_path / "out", lines)
    same_rows(tmp_path / "out", whole[0])


@pytest.mark.parametrize("at_once", [1, 2_000])
def test_places_are_written_together_and_that_changes_nothing(
    whole, lines, tmp_path, monkeypatch, at_once
):
    """A frame for each place took two fifths of a run."""
    frames = []

    def counted(events):
        frames.append(len(events))
        return events_table(events)

    monkeypatch.setattr(clustering, "events_table", counted)
    monkeypatch.setattr(clustering, "AT_ONCE", at_once)
    run(tmp_path / "out", lines, n_shards=1)
    same_rows(tmp_path / "out", whole[0])
    assert sum(frames) == whole[1].events
    assert (len(frames) == 1) == (at_once > 1)
