"""Which places an event is about: objects, passive subjects, what "into" leads in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.distances import NUMBER_WORDS
from extract.marks import (
    ActorMark,
    BackMark,
    CountMark,
    DateMark,
    OpenDateMark,
    PlaceLike,
    PlaceMark,
    TriggerMark,
)
from extract.parties import BOUNDARIES

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.verbs import Verb


_LIST = frozenset(
    ", and & as well along with together plus also then both or including "
    "namely ( ) such like : - – — named called / followed by most notably "
    "among them".split()
)
_HEADS = frozenset(
    "commander leader fighter soldier soldiers position positions point "
    "points control territory ground weapons tank tanks members member".split()
)


def objects(line: Line, lexicon: Lexicon, at: int, *, most: int = 7) -> list[PlaceLike]:
    """Return the places of a noun phrase that begins at token `at`, list members too.

    Between two of them at most `most` words may stand.
    """
    found: list[PlaceLike] = []
    k, steps = at, 0
    while k < len(line.low) and steps <= most:
        over = line.at[k]
        if isinstance(over, PlaceLike):
            if found and _acts(line, lexicon, over):
                break
            found = _with(line, over, found)
            k, steps = over.j, 0
        elif over is None and not found and _stands_for(line, k):
            return [BackMark(k, k + 1, None, many=line.low[k] == "both")]
        elif ahead := _skipped(line, k, found):
            k = ahead
        elif not _may_pass(line, lexicon, k, found):
            break
        else:
            k, steps = k + 1, steps + 1
    return found


def _with(line: Line, mark: PlaceLike, found: list[PlaceLike]) -> list[PlaceLike]:
    """Return the places found so far and the next, unless that only describes one."""
    if found and _names_it(line, found[-1], mark):
        return [*found[:-1], mark]  # "its last stronghold, the town of X"
    return found if _hangs(line, mark, found) else [*found, mark]


_STATES = frozenset(
    "located situated based called named known held controlled occupied besieged "
    "surrounded populated inhabited aged linked connected used".split()
)
_BE = frozenset("is are was were has have had will would".split())


def _acts(line: Line, lexicon: Lexicon, mark: PlaceLike) -> bool:
    """Say whether a place, or the list it begins, is the subject of the next clause."""
    k = mark.j
    while k < len(line.low) and line.low[k] in {"and", ",", "the", "both"}:
        over = line.at[k + 1] if k + 1 < len(line.at) else None
        if not isinstance(over, PlaceMark | BackMark):
            break
        k = over.j
    k = _past_date(line, k)  # "and X on Sunday was quiet"
    if k >= len(line.low) or not _joined_by_and(line, mark):
        return False
    word, sets = line.low[k], lexicon.sets
    if word in _BE or word in sets["say"]:
        return True
    verb = word.endswith("ed") and len(word) > 4 and word not in _STATES
    return verb and (line.at[k] is None or isinstance(line.at[k], TriggerMark))


def _past_date(line: Line, k: int) -> int:
    """Return where a date that begins at token k ends; k without one."""
    dates = (m for m in line.at[k : k + 2] if isinstance(m, DateMark))
    return next((date.j for date in dates), k)


def _joined_by_and(line: Line, mark: PlaceLike) -> bool:
    return "and" in line.low[max(0, mark.i - 7) : mark.i]


def _stands_for(line: Line, k: int) -> bool:
    """Say whether "it" or a lone "both" is the object."""
    return line.low[k] == "it" or (line.low[k] == "both" and _alone(line, k))


def _skipped(line: Line, k: int, found: list[PlaceLike]) -> int | None:
    """Return where to go on behind a parenthesis, a date, "including:", "ISIL-held"."""
    over = line.at[k]
    if line.low[k] == "(" and found:
        return _closed(line, k)
    if isinstance(over, DateMark | OpenDateMark):
        return over.j
    if found and line.low[k : k + 2] == ["according", "to"]:
        return _behind_speaker(line, k)
    if _names_follow(line, k, found):
        return _after_colon(line, k)
    if isinstance(over, ActorMark) and not found:
        owner = over.held or over.possessive or _before_place(line, over)
        return over.j if owner else None
    return None


def _behind_speaker(line: Line, k: int) -> int | None:
    """Return where "A and, according to the army, B" goes on; None at its end."""
    ahead = line.low[k : k + 9]
    return k + ahead.index(",") + 1 if "," in ahead and line.before(k) == "," else None


_HANGING = frozenset({"in", "near", "dir", "between", "of", "from", "to", "other"})


def _hangs(line: Line, mark: PlaceLike, found: list[PlaceLike]) -> bool:
    """Say whether a place only says where others lie, or is their other name."""
    owns = line.low[mark.j : mark.j + 1] in (["'s"], ["’s"])
    if mark.lead == "alias" or owns:
        return True
    listed = isinstance(mark, PlaceMark) and mark.listed
    if found and isinstance(mark, BackMark) and _restates(line, mark):
        return True
    if found and _again(line, mark, found[-1]):
        return False
    member = found and mark.lead == found[0].lead and mark.lead not in _HANGING - {"of"}
    lies = isinstance(mark, PlaceMark) and any(_lies_in(f, mark) for f in found)
    if lies and not member:  # a member may be what others of its list lie near
        return True
    return bool(found) and not listed and mark.lead in _HANGING - {found[0].lead}


def _names_it(line: Line, back: PlaceLike, mark: PlaceLike) -> bool:
    """Say whether a name follows what it names: "its last stronghold, X"."""
    described = isinstance(back, BackMark) and not back.many
    near = line.low[back.j : mark.i] in ([","], [",", "the"])
    return described and near and isinstance(mark, PlaceMark)


def _restates(line: Line, mark: BackMark) -> bool:
    """Say whether ", the oil port that ..." only says what the place before is."""
    alone = line.low[mark.j : mark.j + 1] not in (["and"], [","])
    return line.low[mark.i - 1 : mark.i + 1] == [",", "the"] and alone


def _lies_in(one: PlaceLike, other: PlaceMark) -> bool:
    """Say whether a place was just said to lie in, or near, another."""
    relations = one.relations if isinstance(one, PlaceMark) else ()
    return any(relation.toponym == other.name for relation in relations)


_AGAIN = frozenset({"of", "from", "in", "on", "into"})


def _again(line: Line, mark: PlaceLike, last: PlaceLike) -> bool:
    """Say whether "and of" takes the list up again: "control of A and of B"."""
    between = line.low[last.j : mark.i]
    return any(
        word == "and" and between[n + 1 : n + 2] and between[n + 1] in _AGAIN
        for n, word in enumerate(between)
    )


def _alone(line: Line, k: int) -> bool:
    after = line.low[k + 1 : k + 2]
    return not after or after[0] in {".", ",", "after", "from", "in", "on", "and", "by"}


def _closed(line: Line, k: int) -> int:
    """Return where a parenthesis of a few words ends."""
    for t in range(k + 1, min(k + 12, len(line.low))):
        if line.low[t] == ")":
            return t + 1
    return k + 1


_SPELLING = frozenset("including namely : named called – — - among".split())


def _names_follow(line: Line, k: int, found: list[PlaceLike]) -> bool:
    """Say whether "three villages in the process, including:" leads to names."""
    if not found or not isinstance(found[-1], CountMark):
        return False
    return _after_colon(line, k) > k


def _after_colon(line: Line, k: int) -> int:
    for t in range(k, min(k + 9, len(line.low))):
        if line.low[t] in {".", ";"} or isinstance(line.at[t], TriggerMark | ActorMark):
            return k
        if line.low[t] in _SPELLING:
            after = t + 1
            while line.low[after : after + 1] and line.low[after] in _SPELLING | {
                "the",
                "them",
            }:
                after += 1
            named = after < len(line.at) and isinstance(line.at[after], PlaceMark)
            return after if named else k
    return k


def _before_place(line: Line, mark: ActorMark) -> bool:
    return isinstance(
        line.at[mark.j] if mark.j < len(line.at) else None, PlaceMark | BackMark
    )


_ENDS = frozenset(
    ". ; which where who that when but while after before against".split()
)
_WHOLES = frozenset(
    "both all some control rid whole entirety rest remainder bulk heart".split()
)
_BEGIN_PHRASE = frozenset(
    "toward towards onto through across under without in near from to with "
    "by for on at into around over as between and or along via through past "
    "linking connecting leading".split()
)
# Behind a place these may stand before the next one of the list.
_BEHIND = _LIST | frozenset(
    "in of to the near from a an another on at during same km kilometers "
    "kilometres miles 's ’s strategic key nearby located situated outside "
    "around close last major important main small surrounding inside within "
    "just some about only ' ’ ‘ shore bank banks road side border edge most day "
    "between far further farther along beyond toward towards it half less not "
    "it them almost entirely completely largely mostly wholly".split()
)


def _may_pass(line: Line, lexicon: Lexicon, k: int, found: list[PlaceLike]) -> bool:
    """Say whether a noun phrase may run over token k."""
    word, sets = line.low[k], lexicon.sets
    if word in _ENDS or isinstance(line.at[k], (TriggerMark, ActorMark)):
        return False
    if found:
        kinds = word in sets["area"] or word in sets["settlement"]
        kinds = kinds or (word.isalpha() and _is_kind(line, lexicon, k + 1))
        toward = word in lexicon.directions or word.endswith("ern")
        counted = word in NUMBER_WORDS or word[0].isdigit()
        return word in _BEHIND or kinds or toward or counted
    if word == "of":
        head = line.low[k - 1]
        parts = head in sets["partial"] or head in sets["area"]
        parts = parts or lexicon.kinds.longest(line.low, line.words, k - 1) is not None
        return parts or head in _WHOLES
    if word == "and" and not found:
        return _another_follows(line, k)
    barred = _HEADS | _BEGIN_PHRASE | sets["person"] | sets["say"]
    return word not in barred


def _another_follows(line: Line, k: int) -> bool:
    """Say whether "and the nearby village of X" stands at k, after an unnamed base."""
    ahead = line.at[k + 1 : k + 4]
    return any(isinstance(over, PlaceMark) and over.kind for over in ahead)


def _is_kind(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a kind stands at k: what is before it describes it."""
    free = k < len(line.low) and line.at[k - 1] is None
    return free and lexicon.kinds.longest(line.low, line.words, k) is not None


