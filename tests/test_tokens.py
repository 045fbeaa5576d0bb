"""Words keep their offsets; a possessive is a word of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import PhraseTable
from extract.tokens import tokenize, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The army's units", "The army 's units"),
        ("al-Bab’s hills, ISIL's", "al-Bab ’s hills , ISIL 's"),
        ("Ra's al-Ayn", "Ra's al-Ayn"),
        ("the U.S. and the YPG/YPJ", "the U.S. and the YPG/YPJ"),
        ("17.3.2016, 3rd, 10:30", "17.3.2016 , 3rd , 10:30"),
        ("its 12-member team", "its 12-member team"),
        ("rebels 'said' so", "rebels ' said ' so"),
        ("a word_of two", "a word _ of two"),
        ("", ""),
    ],
)
def test_how_a_sentence_is_cut(text, words):
    assert words_of(text) == words.split()


@given(st.text(max_size=300) | st.text("ab 's’-.3A", max_size=60))
def test_every_word_stands_where_it_says_and_none_is_lost(text):
    words, starts = tokenize(text, 7)
    assert words == words_of(text)
    for word, start in zip(words, starts, strict=True):
        assert text[start - 7 : start - 7 + len(word)] == word
    assert "".join(words) == "".join(text.split())


@pytest.fixture
def table():
    table = PhraseTable(frozenset({"full", "its"}))
    for number, phrase in enumerate(
        ("took", "took control", "took control of", "took its time", "Took")
    ):
        table.add(phrase, number)
    table.add("IS", 9, exact=True)
    return table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("took", (1, [0, 4])),
        ("took nothing", (1, [0, 4])),
        ("took control", (2, [1])),
        ("took full control of it", (4, [2])),
        ("took its full control", (4, [1])),
        ("took its time", (3, [3])),
        ("took its its its control", (1, [0, 4])),
        ("IS", (1, [9])),
        ("is", None),
        ("gave", None),
    ],
)
def test_the_longest_phrase_counts_fillers_apart(table, text, expected):
    words = text.split()
    assert table.longest([word.lower() for word in words], words, 0) == expected


def test_a_table_says_where_its_phrases_may_begin(table):
    assert table.openings("he took it as is".split()) == [1, 4]
