"""The words that extraction goes by: read from assets/lexicon and a conflict's pack.

A `Lexicon` is made once for a conflict and used for any number of articles; it holds
no state of a text.
"""

from __future__ import annotations

import re
import tomllib
from bisect import insort
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from extract.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.records import Actor, Conflict, Publisher

EN = Path(__file__).resolve().parent.parent / "assets" / "lexicon" / "en.toml"

T = TypeVar("T")


Row = tuple[list[str], str, T]


class _Rows(Generic[T]):
    """The phrases that begin with one word: what follows it, capitals, and value.

    Longest first. `by_second` has those that may stand before a word, with those that
    are `alone` and may stand before any.
    """

    def __init__(self) -> None:
        self.all: list[Row[T]] = []
        self.alone: list[Row[T]] = []
        self.by_second: dict[str, list[Row[T]]] = {}

    def add(self, rest: list[str], exact: str, value: T) -> None:
        """Add one phrase, behind those of its length."""
        lists = [self.all]
        if rest:
            lists.append(self.by_second.setdefault(rest[0], self.alone.copy()))
        else:
            lists += (self.alone, *self.by_second.values())
        for rows in lists:
            insort(rows, (rest, exact, value), key=lambda row: -len(row[0]))


class PhraseTable(Generic[T]):
    """Phrases of one or more words, looked up at a position of a token list.

    A look-up costs one dictionary access for the many words that begin no phrase.
    Up to two `fillers` may stand between its words ("took *full* control of").
    """

    def __init__(self, fillers: frozenset[str] = frozenset()) -> None:
        self._by_first: dict[str, _Rows[T]] = {}
        self._fillers = fillers

    def add(self, phrase: str, value: T, *, exact: bool = False) -> None:
        """Add one phrase; an `exact` one matches only in its own capitals."""
        words = [word.lower() for word in words_of(phrase)]
        if words:
            rows = self._by_first.setdefault(words[0], _Rows())
            rows.add(words[1:], phrase if exact else "", value)

    def firsts(self) -> frozenset[str]:
        """Return the lower-cased words that a phrase may begin with."""
        return frozenset(self._by_first)

    def openings(self, low: Sequence[str]) -> list[int]:
        """Return the positions where a phrase may begin."""
        firsts = self._by_first
        return [at for at, word in enumerate(low) if word in firsts]

    def longest(
        self, low: list[str], words: Sequence[str], at: int
    ) -> tuple[int, list[T]] | None:
        """Return where the longest phrase at `at` ends, and all values it has."""
        rows = self._by_first.get(low[at])
        if rows is None:
            return None
        after = low[at + 1] if at + 1 < len(low) else ""
        candidates = rows.by_second.get(after, rows.alone)
        if after in self._fillers:
            ahead = low[at + 1 : at + 4]
            candidates = [r for r in rows.all if not r[0] or r[0][0] in ahead]
        return self._best(candidates, low, words, at) if candidates else None

    def _best(
        self, rows: list[Row[T]], low: list[str], words: Sequence[str], at: int
    ) -> tuple[int, list[T]] | None:
        best = 0
        values: list[T] = []
        for rest, exact, value in rows:
            end = self._end(rest, low, at + 1) if rest else at + 1
            if end < best or not end or (exact and exact != " ".join(words[at:end])):
                continue
            if end > best:
                best, values = end, []
            values.append(value)
        return (best, values) if values else None

    def _end(self, rest: list[str], low: list[str], at: int) -> int:
        end = at + len(rest)
        if low[at:end] == rest:
            return end
        if not self._fillers:
            return 0
        for word in rest:
            skipped = 0
            while at < len(low) and low[at] != word:
                if low[at] not in self._fillers or skipped == 2:
                    return 0
                at, skipped = at + 1, skipped + 1
            if at == len(low):
                return 0
            at += 1
        return at


@dataclass(frozen=True, slots=True)
class Trigger:
    """A family of words for one kind of event, in one form.

    `frame` names the argument structure; `form` is base, finite (third person or
    past), either (past or participle), participle, ing, or noun.
    """

    phrase: str
    frame: str
    type: str
    weight: float
    form: str


