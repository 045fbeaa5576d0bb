"""Queries start a second apart, in all threads and processes of this machine."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from geo.pacing import LONGEST_WAIT_S, Pace, PaceError


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.slept = 1_000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_queries_start_a_second_apart(tmp_path):
    clock = Clock()
    pace = Pace(tmp_path / "pace.sqlite", clock=clock, sleep=clock.sleep)
    starts = [pace.wait("a")]
    clock.now += 0.25
    starts.append(pace.wait("a"))
    clock.now += 5
    starts.append(pace.wait("a"))
    assert starts == [1000, 1001, 1006]
    assert clock.slept == [0.75]
    assert pace.wait("b") == 1006


def test_threads_take_turns(tmp_path):
    pace = Pace(tmp_path / "pace.sqlite", clock=lambda: 1000.0, sleep=lambda _: None)
    with ThreadPoolExecutor(4) as pool:
        starts = sorted(pool.map(lambda _: pace.wait("a"), range(20)))
    assert starts == [1000.0 + n for n in range(20)]


TURNS = """
import sys
from pathlib import Path
from geo.pacing import Pace
pace = Pace(Path(sys.argv[1]), clock=lambda: 1000.0, sleep=lambda _: None)
for _ in range(20):
    print(pace.wait("a"), flush=True)
"""


def test_processes_take_turns(tmp_path):
    command = [sys.executable, "-c", TURNS, tmp_path / "pace.sqlite"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    starts = [float(n) for one in both for n in one.communicate()[0].split()]
    assert sorted(starts) == [1000.0 + n for n in range(40)]


def test_one_that_waits_heeds_what_another_was_told_meanwhile(tmp_path):
    clock = Clock()
    path = tmp_path / "pace.sqlite"
    other = Pace(path, clock=clock, sleep=clock.sleep)

    def sleep(seconds):
        if not clock.slept:
            other.hold("a", 10)
        clock.sleep(seconds)

    pace = Pace(path, clock=clock, sleep=sleep)
    pace.wait("a")
    assert pace.wait("a") == 1010


def test_a_clock_that_was_set_back_holds_nobody_up_for_long(tmp_path):
    clock = Clock()
    pace = Pace(tmp_path / "pace.sqlite", clock=clock, sleep=clock.sleep)
    clock.now = 9e9
    pace.hold("a", LONGEST_WAIT_S + 1)
    with pytest.raises(PaceError, match="left alone"):
        pace.wait("a")
    clock.now = 1000.0
    assert pace.wait("a") == 1000.0
