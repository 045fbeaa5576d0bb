"""What one frame tells of each of its places: a claim, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from extract.attribution import Claimant, claimant_type, publisher_type
from extract.confidence import confidence, signs
from extract.records import (
    Claim,
    ClaimantType,
    EventType,
    Evidence,
    Modality,
    Span,
)
from extract.sides import Sides, foe_of

if TYPE_CHECKING:
    from datetime import date

    from extract.marks import ActorMark, Line, PlaceMark
    from extract.reader import Reader
    from extract.roles import Frame
    from extract.timing import Timing

EXTRACTOR = "rules-en 1"

_STANCES = {
    "asserted": Modality.ASSERTED,
    "denied": Modality.DENIED,
    "planned": Modality.PLANNED,
    "failed": Modality.ASSERTED,
}
_FAILS_AS_REPELLED = frozenset(
    {EventType.CAPTURED, EventType.ADVANCED, EventType.ATTACKED}
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One frame of a sentence, resolved: its sides, its date and who says so."""

    reader: Reader
    line: Line
    frame: Frame
    sides: Sides
    speaker: Claimant | None
    when: Timing | None

    def claim(self, place: PlaceMark) -> Claim:
        """Return the claim about one place."""
        reader, line, sides, when = self.reader, self.line, self.sides, self.when
        event, gained, lost = self._event(place)
        span = line.span
        gainer = sides.gainer if gained == sides.gained and gained else None
        loser = sides.loser if lost == sides.lost and lost else None
        day = when.when.last if when else reader.article.published
        gained, lost = self._on(day, gained, lost)
        return Claim(
            claim_id="",
            article_id=reader.article.article_id,
            event_type=event,
            modality=self._modality(),
            place=place.name,
            place_kind=place.kind,
            place_relations=reader.where(line, place),
            char_start=span.start,
            char_end=span.end,
            sentence=reader.article.text[span.start : span.end],
            evidence=self._evidence(place, gainer, loser),
            rule=self.frame.rule,
            confidence=confidence(signs(self, place, event)),
            extractor=EXTRACTOR,
            gained_by=gained,
            gained_by_text=line.words_of(gainer) if gainer else None,
            lost_by=lost,
            lost_by_text=line.words_of(loser) if loser else None,
            associated=tuple(a for a in sides.allies if a not in {gained, lost}),
            claimed_by=self.speaker.text if self.speaker else None,
            claimant_type=self._claimant_type(gained, lost),
            date_start=when.when.first if when else None,
            date_end=when.when.last if when else None,
            date_prec=when.when.prec if when else None,
            date_text=when.text if when else None,
            date_anchor=when.when.anchor if when else None,
        )

    def _modality(self) -> Modality:
        """Return the stance; what is dated after publication cannot have happened."""
        published = self.reader.article.published
        modality = _STANCES[self.frame.verb.stance]
        if published and self.when and modality is Modality.ASSERTED:
            ahead = self.when.when.first - published > timedelta(days=1)
            return Modality.PLANNED if ahead else modality
        return modality

    def _evidence(
        self, place: PlaceMark, gainer: ActorMark | None, loser: ActorMark | None
    ) -> Evidence:
        line, verb = self.line, self.frame.verb
        named = Span(start=line.starts[place.a], end=line.ends[place.b - 1])
        return Evidence(
            trigger=Span(start=line.starts[verb.i], end=line.ends[verb.j - 1]),
            place=named,
            gained_by=line.span_of(gainer) if gainer else None,
            lost_by=line.span_of(loser) if loser else None,
            date=self.when.span if self.when else None,
            claimed_by=self.speaker.span if self.speaker else None,
        )

    def _event(self, place: PlaceMark) -> tuple[EventType, str | None, str | None]:
        """Settle type and sides, with what the text said of the place before."""
        context = self.reader.context
        event, gained, lost = (
            EventType(self.frame.type),
            self.sides.gained,
            self.sides.lost,
        )
        holder = place.holder or context.holders.get(context.key(place.name))
        if self._is_denied_fall(holder):
            gained = gained or holder
            return event, gained if gained != lost else None, lost
        if holder and gained and context.side(holder) == context.side(gained):
            if self._is_retaken():
                return event, foe_of(self.line, holder, context), holder
            holder = None
        if self.frame.verb.stance == "failed" and event in _FAILS_AS_REPELLED:
            defender = holder if holder != gained else None
            defender = defender or lost or foe_of(self.line, gained, context)
            return EventType.REPELLED, defender, gained
        if event is EventType.REPELLED and gained is None:
            gained = holder if holder != lost else None
            gained = gained or foe_of(self.line, lost, context)
        if event is EventType.CAPTURED and place.partial and place.kind != "district":
            return self._of_part(gained, lost)
        if event is EventType.CAPTURED and lost is None:
            lost = self._former(gained, holder)
        return event, gained, lost

    def _former(self, gained: str | None, holder: str | None) -> str | None:
        """Return who had a place that was taken: its holder, else the taker's foe."""
        former = holder if holder != gained else None
        return former or foe_of(self.line, gained, self.reader.context)

    def _is_denied_fall(self, holder: str | None) -> bool:
        """Say whether a fall is denied that was told before, or by who would lose."""
        if self.frame.verb.stance != "denied" or not self.sides.inferred:
            return False
        told = holder is not None and holder == self.reader.context.taker
        return told or self.sides.lost is not None

    def _on(
        self, day: date | None, gained: str | None, lost: str | None
    ) -> tuple[str | None, str | None]:
        """Return the sides by the names of a day; foes do not become one by that."""
        at = self.reader.lexicon.conflict.at
        if gained is None or lost is None or at(gained, day) != at(lost, day):
            return at(gained, day), at(lost, day)
        side = self.reader.context.side
        return (gained, lost) if side(gained) != side(lost) else (at(gained, day), None)

    def _of_part(
        self, gained: str | None, lost: str | None
    ) -> tuple[EventType, str | None, str | None]:
        """Read what only a part was taken of: an advance, or an attack driven back."""
        if self.frame.rule != "expel":
            return EventType.ADVANCED, gained, lost
        defender = gained or foe_of(self.line, lost, self.reader.context)
        return EventType.REPELLED, defender, lost

    def _is_retaken(self) -> bool:
        """Say whether a place was retaken by nobody named: not by who holds it."""
        again = self.frame.trigger.phrase.startswith(("re", "win back", "take back"))
        announced = self.speaker is not None and self.speaker.actor is not None
        return self.sides.inferred and again and not announced

    def _claimant_type(self, gained: str | None, lost: str | None) -> ClaimantType:
        conflict = self.reader.lexicon.conflict
        if self.speaker:
            return claimant_type(self.speaker, gained, lost, conflict)
        return publisher_type(self.reader.article, self.reader.lexicon, gained, lost)
