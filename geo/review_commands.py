"""The commands `tideline review ...`: what waits, what people decide, what they undo.

They are a part of the edge, as `geo/cli.py` is: they read the clock, the environment
and who is at the machine. Everything heavy is imported inside the command that needs
it.
"""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from extract.conflict import load_conflicts
from geo import review_options as opt
from geo.gazetteer_commands import open_places
from geo.options import (  # noqa: TC001 - typer reads them
    ActorName,
    PlaceName,
    StoreAt,
)
from geo.places_commands import lookup_in, open_store_at
from geo.printing import count, progress, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.deciding import Done
    from geo.events import PlacedClaim
    from geo.replacing import StepsWith
    from geo.store import Store

FAILED = 1

_Kind = TypeVar("_Kind", bound=StrEnum)

review_app = typer.Typer(
    name="review",
    no_args_is_help=True,
    help="Review claims: what waits, and what people decide. Each act can be undone.",
)

evaluate_app = typer.Typer()
"""One command more of `tideline` itself."""


@review_app.command(name="queue", epilog="Example: tideline review queue --limit 5")
def queue_command(  # noqa: PLR0913 - a command's options are its arguments
    reason: opt.OfReason = "",
    state: opt.OfState = "",
    article: opt.OfArticle = "",
    place: PlaceName = "",
    actor: ActorName = "",
    limit: opt.Limit = 20,
    store: StoreAt = "",
) -> None:
    """Print the claims that wait for review, the most doubtful first, and why."""
    from geo.review import State
    from geo.review_printing import print_queue
    from geo.waiting import Reason, Wanted, waiting

    wanted = Wanted(
        states=frozenset({_one_of(State, state or "candidate", "--state")}),
        reason=_one_of(Reason, reason, "--reason") if reason else None,
        article_id=article,
        actor=actor,
        place=place,
    )
    with open_store_at(store, create=False) as opened:
        found = waiting(opened, load_conflicts().values(), wanted)
    print_queue(found, limit)


@review_app.command(
    name="show", epilog="Example: tideline review show c0123456789abcdef"
)
def show_command(claim: opt.ClaimId, store: StoreAt = "") -> None:
    """Print a claim as it stands, who did what to it, and what is proposed."""
    from geo.proposals import open_proposals
    from geo.review_printing import print_claim

    with open_store_at(store, create=False) as opened:
        placed = claim_in(opened, claim)
        with opened.reading() as connection:
            proposals = open_proposals(connection)
        print_claim(opened, placed, [o for o in proposals if o.claim_id == claim])


