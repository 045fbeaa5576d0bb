"""Events as an Atom feed (RFC 4287), with their points in GeoRSS-Simple.

Titles and summaries are plain text, so that words of others stay words in any reader.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from geo.credits import GENERAL
from geo.withholding import withheld_words
from geo.wording import days_words, headline, source_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.withholding import Outgoing

NAMESPACE = "http://www.w3.org/2005/Atom"
GEORSS = "http://www.georss.org/georss"
NEVER = "1970-01-01T00:00:00Z"
"""When a feed without events was changed last."""

_URN = "urn:x-tideline:"
# Whatever XML 1.0 cannot hold: most control characters, surrogates, two non-characters.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ET.register_namespace("georss", GEORSS)


def feed(
    events: Sequence[Mapping[str, Any]],
    *,
    base: str,
    own: str,
    filters: str,
    outgoing: Outgoing,
) -> bytes:
    """Return a feed.

    Parameters
    ----------
    events
        Features of the collection of events, in the order of the entries.
    base, own
        The addresses of the API and of this feed.
    filters
        What the feed was asked for: another feed has another id.
    outgoing
        What the events are part of: says what was held back.
    """
    root = ET.Element("feed", xmlns=NAMESPACE)
    _add(root, "id", f"{_URN}events:{quote(filters, safe='')}")
    _add(root, "title", "Tideline: events as reported")
    _add(root, "subtitle", " ".join((GENERAL, *withheld_words(outgoing))))
    changed = [event["properties"]["changed_at"] for event in events]
    _add(root, "updated", max(changed, default=NEVER))
    _add(_add(root, "author"), "name", "Tideline")
    _add(root, "link", rel="self", type="application/atom+xml", href=own)
    _add(root, "link", rel="alternate", type="application/json", href=base)
    for event in events:
        _entry(root, event, base)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, event: Mapping[str, Any], base: str) -> None:
    row = event["properties"]
    entry = _add(root, "entry")
    _add(entry, "id", f"{_URN}event:{quote(event['id'], safe='')}")
    parties = row["gained_by"], row["lost_by"]
    _add(entry, "title", headline(row["event_type"], row["place"], *parties))
    _add(entry, "published", row["added_at"])
    _add(entry, "updated", row["changed_at"])
    _add(_add(entry, "author"), "name", row["publisher"] or "publisher not named")
    address = f"{base}/collections/events/items/{quote(event['id'], safe='')}"
    _add(entry, "link", rel="alternate", type="application/geo+json", href=address)
    _add(entry, "category", term=row["event_type"])
    _add(entry, "summary", _summary(row), type="text")
    _add(entry, "rights", f"{row['attribution']} {row['licence']}", type="text")
    lon, lat = event["geometry"]["coordinates"]
    _add(entry, f"{{{GEORSS}}}point", f"{lat} {lon}")
    _add(entry, f"{{{GEORSS}}}featurename", row["place"])


def _summary(row: Mapping[str, Any]) -> str:
    days = [
        date.fromisoformat(day) if day else None
        for day in (row["date_start"], row["date_end"])
    ]
    source = source_line(row["publisher"], row["n_publishers"])
    return f"“{row['sentence']}” ({days_words(*days)}; {row['status']}; {source})"


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> Any:  # noqa: ANN401 - an element
    made = ET.SubElement(parent, tag, {k: _fit(v) for k, v in attributes.items()})
    if text:
        made.text = _fit(text)
    return made


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)
