"""What a query finds is read as columns here, not as rows of Python objects.

Ten thousand rows of thirty columns take SQLAlchemy longer to hand out than a database
to find. So SQLite's driver is asked for them itself, and a server copies them out as
one text, which pyarrow takes apart.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import Text, type_coerce
from sqlalchemy.exc import DBAPIError

from geo.sql_types import Day

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import (
        Column,
        ColumnElement,
        CompoundSelect,
        Connection,
        Select,
    )

    Query = Select[Any] | CompoundSelect[Any]

_PART = 100
"""Rows that are tuples at a time: as many as there are would be looked at by the
garbage collector again and again."""


def plain(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """Return a column to select that is read as it lies there."""
    is_text = isinstance(column.type, Day) and connection.dialect.name == "sqlite"
    return type_coerce(column, Text) if is_text else column


def read_columns(
    connection: Connection, query: Query, dtypes: Mapping[str, str]
) -> dict[str, Any]:
    """Return what a query finds as arrays.

    Parameters
    ----------
    connection
        To the store.
    query
        Selects columns from `plain`, in the order of `dtypes`.
    dtypes
        What each column is to be, by the name to call it: an object is `str` or None.

    Raises
    ------
    sqlalchemy.exc.DBAPIError
        If the database fails.
    """
    if connection.dialect.name == "sqlite":
        return _fetched(connection, query, dtypes)
    return _copied(connection, query, dtypes)


def _fetched(
    connection: Connection, query: Query, dtypes: Mapping[str, str]
) -> dict[str, Any]:
    cells: list[list[Any]] = [[] for _ in dtypes]
    with connection.execute(query) as found, _told(connection, query):
        while part := found.cursor.fetchmany(_PART):
            for column, more in zip(cells, zip(*part, strict=True), strict=True):
                column.extend(more)
    return {
        name: _typed(column, dtype)
        for column, (name, dtype) in zip(cells, dtypes.items(), strict=True)
    }


def _typed(cells: list[Any], dtype: str) -> Any:  # noqa: ANN401 - an array of either kind
    if dtype.startswith("datetime64"):
        return np.array(cells, dtype="datetime64[D]").astype(dtype)
    if dtype == "Int64":
        return pd.array(cells, dtype=dtype)
    return np.array(cells, dtype=dtype)


def _copied(
    connection: Connection, query: Query, dtypes: Mapping[str, str]
) -> dict[str, Any]:
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    statement = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    driver: Any = connection.connection.driver_connection
    text = bytearray()
    with (
        _told(connection, query),
        driver.cursor() as cursor,
        cursor.copy(statement, compiled.params) as copy,
    ):
        for part in copy:
            text += part
    return _parsed(text, dtypes)


def _parsed(text: bytearray, dtypes: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of a CSV text; what is empty and not quoted is not known."""
    import pyarrow as pa
    from pyarrow import csv

    schema = pa.schema([(name, _in_arrow(dtype)) for name, dtype in dtypes.items()])
    if text:
        table = csv.read_csv(
            pa.py_buffer(text),
            csv.ReadOptions(
                column_names=schema.names, use_threads=False, block_size=len(text) + 1
            ),
            csv.ParseOptions(newlines_in_values=True),
            csv.ConvertOptions(
                column_types=schema,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    else:
        table = schema.empty_table()
    return {name: _array(table[name], dtype) for name, dtype in dtypes.items()}


def _in_arrow(dtype: str) -> Any:  # noqa: ANN401 - pyarrow has no types for its types
    import pyarrow as pa

    if dtype.startswith("datetime64"):
        return pa.date32()
    # As a dictionary: what is told again and again becomes one object of Python's.
    texts = pa.dictionary(pa.int32(), pa.string())
    kinds = {"object": texts, "float64": pa.float64()}
    return kinds.get(dtype, pa.int64())


def _array(column: Any, dtype: str) -> Any:  # noqa: ANN401 - as above
    if dtype == "Int64":
        return pd.Int64Dtype().__from_arrow__(column)
    if dtype != "object":
        return column.to_numpy().astype(dtype)
    told = column.combine_chunks()
    # The last, which the code -1 finds, stands for what is not known.
    words = np.append(told.dictionary.to_numpy(zero_copy_only=False), [None])
    return words[told.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


@contextmanager
def _told(connection: Connection, query: Query) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy does."""
    errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except errors as error:
        raise DBAPIError(str(query), None, error) from error


__all__ = ["plain", "read_columns"]
