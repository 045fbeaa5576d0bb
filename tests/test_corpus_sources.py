"""What a corpus is read from: what is found, how it is cut, what is read, what is told."""

import os
import pickle
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import made_corpora as made
import made_files
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import found as finding
from extract import parquet_files
from extract.found import Header, Source, Unreadable
from extract.records import Article
from geo.corpus import unpacking
from geo.corpus.parts import LeftOut
from geo.corpus.sources import NO_DAY, find_parts, read_part
from geo.taking import found_in, retrieved

NOW = datetime(2026, 11, 27, tzinfo=UTC)
DATED = '<meta property="article:published_time" content="2017-03-05">'
PAGE = made_files.page(made_files.TEXT, head=DATED)
URL = "https://example.org/news/1"


def ingested(content, name, defaults=None, **told):
    """Return what `tideline ingest` takes of a source, and why not the rest.

    It tells of an option for the day of publication, which a corpus does not have.
    """
    source = Source(name=name, content=content, **told)
    items = []
    for found in found_in(source, defaults or Header()):
        try:
            items.append(
                found.reason
                if isinstance(found, Unreadable)
                else retrieved(found, source, NOW).article
            )
        except ValueError as error:
            items.append(str(error).replace(finding.NO_DAY, NO_DAY))
    return items


def plain(items):
    return [one.why if isinstance(one, LeftOut) else one for one in items]


def read(path, part_bytes=16_000_000, **options):
    parts = find_parts([str(path)], part_bytes=part_bytes)
    return [item for part in parts for item in read_part(part, **options)]


def articles(items):
    return [one for one in items if isinstance(one, Article)]


def left_out(items):
    return [
        (one.where.rpartition("/")[2], one.why)
        for one in items
        if isinstance(one, LeftOut)
    ]


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


# The same articles as ingest


ODD = [
    made.row(0),
    made.row(1, id=17, publisher="Wire", lang="ar"),
    {"body": "Rebels took Homs.", "date": "2017-03-04T23:00:00Z", "headline": "H"},
    made.row(2, published=None),
    made.row(3, published="soon"),
    made.row(4, text=7),
    made.row(5, title="a\0b"),
    made.row(6, text="  "),
    ["no", "object"],
]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_lines_are_read_as_ingest_reads_them(tmp_path, suffix):
    content = made.lines(ODD)
    defaults = Header(publisher="Daily Example")
    path = written(
        tmp_path,
        f"a.jsonl{suffix}",
        made.packed(content, suffix) if suffix else content,
    )
    mine = read(path, defaults=defaults)
    assert plain(mine) == ingested(content, "a.jsonl", defaults)
    assert len(articles(mine)) == 3
    assert mine[0].publisher == "Daily Example"
    assert mine[0].article_id.startswith("01")


def test_rows_are_read_as_ingest_reads_them(tmp_path):
    content = made_files.parquet(
        Id=[1, 2, 3], body=["A.", "B.", None], published=[made.DAY, None, made.DAY]
    )
    mine = read(written(tmp_path, "a.parquet", content))
    theirs = ingested(content, "a.parquet")
    assert articles(mine) == articles(theirs)
    assert len(articles(mine)) == 1
    assert left_out(mine) == [
        (
            "a.parquet, row 2",
            "no day of publication; lines and tables give it as `published`, YYYY-MM-DD",
        ),
        ("a.parquet, row 3", "there is no text in it"),
    ]


@pytest.mark.parametrize("compressed", [False, True])
def test_pages_are_read_as_ingest_reads_them(tmp_path, compressed):
    pages = [
        (URL, "text/html; charset=utf-8", PAGE),
        (f"{URL}/2", "text/html", made_files.page(made_files.TEXT)),
        (
            f"{URL}/3",
            "text/html; charset=windows-1252",
            made_files.page(
                made_files.TEXT, head=DATED, charset="cp1252", declared="windows-1252"
            ),
        ),
        (f"{URL}/4", "text/html", b"<html><p>\0\0</p></html>"),
    ]
    content = made.warc(pages, compressed=compressed)
    suffix = ".warc.gz" if compressed else ".warc"
    mine = read(written(tmp_path, f"a{suffix}", content))
    theirs = [
        item
        for url, kind, page in pages
        for item in ingested(page, url, media_type=kind, url=url)
    ]
    assert articles(mine) == articles(theirs)
    assert [one.url for one in articles(mine)] == [URL, f"{URL}/3"]
    assert left_out(mine) == [
        (f"a{suffix}, record 2", f"{theirs[1]}"),
        (f"a{suffix}, record 4", f"{theirs[3]} ({URL}/4)"),
    ]