@review_app.command(name="undo", epilog="Example: tideline review undo 7")
def undo_command(
    number: opt.Number, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Take back an act: a review, a choice of a place, a copy, a publisher."""
    from geo.undoing import undo

    with reviewing(store, who) as opened, steps_of(opened) as steps:
        done = undo(opened, number, now=now(), why=why, steps=steps)
    say(f"act {number} is undone by act {done.act}")


@review_app.command(name="redo", epilog="Example: tideline review redo 7")
def redo_command(
    number: opt.Number, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Do again an act that was undone."""
    from geo.undoing import redo

    with reviewing(store, who) as opened, steps_of(opened) as steps:
        done = redo(opened, number, now=now(), why=why, steps=steps)
    say(f"act {number} stands again by act {done.act}")


@review_app.command(name="propose", epilog="Example: tideline review propose")
def propose_command(who: opt.Who = "", store: StoreAt = "") -> None:
    """Read all articles again and propose what differs; nothing is overwritten.

    If an article cannot be read, the exit code is 1.
    """
    from extract.claims import EXTRACTOR
    from geo.ingest import steps_for
    from geo.proposing import propose
    from geo.review_printing import print_proposed

    with (
        open_places() as gazetteer,
        reviewing(store, who) as opened,
        progress("Reading articles", len(opened.articles())) as advance,
    ):
        steps = steps_for(load_conflicts(), gazetteer, choices=opened.choices())
        proposed = propose(
            opened, steps, extractor=EXTRACTOR, now=now(), on_progress=advance
        )
    print_proposed(proposed)
    raise typer.Exit(FAILED if proposed.failures else 0)


@review_app.command(name="accept", epilog="Example: tideline review accept 12.0")
def accept_command(
    proposals: opt.Numbers, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Let proposals count: claims are added, changed or rejected by them."""
    from geo.proposing import accept

    keys = [opt.proposal_key(one) for one in proposals]
    with reviewing(store, who) as opened:
        tell(accept(opened, keys, now=now(), why=why), "accepted")


@review_app.command(name="dismiss", epilog="Example: tideline review dismiss 12.0")
def dismiss_command(
    proposals: opt.Numbers, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Say that proposals are wrong; they are not made again."""
    from geo.proposing import dismiss

    keys = [opt.proposal_key(one) for one in proposals]
    with reviewing(store, who) as opened:
        tell(dismiss(opened, keys, now=now(), why=why), "dismissed")


@review_app.command(name="log", epilog="Example: tideline review log --limit 5")
def log_command(
    claim: opt.OfClaim = "", limit: opt.Limit = 20, store: StoreAt = ""
) -> None:
    """Print who did what to claims and why, the latest first."""
    from geo.edits import edits
    from geo.review_printing import print_log

    with open_store_at(store, create=False) as opened, opened.reading() as connection:
        done = edits(connection)
    print_log([one for one in done if claim in {"", one.claim_id}][-limit:])


@evaluate_app.command(
    name="evaluate", epilog="Example: tideline evaluate --from-reviews"
)
def evaluate_command(
    from_reviews: opt.FromReviews = False,
    export: opt.ExportTo = "",
    store: StoreAt = "",
) -> None:
    """Score the extractor against what reviewers decided, and export that as labels.

    Right are claims that were confirmed, corrected or added; wrong are rejected ones,
    and in an article without a waiting claim all that nobody called right. Missed is
    counted in such articles alone, and only these are exported.
    """
    from geo.ingest import steps_for
    from geo.lessons import lessons, score
    from geo.review_printing import print_score, write_labels

    if not from_reviews:
        raise typer.BadParameter("say --from-reviews: by what reviewers decided")
    with open_places() as gazetteer, open_store_at(store, create=False) as opened:
        found = lessons(opened)
        with progress("Reading articles", len(found)) as advance:
            steps = steps_for(load_conflicts(), gazetteer, choices=opened.choices())
            print_score(score(found, steps.find, advance))
    if export:
        try:
            number = write_labels(found, Path(export))
        except OSError as error:
            fail(f"{export}: cannot be written: {error.strerror or error}")
        say(f"{count(number, 'labelled article')} written to {export}")


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def _login() -> str:
    """Return the name of whoever is at this machine, if it has one for them."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


@contextmanager
def reviewing(store: str, who: str) -> Iterator[Store]:
    """Open the store as whoever reviews; what is refused ends the command."""
    with open_store_at(store, create=False, who=who or _login()) as opened:
        yield opened


@contextmanager
def steps_of(store: Store) -> Iterator[StepsWith]:
    """Yield what places claims anew, by the lists of places and readers' choices."""
    from geo.ingest import steps_with

    with open_places() as gazetteer:
        yield steps_with(load_conflicts(), gazetteer, lookup_in(store))


def _one_of(kinds: type[_Kind], text: str, option: str) -> _Kind:
    try:
        return kinds(text)
    except ValueError as error:
        known = ", ".join(kinds)
        raise typer.BadParameter(f"{option} is one of {known}, not {text!r}") from error


def tell(done: Done, word: str) -> None:
    """Print what was done to how many claims, and by which act."""
    typer.echo(f"{count(len(done.claim_ids), 'claim')} {word} (act {done.act})")


def claim_in(store: Store, claim_id: str) -> PlacedClaim:
    """Return a claim; end the command if there is none."""
    placed = store.claim(claim_id)
    if placed is None:
        fail(f"there is no claim {claim_id!r}; `tideline review queue` shows them")
    return placed


def claims_in(store: Store, claim_ids: Sequence[str]) -> list[PlacedClaim]:
    """Return claims, each once; end the command if one is missing."""
    return [claim_in(store, one) for one in dict.fromkeys(claim_ids)]


def fail(message: str) -> NoReturn:
    """Say what is wrong and end the command."""
    say(message)
    raise typer.Exit(FAILED)
