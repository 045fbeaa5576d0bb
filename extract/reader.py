"""One article is read here, sentence by sentence, each in the light of the last."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from extract.attribution import (
    Claimant,
    claimant_type,
    find_claimants,
    publisher_type,
    voice_of,
)
from extract.context import UNIDENTIFIED, Context
from extract.dates import Reckoning, When, read_dates
from extract.echoes import Counted, denials, quoted_from, wider_places
from extract.frames import find_frames, mark_triggers
from extract.marks import (
    ActorMark,
    BackMark,
    CountMark,
    DateMark,
    OpenDateMark,
    PlaceMark,
)
from extract.merging import merge, with_id
from extract.records import (
    CHANGES,
    Claim,
    ClaimantType,
    EventType,
    Evidence,
    Modality,
    Relation,
    RelationKind,
    Span,
)
from extract.relations import relate, relation_to
from extract.sides import Sides, foe_of, sides_of
from extract.timing import Timing, timing_of

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Article
    from extract.roles import Frame

EXTRACTOR = "rules-en 1"

_STANCES = {
    "asserted": Modality.ASSERTED,
    "denied": Modality.DENIED,
    "planned": Modality.PLANNED,
    "failed": Modality.ASSERTED,
}
# Sentences between a claim and "the army denied the reports".
_REACH_OF_DENIAL = 3
_BEFORE_SAYING = frozenset("has have had not never also later then yet".split())
_FAILS_AS_REPELLED = frozenset(
    {EventType.CAPTURED, EventType.ADVANCED, EventType.ATTACKED}
)


class Reader:
    """Reads one article's sentences in order; `claims` grows.

    `inside` are the names that stand capitalised within a sentence somewhere.
    """

    def __init__(
        self, article: Article, lexicon: Lexicon, known: set[str], persons: set[str]
    ) -> None:
        self.article = article
        self.lexicon = lexicon
        self.known = known
        self.no_places = persons | lexicon.sets["countries"]
        self.context = Context(lexicon, speaker=voice_of(article, lexicon))
        self.inside: set[str] = set()
        self.claims: list[Claim] = []
        self._counted: Counted | None = None
        self._last: tuple[int, list[Claim]] = (0, [])

    def read(self, number: int, line: Line) -> None:
        """Add the claims of one sentence and take it into the context."""
        self._mark(line)
        claimants = find_claimants(line, self.lexicon)
        frames = find_frames(line, self.lexicon)
        triggers = [frame.verb.i for frame in frames]
        done: list[PlaceMark] = []
        made: list[Claim] = []
        for frame in frames:
            places = self._places(number, line, frame)
            done += [place for place in places if place not in done]
            if frame.verb.stance == "none":
                continue
            if frame.agentless:  # "most of the city was cleared", nobody says by whom
                places = [place for place in places if not place.partial]
            speaker = _speaker(line, frame, claimants)
            sides = sides_of(line, frame, self.context, speaker)
            when = timing_of(
                line, frame, triggers, self.context, self.article.published
            )
            telling = _Telling(self, line, frame, sides, speaker, when)
            told = [self._with_denied(telling.claim(place)) for place in places]
            self.context.take_note(line, told)
            made += told
            self._count(number, line, frame, places, telling)
        made += self._spell_out(number, line)
        made = [claim for claim in merge(made) if not self._echoes(claim)]
        made += denials(
            line, self.context, made, self._recent(number), self.article.text
        )
        self.claims += made
        self._remember(number, line, done, made)

    def _mark(self, line: Line) -> None:
        for mark in line.marks:
            if not isinstance(mark, PlaceMark):
                continue
            mark.known = mark.name in self.known
            if mark.kind is None and self._is_no_place(line, mark):
                line.at[mark.i : mark.j] = [None] * (mark.j - mark.i)
        reckoning = Reckoning(self.article.published, self.context.date)
        for start, end, when in read_dates(line.text, line.low, reckoning):
            _put_date(line, start, end, when)
        mark_triggers(line, self.lexicon)
        line.order()
        relate(line, self.lexicon)

    def _is_no_place(self, line: Line, mark: PlaceMark) -> bool:
        """Say whether a bare name is a person's, a state's, or speaks here."""
        sets = self.lexicon.sets
        after = [w for w in line.low[mark.j : mark.j + 4] if w not in _BEFORE_SAYING]
        speaks = bool(after) and (after[0] in sets["say"] or after[0] in sets["deny"])
        return speaks or mark.name in self.no_places

    # --- places ---

    def _places(self, number: int, line: Line, frame: Frame) -> list[PlaceMark]:
        """Return the places of a frame, those that "the city" stands for included."""
        found: list[PlaceMark] = []
        for mark in frame.places:
            if isinstance(mark, PlaceMark):
                found += [mark] if self._acceptable(line, frame, mark) else []
            elif isinstance(mark, BackMark):
                seen = self.context.place(line, number, mark)
                found += [replace(s, partial=mark.partial, holder=None) for s in seen]
        return list({place.name: place for place in found}.values())

    def _acceptable(self, line: Line, frame: Frame, place: PlaceMark) -> bool:
        """Say whether a name in a place's slot is taken for a place."""
        if place.name in self.no_places and place.kind is None:
            return False
        if place.known or place.kind or place.listed or place.relations:
            return True
        named = [p for p in frame.places if isinstance(p, PlaceMark) and p is not place]
        if any(p.known or p.kind for p in named):
            return True
        after = line.low[place.j : place.j + 7]
        if after[:1] == [","] and self.lexicon.sets["person"].intersection(after):
            return False
        if self.context.was_fought_over(place.name):
            return True
        if place.a == 0 and place.b == 1 and not self._is_settled(line, place):
            return (
                False  # "Weapons were seized": a lone word's capital is the sentence's
            )
        if place.name.lower().startswith("al-"):
            return True
        return frame.weight >= 0.8 and frame.trigger.type != "attacked"

    def _is_settled(self, line: Line, place: PlaceMark) -> bool:
        """Say whether a name is one elsewhere too, or is explained: "X, a town"."""
        return place.name in self.inside or line.low[place.j : place.j + 1] == [","]

    def where(self, line: Line, place: PlaceMark) -> tuple[Relation, ...]:
        """Return a place's relations, or what the sentence says for all its places."""
        if place.relations or place not in line.marks:
            return place.relations
        for mark in line.marks:
            if isinstance(mark, PlaceMark) and _holds(mark, place):
                return (relation_to(line, mark, RelationKind.CONTAINER),)
        return ()

    # --- sentences that belong together ---

    def _with_denied(self, claim: Claim) -> Claim:
        """Let a denial quote the claim that it denies, where that stands near."""
        if claim.modality is not Modality.DENIED:
            return claim
        for other in reversed(self.claims[-12:]):
            same = other.place == claim.place and other.event_type in CHANGES
            if same and other.modality is Modality.ASSERTED:
                start = quoted_from(claim.char_start, other)
                quote = self.article.text[start : claim.char_end]
                return with_id(replace(claim, char_start=start, sentence=quote))
        return claim

    def _recent(self, number: int) -> list[Claim]:
        """Return the changes last claimed, for a denial a few sentences on."""
        at, claims = self._last
        changes = [claim for claim in claims if claim.event_type in CHANGES]
        return changes if number - at <= _REACH_OF_DENIAL else []

    def _echoes(self, claim: Claim) -> bool:
        """Say whether "the cities fell" only sums up what was claimed just before."""
        named = claim.evidence.place.of(self.article.text)
        if claim.gained_by_text or named == claim.place:
            return False
        return any(
            other.place == claim.place
            and other.event_type is claim.event_type
            and other.gained_by == claim.gained_by
            and other.modality is claim.modality
            for other in self.claims[-8:]
        )

    def _count(
        self,
        number: int,
        line: Line,
        frame: Frame,
        places: list[PlaceMark],
        telling: _Telling,
    ) -> None:
        """Keep "three villages" until a later list names them."""
        counted = next((p for p in frame.places if isinstance(p, CountMark)), None)
        if counted is None or places or frame.verb.stance != "asserted":
            return
        i, j, words = counted.i, counted.j, line.words_of(counted)
        claim = telling.claim(PlaceMark(i, j, i, j, words, counted.kind))
        template = replace(claim, place_relations=wider_places(line))
        self._counted = Counted(line, number, template)

    def _spell_out(self, number: int, line: Line) -> list[Claim]:
        if self._counted is None:
            return []
        claims = self._counted.spell_out(number, line, self.article.text)
        if claims:
            self._counted = None
        return [claim for claim in claims if claim.place not in self.no_places]

    def _remember(
        self, number: int, line: Line, done: list[PlaceMark], made: list[Claim]
    ) -> None:
        self.context.remember(line, number, done)
        facts = [claim for claim in made if claim.modality is Modality.ASSERTED]
        if facts:
            self._last = (number, facts)


