"""Corpora read from web servers and buckets, by real clients from servers on loopback."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import made_corpora as made
import made_files
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bucket_server import KEYS, serving, settings

from extract.records import Article
from geo.corpus import input_files, resuming
from geo.corpus.input_files import shown
from geo.corpus.parts import LeftOut
from geo.corpus.sources import find_parts, read_part

ROOT = Path(__file__).parent.parent
MANY = made.lines([made.row(n, text=f"{n}. " + "x" * 500) for n in range(400)])
TABLE = made_files.parquet(
    text=[f"{n}. Text." for n in range(50)], published=[made.DAY] * 50
)
PAGES = made.warc(
    [("https://example.org/1", "text/html", made_files.page(made_files.TEXT))],
    compressed=True,
)
FILES = {
    "/news/2017/a.jsonl": MANY,
    "/news/2017/b.jsonl.gz": made.packed(MANY, ".gz"),
    "/news/2017/c.jsonl.zst": made.packed(MANY, ".zst"),
    "/news/2018/d.parquet": TABLE,
    "/news/2018/e.warc.gz": PAGES,
    "/news/2018/_SUCCESS": b"",
}


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(resuming, "FIRST_PAUSE_S", 0)
    monkeypatch.setattr(input_files, "BUFFER", 10_000)


def read(parts):
    return [item for part in parts for item in read_part(part)]


def texts(items):
    return [one.text for one in items if isinstance(one, Article)]


def on_disk(folder, path):
    file = folder / Path(path).name
    file.write_bytes(FILES[path])
    return read(find_parts([str(file)]))


# Web servers


@pytest.mark.parametrize("path", [path for path in FILES if "." in path])
@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("length", [True, False])
def test_what_a_web_server_has_is_read_as_from_disk(tmp_path, path, ranges, length):
    with serving(FILES, ranges=ranges, length=length) as shelf:
        parts = find_parts([shelf.url + path], part_bytes=30_000)
        items = read(parts)
    if "parquet" in path and not (ranges and length):
        [left] = items
        assert left.why in (
            "its server sends whole files only; download it first",
            "its server does not say how long it is; download it first",
        )
        return
    assert texts(items) == texts(on_disk(tmp_path, path))
    assert (len(parts) > 1) == (path.endswith(".jsonl") and ranges and length)


def test_what_breaks_off_on_the_way_goes_on_where_it_ended(tmp_path):
    long = {"/a.jsonl": MANY * 20}
    faults = [1_500_000, 503, 1_500_000, 500_000, 1]
    with serving(long, faults=faults) as shelf:
        parts = find_parts([f"{shelf.url}/a.jsonl"])
        assert texts(read(parts)) == texts(on_disk(tmp_path, "/news/2017/a.jsonl")) * 20
    asked = [one[2] for one in shelf.asked if one[0] == "GET"]
    assert asked[0] is None
    begins = [int(one.removeprefix("bytes=").rstrip("-")) for one in asked[1:]]
    assert begins[0] > 1_000_000
    assert begins == sorted(begins)
    assert len(begins) == 5


def test_a_server_without_ranges_is_read_again_up_to_where_it_ended(tmp_path):
    path = "/news/2017/b.jsonl.gz"
    with serving(FILES, ranges=False, faults=[2_000, 502]) as shelf:
        assert texts(read(find_parts([shelf.url + path]))) == texts(
            on_disk(tmp_path, path)
        )


def test_a_server_that_never_comes_back_is_no_fault_of_the_file():
    with serving(FILES) as shelf:
        [part] = find_parts([f"{shelf.url}/news/2017/b.jsonl.gz"])
        shelf.faults = [503] * 100
        with pytest.raises(ConnectionError, match="answers with status 503, 5 times"):
            read([part])
        shelf.faults.clear()
        assert len(read([part])) == 400
    with pytest.raises(ConnectionError, match="5 times"):
        read([part])


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "there is no such file"),
        (403, "its server does not let you read it"),
        (410, "its server answers with status 410"),
    ],
)
def test_what_a_server_refuses_is_told_and_not_asked_for_again(status, words):
    with serving(FILES) as shelf:
        [part] = find_parts([f"{shelf.url}/news/2017/b.jsonl.gz"])
        shelf.faults, before = [status], len(shelf.asked)
        assert read([part]) == [LeftOut(where=part.name, why=words)]
        assert sum(one[0] == "GET" for one in shelf.asked[before:]) == 1


def test_an_address_under_which_there_is_nothing_is_told_at_once():
    with serving(FILES) as shelf:
        url = f"{shelf.url}/news/none.jsonl"
        with pytest.raises(ValueError, match=f"{url}: its server does not have it"):
            find_parts([url])
        # No pattern, and no list of what there is: only what was named is asked for.
        with pytest.raises(ValueError, match="does not have it"):
            find_parts([f"{shelf.url}/news/2017/*.jsonl"])
    with pytest.raises(ValueError, match="5 times"):
        find_parts([url])


def test_passwords_and_keys_are_used_and_never_told(caplog):
    caplog.set_level("DEBUG", logger="geo")
    secret = base64.b64encode(b"reader:pass-word").decode()
    with serving(FILES, user=secret) as shelf:
        with pytest.raises(ValueError, match="does not let you read it"):
            find_parts([f"{shelf.url}/news/2017/a.jsonl"])
        url = shelf.url.replace("//", "//reader:pass-word@")
        query = "?file=1&X-Amz-Signature=si-gna-ture&access_token=to-ken"
        parts = find_parts([f"{url}/news/2017/a.jsonl{query}"])
        assert len(texts(read(parts))) == 400
        assert any("si-gna-ture" in asked[1] for asked in shelf.asked)
        shelf.user = "nobody"
        left = read(parts)
    with pytest.raises(ConnectionError) as gone:
        read(parts)
    with pytest.raises(ValueError, match="5 times") as never:
        find_parts([f"{url}/news/2017/a.jsonl{query}"])
    told = f"{parts} {left} {gone.value} {never.value} {caplog.text}"
    assert "file=1&X-Amz-Signature=…&access_token=…" in told
    for word in ("pass-word", "reader", "si-gna-ture", "to-ken", secret):
        assert word not in told.replace("access_token", "")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://u:p@example.org/a.jsonl", "https://example.org/a.jsonl"),
        ("https://example.org/a.jsonl?v=2", "https://example.org/a.jsonl?v=2"),
        ("https://example.org/a?apikey=K&v=2", "https://example.org/a?apikey=…&v=2"),
        ("s3://bucket/a@b/c.jsonl", "s3://bucket/a@b/c.jsonl"),
        ("sftp://me:word@host/a.jsonl", "sftp://host/a.jsonl"),
        ("/data/a@b:c.jsonl", "/data/a@b:c.jsonl"),
    ],
)
def test_addresses_are_told_without_what_opens_them(address, words):
    assert shown(address) == words


def test_two_addresses_that_look_alike_have_two_names():
    with serving(FILES) as shelf:
        url = f"{shelf.url}/news/2017/b.jsonl.gz?token="
        names = [part.name for part in find_parts([f"{url}1", f"{url}2", f"{url}1"])]
    assert len(set(names)) == len(names) == 2


# Buckets, in a process of its own, since Arrow reads the environment once


def in_bucket(shelf, code, keys=KEYS):
    """Run code that reads `s3://`, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BUCKET + code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("AWS_")
            },
            "HOME": "/nonexistent",
            "PYTHONPATH": str(ROOT),
            **settings(shelf, keys),
        },
        timeout=120,
    )
    assert not done.returncode, done.stderr
    return done.stdout.splitlines()


