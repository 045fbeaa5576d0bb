"""What a request asks for is read here, strictly: what is not known is refused."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from extract.records import EventType, Modality
from geo.wording import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""The one reference system: degrees of longitude and latitude on WGS 84."""

FEW, MOST = 100, 1_000
"""How many features an answer holds if nothing is asked for, and at most."""

TEXT_LIMIT = 200
"""Characters that a value may have."""

VALUES_LIMIT = 20
"""Values that one filter may have."""

PAGING = ("limit", "offset", "data", "f")
"""What a page of features can be asked by, whatever it holds."""

WHERE_WHEN = ("bbox", "bbox-crs", "datetime")

CHOICES = {
    "type": tuple(str(kind) for kind in EventType),
    "modality": tuple(str(modality) for modality in Modality),
    "status": tuple(STATUSES),
    "reviewed": ("true", "false"),
}
"""The filters that have only these values."""

_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATA = re.compile(r"[0-9a-f]{1,64}")
# RFC 3339: a day, or a moment with its offset; seconds may be a leap second's.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:)([0-9]{2})(?:\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_OPEN = {"", ".."}


class AskedWronglyError(ValueError):
    """The request asks for what there is not; the message says what to ask instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a collection.

    `data` names the state of the store to answer from, empty for that of now. `box` is
    (west, south, east, north) in degrees; its west may lie east of its east. `first`
    and `last` are inclusive days, None for open ends; `is_dated` tells whether days
    were asked for at all. `filters` are the values of each filter.
    """

    limit: int = FEW
    offset: int = 0
    data: str = ""
    box: tuple[float, float, float, float] | None = None
    first: date | None = None
    last: date | None = None
    is_dated: bool = False
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def check_names(
    pairs: Iterable[tuple[str, str]], known: Iterable[str] = ("f",)
) -> None:
    """Refuse parameters that are not known, and another form of answer than JSON."""
    allowed = set(known)
    for name, value in pairs:
        if name not in allowed:
            offered = ", ".join(sorted(allowed)) or "none"
            raise AskedWronglyError(
                f"there is no parameter {_shown(name)} here; there are: {offered}"
            )
        if name == "f" and value != "json":
            raise AskedWronglyError("f can be json only")


def read_asked(
    pairs: Sequence[tuple[str, str]],
    filters: Sequence[str],
    paging: Sequence[str] = PAGING,
) -> Asked:
    """Return what the parameters of a request ask for.

    Parameters
    ----------
    pairs
        The names and values, decoded, in their order.
    filters
        The filters that the collection has; each may be given several times.
    paging
        Which parameters there are beside these and those of space and time.

    Raises
    ------
    AskedWronglyError
        If one is not known, is given twice, or has no value that it may have.
    """
    check_names(pairs, (*paging, *WHERE_WHEN, *filters))
    once = _once(pairs, filters)
    if once.get("bbox-crs", CRS84) != CRS84:
        raise AskedWronglyError(f"bbox-crs can be {CRS84} only")
    first, last = _days(once["datetime"]) if "datetime" in once else (None, None)
    data = once.get("data", "")
    if "data" in once and not _DATA.fullmatch(data):
        raise AskedWronglyError("data is a name that a link of this API has")
    return Asked(
        limit=_limit(once),
        offset=_count(once, "offset", 0),
        data=data,
        box=_box(once["bbox"]) if "bbox" in once else None,
        first=first,
        last=last,
        is_dated="datetime" in once,
        filters=_filters(pairs, filters),
    )


def _shown(text: str) -> str:
    return repr(text[:40])


def _once(pairs: Sequence[tuple[str, str]], filters: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in filters:
            continue
        if name in found:
            raise AskedWronglyError(f"{name} is given twice")
        found[name] = value
    return found


def _count(once: Mapping[str, str], name: str, otherwise: int) -> int:
    text = once.get(name)
    if text is None:
        return otherwise
    if not _DIGITS.fullmatch(text):
        raise AskedWronglyError(f"{name} is a whole number, not {_shown(text)}")
    # Of thousands of digits Python makes no number.
    return int(text) if len(text) <= 18 else 10**18


def _limit(once: Mapping[str, str]) -> int:
    limit = _count(once, "limit", FEW)
    if limit < 1:
        raise AskedWronglyError("limit is at least 1")
    # More is no error (OGC 17-069r4, requirement 22): as many as there may be.
    return min(limit, MOST)


def _filters(
    pairs: Sequence[tuple[str, str]], names: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    found = {}
    for name in names:
        values = tuple(value for asked, value in pairs if asked == name)
        if not values:
            continue
        if len(values) > VALUES_LIMIT:
            raise AskedWronglyError(f"{name} has {VALUES_LIMIT} values at most")
        for value in values:
            _check_value(name, value)
        found[name] = values
    return found


def _check_value(name: str, value: str) -> None:
    offered = CHOICES.get(name)
    if offered and value not in offered:
        raise AskedWronglyError(
            f"{name} is one of {', '.join(offered)}, not {_shown(value)}"
        )
    if not 1 <= len(value) <= TEXT_LIMIT:
        raise AskedWronglyError(f"{name} has 1 to {TEXT_LIMIT} characters")


def _box(text: str) -> tuple[float, float, float, float]:
    parts = text.split(",")
    if len(parts) not in (4, 6) or not all(map(_NUMBER.fullmatch, parts)):
        raise AskedWronglyError(
            "bbox is four numbers, west,south,east,north, or six with heights"
        )
    numbers = [float(part) for part in parts]
    if not all(map(math.isfinite, numbers)):
        raise AskedWronglyError("bbox has a number that is too large")
    half = len(numbers) // 2
    west, south, east, north = *numbers[:2], *numbers[half : half + 2]
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise AskedWronglyError("bbox has a longitude beyond 180 degrees")
    if not -90 <= south <= north <= 90:
        raise AskedWronglyError("bbox has latitudes that are no south,north in degrees")
    if half == 3 and numbers[2] > numbers[5]:
        raise AskedWronglyError("bbox has its greater height first")
    return west, south, east, north


def _days(text: str) -> tuple[date | None, date | None]:
    """Read an instant or an interval; each end may be open, but for both of them."""
    ends = text.split("/")
    if len(ends) == 1:
        day = _day(text)
        return day, day
    if len(ends) != 2:
        raise AskedWronglyError("datetime is one moment, or two with one / between")
    first, last = (None if end in _OPEN else _day(end) for end in ends)
    if first and last and first > last:
        raise AskedWronglyError("datetime ends before it begins")
    return first, last


def _day(text: str) -> date:
    """Return the day, in UTC, of a day or moment of RFC 3339."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        moment = _MOMENT.fullmatch(text)
        if moment:
            return _utc(*moment.groups())
    except (ValueError, OverflowError) as error:
        raise _no_day(text) from error
    raise _no_day(text)


def _utc(day: str, hours: str, seconds: str, offset: str) -> date:
    second = "59" if seconds == "60" else seconds
    zone = "+00:00" if offset in "Zz" else offset
    return datetime.fromisoformat(f"{day}T{hours}{second}{zone}").astimezone(UTC).date()


def _no_day(text: str) -> AskedWronglyError:
    return AskedWronglyError(
        f"datetime holds {_shown(text)}, which is no day like 2017-03-02 and no moment "
        "like 2017-03-02T00:00:00Z; open ends are .. or nothing"
    )