class _Telling:
    """What one frame tells, for each of its places."""

    def __init__(  # noqa: PLR0913 - the parts of a claim that its places share
        self,
        reader: Reader,
        line: Line,
        frame: Frame,
        sides: Sides,
        speaker: Claimant | None,
        when: Timing | None,
    ) -> None:
        self.reader = reader
        self.line = line
        self.frame = frame
        self.sides = sides
        self.speaker = speaker
        self.when = when

    def claim(self, place: PlaceMark) -> Claim:
        """Return the claim about one place."""
        reader, line, sides, when = self.reader, self.line, self.sides, self.when
        event, gained, lost = self._event(place)
        span = line.span
        gainer = sides.gainer if gained == sides.gained and gained else None
        loser = sides.loser if lost == sides.lost and lost else None
        day = when.when.last if when else reader.article.published
        at = reader.lexicon.conflict.at
        gained, lost = at(gained, day), at(lost, day)
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
            confidence=self._confidence(place),
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
            ahead = self.when.when.first > published + timedelta(days=1)
            return Modality.PLANNED if ahead else modality
        return modality

    def _evidence(
        self, place: PlaceMark, gainer: ActorMark | None, loser: ActorMark | None
    ) -> Evidence:
        line, verb = self.line, self.frame.verb
        if place in line.marks:
            named = Span(start=line.starts[place.a], end=line.ends[place.b - 1])
        else:
            named = line.span_of(self.frame.places[0])
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
        if holder and gained and context.side(holder) == context.side(gained):
            holder = None
        if self.frame.verb.stance == "failed" and event in _FAILS_AS_REPELLED:
            defender = holder if holder != gained else None
            defender = defender or lost or foe_of(self.line, gained, context)
            return EventType.REPELLED, defender, gained
        if event is EventType.REPELLED and gained is None:
            gained = holder if holder != lost else None
            gained = gained or foe_of(self.line, lost, context)
        if event is EventType.CAPTURED:
            if place.partial and place.kind != "district":
                return EventType.ADVANCED, gained, lost
            if lost is None:
                lost = holder if holder != gained else None
                lost = lost or foe_of(self.line, gained, context)
        return event, gained, lost

    def _claimant_type(self, gained: str | None, lost: str | None) -> ClaimantType:
        conflict = self.reader.lexicon.conflict
        if self.speaker:
            return claimant_type(self.speaker, gained, lost, conflict)
        return publisher_type(self.reader.article, self.reader.lexicon, gained, lost)

    def _confidence(self, place: PlaceMark) -> float:
        frame, sides = self.frame, self.sides
        score = frame.weight
        score *= 1.0 if place.known else 0.95 if place.kind or place.listed else 0.85
        score *= 0.8 if sides.inferred else 1.0
        score *= 0.9 if any(isinstance(p, BackMark) for p in frame.places) else 1.0
        score *= 0.9 if UNIDENTIFIED in {sides.gained, sides.lost} else 1.0
        return round(score, 3)


def _speaker(line: Line, frame: Frame, claimants: list[Claimant]) -> Claimant | None:
    """Return who says what a frame tells: the last before it, else the last after."""
    start = line.starts[frame.verb.i]
    before = [c for c in claimants if c.span.end <= start]
    after = [c for c in claimants if c.span.start >= start]
    return before[-1] if before else after[-1] if after else None


def _holds(mark: PlaceMark, place: PlaceMark) -> bool:
    """Say whether "in X province" of the same sentence contains a place."""
    wide = mark.lead == "in" and (mark.kind is not None or mark.bearing is not None)
    near = mark.i < place.i or mark.i - place.j <= 8
    return mark is not place and mark.name != place.name and wide and near


def _put_date(line: Line, start: int, end: int, when: When | None) -> None:
    """Lay a date's mark over the tokens that its offsets touch."""
    first, last = line.span.start + start, line.span.start + end
    i, j = bisect_right(line.ends, first), bisect_left(line.starts, last)
    if i < j:
        line.put(DateMark(i, j, when) if when else OpenDateMark(i, j))
