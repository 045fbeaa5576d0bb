"""When to try again what failed is decided here: later each time, or as asked."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST_S = 60
"""How often a feed may be looked at, at most."""
LONGEST_S = 86_400.0
"""A day: nobody is left alone for longer, whatever is asked."""


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Return for how many seconds a server asks to be left alone, or None.

    Parameters
    ----------
    headers
        Of its answer; Retry-After is a number of seconds or a date.
    now_s
        The seconds of now.
    """
    asked = headers.get("Retry-After", "").strip()
    if not asked:
        return None
    if asked.isdecimal() and asked.isascii():
        return min(float(asked[:9]), LONGEST_S)
    try:
        until = parsedate_to_datetime(asked).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(until - now_s, 0.0), LONGEST_S)


def backed_off_s(
    every_s: float, failures: int, retry_after: float | None = None
) -> float:
    """Return in how many seconds to try again after so many failures in a row.

    Twice as long after each, a day at most, and never sooner than was asked.
    """
    doubled = every_s * 2.0 ** min(failures, 40)
    return max(every_s, min(doubled, LONGEST_S), retry_after or 0.0)
