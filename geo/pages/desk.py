"""The one way in which the page opens the store: to look, or to write as somebody."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo.database import open_engine, whereabouts
from geo.pages.visitor import visitor
from geo.people import NotPermittedError, permit
from geo.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from geo.pages.home import Setting
    from geo.people import Deed, Person


class Shown(Store):
    """A store that is only looked at: every writing is refused."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Refuse to write; see `desk`."""
        raise NotPermittedError("this store was opened to be looked at")
        yield


def look(setting: Setting) -> Shown:
    """Open the store to look at it, made or migrated first where need be."""
    where = whereabouts(setting.where)
    return Shown(where, open_engine(where, create=True))


@contextmanager
def desk(setting: Setting, deed: Deed) -> Iterator[Store]:
    """Open the store to do something with it, signed by whoever is there now.

    Raises
    ------
    NotPermittedError
        If that person may not do it. Nothing was opened then.
    StoreError
        If the store cannot be used.
    """
    person = allowed(setting, deed)
    with open_store(setting.where, who=person.who) as store:
        yield store


def allowed(setting: Setting, deed: Deed) -> Person:
    """Return who is there now, if that person may do this; ask at the very moment.

    Raises
    ------
    NotPermittedError
        If not.
    """
    person = visitor(setting.environment).person
    permit(person, deed)
    return person
