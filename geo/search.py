"""What a reader's words find: places, articles and actors, by name.

Names are folded and joined once for each version of the data; a look-up runs over one
long text, not over rows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from geo.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from extract.records import Actor
    from geo.events import PlacedClaim
    from geo.store import ArticleHeader

SHOWN = 6
"""Results of a kind that are listed; the rest is counted."""

QUERY_LIMIT = 80
"""Characters of a query that are looked at; more is cut off."""

_EXACT, _STARTS, _STARTS_WORD, _INSIDE = range(4)


class Kind(StrEnum):
    """What was found, in the order in which it is listed."""

    PLACE = "place"
    ARTICLE = "article"
    ACTOR = "actor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found.

    `key` is a place's id, an article's id or an actor's name. `count` is the number of
    events of a place or an actor, and of claims of an article. A place that is not on
    the map has the id of a claim about it for a key, and no point (lon, lat); of others
    `event_id` is one that is told of it. An article's `notes` are its publisher and
    its day.
    """

    kind: Kind
    key: str
    name: str
    count: int
    notes: tuple[str, ...] = ()
    point: tuple[float, float] | None = None
    event_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a query found of one kind: the best first, and how many in all."""

    kind: Kind
    total: int
    entries: tuple[Entry, ...]


class Lines:
    """Many short texts as one, folded, so that one look-up runs over all of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        folded = [fold(text) for text in texts]
        # Folded texts have no line ends of their own.
        self._text = "\n" + "".join(f"{text}\n" for text in folded)
        sizes = np.array([len(text) + 1 for text in folded], dtype="i8")
        self._starts = np.concatenate(([1], 1 + np.cumsum(sizes)))[:-1]

    def holding(self, words: str) -> np.ndarray:
        """Return for each text whether it holds the words; all hold no words."""
        needle = fold(words)
        held = np.full(len(self._starts), not needle)
        if needle:
            held[self.lines(self.spots(needle, once=True))] = True
        return held

    def spots(self, sought: str, *, once: bool = False) -> np.ndarray:
        """Return where folded words stand in the one text; a line end is a start.

        `once` looks for no second place in a line.
        """
        spots = []
        at = self._text.find(sought)
        while at >= 0:
            spots.append(at)
            after = self._text.find("\n", at) if once else at + 1
            at = self._text.find(sought, after)
        return np.array(spots, dtype="i8")

    def lines(self, spots: np.ndarray) -> np.ndarray:
        """Return the numbers of the texts that these places lie in."""
        return np.searchsorted(self._starts, spots, side="right") - 1

    def signs(self, spots: np.ndarray) -> np.ndarray:
        """Return the letters at these places."""
        return np.array([self._text[spot] for spot in spots.tolist()], dtype="U1")


class Names:
    """Entries by their folded names; an entry may have several.

    Parameters
    ----------
    named
        An entry with each of its names, folded or not.
    """

    def __init__(self, named: Iterable[tuple[Entry, Iterable[str]]]) -> None:
        self.entries: list[Entry] = []
        keys: list[str] = []
        owners: list[int] = []
        for number, (entry, names) in enumerate(named):
            self.entries.append(entry)
            for key in {fold(name) for name in names} - {""}:
                keys.append(key)
                owners.append(number)
        self._lines = Lines(keys)
        self._owners = np.array(owners, dtype="i8")
        self._counts = np.array([entry.count for entry in self.entries], dtype="i8")

    def find(self, query: str, limit: int = SHOWN) -> tuple[int, tuple[Entry, ...]]:
        """Return how many entries have a name that holds the query, and the best.

        Names that are the query come first, then those that start with it, then those
        of which a word does; among equals the ones with the greater count. A query of
        one letter or digit finds only what starts with it.
        """
        needle = fold(query[:QUERY_LIMIT])
        if not needle:
            return 0, ()
        # Of one letter there are too many, but at the start of lines.
        is_short = len(needle) == 1
        spots = self._lines.spots(f"\n{needle}" if is_short else needle) + is_short
        best = np.full(len(self.entries), _INSIDE + 1)
        owners = self._owners[self._lines.lines(spots)]
        np.minimum.at(best, owners, self._ranks(needle, spots))
        there = np.flatnonzero(best <= _INSIDE)
        order = there[np.lexsort((there, -self._counts[there], best[there]))]
        return len(there), tuple(self.entries[at] for at in order[:limit])

    def _ranks(self, needle: str, spots: np.ndarray) -> np.ndarray:
        """Return how well a name is found that has the needle at each of the spots."""
        before = self._lines.signs(spots - 1)
        starts = before == "\n"
        is_all = starts & (self._lines.signs(spots + len(needle)) == "\n")
        ways = [is_all, starts, before == " "]
        return np.select(ways, [_EXACT, _STARTS, _STARTS_WORD], _INSIDE)


