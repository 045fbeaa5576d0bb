"""Who gained and who lost, where the frame's words leave it to the context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.context import UNIDENTIFIED, beside, governed
from extract.marks import ActorMark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.attribution import Claimant
    from extract.context import Context
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.roles import Frame


@dataclass(frozen=True, slots=True)
class Sides:
    """The parties of an event by canonical name, and the marks that name them.

    `inferred` says that the taker is nowhere in the sentence.
    """

    gained: str | None
    gainer: ActorMark | None
    lost: str | None
    loser: ActorMark | None
    allies: tuple[str, ...]
    inferred: bool


def sides_of(
    line: Line, frame: Frame, context: Context, claimant: Claimant | None
) -> Sides:
    """Resolve a frame's parties.

    A taker that the words do not name is the one who announces the success, else the
    last taker of the same paragraph; never the loser.
    """
    loser = frame.losers[0] if frame.losers else None
    gainer = frame.gainers[0] if frame.gainers else None
    if loser and gainer and _plainness(loser) < _plainness(gainer):
        lost = context.actor(line, loser)
        gained = _gained(line, frame, context, claimant, lost)
    else:
        gained = _gained(line, frame, context, claimant, None)
        lost = context.actor(line, loser, gained) if loser else None
    if gained == lost:
        gained = None
    inferred = gained is None and not frame.gainers and frame.type in _GAINING
    if inferred:
        gained = _announcer(context, claimant, lost)
        if frame.agentless:
            gained = gained or _last_taker(line, context, lost)
    gainer = gainer if not inferred else None
    allies = _allies(line, frame, context, {gained, lost, None, UNIDENTIFIED})
    return Sides(gained, gainer, lost, loser, allies, inferred)


_GAINING = frozenset({"captured", "handed_over", "advanced"})
_PLAINNESS = ("speaker", "state_group", "armed_group", "any_group", "pronoun")


def _plainness(mark: ActorMark) -> int:
    """Rank how plainly a mark names its party: 0 by name, 4 by a pronoun."""
    return 0 if mark.name or not mark.group else 1 + _PLAINNESS.index(mark.group)


def _gained(
    line: Line,
    frame: Frame,
    context: Context,
    claimant: Claimant | None,
    lost: str | None,
) -> str | None:
    if not frame.gainers:
        return None
    first = frame.gainers[0]
    speaks = claimant and claimant.actor and claimant.span.end <= line.starts[first.i]
    if claimant and speaks and first.group == "pronoun" and claimant.actor != lost:
        return claimant.actor
    names = [context.actor(line, mark, lost) for mark in frame.gainers]
    named = [name for name in names if name]
    own = [name for name in named if context.fights(name)]
    # "Hezbollah and the army": a helper comes last
    return next(iter(own or named), None)


def _announcer(
    context: Context, claimant: Claimant | None, lost: str | None
) -> str | None:
    """Return who announces a success: the speaker of the sentence or of the text."""
    name = (claimant.actor if claimant else None) or context.speaker
    known = name and context.lexicon.conflict.actor(name)
    return name if known and name != lost else None


def _last_taker(line: Line, context: Context, lost: str | None) -> str | None:
    if context.taker == lost or line.paragraph - context.taker_paragraph > 1:
        return None
    return context.taker


def _allies(
    line: Line, frame: Frame, context: Context, others: set[str | None]
) -> tuple[str, ...]:
    names = [context.actor(line, m) for m in (*frame.allies, *frame.gainers[1:])]
    names += [name for m in frame.gainers for name in m.allies]
    return tuple(dict.fromkeys(n for n in names if n and n not in others))


def foe_of(line: Line, gained: str | None, context: Context) -> str | None:
    """Return whom a taker took a place from, where the text makes it plain.

    Another side named in the same sentence, else the one it was last told to fight in
    this paragraph, else its only opponent in the whole text.
    """
    if gained is None:
        return None
    named = next(_named_foes(line, gained, context), None)
    if named:
        return named
    if any(isinstance(m, ActorMark) and m.group == "armed_group" for m in line.marks):
        return None  # "against militants": nobody in particular
    foe, paragraph = context.foes.get(gained, (None, -1))
    if foe and line.paragraph - paragraph <= 2:
        return foe
    near = [n for n, at in context.heard[-4:] if at == line.paragraph]
    near = [name for name in near if _local_foes(context, gained, name)]
    if near:
        return near[-1]
    friends = {
        m.name for m in line.marks if isinstance(m, ActorMark) and beside(line, m.i)
    }
    rivals = [n for n in context.prominent if _foes(context, gained, n)]
    rivals = [name for name in rivals if name not in friends]
    return rivals[0] if len({context.side(n) for n in rivals}) == 1 else None


def _named_foes(line: Line, gained: str, context: Context) -> Iterator[str]:
    """Yield the sentence's own parties of another side, no helper or neighbour."""
    for mark in line.marks:
        if not isinstance(mark, ActorMark) or beside(line, mark.i):
            continue
        apart = mark.name and not is_neighbour(line, mark, context.lexicon)
        if mark.name and apart and _local_foes(context, gained, mark.name):
            yield mark.name


def _local_foes(context: Context, one: str, other: str) -> bool:
    """Say whether two parties fight here, not a neighbour's army merely named."""
    own = context.lexicon.state
    foreign = context.is_state(other) and (own is None or other != own.name)
    return not foreign and _foes(context, one, other)


def is_neighbour(line: Line, mark: ActorMark, lexicon: Lexicon) -> bool:
    """Say whether a state is named as a place: "the border with Turkey"."""
    state = mark.name in lexicon.sets["countries"] and line.low[mark.i - 1] != "by"
    return state and line.words_of(mark) == mark.name and governed(line, mark.i)


def _foes(context: Context, one: str, other: str) -> bool:
    """Say whether two parties stand on different sides and both hold ground."""
    return context.side(one) != context.side(other) and context.fights(other)
