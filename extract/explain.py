"""How an article was read: each sentence's marks, its frames, and what stopped them.

For people who debug a rule or doubt a claim. Nothing here decides anything: the reader
tells its steps to a `Trace` (extract/tracing.py), which puts them into plain words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.claims import find_claims
from extract.frames import form_of
from extract.marks import (
    ActorMark,
    BackMark,
    CountMark,
    DateMark,
    OpenDateMark,
    PlaceMark,
    TriggerMark,
)
from extract.tracing import Trace
from extract.verbs import read_verb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from extract.attribution import Claimant
    from extract.context import Context
    from extract.lexicon import Lexicon, Trigger
    from extract.marks import Line, Mark
    from extract.records import Article, Claim, Span
    from extract.roles import Frame


@dataclass(frozen=True, slots=True)
class Sign:
    """Words of a sentence that were marked: where, as what, and taken to mean what.

    `at` is the number of the first word.
    """

    at: int
    kind: str
    words: str
    meaning: str


@dataclass(slots=True)
class Step:
    """What one trigger came to.

    `rule` and `reading` (voice and stance) are empty where no frame was found.
    `claims` are those that `find_claims` returns; `told` are the frame's own, before
    they were merged; what stopped a place or the whole frame is in `stopped`.
    """

    words: str
    at: int
    rule: str = ""
    reading: str = ""
    told: list[Claim] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Explained:
    """One sentence: its span and words, what was marked, what each trigger came to."""

    span: Span
    text: str
    signs: list[Sign] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def claims(self) -> list[Claim]:
        """The claims that quote this sentence, in the order of its triggers."""
        return [claim for step in self.steps for claim in step.claims]


def explain(
    article: Article,
    lexicon: Lexicon,
    toponyms: Callable[[Collection[str]], set[str]],
) -> list[Explained]:
    """Return how each sentence of an article is read; arguments as `find_claims`."""
    recorder = Recorder(article.text)
    find_claims(article, lexicon, toponyms, recorder)
    return recorder.sentences


class Recorder(Trace):
    """Keeps the steps of one article, sentence by sentence."""

    def __init__(self, text: str) -> None:
        self.sentences: list[Explained] = []
        self._text = text

    @property
    def _now(self) -> Explained:
        return self.sentences[-1]

    def opened(self, line: Line) -> None:
        """Begin a sentence."""
        self._line = line
        self.sentences.append(Explained(line.span, line.text))

    def no_place(self, mark: PlaceMark) -> None:
        """Note a name that is no place after all."""
        words = self._line.words_of(mark)
        meaning = "no place: it speaks here, or is the name of a person or a state"
        self._now.signs.append(Sign(mark.i, "name", words, meaning))

    def marked(
        self, number: int, context: Context, claimants: Sequence[Claimant]
    ) -> None:
        """Put all marks of a sentence into words, in the order of the text."""
        line = self._line
        self._before = (number, context)
        for mark in line.marks:
            self._sign(mark)
        self._now.signs.sort(key=lambda sign: sign.at)
        for claimant in claimants:
            meaning = f"says so: {claimant.actor or claimant.kind or 'nobody known'}"
            at = len(line.low)
            self._now.signs.append(Sign(at, "speaker", claimant.text, meaning))

    def _sign(self, mark: Mark) -> None:
        words = self._line.words_of(mark)
        meaning = _meaning(self._line, mark, *self._before)
        self._now.signs.append(Sign(mark.i, _KINDS[type(mark)], words, meaning))

    def no_frame(self, mark: TriggerMark, lexicon: Lexicon) -> None:
        """Note why a trigger has no frame, as far as its sentence shows."""
        why = f"no frame: {_lack(self._line, mark, lexicon)}"
        step = Step(self._line.words_of(mark), mark.i, stopped=[why])
        self._now.steps.append(step)

    def vetoed(self, frame: Frame, why: str, mark: Mark | None = None) -> None:
        """Note what stopped a frame, or one of its places."""
        line, verb = self._line, frame.verb
        around = line.slice(max(0, verb.i - 3), verb.j)
        subject = line.words_of(mark) if mark else f"... {around}"
        self._step(frame).stopped.append(f"{_quoted(subject)}: {why}")

    def told(self, frame: Frame, claims: Sequence[Claim]) -> None:
        """Keep a frame's claims until the sentence's end."""
        step = self._step(frame)
        step.told += claims
        for mark in (*frame.places, *frame.gainers, *frame.losers):
            if mark not in self._line.marks:  # "it", found with the frame
                self._sign(mark)
        if not claims and not step.stopped:
            step.stopped += [self._unnamed(mark) for mark in frame.places]

    def closed(self, merged: Sequence[Claim], kept: Sequence[Claim]) -> None:
        """Sort out which frame each claim that is left comes from."""
        left = list(kept)
        for step in self._now.steps:
            for claim in step.told:
                final = next((c for c in merged if _key(c) == _key(claim)), None)
                if final is None:
                    step.stopped.append(_merged_into(claim, merged, self._text))
                elif final in left:
                    left.remove(final)
                    step.claims.append(final)
                else:
                    step.stopped.append(
                        f"{_quoted(claim.place)}: an echo; it only sums up what was"
                        " claimed just before"
                    )
        self._now.steps += [self._without_frame(claim) for claim in left]
        self._now.steps.sort(key=lambda step: step.at)

    def _step(self, frame: Frame) -> Step:
        """Return a frame's step; it is made when the frame is first heard of."""
        line, verb = self._line, frame.verb
        words, at = line.slice(verb.i, verb.j), verb.i
        for step in self._now.steps:
            if step.at == at and step.rule == frame.rule:
                return step
        voice = "noun" if verb.is_noun else "passive" if verb.passive else "active"
        reading = f"{voice}, {_STANCES.get(verb.stance, verb.stance)}"
        step = Step(words, at, frame.rule, reading)
        self._now.steps.append(step)
        return step

    def _unnamed(self, mark: Mark) -> str:
        words = _quoted(self._line.words_of(mark))
        if isinstance(mark, CountMark):
            return f"{words}: counted, not named; waits for a list that names them"
        return f"{words}: nothing named before fits it"

    def _without_frame(self, claim: Claim) -> Step:
        words, at = claim.evidence.trigger.of(self._text), len(self._line.low)
        reading = _REFERRING.get(claim.rule, "from another sentence")
        return Step(words, at, claim.rule, reading, claims=[claim])


