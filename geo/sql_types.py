"""The column types and constraints that the store's tables are made of.

Plain types that SQLite keeps to (`STRICT`) and PostgreSQL knows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Double,
    Integer,
    MetaData,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from collections.abc import Iterable

metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


Text: TypeEngine[str] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A text, which sorts by the numbers of its characters, as in SQLite and Python."""


class Day(TypeDecorator[date]):
    """A calendar day; ISO text in SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use text where there is no type for days."""
        return dialect.type_descriptor(
            sa.Text() if dialect.name == "sqlite" else Date()
        )

    def process_bind_param(
        self, value: date | None, dialect: Dialect
    ) -> date | str | None:
        """Write the day."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ANN401 - text or date, by dialect
        """Read the day."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; naive datetimes are refused. ISO text in SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use text where there is no type for moments with a time zone."""
        sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(sa.Text() if sqlite else DateTime(timezone=True))

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | str | None:
        """Write the moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"the moment {value} needs a time zone")
        value = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return value
        return value.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - text or datetime, by dialect
        """Read the moment."""
        return datetime.fromisoformat(value) if isinstance(value, str) else value


def wide() -> TypeEngine[int]:
    """Return the type of a whole number of 64 bits."""
    return Integer().with_variant(BigInteger(), "postgresql")


def real() -> TypeEngine[float]:
    """Return the type of a 64-bit float, by the name that SQLite's STRICT takes."""
    return Double().with_variant(REAL(), "sqlite")


def one_of(name: str, values: Iterable[str]) -> CheckConstraint:
    """Return the constraint that a column is null or one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


def real_day(name: str) -> CheckConstraint:
    """Return the constraint that a text is null or a day of the calendar.

    `date(day)` alone lets 31 February pass; with a modifier it is normalised and so
    differs. PostgreSQL's own type does this by itself.
    """
    check = CheckConstraint(
        f"{name} IS date({name}, '+0 days')", name=f"{name}_is_a_day"
    )
    return check.ddl_if(dialect="sqlite")


def real_moment(name: str, *, or_none: bool = False) -> CheckConstraint:
    """Return the constraint that a text is a moment in UTC, or perhaps null."""
    day = f"substr({name}, 1, 10)"
    rule = (
        f"{day} IS date({day}, '+0 days') AND datetime({name}) IS NOT NULL "
        f"AND {name} LIKE '%+00:00'"
    )
    check = CheckConstraint(
        f"{name} IS NULL OR ({rule})" if or_none else rule,
        name=f"{name}_is_a_moment",
    )
    return check.ddl_if(dialect="sqlite")