# How inputs are cut


lines_of_any_kind = st.lists(
    st.sampled_from(
        [
            *(made.lines([made.row(n)]) for n in range(3)),
            made.lines([made.row(4, text="Üñ" * 40)]),
            *(
                b"\n",
                b"  \r\n",
                b"{broken\n",
                b"\xff\xfe\n",
                b"[1]\r\n",
                b"\xef\xbb\xbf\n",
            ),
            b"\xef\xbb\xbf" + made.lines([made.row(5)]),
            b'{"text": "A.", "text": "B.", "published": "2017-03-05"}\n',
        ]
    ),
    max_size=12,
)


@settings(max_examples=80)
@given(lines_of_any_kind, st.booleans(), st.integers(1, 400))
def test_wherever_lines_are_cut_the_same_is_read(tmp_path_factory, many, ends, size):
    content = b"".join(many)
    content = content if ends else content[:-1]
    path = written(tmp_path_factory.mktemp("cut"), "a.jsonl", content or b"{")
    whole = read(path)
    assert read(path, part_bytes=size) == whole


@settings(max_examples=60)
@given(lines_of_any_kind.filter(bool), st.data())
def test_a_part_can_be_cut_again_anywhere(tmp_path_factory, many, data):
    path = written(tmp_path_factory.mktemp("cut"), "a.jsonl", b"".join(many) + b"{}\n")
    size = path.stat().st_size
    cuts = data.draw(st.lists(st.integers(1, size), max_size=4, unique=True))
    [part] = find_parts([str(path)])
    again = [
        item
        for start, end in pairwise(sorted({0, size, *cuts}))
        for item in read_part(replace(part, start=start, end=end))
    ]
    assert again == list(read_part(part))


def test_a_broken_line_is_told_with_its_byte_as_tail_counts(tmp_path):
    content = made.lines([made.row(0)]) + b"{broken\n" + made.lines([made.row(1)])
    path = written(tmp_path, "a.jsonl", content)
    [(where, why)] = left_out(read(path, part_bytes=40))
    assert why.startswith("not JSON: ")
    byte = int(where.rpartition(" byte ")[2])
    assert content[byte - 1 :].splitlines()[0] == b"{broken"
    packed = written(tmp_path, "a.jsonl.gz", made.packed(content, ".gz"))
    assert left_out(read(packed)) == [("a.jsonl.gz, line 2", why)]


def test_a_line_as_long_as_a_file_costs_itself_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "MAX_BYTES", 5_000)
    content = made.lines([made.row(0), made.row(1, text="x" * 3_000_000), made.row(2)])
    for name, part_bytes in (
        ("a.jsonl", 10**9),
        ("a.jsonl", 100_000),
        ("a.jsonl.gz", 1),
    ):
        path = written(
            tmp_path, name, made.packed(content, ".gz") if "gz" in name else content
        )
        items = read(path, part_bytes=part_bytes)
        assert [one.title for one in articles(items)] == ["Report 0", "Report 2"]
        [(_, why)] = left_out(items)
        assert why.startswith("longer than")


def test_tables_are_cut_by_their_groups_of_rows(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "text": [f"{n}. " + "x" * 1000 for n in range(100)],
            "published": [made.DAY] * 100,
        }
    )
    pq.write_table(table, path, row_group_size=10, use_dictionary=False)
    parts = find_parts([str(path)], part_bytes=25_000)
    assert [(part.start, part.end) for part in parts] == [
        (0, 30),
        (30, 60),
        (60, 90),
        (90, 100),
    ]
    whole = read(path)
    assert [item for part in parts for item in read_part(part)] == whole
    assert len(whole) == 100
    part = replace(find_parts([str(path)])[0], start=25, end=31)
    assert list(read_part(part)) == whole[25:31]