BUCKET = """
from geo.corpus import resuming
from geo.corpus.sources import find_parts, read_part
resuming.FIRST_PAUSE_S = 0
def told(*patterns, **options):
    try:
        parts = find_parts(patterns, **options)
        items = [item for part in parts for item in read_part(part)]
        print(len(parts), sum(hasattr(one, "text") for one in items), *sorted({one.name for one in parts})[:9])
        print(*[one for one in items if not hasattr(one, "text")], sep="\\n")
    except (ValueError, ConnectionError) as error:
        print(type(error).__name__, error)
"""


def test_buckets_are_read_by_path_folder_and_pattern():
    with serving(FILES, user="AWS4-HMAC-SHA256 Credential=AKIDTEST") as shelf:
        out = in_bucket(
            shelf,
            "told('s3://news')\n"
            "told('s3://news/2017/', part_bytes=30_000)\n"
            "told('s3://news/*/*.parquet', 's3://news/2017/a.jsonl')\n"
            "told('s3://news/nothing/')\n"
            "told('s3://other/*.jsonl')\n",
        )
    assert out[0].startswith("5 1250 s3://news/2017/a.jsonl s3://news/2017/b.jsonl.gz")
    assert "s3://news/2018/e.warc.gz, record 1" in out[1]
    assert out[2].split()[1] == "1200"
    assert int(out[2].split()[0]) > 5
    assert out[4].split()[:2] == ["2", "450"]
    assert [line for line in out[6:] if line] == [
        "ValueError s3://news/nothing/: there is no such file",
        "ValueError s3://other/*.jsonl: there is no such file",
    ]
    assert any(asked[2] and asked[1] == "/news/2017/a.jsonl" for asked in shelf.asked)


@pytest.mark.parametrize("keys", [{}, {"AWS_NO_SIGN_REQUEST": "YES"}])
def test_a_bucket_for_everybody_needs_no_keys(keys):
    with serving(FILES) as shelf:
        out = in_bucket(shelf, "told('s3://news/2017/a.jsonl')", keys)
    assert out[0].startswith("1 400 ")


def test_a_bucket_that_refuses_is_told_without_keys():
    with serving(FILES, user="somebody else") as shelf:
        out = in_bucket(shelf, "told('s3://news/2017/*.jsonl')")
    assert out == ["ValueError s3://news/2017/*.jsonl: its bucket says: access denied"]
    # Arrow itself waits four seconds for each connection.
    out = in_bucket(shelf, "resuming.TRIES = 2\ntold('s3://news/2017/*.jsonl')")
    assert out[0].endswith("its bucket says: network connection, 2 times")
    assert not any(word in str(out) for word in KEYS.values())


def test_a_table_in_a_bucket_is_cut_by_its_groups():
    sink = pa.BufferOutputStream()
    table = pa.table(
        {
            "text": [f"{n}. " + "x" * 900 for n in range(90)],
            "published": [made.DAY] * 90,
        }
    )
    pq.write_table(table, sink, row_group_size=30, use_dictionary=False)
    with serving({"/news/a.parquet": sink.getvalue()}) as shelf:
        out = in_bucket(shelf, "told('s3://news/a.parquet', part_bytes=20_000)")
    assert out[0].startswith("3 90 s3://news/a.parquet, rows 0 to 30 ")
