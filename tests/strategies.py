"""Hypothesis strategies for records, in narrow ranges so that ties happen."""

from dataclasses import replace
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
from conftest import make_article, make_claim, make_location, make_nowhere
from hypothesis import strategies as st

from extract.records import (
    ClaimantType,
    DateAnchor,
    EventType,
    Evidence,
    Modality,
    Relation,
    RelationKind,
    Span,
)
from geo.events import CRS, DTYPES, PlacedClaim
from geo.geocode import Candidate
from geo.weighing import Status

ACTORS = ("Syrian government", "Islamic State", "Syrian opposition")
FIRST = date(2017, 3, 1)

# What a store keeps: no NUL and no lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
days = st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n))
actors = st.sampled_from((*ACTORS, None))
# SQLite 3.40 takes this one day for the day before it, and the store refuses it.
all_days = st.dates().filter(lambda day: day != date(300, 3, 1))


@st.composite
def periods(draw):
    """Return the first and the last day, or None twice."""
    if draw(st.integers(0, 5)) == 0:
        return None, None
    start = draw(days)
    return start, start + timedelta(days=draw(st.sampled_from((0, 0, 0, 1, 3, 30))))


@st.composite
def spans(draw, text):
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return Span(start=start, end=end)


relations = st.builds(
    Relation,
    kind=st.sampled_from(RelationKind),
    toponym=texts,
    text=texts,
    bearing=st.sampled_from(("N", "NE", "SW", None)),
    distance_km=st.none() | st.floats(0, 500),
)


candidates = st.builds(
    Candidate,
    place_id=texts,
    name=texts,
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    country=texts,
    how=texts,
    score=st.floats(-100, 100),
)


@st.composite
def locations(draw):
    if draw(st.integers(0, 4)) == 0:
        return make_nowhere(reason=draw(texts))
    return make_location(
        lon=draw(st.floats(-180, 180)),
        lat=draw(st.floats(-90, 90)),
        radius_m=draw(st.floats(0, 1e6)),
        where_prec=draw(st.integers(1, 6)),
        place_id=draw(st.none() | texts),
        source=draw(texts),
        name=draw(texts),
        candidates=tuple(draw(st.lists(candidates, max_size=2))),
        match=draw(st.sampled_from(("exact", "variant", "container", "user"))),
    )


@st.composite
def articles(draw, **changes):
    """Return any article."""
    return make_article(
        **{
            "text": draw(texts),
            "published": draw(st.none() | all_days),
            "title": draw(texts),
            "publisher": draw(texts),
            "url": draw(texts),
            "lang": draw(texts),
            **changes,
        }
    )


@st.composite
def claims_of(draw, article, claim_id):
    """Return any claim whose offsets fit into an article."""
    evidence = {
        part: draw(spans(article.text) if n < 2 else st.none() | spans(article.text))
        for n, part in enumerate(Evidence.__dataclass_fields__)
    }
    sentence = draw(spans(article.text))
    start, end = draw(periods())
    optional = ("gained_by", "gained_by_text", "lost_by", "lost_by_text")
    optional += ("place_kind", "date_text", "claimed_by")
    return make_claim(
        claim_id=claim_id,
        article_id=article.article_id,
        event_type=draw(st.sampled_from(EventType)),
        modality=draw(st.sampled_from(Modality)),
        place=draw(texts),
        char_start=sentence.start,
        char_end=sentence.end,
        sentence=sentence.of(article.text),
        evidence=Evidence(**evidence),
        rule=draw(texts),
        confidence=draw(st.floats(0, 1)),
        extractor=draw(texts),
        place_relations=tuple(draw(st.lists(relations, max_size=3))),
        associated=tuple(draw(st.lists(texts, max_size=3))),
        date_start=start,
        date_end=end,
        date_prec=draw(st.none() | st.integers(1, 5)),
        date_anchor=draw(st.none() | st.sampled_from(DateAnchor)),
        claimant_type=draw(st.sampled_from(ClaimantType)),
        **{name: draw(st.none() | texts) for name in optional},
    )


def placed(claim=None, location=None, *, publisher="Daily Example", published=None):
    """Return a placed claim as the store gives it."""
    return PlacedClaim(
        claim=claim or make_claim(),
        location=location or make_location(),
        article_title="A title",
        publisher=publisher,
        url="https://example.org/",
        published=published or date(2017, 3, 20),
    )


@st.composite
def placed_claims(draw, max_size=8, places=2, types=tuple(EventType)):
    """Return claims about few places by few actors on few days."""
    found = []
    for n in range(draw(st.integers(0, max_size))):
        start, end = draw(periods())
        claim = make_claim(
            claim_id=f"c{n}",
            article_id=f"a{draw(st.integers(1, 3))}",
            event_type=draw(st.sampled_from(types)),
            modality=draw(st.sampled_from((*[Modality.ASSERTED] * 3, *Modality))),
            gained_by=draw(actors),
            lost_by=draw(actors),
            date_start=start,
            date_end=end,
            claimant_type=draw(st.sampled_from(ClaimantType)),
            confidence=draw(st.sampled_from((0.5, 0.9))),
        )
        where = make_location(place_id=f"p{draw(st.integers(1, places))}")
        by = draw(st.sampled_from(("One", "Two", "")))
        found.append(replace(placed(claim, where, publisher=by), published=draw(days)))
    return found


# What spreadsheets take for formulas, and the signs that part cells and quote them.
formulas = st.text(st.sampled_from("=+-@\t\r\n;|, '\"a＝\u00a0"), max_size=8)
_known = {
    "event_type": st.sampled_from([kind.value for kind in EventType]),
    "status": st.sampled_from([status.value for status in Status]),
    "event_id": texts.map(lambda text: f"e-{text}"),
}
_by_dtype = {
    "object": st.none() | texts | formulas,
    "float64": st.just(float("nan")) | st.floats(0, 1e6),
    "Int64": st.none() | st.integers(1, 6),
    "int64": st.integers(0, 2**53),
    "bool": st.booleans(),
    "datetime64[ms]": st.none() | st.dates() | st.sampled_from((date.min, date.max)),
}
_degrees = {
    "lon": st.floats(-180, 180) | st.sampled_from((-180.0, 180.0, -0.0)),
    "lat": st.floats(-90, 90) | st.sampled_from((-90.0, 90.0)),
}


@st.composite
def event_frames(draw, max_size=4):
    """Return any events frame: odd texts, any day, both sides of the date line."""
    size = draw(st.integers(0, max_size))
    columns = {}
    for name, dtype in DTYPES.items():
        if name == "geometry":
            continue
        one = _known.get(name, _by_dtype[dtype])
        values = draw(st.lists(one, min_size=size, max_size=size))
        if dtype.startswith("datetime64"):
            values = np.array(values, dtype="datetime64[D]").astype(dtype)
        columns[name] = pd.Series(values, dtype=dtype)
    lon, lat = (
        draw(st.lists(_degrees[axis], min_size=size, max_size=size))
        for axis in _degrees
    )
    points = gpd.points_from_xy(np.array(lon, float), np.array(lat, float))
    return gpd.GeoDataFrame(columns, geometry=points, crs=CRS)[list(DTYPES)]