def test_parts_are_the_same_each_time_and_fit_to_be_sent(tmp_path):
    for n in range(12):
        written(tmp_path, f"{n}.jsonl", made.lines([made.row(n)] * 9))
    parts = find_parts([str(tmp_path)], part_bytes=300)
    assert parts == find_parts([str(tmp_path)], part_bytes=300)
    assert parts == find_parts([f"{tmp_path}/*.jsonl", str(tmp_path)], part_bytes=300)
    assert pickle.loads(pickle.dumps(parts)) == parts  # noqa: S301 - our own
    assert len({part.name for part in parts}) == len(parts) > 12
    assert sum(part.size for part in parts) == sum(
        p.stat().st_size for p in tmp_path.iterdir()
    )
    before = parts[0].version
    written(tmp_path, "0.jsonl", made.lines([made.row(0, title="Another")] * 9))
    assert find_parts([str(tmp_path)])[0].version != before


# What is broken


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_of_a_file_that_is_cut_off_the_beginning_stays(tmp_path, suffix):
    rows = [
        made.row(n, text=f"The army took {zlib.crc32(b'%d' % n):x}.")
        for n in range(20_000)
    ]
    content = made.packed(made.lines(rows), suffix)
    whole = read(written(tmp_path, f"a.jsonl{suffix}", content))
    assert len(whole) == len(articles(whole)) == 20_000
    half = read(written(tmp_path, f"b.jsonl{suffix}", content[: len(content) // 2]))
    kept = articles(half)
    assert kept == whole[: len(kept)]
    assert 5_000 < len(kept) < 15_000
    assert left_out(half)[-1] == (
        f"b.jsonl{suffix}",
        "the rest is not read: the file is cut off",
    )


def test_what_unpacks_without_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MIN_BOUND", 500_000)
    rows = made.lines([made.row(0)]) + b" " * 5_000_000
    path = written(tmp_path, "a.jsonl.gz", made.packed(rows, ".gz"))
    items = read(path)
    assert len(articles(items)) == 1
    assert (
        left_out(items)[-1][1] == "the rest is not read: over 100 times its packed size"
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.jsonl.gz",
            b"no gzip at all, in no way",
            "damaged, or not packed as its name says",
        ),
        (
            "a.jsonl.zst",
            b"no zstd at all, in no way",
            "damaged, or not packed as its name says",
        ),
        (
            "a.parquet",
            b"PAR1 and nothing PAR1",
            "this is a Parquet file, but a damaged one",
        ),
        ("a.parquet", b"", "this is a Parquet file, but a damaged one"),
        (
            "a.parquet",
            made_files.parquet(foo=["A."]),
            "there is no column with the text",
        ),
        ("a.parquet", made_files.parquet(text=[["A."]]), "holds lists or records"),
        ("a.warc", b"GIF89a\n" * 100, "not a record of WARC"),
        ("a.jsonl", b"", "the file is empty"),
        ("a.pdf", b"%PDF-", "not read here; it is none of .jsonl, "),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_costs_no_other(
    tmp_path, name, content, words
):
    written(tmp_path, name, content)
    written(tmp_path, "z.jsonl", made.lines([made.row(0)]))
    items = read(tmp_path)
    assert len(articles(items)) == 1
    [(where, why)] = left_out(items)
    assert where.partition(",")[0] == name
    assert words in why


def test_a_damaged_group_of_rows_costs_no_other(tmp_path):
    path = tmp_path / "a.parquet"
    rows = [
        f"{n} " + "".join(f"{zlib.crc32(b'%d %d' % (n, m)):x} " for m in range(50))
        for n in range(60)
    ]
    table = pa.table({"text": rows, "published": [made.DAY] * 60})
    pq.write_table(
        table, path, row_group_size=20, use_dictionary=False, compression="zstd"
    )
    content = bytearray(path.read_bytes())
    chunk = pq.ParquetFile(path).metadata.row_group(1).column(0)
    at = chunk.data_page_offset
    content[at + 40 : at + chunk.total_compressed_size] = os.urandom(
        chunk.total_compressed_size - 40
    )
    path.write_bytes(content)
    items = read(path)
    assert [one.text for one in articles(items)] == rows[:20] + rows[40:]
    [(where, why)] = left_out(items)
    assert where == "a.parquet"
    assert why.startswith("rows 21 to 40: this is a Parquet file, but a damaged one")


def test_one_text_shared_by_a_million_rows_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_files, "MAX_UNPACKED", 3_000_000)
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000), ["x" * 1_000_000])
    days = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000), [made.DAY])
    path = written(
        tmp_path, "a.parquet", made_files.parquet(text=texts, published=days)
    )
    monkeypatch.setattr(parquet_files, "MAX_RATIO", 1)
    items = read(path)
    assert len(articles(items)) == 3
    assert left_out(items) == [
        ("a.parquet", "rows 4 to 1000000: their texts unpack to more than 3 MB")
    ]