@dataclass(slots=True)
class Lexicon:
    """All matchers for one language and one conflict.

    `backers` are the parties that help others and hold no ground of their own in this
    war; `state` is the party that "the army" and "the government" mean when no other
    does.
    """

    conflict: Conflict
    triggers: PhraseTable[Trigger]
    actors: PhraseTable[Actor]
    adjectives: PhraseTable[Actor]
    seats: PhraseTable[Actor]
    publishers: PhraseTable[Publisher]
    sets: Mapping[str, frozenset[str]]
    force: PhraseTable[str]
    groups: PhraseTable[str]
    kinds: PhraseTable[str]
    helpers: PhraseTable[str]
    directions: Mapping[str, str]
    saying: frozenset[str] = field(default_factory=frozenset)
    trigger_words: frozenset[str] = field(default_factory=frozenset)
    name_words: frozenset[str] = field(default_factory=frozenset)
    party_words: frozenset[str] = field(default_factory=frozenset)
    features: frozenset[str] = field(default_factory=frozenset)
    light_verbs: Mapping[str, Trigger] = field(default_factory=dict)
    parties: Mapping[str, Actor] = field(default_factory=dict)
    backers: frozenset[str] = field(init=False)
    state: Actor | None = field(init=False)

    def __post_init__(self) -> None:
        actors = self.conflict.actors
        self.backers = frozenset(actor.name for actor in actors if actor.backer)
        self.state = next((a for a in actors if a.side == "government"), None)

    def prefix_actor(self, prefix: str) -> Actor | None:
        """Return the actor that "rebel" names in "rebel-held"."""
        for word in (prefix, prefix + "s", prefix + " forces"):
            tokens = words_of(word)
            low = [text.lower() for text in tokens]
            for table in (self.actors, self.adjectives):
                hit = table.longest(
                    low, [w.upper() for w in tokens], 0
                ) or table.longest(low, tokens, 0)
                if hit and hit[0] == len(low):
                    return hit[1][0]
        return None


def load_lexicon(conflict: Conflict, path: Path = EN) -> Lexicon:
    """Read the lexicon file and join it with a conflict's actors.

    Raises
    ------
    ValueError
        If the file is not such a lexicon; the message names it.
    """
    try:
        return _lexicon(conflict, path.read_bytes())
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is not a lexicon: {error!r}") from error


# By its bytes, as packs are: what was changed is read anew.
@lru_cache(maxsize=64)
def _lexicon(conflict: Conflict, written: bytes) -> Lexicon:
    source = tomllib.loads(written.decode())
    words = source["words"]
    sets = {name: frozenset(v) for name, v in words.items() if isinstance(v, list)}
    triggers = _triggers(source)
    groups: PhraseTable[str] = PhraseTable()
    for name in ("state_group", "armed_group", "any_group"):
        for phrase in words[name]:
            groups.add(phrase, name)
    kinds: PhraseTable[str] = PhraseTable()
    for name in ("settlement", "area", "feature"):
        for phrase in dict.fromkeys(_with_plurals(words[name])):
            kinds.add(phrase, name)
    for phrase in set(words["lone_feature"]) - set(words["feature"]):
        kinds.add(phrase, "feature")
    actors = _actor_table((a, _aliases(a, conflict)) for a in conflict.actors)
    adjectives = _actor_table((a, _demonyms(a)) for a in conflict.actors)
    seats = _actor_table((a, _seats(a, conflict)) for a in conflict.actors)
    names = frozenset().union(
        *(table.firsts() for table in (actors, adjectives, seats))
    )
    return Lexicon(
        conflict=conflict,
        triggers=triggers,
        actors=actors,
        adjectives=adjectives,
        seats=seats,
        publishers=_publisher_table(conflict.publishers),
        sets=sets,
        force=_word_table(words["force"]),
        groups=groups,
        kinds=kinds,
        helpers=_word_table(words["helped_by"]),
        directions={w: point for point, ws in words["directions"].items() for w in ws},
        saying=sets["say"] | sets["deny"],
        trigger_words=triggers.firsts(),
        name_words=names,
        party_words=names | groups.firsts(),
        features=sets["lone_feature"],
        light_verbs=_light_verbs(words["light"], source.get("inflect", {})),
        parties={actor.name: actor for actor in conflict.actors},
    )


def _with_plurals(kinds: Iterable[str]) -> Iterable[str]:
    """Yield "port" and "ports"."""
    for kind in kinds:
        yield kind
        if not kind.endswith(("s", "y", "x", "ch")):
            yield kind + "s"


def _word_table(phrases: Iterable[str]) -> PhraseTable[str]:
    table: PhraseTable[str] = PhraseTable()
    for phrase in phrases:
        table.add(phrase, phrase)
    return table


