"""Made-up events and the claims that tell them, as many as are asked for, in columns.

The same seed gives the same ones. Places, waves of days and sides are those of
`bench_map_frame`; what comes on top is that no two events of a place and kind share a day,
so that claims fall into exactly the events that were made up, whoever clusters them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from bench_map_frame import (
    LAST,
    LENGTHS,
    PRECISIONS,
    PUBLISHERS,
    TYPE_SHARES,
    Spots,
    n_places,
    pick,
    sides,
    spots,
    waves,
)

from extract.conflict import load_conflicts
from extract.records import CHANGES, EventType
from geo.names import fold
from geo.wording import TYPES

MOST_PLACES = 10_000
SPARE = 1.6
"""So many are drawn for each event that is kept: hot places run out of days."""
MORE_CLAIMS = 0.3
"""Claims of an event beyond its first, on average."""
DENIALS = 0.04
"""The share of those that deny it."""
LATE_DAYS = 4
KNOWN_PUBLISHERS, OTHER_PUBLISHERS = 2, 2
"""How many publishers of a pack report on it, and how many that no pack knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Events in columns, and under them claims: each of one event, in one article.

    Claims stand in the order of their articles, articles in that of their days.
    `place_ids` and `precisions` are of places, `publisher` and `published` of articles.
    """

    places: Spots
    place_ids: np.ndarray
    precisions: np.ndarray
    place: np.ndarray
    kind: np.ndarray
    gained_by: np.ndarray
    lost_by: np.ndarray
    first: np.ndarray
    last: np.ndarray
    event: np.ndarray
    article: np.ndarray
    is_denial: np.ndarray
    confidence: np.ndarray
    publisher: np.ndarray
    published: np.ndarray
    countries: tuple[str, ...]

    def __len__(self):
        return len(self.place)

    @property
    def starts(self):
        """Where each article's claims begin, and where the last one's end."""
        return np.flatnonzero(np.diff(self.article, prepend=-1, append=-2))

    @property
    def told_by(self):
        """The claim that gives each event its id: the one published first."""
        asserted = np.flatnonzero(~self.is_denial)
        return asserted[np.unique(self.event[asserted], return_index=True)[1]]

    def claim_ids(self, at):
        """Return the ids of claims."""
        article = self.article[at]
        ordinal = at - self.starts[article]
        return np.array(
            [
                f"{article_id(a)}-{o:04d}"
                for a, o in zip(article.tolist(), ordinal.tolist(), strict=True)
            ],
            dtype=object,
        )

    def keys(self):
        """Return what `geo.event_records.place_key` makes of each place."""
        exact = PRECISIONS[0][0]
        names = zip(
            self.places.name, self.place_ids, self.precisions.tolist(), strict=True
        )
        return np.array(
            [
                id_ if prec == exact else f"unlisted:{fold(name)}@{id_}"
                for name, id_, prec in names
            ],
            dtype=object,
        )


def article_id(number):
    return f"made-{number:07d}"


def make_up(count, *, places=None, seed=20):
    """Return so many events, with their claims.

    Raises
    ------
    ValueError
        If so few places have no room for them.
    """
    rng = np.random.default_rng(seed)
    packs = load_conflicts()
    size = places or min(MOST_PLACES, n_places(count))
    there = spots(rng, packs, size)
    events = _events(rng, packs, there, count)
    claims = _claims(rng, packs, there, events)
    return Made(
        places=there,
        place_ids=np.array([f"made:{at}" for at in range(size)], dtype=object),
        precisions=_precisions(rng, size),
        countries=tuple(pack.countries[0] for pack in packs.values()),
        **events,
        **claims,
    )


def _precisions(rng, size):
    drawn = pick(rng, [share for _prec, share, _m in PRECISIONS], size)
    return np.array([prec for prec, _share, _m in PRECISIONS])[drawn]


def _events(rng, packs, there, count):
    """Draw events, more at few places, of which none overlaps another of its kind."""
    size = len(there.lon)
    n_drawn = int(count * SPARE)
    place = pick(rng, 1 / (10 + rng.permutation(size)), n_drawn)
    last = waves(rng, there.pack[place], len(packs))
    lengths = np.array([days for days, _share in LENGTHS])
    drawn = lengths[pick(rng, [share for _days, share in LENGTHS], n_drawn)]
    first = last - (drawn - 1).astype("timedelta64[D]")
    kind = pick(rng, TYPE_SHARES, n_drawn)
    order, last = _apart(place * len(TYPES) + _groups()[kind], first, last)
    if len(order) < count:
        raise ValueError(f"{size} places have room for {len(order)} events only")
    kept = np.sort(rng.permutation(len(order))[:count])
    order, last = order[kept], last[kept]
    place, kind, first = place[order], kind[order], first[order]
    gained, lost = sides(rng, packs, there, place, last)
    left = kind == list(TYPES).index(EventType.WITHDREW)
    return {
        "place": place,
        "kind": kind,
        "gained_by": np.where(left, None, gained),
        "lost_by": np.where(left & (lost == None), gained, lost),  # noqa: E711 - of each
        "first": first,
        "last": last,
    }


def _groups():
    """Return a number for each type; those that can tell one change share it."""
    return np.array([0 if kind in CHANGES else at for at, kind in enumerate(TYPES, 1)])


def _apart(key, first, last):
    """Return which of events to keep, in order, and their last days, cut to fit."""
    order = np.lexsort((last, first, key))
    key, first, last = key[order], first[order], last[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (key[1:] != key[:-1]) | (first[1:] != first[:-1])
    order, key, first, last = order[new], key[new], first[new], last[new]
    followed = key[1:] == key[:-1]
    day_before = first[1:] - np.timedelta64(1)
    last[:-1] = np.where(followed, np.minimum(last[:-1], day_before), last[:-1])
    return order, last


def _claims(rng, packs, there, events):
    """Draw claims of each event, and gather them into an article a publisher and day."""
    more = rng.poisson(MORE_CLAIMS, len(events["place"]))
    event = np.repeat(np.arange(len(more)), 1 + more)
    is_more = np.ones(len(event), dtype=bool)
    is_more[np.cumsum(1 + more) - 1 - more] = False
    late = rng.integers(0, LATE_DAYS, len(event)).astype("timedelta64[D]")
    published = np.minimum(events["last"][event] + late, LAST)
    publishers = np.array([names for pack in packs.values() for names in _press(pack)])
    pack = there.pack[events["place"][event]]
    each = len(publishers) // len(packs)
    publisher = pack * each + rng.integers(0, each, len(event))
    order = np.lexsort((event, publisher, published))
    publisher, published = publisher[order], published[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (published[1:] != published[:-1]) | (publisher[1:] != publisher[:-1])
    return {
        "event": event[order],
        "article": np.cumsum(new) - 1,
        "is_denial": (is_more & (rng.random(len(order)) < DENIALS))[order],
        "confidence": rng.beta(8, 2, len(order)).round(2),
        "publisher": publishers[publisher[new]],
        "published": published[new],
    }


def _press(pack):
    """Return the names of those who report on a conflict."""
    known = [one.name for one in pack.publishers][:KNOWN_PUBLISHERS]
    others = [f"{name} ({pack.title})" for name in PUBLISHERS]
    return [*known, *others][: KNOWN_PUBLISHERS + OTHER_PUBLISHERS]


def frame(made):
    """Return the events as a newcomer's table has them, one row an event."""
    place = made.place
    table = {
        "event_id": "e-" + made.claim_ids(made.told_by),
        "place": made.places.name[place],
        "place_id": made.keys()[place],
        "lon": made.places.lon[place],
        "lat": made.places.lat[place],
        "event_type": np.array([str(kind) for kind in TYPES], dtype=object)[made.kind],
        "gained_by": made.gained_by,
        "lost_by": made.lost_by,
        "date_start": made.first,
        "date_end": made.last,
    }
    return pd.DataFrame(table)
