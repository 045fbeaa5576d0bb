"""Columns that are read hold what the rows of the database hold, in either kind."""

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Integer, Text, literal, select, text, union_all
from sqlalchemy.exc import DBAPIError

from geo.column_reading import read_columns
from geo.sql_types import real
from geo.store import open_store

HARD = ['a "quoted", one', "two\nlines\r\n", "", None, "\\.", "\\N", "NULL", "حمص", " "]
DTYPES = {"words": "object", "number": "Int64", "share": "float64"}


def a_row(words, number):
    share = None if number is None else number / 7
    return select(
        literal(words, Text), literal(number, Integer), literal(share, real())
    )


def test_hard_words_and_what_is_not_known_stay_as_they_are(where):
    numbers = [None, *range(len(HARD) - 1)]
    query = union_all(*map(a_row, HARD, numbers))
    with open_store(where) as store, store.reading() as connection:
        found = read_columns(connection, query, DTYPES)
    assert found["words"].tolist() == HARD
    assert [None if pd.isna(one) else one for one in found["number"]] == numbers
    shares = [np.nan if one is None else one / 7 for one in numbers]
    np.testing.assert_array_equal(found["share"], shares)


def test_nothing_found_has_its_types(where):
    query = a_row("a", 1).where(text("1 = 0"))
    with open_store(where) as store, store.reading() as connection:
        found = read_columns(connection, query, DTYPES)
    assert [len(one) for one in found.values()] == [0, 0, 0]
    assert [str(one.dtype) for one in found.values()] == list(DTYPES.values())


def test_what_the_database_refuses_is_told_as_ever(where):
    query = select(text("no_such_column")).select_from(text("event"))
    with (
        open_store(where) as store,
        store._engine.connect() as connection,
        pytest.raises(DBAPIError),
    ):
        read_columns(connection, query, {"words": "object"})
