"""Triggers are found here, and each is read by the frame of its family.

`find_frames` works on one marked sentence and knows nothing of the others: parties and
places that only the context can name come out as marks, for claims.py to resolve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract import changes, fights, nouns
from extract.marks import TriggerMark
from extract.parties import party_at
from extract.tracing import SILENT
from extract.verbs import read_verb

if TYPE_CHECKING:
    from extract.lexicon import Lexicon, Trigger
    from extract.marks import Line
    from extract.roles import Frame
    from extract.tracing import Trace


def mark_triggers(line: Line, lexicon: Lexicon) -> None:
    """Lay a mark over each phrase that can tell an event."""
    i = 0
    while i < len(line.low):
        if line.at[i] is None and line.low[i] in lexicon.trigger_words:
            hit = lexicon.triggers.longest(line.low, line.words, i)
            if hit and all(line.at[k] is None or k == i for k in range(i, hit[0])):
                line.put(TriggerMark(i, hit[0], hit[1]))
                i = hit[0]
                continue
        i += 1


def find_frames(line: Line, lexicon: Lexicon, trace: Trace = SILENT) -> list[Frame]:
    """Return what the triggers of a sentence tell, in the order of the text."""
    frames: list[Frame] = []
    for mark in line.marks:
        if isinstance(mark, TriggerMark):
            frame = _best(line, lexicon, mark)
            if frame:
                frames.append(frame)
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
        if frame and frame.places:
            frame.type = frame.type or option.type
            frame.weight = frame.weight or option.weight
            _allies(line, lexicon, frame)
            return frame
    return None


def _allies(line: Line, lexicon: Lexicon, frame: Frame) -> None:
    """Find "backed by X", "with the help of X" and take them out of the roles."""
    for k in range(len(line.low)):
        hit = (
            lexicon.helpers.longest(line.low, line.words, k)
            if line.at[k] is None
            else None
        )
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
    "swap": changes.swap,
    "hand": changes.hand,
    "withdraw": changes.withdraw,
    "abandon": changes.abandon,
    "hold": changes.hold,
    "lie_under": changes.lie_under,
    "advance": fights.advance,
    "enter": fights.enter,
    "attack": fights.attack,
    "assail": fights.assail,
    "clash": fights.clash,
    "repel": fights.repel,
    "fail": fights.fail,
    "besiege": fights.besiege,
}
_NOUNS = {
    "take": nouns.take_noun,
    "fall": nouns.fall_noun,
    "withdraw": nouns.withdraw_noun,
    "advance": nouns.toward_noun,
    "attack": nouns.toward_noun,
    "clash": nouns.clash_noun,
    "siege": nouns.siege_noun,
    "hold": nouns.control_noun,
}
