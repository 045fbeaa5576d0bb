"""Inputs of every kind: what becomes an article, and what is said of the rest."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import found as finding
from extract import read
from extract.read import Header, Unreadable, article_id, parse_day, read_articles
from extract.records import Article

TEXT = "The army took Palmyra.\n\nIt lost it again.\n"


@pytest.fixture
def file(tmp_path):
    """Return a function that writes bytes (or text) and reads the articles back."""

    def write_and_read(content, name="report.txt", **header):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_articles(path, defaults=Header(**header)))

    return write_and_read


def reasons(found):
    return [item.reason for item in found if isinstance(item, Unreadable)]


def jsonl(*records):
    return "\n".join(json.dumps(record) for record in records)


def test_a_text_file_is_one_article_to_the_letter(file):
    [article] = file(TEXT, published=date(2017, 3, 5), publisher="Wire", title="T")
    assert article.text == TEXT
    assert article.published == date(2017, 3, 5)
    assert (article.publisher, article.title, article.lang) == ("Wire", "T", "en")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
    ],
)
def test_a_byte_order_mark_is_no_part_of_the_text(file, encoding, mark):
    text = "The army took Za’araya (زعرايا)."
    [article] = file(mark + text.encode(encoding))
    assert article.text == text


def test_line_ends_are_kept_so_that_offsets_fit_the_file(file):
    [article] = file(b"One.\r\n\r\nTwo.\rThree.\n")
    assert article.text == "One.\r\n\r\nTwo.\rThree.\n"


def test_single_western_bytes_are_read_and_said(file, caplog):
    [article] = file("The café’s in Homs – it’s taken".encode("cp1252"))
    assert article.text == "The café’s in Homs – it’s taken"
    assert "report.txt is not UTF-8; it was read as cp1252" in caplog.text


def test_arabic_windows_text_is_read_when_the_language_says_so(file):
    content = "سيطر الجيش على تدمر".encode("cp1256")
    [article] = file(content, lang="ar")
    assert article.text == "سيطر الجيش على تدمر"
    assert "save it as UTF-8" in reasons(file(content))[0]


@pytest.mark.parametrize("content", ["", " \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_said_to_be_empty(file, content):
    assert reasons(file(content)) == ["there is no text in it"]


def test_an_empty_jsonl_file_is_said_to_be_empty(file):
    assert reasons(file("\n \n", "a.jsonl")) == ["the file is empty"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"text \x00 more", "binary"),
        (bytes(range(256)), "binary"),
        (b"\x80\x81\x00\x02" * 50, "binary"),
        (b"abc\x01\x02", "binary"),
        (b"%PDF-1.4 plain letters only", "a PDF file"),
        (b"PK\x03\x04" + bytes(range(200)), "DOCX"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "an image"),
        (b"\n<!DOCTYPE html><title>Palmyra</title>", "no article was found"),
        (b"\xff\xfe\x00", "not valid utf-16-le"),
    ],
)
def test_what_is_no_text_is_refused_by_its_kind(file, content, kind):
    [reason] = reasons(file(content))
    assert kind in reason


def test_a_stray_control_character_does_not_make_a_text_binary(file):
    [article] = file("word \x1b[0m" + "and more text " * 20)
    assert isinstance(article, Article)


def test_a_missing_file_a_folder_and_a_good_one(tmp_path):
    gone = list(read_articles(tmp_path / "gone.txt", defaults=Header()))
    folder = list(read_articles(tmp_path, defaults=Header()))
    assert reasons(gone) == ["no such file or directory"]
    [told] = reasons(folder)
    assert told == f"is a folder; name the files in it, such as {tmp_path}/*.txt"
    assert str(gone[0]) == f"{tmp_path / 'gone.txt'}: no such file or directory"


def test_a_name_that_no_file_can_have_is_said():
    found = read_articles(Path("x" * 5000), defaults=Header())
    assert reasons(found) == ["file name too long"]


def test_a_day_of_publication_may_be_asked_for(tmp_path):
    text, lines = tmp_path / "a.txt", tmp_path / "a.jsonl"
    text.write_text("A.")
    lines.write_text(jsonl({"text": "A.", "published": "2017-03-05"}, {"text": "B."}))
    [fault] = read_articles(text, defaults=Header(), dated=True)
    assert fault.reason == (
        "no day of publication; give it with --published YYYY-MM-DD"
    )
    [good, bad] = read_articles(lines, defaults=Header(), dated=True)
    assert (good.published, bad.line) == (date(2017, 3, 5), 2)
    [good] = read_articles(
        text, defaults=Header(published=date(2017, 3, 5)), dated=True
    )
    assert good.published == date(2017, 3, 5)


def test_every_field_of_a_jsonl_line_is_taken(file):
    record = {
        "id": "a1",
        "title": "T",
        "text": "X took Y.\r\n",
        "published": "2016-05-01T23:30:00+03:00",
        "publisher": "P",
        "url": "https://example.org/a",
        "lang": "fr",
        "other": [1, 2],
    }
    [article] = file(jsonl(record), "a.JSONL", title="not this", lang="en")
    assert article == Article(
        article_id="a1",
        title="T",
        text="X took Y.\r\n",
        published=date(2016, 5, 1),
        publisher="P",
        url="https://example.org/a",
        lang="fr",
    )


def test_the_defaults_fill_what_a_line_leaves_out(file):
    day = date(2017, 1, 2)
    [article] = file(
        jsonl({"text": "A.", "title": None}), "a.jsonl", title="T", published=day
    )
    assert (article.title, article.published) == ("T", day)


def test_a_number_will_do_as_an_id(file):
    [article] = file(jsonl({"id": 7, "text": "A."}), "a.jsonl")
    assert article.article_id == "7"


def test_a_broken_line_in_the_middle_costs_only_itself(file):
    lines = [
        jsonl({"id": "1", "text": "One."}),
        '{"id": "2", "text": "Tw',
        "",
        jsonl({"id": "4", "text": "Four."}),
    ]
    found = file("\r\n".join(lines), "a.jsonl")
    assert [getattr(item, "article_id", None) for item in found] == ["1", None, "4"]
    assert found[1].line == 2
    assert "not JSON: unterminated string" in found[1].reason
    assert str(found[1]).split(": ")[0].endswith("a.jsonl, line 2")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('["text"]', "not a JSON object"),
        ('{"title": "T"}', "there is no text in it"),
        ('{"text": 5}', "`text` is not a string: 5"),
        ('{"text": "A.", "id": true}', "`id` is not a string: true"),
        ('{"text": "A.", "url": {"a": 1}}', "`url` is not a string"),
        ('{"text": "A.", "published": "2017-02-31"}', "'2017-02-31' is not a date"),
        ('{"text": "A.", "published": "yesterday"}', "write it as YYYY-MM-DD"),
        ('{"text": "A.", "published": 20170305}', "`published` is not a string"),
        ('{"text": "\\ud800"}', "characters that are no text"),
        ('{"text": "A.", "title": "\\u0000"}', "characters that are no text"),
        ("[" * 100_000, "nested too deep"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
    ],
)
def test_a_bad_line_is_refused_with_its_fault(file, line, reason):
    line = line if isinstance(line, bytes) else line.encode()
    good = b'{"text": "Good."}'
    found = file(b"\n".join([good, line, good]), "a.jsonl")
    assert [isinstance(item, Article) for item in found] == [True, False, True]
    assert reason in found[1].reason


def test_a_first_line_with_a_byte_order_mark_is_read(file):
    [article] = file(b"\xef\xbb\xbf" + b'{"text": "A."}', "a.jsonl")
    assert article.text == "A."


def test_articles_come_one_at_a_time(tmp_path):
    class Once(io.BytesIO):
        lines = 0

        def readline(self, size=-1):
            Once.lines += 1
            return super().readline(size)

    stdin = Once(jsonl(*({"text": f"{n}."} for n in range(1000))).encode())
    articles = read_articles(Path("-"), defaults=Header(), stdin=stdin)
    assert [next(articles).text, next(articles).text] == ["0.", "1."]
    assert Once.lines <= 3


def test_standard_input_is_text_or_jsonl_by_its_first_line():
    plain = io.BytesIO(b'{"Palmyra" fell}, he said.\n')
    [article] = read_articles(Path("-"), defaults=Header(), stdin=plain)
    assert article.text == '{"Palmyra" fell}, he said.\n'
    lines = io.BytesIO(jsonl({"text": "A."}, {"text": "B."}).encode())
    found = read_articles(Path("-"), defaults=Header(), stdin=lines)
    assert [article.text for article in found] == ["A.", "B."]


def test_what_fails_on_standard_input_says_so():
    [fault] = read_articles(Path("-"), defaults=Header(), stdin=io.BytesIO(b""))
    assert str(fault) == "standard input: there is no text in it"


def test_a_header_between_rules_is_taken_off_the_text(file):
    content = '---\r\nTitle: "A: b"\npublished: 2016-03-28\nother: x\n---\nBody.\n'
    [article] = file(content, "a.md", publisher="P")
    assert article.text == "Body.\n"
    assert (article.title, article.publisher) == ("A: b", "P")
    assert article.published == date(2016, 3, 28)


@pytest.mark.parametrize(
    "content",
    [
        "---\nA rule, then prose.\n---\nMore.",
        "---\ntitle: never closed\nBody",
        "Title: no rules\nBody",
        "---",
        "---\n" + "a: b\n" * 30 + "---\nBody",
    ],
)
def test_what_is_no_header_stays_text(file, content):
    [article] = file(content, "a.md")
    assert article.text == content
    assert article.title == ""


def test_an_impossible_day_in_a_header_is_refused(file):
    assert (
        "'2016-13-01' is not a date"
        in reasons(file("---\npublished: 2016-13-01\n---\nBody.", "a.md"))[0]
    )


def test_a_text_of_ten_megabytes_is_read(file):
    [article] = file("The army took Palmyra. " * 450_000)
    assert len(article.text) > 10_000_000


def test_a_text_over_the_limit_is_refused_and_the_next_line_read(file, monkeypatch):
    monkeypatch.setattr(finding, "MAX_BYTES", 100)
    limit = "longer than 0 MB, the most that one article may have"
    assert reasons(file("x" * 101)) == [limit]
    long, good = jsonl({"text": "x" * 350}), jsonl({"text": "A."})
    found = file("\n".join([good, long, good]), "a.jsonl")
    assert [isinstance(item, Article) for item in found] == [True, False, True]
    assert (found[1].line, found[1].reason) == (2, limit)


def test_the_id_depends_on_what_the_article_says_alone():
    day = date(2017, 3, 5)
    header = Header(title="T", published=day, publisher="P")
    ids = {
        article_id("A.", header),
        article_id("B.", header),
        article_id("A.", Header(title="U", published=day, publisher="P")),
        article_id("A.", Header(title="T", publisher="P")),
        article_id("A.", Header(title="T", published=day)),
    }
    assert len(ids) == 5
    same = Header(title="T", published=day, publisher="P", url="u", lang="fr")
    assert article_id("A.", same) == article_id("A.", header)


def test_the_rule_for_ids_never_changes_silently():
    header = Header(published=date(2017, 3, 5))
    assert article_id("A.", header) == "01cac1b311ab782765fd7d8aa66b6c5e"


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_comes_back_as_written_or_is_refused(text):
    content = text.encode()
    for item in read_articles(Path("-"), defaults=Header(), stdin=io.BytesIO(content)):
        assert isinstance(item, Unreadable) or text.endswith(item.text)


@given(st.binary(max_size=200))
def test_no_bytes_raise(content):
    found = list(read_articles(Path("-"), defaults=Header(), stdin=io.BytesIO(content)))
    assert len(found) >= 1


@given(st.dates())
def test_a_day_is_read_back(day):
    assert parse_day(f" {day.isoformat()} ") == day


@pytest.mark.parametrize("text", ["", "2017", "05/03/2017", "2017-3-5", "2017-02-29"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="is not a date; write it as YYYY-MM-DD"):
        parse_day(text)


def test_a_pasted_text_gets_the_id_its_file_would_get(file):
    header = Header(title="T", published=date(2017, 3, 5))
    pasted = read.article_from_text(TEXT, header)
    assert [pasted] == file(TEXT, title="T", published=date(2017, 3, 5))


def test_the_path_may_be_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("A.")
    [article] = read_articles(Path("a.txt"), defaults=Header())
    assert article.text == "A."
