"""Back-ups of a store: made whole, checked, kept in turn, and restored."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
import server
from test_cli import CACHE, ROOT

from geo import archiving

SCRIPT = ROOT / "assets" / "deploy" / "store-backup"
DRILL = ROOT / "tests" / "backup_drill.sh"
# Stands for the command where only the script's own steps are of interest: it notes what
# it is called with, and a store or archive is a file with a word in it.
FAKE = """#!/bin/sh
echo "$*" >>"$CALLS"
case $1 in
archive) [ -f "$STORE" ] && cp "$STORE" "$2" ;;
restore) grep -q good "$2" && case "$*" in
    *trial.sqlite) cp "$2" "$4" ;;
    *) { [ ! -f "$STORE" ] || [ "${3:-}" = --replace ]; } && cp "$2" "$STORE" ;;
    esac ;;
check) [ ! -f "$UNSOUND" ] ;;
esac
"""


@pytest.fixture
def real(tmp_path, monkeypatch):
    """Have the scripts call this very program, on a store in a folder of the test's."""
    command = tmp_path / "tideline"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m geo.cli "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("TIDELINE", str(command))
    monkeypatch.setenv("TIDELINE_CACHE", os.environ.get("TIDELINE_CACHE", str(CACHE)))
    monkeypatch.setenv("TIDELINE_STORE", str(tmp_path / "store.sqlite"))
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    return tmp_path


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Have the script call a stand-in; its store holds "good one"."""
    command = tmp_path / "tideline"
    command.write_text(FAKE)
    command.chmod(0o755)
    monkeypatch.setenv("TIDELINE", str(command))
    for name in ("STORE", "CALLS", "UNSOUND"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    (tmp_path / "store").write_text("good one")
    return tmp_path


def call(*arguments, code=0, script=SCRIPT):
    done = subprocess.run(
        [script, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr


def archives(folder):
    return sorted(path.name for path in folder.glob("*.zip"))


def test_a_store_that_was_lost_comes_back_as_it_was(real):
    """Backed up while a writer writes, lost, restored, and compared."""
    samples = real / "samples"
    samples.mkdir()
    lines = (ROOT / "assets/samples/syria.jsonl").read_text().splitlines()[:12]
    (samples / "first.jsonl").write_text("\n".join(lines[:4]))
    (samples / "second.jsonl").write_text("\n".join(lines[4:]))
    done = subprocess.run(
        [DRILL, real, samples], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing is lost" in done.stdout
    assert json.loads((real / "after.geojson").read_text())["features"]


def test_a_damaged_archive_changes_nothing(real):
    where, archive = real / "store.sqlite", real / "archive.zip"
    server.fill(where)
    archiving.archive(where, archive, now=server.NOW)
    before, content = where.read_bytes(), bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    said = call("restore", archive, "--replace", code=1)
    assert "is not sound; the store is as it was" in said
    assert where.read_bytes() == before
    assert not list(real.glob("before-*"))


def test_the_newest_are_kept(fake):
    folder = fake / "archives"
    folder.mkdir()
    old = [f"tideline-2020010{day}T000000Z.zip" for day in range(1, 6)]
    others = ["tideline-mine.zip", "before-20200101T000000Z.zip", "other.zip"]
    for name in (*old, *others):
        (folder / name).touch()
    said = call("backup", folder, 3)
    kept = set(archives(folder)) - set(others)
    assert len(kept) == 3
    assert kept >= {old[-1], old[-2]}
    assert said.count("removed") == 3
    assert set(archives(folder)) >= set(others)


@pytest.mark.parametrize("trouble", ["no store", "unsound", "bad archive"])
def test_where_a_backup_fails_the_older_ones_stay(fake, trouble):
    folder = fake / "archives"
    folder.mkdir()
    (folder / "tideline-20200101T000000Z.zip").touch()
    if trouble == "no store":
        (fake / "store").unlink()
    if trouble == "unsound":
        (fake / "unsound").touch()
    if trouble == "bad archive":
        (fake / "store").write_text("bad")
    call("backup", folder, 1, code=1)
    assert os.listdir(folder) == ["tideline-20200101T000000Z.zip"]


def test_a_folder_that_cannot_be_written_to_is_said(fake):
    (fake / "file").touch()
    assert "cannot be made" in call("backup", fake / "file" / "archives", code=1)


def test_a_backup_that_is_stopped_leaves_nothing_half_done(fake, monkeypatch):
    slow = fake / "slow"
    slow.write_text("#!/bin/sh\necho begun >&2\nexec sleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setenv("TIDELINE", str(slow))
    process = subprocess.Popen(
        [SCRIPT, "backup", fake / "archives"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stderr.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 1
    assert os.listdir(fake / "archives") == []


def test_a_store_that_is_there_stays_unless_it_may_be_replaced(fake):
    archive = fake / "one.zip"
    archive.write_text("good two")
    call("restore", archive, code=1)
    assert (fake / "store").read_text() == "good one"
    said = call("restore", archive, "--replace")
    assert (fake / "store").read_text() == "good two"
    [kept] = fake.glob("before-*.zip")
    assert kept.read_text() == "good one"
    assert str(kept) in said


def test_what_cannot_be_kept_is_not_replaced(fake):
    archive = fake / "one.zip"
    archive.write_text("good two")
    (fake / "store").unlink()
    assert "leave out --replace" in call("restore", archive, "--replace", code=1)
    assert not (fake / "store").exists()
    call("restore", archive)
    assert (fake / "store").read_text() == "good two"


def test_an_archive_is_tried_before_the_store_is_touched(fake):
    archive = fake / "one.zip"
    archive.write_text("good two")
    (fake / "unsound").touch()
    call("restore", archive, "--replace", code=1)
    assert (fake / "store").read_text() == "good one"
    assert not list(fake.glob("before-*"))


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["backup"], ["backup", ""], ["restore"], ["restore", ""], ["other", "x"]),
        *(["backup", "x", "0"], ["backup", "x", "many"], ["backup", "x", "-1"]),
        *(["backup", "x", "1", "y"], ["restore", "x", "--force"]),
    ],
)
def test_a_wrong_call_is_told_and_does_nothing(fake, arguments):
    assert "call it as: backup FOLDER" in call(*arguments, code=2)
    assert not (fake / "calls").exists()


def test_names_with_spaces_are_names(fake):
    folder = fake / "a folder; with $signs"
    call("backup", folder)
    [name] = archives(folder)
    (fake / "store").unlink()
    call("restore", folder / name)
    assert (fake / "store").read_text() == "good one"


def test_only_the_owner_may_read_what_is_kept(fake):
    call("backup", fake / "archives")
    [name] = archives(fake / "archives")
    assert (fake / "archives" / name).stat().st_mode & 0o077 == 0
    assert (fake / "archives").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(
    not shutil.which("shellcheck"), reason="shellcheck is not installed"
)
@pytest.mark.parametrize("script", [SCRIPT, DRILL], ids=lambda path: path.name)
def test_scripts_are_sound(script):
    done = subprocess.run(
        ["shellcheck", "--norc", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert os.access(script, os.X_OK)
