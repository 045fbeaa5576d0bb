"""How claims, events and reports look in a terminal is decided here.

Texts come from strangers: nothing in them is taken for markup, and control characters
are printed as their codes, so that no text can drive the terminal.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from extract.jsonl import claim_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from extract.records import Claim
    from geo.choices import Choice
    from geo.drafts import Draft
    from geo.events import PlacedClaim
    from geo.following import Looked
    from geo.ingest import Report
    from geo.locations import Location
    from geo.replacing import Retried
    from geo.taking import Taken

WIDE = 200
"""The width of a table that goes to a file or a pipe, in characters."""

_ASKED = {"published": "no day of publication"}
# C0 and C1 but tab and line feed, and what turns the order of the words about: an
# embedding, override or isolate that is not closed reaches into what follows.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return `text` with control characters, but tab and line feed, as their codes."""
    return _CONTROL.sub(lambda match: _code(ord(match[0])), text)


def _code(point: int) -> str:
    return f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}"


def say(message: str) -> None:
    """Print a message on standard error."""
    typer.echo(plain(message), err=True)


def count(number: int, noun: str) -> str:
    """Return "1 claim", "2 claims"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error, if that is a terminal.

    Parameters
    ----------
    label
        What is under way.
    total
        The number that is wanted; None if it cannot be told.

    Yields
    ------
    Callable
        To be called with the number done.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def download_progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar of bytes on standard error, if that is a terminal.

    Yields
    ------
    Callable
        To be called with the bytes that are here and those wanted, None if not known.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _wanted: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, wanted: bar.update(task, completed=done, total=wanted)


def print_jsonl(claims: Iterable[Claim]) -> None:
    """Print claims as JSON, one a line, in UTF-8 whatever the terminal's encoding."""
    lines = [json.dumps(claim_record(c), ensure_ascii=False) + "\n" for c in claims]
    if lines:
        typer.echo("".join(lines).encode(), nl=False)


def print_claims(name: str, claims: Sequence[Claim]) -> None:
    """Print the claims of an article as a table, and what found them if a model did."""
    if not claims:
        typer.echo(f"{plain(name)}: no claims")
        return
    columns = ["type", "place", "gained by", "lost by", "dates", "said by", "sentence"]
    rows = [_claim_row(claim) for claim in claims]
    if any("llm " in claim.extractor for claim in claims):
        columns = ["found by", *columns]
        rows = [[c.extractor, *row] for c, row in zip(claims, rows, strict=True)]
    print_table(f"{name}: {count(len(claims), 'claim')}", columns, rows)


def print_events(events: Sequence[Mapping[str, Any]]) -> None:
    """Print rows of the events table, in their order."""
    if not events:
        typer.echo("no events")
        return
    print_table(
        count(len(events), "event"),
        ("dates", "type", "place", "gained by", "lost by", "status", "why", "claims"),
        [_event_row(event) for event in events],
    )


def print_control(places: Sequence[Mapping[str, Any]], day: date) -> None:
    """Print rows of who holds which place on a day, in their order."""
    if not places:
        typer.echo(f"nothing is reported of who held what on {day}")
        return
    print_table(
        f"{count(len(places), 'place')} on {day}",
        ("place", "held by", "since", "last reported", "status", "besides"),
        [_control_row(place) for place in places],
    )


def print_report(report: Report) -> None:
    """Print what became of the articles; failures go to standard error."""
    typer.echo(f"{count(len(report.added), 'article')} added")
    for added in report.added:
        name = plain(added.title or added.article_id)
        typer.echo(f"  {name}: {count(added.n_claims, 'claim')}")
    typer.echo(f"{count(len(report.already_there), 'article')} already there")
    typer.echo(f"{count(len(report.inexact), 'claim')} without an exact place")
    for placed in report.inexact:
        typer.echo(f"  {plain(_place_line(placed))}")
    if report.failures:
        say(f"{count(len(report.failures), 'input')} failed")
    for failure in report.failures:
        say(f"  {failure}")


def print_taken(taken: Taken) -> None:
    """Print what became of inputs; failures, and what is asked, to standard error."""
    print_report(taken.report)
    _say_drafts(taken)


def print_looked(looked: Looked) -> None:
    """Print what a look at a feed or folder came to, if it came to anything."""
    report, n_drafts = looked.taken.report, len(looked.taken.drafts)
    for reason in [*looked.said, *map(str, report.failures)]:
        say(f"  {reason}")
    _say_drafts(looked.taken)
    if looked.n_new or report.added or report.already_there or n_drafts:
        n_claims = sum(added.n_claims for added in report.added)
        words = (
            f"{looked.at:%Y-%m-%d %H:%M} {looked.name}: {looked.n_new} new;"
            f" {count(len(report.added), 'article')} added with"
            f" {count(n_claims, 'claim')}, {len(report.already_there)} already there,"
            f" {count(n_drafts, 'draft')}"
        )
        typer.echo(plain(words))


def _say_drafts(taken: Taken) -> None:
    for note in taken.notes:
        say(note)
    for number, (source, asks) in taken.drafts.items():
        lacks = " and ".join(_ASKED.get(name, f"no {name}") for name in asks)
        wanted = " ".join(f"--{name} ..." for name in asks)
        say(
            f"{source}: {lacks}; it waits as draft {number}, give it with"
            f" tideline drafts accept {number} {wanted}"
        )


