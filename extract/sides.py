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
    voices = _Voices(line, context, claimant)
    if loser and gainer and _plainness(loser) < _plainness(gainer):
        lost = voices.party(loser)
        gained = _gained(frame, voices, lost)
    else:
        gained = _gained(frame, voices, None)
        lost = voices.party(loser, gained) if loser else None
    if gained == lost:
        gained = None
    inferred = gained is None and not frame.gainers and frame.type in _GAINING
    if inferred and frame.verb.stance == "denied":
        if claimant and claimant.denies:
            gained, lost = _denied(context, claimant, lost)
        elif frame.agentless:
            gained = _last_taker(line, context, lost)
    elif inferred:
        # "X has fallen, the army said": that does not say who took it
        fell = frame.trigger.frame == "fall"
        gained = None if fell else _announcer(context, claimant, lost)
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


@dataclass(frozen=True, slots=True)
class _Voices:
    """Whom the parties of a sentence mean, in the mouth of the one who says it."""

    line: Line
    context: Context
    claimant: Claimant | None

    def party(
        self, mark: ActorMark, exclude: str | None = None, *, gains: bool = False
    ) -> str | None:
        """Return whom a mark means: "we" is the speaker, "the enemy" its foe.

        One who `gains` by what is denied is the one contradicted.
        """
        if mark.name:
            return mark.name
        if mark.group == "speaker":
            own = self._own(mark)
            if own is None and self.claimant is None:
                own = self.context.actor(self.line, mark)
            return own if own != exclude else None
        if _is_enemy(self.line, mark) and (own := self._own(mark)):
            foe = foe_of(self.line, own, self.context) or self.context.only_foe(own)
            return foe if foe != exclude else None
        if (
            self._is_own_force(mark)
            and (own := self._meant(mark, gains=gains))
            and own != exclude
        ):
            return own
        return self.context.actor(self.line, mark, exclude)

    def _own(self, mark: ActorMark) -> str | None:
        """Return who speaks in the first person at a mark.

        Within quotation marks the one quoted, else the partial text itself.
        """
        said, text = self.claimant, self.context.speaker
        quoted = said.actor if said else self.context.quoted
        if in_quotes(self.line, mark.i) and (quoted or said):
            return quoted  # a resident's "we" is no party's
        return text or quoted

    def _is_own_force(self, mark: ActorMark) -> bool:
        """Say whether "they" or a state's bare "troops" are those of who says so."""
        if mark.group == "pronoun":
            return True
        words = set(self.line.low[mark.i : mark.j])
        said = self.claimant.actor if self.claimant else None
        return words <= _BARE and bool(said) and self.context.is_state(said or "")

    def _meant(self, mark: ActorMark, *, gains: bool) -> str | None:
        """Return whom "said that it" means: who says so, or who is contradicted."""
        said = self.claimant
        if said is None or said.span.end > self.line.starts[mark.i]:
            return None
        return (said.rejects if gains else None) or said.actor


def in_quotes(line: Line, k: int) -> bool:
    """Say whether a quotation mark opened before token k, in this sentence or ahead."""
    signs = [word for word in line.low[:k] if word in _QUOTES]
    if signs:
        return signs[-1] == "“" or (signs[-1] == '"' and len(signs) % 2 == 1)
    later = line.low[k:]
    closing = "”" in later and "“" not in later[: later.index("”")]
    return closing or later.count('"') % 2 == 1


_BARE = frozenset({"troops", "soldiers", "forces", "units"})
_QUOTES = frozenset({'"', "“", "”"})


def _is_enemy(line: Line, mark: ActorMark) -> bool:
    """Say whether a mark only calls somebody the enemy."""
    return mark.group == "any_group" and "enemy" in line.low[mark.i : mark.j]


def _gained(frame: Frame, voices: _Voices, lost: str | None) -> str | None:
    context = voices.context
    named = [n for mark in frame.gainers if (n := voices.party(mark, lost, gains=True))]
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


def _denied(
    context: Context, claimant: Claimant, lost: str | None
) -> tuple[str | None, str | None]:
    """Return who gained and lost by a denial that names no taker.

    Who denies that a place has fallen is who would have lost it.
    """
    gained = claimant.rejects if claimant.rejects != lost else None
    denier = claimant.actor if claimant.actor != gained else None
    known = denier and context.lexicon.conflict.actor(denier)
    own = denier if known and context.fights(denier or "") else None
    return gained, lost or own


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
    state = mark.name in lexicon.sets["countries"] and line.before(mark.i) != "by"
    return state and line.words_of(mark) == mark.name and governed(line, mark.i)


def _foes(context: Context, one: str, other: str) -> bool:
    """Say whether two parties stand on different sides and both hold ground."""
    return context.side(one) != context.side(other) and context.fights(other)
