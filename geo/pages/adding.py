"""Adding reports: paste or drop, look at what is claimed, then store."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from extract.conflict import load_conflicts
from extract.read import NO_DAY, Header, Unreadable, article_from_text, read_articles
from extract.records import Modality
from geo.events import cluster, frame
from geo.gazetteer import GazetteerError, open_gazetteer
from geo.map import ASSETS
from geo.pages import looking_up, session
from geo.pages.desk import desk
from geo.pages.visitor import visitor
from geo.pages.words import plain, say, tongue, trouble
from geo.people import Deed, NotPermittedError
from geo.shelf import Shelf
from geo.store import StoreError
from geo.view import days, ordered
from geo.wording import days_words, headline, place_surety

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from extract.records import Article
    from geo.gazetteer import Gazetteer
    from geo.ingest import Report
    from geo.pages.home import Setting
    from geo.store import PlacedClaim, Store

SUFFIXES = ("txt", "md", "jsonl")
UNDATED = "Published on, for reports that do not say"
MODALITIES: dict[str, str] = {
    Modality.ASSERTED: "asserted",
    Modality.DENIED: "denied",
    Modality.PLANNED: "planned",
}
"""How a sentence states its claim, with the word for each."""

PREVIEWED = 200
"""Claims that the preview lists at most."""


def start(setting: Setting) -> None:
    """Welcome a reader whose store is empty."""
    title = escape(say("Nothing here yet"))
    words = escape(
        say(
            "Tideline reads news reports, finds the sentences that say who took, lost "
            "or holds a place, and puts them on this map. Everything stays on this "
            "machine."
        )
    )
    st.html(f'<div class="tl-hint"><h2>{title}</h2><p>{words}</p></div>')
    if not visitor(setting.environment).person.may(Deed.ADD):
        return
    if st.button(say("Load the samples"), type="primary", key="samples"):
        with st.status(say("Reading the samples")):
            articles = list(_samples())
            _store(articles, setting)
        st.rerun()
    st.caption(
        say("Short reports written for Tideline from well-known facts, 2011 to 2025.")
    )
    if st.button(say("Add a report of your own"), key="add_first"):
        dialog(setting)


def _samples() -> Iterator[Article | Unreadable]:
    for path in sorted((ASSETS / "samples").glob("*.jsonl")):
        yield from read_articles(path, defaults=Header())


def dialog(setting: Setting) -> None:
    """Open the dialog that takes reports."""
    st.session_state["draft"] = None
    # The title is the reader's language's, so the dialog is made when it is opened.
    st.dialog(say("Add a report"), width="large", on_dismiss="rerun")(_dialog)(setting)


def _dialog(setting: Setting) -> None:
    if draft := st.session_state.get("draft"):
        _stored(draft) if "n_stored" in draft else _look(setting)
        return
    pasted, dropped = st.tabs([say("Paste a text"), say("Drop files")])
    with pasted:
        _paste(setting)
    with dropped:
        _drop(setting)
    looking_up.switch(setting)


def _paste(setting: Setting) -> None:
    text = st.text_area(say("Text of the report"), key="add_text", height=200)
    title = st.text_input(say("Title"), key="add_title")
    left, right = st.columns(2)
    publisher = left.text_input(say("Publisher"), key="add_publisher")
    published = _ask_day(right, say("Published on"), "add_day", setting)
    url = st.text_input(say("Address of the original"), key="add_url")
    if not st.button(say("Find the claims"), type="primary", key="add_find"):
        return
    if published is None:
        trouble(
            say(
                "Give the day of publication: words such as “on Friday” are reckoned "
                "from it."
            )
        )
        return
    header = Header(title=title, publisher=publisher, published=published, url=url)
    try:
        article = article_from_text(text, header)
    except ValueError as error:
        trouble(
            say("This cannot be read: {reason}.", reason=_in_page_words(str(error)))
        )
        return
    _propose([article], setting)


def _ask_day(
    place: st.delta_generator.DeltaGenerator, label: str, key: str, setting: Setting
) -> date | None:
    day: date | None = place.date_input(
        label,
        value=None,
        min_value=setting.now.date().replace(year=1900, month=1, day=1),
        max_value=setting.now.date(),
        format="YYYY-MM-DD",
        key=key,
    )
    return day


def _drop(setting: Setting) -> None:
    files = st.file_uploader(
        say("Text, Markdown, or JSON lines with one report a line"),
        type=list(SUFFIXES),
        accept_multiple_files=True,
        key="add_files",
    )
    day = _ask_day(
        st.container(),
        say(UNDATED),
        "add_files_day",
        setting,
    )
    find = say("Find the claims")
    if not st.button(find, key="add_find_files", disabled=not files):
        return
    _propose(
        [one for file in files for one in _read(file, Header(published=day))], setting
    )


def _read(file: UploadedFile, defaults: Header) -> list[Article | Unreadable]:
    """Read an uploaded file by way of a temporary one; name it as its user does."""
    suffix = Path(file.name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix if suffix[1:] in SUFFIXES else '.txt'}"
        path.write_bytes(file.getbuffer())
        found = list(read_articles(path, defaults=defaults, dated=True))
    return [
        replace(one, source=file.name) if isinstance(one, Unreadable) else one
        for one in found
    ]


def _propose(found: Iterable[Article | Unreadable], setting: Setting) -> None:
    """Find the claims of what was read, and keep them for the reader to look at."""
    found = list(found)
    articles = [one for one in found if not isinstance(one, Unreadable)]
    try:
        with st.spinner(say("Finding claims and places")):
            claims, said = _claims(articles, setting) if articles else ([], [])
    except NotPermittedError as error:
        trouble(say("Nothing was changed: {error}.", error=error))
        return
    except (GazetteerError, StoreError) as error:
        trouble(say("The place names cannot be used: {error}.", error=error))
        return
    st.session_state["draft"] = {
        "articles": articles,
        "claims": claims,
        "said": said,
        "failures": [_told(one) for one in found if isinstance(one, Unreadable)],
    }
    st.rerun(scope="fragment")


def _told(failure: Unreadable) -> str:
    """Say what was left out and why, whatever direction its name is written in."""
    reason = _in_page_words(failure.reason)
    if not failure.line:
        return say("{file}: {reason}", file=failure.source, reason=reason)
    return say(
        "{file}, line {line}: {reason}",
        file=failure.source,
        line=failure.line,
        reason=reason,
    )


def _in_page_words(reason: str) -> str:
    """Give the advice that fits a page where the reader has no command line."""
    if reason == NO_DAY:
        return say("no day of publication; give it under “{field}”", field=say(UNDATED))
    return reason


def open_places(
    setting: Setting, progress: Callable[[int], None] | None = None
) -> Gazetteer:
    """Open the index of the packs' places; build it where it is not there yet."""
    countries = {c for pack in load_conflicts().values() for c in pack.countries}
    shelf = Shelf(setting.shelf)
    return open_gazetteer(setting.gazetteer, countries, shelf=shelf, progress=progress)


