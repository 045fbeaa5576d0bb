"""The dialog of place names: which lists are installed, and more of them in one click.

No server is asked before that click, and the dialog says which one it will be.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from extract.conflict import load_conflicts
from geo.gazetteer import GazetteerError
from geo.listings import GEONAMES_LICENCE, ListError, country_names, packaged
from geo.pages.adding import open_places
from geo.pages.served import home_conflict
from geo.pages.words import plain, trouble
from geo.shelf import Kind, Shelf
from geo.wording import day_words, isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extract.records import Conflict
    from geo.pages.home import Setting
    from geo.shelf import PlaceList


def dialog(setting: Setting) -> None:
    """Open the dialog of place names."""
    st.session_state["fetched"] = None
    _dialog(setting)


@st.dialog("Places", width="medium", on_dismiss="rerun")
def _dialog(setting: Setting) -> None:
    try:
        lists = Shelf(setting.shelf).lists()
    except ListError as error:
        trouble(f"The lists of places cannot be used: {error}.")
        return
    countries = _conflict().countries
    there = {one.country: one for one in lists if one.kind == Kind.GEONAMES}
    st.html(
        "<p>Tideline comes with the towns of 500 people or more. A village that it does"
        " not know is drawn as a wide circle. GeoNames’ full lists have the villages,"
        " hills, rivers and bases too.</p>" + _table(countries, lists)
    )
    missing = [country for country in countries if country not in there]
    host = urlsplit(setting.dumps).netloc
    st.caption(
        f"Fetching asks **{plain(host)}** for these countries’ lists, so it learns"
        " which countries you study. Nothing is asked before you press the button, and"
        " no report is sent. Place data: GeoNames (geonames.org),"
        f" {GEONAMES_LICENCE}."
    )
    if st.button(
        _label(missing), type="primary" if missing else "secondary", key="places_fetch"
    ):
        _fetch(missing or countries, setting)
    elif done := st.session_state.get("fetched"):
        _told(done)


def _conflict() -> Conflict:
    """Let the reader choose the conflict whose countries are meant; first the map's."""
    packs = load_conflicts()
    home = home_conflict().name
    names = [home, *(name for name in packs if name != home)]
    chosen = st.selectbox(
        "Conflict",
        names,
        format_func=lambda name: packs[name].title,
        key="places_conflict",
    )
    return packs[chosen]


def _label(missing: Sequence[str]) -> str:
    names = [country_names().get(country, country) for country in missing]
    if not names:
        return "Fetch them anew"
    *first, last = names
    return f"Fetch {', '.join(first)} and {last}" if first else f"Fetch {last}"


def _table(countries: Sequence[str], lists: Sequence[PlaceList]) -> str:
    """Return what is known of each country, and every other list, as a table."""
    fetched = {one.country: one for one in lists if one.kind == Kind.GEONAMES}
    rows = []
    for country in dict.fromkeys([*countries, *fetched]):
        name = country_names().get(country, country)
        one = fetched.get(country)
        rows.append((name, *_of(one)) if one else (name, "towns only", packaged()))
    own = [
        (isolated(one.name), *_of(one))
        for one in lists
        if one not in set(fetched.values())
    ]
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in (*rows, *own)
    )
    return (
        '<div class="tl-wide"><table class="tl-lists"><thead><tr><th>List</th>'
        f"<th>Places</th><th>Source</th></tr></thead><tbody>{body}</tbody></table>"
        "</div>"
    )


def _of(one: PlaceList) -> tuple[str, str]:
    source = one.source if one.kind == Kind.GEONAMES else "your own"
    day = day_words(date.fromisoformat(one.added))
    return f"{one.n_places:,}", ", ".join(filter(None, (source, one.licence, day)))


def _fetch(countries: Sequence[str], setting: Setting) -> None:
    """Fetch and index the lists; what became of them is told when it is done."""
    from geo.installing import add_country

    day = setting.now.date().isoformat()
    shelf, added, failures = Shelf(setting.shelf), [], []
    for country in countries:
        name = country_names().get(country, country)
        try:
            with _bar(f"Fetching {name}") as advance:
                done = add_country(
                    shelf, country, setting.dumps, day=day, progress=advance
                )
        except ListError as error:
            failures.append(f"{name}: {error}.")
        else:
            added.append(f"{name}: {done.installed.n_places:,} places.")
    if added:
        failures += _index(setting)
    st.session_state["fetched"] = {"added": added, "failures": failures}
    st.rerun(scope="fragment")


def _index(setting: Setting) -> list[str]:
    """Index the lists now, so that no report has to wait; return what failed."""
    with st.spinner("Indexing the names"):
        try:
            open_places(setting).close()
        except GazetteerError as error:
            return [f"The place names cannot be indexed: {error}."]
    return []


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar of bytes until it is done; each step is told once."""
    bar, shown = st.progress(0.0, text=label), -1

    def advance(done: int, wanted: int | None) -> None:
        nonlocal shown
        step = done // (wanted // 100 + 1 if wanted else 250_000)
        if step != shown:
            shown = step
            share = min(done / wanted, 1.0) if wanted else 0.0
            bar.progress(share, text=f"{label}: {done / 1e6:.1f} MB")

    try:
        yield advance
    finally:
        bar.empty()


def _told(done: dict[str, list[str]]) -> None:
    for failure in done["failures"]:
        trouble(failure)
    if done["added"]:
        st.html(
            '<div class="tl-done" role="status">'
            + " ".join(map(escape, done["added"]))
            + " Reports that you add from now on are placed with them.</div>"
        )
