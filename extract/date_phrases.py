"""How dates of the calendar resolve to days; date_patterns.py finds them.

What rests on another day, "a week later", is resolved in date_offsets.py.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from extract.records import DateAnchor

if TYPE_CHECKING:
    from collections.abc import Callable

MONTHS = (
    "january february march april may june july august september october november "
    "december".split()
)
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
Interval = tuple[date, date]
_DAYS_OF_MONTH, _MONTHS = 31, 12


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What an expression is resolved against: publication, and the last date named."""

    published: date | None
    previous: Interval | None

    @property
    def anchor(self) -> date | None:
        """The day that bare months and days are reckoned from."""
        return self.published or (self.previous and self.previous[1])


def _month(word: str) -> int:
    return next(
        n for n, m in enumerate(MONTHS, 1) if m.startswith(word.lower().rstrip(".")[:3])
    )


def span_of_month(year: int, month: int) -> Interval:
    """Return the first and the last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def split(first: date, last: date, part: str) -> Interval:
    """Return the third, or of a year the quarter, that "early" or "late" means."""
    part = part.lower()
    days = (last - first).days + 1
    if days > 200 and ("late" in part or "end" in part):
        return date(first.year, 10, 1), last
    if days > 200 and ("early" in part or "beginning" in part or "start" in part):
        return first, date(first.year, 3, 31)
    third = days // 3
    if "first half" in part:
        return first, first + timedelta(days // 2 - 1)
    if "second half" in part:
        return first + timedelta(days // 2), last
    if "early" in part or "beginning" in part or "start" in part:
        return first, first + timedelta(third - 1)
    if "mid" in part:
        return first + timedelta(third), first + timedelta(2 * third - 1)
    return first + timedelta(2 * third), last


def _near_year(reckoning: Reckoning, month: int, day: int = 1) -> int | None:
    """Choose the year of a date without one.

    The last such day on or before publication, unless the text has just spoken of
    another year: then the one that lies nearest to what it spoke of.
    """
    anchor = reckoning.anchor
    if anchor is None:
        return None
    year = (
        anchor.year if (month, day) <= (anchor.month, anchor.day) else anchor.year - 1
    )
    spoken_of = (
        reckoning.previous and (reckoning.previous[1] - reckoning.previous[0]).days < 62
    )
    if (
        reckoning.previous
        and spoken_of
        and reckoning.previous[1] < anchor - timedelta(300)
    ):
        spoken = reckoning.previous[1]
        near = min(
            (spoken.year - 1, spoken.year, spoken.year + 1),
            key=lambda y: _way(spoken, date(y, month, 1)),
        )
        return min(near, year)
    return year


def _way(spoken: date, day: date) -> int:
    """Return how far a day is from the one spoken of: stories seldom go back."""
    days = (day - spoken).days
    return days if days >= 0 else -3 * days


_SHIFTS = {"last": -1, "previous": -1, "preceding": -1, "next": 1, "following": 1}


def _year_of(
    match: re.Match[str], reckoning: Reckoning, month: int, day: int = 1
) -> int | None:
    """Return the year that words give a date, or that it most likely means."""
    group = match.groupdict()
    if group.get("year"):
        return int(group["year"])
    which, near = group.get("which"), group.get("near")
    if which:  # "in May last year", "in May of the same year"
        named = which in {"last", "this", "next"}
        base = (
            reckoning.published
            if named
            else reckoning.previous and reckoning.previous[1]
        )
        return base.year + _SHIFTS.get(which.split()[-1], 0) if base else None
    if near is None:
        return _near_year(reckoning, month, day)
    if reckoning.previous is None:
        return None
    # "the following December", "that December"
    first, last = reckoning.previous
    if _SHIFTS.get(near) == 1:
        return last.year + (month <= last.month)
    return first.year - (month >= first.month) if near in _SHIFTS else last.year


Resolved = tuple[Interval, DateAnchor] | None
if TYPE_CHECKING:
    Resolver = Callable[[re.Match[str], Reckoning], Resolved]


def dated(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "3 May", "May 3, 2015", "18-20 May", "between 28 May and 3 June 2016"."""
    group = match.groupdict()
    month2 = _month(group["month2"])
    month1 = _month(group["month1"]) if group.get("month1") else month2
    day1 = int(group["day1"])
    day2 = int(group.get("day2") or day1)
    anchor = DateAnchor.ABSOLUTE
    year = _year_of(match, reckoning, month2, day2)
    if year is None:
        return None
    first_year = year - 1 if month1 > month2 else year
    return (date(first_year, month1, day1), date(year, month2, day2)), anchor


