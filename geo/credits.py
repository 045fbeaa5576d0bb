"""What an event that leaves owes to whom is decided here: licence and attribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.withholding import Outgoing

CREDITS = ("licence", "attribution")
"""The columns that every format has beside those of the events."""

GENERAL = (
    "Reported claims, not findings. Places: as each event's attribution says. "
    "Sentences are quoted from their publishers, whose texts remain theirs."
)
"""What holds for all events of a file."""

# The licences that lists of places come under, as `place_source` writes them.
_LICENCE = re.compile(
    r"CC BY(?:-[A-Z]{2})* \d\.\d|CC0(?: \d\.\d)?|ODbL(?: \d\.\d)?|MIT|public domain",
    re.IGNORECASE,
)


def credited(outgoing: Outgoing) -> gpd.GeoDataFrame:
    """Return the events with the columns of `CREDITS` before their geometry.

    `licence` has a word for each part; `attribution` names the list that the place is
    from and the sentence's publisher with its address, ready to be quoted.
    """
    events = outgoing.events
    columns = [name for name in events.columns if name != "geometry"]
    sources = events["place_source"].tolist()
    moved = outgoing.coarsen_km
    attributions = [
        f"Place: {_place(source, moved)}. Sentence: {_sentence(publisher, url)}."
        for source, publisher, url in zip(
            sources, events["publisher"], events["url"], strict=True
        )
    ]
    made = events.assign(
        licence=np.array([licence(source) for source in sources], dtype=object),
        attribution=np.array(attributions, dtype=object),
    )
    return made[[*columns, *CREDITS, "geometry"]]


def licence(place_source: object) -> str:
    """Return the licence of each part of an event, from where its place is from."""
    known = _LICENCE.findall(place_source) if isinstance(place_source, str) else []
    word = known[-1] if known else "see attribution"
    return f"place: {word}; sentence: its publisher's, quoted"


def _place(source: object, coarsen_km: int) -> str:
    said = source if isinstance(source, str) and source else "source not recorded"
    return f"{said}, moved to a grid of {coarsen_km} km" if coarsen_km else said


def _sentence(publisher: object, url: object) -> str:
    known = [text for text in (publisher, url) if isinstance(text, str) and text]
    return ", ".join(known) or "publisher not named"
