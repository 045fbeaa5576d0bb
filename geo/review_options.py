"""What the arguments and options of `tideline review ...` are, and how they read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from extract.records import ClaimantType, EventType, Modality
from geo.options import day

_LIST = ", ".join


def proposal_key(text: str) -> tuple[int, int]:
    """Return the act of a proposal and its place in it, as "12.0" says it."""
    seq, dot, ordinal = text.partition(".")
    if not (dot and seq.isascii() and seq.isdigit() and ordinal.isascii()):
        raise typer.BadParameter(f"{text!r} is no number of a proposal, such as 12.0")
    if not ordinal.isdigit() or len(text) > 30:
        raise typer.BadParameter(f"{text!r} is no number of a proposal, such as 12.0")
    return int(seq), int(ordinal)


ClaimId = Annotated[
    str, typer.Argument(metavar="CLAIM", help="A claim's id, as the queue shows it.")
]
ClaimIds = Annotated[list[str], typer.Argument(metavar="CLAIM...", help="Claims' ids.")]
Others = Annotated[
    list[str], typer.Argument(metavar="OTHER...", help="The other claims' ids.")
]
Original = Annotated[
    str,
    typer.Argument(
        metavar="ORIGINAL",
        help="The claim that it repeats; leave it out to take that back.",
        show_default=False,
    ),
]
ArticleId = Annotated[str, typer.Argument(metavar="ARTICLE", help="An article's id.")]
Words = Annotated[
    str,
    typer.Argument(
        metavar="WORDS", help="The sentence that tells it, as the article has it."
    ),
]
Number = Annotated[
    int, typer.Argument(metavar="NUMBER", help="An act's, as `review log` shows it.")
]
Numbers = Annotated[
    list[str],
    typer.Argument(
        metavar="PROPOSAL...",
        help="Proposals' numbers, as the queue shows them, such as 12.0.",
    ),
]
Who = Annotated[
    str,
    typer.Option(
        "--who",
        help="Who does this; your name on this machine if not given.",
        show_default=False,
    ),
]
Why = Annotated[str, typer.Option("--why", help="The reason; others will read it.")]
Reason = Annotated[str, typer.Option("--why", help="The reason; it is needed.")]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=100_000, help="How many to print.")
]
OfReason = Annotated[
    str,
    typer.Option(
        "--reason",
        help="Only what waits for this: proposal, unsure, disputed, denied, not_placed,"
        " roughly_placed, undated or roughly_dated.",
    ),
]
OfState = Annotated[
    str,
    typer.Option(
        "--state",
        help="What is in this state instead: confirmed, corrected or rejected.",
    ),
]
OfArticle = Annotated[
    str, typer.Option("--article", help="Only claims of the article of this id.")
]
OfClaim = Annotated[str, typer.Option("--claim", help="Only acts on this claim.")]
Kind = Annotated[
    str | None,
    typer.Option("--event-type", help=f"What happened: {_LIST(EventType)}."),
]
KindNeeded = Annotated[
    str, typer.Option("--event-type", help=f"What happened: {_LIST(EventType)}.")
]
Stance = Annotated[
    str | None, typer.Option("--modality", help=f"One of {_LIST(Modality)}.")
]
Place = Annotated[
    str | None, typer.Option("--place", help="The place, as the text has it.")
]
PlaceNeeded = Annotated[
    str, typer.Option("--place", help="The place, as the text has it.")
]
At = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="LAT,LON",
        help="Where it is; else the lists of places say.",
        show_default=False,
    ),
]
RadiusKm = Annotated[
    float,
    typer.Option(
        "--radius-km", min=0, max=20_037, help="How far off the point may be."
    ),
]
GainedBy = Annotated[
    str | None, typer.Option("--gained-by", help="Who took or holds it; '' for nobody.")
]
LostBy = Annotated[
    str | None, typer.Option("--lost-by", help="Who lost it; '' for nobody.")
]
DateStart = Annotated[
    date | None,
    typer.Option(
        "--date-start", parser=day, metavar="YYYY-MM-DD", help="The first day."
    ),
]
DateEnd = Annotated[
    date | None,
    typer.Option("--date-end", parser=day, metavar="YYYY-MM-DD", help="The last day."),
]
Undated = Annotated[
    bool, typer.Option("--undated", help="Say that the text gives no day.")
]
ClaimedBy = Annotated[
    str | None, typer.Option("--claimed-by", help="Who says so, in the text's words.")
]
Claimant = Annotated[
    str | None,
    typer.Option("--claimant-type", help=f"One of {_LIST(ClaimantType)}."),
]
FromReviews = Annotated[
    bool,
    typer.Option("--from-reviews", help="Score by what reviewers decided."),
]
ExportTo = Annotated[
    str,
    typer.Option(
        "--export",
        metavar="FILE.jsonl",
        help="Write the reviewed articles as labelled data, one a line.",
        show_default=False,
    ),
]
