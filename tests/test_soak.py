"""A few small rounds of each trial that `make soak` puts a store to."""

import json
import os
import subprocess
import sys
from pathlib import Path

from test_cli import CACHE

from geo.where import CACHE as CACHE_NAME

TRIALS = ("killed", "two_writers", "disk_full", "readers", "api_readers")
ROOT = Path(__file__).resolve().parent.parent
FEW = ("--rounds", "3", "--articles", "8")
FEWER = ("--stored", "60", "--added", "10", "--readers", "3")


def test_a_store_comes_through():
    assert tried(*TRIALS, *FEW, *FEWER) == {trial: [] for trial in TRIALS}


def test_a_store_in_a_database_comes_through(postgres):
    assert postgres
    assert tried("postgres", "--rounds", "3", "--articles", "5") == {"postgres": []}


def tried(*arguments):
    """Return what was wrong, by trial."""
    index = Path(os.environ.get(CACHE_NAME, CACHE)) / "gazetteer.sqlite"
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "tests/soak_store.py"),
            *("--index", str(index), *arguments),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["trial"]: one["bad"] for one in told}
