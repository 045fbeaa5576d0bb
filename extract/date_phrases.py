"""How each kind of phrase for time resolves to days; date_patterns.py finds them."""

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
_NUMBERS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "a": 1,
    "an": 1,
    "a few": 3,
    "several": 4,
    "a couple of": 2,
    "couple of": 2,
    "the": 1,
    "": 3,
}

Interval = tuple[date, date]
_WEEK = 7
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


def _span_of_month(year: int, month: int) -> Interval:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _split(first: date, last: date, part: str) -> Interval:
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
    return days if days >= 0 else -2 * days


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
    first, last = _span_of_month(year, month)
    if match["part"]:
        first, last = _split(first, last, match["part"])
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
    first, last = _span_of_month(year, month)
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
                _span_of_month(first.year, month + 2)[1],
            )
    elif match["part"]:
        first, last = _split(first, last, match["part"])
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
        return _split(*whole, part[0]) if part else whole
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
    whole = _span_of_month(year, month)
    return _split(*whole, part[0]) if part else whole


def nth(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "on the 31st": of the month that the text is at, or of the last one."""
    spoken, today = reckoning.previous, reckoning.published
    if spoken and (spoken[1] - spoken[0]).days >= _DAYS_OF_MONTH:
        spoken = None
    base = spoken[0] if spoken else today
    if base is None:
        return None
    months = [_around(base, "month", n) for n in (-2, -1, 0, 1)]
    number = int(match["day"])
    days = [first.replace(day=number) for first, last in months if number <= last.day]
    days = [day for day in days if today is None or day <= today]
    later = [day for day in days if spoken and day >= spoken[0]]
    day = min(later) if later else max(days)
    return (day, day), DateAnchor.PREVIOUS_EVENT if spoken else DateAnchor.PUBLICATION


def weekly(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve a weekday, or two: the latest on or before publication."""
    base = reckoning.anchor
    if base is None:
        return None
    group = match.groupdict()
    last = _weekday(group.get("weekday2") or group["weekday"], base)
    first = _weekday(group["weekday"], last)
    lead = (group.get("lead") or "").lower()
    if lead == "next":
        first = last = last + timedelta(7)
    elif lead in {"last", "previous"} and last == base:
        first = last = last - timedelta(7)
    if group.get("until"):
        first = last - timedelta(1)
    return (first, last), DateAnchor.PUBLICATION


def _weekday(name: str, before: date) -> date:
    """Return the latest day of that name on or before a day."""
    return before - timedelta((before.weekday() - DAYS.index(name.lower())) % 7)


# Days before publication of the first and the last day meant.
_DEICTIC = {
    "today": (0, 0),
    "tonight": (0, 0),
    "this": (0, 0),
    "yesterday": (1, 1),
    "tomorrow": (-1, -1),
    "last night": (1, 0),
    "overnight": (1, 0),
    "day before yesterday": (2, 2),
    "24 hours": (1, 0),
    "48 hours": (2, 0),
    "days": (6, 0),
    "weeks": (28, 0),
    "months": (92, 0),
}
_DAYS_OF = {"day": 1, "night": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}


def deictic(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "yesterday", "last night", "in the past 24 hours"."""
    phrase = match[0].lower()
    if reckoning.published is None:
        return None
    keys = [key for key in _DEICTIC if phrase.startswith(key) or phrase.endswith(key)]
    first, last = _DEICTIC[max(keys, key=len)]
    base = reckoning.published
    days = base - timedelta(first), base - timedelta(last)
    return days, DateAnchor.PUBLICATION


def lately(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "in the past week", "over the last two months"."""
    last = reckoning.published
    if last is None:
        return None
    count = (match["count"] or "the").lower()
    n = int(count) if count.isdigit() else _NUMBERS[count]
    first = last - timedelta(n * _DAYS_OF[match["unit"]])
    return (first, last), DateAnchor.PUBLICATION


def calendar(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "last week", "late last year", "earlier this month", "that year"."""
    which, unit = match["which"].lower(), match["unit"].lower()
    if which in {"that", "the same"}:
        return _calendar_there(match["part"], unit, reckoning)
    if reckoning.published is None or unit == "day":
        return None
    first, last = _around(reckoning.published, unit, -1 if which == "last" else 0)
    part = (match["part"] or "").lower()
    if part and not part.startswith(("earlier", "later")):
        first, last = _split(first, last, part)
    if which == "this":
        last = min(last, reckoning.published)
    return ((first, last), DateAnchor.PUBLICATION) if first <= last else None


def _calendar_there(part: str | None, unit: str, reckoning: Reckoning) -> Resolved:
    """Resolve "that day", "later that month", "late that year"."""
    if reckoning.previous is None:
        return None
    if unit == "day":
        return reckoning.previous, DateAnchor.PREVIOUS_EVENT
    first, last = _around(reckoning.previous[1], unit, 0)
    if part and part.lower().startswith("later"):
        first = reckoning.previous[1]
    elif part and not part.lower().startswith("earlier"):
        first, last = _split(first, last, part)
    return (first, last), DateAnchor.PREVIOUS_EVENT


def _around(base: date, unit: str, shift: int) -> Interval:
    if unit == "year":
        return date(base.year + shift, 1, 1), date(base.year + shift, 12, 31)
    if unit == "month":
        months = base.year * 12 + base.month - 1 + shift
        return _span_of_month(months // 12, months % 12 + 1)
    monday = base - timedelta(base.weekday()) + timedelta(7 * shift)
    return monday, monday + timedelta(6)


def ago(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "three days ago", "ten years ago this week", "ten years since"."""
    if reckoning.published is None:
        return None
    today = reckoning.published, reckoning.published
    near = match["near"]
    if near and match["unit"] in {"year", "decade"}:
        year = shifted(today, match, -1)[0].year
        if near != "today":
            today = _around(reckoning.published, near.split()[1], 0)
        first, last = (day.replace(year=year) for day in today)
        return (first, last), DateAnchor.PUBLICATION
    return shifted(today, match, -1), DateAnchor.PUBLICATION


# A phrase this near the start opens its sentence and dates the main clause.
_OPENING = 12


def relative(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "a day earlier", "two weeks later" from the date named before."""
    sign = -1 if re.search(r"earlier|before|prior|previous", match["way"], re.I) else 1
    after = match.string[match.end() : match.end() + 2]
    if match["way"].lower() in {"after", "before"} and after[1:].isalpha():
        # "..., three years after rebels had seized it" dates what follows it
        sign = -sign if match.start() > _OPENING else sign
    if reckoning.previous:
        return shifted(reckoning.previous, match, sign), DateAnchor.PREVIOUS_EVENT
    if reckoning.published and sign < 0:
        today = reckoning.published, reckoning.published
        return shifted(today, match, sign), DateAnchor.ASSUMED
    return None


def shifted(base: Interval, match: re.Match[str], sign: int) -> Interval:
    """Return the days that lie a "count" and a "unit" before or after some days.

    What is reckoned from more than a week is as vague: "two weeks later" after "May".
    """
    count = match["count"].lower()
    n = int(count) if count.isdigit() else _NUMBERS[count]
    unit = match["unit"].lower()
    if (base[1] - base[0]).days < _WEEK:
        base = (base[0], base[0]) if sign < 0 else (base[1], base[1])
    if unit in {"day", "night", "week"}:
        vague = count in {"a few", "several", ""}
        slack = timedelta(3 if unit == "week" else 2 * vague)
        shift = timedelta(sign * n * (7 if unit == "week" else 1))
        exact = base[0] < base[1]
        return (
            base[0] + shift - (timedelta() if exact else slack),
            base[1] + shift + (timedelta() if exact else slack),
        )
    if unit == "decade":
        unit, n = "year", 10 * n
    return _around(base[0], unit, sign * n)[0], _around(base[1], unit, sign * n)[1]


def beside(match: re.Match[str], reckoning: Reckoning) -> Resolved:
    """Resolve "the next day", "the following month", "the same day", "that evening"."""
    if not reckoning.previous:
        return None
    which, unit = match["which"].lower(), match["unit"].lower()
    first, last = reckoning.previous
    if which in {"next", "following"}:
        shift, base = 1, last
    elif which in {"previous", "preceding"}:
        shift, base = -1, first
    else:
        return (first, last), DateAnchor.PREVIOUS_EVENT
    if unit in {"week", "month", "year"}:
        return _around(base, unit, shift), DateAnchor.PREVIOUS_EVENT
    day = base + timedelta(shift)
    return (day, day), DateAnchor.PREVIOUS_EVENT
