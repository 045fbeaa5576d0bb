"""What reports would add, shown before they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from extract.records import Modality
from geo.pages.words import plain, say, tongue
from geo.wording import days_words, headline, place_surety

if TYPE_CHECKING:
    from geo.store import PlacedClaim

MODALITIES: dict[str, str] = {
    Modality.ASSERTED: "asserted",
    Modality.DENIED: "denied",
    Modality.PLANNED: "planned",
}
"""How a sentence states its claim, with the word for each."""

PREVIEWED = 200
"""Claims that the preview lists at most."""


def draw(n_articles: int, claims: list[PlacedClaim]) -> None:
    """Show how many reports and claims there are, and the claims."""
    st.markdown(_count(n_articles, len(claims)))
    if claims:
        st.dataframe(_table(claims[:PREVIEWED]), hide_index=True, key="preview")


def _count(n_articles: int, n_claims: int) -> str:
    reports = plain(say("{n} reports", n=n_articles))
    if n_claims:
        found = say("{n} claims found.", n=n_claims)
    else:
        found = say("No claim of control was found. It can be stored still.")
    return f"**{reports}:** {plain(found)}"


def _table(claims: list[PlacedClaim]) -> pd.DataFrame:
    return pd.DataFrame(map(_row, claims))


def _row(placed: PlacedClaim) -> dict[str, str]:
    claim, location, language = placed.claim, placed.location, tongue()
    names = (claim.place, claim.gained_by, claim.lost_by)
    return {
        say("What"): headline(claim.event_type, *names, language=language),
        say("Stated as"): say(MODALITIES[claim.modality]),
        say("When"): days_words(claim.date_start, claim.date_end, language=language),
        say("Place"): place_surety(
            location.where_prec, location.radius_m, language=language
        ),
        say("Sentence"): claim.sentence,
    }
