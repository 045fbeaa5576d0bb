"""What is answered at each path of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from geo.api import openapi
from geo.api.asking import CRS84, Asked, check_names, read_asked
from geo.api.atom import feed
from geo.api.collections import COLLECTIONS
from geo.api.features import moment
from geo.api.openapi import ATOM, GEOJSON, JSON
from geo.api.replying import ProblemError, Reply, as_json, tag_of
from geo.credits import GENERAL
from geo.withholding import withheld_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from geo.api.collections import Collection
    from geo.api.snapshots import Snapshot, Snapshots
    from geo.api.tables import Table

    Link = dict[str, str]

_CONFORMS = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_CRS = {"Content-Crs": f"<{CRS84}>"}
CONFORMS = tuple(_CONFORMS + name for name in ("core", "geojson", "oas30"))

NEW = 50
"""Entries of a feed, where nothing else is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request: the address of the API, what the path names, and the parameters."""

    base: str
    named: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    snapshots: Snapshots
    now: datetime

    @property
    def collection(self) -> Collection:
        """The collection that the path names."""
        found = COLLECTIONS.get(self.named["name"])
        if found is None:
            offered = ", ".join(COLLECTIONS)
            raise ProblemError(404, f"there is no such collection; there are {offered}")
        return found


def landing(question: Question) -> Reply:
    """Say what there is."""
    check_names(question.pairs)
    base = question.base
    links = [
        _link("self", base, JSON, "This page"),
        _link(
            "service-desc", f"{base}/openapi", openapi.OPENAPI, "The OpenAPI document"
        ),
        _link("conformance", f"{base}/conformance", JSON, "What this conforms to"),
        _link("data", f"{base}/collections", JSON, "The collections"),
        _link("alternate", f"{base}/events.atom", ATOM, "What is new, as an Atom feed"),
    ]
    title = "Tideline: reported control of places"
    return _plain({"title": title, "description": GENERAL, "links": links})


def conformance(question: Question) -> Reply:
    """Say which parts of the standard are kept."""
    check_names(question.pairs)
    return _plain({"conformsTo": list(CONFORMS)})


def described(question: Question) -> Reply:
    """Return the OpenAPI document."""
    check_names(question.pairs)
    said = openapi.document(question.base, version("tideline"))
    return _plain(said, openapi.OPENAPI)


def collections(question: Question) -> Reply:
    """List the collections."""
    check_names(question.pairs)
    snapshot = question.snapshots.newest()
    listed = [_about(question, one, snapshot) for one in COLLECTIONS.values()]
    links = [_link("self", f"{question.base}/collections", JSON, "This page")]
    return _plain({"links": links, "collections": listed})


def collection(question: Question) -> Reply:
    """Describe one collection."""
    check_names(question.pairs)
    return _plain(_about(question, question.collection, question.snapshots.newest()))


def items(question: Question) -> Reply:
    """Return a page of features."""
    asked = read_asked(question.pairs, question.collection.filters)
    snapshot = question.snapshots.named(asked.data)
    day = _day(question, asked)
    # Made of all that the features follow from, so that it is known before they are.
    tag = tag_of(
        snapshot.name, day, question.collection.name, question.pairs, question.base
    )
    return Reply(
        body=partial(_page, question, asked, snapshot, day),
        media=GEOJSON,
        tag=tag,
        headers=_CRS,
    )


def item(question: Question) -> Reply:
    """Return one feature."""
    check_names(question.pairs)
    name, feature_id = question.collection.name, question.named["id"]
    snapshot = question.snapshots.newest()
    found = _found(question, snapshot, feature_id)
    if found is None:
        moved = None
        if name == "events":
            moved = question.snapshots.became(snapshot, feature_id)
        if moved:
            there = f"{question.base}/collections/events/items/{quote(moved, safe='')}"
            detail = "this event is part of another now"
            raise ProblemError(308, detail, {"Location": there})
        raise ProblemError(404, "there is no feature of that id")
    about = f"{question.base}/collections/{name}"
    own = f"{about}/items/{quote(feature_id, safe='')}"
    links = [
        _link("self", own, GEOJSON, "This feature"),
        _link("collection", about, JSON, question.collection.title),
    ]
    return _plain({**found, "links": links}, GEOJSON, _CRS)


def atom(question: Question) -> Reply:
    """Return the events that were stored or changed last, those first."""
    filters = COLLECTIONS["events"].filters
    asked = read_asked(question.pairs, filters, paging=("limit",))
    is_limited = any(name == "limit" for name, _ in question.pairs)
    snapshot = question.snapshots.newest()
    query = urlencode(sorted(question.pairs))
    own = f"{question.base}/events.atom" + (f"?{query}" if query else "")

    def written() -> bytes:
        table = snapshot.tables["events"]
        chosen = snapshot.latest(table.passing(asked))
        return feed(
            [table.at(at) for at in chosen[: asked.limit if is_limited else NEW]],
            base=question.base,
            own=own,
            filters=query,
            outgoing=snapshot.outgoing,
        )

    return Reply(body=written, media=ATOM, tag=tag_of(snapshot.name, own))


def _day(question: Question, asked: Asked) -> date | None:
    """Return the day that features are worked out for, if they are."""
    if not question.collection.by_day:
        return None
    today = question.snapshots.today()
    return asked.last or max(today, asked.first or today)


def _table(question: Question, snapshot: Snapshot, day: date | None) -> Table:
    name = question.collection.name
    if day is None:
        return snapshot.tables[name]
    return question.snapshots.on(snapshot, name, day)


def _page(
    question: Question, asked: Asked, snapshot: Snapshot, day: date | None
) -> bytes:
    table = _table(question, snapshot, day)
    passing = table.passing(asked)
    page = passing[asked.offset : asked.offset + asked.limit]
    said = " ".join((GENERAL, *withheld_words(snapshot.outgoing)))
    is_last = asked.offset + asked.limit >= len(passing)
    whole = {
        "links": _links(question, asked, None if is_last else snapshot, day),
        "timeStamp": moment(question.now),
        "numberMatched": len(passing),
        "numberReturned": len(page),
        "note": said,
    }
    features = b", ".join(table.features[at] for at in page)
    # The features are JSON already; the rest follows without its opening brace.
    start = b'{"type": "FeatureCollection", "features": ['
    return b"".join((start, features, b"], ", as_json(whole)[1:]))


def _links(
    question: Question, asked: Asked, following: Snapshot | None, day: date | None
) -> list[Link]:
    """Return the links of a page; `following` is the state of the next one, if any."""
    about = f"{question.base}/collections/{question.collection.name}"
    links = [
        _link("self", _address(f"{about}/items", question.pairs), GEOJSON, "This page"),
        _link("collection", about, JSON, question.collection.title),
    ]
    if following:
        own = {"limit", "offset", "data"} | ({"datetime"} if day else set())
        kept = [pair for pair in question.pairs if pair[0] not in own]
        # Pages of one day all are of that day, also where the last is asked after it.
        kept += [("datetime", day.isoformat())] if day else []
        kept += [
            ("limit", str(asked.limit)),
            ("offset", str(asked.offset + asked.limit)),
            ("data", following.name),
        ]
        links.append(_link("next", _address(f"{about}/items", kept), GEOJSON, "More"))
    return links


def _address(path: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _link(rel: str, href: str, media: str, title: str) -> Link:
    return {"href": href, "rel": rel, "type": media, "title": title}


def _plain(
    said: Mapping[str, Any], media: str = JSON, headers: Mapping[str, str] | None = None
) -> Reply:
    body = as_json(said)
    return Reply(
        body=lambda: body, media=media, tag=tag_of(body), headers=headers or {}
    )


def _found(
    question: Question, snapshot: Snapshot, feature_id: str
) -> dict[str, Any] | None:
    """Return a feature; the id of one worked out for a day ends in @ and that day."""
    day = None
    if question.collection.by_day:
        try:
            day = date.fromisoformat(feature_id.rpartition("@")[2])
        except ValueError:
            return None
    return _table(question, snapshot, day).feature(feature_id)


def _about(question: Question, one: Collection, snapshot: Snapshot) -> dict[str, Any]:
    about = f"{question.base}/collections/{one.name}"
    table = snapshot.tables["events" if one.by_day else one.name]
    bounds, days = table.bounds(), table.days()
    extent: dict[str, Any] = {}
    if bounds:
        extent["spatial"] = {"bbox": [bounds], "crs": CRS84}
    if days:
        ends = [f"{day.isoformat()}T00:00:00Z" for day in days]
        extent["temporal"] = {"interval": [ends], "trs": _GREGORIAN}
    return {
        "id": one.name,
        "title": one.title,
        "description": one.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            _link("self", about, JSON, one.title),
            _link("items", f"{about}/items", GEOJSON, "The features"),
        ],
    }


ANSWERS = (
    ("", JSON, landing),
    ("conformance/?", JSON, conformance),
    ("openapi/?", openapi.OPENAPI, described),
    ("collections/?", JSON, collections),
    ("collections/(?P<name>[^/]+)/?", JSON, collection),
    ("collections/(?P<name>[^/]+)/items/?", GEOJSON, items),
    ("collections/(?P<name>[^/]+)/items/(?P<id>.+)", GEOJSON, item),
    ("events[.]atom", ATOM, atom),
)
"""Each path below the API's address as a pattern, the form of its answer, and this."""
