"""Words for time become first and last days, with precision and anchor."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract import dates
from extract.date_patterns import PATTERNS
from extract.dates import Reckoning, find_dates
from extract.records import DateAnchor
from extract.tokens import words_of

SUNDAY = date(2017, 3, 5)


def resolve(text, published=SUNDAY, previous=None):
    before = (previous, previous) if isinstance(previous, date) else previous
    return [
        (str(w.first), str(w.last))
        for w in find_dates(text, Reckoning(published, before))
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on Friday", "2017-03-03", "2017-03-03"),
        ("on Sunday", "2017-03-05", "2017-03-05"),
        ("last Sunday", "2017-02-26", "2017-02-26"),
        ("in May 2015", "2015-05-01", "2015-05-31"),
        ("in December", "2016-12-01", "2016-12-31"),
        ("late last year", "2016-10-01", "2016-12-31"),
        ("last night", "2017-03-04", "2017-03-05"),
        ("overnight", "2017-03-04", "2017-03-05"),
        ("yesterday", "2017-03-04", "2017-03-04"),
        ("earlier this month", "2017-03-01", "2017-03-05"),
        ("three days ago", "2017-03-02", "2017-03-02"),
        ("March 2, 2017", "2017-03-02", "2017-03-02"),
        ("on 2 March 2017", "2017-03-02", "2017-03-02"),
        ("17/3/2016", "2016-03-17", "2016-03-17"),
        ("2016-03-17", "2016-03-17", "2016-03-17"),
        ("between 3 and 9 October 2016", "2016-10-03", "2016-10-09"),
        ("28 May to 3 June 2016", "2016-05-28", "2016-06-03"),
        ("mid-March 2016", "2016-03-11", "2016-03-20"),
        ("the first week of October 2016", "2016-10-01", "2016-10-07"),
        ("the last day of February 2016", "2016-02-29", "2016-02-29"),
        ("in the summer of 2014", "", ""),
        ("summer of 2014", "2014-06-01", "2014-08-31"),
        ("late 2016", "2016-10-01", "2016-12-31"),
        ("in 2013", "2013-01-01", "2013-12-31"),
        ("3/17/2016", "2016-03-17", "2016-03-17"),
        ("on 3/4/2017", "2017-03-04", "2017-03-04"),
        ("on 3/2/2017", "2017-02-03", "2017-02-03"),
        ("from mid-2012 to late 2014", "2012-05-02", "2014-12-31"),
        ("from 2012 to 2014", "2012-01-01", "2014-12-31"),
        ("between 2012 and May 2014", "2012-01-01", "2014-05-31"),
        ("from November to January 2016", "2015-11-01", "2016-01-31"),
        ("from 3 May 2015 until 2 March 2016", "2015-05-03", "2016-03-02"),
        ("from January through March", "2017-01-01", "2017-03-05"),
        ("in January last year", "2016-01-01", "2016-01-31"),
        ("on 3 January last year", "2016-01-03", "2016-01-03"),
        ("in January this year", "2017-01-01", "2017-01-31"),
        ("two years ago this week", "2015-02-27", "2015-03-05"),
        ("ten years ago today", "2007-03-05", "2007-03-05"),
        ("in the past week", "2017-02-26", "2017-03-05"),
        ("over the last two months", "2017-01-04", "2017-03-05"),
        ("in recent weeks", "2017-02-05", "2017-03-05"),
        ("a decade ago", "2007-01-01", "2007-12-31"),
        ("in the two years since they lost it", "2015-01-01", "2015-12-31"),
        ("in 1187", "1187-01-01", "1187-12-31"),
        ("since 1798", "1798-01-01", "1798-12-31"),
        ("in 1898 and later", "1898-01-01", "1898-12-31"),
        ("on the 3rd", "2017-03-03", "2017-03-03"),
        ("on the 31st", "2017-01-31", "2017-01-31"),
        ("on Friday, August 13, 2021", "2021-08-13", "2021-08-13"),
        ("on Wednesday 1 February", "2017-02-01", "2017-02-01"),
        ("on Saturday (February 4)", "2017-02-04", "2017-02-04"),
        ("on Monday, 17/3/2016", "2016-03-17", "2016-03-17"),
    ],
)
def test_absolute_and_publication_dates(text, first, last):
    found = resolve(f"Rebels took the town {text}.")
    assert found == ([(first, last)] if first else resolve("in summer of 2014"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("A day earlier,", "2017-03-02", "2017-03-02"),
        ("The next day", "2017-03-04", "2017-03-04"),
        ("By the following evening", "2017-03-04", "2017-03-04"),
        ("the same day", "2017-03-03", "2017-03-03"),
        ("later that day", "2017-03-03", "2017-03-03"),
        ("two weeks later", "2017-03-14", "2017-03-20"),
        ("late that year", "2017-10-01", "2017-12-31"),
        ("the next month", "2017-04-01", "2017-04-30"),
        ("the following December", "2017-12-01", "2017-12-31"),
        ("the following January", "2018-01-01", "2018-01-31"),
        ("that December", "2017-12-01", "2017-12-31"),
        ("the previous October", "2016-10-01", "2016-10-31"),
        ("in May of the same year", "2017-05-01", "2017-05-31"),
        ("in May the following year", "2018-05-01", "2018-05-31"),
        ("fourteen months later", "2018-05-01", "2018-05-31"),
        ("on the 5th", "2017-03-05", "2017-03-05"),
        ("on the 4th they", "2017-03-04", "2017-03-04"),
        ("days later", "2017-03-04", "2017-03-08"),
        ("the day before", "2017-03-02", "2017-03-02"),
    ],
)
def test_dates_reckoned_from_the_one_named_before(text, first, last):
    assert resolve(text, previous=date(2017, 3, 3)) == [(first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "for about a month and a half",
        "They may advance in force",
        "Forces march on the town",
        "the 31st of February 2017",
        "Hill 112 and Point 7",
        "a second front",
        "Yemen Today television",
        "in 600 villages",
        "until 1530, and by 1500 GMT",
        "outnumbered by 800",
        "on the 5th regiment",
        "areas that may fall, and forces that march on",
    ],
)
def test_what_is_no_date(text):
    assert resolve(text) == []


def test_without_any_anchor_nothing_is_guessed():
    assert resolve("on Friday, and a day earlier", published=None) == []


def test_a_text_about_the_past_keeps_to_its_year():
    assert resolve("On 4 June", previous=date(2013, 5, 30)) == [
        ("2013-06-04", "2013-06-04")
    ]


def test_a_story_goes_on_rather_than_back():
    may = (date(2015, 5, 1), date(2015, 5, 31))
    assert resolve("in December", previous=may) == [("2015-12-01", "2015-12-31")]
    march = (date(2015, 3, 1), date(2015, 3, 31))
    assert resolve("in December", previous=march) == [("2015-12-01", "2015-12-31")]
    assert resolve("in April", previous=may) == [("2015-04-01", "2015-04-30")]
    middle = (date(2015, 5, 11), date(2015, 5, 20))
    assert resolve("on the 8th", previous=middle) == [("2015-05-08", "2015-05-08")]
    assert resolve("on the 1st", previous=date(2015, 5, 28)) == [
        ("2015-06-01", "2015-06-01")
    ]


def test_what_follows_a_whole_month_is_as_vague():
    may = (date(2015, 5, 1), date(2015, 5, 31))
    assert resolve("two weeks later", previous=may) == [("2015-05-15", "2015-06-14")]


def test_since_and_anchor_are_told():
    [when] = find_dates("since June 2", Reckoning(SUNDAY, None))
    assert when.since
    assert when.anchor is DateAnchor.ABSOLUTE


@pytest.mark.parametrize(
    ("text", "prec"), [("on 2 March 2017", 1), ("overnight", 2), ("in May 2015", 4)]
)
def test_precision_is_ucdps(text, prec):
    assert find_dates(text, Reckoning(SUNDAY, None))[0].prec == prec


@given(st.text(max_size=200), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_any_text_gives_ordered_dates_inside_it(text, published):
    for when in find_dates(text, Reckoning(published, (published, published))):
        assert when.first <= when.last
        assert 0 <= when.start < when.end <= len(text)


LABELLED = Path(__file__).parent / "data" / "labelled.jsonl"
FORMS = """28 May - 3 June 2016|May 28 to June 3|18-20 May|Sept. 3rd, 2015|3rd of May|
28 May/3 June 2015|17.3.2016|2016-03-17|the first week of October|mid-March|May, 2015|
in May/June|since the second half of 2014|summer of 2014|in 2013|late 2016|by Sept.|
the last day of February|overnight into Tuesday|between Friday and Sunday|this evening|
in the past 24 hours|recent days|the day before yesterday|at the end of last year|
that same week|a couple of weeks ago|three days earlier|two years afterwards|
on the morning of the following day|from May 2015 to March 2016|
between 2014 and 2017|the following December|that same June|in May of the same year|
in 1187|since 1798|on the 31st|ten years ago this week|two years since|days later|
in the past week|over the last two weeks|in recent weeks|the day before|later in the day|that night|by the next month"""


@pytest.mark.parametrize("form", FORMS.replace("\n", "").split("|"))
def test_no_pattern_is_left_out_that_would_find_something(form):
    for text in (form, form.upper(), f"Rebels said {form}, it fell"):
        assert found(text) == found_by_all(text) != []


def test_no_pattern_is_left_out_on_news():
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    for text in texts:
        assert found(text) == found_by_all(text)
    assert sum(len(found(text)) for text in texts) > 100


def found(text):
    low = [word.lower() for word in words_of(text)]
    return sorted(match.span() for match, _ in dates._matches(text.lower(), low))


def found_by_all(text):
    rules = [pattern for _, group in PATTERNS for _, pattern, _ in group]
    return sorted(m.span() for rule in rules for m in rule.finditer(text.lower()))
