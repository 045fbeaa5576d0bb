"""Articles that tell another one again are found here, so that they count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def copies(connection: Connection) -> dict[str, str]:
    """Return, for each article that is a copy, the article that it tells again.

    That is never a copy itself.
    """
    return {}
