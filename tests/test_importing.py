"""What is exported comes back as it was: events, and what the file says of itself."""

import json
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import event_frames, formulas, placed_claims, texts
from test_export import events_at

from extract.conflict import load_conflicts
from geo.events import cluster, frame
from geo.export import FORMS, TAGGED, export
from geo.importing import read_events
from geo.sheet import HXL, read_sheet, sheet
from geo.withholding import COARSEN_KM, Outgoing, withheld

SYRIA = load_conflicts()["syria"]
EXACT = {
    **{suffix: FORMS[suffix] for suffix in (".geojson", ".gpkg", ".parquet", ".csv")},
    "-hxl.csv": TAGGED,
}
NEVER = date(1, 1, 1)
forms = pytest.mark.parametrize("suffix", EXACT)
outgoings = st.builds(
    Outgoing,
    events=event_frames(),
    as_of=st.dates(),
    coarsen_km=st.sampled_from((0, *COARSEN_KM)),
    until=st.none() | st.dates(),
)


def back(outgoing, suffix):
    """Return what is read from the file that `outgoing` is written to."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"events{suffix}"
        export(outgoing, path, SYRIA, form=EXACT[suffix])
        return read_events(path, today=NEVER)


def spots(outgoing):
    return outgoing.events.geometry.get_coordinates().to_numpy()


@forms
@settings(max_examples=25)
@given(outgoing=outgoings)
def test_what_is_read_is_what_was_written(suffix, outgoing):
    read = back(outgoing, suffix)
    assert_geodataframe_equal(read.events, outgoing.events)
    # To the last bit, which the comparison of geometries forgives.
    assert np.array_equal(spots(read), spots(outgoing))
    assert np.array_equal(np.signbit(spots(read)), np.signbit(spots(outgoing)))
    numbers = ["radius_m", "confidence"]
    assert np.array_equal(
        read.events[numbers].to_numpy(),
        outgoing.events[numbers].to_numpy(),
        equal_nan=True,
    )
    said = (read.as_of, read.coarsen_km, read.until)
    if suffix.endswith(".csv") and outgoing.events.empty:
        # There is no row that could say so.
        assert said == (NEVER, 0, None)
    else:
        assert said == (outgoing.as_of, outgoing.coarsen_km, outgoing.until)


@forms
@settings(max_examples=10)
@given(claims=placed_claims(), side=st.sampled_from((0, *COARSEN_KM)))
def test_events_of_claims_come_back_also_when_coarsened(suffix, claims, side):
    outgoing = withheld(
        frame(cluster(claims)), today=date(2017, 4, 1), coarsen_km=side, delay_days=3
    )
    read = back(outgoing, suffix)
    assert_geodataframe_equal(
        read.events, outgoing.events.reset_index(drop=True), check_less_precise=False
    )


@forms
def test_a_file_is_the_same_each_time(suffix):
    outgoing = events_at("Palmyra", "Raqqa")
    first, second = (EXACT[suffix].write(outgoing, SYRIA) for _ in range(2))
    assert first == second


cells = st.none() | texts | formulas


@given(rows=st.lists(st.tuples(cells, cells), max_size=4))
@example(rows=[("", None), ("'", "'="), ("''=", "' =\t'\r")])
def test_any_cells_come_back_from_a_sheet(rows):
    # A row of nothing but unknowns and tags is what the standard takes for tags.
    rows = [("e", *row) for row in rows]
    names = ["id", "one", "two"]
    written = sheet(names, [dict(zip(names, row, strict=True)) for row in rows])
    assert read_sheet(written) == (names, [list(row) for row in rows])


def test_an_apostrophe_of_the_text_itself_is_kept():
    for text in ("'", "'a", "'=1", "''=1", "a;'=1", "='", "'\t="):
        read = back(events_at(text), ".csv")
        assert list(read.events["place"]) == [text]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_sheet_that_another_program_wrote_is_read(tmp_path, ends):
    """With a mark, other line ends, more columns and another order of them."""
    path = tmp_path / "events.csv"
    export(events_at("Palmyra"), path, SYRIA)
    names, rows = read_sheet(path.read_bytes().decode())
    turned = [
        ",".join(f'"{cell}"' if cell else "" for cell in [*row[::-1], "more"])
        for row in [names, *rows]
    ]
    path.write_bytes(f"\ufeff{ends.join(turned)}".encode())
    read = read_events(path, today=NEVER)
    assert_geodataframe_equal(read.events, events_at("Palmyra").events)


def test_hxl_tags_stand_under_the_header_and_each_column_has_one():
    header, tags, row = TAGGED.write(events_at("Palmyra"), SYRIA).splitlines()
    names = header.decode().split(",")
    told = dict(zip(names, tags.decode().split(","), strict=True))
    assert told == {name: HXL[name] for name in names}
    assert told["date_start"] == "#date+start"
    assert (told["lon"], told["lat"]) == ("#geo+lon", "#geo+lat")
    assert row.startswith(b"e-c0,Palmyra,")


def broken(path, change):
    """Write an event as GeoJSON after a change to it, and return the complaint."""
    export(events_at("Palmyra"), path, SYRIA)
    collection = json.loads(path.read_text())
    change(collection["features"][0])
    path.write_text(json.dumps(collection))
    with pytest.raises(ValueError, match=path.name) as caught:
        read_events(path, today=NEVER)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one["properties"].pop("lost_by"), "feature 1 lacks lost_by"),
        (
            lambda one: one["properties"].update(status="sure"),
            "row 1 has status 'sure'",
        ),
        (lambda one: one["properties"].update(event_type=None), "has event_type None"),
        (lambda one: one["properties"].update(date_end="2017-02-31"), "2017-02-31"),
        (lambda one: one["properties"].update(n_claims="many"), "many"),
        (lambda one: one["geometry"].update(coordinates=[200, 0]), "lies at [200.0"),
        (lambda one: one.update(geometry=None), "cannot be read"),
    ],
)
def test_what_cannot_be_is_told_with_its_row(tmp_path, change, said):
    assert said in broken(tmp_path / "events.geojson", change)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"a,b\r\n1\r\n", b'"'])
@forms
def test_what_is_no_export_is_refused_by_name(tmp_path, suffix, content):
    path = tmp_path / f"events{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=path.name):
        read_events(path, today=NEVER)


def test_other_files_and_missing_ones_are_told(tmp_path):
    with pytest.raises(ValueError, match=r"\.geojson, \.csv"):
        read_events(tmp_path / "events.xlsx", today=NEVER)
    with pytest.raises(FileNotFoundError):
        read_events(tmp_path / "events.gpkg", today=NEVER)


def test_a_grid_that_there_is_not_is_refused(tmp_path):
    path = tmp_path / "events.csv"
    export(replace(events_at("X"), coarsen_km=3), path, SYRIA)
    with pytest.raises(ValueError, match="a grid of 3 km"):
        read_events(path, today=NEVER)
