"""One article is read here, sentence by sentence, each in the light of the last."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from extract.attribution import voice_of
from extract.context import Context
from extract.dates import Reckoning, When, read_dates
from extract.echoes import Counted, denials, quoted_from, wider_places
from extract.frames import find_frames, mark_triggers
from extract.marks import (
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
    Modality,
    Relation,
    RelationKind,
)
from extract.relations import relate, relation_to
from extract.sides import sides_of
from extract.speakers import Speakers, speaker_at
from extract.telling import Telling
from extract.timing import Timing, timing_of
from extract.tracing import SILENT, Trace

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Article
    from extract.roles import Frame

# Sentences between a claim and "the army denied the reports".
_REACH_OF_DENIAL = 3
# What a text dates before is history, and no news of a conflict of today.
_FIRST_YEAR = 1945
_LEADING = frozenset("in of from near at around to".split())
_BEFORE_SAYING = frozenset("has have had not never also later then yet".split())


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
        self.speakers = Speakers(lexicon)
        self.inside: set[str] = set()
        self.trace: Trace = SILENT
        self.other_topic = ""
        self.claims: list[Claim] = []
        self._counted: Counted | None = None
        self._last: tuple[int, list[Claim]] = (0, [])

    def read(self, number: int, line: Line) -> None:
        """Add the claims of one sentence and take it into the context."""
        self.trace.opened(line)
        self._mark(line)
        self._refer_back(number, line)
        claimants = self.speakers.hear(line)
        self.trace.marked(number, self.context, claimants)
        frames = find_frames(line, self.lexicon, self.trace)
        triggers = [frame.verb.i for frame in frames]
        done: list[PlaceMark] = []
        made: list[Claim] = []
        for frame in frames:
            places = self._places(number, line, frame)
            done += [place for place in places if place not in done]
            when = timing_of(
                line, frame, triggers, self.context, self.article.published
            )
            why = self._veto(line, frame, when)
            if why:
                self.trace.vetoed(frame, why)
                continue
            if frame.agentless:
                places = [place for place in places if not self._is_part(frame, place)]
            denied = frame.verb.stance == "denied"
            at = line.starts[frame.verb.i]
            speaker = speaker_at(at, claimants, denied=denied)
            sides = sides_of(line, frame, self.context, speaker)
            telling = Telling(self, line, frame, sides, speaker, when)
            told = [self._with_denied(telling.claim(place)) for place in places]
            self.trace.told(frame, told)
            self.context.take_note(line, told)
            made += told
            self._count(number, line, frame, places, telling)
        made += self._spell_out(number, line)
        merged = merge(made)
        made = [claim for claim in merged if not self._echoes(claim)]
        made += denials(
            line, self.context, made, self._recent(number), self.article.text
        )
        self.trace.closed(merged, made)
        self.claims += made
        self.context.quoted = self.speakers.last
        self._remember(number, line, done, made)

    def _veto(self, line: Line, frame: Frame, when: Timing | None) -> str:
        """Say why nothing that a frame tells is news; "" if it may be."""
        if self.other_topic:
            return self.other_topic
        if frame.verb.stance == "none":
            return "a purpose, a plan or an idiom, no fact"
        if self.lexicon.sets["fiction"].intersection(line.low):
            return "a story or an exercise, no fact"
        history = when is not None and when.when.last.year < _FIRST_YEAR
        return f"history: dated before {_FIRST_YEAR}" if history else ""

    def _mark(self, line: Line) -> None:
        for mark in line.marks:
            if not isinstance(mark, PlaceMark):
                continue
            mark.known = mark.name in self.known
            if mark.kind is None and self._is_no_place(line, mark):
                self.trace.no_place(mark)
                line.at[mark.i : mark.j] = [None] * (mark.j - mark.i)
        reckoning = Reckoning(self.article.published, self.context.date)
        for start, end, when in read_dates(line.text, line.low, reckoning):
            _put_date(line, start, end, when)
        mark_triggers(line, self.lexicon)
        line.order()
        relate(line, self.lexicon)

    def _refer_back(self, number: int, line: Line) -> None:
        """Note what "the town" stands for where it "lies 45 km west of X"."""
        if not any(isinstance(m, PlaceMark) and m.offset for m in line.marks):
            return
        for mark in line.marks:
            if isinstance(mark, BackMark) and not mark.many:
                seen = self.context.place(line, number, mark)
                mark.place = next((place for place in seen if place.b > place.a), None)

    def _is_no_place(self, line: Line, mark: PlaceMark) -> bool:
        """Say whether a bare name is a person's, a state's, or speaks here."""
        sets = self.lexicon.sets
        after = [w for w in line.low[mark.j : mark.j + 4] if w not in _BEFORE_SAYING]
        before = line.low[mark.i - 1] if mark.i else ""
        led_in = before in _LEADING or before in self.lexicon.trigger_words
        speaks = (
            not led_in
            and bool(after)
            and (after[0] in sets["say"] or after[0] in sets["deny"])
        )
        return speaks or mark.name in self.no_places or self._is_person(line, mark)

    def _is_person(self, line: Line, mark: PlaceMark) -> bool:
        """Say whether an apposition gives a name an office: "X, head of the"."""
        if mark.known:
            return False
        if line.low[mark.a] in {"sheikh", "sheik", "shaykh"} and mark.kind is None:
            over = line.at[mark.i - 2] if mark.i > 1 else None
            return line.before(mark.i) != "and" or not isinstance(over, PlaceMark)
        if line.low[mark.j : mark.j + 1] != [","]:
            return False
        offices = self.lexicon.sets["person"]
        for k in range(mark.j + 1, min(mark.j + 6, len(line.low))):
            if line.low[k] in {",", "and", "in", "on"}:
                return False
            if line.low[k] in offices and line.at[k] is None:
                after = line.low[k + 1 : k + 2]
                return not (after and after[0] in self.lexicon.sets["say"])
        return False

    # --- places ---

    def _places(self, number: int, line: Line, frame: Frame) -> list[PlaceMark]:
        """Return the places of a frame, those that "the city" stands for included."""
        found: list[PlaceMark] = []
        for mark in frame.places:
            if isinstance(mark, PlaceMark):
                why = self._refusal(line, frame, mark)
                if why:
                    self.trace.vetoed(frame, why, mark)
                else:
                    found.append(mark)
            elif isinstance(mark, BackMark):
                seen = self.context.place(line, number, mark)
                found += [_here(place, mark) for place in seen]
        return list({place.name: place for place in found}.values())

    def _refusal(self, line: Line, frame: Frame, place: PlaceMark) -> str:
        """Say why a name in a place's slot is not taken for a place; "" if it is."""
        if place.name in self.no_places and place.kind is None:
            return "the name of a person or a state"
        if place.known or place.kind or place.listed or place.relations:
            return ""
        named = [p for p in frame.places if isinstance(p, PlaceMark) and p is not place]
        if any(p.known or p.kind for p in named):
            return ""
        if self.context.was_fought_over(place.name):
            return ""
        if place.a == 0 and place.b == 1 and not self._is_settled(line, frame, place):
            # "Weapons were seized"
            return "one word at the sentence's head: its capital proves no name"
        if self._is_strong(frame, place) or place.name.lower().startswith("al-"):
            return ""
        return "no known place, and the verb is too weak to make it one"

    def _is_strong(self, frame: Frame, place: PlaceMark) -> bool:
        """Say whether the words make a place of a name that no gazetteer has."""
        if "attacked" in {frame.trigger.type, frame.type}:
            return _is_scene(frame, place)
        told = frame.gainers or frame.losers or self._goes_on(frame)
        return frame.weight >= (0.7 if told else 0.8)

    def _goes_on(self, frame: Frame) -> bool:
        """Say whether "X was taken" goes on with a report of places taken."""
        taken = frame.verb.passive and frame.verb.finite
        return taken and any(claim.event_type in CHANGES for claim in self.claims)

    def _is_part(self, frame: Frame, place: PlaceMark) -> bool:
        """Say whether a part was taken by nobody named: "most of X was cleared"."""
        if place.partial:
            self.trace.vetoed(frame, "only a part of it, and no taker named", place)
        return place.partial

    def _is_settled(self, line: Line, frame: Frame, place: PlaceMark) -> bool:
        """Say whether a name is one elsewhere too, or is explained: "X, a town".

        Else a text that names parties has it fall, or be stormed, and it is no thing.
        """
        if place.name in self.inside or line.low[place.j : place.j + 1] == [","]:
            return True
        word = line.low[place.a]
        thing = word in self.lexicon.sets["things"] or word.endswith(
            ("s", "ing", "ion")
        )
        return bool(self.context.prominent) and frame.weight >= 0.7 and not thing

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
        telling: Telling,
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


def _here(place: PlaceMark, mark: BackMark) -> PlaceMark:
    """Return a place named before, at the words that stand for it now."""
    i, j = mark.i, mark.j
    return replace(place, i=i, j=j, a=i, b=j, partial=mark.partial, holder=None)


def _is_scene(frame: Frame, place: PlaceMark) -> bool:
    """Say whether a name unknown is fought at: "battled in X", no "attacked Smith"."""
    if frame.rule == "clash noun":
        return True
    sides = [*frame.gainers, *frame.losers]
    if place.lead in {"in", "near"}:
        return bool(sides)
    named = any(mark.name for mark in sides) and place.b - place.a <= 2
    told = bool(sides) or frame.verb.passive
    return named or (told and frame.trigger.phrase in _OF_PLACES)


# Nobody storms a person.
_OF_PLACES = frozenset({"storm", "raid"})


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
