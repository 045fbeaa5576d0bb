"""What was found in files and pages stands here to be corrected before it counts."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from extract.found import Header, Unreadable
from extract.read import NO_DAY, article_from_text
from extract.sources import SUFFIXES, Source
from geo import drafts
from geo.drafts import DraftError
from geo.fetching import FetchError, Limits, Manners, fetch
from geo.inputs import is_address
from geo.originals import Retrieved
from geo.pacing import Pace
from geo.pages.desk import allowed, desk
from geo.pages.words import plain, say, trouble
from geo.people import Deed
from geo.taking import corrected, found_in, retrieved
from geo.where import allows_private, pages_pace_at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from extract.sources import Found
    from geo.drafts import Draft
    from geo.pages.home import Setting

MOST = 20
"""Reports whose fields are shown at one time."""
LONGEST_SHOWN = 20_000
"""Characters of a text that are shown; all of it is read."""
TAKEN = tuple(suffix.removeprefix(".") for suffix in SUFFIXES)
"""Endings of the files that may be uploaded."""
PLAIN = (".txt", ".md")
"""Endings of files that say themselves what they are, or nothing."""
UNDATED = "Published on, for reports that do not say"
WHERE: dict[str, str] = {
    "meta tag": "a meta tag",
    "first heading": "the first heading",
    "first line": "the first line",
    "title of the page": "the title of the page",
    "canonical link": "the page's link to itself",
    "lang attribute": "the page's mark of its language",
    "address": "the address",
    "address asked for": "the address asked for",
    "time element": "a time on the page",
    "byline": "the line below the title",
    "properties of the file": "the properties of the file",
    "PDF metadata": "the properties of the file",
    "option": "what you gave",
    "assumed": "nowhere: it is assumed",
}
"""Where a field was found, in the page's words; other names are the page's own."""


def pasted(text: str, header: Header, setting: Setting) -> Retrieved:
    """Return an article that somebody pasted, with what they say of it.

    Raises
    ------
    ValueError
        If there is no text, or it cannot be stored.
    """
    article = article_from_text(text, header)
    return Retrieved(
        article=article,
        content=text.encode(),
        media_type="text/plain; charset=utf-8",
        source="pasted",
        at=setting.now,
    )


def fetched(url: str, setting: Setting) -> Source | Unreadable:
    """Fetch a page for somebody who may add it.

    Raises
    ------
    NotPermittedError
        If that person may not; then no server is asked.
    """
    allowed(setting, Deed.ADD)
    manners = Manners(
        pace=Pace(pages_pace_at(setting.environment), clock=setting.clock),
        clock=setting.clock,
        allow_private=allows_private(setting.environment),
        limits=Limits(seconds=30.0),
    )
    name = url.strip() if is_address(url.strip()) else f"https://{url.strip()}"
    try:
        source = fetch(name, manners).source
    except FetchError as error:
        return Unreadable(source=name, reason=error.reason)
    return source or Unreadable(source=name, reason="nothing came")


def sort_out(
    sources: Iterable[Source | Unreadable], day: date | None, setting: Setting
) -> tuple[list[Retrieved | Unreadable], list[int]]:
    """Return what may count as it is, and the numbers of drafts that wait for a look.

    Rows of tables, and plain texts that ask nothing, count as their user gave them.
    """
    ready: list[Retrieved | Unreadable] = []
    numbers: list[int] = []
    with desk(setting, Deed.ADD) as store:
        for source in sources:
            if isinstance(source, Unreadable):
                ready.append(source)
                continue
            for found in found_in(source, Header(published=day)):
                if isinstance(found, Unreadable):
                    ready.append(found)
                elif _wants_a_look(source, found):
                    numbers.append(
                        drafts.keep(store, source, found, who=store.who, at=setting.now)
                    )
                else:
                    ready.append(_counting(found, source, setting))
    return ready, list(dict.fromkeys(numbers))


def _wants_a_look(source: Source, found: Found) -> bool:
    if found.line is not None:
        return False
    is_plain = source.name.lower().endswith(PLAIN) and not source.url
    return bool(found.asks or not is_plain)


def _counting(found: Found, source: Source, setting: Setting) -> Retrieved | Unreadable:
    try:
        return retrieved(found, source, setting.now)
    except ValueError as error:
        return Unreadable(source=source.name, reason=str(error), line=found.line)


def waiting(setting: Setting) -> list[int]:
    """Return the numbers of the drafts of whoever is there that wait."""
    with desk(setting, Deed.ADD) as store:
        return [draft.number for draft in drafts.waiting(store, store.who)]


def look(numbers: list[int], setting: Setting) -> list[tuple[Draft, dict[str, Any]]]:
    """Show the fields of drafts; return each with what stands in them.

    A draft that is not of whoever is there, or is gone, is said and left out.
    """
    shown = []
    with desk(setting, Deed.ADD) as store:
        for number in numbers[:MOST]:
            try:
                shown.append(drafts.draft(store, number, store.who))
            except DraftError as error:
                trouble(say("Left out: {report}.", report=error))
    st.write(
        say("Is this right? It was found by a program; nothing counts before you say.")
    )
    given = [
        (draft, _fields(draft, setting, is_open=n == 0))
        for n, draft in enumerate(shown)
    ]
    if len(numbers) > MOST:
        st.caption(say("Waiting behind these: {number}.", number=len(numbers) - MOST))
    return given


def _fields(draft: Draft, setting: Setting, *, is_open: bool) -> dict[str, Any]:
    found, key = draft.found, f"draft_{draft.number}"
    name = plain(found.title or draft.source.name)
    asks = say("asks for the day") if found.asks else ""
    label = " · ".join(filter(None, (name[:120], asks)))
    with st.expander(label, expanded=is_open or bool(found.asks)):
        for note in found.notes:
            trouble(say("Note: {note}.", note=note))
        fields: dict[str, Any] = {
            "title": st.text_input(
                say("Title"),
                found.title,
                key=f"{key}_title",
                help=_where(found, "title"),
            )
        }
        left, right = st.columns(2)
        fields["publisher"] = left.text_input(
            say("Publisher"),
            found.publisher,
            key=f"{key}_publisher",
            help=_where(found, "publisher"),
        )
        fields["published"] = right.date_input(
            say("Published on"),
            value=found.published,
            min_value=setting.now.date().replace(year=1900, month=1, day=1),
            max_value=max(setting.now.date(), found.published or setting.now.date()),
            format="YYYY-MM-DD",
            key=f"{key}_published",
            help=_where(found, "published"),
        )
        fields["url"] = left.text_input(
            say("Address of the original"),
            found.url,
            key=f"{key}_url",
            help=_where(found, "url"),
        )
        fields["lang"] = right.text_input(
            say("Language, by its code"),
            found.lang,
            key=f"{key}_lang",
            max_chars=8,
            help=_where(found, "lang"),
        )
        _origin(found)
        st.caption(say("Text as it will be read"))
        text = escape(found.text[:LONGEST_SHOWN])
        st.html(f'<div class="tl-found" dir="auto" tabindex="0">{text}</div>')
        fields["counts"] = st.checkbox(
            say("This one counts"), value=True, key=f"{key}_counts"
        )
    return fields


def _origin(found: Found) -> None:
    """Say in a line where each field was found."""
    names = {
        "title": say("Title"),
        "publisher": say("Publisher"),
        "published": say("Published on"),
        "url": say("Address of the original"),
        "lang": say("Language, by its code"),
    }
    told = [
        f"{name}: {_where(found, field)}"
        for field, name in names.items()
        if _where(found, field)
    ]
    st.caption(plain(" · ".join(told)))


def _where(found: Found, field: str) -> str:
    how = found.how.get(field, "")
    if how in WHERE:
        return say(WHERE[how])
    return how if getattr(found, field) else say("not found")


def right(
    shown: list[tuple[Draft, dict[str, Any]]], setting: Setting
) -> tuple[dict[int, Retrieved], list[str]]:
    """Return the drafts as they are to count, by number, and what is wrong with them.

    Those that nobody wants are closed.
    """
    wholes: dict[int, Retrieved] = {}
    said: list[str] = []
    for draft, fields in shown:
        if not fields.pop("counts"):
            drop([draft.number], setting)
            continue
        try:
            wholes[draft.number] = retrieved(
                corrected(draft.found, fields), draft.source, draft.at, draft.found
            )
        except ValueError as error:
            name = draft.found.title or draft.source.name
            said.append(say("{file}: {reason}", file=name, reason=_advice(str(error))))
    return wholes, said


def _advice(reason: str) -> str:
    if reason == NO_DAY:
        return say("give the day of publication; it was not found")
    return reason


def drop(numbers: Iterable[int], setting: Setting) -> None:
    """Have drafts of whoever is there wait no longer."""
    with desk(setting, Deed.ADD) as store:
        for number in numbers:
            with suppress(DraftError):  # gone already, or never theirs
                draft = drafts.draft(store, number, store.who)
                drafts.close(store, draft, at=setting.now)


def told(failure: Unreadable) -> str:
    """Say what was left out and why, whatever direction its name is written in."""
    reason = in_page_words(failure.reason)
    if not failure.line:
        return say("{file}: {reason}", file=failure.source, reason=reason)
    return say(
        "{file}, line {line}: {reason}",
        file=failure.source,
        line=failure.line,
        reason=reason,
    )


def in_page_words(reason: str) -> str:
    """Give the advice that fits a page where the reader has no command line."""
    if reason == NO_DAY:
        return say("no day of publication; give it under “{field}”", field=say(UNDATED))
    return reason


def undated() -> str:
    """Return what the field is called that dates reports without a day."""
    return say(UNDATED)
