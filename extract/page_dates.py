"""The day on which a web page was published is decided here, or that nobody can tell.

Only places made to hold that day count: JSON-LD, meta tags, the address, the time
element, the byline. A day of change, a copyright year, "2 hours ago" and a month
without a day are no day of publication, and neither is 05/03/2017, which may be two.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from htmldate.core import DATE_ATTRIBUTES
from htmldate.extractors import try_date_expr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FIRST, _LAST = datetime(1945, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - days
_SAME = timedelta(days=1)
_LONGEST = 120

_CHANGED = re.compile(r"updat|modif|edited|copyright|©|\(c\)|expire", re.IGNORECASE)
# Two numbers, either of which may be the month, before a year: 05/03/2017.
_EITHER = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)")
_MONTH_ALONE = re.compile(r"\D*(?:\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4})\D*")
_A_FIRST = re.compile(r"(?<!\d)0?1(?!\d)|\d{6}01")
_IN_ADDRESS = re.compile(
    r"[/_-]((?:19|20)\d\d)[/_-](\d{1,2})[/_-](\d{1,2})(?=[/_.-]|$)"
)
_ASIDE = "not(ancestor::footer or ancestor::aside or ancestor::nav)"
_TIMES = f".//time[{_ASIDE}]"
_BYLINES = (
    f".//*[{_ASIDE}][self::p or self::span or self::div or self::li or self::small]"
    "[contains(@class, 'date') or contains(@class, 'publish')"
    " or contains(@class, 'posted') or contains(@class, 'byline')"
    " or contains(@class, 'timestamp') or @itemprop='datePublished']"
)
_ARTICLE = re.compile(r"Article$|Posting$|^Report$|^WebPage$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A page's day of publication, where it was found, and what speaks against it."""

    day: date | None = None
    how: str = ""
    notes: tuple[str, ...] = ()


def published(tree: Any, url: str) -> Dated:  # noqa: ANN401 - lxml has no types
    """Return when a page was published.

    Parameters
    ----------
    tree
        The page, as `lxml.html` parsed it.
    url
        Its address, which may hold the day.
    """
    ways = {
        "JSON-LD": _from_json_ld(tree),
        "meta tag": _from_metas(tree),
        "address": _from_address(url),
        "time element": _from_times(tree),
        "byline": _from_bylines(tree),
    }
    found: dict[str, date] = {}
    doubts: list[str] = []
    for how, texts in ways.items():
        written = list(texts)
        days = {day for text in written if (day := _day(text))}
        if len(days) == 1:
            found[how] = days.pop()
        elif days or written:
            doubts += [_doubt(how, written, days)]
    if not found:
        return Dated(notes=tuple(filter(None, doubts)))
    how, day = next(iter(found.items()))
    return Dated(day=day, how=how, notes=tuple(_against(day, found, how)))


def _against(day: date, found: dict[str, date], how: str) -> Iterator[str]:
    """Say which other place gives another day; zones may differ by one."""
    for other, there in found.items():
        if abs(there - day) > _SAME:
            yield f"its {how} says {day}, its {other} {there}"


def _doubt(how: str, written: list[str], days: set[date]) -> str:
    if days:
        return f"its {how} gives several days, {min(days)} to {max(days)}"
    unsure = next((text for text in written if _EITHER.search(text)), "")
    return f"its {how} says {unsure[:40]!r}, which may be two days" if unsure else ""


def _day(text: str) -> date | None:
    """Return the one day that a short text names, or None."""
    text = " ".join(_CHANGED.split(text)[0].split())[:_LONGEST]
    if _MONTH_ALONE.fullmatch(text) or _may_be_two(text):
        return None
    found = try_date_expr(text, "%Y-%m-%d", False, _FIRST, _LAST)
    if not found or (found.endswith("-01") and not _A_FIRST.search(text)):
        return None
    return date.fromisoformat(found)


def _may_be_two(text: str) -> bool:
    match = _EITHER.search(text)
    if not match:
        return False
    first, second = int(match[1]), int(match[2])
    return first != second and max(first, second) <= 12


def _from_json_ld(tree: Any) -> Iterator[str]:  # noqa: ANN401
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        for one in _objects(script.text or ""):
            kinds = one.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            day = one.get("datePublished")
            if isinstance(day, str) and any(_ARTICLE.search(str(k)) for k in kinds):
                yield day


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the objects at the top of a piece of JSON-LD; none if it is broken."""
    try:
        top = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return []
    many = top if isinstance(top, list) else [top]
    objects = [one for one in many if isinstance(one, dict)]
    graphs = [one["@graph"] for one in objects if isinstance(one.get("@graph"), list)]
    inner = [one for graph in graphs for one in graph if isinstance(one, dict)]
    return objects + inner


def _from_metas(tree: Any) -> Iterator[str]:  # noqa: ANN401
    for meta in tree.iterfind(".//meta[@content]"):
        names = (meta.get("property"), meta.get("name"), meta.get("itemprop"))
        if any((name or "").lower() in _META_NAMES for name in names):
            yield meta.get("content")


_META_NAMES = frozenset(DATE_ATTRIBUTES) - {"meta"}


def _from_address(url: str) -> Iterator[str]:
    for match in _IN_ADDRESS.finditer(url[:2000]):
        yield f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"


def _from_times(tree: Any) -> Iterator[str]:  # noqa: ANN401
    for time in _in_article(tree, _TIMES):
        marks = f"{time.get('class', '')} {time.get('itemprop', '')}"
        if not _CHANGED.search(marks):
            yield time.get("datetime") or time.text_content()


def _from_bylines(tree: Any) -> Iterator[str]:  # noqa: ANN401
    for line in _in_article(tree, _BYLINES):
        text = line.get("content") or line.text_content()
        if len(text) <= _LONGEST and not _CHANGED.search(line.get("class", "")):
            yield text


def _in_article(tree: Any, path: str) -> Iterable[Any]:  # noqa: ANN401
    """Return what the first article of a page holds, or the page if that is nothing."""
    for part in tree.xpath("(.//article | .//main)[1]"):
        if found := part.xpath(path):
            return list(found)
    return list(tree.xpath(path))
