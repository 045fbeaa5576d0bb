"""How phrases that rest on another day resolve: weekdays, "ago", "the next day"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from extract.date_phrases import (
    DAYS,
    Interval,
    Reckoning,
    Resolved,
    span_of_month,
    split,
)
from extract.records import DateAnchor

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
    "": 3,  # "days later"
}
_WEEK, _DAYS_OF_MONTH = 7, 31


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
    vague = spoken is not None and spoken[0] < spoken[1]
    after = months[2][0] if vague else base
    later = [day for day in days if spoken and day >= after]
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
        first, last = split(first, last, part)
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
        first, last = split(first, last, part)
    return (first, last), DateAnchor.PREVIOUS_EVENT


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


def _around(base: date, unit: str, shift: int) -> Interval:
    if unit == "year":
        return date(base.year + shift, 1, 1), date(base.year + shift, 12, 31)
    if unit == "month":
        months = base.year * 12 + base.month - 1 + shift
        return span_of_month(months // 12, months % 12 + 1)
    monday = base - timedelta(base.weekday()) + timedelta(7 * shift)
    return monday, monday + timedelta(6)
