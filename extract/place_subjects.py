"""Which places a sentence is said of: subjects of a passive, of "fell", of "which"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import (
    ActorMark,
    BackMark,
    CountMark,
    Mark,
    PlaceLike,
    PlaceMark,
    TriggerMark,
)
from extract.parties import BOUNDARIES

if TYPE_CHECKING:
    from extract.marks import Line
    from extract.verbs import Verb


def subject_places(line: Line, verb: Verb) -> list[PlaceLike]:
    """Return the places that a passive, or "fell", is said of.

    A place behind "of" counts where no other is the subject: "the fall of X was".
    """
    k = verb.i - 1
    if explained := _before_apposition(line, k):
        return _list_left(line, explained)
    second: list[PlaceLike] = []
    while k >= 0:
        over = line.at[k]
        if isinstance(over, PlaceLike):
            if direct := _direct(line, over, verb):
                return direct
            if over.lead == "of" and not second and not isinstance(over, CountMark):
                second = _list_left(line, over)
        elif pronoun := _subject_pronoun(line, verb, k):
            return pronoun
        elif _begins_clause(line, k) or _unshared(line, over, verb):
            return second
        k = over.i - 1 if over is not None else k - 1
    return second


def _before_apposition(line: Line, k: int) -> PlaceMark | None:
    """Return X of "X, a village west of Y that served the base, was taken"."""
    if k < 0 or line.low[k] != ",":
        return None
    while k > 0:
        over = line.at[k - 1]
        if isinstance(over, PlaceMark) and _apposed(line, over):
            return over
        if isinstance(over, TriggerMark) or line.low[k - 1] in {";", ":"}:
            return None
        k -= 1
    return None


def _apposed(line: Line, place: PlaceMark) -> bool:
    """Say whether ", a village", ", once a stronghold" follows a place."""
    after = line.low[place.j : place.j + 2]
    return place.lead is None and after[0] == "," and after[1] in _APPOSES


_APPOSES = frozenset("a an the one another once formerly long still now home".split())


def _begins_clause(line: Line, k: int) -> bool:
    """Say whether the verb's clause begins at token k: "when", "saw that"."""
    word = line.low[k]
    if word == "that":
        return line.before(k).endswith("ed") or line.before(k) in _TOLD_THAT
    return word in BOUNDARIES or word == "it"


_TOLD_THAT = frozenset("said says say saw seen found showed shows know knew".split())


def _direct(line: Line, over: PlaceLike, verb: Verb) -> list[PlaceLike]:
    """Return the subject that a mark left of a verb is, or belongs to."""
    named = _explained(line, over) or _closing(line, over, verb)
    if named:
        return [named]
    if isinstance(over, BackMark) and line.before(over.i) in _BECOMES:
        return []
    bare = verb.passive and not verb.finite and over.j == verb.i
    bare = bare and verb.trigger.frame != "hold"  # "the last town in X held by Y"
    if bare or (_may_be_subject(over) and not _is_apposition(line, over)):
        return _list_left(line, over)  # "with X and Y reported as liberated"
    return [over] if _relative(line, verb) else []


def _closing(line: Line, over: PlaceLike, verb: Verb) -> PlaceMark | None:
    """Return X of "its last base in Kordofan, X, fell"."""
    near = over.j + 1 >= verb.i and line.low[over.j : over.j + 1] == [","]
    apart = near and line.before(over.i) == "," and "and" not in line.low[: over.i]
    return over if apart and isinstance(over, PlaceMark) else None


_BECOMES = frozenset("became becomes become is was as being".split())


def _subject_pronoun(line: Line, verb: Verb, k: int) -> list[PlaceLike]:
    """Return "it was", "they were" as what they stand for: places named before."""
    if line.at[k] is None and line.low[k] == "it" and k >= verb.i - 3:
        governed = line.before(k) in _GOVERNING
        return [] if governed else [BackMark(k, k + 1, None)]
    if line.low[k] == "they" and k == verb.i - 1:
        return [BackMark(k, k + 1, None, many=True)]
    return []


# "villages around it were entered"
_GOVERNING = frozenset("around near of in from by outside to with beside at on".split())


def _may_be_subject(mark: PlaceLike) -> bool:
    part = not isinstance(mark, CountMark) and mark.lead == "in" and mark.partial
    return mark.lead is None or part


def _explained(line: Line, mark: PlaceLike) -> PlaceMark | None:
    """Return X of "X, the last big town in the valley," where a verb follows."""
    before = line.at[mark.i - 2] if mark.i > 1 and line.low[mark.i - 1] == "," else None
    back = isinstance(mark, BackMark) and not mark.many
    return before if back and isinstance(before, PlaceMark) else None


def _is_apposition(line: Line, mark: PlaceLike) -> bool:
    """Say whether ", a town of 5,000," describes the place before it."""
    if not isinstance(mark, CountMark) or mark.i < 2 or line.low[mark.i - 1] != ",":
        return False
    single = line.low[mark.i] in {"a", "an", "another"}
    return single and any(isinstance(m, PlaceMark) for m in line.at[: mark.i])


def _relative(line: Line, verb: Verb) -> bool:
    """Say whether "which", "that" stands right before a verb group."""
    return bool({"which", "that"}.intersection(line.low[max(0, verb.i - 2) : verb.i]))


def _unshared(line: Line, other: Mark | None, verb: Verb) -> bool:
    """Say whether another verb stands between that shares no subject with this one."""
    if not isinstance(other, TriggerMark):
        return False
    return not {"and", "but", "then", ","}.intersection(line.low[other.j : verb.i])


_LIST_LEFT = frozenset(
    "and , the & then nearby neighbouring also both further farther later just outside "
    "beside it north south east west".split()
)


def _list_left(line: Line, last: PlaceLike) -> list[PlaceLike]:
    found = [last]
    k = last.i - 1
    joined = False
    while k > 0 and line.low[k] in _LIST_LEFT:
        before = line.at[k - 1]
        joined = joined or line.low[k] in {"and", ",", "&"}
        if joined and (other := _past_apposition(line, k)):
            before = other
        if joined and isinstance(before, PlaceLike):
            if before.lead not in {None, "of", last.lead}:
                break
            found.insert(0, before)
            k, joined = before.i - 1, False
        else:
            k -= 1
    return found


def _past_apposition(line: Line, k: int) -> PlaceMark | None:
    """Return X of "X, further down the valley, and Y" for the comma at token k."""
    if line.low[k : k + 2] != [",", "and"]:
        return None
    for t in range(k - 1, max(0, k - 12), -1):
        over = line.at[t - 1]
        if isinstance(line.at[t], TriggerMark | ActorMark):
            return None
        if line.low[t] == ",":
            bare = isinstance(over, PlaceMark) and over.lead is None
            return over if bare and isinstance(over, PlaceMark) else None
    return None


def antecedent(line: Line, verb: Verb) -> list[PlaceLike]:
    """Return the place of "X, which the army captured" for a verb without an object."""
    for k in range(verb.i - 1, -1, -1):
        if line.low[k] in {"which", "that"} and line.at[k] is None:
            for t in range(k - 1, max(-1, k - 4), -1):
                over = line.at[t]
                if isinstance(over, PlaceMark | BackMark):
                    return [over]
            return []
        if isinstance(line.at[k], TriggerMark):
            return []
    return []
