"""The OpenAPI document: what can be asked, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.api.asking import (
    CHOICES,
    CRS84,
    FEW,
    MOST,
    TEXT_LIMIT,
    VALUES_LIMIT,
    WHERE_WHEN,
)
from geo.api.collections import COLLECTIONS, schema_of

if TYPE_CHECKING:
    from geo.api.collections import Collection

    Json = dict[str, Any]

GEOJSON = "application/geo+json"
JSON = "application/json"
PROBLEM = "application/problem+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ATOM = "application/atom+xml"

ATOM_FILTERS = COLLECTIONS["events"].filters

_TELLS = {
    "actor": "an actor's canonical name, on either side",
    "type": "what happened",
    "modality": "whether the sentence asserts, denies or plans",
    "status": "how the event stands",
    "place": "a place's id, or a part of its name in any case",
    "publisher": "a publisher's name as it stands in publisher",
    "reviewed": "whether a reviewer has looked at it",
    "event": "the id of the event that a claim is told in",
    "article": "an article's id",
}
_STATUS = {
    400: "The request has a parameter or a value that there is not",
    404: "There is nothing of that name",
    406: "The request accepts no form that there is",
    410: "The state that the link is of is kept no longer; begin again",
    429: "Too many requests; Retry-After says in how many seconds to ask again",
    503: "The store cannot be read at this moment",
}
# What a pattern can say of a moment: that 31 February is no day it cannot.
_END = (
    r"(?:\.\.|[0-9]{3}[1-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z)?)"
)
_REASONS = ("400", "406", "429", "503")


def document(base: str, version: str) -> Json:
    """Return the document; `base` is the address of the API."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Tideline: reported control of places",
            "description": "Claims as reported, never findings. OGC API - Features, "
            "part 1. All that is here can be read, and nothing written.",
            "version": version,
        },
        "servers": [{"url": base}],
        "paths": _paths(),
        "components": {
            "parameters": _parameters(),
            "responses": {str(code): _problem(code) for code in _STATUS},
            "schemas": _schemas(),
        },
    }


def _paths() -> Json:
    plain = {
        "/": ("landing", "The landing page", "Landing"),
        "/conformance": ("conformance", "What this conforms to", "Conformance"),
        "/collections": ("collections", "The collections", "Collections"),
    }
    paths: Json = {
        path: _get(name, what, _content(JSON, schema), [_ref("f")])
        for path, (name, what, schema) in plain.items()
    }
    paths["/openapi"] = _get(
        "openapi",
        "This document",
        {OPENAPI: {"schema": {"type": "object"}}},
        [_ref("f")],
    )
    for one in COLLECTIONS.values():
        paths |= _of_collection(one)
    paths["/events.atom"] = _get(
        "atom",
        "The events that were stored or changed last, as an Atom feed",
        {ATOM: {"schema": {"type": "string"}}},
        [_ref(name) for name in ("limit", *WHERE_WHEN, *ATOM_FILTERS)],
    )
    return paths


_ITEM: Json = {
    "name": "featureId",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
}


def _of_collection(one: Collection) -> Json:
    path = f"/collections/{one.name}"
    asked = [
        "f",
        "limit",
        "offset",
        "data",
        "bbox",
        "bbox-crs",
        "datetime",
        *one.filters,
    ]
    features, feature = f"{one.name}_collection", f"{one.name}_feature"
    about = _content(JSON, "Collection")
    page = _get(
        f"{one.name}.items",
        one.description,
        _content(GEOJSON, features),
        [_ref(name) for name in asked],
        also=("410",),
    )
    first = {"featureId": "$response.body#/features/0/id"}
    link = {"operationId": f"{one.name}.item", "parameters": first}
    page["get"]["responses"]["200"]["links"] = {"item": link}
    return {
        path: _get(f"{one.name}.about", one.title, about, [_ref("f")]),
        f"{path}/items": page,
        f"{path}/items/{{featureId}}": _get(
            f"{one.name}.item",
            f"One of: {one.title}",
            _content(GEOJSON, feature),
            [_ITEM, _ref("f")],
            also=("404", *(("308",) if one.name == "events" else ())),
        ),
    }


def _get(
    name: str,
    what: str,
    content: Json,
    parameters: list[Json] | None = None,
    also: tuple[str, ...] = (),
) -> Json:
    moved = {"description": "The event is part of another now, which Location names"}
    reasons = {
        code: moved if code == "308" else {"$ref": f"#/components/responses/{code}"}
        for code in sorted((*_REASONS, *also))
    }
    told = {"summary": what, "parameters": parameters or []}
    ok = {"description": what, "headers": _HEADERS}
    same = {"304": {"description": "Nothing changed since If-None-Match"}, **reasons}
    found = {"200": {**ok, "content": content}, **same}
    return {
        "get": {**told, "operationId": name, "responses": found},
        "head": {
            **told,
            "operationId": f"{name}.head",
            "responses": {"200": ok, **same},
        },
    }


