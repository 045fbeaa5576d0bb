"""What an event that leaves owes to whom is decided here: licence and attribution."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from geo.language import ENGLISH
from geo.wording import listed

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo.language import Language
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
    r"\b(?:CC BY(?:-[A-Z]{2})* \d\.\d|CC0(?: \d\.\d)?|ODbL(?: \d\.\d)?|(?-i:MIT)"
    r"|public domain)\b",
    re.IGNORECASE,
)


def credited(outgoing: Outgoing, *, language: Language = ENGLISH) -> gpd.GeoDataFrame:
    """Return the events with the columns of `CREDITS` before their geometry.

    `licence` has a word for each part; `attribution` names the list that the place is
    from and the sentence's publisher with its address, ready to be quoted.
    """
    events = outgoing.events
    columns = [name for name in events.columns if name != "geometry"]
    sources = [source or "" for source in _known(events["place_source"])]
    owed = list(
        zip(sources, _known(events["publisher"]), _known(events["url"]), strict=True)
    )
    # Written once for each article and list, not for each event.
    written = {
        one: language.say(
            "Place: {place}. Sentence: {sentence}.",
            place=place_credit(one[0], outgoing.coarsen_km, language),
            sentence=_sentence(*one[1:], language),
        )
        for one in set(owed)
    }
    made = events.assign(
        licence=np.array([licence(source) for source in sources], dtype=object),
        attribution=np.array([written[one] for one in owed], dtype=object),
    )
    return made[[*columns, *CREDITS, "geometry"]]


def _known(column: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in column]


def licence(place_source: str) -> str:
    """Return the licence of each part of an event, from where its place is from."""
    known = _LICENCE.findall(place_source)
    word = known[-1] if known else "see attribution"
    return f"place: {word}; sentence: its publisher's, quoted"


def place_credit(source: str, coarsen_km: int, language: Language = ENGLISH) -> str:
    """Name the list that a place is from, and what was done to its point."""
    said = source or language.say("source not recorded")
    if not coarsen_km:
        return said
    return language.say(
        "{source}, moved to a grid of {distance} km", source=said, distance=coarsen_km
    )


def _sentence(publisher: str | None, url: str | None, language: Language) -> str:
    parts = publisher or "", url or ""
    return listed(parts, language=language) or language.say("publisher not named")