def chunked(content):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)


def test_pages_are_unpacked_as_their_server_packed_them(tmp_path):
    packed = made.packed(PAGE, ".gz")
    gzipped, pieces = ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")
    deflate = ("Content-Encoding", "deflate")
    content = made.warc(
        [
            (f"{URL}?1", "text/html", packed, {"http": [gzipped]}),
            (f"{URL}?2", "text/html", chunked(packed), {"http": [gzipped, pieces]}),
            (f"{URL}?3", "text/html", PAGE, {"http": [gzipped, pieces]}),
            (f"{URL}?4", "text/html", zlib.compress(PAGE), {"http": [deflate]}),
            (f"{URL}?5", "text/html", zlib.compress(PAGE)[2:-4], {"http": [deflate]}),
            (f"{URL}?6", "text/html", packed[:-20], {"http": [gzipped]}),
            (
                f"{URL}?7",
                "text/html",
                PAGE[:900],
                {"warc": {"WARC-Truncated": "length"}},
            ),
            (
                f"{URL}?8",
                "text/html",
                made.packed(b"a" * 60_000_000, ".gz"),
                {"http": [gzipped]},
            ),
        ]
    )
    items = read(written(tmp_path, "a.warc", content))
    assert [one.url for one in articles(items)] == [f"{URL}?{n}" for n in range(1, 6)]
    assert len({one.text for one in articles(items)}) == 1
    cut = "its page was cut off when it was fetched"
    assert [why for _, why in left_out(items)] == [
        cut,
        cut,
        "longer than 50 MB, the most that one article may have",
    ]


def test_what_is_no_page_is_counted_in_one_line(tmp_path):
    content = made.warc(
        [
            *[(f"{URL}/{n}.png", "image/png", b"\x89PNG") for n in range(7)],
            (URL, "text/html", PAGE),
            (f"{URL}/gone", "text/html", b"gone", {"status": "404 Not Found"}),
            (f"{URL}/ask", "text/html", b"", {"type": "request"}),
        ]
    )
    items = read(written(tmp_path, "a.warc", content))
    assert len(articles(items)) == 1
    assert left_out(items) == [
        (
            "a.warc",
            "no pages, and not read: 7 image/png, 1 answers with status 404, 1 request records",
        )
    ]


LENGTH = re.compile(rb"Content-Length: \d+")


def records_of(pages):
    return [
        made.warc([(f"{URL}/{n}", "text/html", page)]) for n, page in enumerate(pages)
    ]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            lambda one: LENGTH.sub(b"Content-Length: %d" % (len(one) - 250), one),
            "it is not as long as it says",
        ),
        (
            lambda one: one.replace(b"Content-Length: ", b"Content-Length: 9999999"),
            "the file ends in the middle of it",
        ),
        (lambda one: one[:-900], "it is not as long as it says"),
        (lambda one: one[:120] + b"\n", "its head does not end where it should"),
        (lambda one: LENGTH.sub(b"X: Y", one), "it does not say how long it is"),
        (lambda one: b"X" + one, "not a record of WARC"),
        (
            lambda one: one.replace(
                b"WARC-Type", b"X-Long: " + b"x" * 1_100_000 + b"\r\nWARC-Type"
            ),
            "its head does not end where it should",
        ),
    ],
)
def test_after_a_broken_record_the_next_is_read(tmp_path, damage, words):
    first, second, third, last = records_of([PAGE] * 4)
    content = first + damage(second) + third + last
    items = read(written(tmp_path, "a.warc", content))
    urls = [one.url for one in articles(items)]
    assert urls[0] == f"{URL}/0"
    if "ends in" not in words:
        assert urls[-1] == f"{URL}/3"
    assert f"{URL}/1" not in urls
    assert any(words in why for _, why in left_out(items))


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_of_pages_that_are_cut_off_none_is_half(tmp_path, keep):
    whole = b"".join(records_of([PAGE] * 4))
    for name, content in (
        ("a.warc", whole),
        ("a.warc.gz", made.packed(whole, ".gz")),
    ):
        items = read(written(tmp_path, name, content[: int(len(content) * keep)]))
        assert {one.text for one in articles(items)} <= {
            articles(read(written(tmp_path, "b.warc", whole)))[0].text
        }
        assert left_out(items)