class Index:
    """Everything that can be found at one version of the data.

    Parameters
    ----------
    events
        A frame from `geo.events.frame`.
    unplaced
        The claims whose places are not on the map.
    articles
        All that are stored, also those in which no claim was found.
    actors
        What is known of them; those that no event names are left out.
    """

    def __init__(
        self,
        events: gpd.GeoDataFrame,
        unplaced: Iterable[PlacedClaim],
        articles: Iterable[ArticleHeader],
        actors: Iterable[Actor],
    ) -> None:
        self._names = {
            Kind.PLACE: Names([*_places(events), *_nowhere(unplaced)]),
            Kind.ARTICLE: Names(_articles(articles)),
            Kind.ACTOR: Names(_actors(events, actors)),
        }

    def find(self, query: str, limit: int = SHOWN) -> tuple[Found, ...]:
        """Return what a query finds of each kind, without the kinds of no result."""
        found = []
        for kind, names in self._names.items():
            total, entries = names.find(query, limit)
            if total:
                found.append(Found(kind=kind, total=total, entries=entries))
        return tuple(found)


def _places(events: gpd.GeoDataFrame) -> list[tuple[Entry, list[str]]]:
    """Return each place with its names, the one that most events have in front."""
    counted = events.groupby(["place_id", "place"], sort=True).size()
    names: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for (place_id, name), count in counted.items():
        names[place_id].append((-int(count), name))
    one = events.drop_duplicates("place_id", keep="last").set_index("place_id")
    spots = zip(one.geometry.x, one.geometry.y, one["event_id"], strict=True)
    known = dict(zip(one.index, spots, strict=True))
    return [
        (
            Entry(
                kind=Kind.PLACE,
                key=place_id,
                name=min(said)[1],
                count=-sum(count for count, _ in said),
                point=known[place_id][:2],
                event_id=known[place_id][2],
            ),
            [name for _, name in said],
        )
        for place_id, said in names.items()
    ]


def _nowhere(unplaced: Iterable[PlacedClaim]) -> list[tuple[Entry, list[str]]]:
    """Return the names that no place was found for, each with its first claim."""
    named: defaultdict[str, list[PlacedClaim]] = defaultdict(list)
    for placed in unplaced:
        named[placed.claim.place].append(placed)
    return [
        (
            Entry(kind=Kind.PLACE, key=those[0].claim.claim_id, name=name, count=0),
            [name],
        )
        for name, those in named.items()
    ]


def _articles(headers: Iterable[ArticleHeader]) -> list[tuple[Entry, list[str]]]:
    return [
        (
            Entry(
                kind=Kind.ARTICLE,
                key=header.article_id,
                name=header.title,
                count=header.n_claims,
                notes=(header.publisher, str(header.published or "")),
            ),
            [header.title, header.publisher],
        )
        for header in headers
    ]


def _actors(
    events: gpd.GeoDataFrame, actors: Iterable[Actor]
) -> list[tuple[Entry, list[str]]]:
    """Return the actors of the events, with the names that packs know them by."""
    # An actor on both sides of one event counts once.
    lost = events["lost_by"].where(events["lost_by"] != events["gained_by"])
    counts = events["gained_by"].value_counts().add(lost.value_counts(), fill_value=0)
    aliases: defaultdict[str, set[str]] = defaultdict(set)
    for actor in actors:
        aliases[actor.name].update(actor.aliases)
    return [
        (
            Entry(kind=Kind.ACTOR, key=name, name=name, count=int(count)),
            [name, *sorted(aliases[name])],
        )
        for name, count in counts.sort_index().items()
    ]
