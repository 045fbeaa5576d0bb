"""Web pages are read here: their main text, and what they say of themselves.

trafilatura finds the text and the names; it asks nobody, and no day of publication is
taken from it, see `extract.page_dates`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import lxml.html
from trafilatura import bare_extraction
from trafilatura.metadata import extract_metadata

from extract.decoding import MARKS, checked
from extract.found import check_size, clean, found_as
from extract.page_dates import published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.found import Found, Header, Source

# Faults of pages are told by what is found of them.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

MAX_PAGE = 10_000_000
"""The longest page read, in bytes: ten times the longest news pages."""

MAX_TAGS = 50_000
"""The most elements of a page; the work grows with them, and news pages have 5,000."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_IN_MEDIA_TYPE = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
# A tag in UTF-16 without a mark, its lower or its upper byte first.
_WIDE = re.compile(rb"(<\0[!?a-z]\0)|\0<\0[!?a-z]", re.IGNORECASE)
# Encodings that the web uses. Python knows others that are slow, or no encodings.
_ENCODING = re.compile(
    r"(?:windows|cp)-?125\d|iso-?8859-?\d{1,2}|latin-?1|us-ascii|koi8-[ru]|mac"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)
# Browsers read these as what Windows made of them.
_AS_WINDOWS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}
_LANG = re.compile(r"[a-z]{2,3}(?=$|[-_])", re.IGNORECASE)
_BROKEN = "\ufffd"
_SPACE = re.compile(r"[ \t\n\f]+")
_AS_WRITTEN = frozenset(("pre", "textarea", "script", "style"))
_DATE_SEARCH = {
    "extensive_search": False,
    "original_date": True,
    "max_date": "2100-01-01",
}
# What is no prose of the article, beside what trafilatura leaves out itself.
_LEFT_OUT = [
    "//nav",
    "//aside",
    "//footer",
    "//figcaption",
    "//*[contains(@class, 'caption')]",
    "//*[@hidden]",
    "//*[@aria-hidden='true']",
    "//template",
]


def articles(source: Source, defaults: Header) -> Iterator[Found]:
    """Yield the one article of a web page.

    Its paragraphs stand on a line each. Menus, tables, captions, comments and what is
    hidden are left out.
    """
    check_size(source.content, MAX_PAGE)
    if source.content.count(b"<") > 2 * MAX_TAGS:
        raise ValueError(f"more than {MAX_TAGS:,} elements, too many for a news page")
    html, notes = _decoded(source)
    tree = _tree(html)
    _one_line_each(tree)
    text, doubts = _main_text(tree)
    own, how = _own(tree, source)
    dated = published(tree, own.get("url", ""))
    if dated.day:
        own["published"], how["published"] = dated.day.isoformat(), dated.how
    notes = (*notes, *doubts, *dated.notes)
    yield found_as({"text": text, **own}, defaults, how, notes)