WHOLE = {
    "a.jsonl": made.lines(ODD),
    "a.jsonl.gz": made.packed(made.lines(ODD), ".gz"),
    "a.jsonl.zst": made.packed(made.lines(ODD), ".zst"),
    "a.parquet": made_files.parquet(text=["A.", "B."], published=[made.DAY, None]),
    "a.warc": made.warc([(URL, "text/html", PAGE), (URL, "image/png", b"\x89PNG")]),
    "a.warc.gz": made.warc([(URL, "text/html", PAGE)], compressed=True),
}


@settings(max_examples=200)
@given(st.data())
def test_no_damage_raises(tmp_path_factory, data):
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        gone = data.draw(st.sampled_from([0, 1, 1, 40, 2000]))
        content[at : at + gone] = data.draw(st.binary(max_size=12))
    path = written(tmp_path_factory.mktemp("fuzz"), name, content)
    for item in read(path, part_bytes=data.draw(st.sampled_from([50, 10**8]))):
        assert isinstance(item, Article | LeftOut)


# What is found on disk


def names(*patterns):
    return [os.path.basename(part.name) for part in find_parts(patterns)]


def test_folders_patterns_and_odd_names_are_found(tmp_path, monkeypatch):
    one = made.lines([made.row(0)])
    inner = tmp_path / "2017" / "03"
    inner.mkdir(parents=True)
    for folder in (tmp_path, inner):
        for name in ("b.jsonl", "a.ndjson", "_SUCCESS", ".a.jsonl.crc", "[x].jsonl"):
            written(folder, name, one)
    (inner / "loop").symlink_to(tmp_path)
    os.mkfifo(inner / "pipe.jsonl")
    assert sorted(names(str(tmp_path))) == sorted(
        ["[x].jsonl", "a.ndjson", "b.jsonl"] * 2
    )
    assert names(f"{tmp_path}/*.jsonl") == ["[x].jsonl", "b.jsonl"]
    assert names(f"{tmp_path}/[x].jsonl") == ["[x].jsonl"]
    assert len(names(f"{tmp_path}/**/*.jsonl")) == 4
    monkeypatch.chdir(tmp_path)
    [part] = find_parts(["b.jsonl"])
    assert part.name == "b.jsonl"
    assert os.path.isabs(part.address)


def test_a_name_that_is_no_text_is_written_out(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff.jsonl"
    with open(path, "wb") as file:
        file.write(made.lines([made.row(0)]))
    [part] = find_parts([str(tmp_path)])
    assert part.name.endswith(r"\xff.jsonl")
    assert len(list(read_part(part))) == 1


@pytest.mark.parametrize("name", ["nothing", "*.jsonl", "a/b/c.parquet", "empty"])
def test_a_pattern_that_fits_nothing_is_told(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        ValueError, match=f"{name.replace('*', '.')}: there is no such file"
    ):
        find_parts([str(tmp_path / name)])


def test_a_file_that_is_gone_or_closed_to_us_is_told(tmp_path):
    path = written(tmp_path, "a.jsonl", made.lines([made.row(0)]))
    [part] = find_parts([str(path)])
    path.unlink()
    assert list(read_part(part)) == [
        LeftOut(where=str(path), why="there is no such file")
    ]


def test_other_file_systems_are_those_of_fsspec(tmp_path):
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/news/a/1.jsonl", made.lines([made.row(0)]))
    memory.pipe("/news/a/_SUCCESS", b"")
    memory.pipe(
        "/news/b/2.parquet", made_files.parquet(text=["A."], published=[made.DAY])
    )
    for pattern in ("memory://news", "memory://news/**/*.*"):
        parts = [part for part in find_parts([pattern]) if "_SUCC" not in part.name]
        assert len(parts) == 2
        assert len(articles(item for part in parts for item in read_part(part))) == 2
    with pytest.raises(ValueError, match="Protocol not known"):
        find_parts(["nowhere://news"])
    memory.rm("/news", recursive=True)


def test_an_address_is_not_shown_by_a_part(tmp_path):
    [part] = find_parts([str(written(tmp_path, "a.jsonl", b"{}\n"))])
    assert "address=" not in repr(part)


def test_the_reading_of_a_stream_is_lazy(tmp_path):
    """Of what is long only what is asked for is in memory."""
    path = written(
        tmp_path, "a.jsonl.gz", made.packed(made.lines([made.row(0)] * 50_000), ".gz")
    )
    [part] = find_parts([str(path)])
    items = read_part(part)
    assert isinstance(next(items), Article)
    items.close()