def led(
    line: Line, lexicon: Lexicon, at: int, leads: frozenset[str], limit: int = 12
) -> list[PlaceLike]:
    """Return the places that a preposition of a class in `leads` brings in."""
    for k in range(at, min(len(line.low), at + limit)):
        over = line.at[k]
        if line.low[k] in {";", "which", "where", "but", "who", "while", "after"} or (
            isinstance(over, TriggerMark) and k >= at
        ):
            return []
        if isinstance(over, PlaceMark | BackMark) and k == over.i:
            if over.lead in leads:
                return objects(line, lexicon, k)
            if over.lead is None and k > at + 2:
                return []
        if (
            line.low[k] == "it"
            and k > at
            and line.low[k - 1]
            in {"into", "from", "toward", "towards", "to", "on", "in", "of"}
        ):
            return [BackMark(k, k + 1, None)]
    return []


_BASES = frozenset(
    "base bases camp camps barracks garrison outpost outposts airbase airport "
    "airfield headquarters checkpoint checkpoints".split()
)


def base_in(line: Line, lexicon: Lexicon, verb: Verb) -> list[PlaceLike]:
    """Return the place of "overran an army base in X": a base without a name."""
    for k in range(verb.j, min(verb.j + 8, len(line.low))):
        over = line.at[k]
        if isinstance(over, PlaceMark | TriggerMark) or line.low[k] in BOUNDARIES:
            return []
        if line.low[k] in _BASES and not verb.passive:
            return led(line, lexicon, k + 1, frozenset({"in", "near"}), 3)
    return []
