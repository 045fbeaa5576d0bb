"""Originals and copies by the command line."""

import os
from hashlib import sha256

import pytest
from test_cli import TEXT, check, run
from test_copies import REPORT

from geo.originals import retrievals
from geo.store import open_store


@pytest.fixture(autouse=True)
def folder(where, tmp_path, monkeypatch):
    monkeypatch.setenv("TIDELINE_STORE", str(where))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ingest(name, content, *options):
    with open(name, "wb") as file:
        file.write(content)
    return check(run("ingest", name, "--published", "2017-03-05", *options), 0)


def ids():
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        return [one.article_id for one in store.articles()]


def test_a_file_comes_back_byte_by_byte(folder):
    content = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    ingest("report.txt", content)
    out = folder / "out.txt"
    said = check(run("original", ids()[0], out), 0)
    assert out.read_bytes() == content
    assert sha256(content).hexdigest() in said.stderr


def test_standard_input_is_kept_too(folder):
    check(run("ingest", "-", "--published", "2017-03-05", stdin=TEXT), 0)
    check(run("original", ids()[0], folder / "out"), 0)
    assert (folder / "out").read_bytes() == TEXT.encode()


def test_rows_of_one_file_have_their_own_line_as_original(folder):
    rows = [f'{{"text": "{REPORT}", "title": "{n}"}}' for n in (1, 2)]
    ingest("two.jsonl", "\n".join(rows).encode())
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        one, two = retrievals(store)
    digests = [sha256(row.encode()).hexdigest() for row in rows]
    assert [one.sha256, two.sha256] == digests


def test_articles_are_listed_with_whence_and_when_they_came(folder):
    ingest("report.txt", TEXT.encode(), "--title", "First")
    listed = check(run("articles"), 0).stdout
    assert "First" in listed
    assert "report.txt" in listed
    assert f"SHA-256 {sha256(TEXT.encode()).hexdigest()}" in listed


def test_a_copy_says_so_until_a_reader_denies_it(folder):
    ingest("a.txt", REPORT.encode(), "--title", "A")
    ingest("b.txt", f"BEIRUT (AP) - {REPORT}".encode(), "--title", "B")
    assert check(run("articles"), 0).stdout.count("a copy of") == 1
    pair = ids()
    check(run("copy-of", *pair, "--not", "--why", "two reporters"), 0)
    assert "a copy of" not in check(run("articles"), 0).stdout
    check(run("copy-of", *pair), 0)
    assert check(run("articles"), 0).stdout.count("a copy of") == 1
    check(run("check"), 0)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("original", "nothing", "out"), "no original of article 'nothing'"),
        (("copy-of", "nothing", "other"), "no article 'nothing'"),
    ],
)
def test_what_is_not_there_is_said(arguments, reason):
    ingest("a.txt", REPORT.encode())
    assert reason in check(run(*arguments), 1).stderr


def test_an_original_that_cannot_be_written_is_said(folder):
    ingest("a.txt", REPORT.encode())
    said = check(run("original", ids()[0], folder / "no" / "out"), 1)
    assert "no such file" in said.stderr


def test_a_file_that_is_not_there_and_a_folder_cost_no_other(folder):
    (folder / "a.txt").write_text(REPORT)
    (folder / "more").mkdir()
    said = run("ingest", "missing.txt", "more", "a.txt", "--published", "2017-03-05")
    assert "missing.txt: no such file or directory" in check(said, 1).stderr
    assert "more: is a folder; name the files in it, such as more/*.txt" in said.stderr
    assert len(ids()) == 1


def test_events_that_are_not_as_claims_say_are_told_and_made_again(folder):
    ingest("report.txt", TEXT.encode())
    with open_store(os.environ["TIDELINE_STORE"]) as store, store.writing() as change:
        change.exec_driver_sql("UPDATE event SET n_claims = 7")
    assert "tideline check --rebuild" in check(run("check"), 1).stdout
    check(run("check", "--rebuild"), 0)
    check(run("check"), 0)
