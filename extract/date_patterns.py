"""The phrases for time that news uses: what each looks like, and who resolves it.

All are of small letters, to be looked for in a text in small letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract import date_offsets as offsets
from extract import date_phrases as days
from extract.date_phrases import DAYS, MONTHS

if TYPE_CHECKING:
    from extract.date_phrases import Resolver

_MONTH = (
    r"(?P<{0}>jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|"
    r"july?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|"
    r"dec(?:ember|\.)?)(?![\w’'-])"
)
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_PART = (
    r"(?P<part>(?:very )?early|mid|late|(?:the )?(?:beginning|start|middle|end|"
    r"first half|second half) (?:of|in))[- ](?:in )?"
)
_COUNT = (
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|"
    r"a few|several|a couple of|couple of)"
)
_UNIT = r"(?P<unit>day|night|week|month|year|decade)s?"
_WEEKDAY = r"(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_WEEKDAY_2 = _WEEKDAY.replace("weekday", "weekday2")
_TIME = r"(?:morning|afternoon|evening|night|dawn|noon|midday|midnight|nightfall|dusk)"


def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])" + pattern)


_MONTH_ = _MONTH.format("month")
_M, _D = _MONTH.replace("?P<{0}>", "?:"), _DAY.replace("?P<{0}>", "?:")
_D1, _D2 = _DAY.format("day1"), _DAY.format("day2")
_M1, _M2 = _MONTH.format("month1"), _MONTH.format("month2")
_OPT_YEAR = (
    rf"(?:,? {_YEAR}| (?:of )?(?P<which>last|this|next|that|"
    r"the (?:same|following|next|previous)) year)?"
)
_ANY_YEAR = r"(?:19|20)\d\d(?!\d)"
_POINT = (
    r"(?:(?:early|mid|late)[ -])?"
    rf"(?:(?:{_D} )?{_M}(?: {_D}(?!\d))?(?:,? {_ANY_YEAR})?|{_ANY_YEAR})"
)
_TO = r"(?: ?[-–—/] ?| to | and | or | until | through )"
# Groups that never match, so that one resolver reads several patterns.
_NO_PART, _NO_SEASON = "(?P<part>(?!))?", "(?P<season>(?!))?"
_NO_YEAR = "(?P<year>(?!))?"
_IN = r"(?:in|since|by|until|during|last|of|throughout|from)"
_NEAR = r"(?P<near>following|next|previous|preceding|same|that(?! ma[yr]))"
_SPAN = (
    rf"(?:from|between) (?P<point1>{_POINT})"
    rf"(?: to | until | till | and | through | ?[-–—] ?)(?P<point2>{_POINT})"
)
# A number that is no time ("by 1500 GMT") and counts nothing ("in 600 villages").
_OLD_YEAR = (
    r"(?:in (?:the year )?(?P<year>1[0-8]\d\d|[5-9]\d\d)|"
    r"(?:since|by|until|from) (?P<year2>1[0-8][6-9]\d))(?: ad| ce)?"
    r"(?= ?(?:[.,;)](?!\d)|$)| (?:and|but|when|after|before|by|from|to|under|during)\b)"
)
_NTH = (
    r"(?:on|by|since|until) the (?P<day>[0-3]?\d)(?:st|nd|rd|th)"
    r"(?= ?(?:[.,;)]|$)| (?:and|but|when|after|as|by|they|it|the|"
    r"of (?:the|that) month)\b)"
)
_LATELY = (
    r"(?:the day before yesterday|today|yesterday|tomorrow|tonight|overnight|"
    r"last night|this (?:morning|afternoon|evening)|"
    r"(?:in the |over the )?(?:past|last) 24 hours|(?:past|last) 48 hours|"
    r"(?:in |over )?recent (?:days|weeks|months)|"
    r"(?:past|last) few days)\b"
)
_PAST = (
    rf"(?:in|over|during|within|for|throughout) the (?:past|last) (?:{_COUNT} )?{_UNIT}"
    r"\b(?! of\b)"
)
_CALENDAR = (
    r"(?:(?P<part>earlier|later|early|mid|late|(?:at )?the (?:end|beginning|start) of)"
    r"[- ])?(?P<which>last|this|that|the same) (?P<unit>day|week|month|year)\b"
)
_BESIDE = (
    r"(?:(?:on|by|later on|late on|early) )?(?:the )?"
    r"(?:dawn |morning |evening |night |end )?(?:of )?(?:the )?"
    r"(?P<which>next|following|previous|preceding|same) "
    r"(?P<unit>day|night|morning|afternoon|evening|dawn|week|month|year)\b"
)
_SAME_DAY = (
    r"(?:later|earlier|early|late)? ?(?:in the same|in the|on the same|on the|that|"
    r"the same) (?P<which>)(?P<unit>day|night|morning|afternoon|evening)\b"
)
_WEEK_OF = (
    r"(?:in |since |by |until |during |of |throughout )?(?:the )?"
    r"(?P<week>first|second|third|last|final) week (?:of|in) "
)
_SEASON = r"(?P<season>spring|summer|autumn|fall)"
_AGO_TO, _NO_NEAR = r" (?P<near>today|this (?:week|month))", "(?P<near>(?!))?"
_WAY = r"(?P<way>earlier|later|before|after|afterwards?|prior)"
_FEW_LATER = r"(?P<count>)(?P<unit>day|week|month|year)s (?P<way>earlier|later)\b"
_THE_DAY = rf"(?P<count>the) (?P<unit>day|night|week|month|year) {_WAY}\b"
_DAY_OF_WEEK = (
    r"(?:(?P<lead>last|next|previous|this) )?"
    r"(?P<until>overnight (?:in)?to |the night (?:of|to) )?"
)


LENGTH = re.compile(rf"\bfor (?:[a-z]+ ){{0,3}}?(?:{_COUNT} )?{_UNIT}\b")
"""How long something lasted: "for five years", "for nearly two months", "for years"."""


def _any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


YEAR, TWO, THREE = "#year", "#two", "#three"
"""Stand among a text's words for a number that can be a year, and for how many."""
AGED = "#old year"
"""Stands for a number that can be a year before 1900."""
LED, COUNTED = "#in month", "#month number"
"""Stand for a month behind a preposition, and for one with a number behind it."""


