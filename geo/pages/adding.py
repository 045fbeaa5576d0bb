"""Adding reports: paste or drop, look at what is claimed, then store."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from extract.conflict import load_conflicts
from extract.read import Header, Unreadable, read_articles
from extract.sources import Source
from geo.events import cluster, frame
from geo.gazetteer import GazetteerError, open_gazetteer
from geo.map import ASSETS
from geo.pages import checking, looking_up, preview, session
from geo.pages.desk import desk
from geo.pages.visitor import visitor
from geo.pages.words import plain, say, trouble
from geo.people import Deed, NotPermittedError
from geo.shelf import Shelf
from geo.store import StoreError
from geo.taking import Taking, stored
from geo.view import days, ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from extract.records import Article
    from geo.gazetteer import Gazetteer
    from geo.ingest import Report
    from geo.originals import Retrieved
    from geo.pages.home import Setting
    from geo.store import PlacedClaim, Store


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
        if "n_stored" in draft:
            _stored(draft)
        elif draft.get("numbers"):
            _check(setting)
        else:
            _look(setting)
        return
    pasted, dropped, asked = st.tabs(
        [say("Paste a text"), say("Drop files"), say("From an address")]
    )
    with pasted:
        _paste(setting)
    with dropped:
        _drop(setting)
    with asked:
        _ask(setting)
    _offer_waiting(setting)
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
        article = checking.pasted(text, header, setting)
    except ValueError as error:
        trouble(
            say(
                "This cannot be read: {reason}.",
                reason=checking.in_page_words(str(error)),
            )
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
        say("Text, web pages, PDF, Word, or tables with one report a row"),
        type=list(checking.TAKEN),
        accept_multiple_files=True,
        key="add_files",
    )
    day = _ask_day(
        st.container(),
        checking.undated(),
        "add_files_day",
        setting,
    )
    find = say("Find the claims")
    if st.button(find, key="add_find_files", disabled=not files):
        sources = [
            Source(name=file.name, content=bytes(file.getbuffer())) for file in files
        ]
        _sort_out(sources, day, setting)


def _ask(setting: Setting) -> None:
    url = st.text_input(
        say("Address of a page or file"), key="add_address", placeholder="https://"
    )
    st.caption(
        say(
            "Only this page is asked for, by this machine; its server sees that. "
            "Nothing of it counts before you have looked at it."
        )
    )
    if not st.button(say("Fetch it"), key="add_fetch", disabled=not url.strip()):
        return
    try:
        with st.spinner(say("Fetching")):
            source = checking.fetched(url, setting)
    except NotPermittedError as error:
        trouble(say("Nothing was changed: {error}.", error=error))
        return
    if isinstance(source, Unreadable):
        trouble(say("It was not fetched: {reason}.", reason=source.reason))
        return
    _sort_out([source], None, setting)


def _sort_out(sources: list[Source], day: date | None, setting: Setting) -> None:
    """Go on to the claims, or first to what was found if that is to be looked at."""
    try:
        with st.spinner(say("Reading")):
            ready, numbers = checking.sort_out(sources, day, setting)
    except NotPermittedError as error:
        trouble(say("Nothing was changed: {error}.", error=error))
        return
    except StoreError as error:
        trouble(say("Nothing was stored: {error}.", error=error))
        return
    if not numbers:
        _propose(ready, setting)
        return
    st.session_state["draft"] = {"ready": ready, "numbers": numbers}
    st.rerun(scope="fragment")


def _offer_waiting(setting: Setting) -> None:
    """Offer what waits since before: of feeds, or of a dialog that was closed."""
    try:
        numbers = checking.waiting(setting)
    except (NotPermittedError, StoreError):
        return  # said where something is added
    if numbers and st.button(
        say("Waiting to be looked at: {number}", number=len(numbers)),
        icon=":material/inbox:",
        key="add_waiting",
    ):
        st.session_state["draft"] = {"ready": [], "numbers": numbers}
        st.rerun(scope="fragment")


def _check(setting: Setting) -> None:
    """Show what was found; go on once it is said to be right."""
    draft = st.session_state["draft"]
    try:
        shown = checking.look(draft["numbers"], setting)
    except (NotPermittedError, StoreError) as error:
        trouble(say("Nothing was changed: {error}.", error=error))
        return
    with st.container(horizontal=True):
        on = st.button(say("Find the claims"), type="primary", key="add_right")
        if st.button(say("Back"), key="add_back"):
            st.session_state["draft"] = None
            st.rerun(scope="fragment")
        if st.button(say("Throw these away"), key="add_drop"):
            checking.drop(draft["numbers"], setting)
            st.session_state["draft"] = None
            st.rerun(scope="fragment")
    if not on:
        return
    right, said = checking.right(shown, setting)
    for words in said:
        trouble(words)
    if not said:
        _propose([*draft["ready"], *right.values()], setting, of=right)


def _propose(
    found: Iterable[Retrieved | Unreadable],
    setting: Setting,
    of: Mapping[int, Retrieved] | None = None,
) -> None:
    """Find the claims of what was read, and keep them for the reader to look at.

    `of` are those that are drafts, by their numbers.
    """
    found = list(found)
    wholes = [one for one in found if not isinstance(one, Unreadable)]
    articles = [one.article for one in wholes]
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
        "articles": wholes,
        "of": {one.article.article_id: number for number, one in (of or {}).items()},
        "claims": claims,
        "said": said,
        "failures": [
            checking.told(one) for one in found if isinstance(one, Unreadable)
        ],
    }
    st.rerun(scope="fragment")


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
    from geo.ingest import preview as claimed

    with open_places(setting) as gazetteer, desk(setting, Deed.ADD) as store:
        lookup = looking_up.lookup_in(store, setting, online=looking_up.is_on())
        steps = looking_up.steps(gazetteer, lookup)(store.choices())
        found = [one for article in articles for one in claimed(article, steps)]
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
        preview.draw(n_articles, claims)
    with st.container(horizontal=True):
        if n_articles and st.button(say("Store"), type="primary", key="add_store"):
            _store_and_go(draft["articles"], setting)
        if st.button(say("Back"), key="add_back"):
            st.session_state["draft"] = None
            st.rerun(scope="fragment")


def _store_and_go(articles: list[Retrieved], setting: Setting) -> None:
    try:
        report = _store(articles, setting)
    except (StoreError, GazetteerError) as error:
        trouble(say("Nothing was stored: {error}.", error=error))
        return
    done = [*(added.article_id for added in report.added), *report.already_there]
    of = st.session_state["draft"]["of"]
    checking.drop([of[one] for one in done if one in of], setting)
    if not report.failures:
        st.session_state["draft"] = None
        st.rerun()
    st.session_state["draft"] = {
        "n_stored": len(report.added) + len(report.already_there),
        "failures": [
            *st.session_state["draft"]["failures"],
            *map(checking.told, report.failures),
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


def _store(
    articles: Iterable[Retrieved | Article | Unreadable], setting: Setting
) -> Report:
    """Ingest articles, then have the map go to the events that they tell of."""
    with (
        open_places(setting) as gazetteer,
        desk(setting, Deed.ADD) as store,
    ):
        # What was asked online to look at the claims is kept, and not asked again.
        lookup = looking_up.lookup_in(store, setting)
        steps = looking_up.steps(gazetteer, lookup)(store.choices())
        into = Taking(store=store, steps=steps, clock=lambda: setting.now)
        report = stored(articles, into)
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
