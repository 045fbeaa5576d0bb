"""The map as one HTML file that plays without a server: what goes into it, and how.

The page's own scripts draw it. Data are packed into blocks that the browser never runs,
in letters that cannot end a block; the file's policy lets it run only the scripts that
were put there, and connect to nobody.
"""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from dataclasses import asdict, replace
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from geo.columns import columns
from geo.credits import credited
from geo.language import ENGLISH, catalogue_json
from geo.map import ASSETS, SCRIPTS, STYLES, command, map_file
from geo.view import View, days, ordered
from geo.withholding import withheld_words
from geo.wording import (
    STATUS_NAMES,
    STATUSES,
    date_surety,
    day_words,
    days_words,
    place_surety,
    source_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from extract.records import Conflict
    from geo.columns import Columns
    from geo.language import Language
    from geo.withholding import Outgoing

OWN_SCRIPTS = ("reader.js", "embedded.js")
OWN_STYLES = ("file.css",)

# What would end or hide the block that a script or a style stands in.
_BREAKING = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)
# Leaflet's points to a file that is not here.
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def one_file(
    outgoing: Outgoing,
    conflict: Conflict,
    *,
    view: View | None = None,
    language: Language = ENGLISH,
) -> str:
    """Return a page of its own that plays events without a server.

    The same events give the same file, to the letter.

    Parameters
    ----------
    outgoing
        What is in the file, sentences included; whole articles are not.
    conflict
        Gives the actors their looks, and the map its title and first view.
    view
        The time, the way to look and the place that the file opens with; its filters
        count for nothing. None opens it on the last day, with all events in view.
    language
        What the file is written in.
    """
    language = language.naming(conflict.actors)
    ready = replace(outgoing, events=ordered(outgoing.events))
    packed = columns(ready.events, conflict)
    outlines = sorted((ASSETS / "basemap").glob("*.json"))
    blocks = {
        "start": _pack(_json(_start(packed, ready, conflict, view or _latest(ready)))),
        "language": _pack(catalogue_json(language)),
        "events": _pack(packed.payload),
        "words": _pack(b"[%s]" % b",".join(_chunks(packed, language))),
        "reading": _pack(_json(list(_reading(ready, language)))),
        **{f"outline-{path.stem}": _outline(path) for path in outlines},
    }
    title = f"{language.say('Reported control of places')} · {language.title(conflict)}"
    return _page(title, _head(ready, language), blocks, language)


def _json(what: object) -> bytes:
    return json.dumps(what, ensure_ascii=False, allow_nan=False).encode()


def _latest(outgoing: Outgoing) -> View:
    last = days(outgoing.events["date_end"])
    dated = last[~np.isnat(last)]
    return View(day=dated.max().item() if dated.size else outgoing.as_of)


def _start(
    packed: Columns, outgoing: Outgoing, conflict: Conflict, view: View
) -> dict[str, object]:
    """Return the command that the map starts with, and where it looks."""
    begin = View(day=view.day, since=view.since, mode=view.mode, areas=view.areas)
    return {
        "command": asdict(command(begin, packed)),
        "home": [conflict.lon, conflict.lat, conflict.zoom],
        "at": view.at,
        "bounds": outgoing.events.total_bounds.tolist() if packed.places else None,
    }


def _chunks(packed: Columns, language: Language) -> Iterator[bytes]:
    for number in range(packed.n_chunks):
        yield packed.words(number, language)


def _reading(outgoing: Outgoing, language: Language) -> Iterator[list[str | None]]:
    """Return for each event what its reader sees, in the order of assets/map/reader.js.

    The sentence, then when, how surely, its status and what that means, how surely the
    place is known, who reports it, the address, and whose place and sentence are.
    """
    events = credited(outgoing, language=language)
    known = events.astype("object").where(events.notna(), None)
    firsts, lasts = days(events["date_start"]), days(events["date_end"])
    for row, first, last in zip(known.itertuples(), firsts, lasts, strict=True):
        yield [
            row.sentence,
            days_words(first.item(), last.item(), language=language),
            date_surety(row.date_prec, None, language=language),
            language.say(STATUS_NAMES[row.status]),
            language.say(STATUSES[row.status]),
            place_surety(row.where_prec, row.radius_m, language=language),
            source_line(row.publisher, row.n_publishers, language=language),
            row.url,
            row.attribution,
        ]


def _head(outgoing: Outgoing, language: Language) -> tuple[str, ...]:
    """Say what is to be known of the file, the most important first."""
    say = language.say
    as_of = day_words(outgoing.as_of, language=language)
    return (
        say("Reported claims, not findings."),
        say("{n} events, as of {day}.", n=len(outgoing.events), day=as_of),
        *withheld_words(outgoing, language=language),
        say("Sentences are quoted from their publishers, whose texts remain theirs."),
    )


def _page(
    title: str, about: Sequence[str], blocks: Mapping[str, str], language: Language
) -> str:
    style = "\n".join(map(_code, (*STYLES, *OWN_STYLES)))
    script = "\n".join(map(_code, (*SCRIPTS, *OWN_SCRIPTS)))
    data = "\n".join(
        f'<script type="text/plain" id="tl-block-{name}">{packed}</script>'
        for name, packed in blocks.items()
    )
    needs = language.say("This file needs a browser of 2023 or later with scripts on.")
    first, second, *rest = map(escape, about)
    return f"""<!doctype html>
<html lang="{language.code}" dir="{language.direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<header id="tl-head"><h1>{escape(title)}</h1>
<details><summary>{first} {second}</summary><p>{" ".join(rest)}</p></details></header>
<noscript><p>{escape(needs)}</p></noscript>
<div id="map_div"></div>
{data}
<script>{script}</script>
</body>
</html>
"""


def _code(name: str) -> str:
    """Return a script or a style as it can stand within a page."""
    code = _SOURCE_MAP.sub("", map_file(name).read_text(encoding="utf-8"))
    if _BREAKING.search(code):
        raise ValueError(f"{name} cannot stand within a page")
    return code.replace("\r", "")


def _pack(content: bytes) -> str:
    return b64encode(gzip.compress(content, 9, mtime=0)).decode()


@lru_cache(maxsize=4)
def _outline(path: Path) -> str:
    """Return a file of the basemap, packed once: it weighs more than the rest."""
    return _pack(path.read_bytes())


def _policy(script: str, style: str) -> str:
    """Return a content security policy for exactly this script and style."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