def _claims(
    articles: Iterable[Article], setting: Setting
) -> tuple[list[PlacedClaim], list[str]]:
    """Return what articles claim, and what to say of places looked up online."""
    from geo.ingest import preview

    with open_places(setting) as gazetteer, desk(setting, Deed.ADD) as store:
        lookup = looking_up.lookup_in(store, setting, online=looking_up.is_on())
        steps = looking_up.steps(gazetteer, lookup)(store.choices())
        found = [one for article in articles for one in preview(article, steps)]
    return found, lookup.failures


def _look(setting: Setting) -> None:
    """Show what would be stored, and store it when told to."""
    draft = st.session_state["draft"]
    for failure in draft["failures"]:
        trouble(say("Left out: {report}.", report=failure))
    for failure in draft["said"]:
        trouble(say("{failure}; the place can be tried again later.", failure=failure))
    claims: list[PlacedClaim] = draft["claims"]
    n_articles = len(draft["articles"])
    if n_articles:
        st.markdown(_count(n_articles, len(claims)))
    if claims:
        st.dataframe(_table(claims[:PREVIEWED]), hide_index=True, key="preview")
    with st.container(horizontal=True):
        if n_articles and st.button(say("Store"), type="primary", key="add_store"):
            _store_and_go(draft["articles"], setting)
        if st.button(say("Back"), key="add_back"):
            st.session_state["draft"] = None
            st.rerun(scope="fragment")


