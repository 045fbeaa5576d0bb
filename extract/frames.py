"""Triggers are found here, and each is read by the frame of its family.

`find_frames` works on one marked sentence and knows nothing of the others: parties and
places that only the context can name come out as marks, for the reader to resolve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract import assaults, changes, fights, holdings, nouns
from extract.gapping import gapped
from extract.marks import BackMark, PlaceMark, TriggerMark
from extract.parties import party_at
from extract.tracing import SILENT
from extract.verbs import read_verb

if TYPE_CHECKING:
    from extract.lexicon import Lexicon, Trigger
    from extract.marks import Line, PlaceLike
    from extract.roles import Frame
    from extract.tracing import Trace


# "under way", "broke out": what a noun does, no event of its own.
_NO_EVENT = {"under": ["way"], "broke": ["out"], "break": ["out"], "broken": ["out"]}


def mark_triggers(line: Line, lexicon: Lexicon) -> None:
    """Lay a mark over each phrase that can tell an event."""
    for i in lexicon.triggers.openings(line.low):
        if line.at[i] is not None:
            continue
        hit = lexicon.triggers.longest(line.low, line.words, i)
        if hit and line.low[hit[0] : hit[0] + 1] == _NO_EVENT.get(line.low[hit[0] - 1]):
            continue
        if hit and not any(line.at[i : hit[0]]):
            line.put(TriggerMark(i, hit[0], hit[1]))


def find_frames(line: Line, lexicon: Lexicon, trace: Trace = SILENT) -> list[Frame]:
    """Return what the triggers of a sentence tell, in the order of the text."""
    frames: list[Frame] = []
    for mark in line.marks:
        if isinstance(mark, TriggerMark):
            frame = _best(line, lexicon, mark)
            if frame:
                frames += [frame, *gapped(line, frame)]
            else:
                trace.no_frame(mark, lexicon)
    return frames


def form_of(trigger: Trigger) -> str:
    """Return the form of sentence that a trigger's family reads, for people.

    Such as "GAINER enters, reaches PLACE"; the readers' own docstrings say it.
    """
    readers = _NOUNS if trigger.form == "noun" else _VERBS
    form = (readers[trigger.frame].__doc__ or "").partition("\n")[0]
    return form.removeprefix("Read ").rstrip(".").replace('"', "")


def _best(line: Line, lexicon: Lexicon, mark: TriggerMark) -> Frame | None:
    """Try each family of the trigger; the first whose roles are filled wins."""
    for option in mark.options:
        verb = read_verb(line, lexicon, mark, option)
        if verb is None:
            continue
        frame = (
            _NOUNS[option.frame](line, lexicon, verb)
            if verb.is_noun
            else _VERBS[option.frame](line, lexicon, verb)
        )
        if frame:
            frame.places = [p for p in frame.places if not _is_no_scene(line, frame, p)]
        if frame and frame.places:
            if frame.verb.stance == "tried":
                _only_tried(frame)
            frame.type = frame.type or option.type
            frame.weight = frame.weight or option.weight
            _allies(line, lexicon, frame)
            return frame
    return None


def _only_tried(frame: Frame) -> None:
    """Turn "was fighting to take X" into an attack on X."""
    frame.type, frame.weight = "attacked", 0.65
    frame.verb.stance = "asserted" if frame.gainers else "none"


_WAYS = frozenset(
    "road roads highway highways motorway route routes supply internet access "
    "electricity water front frontline frontlines fronts axis axes line".split()
)
_ROADS = frozenset({"road", "highway", "motorway", "roads"})
_OFFICES = frozenset({"council", "hall", "administration", "limits", "police"})
_WIDE = frozenset(
    "province governorate countryside county oblast region state canton raion "
    "provinces governorates regions".split()
)


def _is_no_scene(line: Line, frame: Frame, place: PlaceLike) -> bool:
    """Say whether a name only tells which road, front, office or wide area is meant."""
    after = line.low[place.j] if place.j < len(line.low) else ""
    if isinstance(place, BackMark):
        return after in _OFFICES
    if not isinstance(place, PlaceMark):
        return False
    if frame.trigger.type not in _CONTESTS:
        return after in _ROADS
    wide = place.kind is not None and place.kind.split()[-1] in _WIDE
    part = place.bearing is not None and place.lead == "in" and place.kind is None
    return after in _WAYS or wide or part


_CONTESTS = frozenset({"advanced", "attacked", "repelled", "besieged"})


def _allies(line: Line, lexicon: Lexicon, frame: Frame) -> None:
    """Find "backed by X", "with the help of X" and take them out of the roles."""
    for k in lexicon.helpers.openings(line.low):
        if line.at[k] is not None:
            continue
        hit = lexicon.helpers.longest(line.low, line.words, k)
        mark = party_at(line, hit[0]) if hit else None
        if mark and mark not in frame.losers:
            frame.allies.append(mark)
            if len(frame.gainers) > 1 and mark in frame.gainers:
                frame.gainers.remove(mark)


_VERBS = {
    "take": changes.take,
    "clear": changes.clear,
    "expel": changes.expel,
    "lose": changes.lose,
    "fall": changes.fall,
    "flag": changes.flag,
    "raise_flag": changes.raise_flag,
    "swap": changes.swap,
    "hand": changes.hand,
    "withdraw": changes.withdraw,
    "abandon": changes.abandon,
    "hold": holdings.hold,
    "keep": holdings.keep,
    "hold_out": holdings.hold_out,
    "lie_with": holdings.lie_with,
    "lie_under": holdings.lie_under,
    "advance": fights.advance,
    "enter": fights.enter,
    "attack": fights.attack,
    "clash": fights.clash,
    "repel": fights.repel,
    "fail": fights.fail,
    "besiege": fights.besiege,
}
_NOUNS = {
    "take": nouns.take_noun,
    "fall": nouns.fall_noun,
    "withdraw": nouns.withdraw_noun,
    "advance": assaults.toward_noun,
    "attack": assaults.toward_noun,
    "clash": assaults.clash_noun,
    "siege": assaults.siege_noun,
    "hold": nouns.control_noun,
}
