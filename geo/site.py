"""The pages of a published site: plain HTML that runs nothing and asks nobody.

Every word of others is escaped and set apart from the direction of the page.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

from geo.bulletin import FEED, PAGE, article
from geo.credits import credited
from geo.language import ENGLISH, load_languages
from geo.territory import LAND_CREDIT
from geo.view import days, ordered
from geo.withholding import withheld_words
from geo.wording import (
    STATUS_NAMES,
    STATUSES,
    date_surety,
    day_words,
    days_words,
    headline,
    place_surety,
    source_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd

    from extract.records import Conflict
    from geo.corrections import Corrections
    from geo.language import Language
    from geo.withholding import Outgoing

A_PAGE = 200
"""How many quotations a page has."""

CORRECTIONS = PAGE
"""The page of corrections."""

THEIRS = "Sentences are quoted from their publishers, whose texts remain theirs."
"""What holds for all sentences."""

# Whose the map's own parts are, whatever the events.
_MAP = [LAND_CREDIT, "Towns: GeoNames (CC BY 4.0).", "Leaflet (BSD 2-Clause)."]

_CSS = """
:root { color-scheme: light dark; --ink: #1b1b1f; --soft: #55585f; --line: #d5d8de;
  --paper: #ffffff; --link: #0b5c8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --soft: #a9afba;
  --line: #3a3f48; --paper: #14171b; --link: #7cc4f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.2rem 3rem; max-width: 46rem; color: var(--ink);
  background: var(--paper); font: 16px/1.6 system-ui, "Segoe UI", sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: .6rem 0; }
h2 { font-size: 1.15rem; line-height: 1.35; margin: 1.8rem 0 .3rem; }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding-bottom: .6rem;
  border-bottom: 1px solid var(--line); }
p { margin: .4rem 0; }
.soft { color: var(--soft); font-size: .9rem; }
.first { display: inline-block; margin: .6rem 0; padding: .6rem 1.1rem;
  border: 1px solid var(--link); border-radius: 8px; font-weight: 600; }
blockquote { margin: .6rem 0; padding: .1rem 0 .1rem .9rem; white-space: pre-line;
  border-inline-start: 3px solid var(--link); }