MONTH_WORDS = frozenset({*MONTHS, *(month[:3] for month in MONTHS), "sept"})
_WEEKDAYS = frozenset(DAYS)
_UNITS = _any_of(
    "day days night nights week weeks month months year years decade decades"
)
_A_YEAR, _TWO, _THREE = frozenset({YEAR}), frozenset({TWO}), frozenset({THREE})
_OLD = frozenset({AGED})
_LED, _COUNTED = frozenset({LED}), frozenset({COUNTED})
_PARTS = _any_of("early mid late beginning start middle end half")
LEADS = _any_of("in since by until during last of throughout from")
_NTHS = _any_of("st nd rd th")
_WAYS = _any_of("earlier later before after afterward afterwards prior")
_RECENT = _any_of(
    "today yesterday tomorrow tonight overnight night morning afternoon evening hours "
    "days weeks months"
)

Words = frozenset[str]
PATTERNS: tuple[
    tuple[Words, tuple[tuple[Words, re.Pattern[str], Resolver], ...]], ...
] = (
    (
        MONTH_WORDS,
        (
            # 28 May - 3 June 2016; May 28 to June 3
            (_TWO, _rx(rf"{_D1} {_M1}{_TO}{_D2} {_M2}{_OPT_YEAR}"), days.dated),
            (_TWO, _rx(rf"{_M1} {_D1}{_TO}{_M2} {_D2}(?!\d){_OPT_YEAR}"), days.dated),
            # 18-20 May 2015; between May 18 and 20
            (_TWO, _rx(rf"{_D1}{_TO}{_D2} (?:of )?{_M2}{_OPT_YEAR}"), days.dated),
            (_TWO, _rx(rf"{_M2} {_D1}{_TO}{_D2}(?![\d:]){_OPT_YEAR}"), days.dated),
            # 3 May 2015; 3rd of May; May 3
            (MONTH_WORDS, _rx(rf"{_D1} (?:of )?{_M2}{_OPT_YEAR}"), days.dated),
            (_COUNTED, _rx(rf"{_M2} {_D1}(?![\d:]){_OPT_YEAR}"), days.dated),
            # the first week of October; mid-March; May 2015; in May
            (
                _any_of("week"),
                _rx(rf"{_WEEK_OF}{_NO_PART}{_MONTH_}{_OPT_YEAR}"),
                days.monthly,
            ),
            (_PARTS, _rx(rf"{_PART}{_MONTH_}{_OPT_YEAR}"), days.monthly),
            (_COUNTED, _rx(rf"{_NO_PART}{_MONTH_},? {_YEAR}"), days.monthly),
            (
                LEADS,
                _rx(rf"{_IN} {_NO_PART}{_MONTH_}{_OPT_YEAR}(?! \d)"),
                days.monthly,
            ),
            (
                _any_of("following next previous preceding same that"),
                _rx(rf"{_NEAR} {_NO_PART}{_MONTH_}{_NO_YEAR}"),
                days.monthly,
            ),
            (
                _any_of("day"),
                _rx(rf"the (?P<edge>first|last) day of {_MONTH_}{_OPT_YEAR}"),
                days.edge,
            ),
        ),
    ),
    (
        _A_YEAR,
        (
            # 17/3/2016; 2016-03-17
            (
                _THREE,
                _rx(rf"(?P<d>[0-3]?\d)[/.](?P<m>[0-3]?\d)[/.]{_YEAR}"),
                days.numeric,
            ),
            (
                _THREE,
                _rx(r"(?P<year>(?:19|20)\d\d)-(?P<m>[01]\d)-(?P<d>[0-3]\d)(?!\d)"),
                days.numeric,
            ),
            # late 2016; the summer of 2014; in 2013
            (
                _PARTS,
                _rx(rf"(?:in |since |by )?(?:the )?{_PART}{_NO_SEASON}{_YEAR}"),
                days.yearly,
            ),
            (
                _any_of("spring summer autumn fall"),
                _rx(rf"{_NO_PART}{_SEASON}(?: of|,)? {_YEAR}"),
                days.yearly,
            ),
            (LEADS, _rx(rf"{_IN} {_NO_PART}{_NO_SEASON}{_YEAR}(?!-)"), days.yearly),
        ),
    ),
    # from May to August 2015; between 2014 and 2017
    (
        MONTH_WORDS | _A_YEAR,
        ((_any_of("from between"), _rx(_SPAN), days.spanning),),
    ),
    # in 1187; on the 31st
    (_OLD, ((_OLD, _rx(_OLD_YEAR), days.aged),)),
    (_NTHS, ((_NTHS, _rx(_NTH), offsets.nth),)),
    (
        _WEEKDAYS,
        (
            # Friday; last Friday morning; overnight into Tuesday
            (
                _WEEKDAYS,
                _rx(rf"{_DAY_OF_WEEK}{_WEEKDAY}(?: {_TIME})?\b"),
                offsets.weekly,
            ),
            (
                _any_of("between from"),
                _rx(rf"(?:between|from) {_WEEKDAY} (?:and|to) {_WEEKDAY_2}"),
                offsets.weekly,
            ),
        ),
    ),
    (_RECENT, ((_RECENT, _rx(_LATELY), offsets.deictic),)),
    (
        _UNITS | _any_of("morning afternoon evening dawn"),
        (
            (_any_of("last this that same"), _rx(_CALENDAR), offsets.calendar),
            (
                _any_of("ago"),
                _rx(rf"{_COUNT} {_UNIT} ago(?:{_AGO_TO})?\b"),
                offsets.ago,
            ),
            # over the past two weeks; days later; the day before
            (_any_of("past last"), _rx(_PAST), offsets.lately),
            (_WAYS, _rx(_FEW_LATER), offsets.relative),
            (_WAYS, _rx(_THE_DAY), offsets.relative),
            # "marks ten years since rebels took it"
            (
                _any_of("since"),
                _rx(rf"{_COUNT} {_UNIT} since{_NO_NEAR}\b"),
                offsets.ago,
            ),
            (_WAYS, _rx(rf"{_COUNT} {_UNIT} {_WAY}\b"), offsets.relative),
            (
                _any_of("next following previous preceding same"),
                _rx(_BESIDE),
                offsets.beside,
            ),
        ),
    ),
    (
        _any_of("day night morning afternoon evening"),
        ((_any_of("the that"), _rx(_SAME_DAY), offsets.beside),),
    ),
)
"""By what a text must hold for any pattern of a group to find something: the pattern,
what else it needs, and its resolver. Phrases of one place and length go by this order.
"""