def numeric(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "17/3/2016", "2016-03-17"; "3/17/2016" where that alone can be meant."""
    year, month, number = int(match["year"]), int(match["m"]), int(match["d"])
    today = reckoning.published
    ahead = today and (year, month, number) > (today.year, today.month, today.day)
    swapped = today and (year, number, month) <= (today.year, today.month, today.day)
    if month > _MONTHS or (ahead and swapped):
        month, number = number, month
    day = date(year, month, number)
    return (day, day), DateAnchor.ABSOLUTE


def monthly(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "in May", "mid-March", "the first week of October 2015"."""
    month = _month(match["month"])
    year = _year_of(match, reckoning, month)
    if year is None:
        return None
    first, last = span_of_month(year, month)
    if match["part"]:
        first, last = split(first, last, match["part"])
    if match.groupdict().get("week"):
        n = {"first": 0, "second": 1, "third": 2}.get(match["week"].lower())
        first = last - timedelta(6) if n is None else first + timedelta(7 * n)
        last = first + timedelta(6)
    if (
        reckoning.published
        and first <= reckoning.published < last
        and not match["part"]
    ):
        last = reckoning.published
    return (first, last), DateAnchor.ABSOLUTE


def edge(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "the last day of February"."""
    month = _month(match["month"])
    year = _year_of(match, reckoning, month)
    if year is None:
        return None
    first, last = span_of_month(year, month)
    day = first if match["edge"].lower() == "first" else last
    return (day, day), DateAnchor.ABSOLUTE


def yearly(match: re.Match[str], _: Reckoning) -> Resolved:
    """Resolve "in 2013", "late 2016", "the summer of 2014"."""
    first, last = date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31)
    if match["season"]:
        month = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}.get(
            match["season"].lower()
        )
        if month:
            first, last = (
                date(first.year, month, 1),
                span_of_month(first.year, month + 2)[1],
            )
    elif match["part"]:
        first, last = split(first, last, match["part"])
    return (first, last), DateAnchor.ABSOLUTE


def aged(match: re.Match[str], _: Reckoning) -> Resolved:
    """Resolve "in 1187", "since 1798"."""
    year = int(match["year"] or match["year2"])
    return (date(year, 1, 1), date(year, 12, 31)), DateAnchor.ABSOLUTE


def spanning(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "from May 2015 until 3 March 2016", "between 2014 and 2017"."""
    last = _point(match["point2"], reckoning, None)
    first = last and _point(match["point1"], reckoning, last[1])
    if first is None or last is None or first[0] > last[1]:
        return None
    end, today = last[1], reckoning.published
    if today and first[0] <= today < end:
        end = today
    return (first[0], end), DateAnchor.ABSOLUTE


def _point(words: str, reckoning: Reckoning, end: date | None) -> Interval | None:
    """Return the days of one end of a span; without a year, the last before its end."""
    part = re.match(r"early|mid|late", words)
    name = re.search(r"[a-z]{3,}", words[part.end() :] if part else words)
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    year = next((n for n in numbers if n > _DAYS_OF_MONTH), None)
    day = next((n for n in numbers if n <= _DAYS_OF_MONTH), None)
    if name is None and year:
        whole = date(year, 1, 1), date(year, 12, 31)
        return split(*whole, part[0]) if part else whole
    if name is None:
        return None
    month = _month(name[0])
    if year is None and end:
        year = end.year - ((month, day or 1) > (end.month, end.day))
    year = year or _near_year(reckoning, month, day or 1)
    if year is None:
        return None
    if day:
        return date(year, month, day), date(year, month, day)
    whole = span_of_month(year, month)
    return split(*whole, part[0]) if part else whole
