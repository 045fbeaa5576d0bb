"""Sentences that only refer back: a list that names "three villages", a denial."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extract.attribution import Claimant, claimant_type
from extract.marks import ActorMark, PlaceMark, TriggerMark
from extract.merging import with_id
from extract.records import Claim, Modality, Relation, RelationKind, Span
from extract.relations import relation_to
from extract.speakers import find_claimants

if TYPE_CHECKING:
    from extract.context import Context
    from extract.marks import Line

_NAMING = frozenset(
    "named identified include included includes names called namely including "
    "listed :".split()
)
# "They are A, B and C", "The villages were A and B".
_ARE = frozenset({"are", "were"})
_THESE = frozenset({"they", "these", "those", "the", "all"})
_DENIED = frozenset(
    "report reports claim claims it this capture announcement news that "
    "allegations statement by".split()
)
# How many sentences a list may come after the count that it spells out.
_REACH = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """Places counted but not named yet, and the claim that each of them will make."""

    line: Line
    number: int
    template: Claim

    def spell_out(self, number: int, line: Line, text: str) -> list[Claim]:
        """Return a claim for each place of a later sentence that names them.

        The claim quotes the text from the count to the end of the list.
        """
        if not 0 < number - self.number <= _REACH:
            return []
        named = [m for m in line.marks if isinstance(m, PlaceMark) and _is_member(m)]
        if not named or not _only_names(line, named):
            return []
        return [self._claim(line, place, text) for place in named]

    def _claim(self, line: Line, place: PlaceMark, text: str) -> Claim:
        start, end = self.line.span.start, line.span.end
        template = self.template
        return with_id(
            replace(
                template,
                place=place.name,
                place_kind=place.kind or template.place_kind,
                place_relations=place.relations or template.place_relations,
                char_start=start,
                char_end=end,
                sentence=text[start:end],
                evidence=replace(template.evidence, place=line.span_of(place)),
                rule="list",
                confidence=round(0.8 * template.confidence, 2),
            )
        )


def wider_places(line: Line) -> tuple[Relation, ...]:
    """Return where a sentence's counted places lie."""
    marks = [m for m in line.marks if isinstance(m, PlaceMark)]
    return tuple(
        relation_to(line, m, _KINDS[m.lead])
        for m in marks
        if m.lead in _KINDS and not m.listed
    )[:2]


_KINDS = {
    "in": RelationKind.CONTAINER,
    "dir": RelationKind.REFERENCE,
    "near": RelationKind.REFERENCE,
}


def _is_member(mark: PlaceMark) -> bool:
    return mark.lead not in {"in", "near", "dir"}


def _only_names(line: Line, named: list[PlaceMark]) -> bool:
    """Say whether a sentence only names what one before counted."""
    told = any(isinstance(m, TriggerMark) and m.j < named[0].i for m in line.marks)
    first, last = named[0].i, named[-1].j
    around = (*line.low[max(0, first - 4) : first], *line.low[last : last + 3])
    these = line.low[0] in _THESE and bool(_ARE.intersection(around))
    return not told and (these or bool(_NAMING.intersection(around)))


def denials(
    line: Line, context: Context, made: list[Claim], last: list[Claim], text: str
) -> list[Claim]:
    """Return denied twins of the claims that "X denied the reports" is about.

    They are those of the same sentence before the denial, else those of the last
    sentence that made any.
    """
    at = next(
        (k for k, w in enumerate(line.low) if w in context.lexicon.sets["deny"]), -1
    )
    if at < 0 or not (
        _DENIED.intersection(line.low[at + 1 : at + 7]) or _looks_back(line, at)
    ):
        return []
    if any(claim.modality is Modality.DENIED for claim in made):
        return []  # the denial names what it denies
    before = [c for c in made if c.evidence.trigger.start < line.starts[at]]
    return [
        _denied(line, at, claim, context, text)
        for claim in (before or last)
        if claim.modality is Modality.ASSERTED
    ]


_ASIDES = frozenset("claim claims report reports statement allegation which".split())


def _looks_back(line: Line, at: int) -> bool:
    """Say whether a denial is of what stands before: "..., a claim X denied"."""
    for k in range(at - 1, max(0, at - 9), -1):
        if line.low[k] in _ASIDES:
            return "," in line.low[max(0, k - 2) : k]
        if line.low[k] == "," or isinstance(line.at[k], TriggerMark):
            return False
    return False


# A denial quotes what it denies when that stands no further back than this.
_QUOTABLE = 900


def quoted_from(start: int, claim: Claim) -> int:
    """Return where a denial at `start` begins to quote: what it denies, if near."""
    return claim.char_start if 0 <= start - claim.char_start <= _QUOTABLE else start


def _denier(line: Line, context: Context) -> Claimant:
    """Return who denies in a sentence, else an unnamed one."""
    found = find_claimants(line, context.lexicon)
    denier = next((c for c in found if c.denies), None)
    if denier is None:
        return Claimant(text="", span=line.span, actor=None, kind=None)
    if denier.actor:
        return denier
    start, end = denier.span.start, denier.span.end
    marks = (m for m in line.marks if isinstance(m, ActorMark))
    inside = [m for m in marks if start <= line.starts[m.i] < end]
    actor = context.actor(line, inside[0]) if inside else None
    return replace(denier, actor=actor)


def _denied(
    line: Line,
    at: int,
    claim: Claim,
    context: Context,
    text: str,
) -> Claim:
    speaker = _denier(line, context)
    start, end = quoted_from(line.span.start, claim), line.span.end
    return with_id(
        replace(
            claim,
            modality=Modality.DENIED,
            char_start=start,
            char_end=end,
            sentence=text[start:end],
            evidence=replace(
                claim.evidence,
                trigger=Span(start=line.starts[at], end=line.ends[at]),
                claimed_by=speaker.span if speaker.text else None,
            ),
            claimed_by=speaker.text or None,
            claimant_type=claimant_type(
                speaker, claim.gained_by, claim.lost_by, context.lexicon.conflict
            ),
            rule="denial",
            confidence=round(0.9 * claim.confidence, 2),
        )
    )
