"""The roles of an event in one sentence: who did it to what, in either voice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.lexicon import Lexicon, Trigger
    from extract.marks import Line
    from extract.verbs import Verb


from extract.marks import (
    ActorMark,
    CountMark,
    DateMark,
    OpenDateMark,
    PlaceLike,
    PlaceMark,
)
from extract.parties import party_after, party_at, subject
from extract.patients import base_in, objects
from extract.place_subjects import antecedent, subject_places


@dataclass(slots=True)
class Frame:
    """One event told by a sentence, its roles still marks.

    `agentless` says that the words name no taker where one could stand.
    """

    trigger: Trigger
    verb: Verb
    rule: str
    places: list[PlaceLike]
    gainers: list[ActorMark] = field(default_factory=list)
    losers: list[ActorMark] = field(default_factory=list)
    allies: list[ActorMark] = field(default_factory=list)
    type: str = ""
    agentless: bool = False
    weight: float = 0.0


BY = frozenset({"by"})
TO = frozenset({"to"})
FROM = frozenset({"from", "of"})


def unsaid(line: Line, verb: Verb) -> bool:
    """Say whether a passive names nobody: "was stormed on Friday", not "by hail"."""
    if not (verb.passive and verb.finite):
        return False
    for k in range(verb.j, min(verb.j + 12, len(line.low))):
        if line.low[k] in _CLAUSE_ENDS:
            return True
        if line.low[k] == "by":
            return _is_dated(line, k)
    return True


_CLAUSE_ENDS = frozenset("; , . and but while after when as".split())


# "fell by night": when, not by whom.
HOURS = frozenset(
    "night nightfall dawn dusk daybreak noon midday midnight sunset sunrise evening "
    "morning afternoon".split()
)


def _is_dated(line: Line, by: int) -> bool:
    """Say whether "by" at a token leads in a time: "by Monday", "by nightfall"."""
    marks = line.at[by : by + 2]
    dated = any(isinstance(over, DateMark | OpenDateMark) for over in marks)
    return dated or not HOURS.isdisjoint(line.low[by + 1 : by + 2])


def doer(
    line: Line, lexicon: Lexicon, verb: Verb, places: list[PlaceLike]
) -> list[ActorMark]:
    """Return who acts: the subject, or the "by" of a passive."""
    if not verb.passive:
        return subject(line, lexicon, verb)
    end = max([verb.j, *(p.j for p in places if p.i >= verb.j)])
    agent = party_after(line, verb.j, BY, 18) or party_after(line, end, BY)
    agent = agent or _by_it(line, verb)
    return _coordinated_right(line, agent) if agent else []


def _by_it(line: Line, verb: Verb) -> ActorMark | None:
    """Return the "it" of "is held by it": a party named before."""
    if line.low[verb.j : verb.j + 2] != ["by", "it"]:
        return None
    return ActorMark(verb.j + 1, verb.j + 2, None, group="pronoun")


def _coordinated_right(line: Line, mark: ActorMark) -> list[ActorMark]:
    found = [mark]
    while mark.j + 1 < len(line.low) and line.low[mark.j] in {"and", "&"}:
        after = party_at(line, mark.j + 1)
        if after is None:
            break
        found.append(after)
        mark = after
    return found


def patient(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Return what is acted on: the object, or the subject of a passive."""
    if verb.passive:
        return inverted(line, lexicon, verb) or subject_places(line, verb)
    places = objects(line, lexicon, verb.j) or antecedent(line, verb)
    if all(isinstance(p, CountMark) for p in places):
        return base_in(line, lexicon, verb) or places
    return places


_CHANGES = frozenset({"captured", "handed_over", "withdrew"})
_BE = frozenset("is are was were include includes included".split())


def inverted(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Return X of "also captured was X", "villages taken by Y include X"."""
    if (verb.passive and verb.finite) or verb.trigger.type not in _CHANGES:
        return []
    for k in range(verb.j, min(verb.j + 6, len(line.low))):
        if line.low[k] in _BE:
            named = objects(line, lexicon, k + 1, most=4)
            return named if all(isinstance(p, PlaceMark) for p in named) else []
        aside = isinstance(line.at[k], ActorMark | DateMark)
        if not aside and line.low[k] not in {"by", "the", "so", "far", "in", "on"}:
            return []
    return []


_AIR = frozenset(
    "airstrike airstrikes strike strikes shelling shelled bombing bombed "
    "bombardment artillery drone drones missile missiles rocket rockets "
    "warplanes jets aircraft air-strike air-strikes bomb mortar mortars "
    "sukhoi helicopter helicopters aerial air suicide".split()
)
# "under cover of artillery", "amid air strikes": the ground attack is another thing.
_BESIDES = frozenset(
    "cover backed supported support amid after following alongside preceded "
    "despite while under and".split()
)


def from_the_air(line: Line, i: int, j: int) -> bool:
    """Say whether the attack at tokens i to j is one of strikes and shelling."""
    if _AIR.intersection(line.low[max(0, i - 5) : j]):
        return True
    for k in range(j, min(j + 12, len(line.low))):
        if line.low[k] in _BESIDES or line.low[k] in {";", "."}:
            return False
        if line.low[k] in _AIR:
            return True
    return False
