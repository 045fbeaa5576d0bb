"""The corrections as a page and as an Atom feed (RFC 4287), for anybody to read.

Both are plain and whole: no script, nothing from elsewhere, all words escaped.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from geo.corrections import change_words, headline
from geo.language import ENGLISH, isolated, load_languages
from geo.wording import day_words, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.corrections import About, Correction, Corrections
    from geo.language import Language

ATOM = "http://www.w3.org/2005/Atom"
PAGE, FEED = "corrections", "corrections.atom"
"""Where they are found, beside each other."""

# What XML 1.0 cannot say, even escaped.
_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --ground: #fff;
  --line: #d0d7de; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af;
  --ground: #0f1419; --line: #30363d; --link: #7ab7ff; } }
body { margin: 0 auto; max-width: 46rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--ground); font: 1rem/1.55 system-ui, sans-serif; }
a { color: var(--link); } h1 { font-size: 1.6rem; } h2 { font-size: 1.05rem;
  margin: 0 0 .3rem; }
article { border-block-start: 1px solid var(--line); padding: 1rem 0; }
blockquote { margin: .5rem 0; padding-inline-start: .8rem;
  border-inline-start: 3px solid var(--line); }
.soft { color: var(--soft); font-size: .9rem; } ul { margin: .3rem 0; }
h2, p, li, blockquote { overflow-wrap: anywhere; }
.undone h2 { text-decoration: line-through; }
"""


def page(
    found: Corrections, *, language: Language = ENGLISH, named: bool = False
) -> str:
    """Return the page of corrections in a language; `named` tells who made them."""
    say = language.say
    title = say("Corrections")
    told = "".join(article(one, language, named=named) for one in found.entries)
    if not found.entries:
        told = f"<p>{escape(say('Nothing was corrected yet.'))}</p>"
    others = "".join(
        f" · {_link(f'?lang={code}', other.name)}"
        for code, other in load_languages().items()
        if code != language.code
    )
    older = ""
    if found.older is not None:
        address = f"?lang={language.code}&before={found.older}"
        older = _link(address, say("Older corrections"), 'rel="next"')
    intro = say(
        "All that people did to what this map tells: what stood before, what stands"
        " now, and why. Nothing is erased; what was undone stays here, crossed out."
    )
    return (
        f'<!DOCTYPE html><html lang="{language.code}" dir="{language.direction}">'
        '<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f'<link rel="alternate" type="application/atom+xml" href="{FEED}">'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>{escape(intro)}</p>"
        f'<p class="soft">{_link(FEED, say("Follow as a feed"))}{others}</p>'
        f"<main>{told}</main><p>{older}</p></body></html>"
    )


def _link(address: str, words: str, more: str = "") -> str:
    return f'<a href="{escape(address)}"{more and " " + more}>{escape(words)}</a>'


def article(one: Correction, language: Language, *, named: bool = False) -> str:
    """Return one correction as a part of a page; `named` tells who made it."""
    say = language.say
    signs = [
        say("number {number}", number=one.number),
        moment_words(one.at, language),
        say("by {who}", who=one.who) if named and one.who else "",
        say("undone since") if one.is_undone else "",
    ]
    parts = [
        f'<h2 dir="auto">{escape(headline(one, language))}</h2>',
        f'<p class="soft">{escape(" · ".join(filter(None, signs)))}</p>',
        _reason(one, language),
        _changes([change_words(change, language) for change in one.changed]),
    ]
    for about, changes in one.about:
        if about.sentence:
            parts.append(
                f'<blockquote dir="auto">{escape(about.sentence)}</blockquote>'
            )
        parts.append(f'<p class="soft">{_source(about, language)}</p>')
        parts.append(_changes([change_words(change, language) for change in changes]))
    kind = ' class="undone"' if one.is_undone else ""
    return f'<article id="act-{one.number}"{kind}>{"".join(parts)}</article>'


def _reason(one: Correction, language: Language) -> str:
    if not one.why:
        return ""
    why = language.say("Reason: {why}", why=one.why)
    return f'<p dir="auto">{escape(why)}</p>'


def _changes(lines: list[str]) -> str:
    items = "".join(f'<li dir="auto">{escape(line)}</li>' for line in lines)
    return f"<ul>{items}</ul>" if items else ""


def _source(about: About, language: Language) -> str:
    words = escape(source_words(about, language))
    if not is_web(about.url):
        return words
    address = escape(about.url)
    original = escape(language.say("original"))
    return f'{words} · <a href="{address}" rel="noopener nofollow">{original}</a>'


def source_words(about: About, language: Language = ENGLISH) -> str:
    """Name the report that a correction is about."""
    day = day_words(about.published, language=language) if about.published else ""
    title = f"“{' '.join(about.title.split())}”" if about.title.strip() else ""
    publisher, title = (
        name and isolated(name, language.direction) for name in (about.publisher, title)
    )
    named = listed((publisher, title, day), language=language)
    return named or about.article_id


def is_web(url: str) -> bool:
    """Say whether an address is one of the web, which a page may link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def moment_words(at: datetime, language: Language = ENGLISH) -> str:
    """Write a moment out, in UTC."""
    at = at.astimezone(UTC)
    return language.say(
        "{day}, {time} UTC",
        day=day_words(at.date(), language=language),
        time=f"{at:%H:%M}",
    )


def feed(
    found: Corrections,
    *,
    language: Language = ENGLISH,
    named: bool = False,
    file: str = "",
) -> bytes:
    """Return the corrections as an Atom feed; `named` tells who made them.

    It links to the page that a server makes, or to a `file` that has all of them.

    Ids are those of the acts in this store, so that an entry keeps its own wherever
    the feed is served; `updated` is when the act was done, which never changes.
    """
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language.code})
    _put(root, "id", found.uid)
    _put(root, "title", language.say("Corrections"))
    latest = found.entries[0].at if found.entries else datetime(1970, 1, 1, tzinfo=UTC)
    _put(root, "updated", _stamp(latest))
    _put(ET.SubElement(root, "author"), "name", "Tideline")
    for rel, href, kind in (
        ("self", FEED, "application/atom+xml"),
        ("alternate", file or PAGE, "text/html"),
    ):
        ET.SubElement(root, "link", {"rel": rel, "href": href, "type": kind})
    for one in found.entries:
        address = file or f"{PAGE}?before={one.number + 1}"
        root.append(_entry(one, language, f"{address}#act-{one.number}", named=named))
    ET.indent(root)
    said = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return bytes(said) + b"\n"


def _entry(
    one: Correction, language: Language, href: str, *, named: bool
) -> ET.Element:
    entry = ET.Element("entry")
    _put(entry, "id", one.uid)
    _put(entry, "title", headline(one, language))
    _put(entry, "updated", _stamp(one.at))
    if named and one.who:
        _put(ET.SubElement(entry, "author"), "name", one.who)
    ET.SubElement(
        entry, "link", {"rel": "alternate", "href": href, "type": "text/html"}
    )
    content = ET.SubElement(entry, "content", {"type": "text"})
    content.text = _sayable("\n".join(_lines(one, language)))
    return entry


def _lines(one: Correction, language: Language) -> Iterator[str]:
    if one.why:
        yield language.say("Reason: {why}", why=one.why)
    for change in one.changed:
        yield change_words(change, language)
    for about, changes in one.about:
        if about.sentence:
            yield f"“{about.sentence}”"
        yield source_words(about, language)
        for change in changes:
            yield change_words(change, language)


def _put(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _sayable(text)


def _sayable(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