_HEADERS: Json = {
    "ETag": {"description": "Changes with the answer", "schema": {"type": "string"}}
}


def _content(media: str, schema: str) -> Json:
    return {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def _problem(code: int) -> Json:
    found: Json = {
        "description": _STATUS[code],
        "content": _content(PROBLEM, "Problem"),
    }
    if code in (429, 503):
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found


def _parameters() -> Json:
    plain: Json = {
        "f": _query("The form of the answer", {"type": "string", "enum": ["json"]}),
        "limit": _query(
            f"How many features at most; more than {MOST} counts as {MOST}",
            {"type": "integer", "minimum": 1, "default": FEW},
        ),
        "offset": _query(
            "How many features to leave out first; `next` links have it",
            {"type": "integer", "minimum": 0, "default": 0},
        ),
        "data": _query(
            "The state of the data to answer from; `next` links have it",
            {"type": "string", "pattern": "^[0-9a-f]{1,64}$"},
        ),
        "bbox": _box(),
        "bbox-crs": _query(
            "The reference system of bbox", {"type": "string", "enum": [CRS84]}
        ),
        "datetime": _query(
            "A day or moment of RFC 3339, or two with / between; .. or nothing leaves "
            "an end open. A moment counts as its day in UTC; what may have happened "
            "within passes",
            {"type": "string", "pattern": f"^({_END}|{_END}?/{_END}?)$"},
        ),
    }
    parameters = {name: {"name": name, **told} for name, told in plain.items()}
    return parameters | {name: _filter(name) for name in _TELLS}


def _box() -> Json:
    told = (
        "west,south,east,north in degrees, edges included; or six numbers, whose "
        "heights count for nothing. West may be greater than east, across the date line"
    )
    numbers: Json = {"type": "array", "minItems": 4, "maxItems": 6}
    schema = {**numbers, "items": {"type": "number"}}
    return {**_query(told, schema), "style": "form", "explode": False}


def _query(description: str, schema: Json) -> Json:
    return {
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def _filter(name: str) -> Json:
    value: Json = {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}
    if name in CHOICES:
        value = {"type": "string", "enum": list(CHOICES[name])}
    values = {"type": "array", "maxItems": VALUES_LIMIT, "items": value}
    told = f"{_TELLS[name][0].upper()}{_TELLS[name][1:]}; any of those given"
    return {"name": name, **_query(told, values), "style": "form", "explode": True}


def _object(required: dict[str, Json], **optional: Json) -> Json:
    properties = {**required, **optional}
    return {"type": "object", "required": list(required), "properties": properties}


_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_LINKS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}


def _schemas() -> Json:
    told = {"title": _TEXT, "description": _TEXT, "links": _LINKS}
    about = _object(
        {"id": _TEXT, **told},
        extent={"type": "object"},
        itemType=_TEXT,
        crs={"type": "array", "items": _TEXT},
    )
    collection = {"$ref": "#/components/schemas/Collection"}
    schemas = {
        "Link": _object({"href": _TEXT, "rel": _TEXT}, type=_TEXT, title=_TEXT),
        "Landing": _object(told),
        "Conformance": _object({"conformsTo": {"type": "array", "items": _TEXT}}),
        "Collection": about,
        "Collections": _object(
            {"links": _LINKS, "collections": {"type": "array", "items": collection}}
        ),
        "Problem": _object(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": _TEXT,
            }
        ),
    }
    for one in COLLECTIONS.values():
        schemas |= _features(one)
    return schemas


def _features(one: Collection) -> Json:
    properties = {name: schema_of(kind) for name, kind in one.properties.items()}
    said = {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
    feature = _object(
        {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _TEXT,
            "geometry": _geometry(one.geometry),
            "properties": said,
        },
        links=_LINKS,
    )
    item = {"$ref": f"#/components/schemas/{one.name}_feature"}
    whole = _object(
        {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": item, "maxItems": MOST},
            "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": _COUNT,
            "numberReturned": _COUNT,
        },
    )
    return {f"{one.name}_feature": feature, f"{one.name}_collection": whole}


def _geometry(kind: str) -> Json:
    position: Json = {"type": "array", "items": {"type": "number"}, "minItems": 2}
    if not kind:
        return {"type": "object", "nullable": True, "enum": [None]}
    depth = {"Point": 0, "MultiPolygon": 3}[kind]
    for _ in range(depth):
        position = {"type": "array", "items": position}
    shape = _object(
        {"type": {"type": "string", "enum": [kind]}, "coordinates": position}
    )
    return {**shape, "nullable": True}