.undone h2 { text-decoration: line-through; }
article { padding-bottom: .8rem; border-bottom: 1px solid var(--line); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
"""


def name_in(page: str, language: Language) -> str:
    """Return the file of a page in a language; English has the plain name."""
    code = "" if language.code == ENGLISH.code else f".{language.code}"
    return f"{page}{code}.html"


def pages(
    outgoing: Outgoing,
    conflict: Conflict,
    files: Mapping[str, int],
    corrections: Corrections,
) -> Iterator[tuple[str, str]]:
    """Yield the pages of a site by the names of their files, in every language.

    Parameters
    ----------
    outgoing
        What may leave.
    conflict
        Gives the site its title and actors their names.
    files
        The other files of the site with their sizes in bytes.
    corrections
        What people changed, as far as it may leave.
    """
    languages = tuple(load_languages().values())
    for one in languages:
        site = _Site(outgoing, conflict, one.naming(conflict.actors), languages)
        yield name_in("index", one), site.page("index", site.index(files))
        yield name_in("licence", one), site.page("licence", site.licence())
        body = site.corrections(corrections)
        yield name_in(CORRECTIONS, one), site.page(CORRECTIONS, body)
        for name, body in site.quotations():
            yield name_in(name, one), site.page(name, body)


class _Site:
    """One language of a site."""

    def __init__(
        self,
        outgoing: Outgoing,
        conflict: Conflict,
        language: Language,
        languages: Sequence[Language],
    ) -> None:
        self._outgoing = outgoing
        self._events = credited(outgoing, language=language)
        self._language = language
        self._languages = languages
        say = language.say
        self._title = (
            f"{say('Reported control of places')} · {language.title(conflict)}"
        )

    def page(self, name: str, body: Iterable[str]) -> str:
        """Return a whole page around its body."""
        language = self._language
        others = "".join(
            f'<a href="{name_in(name, one)}" lang="{one.code}" hreflang="{one.code}">'
            f"{escape(one.name)}</a>"
            for one in self._languages
            if one.code != language.code
        )
        return f"""<!doctype html>
<html lang="{language.code}" dir="{language.direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(self._title)}</title>
<link rel="icon" href="data:,">
<link rel="alternate" type="application/atom+xml" href="{FEED}">
<style>{_CSS}</style>
</head>
<body>
<header><nav>{self._links()}{others}</nav><h1>{escape(self._title)}</h1></header>
<main>
{"".join(body)}
</main>
</body>
</html>
"""

    def index(self, files: Mapping[str, int]) -> Iterator[str]:
        """Yield the first page: what this is, the map, and what can be taken along."""
        say, language = self._language.say, self._language
        day = day_words(self._outgoing.as_of, language=language)
        yield _p(say("Reported claims, not findings."))
        yield _p(say("{n} events, as of {day}.", n=len(self._events), day=day))
        for words in withheld_words(self._outgoing, language=language):
            yield _p(words)
        yield f"<p>{_link(name_in('map', language), say('Open the map'), 'first')}</p>"
        yield f"<h2>{escape(say('Data'))}</h2><ul>"
        for file, size in files.items():
            if file.startswith("data/") or file.endswith(".atom"):
                yield f"<li>{_link(file, file)} {_soft(_size(size, language))}</li>"
        yield "</ul>"
        told = _soft(say("The digest of every file here."))
        yield f"<p>{_link('manifest.json', 'manifest.json')} {told}</p>"

    def corrections(self, found: Corrections) -> Iterator[str]:
        """Yield what people changed, the latest first."""
        say = self._language.say
        yield f"<h2>{escape(say('Corrections'))}</h2>"
        yield f"<p>{_link(FEED, say('Follow as a feed'))}</p>"
        if not found.entries:
            yield _p(say("Nothing was corrected yet."))
        for one in found.entries:
            yield article(one, self._language)

    def licence(self) -> Iterator[str]:
        """Yield whose the parts are."""
        say = self._language.say
        yield f"<h2>{escape(say('Licence and attribution'))}</h2>"
        yield _p(say(THEIRS))
        yield _p(say("The data files say for each event whose its parts are."))
        yield f"<h2>{escape(say('Places'))}</h2>"
        yield _listed(self._known("place_source"), say("source not recorded"))
        yield f"<h2>{escape(say('Publishers'))}</h2>"
        yield _listed(self._known("publisher"), say("publisher not named"))
        yield f"<h2>{escape(say('Map'))}</h2>"
        yield _listed(_MAP, "")

    def quotations(self) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield the pages of quotations with their names, the latest events first."""
        rows = list(_rows(ordered(self._events).iloc[::-1]))
        parts = [rows[at : at + A_PAGE] for at in range(0, len(rows), A_PAGE)] or [[]]
        for number, part in enumerate(parts, 1):
            yield _quoted(number), self._quotations(part, number, len(parts))

    def _quotations(
        self, rows: Sequence[Mapping[str, Any]], number: int, last: int
    ) -> Iterator[str]:
        say = self._language.say
        yield f"<h2>{escape(say('Quotations'))}</h2>"
        yield _p(say("Page {number} of {last}", number=number, last=last))
        yield from map(self._quotation, rows)
        steps = ((number - 1, say("Newer")), (number + 1, say("Older")))
        yield "<nav>"
        for step, words in steps:
            if 1 <= step <= last:
                yield _link(name_in(_quoted(step), self._language), words)
        yield "</nav>"

    def _quotation(self, row: Mapping[str, Any]) -> str:
        language, say = self._language, self._language.say
        head = headline(
            row["event_type"],
            row["place"],
            row["gained_by"],
            row["lost_by"],
            language=language,
        )
        status = row["status"]
        told = (
            days_words(row["first"], row["last"], language=language),
            date_surety(row["date_prec"], None, language=language),
            place_surety(row["where_prec"], row["radius_m"], language=language),
            f"{say(STATUS_NAMES[status])}: {say(STATUSES[status])}",
        )
        source = source_line(row["publisher"], row["n_publishers"], language=language)
        link = _outside(row["url"], say("original"))
        return (
            f"<article><h2>{escape(head)}</h2>"
            f'<blockquote dir="auto">{escape(row["sentence"])}</blockquote>'
            f"<p>{escape(source)} {link}</p>"
            f"<p>{_soft(' · '.join(part for part in told if part))}</p>"
            f"<p>{_soft(row['attribution'])}</p></article>"
        )

    def _links(self) -> str:
        say, language = self._language.say, self._language
        return "".join(
            (
                _link(name_in("index", language), say("Start")),
                _link(name_in("map", language), say("Map")),
                _link(name_in(_quoted(1), language), say("Quotations")),
                _link(name_in(CORRECTIONS, language), say("Corrections")),
                _link(name_in("licence", language), say("Licence")),
            )
        )

    def _known(self, column: str) -> list[str]:
        return sorted({one for one in self._outgoing.events[column].dropna() if one})


def _rows(events: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    known = events.drop(columns="geometry").astype("object")
    firsts, lasts = days(events["date_start"]), days(events["date_end"])
    rows = known.where(known.notna(), None).to_dict("records")
    for row, first, last in zip(rows, firsts, lasts, strict=True):
        yield {**row, "first": first.item(), "last": last.item()}


def _quoted(number: int) -> str:
    return f"quotations-{number}"


def _p(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _soft(words: str) -> str:
    return f'<bdi class="soft">{escape(words)}</bdi>'


def _link(file: str, words: str, kind: str = "") -> str:
    return f'<a href="{escape(file)}" class="{kind}"><bdi>{escape(words)}</bdi></a>'


def _outside(url: str | None, words: str) -> str:
    """Return a link to a publisher, if the address is one of the web."""
    if not url or not url.lower().startswith(("https://", "http://")):
        return ""
    rel = "noopener noreferrer nofollow"
    return f'<a href="{escape(url)}" rel="{rel}">{escape(words)}</a>'


def _listed(words: Sequence[str], none: str) -> str:
    items = "".join(f"<li><bdi>{escape(one)}</bdi></li>" for one in words or [none])
    return f"<ul>{items}</ul>"


def _size(size: int, language: Language) -> str:
    return language.say("{size} kB", size=f"{max(1, round(size / 1000)):,}")


def _policy() -> str:
    """Return a policy that lets the page's own style be, and nothing else."""
    style = b64encode(sha256(_CSS.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
