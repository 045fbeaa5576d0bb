"""Extraction may not get worse: F1 on the labelled texts stays at its floor or above.

The floors and the digest of the labels are pinned by `make evaluate ARGS=--update`.
"""

import json
import os
from pathlib import Path

import pytest
from evaluate import FLOORS, LABELLED, digest, figures, judge, passages
from test_docs import CACHE

FLOOR = json.loads(FLOORS.read_text())
# Figures are rounded to three places.
NOISE = 0.0005


@pytest.fixture(scope="module")
def index():
    return Path(os.environ.get("TIDELINE_CACHE", CACHE)) / "gazetteer.sqlite"


def test_the_labels_are_those_that_the_floors_were_pinned_for():
    assert digest() == FLOOR["sha256"]


@pytest.mark.parametrize("half", ["tune", "held", "sealed"])
def test_no_group_falls_below_its_floor(half, index):
    table, _bins = figures(half, index)
    floors = FLOOR["halves"][half]
    assert {
        g: row["f1"] for g, row in table.items() if row["f1"] < floors[g] - NOISE
    } == {}


def test_the_labels_quote_their_texts():
    rows = [json.loads(line) for line in LABELLED.read_text().splitlines()]
    assert len(rows) > 100
    for row in rows:
        for event in row["events"]:
            assert row["text"][event["start"] : event["end"]].strip()


def test_nothing_found_is_all_missed():
    row = next(
        r for r in passages("tune") if any(not e.get("unsure") for e in r["events"])
    )
    assert {verdict for _group, verdict, _claim in judge(row, ())} <= {"missed"}