def _actor_table(rows: Iterable[tuple[Actor, Iterable[str]]]) -> PhraseTable[Actor]:
    table: PhraseTable[Actor] = PhraseTable()
    for actor, aliases in rows:
        for alias in dict.fromkeys(aliases):
            for spelling in _spellings(alias):
                table.add(spelling, actor, exact=spelling.isupper())
    return table


def _aliases(actor: Actor, conflict: Conflict) -> Iterable[str]:
    """Yield an actor's names, and for the first state those made of the country's."""
    yield from actor.aliases
    if actor is conflict.actors[0] and actor.side == "government":
        country = conflict.title
        yield f"Government of {country}"
        for force in ("army", "government", "military", "armed forces", "troops"):
            yield f"{country}'s {force}"


def _seats(actor: Actor, conflict: Conflict) -> Iterable[str]:
    """Yield the capitals, and for the first state its country: "Iraq retook X"."""
    yield from actor.seats
    if actor is conflict.actors[0] and actor.side == "government":
        yield conflict.title


def _demonyms(actor: Actor) -> Iterable[str]:
    """Yield "Ethiopian" and "Ethiopians"."""
    for adjective in actor.adjectives:
        yield adjective
        if adjective.endswith("an") and adjective[0].isupper():
            yield adjective + "s"


def _publisher_table(publishers: Iterable[Publisher]) -> PhraseTable[Publisher]:
    table: PhraseTable[Publisher] = PhraseTable()
    for publisher in publishers:
        for alias in dict.fromkeys((publisher.name, *publisher.aliases)):
            table.add(alias, publisher, exact=len(alias) < 5)
    return table


def _spellings(alias: str) -> Iterable[str]:
    """Yield an alias with each apostrophe that print may give it."""
    yield alias
    if "'" in alias:
        yield from (alias.replace("'", mark) for mark in "’‘ʿ")
        yield alias.replace("'", "")


# What may stand between the words of a trigger: "took full control of".
_FILLERS = frozenset(
    "full complete total back effective firm further the its their his a an "
    "again also once more significant new major limited large-scale fresh "
    "ground military own massive joint surprise another similar renewed "
    "steady rapid slow partial big small armed heavy broad wide-ranging "
    "simultaneous counter several multiple fully firmly officially still now "
    "entirely completely largely unsuccessful failed abortive national black "
    "red green revolutionary country nation western eastern northern southern "
    "outer very".split()
) | {"'s", "’s"}


def _triggers(source: dict[str, Any]) -> PhraseTable[Trigger]:
    table: PhraseTable[Trigger] = PhraseTable(_FILLERS)
    irregular = source.get("inflect", {})
    seen: set[tuple[str, str]] = set()
    for row in source["frame"]:
        for phrase in row["phrases"]:
            head, _, rest = phrase.partition(" ")
            for form, word in _forms(head, irregular):
                text = f"{word} {rest}".strip()
                if (text + form, row["frame"]) in seen:
                    continue
                seen.add((text + form, row["frame"]))
                table.add(
                    text,
                    Trigger(phrase, row["frame"], row["type"], row["weight"], form),
                )
    for row in source["noun"]:
        for word in row["words"]:
            table.add(
                word, Trigger(word, row["frame"], row["type"], row["weight"], "noun")
            )
    return table


def _light_verbs(
    verbs: Iterable[str], irregular: Mapping[str, list[str]]
) -> dict[str, Trigger]:
    """Return each form of the verbs that carry a noun, as a trigger of no frame."""
    return {
        word: Trigger(verb, "", "", 0.0, form)
        for verb in verbs
        for form, word in reversed(_forms(verb, irregular))
    }


def _forms(verb: str, irregular: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Return (form, word) for each form of a verb; regular ones by rule."""
    third, past, part, ing = irregular.get(verb) or _regular(verb)
    forms = [("base", verb), ("finite", third), ("ing", ing)]
    if verb == "be":
        forms += [("finite", "are"), ("finite", "were")]
    if past == part:
        return [*forms, ("either", past)]
    forms.append(("finite", past))
    # "overran / overrun", "come": the participle looks like the base form
    return [*forms, ("participle", part)]


def _regular(verb: str) -> tuple[str, str, str, str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    third = verb + ("es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else "s")
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies", verb[:-1] + "ied", verb[:-1] + "ied", verb + "ing"
    return third, stem + "ed", stem + "ed", stem + "ing"