def _count(n_articles: int, n_claims: int) -> str:
    reports = plain(say("{n} reports", n=n_articles))
    if n_claims:
        found = say("{n} claims found.", n=n_claims)
    else:
        found = say("No claim of control was found. It can be stored still.")
    return f"**{reports}:** {plain(found)}"


def _table(claims: list[PlacedClaim]) -> pd.DataFrame:
    return pd.DataFrame(map(_row, claims))


def _row(placed: PlacedClaim) -> dict[str, str]:
    claim, location, language = placed.claim, placed.location, tongue()
    names = (claim.place, claim.gained_by, claim.lost_by)
    return {
        say("What"): headline(claim.event_type, *names, language=language),
        say("Stated as"): say(MODALITIES[claim.modality]),
        say("When"): days_words(claim.date_start, claim.date_end, language=language),
        say("Place"): place_surety(
            location.where_prec, location.radius_m, language=language
        ),
        say("Sentence"): claim.sentence,
    }


def _store_and_go(articles: list[Article], setting: Setting) -> None:
    try:
        report = _store(articles, setting)
    except (StoreError, GazetteerError) as error:
        trouble(say("Nothing was stored: {error}.", error=error))
        return
    if not report.failures:
        st.session_state["draft"] = None
        st.rerun()
    st.session_state["draft"] = {
        "n_stored": len(report.added) + len(report.already_there),
        "failures": [
            *st.session_state["draft"]["failures"],
            *map(_told, report.failures),
        ],
    }
    st.rerun(scope="fragment")


def _stored(draft: dict[str, Any]) -> None:
    """Tell what was stored and what was not; the map waits behind the dialog."""
    n_stored, failures = draft["n_stored"], draft["failures"]
    stored = say("{n} reports stored,", n=n_stored)
    st.markdown(f"**{plain(stored)} {plain(say('{n} not:', n=len(failures)))}**")
    for failure in failures:
        trouble(say("Not stored: {report}.", report=failure))
    if n_stored and st.button(say("Show them"), type="primary", key="add_show"):
        st.session_state["draft"] = None
        st.rerun()
    if not n_stored and st.button(say("Back"), key="add_back"):
        st.session_state["draft"] = None
        st.rerun(scope="fragment")


def _store(articles: Iterable[Article | Unreadable], setting: Setting) -> Report:
    """Ingest articles, then have the map go to the events that they tell of."""
    from geo.ingest import ingest

    with (
        open_places(setting) as gazetteer,
        desk(setting, Deed.ADD) as store,
    ):
        # What was asked online to look at the claims is kept, and not asked again.
        lookup = looking_up.lookup_in(store, setting)
        steps = looking_up.steps(gazetteer, lookup)(store.choices())
        report = ingest(articles, steps, store=store, now=setting.now)
        ids = {added.article_id for added in report.added} | set(report.already_there)
        if ids:
            _go(store, ids)
    return report


def _go(store: Store, article_ids: set[str]) -> None:
    found = cluster(store.claims())
    events = ordered(frame(found))
    told = {
        event.event_id
        for event in found
        if any(placed.claim.article_id in article_ids for placed in event.claims)
    }
    there = events[events["event_id"].isin(told)]
    known = [day.item() for day in days(there["date_end"]) if not np.isnat(day)]
    session.go_to(there["event_id"].tolist()[::-1], max(known, default=None))
    lost = [p for p in store.unplaced() if p.claim.article_id in article_ids]
    if lost and not told:
        session.open_claim(lost[0].claim.claim_id)
