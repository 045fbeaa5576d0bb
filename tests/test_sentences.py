"""Text is cut into sentences by offsets; ranks and initials end none."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.sentences import paragraphs, sentences


def split(text):
    return [s.of(text) for p in paragraphs(text) for s in sentences(text, p)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The town fell. The army left.", ["The town fell.", "The army left."]),
        (
            "Lt. Gen. Omar Haddad spoke. He left.",
            ["Lt. Gen. Omar Haddad spoke.", "He left."],
        ),
        (
            "They met at 6 a.m. near Raqqa. Then they left.",
            ["They met at 6 a.m. near Raqqa.", "Then they left."],
        ),
        (
            "It lies 4.5 km off. al-Bab fell next.",
            ["It lies 4.5 km off.", "al-Bab fell next."],
        ),
        (
            "“We hold it.” The colonel smiled.",
            ["“We hold it.”", "The colonel smiled."],
        ),
        ("U.S. forces left. They flew.", ["U.S. forces left.", "They flew."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("Who holds it? Nobody knows!", ["Who holds it?", "Nobody knows!"]),
        ("", []),
        (" \n\t \n", []),
    ],
)
def test_where_sentences_end(text, expected):
    assert split(text) == expected


@given(st.text(max_size=300))
def test_sentences_are_in_order_and_lose_no_word(text):
    spans = [s for p in paragraphs(text) for s in sentences(text, p)]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    kept = "".join("".join(s.of(text).split()) for s in spans)
    assert kept == "".join(text.split())
