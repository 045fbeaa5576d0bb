"""Where an article becomes HTML to read: the sentence marked, its evidence underlined.

The one place that makes markup of source text, and everything of it is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo.wording import finding_words

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


def article_html(article: Article, claim: Claim, colors: Mapping[str, str]) -> str:
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
    marks = _evidence(claim)
    start, end = claim.char_start, claim.char_end
    parts = (
        _spans(article.text, 0, start, marks, colors),
        f'<mark id="source-sentence">{_spans(article.text, start, end, marks, colors)}'
        "</mark>",
        _spans(article.text, end, len(article.text), marks, colors),
    )
    lang = escape(article.lang)
    return f'<div class="tl-text" dir="auto" lang="{lang}">{"".join(parts)}</div>'


def sentence_html(article: Article, claim: Claim, colors: Mapping[str, str]) -> str:
    """Return the claim's sentence alone, its evidence underlined."""
    inner = _spans(
        article.text, claim.char_start, claim.char_end, _evidence(claim), colors
    )
    lang = escape(article.lang)
    return f'<blockquote class="tl-quote" dir="auto" lang="{lang}">{inner}</blockquote>'


def contradictions_html(findings: Iterable[Finding]) -> str:
    """Return a note of what a text states and the map has otherwise; "" for nothing."""
    said = dict.fromkeys(finding_words(f) for f in findings if not f.agrees)
    if not said:
        return ""
    items = "".join(text_html(words, tag="li") for words in said)
    return (
        '<aside class="tl-trouble tl-otherwise" role="note">'
        f"<p>The map says otherwise; no place was moved for it:</p><ul>{items}</ul>"
        "</aside>"
    )


def _evidence(claim: Claim) -> list[_Mark]:
    found: list[_Mark] = []
    for role in ROLES:
        span: Span | None = getattr(claim.evidence, role)
        if span is not None and span.start < span.end:
            found.append(_Mark(start=span.start, end=span.end, role=role))
    return found


def _spans(
    text: str, start: int, end: int, marks: Sequence[_Mark], colors: Mapping[str, str]
) -> str:
    """Return text[start:end] escaped, with each piece under its roles' underline."""
    cuts = {start, end}
    for mark in marks:
        cuts |= {cut for cut in (mark.start, mark.end) if start < cut < end}
    points = sorted(cuts)
    pieces = []
    for left, right in pairwise(points):
        over = [m.role for m in marks if m.start <= left and right <= m.end]
        pieces.append(_piece(text[left:right], over, colors))
    return "".join(pieces)


def _piece(words: str, roles: Sequence[str], colors: Mapping[str, str]) -> str:
    if not roles:
        return escape(words)
    role = roles[0]
    color = colors.get(role)
    style = f' style="text-decoration-color:{escape(color)}"' if color else ""
    title = escape(", ".join(ROLES[name] for name in roles))
    return (
        f'<span class="tl-ev tl-{role.replace("_", "-")}" title="{title}"{style}>'
        f"{escape(words)}</span>"
    )
