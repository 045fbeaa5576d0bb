"""CSV and Parquet: a row an article, and a wrong row costs only itself."""

import datetime
from datetime import date

import pyarrow as pa
import pytest
from made_files import TEXT, parquet

from extract import parquet_files
from extract.read import Header, Unreadable
from extract.sources import Found, Source, articles_in

DAY = date(2017, 3, 5)


def read(content, name="a.csv", **defaults):
    content = content.encode() if isinstance(content, str) else content
    return list(articles_in(Source(name=name, content=content), Header(**defaults)))


def reasons(found):
    return [str(one) for one in found if isinstance(one, Unreadable)]


def test_every_field_of_a_row_is_taken():
    head = "id,title,publisher,url,published,text,lang,other\n"
    [found] = read(
        head + 'a1,T,P,https://example.org/a,2017-03-05,"One, ""two""",fr,x\n'
    )
    assert found == Found(
        article_id="a1",
        title="T",
        publisher="P",
        url="https://example.org/a",
        published=DAY,
        text='One, "two"',
        lang="fr",
        how={key: f"`{key}`" for key in head.strip().split(",")[:-1]},
        line=2,
    )


def test_other_names_of_columns_are_known_and_the_own_ones_come_first():
    [found] = read(
        "ID;Headline;Source;Date;Body;Content;LINK\n7;T;P;2017-03-05;B;C;u\n"
    )
    assert (found.article_id, found.title, found.publisher) == ("7", "T", "P")
    assert (found.published, found.text, found.url) == (DAY, "B", "u")
    assert found.how["published"] == "`Date`"
    [both] = read("body,text\nnot this,this\n")
    assert both.text == "this"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_told_by_the_first_row(separator, end):
    rows = [["text", "published"], ["A.", "2017-03-05"], ["B.", "2017-03-06"]]
    found = read(end.join(separator.join(row) for row in rows))
    assert [one.text for one in found] == ["A.", "B."]
    assert [one.line for one in found] == [2, 3]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_tables_of_spreadsheets_are_read(encoding):
    [found] = read(
        "text;date\nThe café’s in Homs – taken;2017-03-05\n".encode(encoding)
    )
    assert found.text == "The café’s in Homs – taken"


def test_a_text_keeps_its_lines():
    [found, after] = read('text,id\n"One.\r\n\r\nTwo.\n",1\nThree.,2\n')
    assert (found.text, found.line) == ("One.\r\n\r\nTwo.\n", 2)
    assert (after.text, after.line) == ("Three.", 6)


def test_a_wrong_row_is_told_with_its_line_and_the_others_go_on():
    found = read(
        "id,text,published\n1,A.,2017-03-05\n2,B.\n3,C.,5 March\n4,  ,2017-03-05\n\n"
        '5,"D" x,2017-03-05\n6,E.,2017-03-06\n'
    )
    assert [one.article_id for one in found if isinstance(one, Found)] == ["1", "6"]
    assert reasons(found) == [
        "a.csv, line 3: it has 2 values for 3 columns",
        "a.csv, line 4: '5 March' is not a date; write it as YYYY-MM-DD",
        "a.csv, line 5: there is no text in it",
        "a.csv, line 7: not CSV: ',' expected after '\"'",
    ]


def test_a_quotation_that_never_closes_is_told_where_it_opens():
    found = read('text,id\nA.,1\n"B.,2\nC.,3\n')
    assert reasons(found) == [
        "a.csv, line 3: a quotation mark is opened here and never closed"
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            "a,b\n1,2\n",
            "there is no column with the text; call it one of `text`, `body`",
        ),
        ('"text\n1,2\n', "its first row cannot be read"),
        ("text" + ",x" * 300, "it has 301 columns, more than 200"),
        (b"text\n\x00\n", "this is a binary file"),
        (b"text\n" + "سيطر الجيش".encode("cp1256"), "save it as UTF-8"),
    ],
)
def test_what_is_no_table_of_articles_is_told(content, words):
    [reason] = reasons(read(content))
    assert words in reason


def test_an_article_of_megabytes_is_read():
    [found] = read('text,id\n"' + "The army took Homs. " * 100_000 + '",1\n')
    assert len(found.text) == 2_000_000


def test_rows_of_parquet_are_articles():
    content = parquet(
        Id=[1, 2, None],
        body=[TEXT, "B.", "C."],
        published=[DAY, None, date(2016, 1, 1)],
        source=["W", None, "V"],
        score=[0.5, 0.1, 0.2],
    )
    found = read(content, "a.bin")
    assert [one.article_id for one in found] == ["1", "2", ""]
    assert [one.published for one in found] == [DAY, None, date(2016, 1, 1)]
    assert [one.publisher for one in found] == ["W", "", "V"]
    assert found[0].text == TEXT
    assert found[1].asks == ("published",)


def test_times_categories_and_other_kinds_of_columns_are_read():
    when = datetime.datetime(2017, 3, 5, 23, 30, tzinfo=datetime.UTC)
    content = parquet(
        text=pa.array(["A.", "B."]).dictionary_encode(),
        title=pa.array(["T", "U"], pa.large_string()),
        date=pa.array([when, when], pa.timestamp("us", tz="UTC")),
    )
    found = read(content, "a.parquet")
    assert [(one.text, one.title, one.published) for one in found] == [
        ("A.", "T", DAY),
        ("B.", "U", DAY),
    ]


def test_a_wrong_row_of_parquet_is_told_with_its_number():
    found = read(
        parquet(text=["A.", None, "C."], date=["2017-03-05", "", "soon"]), "a.parquet"
    )
    assert reasons(found) == [
        "a.parquet: row 2: there is no text in it",
        "a.parquet: row 3: 'soon' is not a date; write it as YYYY-MM-DD",
    ]
    wrong = read(parquet(text=["A."], title=[1.5]), "a.parquet")
    assert reasons(wrong) == ["a.parquet: row 1: `title` is not a string: 1.5"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (parquet(foo=["A."]), "there is no column with the text"),
        (parquet(text=[["A."], ["B."]]), "`text` holds lists or records"),
        (parquet(text=[{"a": "A."}]), "`text` holds lists or records"),
        (parquet(text=["A."])[:-20], "a damaged one (ArrowInvalid)"),
        (b"PAR1" + bytes(20) + b"PAR1", "a damaged one (OSError)"),
    ],
)
def test_what_is_no_parquet_file_of_articles_is_told(content, words):
    [reason] = reasons(read(content, "a.parquet"))
    assert words in reason


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(parquet_files, "MAX_UNPACKED", 1_000_000)
    bomb = parquet(text=["\0" * 2_000_000], compression="zstd", use_dictionary=False)
    assert len(bomb) < 5_000
    [reason] = reasons(read(bomb, "a.parquet"))
    assert (
        reason == "a.parquet: unpacked it is more than 1 MB, too large; split it first"
    )


def test_one_text_shared_by_a_million_rows_fills_no_memory(monkeypatch):
    monkeypatch.setattr(parquet_files, "MAX_UNPACKED", 3_000_000)
    rows = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000), ["x" * 1_000_000])
    bomb = parquet(text=rows)
    assert len(bomb) < 100_000
    found = read(bomb, "a.parquet")
    assert len(found) == 4
    assert reasons(found) == [
        "a.parquet: its texts up to row 4 are more than 3 MB; split it"
    ]
