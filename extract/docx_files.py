"""Word files are read here: their paragraphs, their properties as hints."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import docx
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from extract.found import clean, found_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.found import Found, Header, Source

MAX_UNPACKED = 100_000_000
"""The most bytes that the parts of a file may have, unpacked, pictures included."""

MAX_XML = 20_000_000
"""The most bytes of one part that is parsed."""

MAX_PARTS = 2_000

_XML = (".xml", ".rels")
# No Word file declares a document type; one that does is made to break its reader.
_DECLARES = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_DOCUMENT = "word/document.xml"
_OTHERS = (
    ("xl/workbook.xml", "an Excel file; save it as CSV first"),
    ("ppt/presentation.xml", "a PowerPoint file; save its text first"),
    ("content.xml", "an OpenDocument file; save it as DOCX first"),
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Parts of a document that are not its running text.
_ASIDE = frozenset(
    {f"{_W}tbl", f"{_W}txbxContent", f"{_W}moveFrom", f"{_W}del", f"{_MC}Fallback"}
)
_SPACES = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_HEADINGS = ("title", "heading1")


def articles(source: Source, defaults: Header) -> Iterator[Found]:
    """Yield the one article of a Word file, a paragraph a line.

    Tables, captions, text boxes and notes are left out; changes that nobody accepted
    are read as accepted.
    """
    _check(source.content)
    try:
        document = docx.Document(io.BytesIO(source.content))
    except (KeyError, LxmlError, *_DAMAGE) as error:
        kind = type(error).__name__
        raise ValueError(f"this is a Word file, but a damaged one ({kind})") from error
    body = document.element.body
    paragraphs = [_paragraph(one) for one in _running(body)]
    text = clean("\n".join(words for _style, words in paragraphs if words.strip()))
    properties = document.core_properties
    own, how = _properties(properties, paragraphs)
    notes = (*_made(properties), *_left_out(body))
    yield found_as({"text": text, **own}, defaults, how, notes)


def _check(content: bytes) -> None:
    """Raise a ValueError if a file is not what a Word file is, or would fill memory.

    Sizes are what the file says; unpacking stops there, whatever it holds.
    """
    with _damage_told():
        packed = zipfile.ZipFile(io.BytesIO(content))
    parts = packed.infolist()
    _check_parts(parts)
    for part in parts:
        if part.filename.lower().endswith(_XML):
            with _damage_told():
                words = packed.read(part)
            _check_xml(words)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Say of a file that cannot be unpacked that it is damaged, or needs a password."""
    try:
        yield
    except _DAMAGE as error:
        raise ValueError("this is a ZIP or DOCX file, but a damaged one") from error
    except RuntimeError as error:
        raise ValueError("this file has a password; save it without one") from error


# What zipfile raises at bytes that are no ZIP file, or of a kind that it cannot unpack.
_DAMAGE = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError),
    *(zlib.error, struct.error),
)


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    sizes = {part.filename.lower(): part.file_size for part in parts}
    if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
        limit = f"{MAX_UNPACKED // 1_000_000} MB or {MAX_PARTS:,} parts"
        raise ValueError(f"unpacked it has more than {limit}, too much to read")
    for name, words in _OTHERS:
        if name in sizes:
            raise ValueError(f"this is {words}")
    if _DOCUMENT not in sizes:
        raise ValueError("this is a ZIP file, not a DOCX file; unpack it first")
    if any(name.endswith("vbaproject.bin") for name in sizes):
        raise ValueError("it has macros; save it as .docx, which has none")
    if any(n > MAX_XML for name, n in sizes.items() if name.endswith(_XML)):
        limit = f"{MAX_XML // 1_000_000} MB"
        raise ValueError(f"a part of it is longer than {limit}, too long to read")


def _check_xml(part: bytes) -> None:
    if _DECLARES.search(part):
        raise ValueError("it declares XML entities, as no Word file does; not read")


def _running(body: Any) -> Iterator[Any]:  # noqa: ANN401 - lxml has no types
    """Yield the paragraphs of the running text, in order, without recursion."""
    waiting = [body]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}p":
            yield element
        elif element.tag not in _ASIDE:
            waiting.extend(reversed(element))


def _paragraph(paragraph: Any) -> tuple[str, str]:  # noqa: ANN401
    """Return the name of a paragraph's style and its words; captions have none."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = "" if style is None else style.get(qn("w:val"), "").lower()
    if name == "caption":
        return name, ""
    return name, "".join(_words(paragraph))


def _words(paragraph: Any) -> Iterator[str]:  # noqa: ANN401
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag in _SPACES:
            yield _SPACES[element.tag]
        elif element.tag not in _ASIDE:
            waiting.extend(reversed(element))


def _properties(
    properties: Any,  # noqa: ANN401
    paragraphs: list[tuple[str, str]],
) -> tuple[dict[str, str], dict[str, str]]:
    own, how = {}, {}
    heading = next((words for style, words in paragraphs if style in _HEADINGS), "")
    if title := heading.strip() or properties.title.strip():
        own["title"] = " ".join(clean(title).split())[:500]
        how["title"] = "first heading" if heading.strip() else "properties of the file"
    language = re.match(r"[a-z]{2}(?=$|-)", properties.language or "")
    if language:
        own["lang"], how["lang"] = language[0], "properties of the file"
    return own, how


def _made(properties: Any) -> Iterator[str]:  # noqa: ANN401
    try:
        made = properties.created
    except ValueError:
        return
    if made:
        day = made.date().isoformat()
        yield f"the file was made on {day}, which need not be the day of publication"


def _left_out(body: Any) -> Iterator[str]:  # noqa: ANN401
    if body.find(f".//{_W}tbl") is not None:
        yield "its tables were left out"
    changes = (f".//{_W}{kind}" for kind in ("ins", "del", "moveFrom"))
    if any(body.find(path) is not None for path in changes):
        yield "it has changes that nobody accepted; they were read as accepted"
