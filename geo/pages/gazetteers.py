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
from geo.pages.desk import allowed
from geo.pages.served import home_conflict
from geo.pages.visitor import visitor
from geo.pages.words import plain, say, tongue, trouble
from geo.people import Deed, NotPermittedError
from geo.reading import text_html
from geo.shelf import Kind, Shelf
from geo.wording import day_words, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from extract.records import Conflict
    from geo.pages.home import Setting
    from geo.shelf import PlaceList


def dialog(setting: Setting) -> None:
    """Open the dialog of place names."""
    st.session_state["fetched"] = None
    st.dialog(say("Places"), width="medium", on_dismiss="rerun")(_dialog)(setting)


def _dialog(setting: Setting) -> None:
    try:
        lists = Shelf(setting.shelf).lists()
    except ListError as error:
        trouble(say("The lists of places cannot be used: {error}.", error=error))
        return
    countries = _conflict().countries
    there = {one.country: one for one in lists if one.kind == Kind.GEONAMES}
    words = say(
        "Tideline comes with the towns of 500 people or more. A village that it does "
        "not know is drawn as a wide circle. GeoNames’ full lists have the villages, "
        "hills, rivers and bases too."
    )
    st.html(f"<p>{escape(words)}</p>{_table(countries, lists)}")
    missing = [country for country in countries if country not in there]
    host = urlsplit(setting.dumps).netloc
    words = say(
        "Fetching asks {host} for these countries’ lists, so it learns which countries "
        "you study. Nothing is asked before you press the button, and no report is "
        "sent. Place data: GeoNames (geonames.org), {licence}.",
        host=host,
        licence=GEONAMES_LICENCE,
    )
    st.caption(plain(words))
    if not visitor(setting.environment).person.may(Deed.LISTS):
        st.caption(say("Fetching lists takes the role of admin."))
    elif st.button(
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
        say("Conflict"),
        names,
        format_func=lambda name: tongue().title(packs[name]),
        key="places_conflict",
    )
    return packs[chosen]


def _label(missing: Sequence[str]) -> str:
    names = [_name(country) for country in missing]
    if not names:
        return say("Fetch them anew")
    *first, last = names
    if not first:
        return say("Fetch {country}", country=last)
    others = listed(first, language=tongue())
    return say("Fetch {countries} and {country}", countries=others, country=last)


def _name(country: str) -> str:
    return tongue().country(country, country_names().get(country, country))


def _table(countries: Sequence[str], lists: Sequence[PlaceList]) -> str:
    """Return what is known of each country, and every other list, as a table."""
    fetched = {one.country: one for one in lists if one.kind == Kind.GEONAMES}
    rows = []
    for country in dict.fromkeys([*countries, *fetched]):
        name, one = _name(country), fetched.get(country)
        of = _of(one) if one else (say("towns only"), packaged())
        rows.append((name, *of))
    own = [(one.name, *_of(one)) for one in lists if one not in set(fetched.values())]
    body = "".join(
        "<tr>" + "".join(f"<td>{text_html(cell)}</td>" for cell in row) + "</tr>"
        for row in (*rows, *own)
    )
    names = (say("List"), say("Places"), say("Source"))
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    return (
        f'<div class="tl-wide"><table class="tl-lists"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _of(one: PlaceList) -> tuple[str, str]:
    source = one.source if one.kind == Kind.GEONAMES else say("your own")
    day = day_words(date.fromisoformat(one.added), language=tongue())
    facts = listed((source, one.licence, day), language=tongue())
    return f"{one.n_places:,}", facts


def _fetch(countries: Sequence[str], setting: Setting) -> None:
    """Fetch and index the lists; what became of them is told when it is done."""
    from geo.installing import add_country

    try:
        allowed(setting, Deed.LISTS)
    except NotPermittedError as error:
        trouble(say("Nothing was changed: {error}.", error=error))
        return
    day = setting.now.date().isoformat()
    shelf, added, failures = Shelf(setting.shelf), [], []
    for country in countries:
        name = _name(country)
        try:
            with _bar(say("Fetching {country}", country=name)) as advance:
                done = add_country(
                    shelf, country, setting.dumps, day=day, progress=advance
                )
        except ListError as error:
            failures.append(say("{country}: {error}.", country=name, error=error))
        else:
            n_places = done.installed.n_places
            added.append(say("{country}: {n} places.", country=name, n=n_places))
    if added:
        failures += _index(setting)
    st.session_state["fetched"] = {"added": added, "failures": failures}
    st.rerun(scope="fragment")


def _index(setting: Setting) -> list[str]:
    """Index the lists now, so that no report has to wait; return what failed."""
    with st.spinner(say("Indexing the names")):
        try:
            open_places(setting).close()
        except GazetteerError as error:
            return [say("The place names cannot be indexed: {error}.", error=error)]
    return []


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar of bytes until it is done; each step is told once."""
    bar, shown = st.progress(0.0, text=plain(label)), -1

    def advance(done: int, wanted: int | None) -> None:
        nonlocal shown
        step = done // (wanted // 100 + 1 if wanted else 250_000)
        if step != shown:
            shown = step
            share = min(done / wanted, 1.0) if wanted else 0.0
            text = say("{label}: {size} MB", label=label, size=f"{done / 1e6:.1f}")
            bar.progress(share, text=plain(text))

    try:
        yield advance
    finally:
        bar.empty()


def _told(done: dict[str, list[str]]) -> None:
    for failure in done["failures"]:
        trouble(failure)
    if done["added"]:
        later = say("Reports that you add from now on are placed with them.")
        words = escape(" ".join((*done["added"], later)))
        st.html(f'<div class="tl-done" role="status">{words}</div>')