_REFERRING = {
    "list": "this list names what a sentence before counted",
    "denial": "it denies what was reported before",
}
_STANCES = {"asserted": "as a fact", "failed": "tried in vain", "none": "no fact"}
_KINDS: dict[type[Mark], str] = {
    ActorMark: "party",
    PlaceMark: "place",
    BackMark: "place",
    CountMark: "place",
    DateMark: "date",
    OpenDateMark: "date",
    TriggerMark: "trigger",
}
_LEADS = {
    None: "",
    "in": "where something lies",
    "near": "near what is meant",
    "dir": "a direction or distance from it is meant",
    "from": "after 'from'",
    "to": "after 'to', 'toward', 'on'",
    "of": "after 'of'",
    "between": "after 'between'",
    "other": "after another preposition",
    "alias": "another name of the place before",
}


def _quoted(words: str) -> str:
    return f'"{words}"'


def _key(claim: Claim) -> tuple[str, str, Span]:
    return claim.rule, claim.place, claim.evidence.trigger


def _merged_into(claim: Claim, merged: Sequence[Claim], text: str) -> str:
    """Name the claim of the same place that tells this one too."""
    same = [c for c in merged if (c.place, c.modality) == (claim.place, claim.modality)]
    by = _quoted(same[0].evidence.trigger.of(text)) if same else "another frame"
    return f"{_quoted(claim.place)}: merged; {by} tells the same of it"


def _lack(line: Line, mark: TriggerMark, lexicon: Lexicon) -> str:
    """Say what a trigger without a frame lacks."""
    if all(read_verb(line, lexicon, mark, option) is None for option in mark.options):
        return "the word is no verb or noun of an event here"
    forms = dict.fromkeys(form_of(option) for option in mark.options)
    wanted = f"it reads: {' / '.join(forms)}"
    kinds = {_KINDS[type(other)] for other in line.marks}
    if "place" not in kinds:
        return f"no place in the sentence; {wanted}"
    if "party" not in kinds:
        return f"no party in the sentence, or no place in its slot; {wanted}"
    return f"no place or no party in its slot; {wanted}"


def _meaning(line: Line, mark: Mark, number: int, context: Context) -> str:
    if isinstance(mark, ActorMark):
        return _party(line, mark, context)
    if isinstance(mark, PlaceMark):
        return _place(mark)
    if isinstance(mark, BackMark):
        found = ", ".join(place.name for place in context.place(line, number, mark))
        stands = f"stands for {found}" if found else "nothing named before fits it"
        return "; ".join(filter(None, (stands, _LEADS.get(mark.lead, ""))))
    if isinstance(mark, DateMark):
        return _date(mark)
    if isinstance(mark, TriggerMark):
        return _trigger(mark.options)
    return "counted" if isinstance(mark, CountMark) else "stays open"


def _party(line: Line, mark: ActorMark, context: Context) -> str:
    name = context.actor(line, mark)
    by_context = "" if mark.name else " (from the context)"
    parts = [f"{name}{by_context}" if name else "nobody that the text makes plain"]
    parts += ["holds what follows"] * mark.held + ["possessive"] * mark.possessive
    parts += [f"helped by {', '.join(mark.allies)}"] * bool(mark.allies)
    return "; ".join(parts)


def _place(mark: PlaceMark) -> str:
    parts = ["in the gazetteer" if mark.known else "not in the gazetteer"]
    parts += [mark.kind or "", _LEADS.get(mark.lead, mark.lead or "")]
    parts += ["only a part of it"] * mark.partial
    parts += [f"held by {mark.holder}"] * bool(mark.holder)
    parts += [f"lies {relation.text} ({relation.kind})" for relation in mark.relations]
    return "; ".join(filter(None, parts))


def _date(mark: DateMark) -> str:
    when = mark.when
    days = (
        f"{when.first}" if when.first == when.last else f"{when.first} to {when.last}"
    )
    since = ", since then" if when.since else ""
    anchor = str(when.anchor).replace("_", " ")
    return f"{days} (precision {when.prec}, from: {anchor}){since}"


def _trigger(options: Sequence[Trigger]) -> str:
    kinds = (f"{option.frame} ({option.form})" for option in options)
    return "may be " + ", ".join(dict.fromkeys(kinds))
