"""What reviewers decided becomes lessons: labelled articles, and the extractor's score.

A claim that was confirmed, corrected or added is an event of its article; a rejected
one is a place where none is reported. The review of an article is complete when none
of its claims waits: then what the extractor finds besides is wrong, and what it does
not find is missed. The form is that of the labels in `shared/dev`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from extract.records import CHANGES, EventType, Modality
from geo.names import bare, fold
from geo.review import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from extract.records import Article, Claim
    from geo.events import PlacedClaim
    from geo.store import Store

GROUPS = ("change", "contest", "holds")
"""What is scored apart: changes of control, fights for it, and who holds a place."""

FIELDS = ("gained_by", "lost_by", "dates")
"""What is compared where a change of control was found."""

_STATUS = {
    Modality.ASSERTED: "reported",
    Modality.DENIED: "denied",
    Modality.PLANNED: "planned",
}
_RIGHT = frozenset({State.CONFIRMED, State.CORRECTED})
# Two names of one place that differ by an article, a vowel or an ending.
_LIKENESS = 0.84


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What reviewers decided about the claims of one article, in the text's order.

    `right` are the claims that were confirmed, corrected or added, as they stand;
    `wrong` those that were rejected.
    """

    article: Article
    right: tuple[Claim, ...]
    wrong: tuple[Claim, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well claims are found, by group, and how right they are.

    `tally` counts "found", "false" and "missed" by group; `fields` how often a field
    of a found change is right, and how often it was compared.
    """

    n_articles: int
    n_complete: int
    tally: Counter[tuple[str, str]]
    fields: Counter[tuple[str, bool]]

    def precision(self, group: str) -> float | None:
        """Return the share of claims that are right, of those that were judged."""
        return self._share(group, "false")

    def recall(self, group: str) -> float | None:
        """Return the share of events that are found, where a review is complete."""
        return self._share(group, "missed")

    def _share(self, group: str, other: str) -> float | None:
        found = self.tally[group, "found" if other == "false" else "recalled"]
        total = found + self.tally[group, other]
        return found / total if total else None


def lessons(store: Store) -> list[Lesson]:
    """Return what reviewers decided, by article, in the order the articles came."""
    claims = store.claims()
    states = {one.claim.claim_id: one.state for one in claims}
    by_article: defaultdict[str, list[tuple[Claim, State]]] = defaultdict(list)
    for one in claims:
        judged = _verdict(one, states)
        by_article[one.claim.article_id].append((one.claim, judged))
    found = []
    for article_id, verdicts in by_article.items():
        if all(state is State.CANDIDATE for _, state in verdicts):
            continue
        article = store.article(article_id)
        if article is not None:
            found.append(_lesson(article, verdicts))
    return found


def _verdict(placed: PlacedClaim, states: Mapping[str, State]) -> State:
    """Return what was decided of a claim; a repetition is as right as the original."""
    if placed.state is State.CANDIDATE and placed.duplicate_of is not None:
        return states.get(placed.duplicate_of, State.CANDIDATE)
    return placed.state


def _lesson(article: Article, verdicts: list[tuple[Claim, State]]) -> Lesson:
    verdicts.sort(key=lambda one: (one[0].char_start, one[0].place))
    return Lesson(
        article=article,
        right=tuple(claim for claim, state in verdicts if state in _RIGHT),
        wrong=tuple(claim for claim, state in verdicts if state is State.REJECTED),
        is_complete=all(state is not State.CANDIDATE for _, state in verdicts),
    )


def labelled(lesson: Lesson) -> dict[str, Any]:
    """Return an article with its labels, as one line of `shared/dev` has them."""
    article = lesson.article
    told: set[tuple[object, ...]] = set()
    events = []
    for claim in lesson.right:
        event = _event(claim)
        if _fact(claim) in told:
            event["repeat"] = True
        told.add(_fact(claim))
        events.append(event)
    places = {claim.place for claim in lesson.right}
    traps = [claim.place for claim in lesson.wrong if claim.place not in places]
    return {
        "id": article.article_id,
        "ref": {"file": article.url, "key": article.text[:40]},
        "published": article.published.isoformat() if article.published else None,
        "publisher": article.publisher,
        "title": article.title,
        "text": article.text,
        "events": events,
        "traps": list(dict.fromkeys(traps)),
    }


def _event(claim: Claim) -> dict[str, Any]:
    start, end = claim.date_start, claim.date_end
    return {
        "event_type": claim.event_type.value,
        "place": claim.place,
        "place_context": claim.place_context,
        "gained_by": claim.gained_by,
        "lost_by": claim.lost_by,
        "date_start": start.isoformat() if start else None,
        "date_end": end.isoformat() if end else None,
        "status": _STATUS[claim.modality],
        "claimed_by": claim.claimed_by,
        "start": claim.char_start,
        "end": claim.char_end,
    }


def _fact(claim: Claim) -> tuple[object, ...]:
    """Return what two sentences share that state the same fact."""
    days = claim.date_start, claim.date_end
    return group_of(claim), fold(claim.place), claim.gained_by, days, claim.modality


def group_of(claim: Claim) -> str:
    """Return what a claim is scored with."""
    if claim.event_type in CHANGES:
        return "change"
    return "holds" if claim.event_type is EventType.HOLDS else "contest"


def score(
    found: Sequence[Lesson],
    read: Callable[[Article], Sequence[Claim]],
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Score:
    """Score an extractor against what reviewers decided.

    Parameters
    ----------
    found
        From `lessons`.
    read
        Finds the claims of an article.
    on_progress
        Told how many articles are done.

    Returns
    -------
    Score
        A claim that asserts is right if a right one of its group names the same place
        in an overlapping sentence, and wrong if only a rejected one does, or if the
        article's review is complete and none does. What nobody reviewed counts
        neither way, as do denials and plans that are found as such.
    """
    tally: Counter[tuple[str, str]] = Counter()
    fields: Counter[tuple[str, bool]] = Counter()
    for done, lesson in enumerate(found, 1):
        claims = read(lesson.article)
        tally.update(_precision(lesson, claims))
        if lesson.is_complete:
            tally.update(_recall(lesson, claims))
        fields.update(_fields(lesson, claims))
        on_progress(done)
    return Score(
        n_articles=len(found),
        n_complete=sum(lesson.is_complete for lesson in found),
        tally=tally,
        fields=fields,
    )


def _precision(lesson: Lesson, claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    for claim in claims:
        if claim.modality is not Modality.ASSERTED:
            continue
        about = [one for one in lesson.right if _is_about(one, claim)]
        if any(one.modality is Modality.ASSERTED for one in about):
            yield group_of(claim), "found"
        elif about:
            # The text denies or plans it; asserted beside a denial it was announced.
            if not _is_denied_too(about, claims):
                yield group_of(claim), "false"
        elif lesson.is_complete or any(_is_about(one, claim) for one in lesson.wrong):
            yield group_of(claim), "false"


def _is_denied_too(about: Sequence[Claim], claims: Sequence[Claim]) -> bool:
    return any(
        one.modality is Modality.DENIED and _is_about(label, one)
        for label in about
        if label.modality is Modality.DENIED
        for one in claims
    )


def _recall(lesson: Lesson, claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    told: set[tuple[object, ...]] = set()
    for one in lesson.right:
        if one.modality is Modality.ASSERTED and _fact(one) not in told:
            told.add(_fact(one))
            is_found = _twin(one, claims) is not None
            yield group_of(one), "recalled" if is_found else "missed"


def _fields(lesson: Lesson, claims: Sequence[Claim]) -> Iterator[tuple[str, bool]]:
    for one in lesson.right:
        twin = _twin(one, claims)
        if one.modality is Modality.ASSERTED and twin and group_of(one) == "change":
            yield "gained_by", twin.gained_by == one.gained_by
            yield "lost_by", twin.lost_by == one.lost_by
            days = (one.date_start, one.date_end)
            yield "dates", (twin.date_start, twin.date_end) == days


def _twin(label: Claim, claims: Sequence[Claim]) -> Claim | None:
    """Return the claim that tells what a label says, the likest first."""
    fit = [
        one
        for one in claims
        if one.modality is Modality.ASSERTED and _is_about(label, one)
    ]
    return min(
        fit,
        key=lambda one: (
            one.gained_by != label.gained_by,
            one.date_start != label.date_start,
        ),
        default=None,
    )


def _is_about(label: Claim, claim: Claim) -> bool:
    return (
        group_of(label) == group_of(claim)
        and claim.char_start < label.char_end
        and label.char_start < claim.char_end
        and _is_same_place(label.place, claim.place)
    )


def _is_same_place(one: str, other: str) -> bool:
    one, other = bare(one), bare(other)
    if one == other:
        return True
    return SequenceMatcher(None, one, other).ratio() >= _LIKENESS
