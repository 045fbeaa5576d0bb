"""PDF files: paragraphs out of printed lines, and files made to break their reader."""

import io

import made_files
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import TEXT, pdf, stream, wrapped, written
from pypdf import PdfWriter

from extract import pdf as reading
from extract.read import Header, Unreadable
from extract.sources import Found, Source, articles_in
from extract.wrapped import unwrapped, with_gaps

PROSE = "\n".join(made_files.paragraphs_of(TEXT))
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def read(content):
    [found] = articles_in(Source(name="a.pdf", content=content), Header())
    return found


def locked(password, algorithm="AES-256"):
    writer = PdfWriter(clone_from=io.BytesIO(pdf(wrapped(TEXT))))
    writer.encrypt(password, algorithm=algorithm)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(("width", "lines"), [(80, 40), (45, 40), (70, 5), (100, 3)])
def test_lines_become_the_paragraphs_they_were(width, lines):
    assert read(pdf(wrapped(TEXT, width, lines))).text == PROSE


def test_headers_footers_and_page_numbers_are_left_out():
    pages = wrapped(TEXT, 70, 6)
    with_edges = [
        ["Daily Example", f"Sunday, 5 March 2017 - page {n}", "", *page, "", str(n)]
        for n, page in enumerate(pages, 1)
    ]
    assert len(pages) > 2
    assert read(pdf(with_edges)).text == PROSE


def test_a_sentence_goes_on_over_a_page_with_a_footer():
    pages = [
        ["Head", "", "The army of the north took the town of", "", "1"],
        ["Head", "", "Homs on Friday, and went on to the next.", "", "2"],
    ]
    assert unwrapped(pages) == (
        "The army of the north took the town of Homs on Friday, and went on to the next."
    )


def test_a_line_that_only_one_page_has_is_no_header():
    pages = [["The army took Homs."], ["It lost all Idlib."], ["It rained in Azaz."]]
    assert (
        unwrapped(pages) == "The army took Homs. It lost all Idlib. It rained in Azaz."
    )


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["The army has recap-", "tured the town of Homs."],
            "The army has recaptured the town of Homs.",
        ),
        (
            ["It was taken from al-", "Nusra on 5 March 2017."],
            "It was taken from al-Nusra on 5 March 2017.",
        ),
        (
            ["A so-called state. So-", "called or not, it holds."],
            "A so-called state. So-called or not, it holds.",
        ),
        (
            ["The north\u00ad", "ern town of Azaz is held."],
            "The northern town of Azaz is held.",
        ),
        (
            ["The 55-", "year-old army of Homs is lost."],
            "The 55-year-old army of Homs is lost.",
        ),
        (
            ["From 2011-", "2017 they held the whole town."],
            "From 2011-2017 they held the whole town.",
        ),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_mended(lines, text):
    assert unwrapped([lines]) == text


def test_bullets_and_short_lines_begin_paragraphs():
    lines = [
        "Who holds what",
        "The army took the town of Homs from rebels on Friday, and",
        "holds it.",
        "• Rebels took Azaz, a town in the north of the country, and",
        "they hold it.",
        "• The army left Idlib.",
    ]
    assert unwrapped([lines]).splitlines() == [
        "Who holds what",
        "The army took the town of Homs from rebels on Friday, and holds it.",
        "• Rebels took Azaz, a town in the north of the country, and they hold it.",
        "• The army left Idlib.",
    ]


@given(st.lists(st.lists(st.text(max_size=30), max_size=8), max_size=5))
def test_no_letter_is_lost_between_the_edges(pages):
    middle = [["x y"] * 3 + page + ["x y"] * 3 for page in pages]
    wanted = {
        char for page in pages for line in page for char in line if char.isalpha()
    }
    assert wanted <= set(unwrapped(middle))


def test_room_between_lines_parts_paragraphs():
    page = [("One", 700.0), ("goes on.", 686.0), ("Two", 660.0), ("too.", 646.0)]
    assert with_gaps([page]) == [["One", "goes on.", "", "Two", "too."]]


def test_room_within_a_sentence_parts_nothing():
    page = [("The army of", 700.0), ("the north is", 680.0), ("there.", 666.0)]
    assert with_gaps([page]) == [["The army of", "the north is", "there."]]


def test_metadata_are_hints_and_no_day_of_publication():
    found = read(
        pdf(wrapped(TEXT), info="/Title(Palmyra falls)/CreationDate(D:20170306)")
    )
    assert (found.title, found.how["title"]) == ("Palmyra falls", "PDF metadata")
    assert (found.published, found.asks) == (None, ("published",))
    assert found.notes == (
        "the file was made on 2017-03-06, which need not be the day of publication",
    )
    other = read(pdf(wrapped(TEXT), info="/Title(Microsoft Word - draft3.doc)"))
    assert other.title == "Army takes Palmyra from Islamic State"
    assert (other.how["title"], other.notes) == ("first line", ())


def test_a_page_without_text_is_told():
    found = read(pdf([["The army took Homs."], [], ["It holds it."]]))
    assert found.notes == ("there is no text on page 2: a picture, or damaged",)
    assert read(pdf([[], []])).reason == (
        "there is no text in it, only pictures; save its text first"
    )


def test_a_file_of_500_pages_is_refused():
    assert read(pdf([["The army took Homs."]] * 500)).reason == (
        "it has 500 pages, more than the 200 that are read; split it first"
    )


def test_a_text_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_TEXT", 100)
    assert "longer than 100 characters" in read(pdf(wrapped(TEXT))).reason


def test_a_password_is_asked_for_only_where_there_is_one():
    assert read(locked("secret")).reason == (
        "this PDF file has a password; save it without one first"
    )
    assert read(locked("")).text == PROSE
    assert read(locked("", "RC4-128")).text == PROSE


FORM = b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 5 0 R>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"


@pytest.mark.parametrize(
    "content",
    [
        written([CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]),
        written(
            [CATALOG, ONE_PAGE, PAGE, stream(b"/X Do"), stream(b"/X Do " * 9, FORM)]
        ),
        written([CATALOG, ONE_PAGE, b"<</Type/Page/Parent 3 0 R/Contents 3 0 R>>"]),
        written([CATALOG, ONE_PAGE, PAGE, stream(b"q Q " * 40_000)]),
        written([CATALOG, ONE_PAGE, PAGE, stream(b"(x) Tj " * 5_000_000)]),
        written([CATALOG, ONE_PAGE, PAGE, stream(b"[" * 100_000)]),
        written([CATALOG, b"<</Type/Pages/Kids" + b"[" * 50_000 + b"/Count 1>>"]),
        written([CATALOG, b"<</Type/Pages/Kids[]/Count 1000000000>>"]),
        written([b"1 0 R", b"2 0 R"]),
        b"%PDF-1.4\n1 0 obj\n<</Length 1 0 R>>stream\nx\nendstream\ntrailer<</Root 1 0 R>>",
        b"%PDF-1.7\n" + b"<<" * 100_000,
        b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF",
        b"%PDF-1.7\nxref\n0 99999999\ntrailer<</Prev 9/Size 9>>\nstartxref\n9\n%%EOF",
        pdf(wrapped(TEXT))[:-300],
    ],
    ids="pages form parent operators bomb arrays kids count root length deep far loop cut".split(),
)
def test_files_made_to_break_a_reader_do_not(content):
    found = read(content)
    assert isinstance(found, Found | Unreadable)
    if isinstance(found, Found):
        assert found.text == PROSE
