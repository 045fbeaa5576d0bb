"""The commands of `tideline review` that decide on claims: confirm, correct, add, ...

A part of the edge, as `geo/review_commands.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo import review_options as opt  # noqa: TC001 - typer reads them
from geo.gazetteer_commands import point_of
from geo.options import StoreAt  # noqa: TC001 - typer reads them
from geo.printing import print_place
from geo.review_commands import (
    claim_in,
    claims_in,
    fail,
    now,
    review_app,
    reviewing,
    steps_of,
    tell,
)

if TYPE_CHECKING:
    from extract.records import Claim
    from geo.locations import Location
    from geo.store import Store

__all__ = ["review_app"]


@review_app.command(
    name="confirm", epilog="Example: tideline review confirm c0123456789abcdef"
)
def confirm_command(
    claims: opt.ClaimIds, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Say that claims are right as they stand."""
    from geo.reviewing import confirm

    with reviewing(store, who) as opened:
        for placed in claims_in(opened, claims):
            tell(confirm(opened, placed, now=now(), why=why), "confirmed")


@review_app.command(
    name="reject",
    epilog="Example: tideline review reject c0123456789abcdef --why 'a film, no war'",
)
def reject_command(
    claims: opt.ClaimIds, why: opt.Reason = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Say that the text does not tell what claims say; that needs a reason."""
    from geo.reviewing import reject

    with reviewing(store, who) as opened:
        for placed in claims_in(opened, claims):
            tell(reject(opened, placed, now=now(), why=why), "rejected")


@review_app.command(
    name="reopen", epilog="Example: tideline review reopen c0123456789abcdef"
)
def reopen_command(
    claims: opt.ClaimIds, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Put reviewed claims back into the queue; what was corrected stays so."""
    from geo.reviewing import reopen

    with reviewing(store, who) as opened:
        for placed in claims_in(opened, claims):
            tell(reopen(opened, placed, now=now(), why=why), "reopened")


@review_app.command(
    name="correct",
    epilog="Example: tideline review correct c0123456789abcdef"
    " --gained-by 'Syrian government' --why 'the text says so'",
)
def correct_command(  # noqa: PLR0913 - a command's options are its arguments
    claim: opt.ClaimId,
    event_type: opt.Kind = None,
    modality: opt.Stance = None,
    place: opt.Place = None,
    at: opt.At = "",
    radius_km: opt.RadiusKm = 2.0,
    gained_by: opt.GainedBy = None,
    lost_by: opt.LostBy = None,
    date_start: opt.DateStart = None,
    date_end: opt.DateEnd = None,
    undated: opt.Undated = False,
    claimed_by: opt.ClaimedBy = None,
    claimant_type: opt.Claimant = None,
    why: opt.Why = "",
    who: opt.Who = "",
    store: StoreAt = "",
) -> None:
    """Correct what a claim says; it counts as reviewed then.

    Another --place is looked for in the lists of places, unless --at says where it is.
    """
    from geo.reviewing import correct

    changes = _given(
        event_type=event_type,
        modality=modality,
        place=place,
        gained_by=gained_by,
        lost_by=lost_by,
        date_start=date_start,
        date_end=date_end,
        claimed_by=claimed_by,
        claimant_type=claimant_type,
    )
    if undated:
        changes |= {"date_start": None, "date_end": None}
    with reviewing(store, who) as opened:
        placed = claim_in(opened, claim)
        if at or place:
            named = replace(placed.claim, place=place or placed.claim.place)
            changes["location"] = _located(opened, named, at, radius_km)
        tell(correct(opened, placed, changes, now=now(), why=why), "corrected")
        if "location" in changes:
            print_place(claim_in(opened, claim))


@review_app.command(
    name="split",
    epilog="Example: tideline review split c0123456789abcdef cfedcba9876543210",
)
def split_command(
    claim: opt.ClaimId,
    others: opt.Others,
    why: opt.Why = "",
    who: opt.Who = "",
    store: StoreAt = "",
) -> None:
    """Say that a claim does not tell the same change as others."""
    from geo.reviewing import split

    with reviewing(store, who) as opened:
        first, *rest = claims_in(opened, [claim, *others])
        tell(split(opened, first, rest, now=now(), why=why), "parted")


@review_app.command(
    name="merge",
    epilog="Example: tideline review merge c0123456789abcdef cfedcba9876543210",
)
def merge_command(
    claims: opt.ClaimIds, why: opt.Why = "", who: opt.Who = "", store: StoreAt = ""
) -> None:
    """Say that claims tell the same change."""
    from geo.reviewing import merge

    with reviewing(store, who) as opened:
        seen = claims_in(opened, claims)
        tell(merge(opened, seen, now=now(), why=why), "bound together")


@review_app.command(
    name="duplicate",
    epilog="Example: tideline review duplicate c0123456789abcdef cfedcba9876543210",
)
def duplicate_command(
    claim: opt.ClaimId,
    original: opt.Original = "",
    why: opt.Why = "",
    who: opt.Who = "",
    store: StoreAt = "",
) -> None:
    """Say that a claim only repeats another one, or that it does not after all."""
    from geo.reviewing import duplicate

    with reviewing(store, who) as opened:
        of = claim_in(opened, original) if original else None
        placed = claim_in(opened, claim)
        tell(duplicate(opened, placed, of, now=now(), why=why), "marked")


@review_app.command(
    name="add",
    epilog="Example: tideline review add ARTICLE 'The army captured Palmyra'"
    " --event-type captured --place Palmyra",
)
def add_command(  # noqa: PLR0913 - a command's options are its arguments
    article: opt.ArticleId,
    words: opt.Words,
    event_type: opt.KindNeeded = "",
    modality: opt.Stance = None,
    place: opt.PlaceNeeded = "",
    at: opt.At = "",
    radius_km: opt.RadiusKm = 2.0,
    gained_by: opt.GainedBy = None,
    lost_by: opt.LostBy = None,
    date_start: opt.DateStart = None,
    date_end: opt.DateEnd = None,
    claimed_by: opt.ClaimedBy = None,
    claimant_type: opt.Claimant = None,
    why: opt.Why = "",
    who: opt.Who = "",
    store: StoreAt = "",
) -> None:
    """Add a claim that the extraction missed, from words that stand in an article."""
    from geo.reviewing import add_claim
    from geo.selection import claim_of, found_once

    fields = _given(
        event_type=event_type,
        modality=modality,
        place=place,
        gained_by=gained_by,
        lost_by=lost_by,
        date_start=date_start,
        date_end=date_end,
        claimed_by=claimed_by,
        claimant_type=claimant_type,
    )
    with reviewing(store, who) as opened:
        stored = opened.article(article)
        if stored is None:
            fail(f"there is no article {article!r}")
        try:
            claim = claim_of(stored, found_once(stored, words), fields)
        except ValueError as error:
            fail(str(error))
        location = _located(opened, claim, at, radius_km)
        done = add_claim(opened, claim, location, now=now(), why=why)
        tell(done, f"added as {done.claim_ids[0]}")


def _given(**fields: object) -> dict[str, object]:
    """Return the fields that were given; an empty text is one, and clears a field."""
    return {name: value for name, value in fields.items() if value is not None}


def _located(store: Store, claim: Claim, at: str, radius_km: float) -> Location:
    """Return where a claim's place lies: at a point, or by the lists of places."""
    from geo.choices import of_point
    from geo.geocode import chosen_location
    from geo.replacing import where_now

    if at:
        lon, lat = point_of(at)
        return chosen_location(of_point(claim, lon, lat, radius_m=radius_km * 1000))
    with steps_of(store) as steps:
        return where_now(claim, store, steps)