def print_drafts(drafts: Sequence[Draft]) -> None:
    """Print what waits to be looked at, with the numbers to accept or drop it by."""
    if not drafts:
        typer.echo("no drafts")
        return
    columns = ("number", "came", "from", "title", "published", "asks for", "whose")
    rows = [
        [
            str(draft.number),
            f"{draft.at:%Y-%m-%d %H:%M}",
            draft.source.name,
            draft.found.title,
            _iso(draft.found.published),
            ", ".join(draft.found.asks),
            draft.who,
        ]
        for draft in drafts
    ]
    print_table(count(len(drafts), "draft"), columns, rows)


def print_draft(draft: Draft) -> None:
    """Print what was found, where, what may be wrong with it, and the text."""
    found = draft.found
    fields = {
        "title": found.title,
        "publisher": found.publisher,
        "published": _iso(found.published),
        "lang": found.lang,
        "url": found.url,
    }
    rows = [[name, value, found.how.get(name, "")] for name, value in fields.items()]
    name = f"draft {draft.number}, {draft.source.name}"
    print_table(name, ("field", "found", "where"), rows)
    for words in found.notes:
        typer.echo(plain(f"note: {words}"))
    typer.echo(plain(found.text))


def print_places(inexact: Sequence[PlacedClaim]) -> None:
    """Print the claims that are not placed exactly, a row for each name and context."""
    if not inexact:
        typer.echo("all places are placed exactly")
        return
    rows = Counter(
        (
            one.claim.place,
            one.claim.place_context or "",
            _known(one.location),
            one.location.reason,
            str(len(one.location.candidates)),
            one.article_title or one.claim.article_id,
        )
        for one in inexact
    )
    print_table(
        f"{count(len(inexact), 'claim')} not placed exactly",
        ("place", "said to be", "so far", "why", "candidates", "article", "claims"),
        [[*row, str(number)] for row, number in rows.items()],
    )


def print_choices(choices: Sequence[Choice]) -> None:
    """Print what readers chose for names, with the numbers to undo it by."""
    if not choices:
        typer.echo("no choices")
        return
    columns = ("number", "name", "said to be", "lon, lat", "known", "article")
    rows = [
        [
            str(choice.number),
            choice.toponym,
            choice.context,
            f"{choice.lon:.4f}, {choice.lat:.4f}",
            f"to {_km(choice.radius_m)} km",
            choice.article_id,
        ]
        for choice in choices
    ]
    print_table(count(len(choices), "choice"), columns, rows)


def print_retried(retried: Retried) -> None:
    """Print which claims moved, and which are still not placed exactly, and why."""
    typer.echo(f"{count(retried.n_articles, 'article')} tried again")
    typer.echo(f"{count(len(retried.moved), 'claim')} moved")
    for placed, before in retried.moved:
        line = f"{placed.claim.place}: {_known(before)}, now {_known(placed.location)}"
        how = f"{line} ({placed.location.match}); {placed.location.reason}"
        typer.echo(f"  {plain(how)}")
    typer.echo(f"{count(len(retried.staying), 'claim')} without an exact place")
    for placed in retried.staying:
        print_place(placed)


def print_place(placed: PlacedClaim) -> None:
    """Print where a claim's place lies, how well that is known, and why there."""
    typer.echo(f"  {plain(_place_line(placed))}")


def _place_line(placed: PlacedClaim) -> str:
    location = placed.location
    how = "" if location.radius_m is None else f" ({location.match})"
    return f"{placed.claim.place}: {_known(location)}{how}; {location.reason}"


def _known(location: Location) -> str:
    """Say how well a place is known: "not placed", "known to 12 km"."""
    if location.radius_m is None:
        return "not placed"
    return f"known to {_km(location.radius_m)} km"


def _km(metres: float) -> int:
    return max(1, round(metres / 1000))


def _claim_row(claim: Claim) -> list[str]:
    asserted = claim.modality == "asserted"
    return [
        claim.event_type if asserted else f"{claim.event_type} ({claim.modality})",
        _with(claim.place, claim.place_context),
        claim.gained_by or "",
        claim.lost_by or "",
        days(claim.date_start, claim.date_end),
        _with(str(claim.claimant_type), claim.claimed_by),
        " ".join(claim.sentence.split()),
    ]


def _event_row(event: Mapping[str, Any]) -> list[str]:
    return [
        days(event["date_start"], event["date_end"]),
        *(
            _word(event[column])
            for column in ("event_type", "place", "gained_by", "lost_by", "status")
        ),
        _word(event["status_reason"]),
        str(event["n_claims"]),
    ]


def _control_row(place: Mapping[str, Any]) -> list[str]:
    besides = [word for word in ("attacked", "contested") if place[word]]
    return [
        _word(place["place"]),
        _word(place["controlled_by"]) or "nobody named",
        _iso(place["since"]),
        _iso(place["last_reported"]),
        _word(place["status"]),
        ", ".join(besides),
    ]


def _with(word: str, more: str | None) -> str:
    return f"{word} ({more})" if more else word


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def days(start: date | None, end: date | None) -> str:
    """Return "2017-03-02", or "2017-03-01 to 2017-03-03"; empty if unknown."""
    first, last = _iso(start), _iso(end)
    return first if first == last else f"{first} to {last}"


def _iso(day: date | None) -> str:
    # NaT, pandas' missing day, is not equal to itself.
    return day.isoformat()[:10] if day is not None and day == day else ""


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Print rows of words under their columns, as wide as the terminal."""
    # Here, since it takes longer to import than `extract` takes to print JSON.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(plain(title)), title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(str(cell))) for cell in row))
    width = None if sys.stdout.isatty() else WIDE
    Console(width=width).print(table)
