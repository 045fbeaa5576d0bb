"""Word files: their running text, and files made to break their reader."""

import io
import zipfile
from datetime import UTC, datetime

import made_files
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from made_files import TEXT, with_part, word_file

from extract.read import Header
from extract.sources import Source, articles_in

PROSE = "\n".join(made_files.paragraphs_of(TEXT))
DOCUMENT = "word/document.xml"
W = nsdecls("w")


def read(content, name="a.docx"):
    [found] = articles_in(Source(name=name, content=content), Header())
    return found


def with_xml(xml):
    """Return a change that puts a paragraph, or what else stands in a body, last."""
    return lambda document: document.element.body.insert(-1, parse_xml(xml))


def source_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(DOCUMENT).decode()


def test_paragraphs_and_headings_are_the_text():
    found = read(word_file(TEXT))
    assert found.text == PROSE
    assert found.title == "Army takes Palmyra from Islamic State"
    assert found.how["title"] == "first heading"


def test_properties_are_hints_and_no_day_of_publication():
    def change(document):
        document.core_properties.created = datetime(2017, 3, 6, tzinfo=UTC)
        document.core_properties.title = "From the properties"
        document.core_properties.language = "ar-SY"
        document.paragraphs[0].style = document.styles["Normal"]

    found = read(word_file(TEXT, change=change))
    assert (found.title, found.lang) == ("From the properties", "ar")
    assert found.how == {
        "title": "properties of the file",
        "lang": "properties of the file",
    }
    assert (found.published, found.asks) == (None, ("published",))
    assert found.notes == (
        "the file was made on 2017-03-06, which need not be the day of publication",
    )


def test_tables_and_captions_are_left_out_and_tables_told():
    def change(document):
        document.add_table(1, 1).cell(0, 0).text = "Rebels captured Homs."
        document.add_paragraph("Rebels captured Hama.", style="Caption")

    found = read(word_file(TEXT, change=change))
    assert found.text == PROSE
    assert "its tables were left out" in found.notes


def test_changes_are_read_as_accepted_and_told():
    change = with_xml(
        f"<w:p {W}><w:r><w:t>They </w:t></w:r>"
        '<w:del w:id="1" w:author="a"><w:r><w:delText>lost</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a"><w:r><w:t>took</w:t></w:r></w:ins>'
        "<w:moveFrom><w:r><w:t> Hama</w:t></w:r></w:moveFrom>"
        "<w:r><w:t> Homs.</w:t></w:r></w:p>"
    )
    found = read(word_file(TEXT, change=change))
    assert found.text == f"{PROSE}\nThey took Homs."
    assert any("changes that nobody accepted" in note for note in found.notes)


def test_links_breaks_and_controls_are_text_and_boxes_are_not():
    change = with_xml(
        f"<w:sdt {W}><w:sdtContent><w:p><w:hyperlink><w:r><w:t>The army</w:t></w:r>"
        "</w:hyperlink><w:r><w:tab/><w:t>took</w:t><w:br/><w:t>north</w:t>"
        "<w:noBreakHyphen/><w:t>east Homs.</w:t></w:r><w:r><w:pict><w:txbxContent><w:p>"
        "<w:r><w:t>Box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    found = read(word_file(TEXT, change=change))
    assert found.text == f"{PROSE}\nThe army\ttook\nnorth-east Homs."


def bomb(entities):
    head, rest = source_of(word_file(TEXT)).split("?>", 1)
    return f"{head}?><!DOCTYPE d [{entities}]>{rest.replace('PALMYRA', '&e9;')}"


LAUGHS = '<!ENTITY e0 "lol">' + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)
)
FILE = '<!ENTITY e9 SYSTEM "file:///etc/passwd">'
WORD = word_file(TEXT)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (with_part(WORD, DOCUMENT, bomb(LAUGHS)), "it declares XML entities"),
        (with_part(WORD, DOCUMENT, bomb(FILE)), "it declares XML entities"),
        (
            with_part(
                WORD, DOCUMENT, bomb(LAUGHS).replace("UTF-8", "UTF-16").encode("utf-16")
            ),
            "it declares XML entities",
        ),
        (
            with_part(WORD, "docProps/core.xml", f"<!DOCTYPE d [{FILE}]><d>&e9;</d>"),
            "it declares",
        ),
        (
            with_part(WORD, "word/vbaProject.bin", b"x"),
            "it has macros; save it as .docx",
        ),
        (with_part(WORD, "word/media/a.png", bytes(120_000_000)), "more than 100 MB"),
        (with_part(WORD, DOCUMENT, b"<w>" + b" " * 25_000_000), "longer than 20 MB"),
        (with_part(WORD, DOCUMENT, "<a>" * 100_000), "a damaged one (XMLSyntaxError)"),
        (with_part(WORD, DOCUMENT, f"<w:document {W}/>"), "damaged"),
        (
            with_part(WORD, DOCUMENT, f"<w:document {W}><w:body/></w:document>"),
            "there is no text",
        ),
        (
            with_part(WORD, "xl/workbook.xml", b"x"),
            "this is an Excel file; save it as CSV",
        ),
        (with_part(WORD, "content.xml", b"x"), "this is an OpenDocument file"),
        (WORD[: len(WORD) // 2], "a damaged one"),
        (
            WORD.replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0"),
            "has a password",
        ),
        (
            made_files.zipped({"a.txt": b"The army took Homs."}),
            "not a DOCX file; unpack it",
        ),
        (made_files.zipped({f"{n}.xml": b"" for n in range(2_001)}), "or 2,000 parts"),
    ],
    ids="laughs file wide properties macros bomb long deep bare empty excel odt cut locked zip parts".split(),
)
def test_what_is_wrong_with_a_file_is_told_in_a_line(content, words):
    assert words in read(content).reason


def test_a_file_that_lies_about_its_size_is_not_unpacked_further():
    size = len(source_of(WORD).encode()).to_bytes(4, "little")
    lie = (100).to_bytes(4, "little")
    assert WORD.count(size) >= 2
    assert "damaged" in read(WORD.replace(size, lie)).reason


def test_control_characters_in_a_text_become_spaces():
    content = with_part(WORD, DOCUMENT, source_of(WORD).replace("took", "t\u009dook"))
    assert "t ook Palmyra" in read(content).text
