"""Bytes of any kind: what is found in them, and how it comes to count."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import made_files
import pytest
from conftest import make_placing
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import TEXT
from reading import lexicon_of

from extract.claims import find_claims
from extract.found import CORRECTABLE
from extract.jsonl import claim_record
from extract.read import Header, Unreadable, article_id, read_articles
from extract.sources import Found, Source, article_from, articles_in
from geo.store import open_store

ROOT = Path(__file__).parent.parent
SEED = ROOT.parent / "shared" / "reports" / "seed-report.txt"
KNOWN = {"Palmyra", "Raqqah", "Aleppo", "Manbij", "Damascus"}
DAY = date(2017, 3, 5)
OFFSETS = ("claim_id", "article_id", "char_start", "char_end", "evidence")

MAKERS = {
    "report.html": made_files.page,
    "report.docx": made_files.word_file,
    "report.pdf": lambda text: made_files.pdf(made_files.wrapped(text)),
}


def found_in(content, name="report", **changes):
    source = Source(name=name, content=content, **changes)
    return list(articles_in(source, Header()))


def reason(content, name="report"):
    [fault] = found_in(content, name)
    assert isinstance(fault, Unreadable), fault
    return fault.reason


def told(text):
    """Return what a text claims, without offsets and whatever its line breaks."""
    header = Header(published=DAY)
    article = article_from(Found(text=text, published=header.published))
    claims = find_claims(article, lexicon_of("syria"), lambda names: KNOWN & set(names))
    for claim in claims:
        assert text[claim.char_start : claim.char_end] == claim.sentence
    return [
        claim_record(claim)
        | dict.fromkeys(OFFSETS)
        | {"sentence": claim.sentence.split()}
        for claim in claims
    ]


@pytest.mark.parametrize("name", MAKERS)
def test_a_text_claims_the_same_in_every_format(name):
    [found] = found_in(MAKERS[name](TEXT), name)
    wanted = told(TEXT)
    assert len(wanted) > 4
    assert told(found.text) == wanted


@pytest.mark.skipif(
    not SEED.exists(), reason=f"not checked: there is no shared/{SEED.name} here"
)
@pytest.mark.parametrize("name", MAKERS)
def test_the_first_report_claims_the_same_in_every_format(name):
    text = SEED.read_text(encoding="utf-8")
    [found] = found_in(MAKERS[name](text), name)
    wanted = told(text)
    assert len(wanted) > 6
    assert told(found.text) == wanted


@pytest.mark.parametrize("name", MAKERS)
def test_files_of_every_format_are_read_by_their_path(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(MAKERS[name](TEXT))
    [article] = read_articles(path, defaults=Header(published=DAY), dated=True)
    assert article.published == DAY
    assert article.title == "Army takes Palmyra from Islamic State"
    assert "north-west of Manbij" in article.text
    [undated] = read_articles(path, defaults=Header(), dated=True)
    assert undated.reason.startswith("no day of publication; give it with --published")


@pytest.mark.parametrize("name", MAKERS)
def test_bytes_tell_a_format_whatever_they_are_called(name):
    [found] = found_in(MAKERS[name](TEXT), "report.txt")
    assert found.title == "Army takes Palmyra from Islamic State"


def test_a_media_type_tells_a_fragment_from_text():
    fragment = b"<p>The army took Homs.</p><p>Rain fell.</p>"
    [page] = found_in(fragment, "https://example.org/a?b=c.pdf", media_type="text/html")
    [text] = found_in(fragment, "a")
    assert page.text == "The army took Homs.\nRain fell."
    assert text.text == fragment.decode()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "there is no text in it"),
        (b" \r\n", "a.html", "there is no text in it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.html", "this is an image"),
        (b"RIFF\1\2\3\4WEBPVP8 " + bytes(50), "a.docx", "this is an image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a.pdf", "this is an image"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "a.docx", "one with a password"),
        (b"{\\rtf1 The army took Homs.}", "a.docx", "an RTF file"),
        (b"The army took Homs.", "a.pdf", "this is not a PDF file, whatever its name"),
        (b"The army took Homs.", "a.docx", "this is not a Word file"),
        (b"The army took Homs.", "a.parquet", "this is not a Parquet file"),
        (b"The army\0 took Homs.", "a.txt", "this is a binary file"),
        (b"<html><p>Homs\0 fell.", "a.html", "this is a binary file"),
        (bytes(range(256)) * 40, "a.html", "this is a binary file"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(content, name, words):
    assert words in reason(content, name)


def test_what_is_too_long_is_not_looked_into():
    assert reason(b"<html>" + b"<div>" * 10_000_000, "a.html") == (
        "longer than 50 MB, the most that one article may have"
    )


@settings(max_examples=150)
@given(
    st.sampled_from([*MAKERS, "a.csv", "a.jsonl", "a.parquet", "a.txt", "a"]),
    st.binary(max_size=300),
)
def test_no_bytes_raise(name, content):
    for start in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"PAR1", b"<html>", b"text,id\n"):
        for one in found_in(start + content, name):
            assert isinstance(one, Found | Unreadable)


WHOLE = {name: make(TEXT) for name, make in MAKERS.items()}
WHOLE["a.csv"] = b'text,published\n"One; two",2017-03-05\nThree,2017-03-06\n'
WHOLE["a.jsonl"] = b'{"text": "A.", "id": 1}\n{"text": "B."}\n'
WHOLE["a.parquet"] = made_files.parquet(text=[TEXT, "B."], published=[DAY, None])


@settings(max_examples=300)
@given(st.data())
def test_no_damage_raises(data):
    name = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        gone = data.draw(st.sampled_from([0, 1, 1, 1, 40]))
        content[at : at + gone] = data.draw(st.binary(max_size=12))
    for one in found_in(bytes(content), name):
        assert isinstance(one, Found | Unreadable)
        if isinstance(one, Found):
            assert article_from(one, {"published": "2017-03-05"}).text == one.text


def test_what_was_found_counts_once_its_day_is_given():
    [found] = found_in(TEXT.encode())
    assert found.asks == ("published",)
    with pytest.raises(ValueError, match="no day of publication"):
        article_from(found)
    article = article_from(found, {"published": "2017-03-05", "publisher": " Wire "})
    assert (article.published, article.publisher) == (DAY, "Wire")
    header = Header(published=DAY, publisher="Wire")
    assert article.article_id == article_id(TEXT, header)
    assert article_from(found, dated=False).published is None


def test_a_correction_counts_before_what_was_found():
    [found] = found_in(b"---\ntitle: Wrong\npublished: 2016-01-01\nid: a7\n---\nText.")
    assert found.how == {
        "title": "header",
        "published": "header",
        "id": "header",
        "lang": "assumed",
    }
    corrected = article_from(
        found, {"title": "", "published": "2017-03-05", "lang": "ar"}
    )
    assert (corrected.title, corrected.published) == ("", DAY)
    assert (corrected.article_id, corrected.lang) == ("a7", "ar")
    assert article_from(found, {"published": "", "lang": " "}).lang == "en"
    assert article_from(found).published == date(2016, 1, 1)


@pytest.mark.parametrize(
    ("corrections", "words"),
    [
        ({"text": "Another."}, "'text' cannot be corrected; these can: id, lang"),
        ({"day": "2017-03-05"}, "'day' cannot be corrected"),
        ({"published": "5 March"}, "'5 March' is not a date"),
        ({"title": "a\0b"}, "`title` holds characters that are no text"),
        ({"publisher": "\ud800"}, "`publisher` holds characters that are no text"),
    ],
)
def test_a_wrong_correction_is_told(corrections, words):
    [found] = found_in(TEXT.encode())
    with pytest.raises(ValueError, match=words.replace("(", "\\(")):
        article_from(found, {"published": "2017-03-05", **corrections})
    assert "text" not in CORRECTABLE


def test_defaults_hold_where_the_source_says_nothing():
    source = Source(name="a", content=b"---\ntitle: T\n---\nText.")
    defaults = Header(title="Not this", published=DAY, publisher="P", lang="fr")
    [found] = articles_in(source, defaults)
    assert (found.title, found.publisher, found.published) == ("T", "P", DAY)
    assert found.asks == ()
    assert found.how == {
        "title": "header",
        "published": "option",
        "publisher": "option",
        "lang": "option",
    }


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"The army\x1b[0m took\x0c Homs\x1a \x7f." + b" Rain." * 99, "a.txt"),
        ("Homs fell \u202eback\u202c.\u2028\ufffe 😀".encode(), "a.txt"),
        (b'{"text": "Homs\\u0001 fell.\\ud83d\\ude00"}', "a.jsonl"),
        (b"<p>Homs&#1; fell&#x85; on &#xFFFE; Friday.</p>", "a.html"),
        (made_files.pdf([["Homs \x19fell."]]), "a.pdf"),
    ],
)
def test_what_is_found_can_be_stored_to_the_letter(tmp_path, content, name):
    [found] = found_in(content, name)
    article = article_from(found, {"published": "2017-03-05"})
    with open_store(tmp_path / "store.sqlite") as store:
        placing = make_placing({}, article_id=article.article_id)
        assert store.add(article, [], placing, now=datetime.now(UTC))
        assert store.article(article.article_id) == article


def test_plain_text_is_read_without_the_readers_of_other_formats():
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from extract.read import Header, read_articles\n"
        "[article] = read_articles(Path(sys.argv[1]), defaults=Header())\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "README.md")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    heavy = {"trafilatura", "htmldate", "lxml", "pypdf", "docx", "pyarrow", "pandas"}
    assert not heavy & set(done.stdout.split())