def _decoded(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return a page as text; UTF-8 counts before what a page says of itself.

    Bytes that are no UTF-8 by chance are hardly ever valid as such, while servers and
    pages often name a wrong encoding.
    """
    content = source.content
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _lenient(content[len(mark) :], encoding)
    if wide := _WIDE.search(content[:2000]):
        return _lenient(content, "utf-16-le" if wide[1] else "utf-16-be")
    text = content.decode("utf-8", "replace")
    # Whole characters of several bytes are more than accidents; single bytes are not.
    if len(content) - len(text) >= text.count(_BROKEN):
        return _lenient(content, "utf-8")
    for encoding in _named(source):
        try:
            return checked(content.decode(encoding)), ()
        except UnicodeDecodeError:
            continue
    return _lenient(content, "utf-8")


def _named(source: Source) -> list[str]:
    """Return the encodings that the server and the page name, where known."""
    there = _IN_MEDIA_TYPE.search(source.media_type)
    here = _CHARSET.search(source.content[:4096])
    names = [there[1] if there else "", here[1].decode("ascii") if here else ""]
    known = [name.lower() for name in names if _ENCODING.fullmatch(name)]
    return [_AS_WINDOWS.get(name, name) for name in known] or ["cp1252"]


def _lenient(content: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = checked(content.decode(encoding, "replace"))
    broken = text.count(_BROKEN)
    if not broken:
        return text, ()
    if broken * 50 > len(text):
        raise ValueError("it is in an encoding that it does not name; save it as UTF-8")
    return text, ("some of its characters are broken and stand as �",)


def _tree(html: str) -> Any:  # noqa: ANN401 - lxml has no types
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    content = clean(html).encode("utf-8")
    try:
        return lxml.html.document_fromstring(content, parser=parser)
    except lxml.etree.ParserError as error:
        raise ValueError("there is no text in it") from error


def _one_line_each(tree: Any) -> None:  # noqa: ANN401
    """Make breaks in a page's source the spaces that a reader sees."""
    for element in tree.iter("*"):
        if element.tag not in _AS_WRITTEN:
            element.text = _SPACE.sub(" ", clean(element.text or ""))
        element.tail = _SPACE.sub(" ", clean(element.tail or ""))


def _main_text(tree: Any) -> tuple[str, tuple[str, ...]]:  # noqa: ANN401
    """Return the text of the article, and what may be wrong with it.

    The careful way comes first: the other one takes parts of menus for text where an
    article is short.
    """
    if text := _text(tree, favor_precision=True):
        return text, ()
    if text := _text(tree, favor_precision=False):
        return text, ("no article was marked; there may be parts of menus in the text",)
    raise ValueError("no article was found on this page; save its text and add it")


def _text(tree: Any, *, favor_precision: bool) -> str:  # noqa: ANN401
    document = bare_extraction(
        tree,
        favor_precision=favor_precision,
        include_comments=False,
        include_tables=False,
        include_images=False,
        prune_xpath=_LEFT_OUT,
    )
    return clean(getattr(document, "text", None) or "").strip()


def _own(tree: Any, source: Source) -> tuple[dict[str, str], dict[str, str]]:  # noqa: ANN401
    """Return what a page says of itself, and where."""
    told = extract_metadata(tree, source.url or None, _DATE_SEARCH, extensive=False)
    values = {
        "title": told.title or "",
        "publisher": told.sitename or "",
        "url": _web_address(told.url) or _web_address(source.url),
        "lang": _lang(tree),
    }
    own = {field: " ".join(clean(value).split()) for field, value in values.items()}
    how = {
        field: _where(tree, source, field, value)
        for field, value in own.items()
        if value
    }
    return own, how


def _web_address(url: str | None) -> str:
    return url if url and urlsplit(url).scheme in ("http", "https") else ""


def _lang(tree: Any) -> str:  # noqa: ANN401
    places = ("/html/@lang", "//meta[@property='og:locale']/@content")
    for place in places:
        for value in tree.xpath(place):
            if match := _LANG.match(value.strip()):
                return match[0].lower()
    return ""


# Where a value may stand, in the order in which trafilatura looks.
_PLACES = {
    "title": (
        ("og:title", "//meta[@property='og:title']/@content"),
        ("meta tag", "//meta/@content"),
        ("JSON-LD", "//script[@type='application/ld+json']"),
        ("first heading", "//h1"),
        ("title of the page", "//title"),
    ),
    "publisher": (
        ("og:site_name", "//meta[@property='og:site_name']/@content"),
        ("meta tag", "//meta/@content"),
        ("JSON-LD", "//script[@type='application/ld+json']"),
        ("title of the page", "//title"),
    ),
    "url": (
        ("og:url", "//meta[@property='og:url']/@content"),
        ("canonical link", "//link[@rel='canonical']/@href"),
    ),
    "lang": (("lang attribute", "/html/@lang"), ("og:locale", "//meta/@content")),
}
_OTHERWISE = {"publisher": "address", "url": "address asked for"}


def _where(tree: Any, source: Source, field: str, value: str) -> str:  # noqa: ANN401
    """Say where a value stands on the page: the first place that holds its words."""
    if field == "url" and value == source.url:
        return _OTHERWISE[field]
    for how, path in _PLACES[field]:
        found = tree.xpath(path)
        texts = (one if isinstance(one, str) else one.text_content() for one in found)
        if any(value.lower() in " ".join(text.split()).lower() for text in texts):
            return how
    return _OTHERWISE.get(field, "page")
