"""What all parts of the page draw from in one run of its script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from geo.facets import Rows
    from geo.pages.home import Setting
    from geo.pages.served import Served
    from geo.people import Person
    from geo.store import PlacedClaim, Store
    from geo.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The store and what is shown of it; `claims` are those of what lies open.

    `act` is the number of the last act that is shown.
    """

    setting: Setting
    person: Person
    store: Store
    served: Served
    view: View
    seen: Rows
    claims: tuple[PlacedClaim, ...] = ()
    act: int = 0

    @property
    def placed(self) -> PlacedClaim | None:
        """The claim that is read: the report chosen among those of an event."""
        if not self.claims:
            return None
        chosen = st.session_state.get("report")
        found = (one for one in self.claims if one.claim.claim_id == chosen)
        return next(found, self.claims[0])

    @property
    def is_placing(self) -> bool:
        """Whether the reader is asked to point to the place of the open claim."""
        asked = st.session_state.get("placing")
        return self.placed is not None and asked == self.placed.claim.claim_id
