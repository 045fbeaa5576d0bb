"""Which party does what a verb says, and which one a preposition leads in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import (
    ActorMark,
    DateMark,
    PlaceMark,
    TriggerMark,
)

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.verbs import Verb


BOUNDARIES = frozenset(
    "; : after when as while because since before where although though "
    "until once despite amid whereas if — – whom whose".split()
)
_PREPOSITIONS = frozenset(
    "of with from against by for between to in on at into near over among "
    "under toward towards including than via without inside outside like "
    "through alongside".split()
)
_NP = frozenset(
    "the a an its their his these those some several many other all more any".split()
)


def subject(line: Line, lexicon: Lexicon, verb: Verb) -> list[ActorMark]:
    """Return the parties that do what the verb says; the first leads.

    Walks left from the verb over what cannot be its subject: parties inside
    prepositional phrases, objects of other verbs, possessors.
    """
    k = verb.i - 1
    while k >= 0:
        over = line.at[k]
        if isinstance(over, ActorMark):
            if (
                not over.held
                and not over.possessive
                and not _in_phrase(line, over)
                and not _is_object(line, lexicon, over)
            ):
                return coordinated(line, over)
            k = over.i - 1
            continue
        word = line.low[k]
        if over is None and word in {"it", "he", "she"} and not _governed(line, k):
            return [ActorMark(k, k + 1, None, group="pronoun")]
        if (
            over is None
            and word in {"who", "which"}
            and (before := _antecedent_actor(line, k))
        ):
            return coordinated(line, before)
        bounds = {";", ":"} if verb.is_ing else BOUNDARIES
        if word in bounds and not _within_name(line, k):
            return _controller(line, lexicon, verb, k)
        k = over.i - 1 if over is not None else k - 1
    return _controller(line, lexicon, verb, 0)


def is_person(line: Line, lexicon: Lexicon, mark: ActorMark) -> bool:
    """Say whether a party's name only tells whose man it is: "the army chief"."""
    after = line.low[mark.j] if mark.j < len(line.low) else ""
    return after in lexicon.sets["person"] and not after.endswith("s")


def _within_name(line: Line, k: int) -> bool:
    """Say whether a dash stands between letters: "Aleppo–Raqqa road"."""
    return 0 < k < len(line.words) - 1 and line.starts[k] == line.ends[k - 1]


def _governed(line: Line, k: int) -> bool:
    """Say whether "it" is an object: behind a preposition or a trigger."""
    return k > 0 and (
        line.low[k - 1] in _PREPOSITIONS or isinstance(line.at[k - 1], TriggerMark)
    )


def _antecedent_actor(line: Line, k: int) -> ActorMark | None:
    for t in range(k - 1, max(-1, k - 4), -1):
        over = line.at[t]
        if isinstance(over, ActorMark) and not over.held:
            return over
        if over is not None:
            return None
    return None


def _controller(
    line: Line, lexicon: Lexicon, verb: Verb, boundary: int
) -> list[ActorMark]:
    """Return the main clause's subject for "after capturing X, the army ..."."""
    if not verb.is_ing and boundary != 0:
        return []
    if verb.is_ing:
        for k in range(verb.j, len(line.low)):
            over = line.at[k]
            if (
                isinstance(over, ActorMark)
                and k == over.i
                and not over.held
                and not over.possessive
                and not _in_phrase(line, over)
                and not _is_object(line, lexicon, over)
                and "," in line.low[verb.j : k]
            ):
                return coordinated(line, over)
    return []


def _in_phrase(line: Line, mark: ActorMark) -> bool:
    """Say whether a preposition governs the mark, itself or through its list."""
    k = mark.i - 1
    while k >= 0 and (line.low[k] in _NP or line.low[k].endswith("-backed")):
        k -= 1
    if k < 0:
        return False
    before = line.at[k - 1] if k else None
    if line.low[k] in {"and", "or", "&"} and isinstance(before, ActorMark):
        return _in_phrase(line, before)
    over = line.at[k]
    return line.low[k] in _PREPOSITIONS and (
        over is None or isinstance(over, TriggerMark)
    )


def _is_object(line: Line, lexicon: Lexicon, mark: ActorMark) -> bool:
    """Say whether a verb other than one of saying stands right before the mark."""
    k = mark.i - 1
    while k >= 0 and (
        line.low[k] in _NP
        or line.low[k].isdigit()
        or line.low[k] in lexicon.sets["force"]
    ):
        k -= 1
    if k < 0:
        return False
    if isinstance(line.at[k], TriggerMark):
        return True
    word = line.low[k]
    if word in lexicon.sets["say"] or word in lexicon.sets["deny"] or word == "that":
        return False
    return (
        word.endswith(("ed", "ing")) and len(word) > 4 and line.at[k] is None
    ) or word in lexicon.sets["other_verbs"]


def coordinated(line: Line, mark: ActorMark) -> list[ActorMark]:
    """Return "the army and Hezbollah" with its head first."""
    found = [mark]
    k = mark.i - 1
    while k > 0:
        if line.low[k] in _NP or (line.low[k] == "allied"):
            k -= 1
            continue
        before = line.at[k - 1]
        if (
            line.low[k] in {"and", ",", "&", "/"}
            and isinstance(before, ActorMark)
            and not before.held
            and not before.possessive
        ):
            found.insert(0, before)
            k = before.i - 1
            continue
        break
    return found


# "was confirmed by X": X speaks and does nothing.
_TOLD = frozenset(
    "confirmed reported announced claimed said stated denied disputed rejected "
    "verified published released quoted cited acknowledged admitted".split()
)


def party_after(
    line: Line, at: int, words: frozenset[str], limit: int = 14
) -> ActorMark | None:
    """Return the party that a preposition of `words` leads in, right of token `at`."""
    own = next((over for over in line.at[at : at + 5] if over), None)
    for k in range(at, min(len(line.low), at + limit)):
        over = line.at[k]
        if line.low[k] in {";", ":"} or (
            isinstance(over, TriggerMark)
            and over is not own
            and k > at
            and line.low[k] not in words
            and k - at > 1
        ):
            return None
        told = line.low[k] == "by" and line.low[k - 1] in _TOLD
        if line.low[k] in words and not (
            isinstance(over, PlaceMark | DateMark) or told
        ):
            mark = party_at(line, k + 1)
            if mark:
                return mark
    return None


_BETWEEN = frozenset(
    {"full", "complete", "firm", "total", "effective", "direct", "sole"}
) | frozenset(
    "clutches grip grasp hands control hold remaining remnants presence last "
    "rule occupation".split()
)


def party_at(line: Line, k: int) -> ActorMark | None:
    """Return the party whose noun phrase begins at token k."""
    for t in range(k, min(k + 5, len(line.low))):
        over = line.at[t]
        if isinstance(over, ActorMark):
            return over if not over.held else None
        if (
            line.low[t] not in _NP
            and line.low[t] not in _BETWEEN
            and line.low[t] not in {"of", "'s"}
            and not line.low[t].isdigit()
        ):
            return None
    return None
