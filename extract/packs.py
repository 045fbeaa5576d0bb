"""Which conflict an article is about is decided here, by whom and what it names."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from extract.date_phrases import DAYS, MONTHS
from extract.lexicon import EN, Lexicon, PhraseTable, load_lexicon
from extract.records import Conflict
from extract.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from extract.records import Article

    Known = Callable[[Collection[str], Collection[str]], set[str]]

# A capitalised word or two, and an "al-" before the first. Apart, since an expression
# that begins with a capital is found twice as fast.
_CAPITAL = r"[^\W\d_a-z][\w'’-]"
_NAME = re.compile(rf"{_CAPITAL}{{2,}}+(?: (?:[a-z]{{2,3}}-)?{_CAPITAL}++)?")
_POSSESSIVE = re.compile(r"['’]s$")
_LEAD = re.compile(r"[a-z]{2,3}-\Z")
_CALENDAR = {word.capitalize() for word in (*MONTHS, *DAYS)}
# Words that make no town's name by themselves or together: "the Old City".
_PLAIN = frozenset(
    "the old new city town village quarter district bridge road front square north "
    "south east west central upper lower great".split()
)
# The beginning of a report says what it is about; more would only cost time.
_READ = 8_000


class Lexicons:
    """The lexicons of several packs; each is made when an article first needs it.

    `known`, given names and country codes, returns those names that a gazetteer has
    there: a text that names no party may still name towns.
    """

    def __init__(
        self,
        packs: Mapping[str, Conflict],
        known: Known | None = None,
        *,
        path: Path = EN,
    ) -> None:
        if not packs:
            raise ValueError("there is no conflict pack; put one into assets/conflicts")
        self._packs = packs
        self._known = known
        self._path = path
        self._made: dict[str, Lexicon] = {}
        self._no_towns = {pack.title for pack in packs.values()} | _CALENDAR
        self._mains = {pack.countries[0] for pack in packs.values() if pack.countries}
        self._names: PhraseTable[tuple[str, float]] | None = None

    @property
    def countries(self) -> frozenset[str]:
        """All countries of the packs, ISO 3166 alpha-2."""
        return frozenset(c for pack in self._packs.values() for c in pack.countries)

    def of(self, article: Article) -> Lexicon:
        """Return the lexicon of the conflict that an article is about."""
        name = self.conflict_of(f"{article.title}\n{article.text}")
        if name not in self._made:
            conflict = self._packs[name] if name else self._no_conflict()
            self._made[name] = load_lexicon(conflict, self._path)
        return self._made[name]

    def _no_conflict(self) -> Conflict:
        """Return a pack without parties: "the army" alone is nobody's."""
        return Conflict(
            name="",
            title="",
            countries=tuple(sorted(self.countries)),
            lon=0.0,
            lat=0.0,
            zoom=1,
        )

    def conflict_of(self, text: str) -> str:
        """Return the name of the pack whose parties and country a text names most.

        A name that several packs share counts for each by its weight there. Of level
        ones that counts whose town is named first, else they go by name; "" is for a
        text that names nobody and no town of any.
        """
        if len(self._packs) == 1:
            return next(iter(self._packs))
        names = self._names = self._names or _name_table((*self._packs.values(),))
        score: dict[str, float] = dict.fromkeys(self._packs, 0.0)
        words = words_of(text[:_READ])
        low = [word.lower() for word in words]
        free = 0
        for at in names.openings(low):
            hit = names.longest(low, words, at) if at >= free else None
            if hit:
                for pack, weight in hit[1]:
                    score[pack] += weight
                free = hit[0]
        first: dict[str, int] = {}
        for pack, (towns, at) in self._towns(text[:_READ]).items():
            score[pack] += towns
            first[pack] = -at

        def rank(name: str) -> tuple[float, int]:
            return score[name], first.get(name, 0)

        best = max(sorted(self._packs), key=rank)
        return best if score[best] else ""

    def _towns(self, text: str) -> dict[str, tuple[float, int]]:
        """Return how many of a text's capitalised names lie in each pack's country.

        And where the first of them stands, the text's end where there is none.
        """
        if self._known is None:
            return {}
        names = {
            name
            for name in set(_capitalised(text)) - self._no_towns
            if not _PLAIN.issuperset(name.lower().split())
        }
        towns = self._known(names, self._mains)
        found = {
            name: self._known(towns, pack.countries[:1])
            for name, pack in self._packs.items()
        }
        shared = Counter(chain.from_iterable(found.values()))
        return {
            name: (
                sum([2 / shared[town] for town in towns]),
                min([text.find(town) for town in towns], default=len(text)),
            )
            for name, towns in found.items()
        }


def _capitalised(text: str) -> Iterator[str]:
    """Yield the capitalised names of a text, with the "al-" that leads them in."""
    for match in _NAME.finditer(text):
        start = match.start()
        lead = None
        if text[start - 1 : start] == "-":
            lead = _LEAD.search(text[max(0, start - 4) : start])
        name = _POSSESSIVE.sub("", match[0])
        yield lead[0] + name if lead else name


@lru_cache(maxsize=4)
def _name_table(packs: tuple[Conflict, ...]) -> PhraseTable[tuple[str, float]]:
    rows = [(phrase, pack, w) for pack in packs for phrase, w in _names(pack)]
    total: Counter[str] = Counter()
    for phrase, _, weight in rows:
        total[phrase.lower()] += round(100 * weight)
    table: PhraseTable[tuple[str, float]] = PhraseTable()
    for phrase, pack, weight in rows:
        value = (pack.name, 100 * weight * weight / total[phrase.lower()])
        table.add(phrase, value, exact=phrase.isupper())
    return table


# What a name counts: of the country, of one of the first parties, of any other party
# that holds ground, of a foreign helper.
_COUNTRY, _LEADING, _OTHER, _HELPER = 2.0, 1.0, 0.5, 0.25


def _names(pack: Conflict) -> Iterator[tuple[str, float]]:
    """Yield what names a conflict, with its weight; each name once."""
    weights: dict[str, float] = {}
    for number, actor in enumerate(pack.actors):
        weight = _HELPER if actor.backer else _LEADING if number < 4 else _OTHER
        for name in (*actor.aliases, *actor.adjectives, *actor.seats):
            own = number == 0 and name in (*actor.adjectives, *actor.seats)
            weights.setdefault(name, _COUNTRY if own else weight)
    for word in re.findall(r"\w+", pack.title):
        if word[0].isupper():
            weights[word] = _COUNTRY
    yield from weights.items()
