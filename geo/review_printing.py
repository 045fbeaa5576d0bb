"""How the queue, a claim under review and the acts on it look in a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from geo.corrections import value_words
from geo.edits import edits
from geo.fields import told
from geo.lessons import FIELDS, GROUPS, labelled
from geo.printing import count, days, plain, print_table, say
from geo.waiting import WORDS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.events import PlacedClaim
    from geo.lessons import Lesson, Score
    from geo.proposals import Proposal
    from geo.proposing import Proposed
    from geo.review import Edit
    from geo.store import Store
    from geo.waiting import Item, Queue

_VERDICTS = ("found", "false", "recalled", "missed")
_SHOWN = (
    *("event_type", "modality", "place", "gained_by", "lost_by", "associated"),
    *("dates", "claimed_by", "claimant_type", "location", "evidence"),
    *("rule", "confidence", "extractor"),
)


def print_queue(found: Queue, limit: int) -> None:
    """Print what waits, worst first, and how much there is of all."""
    waits = ", ".join(
        f"{number} {reason.value}" for reason, number in sorted(found.reasons.items())
    )
    states = ", ".join(
        f"{number} {state.value}" for state, number in sorted(found.states.items())
    )
    typer.echo(f"{count(len(found.items), 'claim')} to review ({waits or 'no doubts'})")
    typer.echo(f"of all claims: {states or 'none'}")
    if found.copies or found.duplicates:
        typer.echo(f"not shown: {found.copies} copied, {found.duplicates} duplicate")
    if not found.items:
        return
    columns = ("claim", "doubt", "why", "what", "sentence")
    print_table("worst first", columns, [_row(one) for one in found.items[:limit]])
    if (more := len(found.items) - limit) > 0:
        typer.echo(f"{more:,} more; --limit shows them")


def _row(item: Item) -> list[str]:
    claim = item.placed.claim
    numbers = ", ".join(f"{one.number} ({one.kind})" for one in item.proposals)
    why = [_words(reason, item.placed) for reason in item.reasons]
    return [
        claim.claim_id if not item.is_proposed else "(proposed)",
        f"{item.score:.2f}",
        "; ".join(why) + (f": {numbers}" if numbers else ""),
        _said(item.placed),
        " ".join(claim.sentence.split()),
    ]


def _words(reason: Reason, placed: PlacedClaim) -> str:
    words = WORDS[reason]
    if reason is Reason.UNSURE:
        return f"{words} ({placed.claim.confidence:.2f})"
    if reason is Reason.ROUGHLY_PLACED and placed.location.radius_m:
        return f"{words} (to {placed.location.radius_m / 1000:.0f} km)"
    return words


def _said(placed: PlacedClaim) -> str:
    claim = placed.claim
    parts = [
        f"{claim.event_type} {claim.place}",
        "" if claim.modality == "asserted" else f"({claim.modality})",
        f"by {claim.gained_by}" if claim.gained_by else "",
        f"from {claim.lost_by}" if claim.lost_by else "",
        days(claim.date_start, claim.date_end),
    ]
    return " ".join(part for part in parts if part)


def print_claim(store: Store, placed: PlacedClaim, about: Sequence[Proposal]) -> None:
    """Print a claim as it stands, who did what to it, and what is proposed."""
    typer.echo(plain(f"{placed.claim.claim_id}: {placed.state}, {_said(placed)}"))
    typer.echo(
        plain(
            f"  {placed.publisher or '?'}, {placed.published}: {placed.article_title}"
        )
    )
    typer.echo(plain(f"  “{placed.claim.sentence}”"))
    for name, value in told(placed, _SHOWN).items():
        typer.echo(plain(f"  {name}: {_value(value)}"))
    for name in ("bound_to", "duplicate_of", "copy_of"):
        if other := getattr(placed, name):
            typer.echo(plain(f"  {name}: {other}"))
    if placed.apart_from:
        typer.echo(plain(f"  apart_from: {', '.join(sorted(placed.apart_from))}"))
    with store.reading() as connection:
        done = edits(connection, [placed.claim.claim_id])
    print_log([one for one in done if one.claim_id == placed.claim.claim_id])
    for one in about:
        typer.echo(plain(f"proposal {one.number}: {one.kind} by {one.extractor}"))
        for name, value in one.proposed.items():
            typer.echo(plain(f"  {name}: {_value(value)}"))


def print_log(done: Sequence[Edit]) -> None:
    """Print acts of review, the latest first."""
    if not done:
        typer.echo("no reviews")
        return
    rows = [
        [
            str(one.seq),
            f"{one.at:%Y-%m-%d %H:%M}",
            one.who,
            one.action.value + (" (undone)" if one.undone else ""),
            one.claim_id or "",
            _change(one.before, one.after),
            one.why,
        ]
        for one in reversed(done)
    ]
    columns = ("act", "when (UTC)", "who", "what", "claim", "change", "why")
    print_table(count(len(rows), "edit"), columns, rows)


def _change(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    return "; ".join(
        f"{name}: {_brief(name, before.get(name))} -> {_brief(name, value)}"
        for name, value in after.items()
        if value != before.get(name)
    )


def _brief(name: str, value: object) -> str:
    """Return a value as a log has room for it: days and positions are words."""
    if name in {"dates", "location"}:
        return value_words(name, value)
    return _value(value)


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def print_proposed(proposed: Proposed) -> None:
    """Print what reading again proposes; failures go to standard error."""
    typer.echo(f"{count(proposed.n_articles, 'article')} read again")
    typer.echo(f"{count(len(proposed.proposals), 'difference')} proposed")
    for one in proposed.proposals:
        what = one.claim_id or one.proposed.get("place")
        names = ", ".join(one.proposed) if one.claim_id else ""
        typer.echo(plain(f"  {one.number}: {one.kind} {what} {names}".rstrip()))
    for article_id, reason in proposed.failures:
        say(f"  article {article_id}: {reason}")


def print_score(found: Score) -> None:
    """Print how well claims are found, and of how many reviews that is said."""
    typer.echo(
        f"{count(found.n_articles, 'reviewed article')}, {found.n_complete} completely"
    )
    for group in GROUPS:
        n = {verdict: found.tally[group, verdict] for verdict in _VERDICTS}
        typer.echo(
            f"  {group:8} precision {_share(found.precision(group))}"
            f" ({n['found']} right, {n['false']} wrong)"
            f"  recall {_share(found.recall(group))}"
            f" ({n['recalled']} found, {n['missed']} missed)"
        )
    for name in FIELDS:
        right, total = found.fields[name, True], found.fields[name, False]
        total += right
        share = _share(right / total if total else None)
        typer.echo(f"  {name:9} right {share} of {count(total, 'found change')}")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def write_labels(found: Sequence[Lesson], path: Path) -> int:
    """Write completely reviewed articles with their labels; return how many.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    lines = [
        json.dumps(labelled(lesson), ensure_ascii=False)
        for lesson in found
        if lesson.is_complete
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)
