"""How long a run takes yet: an estimate that is honest at its start and never wild."""

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import corpora
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.corpus.progress import (
    LABELS,
    LEAST_S,
    LEAST_TASKS,
    SHARES,
    Estimate,
    in_lines,
    in_words,
)
from geo.corpus.stages import _DO

STAGES = list(SHARES)
LATER = 1 - SHARES["read"]
paces = st.lists(st.floats(0.01, 10_000), min_size=LEAST_TASKS + 1, max_size=30)


def told(estimate, steps, total, stage="read", first=0, began=0.0):
    """Return what is told at the start, and after each task took its seconds."""
    seconds, said = began, [estimate.left_s(stage, first, total, began)]
    for n, step in enumerate(steps, first + 1):
        seconds += step
        said.append(estimate.left_s(stage, n, total, seconds))
    return said


def test_the_stages_are_those_of_a_run():
    assert list(SHARES) == list(LABELS) == list(_DO)
    assert sum(SHARES.values()) == pytest.approx(1)


@given(st.floats(0.01, 10_000), st.integers(0, 500), st.integers(40, 400))
def test_an_even_pace_is_told_exactly(step, first, more):
    total = first + more
    said = told(Estimate(), [step] * 39, total, first=first)[-1]
    if step * 39 < LEAST_S:
        assert said is None
        return
    reading = (more - 39) * step
    # Other stages take their share of the whole, which an earlier run began.
    assert said == pytest.approx(
        reading + total * step / SHARES["read"] * LATER, rel=1e-6
    )


@given(paces, st.integers(0, 1_000))
def test_nothing_is_told_before_anything_was_seen(steps, first):
    said = told(Estimate(), steps, first + len(steps), first=first)
    assert said[:LEAST_TASKS] == [None] * LEAST_TASKS
    seen = 0.0
    for n, step in enumerate(steps, 1):
        seen += step
        if seen < LEAST_S * 0.9:
            assert said[n] is None


@given(paces, st.integers(1, 1_000))
def test_it_lies_between_the_slowest_and_the_fastest_pace(steps, left):
    total = len(steps) + left
    said = told(Estimate(), steps, total)[-1]
    if said is not None:
        others = total / SHARES["read"] * LATER
        least, most = ((left + others) * pace for pace in (min(steps), max(steps)))
        assert least * 0.999 <= said <= most * 1.001


@given(st.integers(1, 50), st.floats(2, 100))
def test_a_run_that_slows_down_takes_longer(before, times):
    even = told(Estimate(), [10.0] * (before + 5), 500)[-1]
    slow = told(Estimate(), [*[10.0] * before, *[10.0 * times] * 5], 500)[-1]
    assert slow > even


@given(st.lists(st.floats(0.1, 500), min_size=8, max_size=8), st.integers(4, 60))
def test_it_falls_to_nothing_by_the_end(steps, total):
    estimate, seconds, said = Estimate(), 0.0, []
    for stage, step in zip(STAGES, steps, strict=True):
        said += told(estimate, [step] * total, total, stage, began=seconds)
        seconds += step * total
    assert all(one is None or one >= 0 for one in said)
    assert said[-1] in (None, 0.0)


@given(paces, st.integers(1, 100))
def test_tasks_that_were_cut_make_it_longer(steps, more):
    total = len(steps) + 10
    few, many = Estimate(), Estimate()
    told(few, steps, total)
    told(many, steps, total)
    now = sum(steps)
    one = few.left_s("read", len(steps), total, now)
    other = many.left_s("read", len(steps), total + more, now)
    assert one is other is None or other > one


def test_a_run_that_goes_on_in_a_late_stage_says_nothing_at_first():
    estimate = Estimate()
    assert estimate.left_s("kept", 0, 1, 0.0) is None
    assert estimate.left_s("kept", 1, 1, 100.0) is None
    said = told(estimate, [10.0] * 5, 10, "events", began=100.0)[-1]
    files = 100 * SHARES["files"] / SHARES["events"]
    assert said == pytest.approx(50 + files)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "estimating the time left"),
        (0, "less than a minute left"),
        (61, "about 1 min left"),
        (3600, "about 60 min left"),
        (7200, "about 2 h left"),
        (86_400 * 5, "about 5 days left"),
    ],
)
def test_it_is_told_in_words(seconds, words):
    assert in_words(seconds) == words


def test_lines_come_at_each_stage_and_every_minute():
    said = []
    watch = in_lines(said.append)
    for n in range(201):
        watch("read", done=n, total=200, articles=n * 10, seconds=n * 1.0)
    watch("shared", done=0, total=4, articles=2000, seconds=200.5)
    assert said[0] == "reading: 0 of 200, 0 articles, estimating the time left"
    assert said[1] == "reading: 60 of 200, 600 articles, about 4 min left"
    assert len(said) == 5
    assert said[-1] == "looking for repeats: 0 of 4, 2,000 articles, about 2 min left"


# The command


def command(tmp_path, *options):
    corpora.gazetteer().close()
    lines = corpora.write_lines(tmp_path / "in.jsonl", corpora.samples()[:6])
    words = ("corpus", str(lines), str(tmp_path / "out"), "--workers", "0", *options)
    return [sys.executable, "-m", "geo.cli", *words]


@pytest.fixture
def env():
    root = Path(__file__).parent.parent
    return {**os.environ, "TIDELINE_CACHE": str(corpora.CACHE), "PYTHONPATH": str(root)}


@pytest.mark.parametrize("quiet", [False, True])
def test_where_there_is_no_terminal_lines_are_written(tmp_path, env, quiet):
    words = command(tmp_path, *(["--quiet"] if quiet else []))
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=env)
    assert ("reading: 0 of 1" in done.stderr) != quiet
    assert "6 articles, 0 more were repeated" in done.stderr
    assert done.stdout == ""


def test_on_a_terminal_a_bar_says_how_far_it_is(tmp_path, env):
    ours, theirs = pty.openpty()
    seen = []

    def drain():
        try:
            while content := os.read(ours, 65_536):
                seen.append(content)
        except OSError:
            pass  # the other end is closed

    reading = threading.Thread(target=drain)
    reading.start()
    done = subprocess.run(
        command(tmp_path),
        stderr=theirs,
        stdout=subprocess.PIPE,
        check=False,
        env={**env, "COLUMNS": "160", "TERM": "xterm"},
    )
    os.close(theirs)
    reading.join()
    os.close(ours)
    shown = b"".join(seen).decode()
    assert done.returncode == 0, shown
    assert "estimating the time left" in shown
    assert "writing files" in shown
