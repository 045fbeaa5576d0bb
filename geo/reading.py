"""Where an article becomes HTML to read: the sentence marked, its evidence underlined.

The one place that makes markup of source text, and everything of it is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo.language import ENGLISH, Language
from geo.wording import finding_words, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Article, Claim, Span
    from geo.checks import Finding

ROLES = {
    "gained_by": "who",
    "lost_by": "from or against whom",
    "place": "place",
    "date": "date",
    "claimed_by": "who says so",
}
"""Parts of the evidence that are underlined, with the word for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """How an article is marked: its evidence, the roles' colours, titles' language."""

    marks: Sequence[_Mark]
    colors: Mapping[str, str]
    language: Language


def text_html(text: str, *, lang: str = "", tag: str = "span", css: str = "") -> str:
    """Return a text as an element of its own direction, all of it escaped."""
    language = f' lang="{escape(lang)}"' if lang else ""
    name = f' class="{escape(css)}"' if css else ""
    return f'<{tag} dir="auto"{language}{name}>{escape(text)}</{tag}>'


def link_html(url: str, words: str) -> str:
    """Return a link if the address is one of the web, else the words alone."""
    if not is_web(url):
        return text_html(words)
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer" '
        f'dir="auto">{escape(words)}</a>'
    )


def is_web(url: str) -> bool:
    """Tell whether an address starts with http or https and names a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def article_html(
    article: Article,
    claim: Claim,
    colors: Mapping[str, str],
    *,
    language: Language = ENGLISH,
) -> str:
    """Return the whole article with the claim's sentence and evidence marked.

    Parameters
    ----------
    article
        The article that the claim's offsets point into.
    claim
        Its sentence becomes one `mark` element.
    colors
        CSS colours by role (`gained_by`, `lost_by`); missing roles keep the style
        sheet's.
    """
    ink = _Ink(marks=_evidence(claim), colors=colors, language=language)
    text, start, end = article.text, claim.char_start, claim.char_end
    sentence = _spans(text, start, end, ink)
    parts = (
        _spans(text, 0, start, ink),
        f'<mark id="source-sentence">{sentence}</mark>',
        _spans(text, end, len(text), ink),
    )
    return _text_html(article, "".join(parts))


def unmarked_html(article: Article) -> str:
    """Return the whole article with nothing marked in it."""
    return _text_html(article, escape(article.text))


def _text_html(article: Article, inner: str) -> str:
    lang = escape(article.lang)
    return f'<div class="tl-text" dir="auto" lang="{lang}">{inner}</div>'


def sentence_html(
    article: Article,
    claim: Claim,
    colors: Mapping[str, str],
    *,
    language: Language = ENGLISH,
) -> str:
    """Return the claim's sentence alone, its evidence underlined."""
    ink = _Ink(marks=_evidence(claim), colors=colors, language=language)
    inner = _spans(article.text, claim.char_start, claim.char_end, ink)
    lang = escape(article.lang)
    return f'<blockquote class="tl-quote" dir="auto" lang="{lang}">{inner}</blockquote>'


def contradictions_html(
    findings: Iterable[Finding], *, language: Language = ENGLISH
) -> str:
    """Return a note of what a text states and the map has otherwise; "" for nothing."""
    said = dict.fromkeys(
        finding_words(one, language=language) for one in findings if not one.agrees
    )
    if not said:
        return ""
    items = "".join(text_html(words, tag="li") for words in said)
    title = escape(language.say("The map says otherwise; no place was moved for it:"))
    return (
        '<aside class="tl-trouble tl-otherwise" role="note">'
        f"<p>{title}</p><ul>{items}</ul></aside>"
    )


def _evidence(claim: Claim) -> list[_Mark]:
    found: list[_Mark] = []
    for role in ROLES:
        span: Span | None = getattr(claim.evidence, role)
        if span is not None and span.start < span.end:
            found.append(_Mark(start=span.start, end=span.end, role=role))
    return found


def _spans(text: str, start: int, end: int, ink: _Ink) -> str:
    """Return text[start:end] escaped, with each piece under its roles' underline."""
    cuts = {start, end}
    for mark in ink.marks:
        cuts |= {cut for cut in (mark.start, mark.end) if start < cut < end}
    points = sorted(cuts)
    pieces = []
    for left, right in pairwise(points):
        over = [m.role for m in ink.marks if m.start <= left and right <= m.end]
        pieces.append(_piece(text[left:right], over, ink))
    return "".join(pieces)


def _piece(words: str, roles: Sequence[str], ink: _Ink) -> str:
    if not roles:
        return escape(words)
    role = roles[0]
    color = ink.colors.get(role)
    style = f' style="text-decoration-color:{escape(color)}"' if color else ""
    title = escape(
        listed((ink.language.say(ROLES[name]) for name in roles), language=ink.language)
    )
    return (
        f'<span class="tl-ev tl-{role.replace("_", "-")}" title="{title}"{style}>'
        f"{escape(words)}</span>"
    )
