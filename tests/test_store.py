import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import (
    TEXT,
    make_article,
    make_choice,
    make_claim,
    make_finding,
    make_location,
    make_nowhere,
    make_placing,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table
from sqlalchemy.schema import CreateTable
from stores import asked
from strategies import articles, claims_of, locations

from extract.records import Evidence, Modality, Relation, RelationKind, Span
from geo import database, migrating, postgres, schema, sql_types, sqlite_files
from geo.acts import Act
from geo.store import Answer, ArticleRefusedError, StoreError, open_store
from geo.writing import insert_placings

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(where):
    with open_store(where) as opened:
        yield opened


def add(store, article=None, *claims, **changes):
    """Store an article with claims, each found at the same place."""
    article = article or make_article(**changes)
    found = {claim.claim_id: make_location() for claim in claims}
    placing = make_placing(found, article_id=article.article_id)
    return store.add(article, claims, placing, now=NOW)


def a_claim(n, **changes):
    return make_claim(claim_id=f"c{n}", article_id=f"a{n}", **changes)


# What is kept


# A database is made for each example.
@settings(max_examples=20)
@given(data=st.data())
def test_everything_of_an_article_and_its_claims_comes_back_exactly(stores, data):
    article = data.draw(articles())
    claims = [data.draw(claims_of(article, f"c{n}")) for n in (2, 1)]
    found = {claim.claim_id: data.draw(locations()) for claim in claims}
    where = stores.store()
    with open_store(where) as store:
        store.add(article, claims, make_placing(found), now=NOW)
        assert store.article("a1") == article
        kept = store.claims()
    stores.drop(where)
    assert [placed.claim for placed in kept] == claims
    assert {placed.claim.claim_id: placed.location for placed in kept} == found
    assert {placed.article_title for placed in kept} == {article.title}
    assert {placed.published for placed in kept} == {article.published}


def test_articles_are_listed_in_the_order_added_with_their_counts(store):
    add(store, make_article(article_id="z", title="First"))
    add(store, make_article(article_id="a1"), make_claim(claim_id="c1"))
    first, second = store.articles()
    assert (first.article_id, first.n_claims, first.added_at) == ("z", 0, NOW)
    assert (second.article_id, second.n_claims) == ("a1", 1)


def test_claims_of_one_article_only(store):
    add(store, make_article(title="One"), make_claim(claim_id="c1"))
    add(store, make_article(article_id="a2", title="Two"), a_claim(2))
    assert [placed.claim.claim_id for placed in store.claims("a2")] == ["c2"]
    assert store.claims("no such") == []


def test_an_unknown_article_is_none(store):
    assert store.article("no such") is None


def test_a_new_store_has_no_events_but_their_columns(store):
    events = store.events()
    assert len(events) == 0
    assert events.crs == "EPSG:4326"
    assert "status" in events.columns


def test_a_claim_without_coordinates_is_unplaced_and_no_event(store):
    claim = make_claim()
    store.add(
        make_article(), [claim], make_placing({claim.claim_id: make_nowhere()}), now=NOW
    )
    assert [placed.claim for placed in store.unplaced()] == [claim]
    assert len(store.events()) == 0
    assert store.event_claims(f"e-{claim.claim_id}") == []


# Adding


def test_adding_twice_changes_nothing(store):
    assert add(store, None, make_claim())
    before = store.version(), store.claims(), store.articles()
    assert not add(store, None, make_claim())
    assert (store.version(), store.claims(), store.articles()) == before


def test_the_same_article_under_another_id_and_address_is_the_same(store):
    add(store)
    assert not add(store, article_id="a2", url="https://example.com/copy")
    assert len(store.articles()) == 1


@pytest.mark.parametrize(
    "changes", [{"title": "Another"}, {"publisher": "X"}, {"published": None}]
)
def test_the_same_text_with_another_header_is_another_article(store, changes):
    add(store)
    assert add(store, article_id="a2", **changes)


def test_an_id_that_comes_with_another_text_is_refused(store):
    add(store, None, make_claim())
    before = store.version()
    with pytest.raises(ArticleRefusedError, match=r"'a1' is stored with another text"):
        add(store, text=TEXT + "!")
    assert store.version() == before
    assert store.article("a1").text == TEXT


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (make_claim(article_id="a2"), "is of article 'a2'"),
        (make_claim(char_start=1, char_end=66), "does not stand at its offsets"),
        (
            make_claim(
                evidence=Evidence(
                    trigger=Span(start=0, end=1), place=Span(start=0, end=999)
                )
            ),
            "beyond the end",
        ),
    ],
)
def test_claims_that_do_not_fit_the_text_are_refused(store, claim, reason):
    with pytest.raises(ArticleRefusedError, match=reason):
        add(store, None, claim)
    assert store.articles() == []


def test_a_claim_without_location_is_refused(store):
    with pytest.raises(ArticleRefusedError, match="has no location"):
        store.add(make_article(), [make_claim()], make_placing({}), now=NOW)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("field", ["title", "publisher", "url", "lang"])
def test_what_is_no_character_is_refused(store, field, text):
    with pytest.raises(ArticleRefusedError, match=field):
        add(store, **{field: text})


def test_a_moment_without_time_zone_is_refused(store):
    with pytest.raises(ValueError, match="time zone"):
        store.add(make_article(), [], make_placing({}), now=datetime(2026, 1, 1))  # noqa: DTZ001
    assert store.articles() == []


def test_a_claim_that_breaks_a_rule_stores_nothing_of_its_article(store):
    bad = make_claim(
        claim_id="c2",
        place_relations=(
            Relation(
                kind=RelationKind.REFERENCE, toponym="X", text="x", distance_km=-1
            ),
        ),
    )
    with pytest.raises(ArticleRefusedError, match="distance_on_earth"):
        add(store, None, make_claim(claim_id="c1"), bad)
    assert store.articles() == []
    assert store.claims() == []
    assert store.version() == "empty"


def test_a_source_that_breaks_half_way_stores_nothing(store):
    class Broken(dict):
        asked = 0

        def __getitem__(self, key):
            self.asked += 1
            if self.asked > 1:
                raise RuntimeError("the source broke")
            return super().__getitem__(key)

    claims = [make_claim(claim_id="c1"), make_claim(claim_id="c2")]
    found = Broken({claim.claim_id: make_location() for claim in claims})
    with pytest.raises(RuntimeError, match="broke"):
        store.add(make_article(), claims, make_placing(found), now=NOW)
    assert store.articles() == []
    assert add(store, None, *claims)


def test_a_claim_id_of_another_article_is_refused(store):
    add(store, make_article(title="One"), make_claim(claim_id="c1"))
    other = make_claim(claim_id="c1", article_id="a2")
    with pytest.raises(ArticleRefusedError, match=r"UNIQUE|unique"):
        add(store, make_article(article_id="a2", title="Two"), other)
    assert len(store.articles()) == 1


# The version of what is served


def test_the_version_tells_stores_apart_by_all_that_they_hold(new_store):
    claim = make_claim()
    versions = set()
    for article, location in (
        (make_article(), make_location()),
        (make_article(title="Another"), make_location()),
        (make_article(), make_location(lon=38.3)),
    ):
        with open_store(new_store()) as store:
            store.add(
                article, [claim], make_placing({claim.claim_id: location}), now=NOW
            )
            versions.add(store.version())
    assert len(versions) == 3


def test_the_version_tells_stores_apart_that_only_end_alike(new_store):
    versions = set()
    for first in ("One", "Two"):
        with open_store(new_store()) as store:
            add(store, make_article(article_id="a1", title=first))
            add(store, make_article(article_id="a2", title="Last"))
            versions.add(store.version())
    assert len(versions) == 2


def test_the_version_changes_with_each_article_and_not_with_the_clock(new_store):
    seen = []
    for now in (NOW, datetime(2026, 5, 5, tzinfo=UTC)):
        with open_store(new_store()) as store:
            seen.append([store.version()])
            for n in range(2):
                article = make_article(article_id=f"a{n}", title=f"{n}")
                nothing = make_placing({}, article_id=f"a{n}")
                store.add(article, [], nothing, now=now)
                seen[-1].append(store.version())
    assert len(set(seen[0])) == 3
    assert seen[0] == seen[1]


# Events


def test_the_claims_of_an_event_are_found_by_its_id(store):
    add(store, make_article(title="One"), make_claim(claim_id="c1"))
    add(store, make_article(article_id="a2", title="Two"), a_claim(2, confidence=0.95))
    (event_id,) = store.events()["event_id"]
    assert [p.claim.claim_id for p in store.event_claims(event_id)] == ["c2", "c1"]
    assert store.event_claims("e-no such") == []


def test_the_claims_of_every_event_are_those_it_was_made_of(store):
    days = [date(2017, 3, n) for n in (1, 2, 3)]
    claims = [
        make_claim(claim_id=f"c{n}", date_start=day, date_end=day, place=place)
        for n, (day, place) in enumerate((d, p) for d in days for p in "AB")
    ]
    inexact = {"match": "container", "place_id": None, "radius_m": 30_000.0}
    found = {c.claim_id: make_location(**inexact) for c in claims}
    store.add(make_article(), claims, make_placing(found), now=NOW)
    events = store.events()
    assert len(events) == 6
    for row in events.itertuples():
        (placed,) = store.event_claims(row.event_id)
        assert f"e-{placed.claim.claim_id}" == row.event_id
        assert placed.claim.place == row.place


def test_the_claims_of_an_event_are_found_beside_some_that_have_no_place(store):
    rough = {"match": "relation", "place_id": None, "radius_m": 30_000.0}
    claims = [make_claim(claim_id="c1"), make_claim(claim_id="c2", place="Nowhere")]
    found = {"c1": make_location(**rough, where_prec=2), "c2": make_nowhere()}
    store.add(make_article(), claims, make_placing(found), now=NOW)
    assert [p.claim.claim_id for p in store.event_claims("e-c1")] == ["c1"]
    assert store.event_with("c1").event_id == "e-c1"
    assert store.event_with("c2") is None


def test_an_old_event_id_stays_good_when_its_event_merges_into_another(store):
    early = make_article(article_id="a2", title="Early", published=date(2017, 3, 3))
    add(store, make_article(title="Late"), make_claim(claim_id="c1"))
    (old,) = store.events()["event_id"]
    add(store, early, a_claim(2))
    (new,) = store.events()["event_id"]
    assert (old, new) == ("e-c1", "e-c2")
    assert len(store.event_claims(old)) == len(store.event_claims(new)) == 2


def test_a_planned_claim_is_kept_and_is_no_event(store):
    add(store, None, make_claim(modality=Modality.PLANNED))
    assert len(store.claims()) == 1
    assert len(store.events()) == 0


# Places found anew


@pytest.fixture
def placed(store):
    """Return a store whose one claim was placed twice."""
    claim = make_claim(claim_id="c1")
    first = make_placing({"c1": make_nowhere()}, countries=("SY", "IQ"))
    store.add(make_article(), [claim], first, now=NOW)
    store.place([make_placing({"c1": make_location()})], now=NOW)
    return store


def test_a_place_found_anew_counts_and_the_old_one_is_kept(placed):
    (found,) = placed.claims()
    assert found.location == make_location()
    assert len(placed.events()) == 1
    query = "SELECT seq, matched FROM location ORDER BY seq"
    assert asked(placed, query) == [(1, "none"), (2, "exact")]


def test_what_is_placed_anew_changes_the_version(placed):
    before = placed.version()
    placed.place([make_placing({"c1": make_location(lon=38.3)})], now=NOW)
    assert placed.version() != before


def test_an_article_placed_anew_is_still_one_article(placed):
    assert [one.article_id for one in placed.articles()] == ["a1"]
    assert len(placed.claims("a1")) == 1


def test_a_claim_that_is_not_named_stays_where_it_is(placed):
    placed.place([make_placing({})], now=NOW)
    assert placed.claims()[0].location == make_location()


def test_the_countries_at_hand_are_those_of_the_last_placing(placed):
    assert placed.countries("a1") == ()
    placed.place([make_placing({}, countries=("IQ", "SY"))], now=NOW)
    assert placed.countries("a1") == ("IQ", "SY")
    assert placed.countries("nothing") == ()


def test_findings_are_those_of_the_last_placing(placed):
    assert placed.findings("a1") == []
    found = (make_finding(), make_finding(reference="Homs", stated_km=None))
    placed.place([make_placing({}, findings=found)], now=NOW)
    assert placed.findings("a1") == list(found)
    placed.place([make_placing({}, findings=found[:1])], now=NOW)
    assert placed.findings("a1") == list(found[:1])


def test_placing_an_unknown_claim_stores_nothing(placed):
    before = placed.version()
    with pytest.raises(StoreError):
        placed.place([make_placing({"nothing": make_location()})], now=NOW)
    assert placed.version() == before


def test_a_choice_is_kept_with_the_number_of_its_act(placed):
    number = placed.place([], now=NOW, choice=make_choice())
    assert placed.choices() == [make_choice(number=number)]


def test_names_are_listed_with_those_that_they_lie_by(store):
    relation = Relation(kind=RelationKind.CONTAINER, toponym="Homs", text="in Homs")
    add(store, None, make_claim(place_relations=(relation,)))
    assert store.toponyms() == {"a1": {"Palmyra", "Homs"}}


def test_the_last_answer_of_a_server_counts_and_none_is_lost(store):
    assert store.answer("Xyz", "sy", service="osm") is None
    first, last, other = (
        Answer(service=service, raw=raw, at=NOW)
        for service, raw in (("osm", "[]"), ("osm", '[{"lat": 1}]'), ("own", "[]"))
    )
    for answer in (first, last, other):
        store.keep_answer("Xyz", "sy", answer)
    assert store.answer("Xyz", "sy", service="osm") == last
    assert store.answer("Xyz", "sy") == other
    assert store.answer("Xyz", "iq") is None
    assert asked(store, "SELECT count(*) FROM lookup") == [(3,)]


def test_a_store_of_the_first_schema_is_migrated_with_all_that_it_holds(path):
    sql = (DATA / "store-0001.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)
    with open_store(path) as store:
        assert [one.article_id for one in store.articles()] == ["a1", "a2"]
        one, nowhere, two = store.claims()
        assert one.location == make_location()
        assert one.claim.place_context == "in Homs province"
        assert (nowhere.location.match, len(nowhere.location.candidates)) == ("none", 1)
        assert two.location.lon == 38.25
        store.place([make_placing({"c2": make_location()})], now=NOW)
        assert store.unplaced() == []


# What the database refuses by itself

BROKEN = [
    ("article", "has_an_id", "article_id = ''"),
    ("article", "published_is_a_day", "published = '2017-02-31'"),
    ("article", "published_is_a_day", "published = '2017-2-3'"),
    ("claim", "has_an_id", "claim_id = ''"),
    ("claim", "event_type_known", "event_type = 'liberated'"),
    ("claim", "modality_known", "modality = 'maybe'"),
    ("claim", "date_anchor_known", "date_anchor = 'guess'"),
    ("claim", "claimant_type_known", "claimant_type = 'troll'"),
    ("claim", "date_start_is_a_day", "date_start = '2017-02-31'"),
    ("claim", "date_end_is_a_day", "date_end = '2017-02-31'"),
    ("claim", "dates_in_order", "date_start = '2017-03-03'"),
    ("claim", "dates_in_order", "date_start = NULL"),
    ("claim", "date_prec_of_ucdp", "date_prec = 6"),
    ("claim", "is_a_span", "char_start = 99"),
    ("claim", "is_a_span", "char_start = -1"),
    ("claim", "confidence_in_range", "confidence = 1.1"),
    *(
        ("claim", f"at_{part}_is_a_span", f"at_{part}_start = {value}")
        for part in schema.EVIDENCE
        for value in (-1, 999)
    ),
    ("claim", "at_date_is_a_span", "at_date_end = NULL"),
    ("relation", "kind_known", "kind = 'friend'"),
    ("relation", "bearing_known", "bearing = 'up'"),
    ("relation", "distance_on_earth", "distance_km = -1"),
    ("location", "matched_known", "matched = 'guess'"),
    ("location", "lon_in_range", "lon = 180.1"),
    ("location", "lat_in_range", "lat = -90.1"),
    ("location", "radius_on_earth", "radius_m = -1"),
    ("location", "where_prec_of_ucdp", "where_prec = 7"),
    *(
        ("location", f"{name}_unless_not_found", f"{name} = NULL")
        for name in ("lon", "lat", "radius_m", "where_prec")
    ),
    ("revision", "is_of_an_article", "article_id = NULL WHERE kind = 'choice'"),
    ("revision", "is_of_an_article", "article_id = NULL WHERE kind = 'article'"),
    ("choice", "has_a_toponym", "toponym = ''"),
    ("choice", "lon_in_range", "lon = 180.1"),
    ("choice", "lat_in_range", "lat = -90.1"),
    ("choice", "radius_on_earth", "radius_m = -1"),
    ("undoing", "is_of_an_earlier_act", "undoes = seq"),
    ("finding", "stated_bearing_known", "stated_bearing = 'up'"),
    ("finding", "is_a_span", "char_start = 99"),
    ("finding", "stated_on_earth", "stated_km = -1"),
    ("finding", "measured_on_earth", "measured_km = 99999"),
    ("finding", "is_a_direction", "measured_deg = 361"),
    ("finding", "at_most_is_a_truth", "at_most = 2"),
    ("finding", "agrees_is_a_truth", "agrees = 2"),
    ("finding", "at_least_is_a_truth", "at_least = 2"),
    ("finding", "second_is_whole", "second_reference = 'Homs'"),
    ("lookup", "at_is_a_moment", "at = '2017-02-31T00:00:00+00:00'"),
    ("revision", "kind_known", "kind = 'deletion'"),
    ("revision", "at_is_a_moment", "at = '2017-02-31T00:00:00+00:00'"),
    ("revision", "at_is_a_moment", "at = '2017-02-01T00:00:00+01:00'"),
]


@pytest.fixture(scope="module")
def full(stores):
    with open_store(stores.store()) as store:
        yield fill(store)


def fill(store):
    relation = Relation(kind=RelationKind.CONTAINER, toponym="Homs", text="in Homs")
    claim = make_claim(place_relations=(relation,))
    add(store, None, claim)
    moved = make_placing(
        {claim.claim_id: make_location()}, countries=("SY",), findings=(make_finding(),)
    )
    store.place([moved], now=NOW)
    store.place([], now=NOW, choice=make_choice())
    (choice,) = store.choices()
    with store.writing() as connection:
        act = Act(kind="undoing", now=NOW)
        insert_placings(connection, [], act, undoes=choice)
    store.keep_answer("Xyz", "sy", Answer(service="osm", raw="[]", at=NOW))
    return store


@pytest.mark.parametrize(("table", "constraint", "change"), BROKEN)
def test_the_database_refuses(full, table, constraint, change):
    refuses(full, f"UPDATE {table} SET {change}", f"ck_{table}_{constraint}")  # noqa: S608 - from the list above


def refuses(store, statement, constraint):
    """Hold that a store keeps to a constraint; PostgreSQL's types do so for dates."""
    by_type = constraint.endswith(("_is_a_day", "_is_a_moment"))
    if store.where.path is None and by_type:
        if "-31" not in statement:
            return  # another way to write a day or moment, which it knows
        constraint = "out of range"
    with pytest.raises(StoreError, match=constraint), store.writing() as connection:
        connection.exec_driver_sql(statement)


def constraints_of(dialect, module):
    """Return the names of the constraints of a module's tables in a kind of store."""
    tables = [one for one in vars(module).values() if isinstance(one, Table)]
    made = (str(CreateTable(one).compile(dialect=dialect)) for one in tables)
    found = (re.findall(r"CONSTRAINT (ck_\w+)", one) for one in made)
    return {name for names in found for name in names}


def test_each_constraint_has_a_row_that_breaks_it(full):
    broken = {f"ck_{table}_{constraint}" for table, constraint, _ in BROKEN}
    assert constraints_of(full._engine.dialect, schema) <= broken
    if full.where.path:
        assert constraints_of(full._engine.dialect, schema) == broken


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("claim", "char_start = 'a'"),
        ("claim", "place = NULL"),
        ("location", "lon = 'east'"),
        ("location", "name = NULL"),
    ],
)
def test_the_database_refuses_what_is_of_another_type(full, table, change):
    with pytest.raises(StoreError), full.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table} SET {change}")  # noqa: S608 - from the list above


@pytest.mark.parametrize("table", ["claim", "relation", "location", "revision"])
def test_the_database_refuses_what_refers_to_nothing(full, table):
    key = "article_id" if table in {"claim", "revision"} else "claim_id"
    change = f"UPDATE {table} SET {key} = 'nothing' WHERE {key} IS NOT NULL"  # noqa: S608 - from the list above
    refuses(full, change, "FOREIGN KEY|foreign key")


def test_a_file_keeps_to_foreign_keys_and_writes_ahead(path):
    with open_store(path) as store, store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_what_a_location_may_be_called_is_what_the_database_knows(path):
    assert "none" in schema.MATCHES
    with open_store(path) as store:
        query = "SELECT sql FROM sqlite_master WHERE name = 'location'"
        [(sql,)] = asked(store, query)
    assert ", ".join(f"'{match}'" for match in schema.MATCHES) in sql


# Opening


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_a_store_of_the_tests_is_made_as_by_the_migrations(path, tmp_path, request):
    open_store(path).close()
    request.getfixturevalue("by_steps")
    open_store(tmp_path / "other.sqlite").close()
    assert dump(path) == dump(tmp_path / "other.sqlite")
    for pragma in ("application_id", "journal_mode", "user_version", "page_size"):
        with closing(sqlite3.connect(path)) as made:
            found = made.execute(f"PRAGMA {pragma}").fetchone()
        with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other:
            assert found == other.execute(f"PRAGMA {pragma}").fetchone()


@pytest.mark.usefixtures("by_steps")
def test_migrations_make_the_tables_of_the_schema(path):
    store = open_store(path)
    store.close()
    wanted = {
        table.name: str(CreateTable(table).compile(dialect=store._engine.dialect))
        for table in sql_types.metadata.sorted_tables
    }
    with closing(sqlite3.connect(path)) as connection:
        made = dict(
            connection.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'table' AND name <> 'alembic_version'"
            )
        )

    def clauses(sql):
        return sorted(line.strip().rstrip(",") for line in sql.strip().splitlines())

    assert {name: clauses(sql) for name, sql in made.items()} == {
        name: clauses(sql) for name, sql in wanted.items()
    }


def test_the_head_is_the_newest_migration():
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(migrating.config())
    assert script.get_current_head() == database.HEAD


def test_opening_again_changes_nothing(path):
    with open_store(path) as store:
        add(store)
    before = dump(path)
    with open_store(path, create=False) as store:
        assert len(store.articles()) == 1
    assert dump(path) == before


def test_folders_above_are_made(tmp_path):
    with open_store(tmp_path / "new" / "newer" / "store.sqlite") as store:
        assert store.articles() == []


def test_strange_characters_in_a_path_are_just_characters(tmp_path):
    path = tmp_path / "a %41?mode=ro#x é.sqlite"
    with open_store(path) as store:
        add(store)
    assert path.exists()


def test_an_url_names_a_file(path):
    with open_store(f"sqlite:///{path}") as store:
        add(store)
    with open_store(path, create=False) as store:
        assert len(store.articles()) == 1


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("mysql://host/name", "not of .mysql."),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("://", "neither a path nor a URL"),
    ],
)
def test_other_urls_are_refused(where, reason):
    with pytest.raises(StoreError, match=reason):
        open_store(where)


def test_a_missing_store_is_not_made_unasked(path):
    with pytest.raises(StoreError, match="there is no store at"):
        open_store(path, create=False)
    assert not path.exists()


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path)


def test_a_file_above_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be"):
        open_store(tmp_path / "file" / "store.sqlite")


def test_an_empty_file_becomes_a_store(path):
    path.touch()
    with open_store(path) as store:
        assert add(store)


def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.write_text("these are my notes, " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a Tideline store"):
        open_store(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE claim (x)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a Tideline store"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_store_of_a_newer_version_is_refused_and_left_alone(path):
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = path.read_bytes()
    message = f"at schema 9999, this program knows {database.HEAD}; update the program"
    with pytest.raises(StoreError, match=message):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("by_steps")
def test_a_migration_that_fails_leaves_nothing_and_can_be_repeated(path, monkeypatch):
    from alembic import command

    upgrade = command.upgrade

    def broken(config, target):
        upgrade(config, target)
        raise RuntimeError("the last step failed")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="last step"):
        open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    monkeypatch.undo()
    with open_store(path) as store:
        assert add(store)


def test_a_damaged_store_is_an_error_that_names_it(path):
    with open_store(path) as store:
        add(store, text="long " * 20_000)
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)

    def read():
        with open_store(path) as store:
            return store.articles(), store.article("a1"), store.claims()

    with pytest.raises(StoreError, match=r"store\.sqlite"):
        read()


# Where nothing may be written


@contextmanager
def unprivileged():
    """Be nobody for a while if this is root, whom permissions do not stop."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder():
    """Return a folder that everybody may reach, unlike pytest's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)
        Path(folder).chmod(0o777)


def test_in_a_read_only_folder_a_new_store_is_refused(open_folder):
    open_folder.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match="choose another folder"):
        open_store(open_folder / "store.sqlite")


def test_in_a_read_only_folder_a_store_is_read_and_not_written(open_folder):
    path = open_folder / "store.sqlite"
    with open_store(path) as store:
        add(store, None, make_claim())
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with unprivileged(), open_store(path) as store:
        assert len(store.events()) == 1
        with pytest.raises(StoreError, match="cannot be written to"):
            add(store, article_id="a2", title="Two")
    assert [file.name for file in open_folder.iterdir()] == ["store.sqlite"]


def test_a_read_only_file_is_read_and_not_written(open_folder):
    path = open_folder / "store.sqlite"
    with open_store(path) as store:
        add(store, None, make_claim())
    path.chmod(0o444)
    with unprivileged(), open_store(path) as store:
        assert len(store.events()) == 1
        with pytest.raises(StoreError, match="cannot be written to"):
            add(store, article_id="a2", title="Two")


def test_an_unreadable_file_is_refused(open_folder):
    path = open_folder / "store.sqlite"
    open_store(path).close()
    path.chmod(0o000)
    with unprivileged(), pytest.raises(StoreError, match="cannot be opened"):
        open_store(path)


# Several at once

WRITER = """
import sys
from datetime import UTC, datetime
sys.path.insert(0, {tests!r})
from conftest import make_article, make_claim, make_location, make_placing
from geo.store import open_store

print("ready", flush=True)
sys.stdin.readline()
added = 0
for n in range({count}):
    name = f"shared-{{n}}" if n % 2 else f"{{sys.argv[2]}}-{{n}}"
    article = make_article(article_id=name, title=name)
    claim = make_claim(claim_id=f"{{name}}-c", article_id=name)
    with open_store(sys.argv[1]) as store:
        found = make_placing({{claim.claim_id: make_location()}}, article_id=name)
        added += store.add(article, [claim], found, now=datetime.now(UTC))
print(added)
"""


def test_two_processes_make_and_write_one_store_at_once(where):
    count = 20
    code = WRITER.format(tests=str(Path(__file__).parent), count=count)
    root = Path(__file__).resolve().parent.parent
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, str(where), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    ends = []
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
        ends.append(int(out))
    with open_store(where, create=False) as store:
        listed = store.articles()
        assert len(store.claims()) == len(listed)
    # Each its own half, and the shared half once.
    assert len(listed) == sum(ends) == count + count // 2


def test_a_reader_sees_one_state_while_another_writes(where):
    with open_store(where) as store, open_store(where) as other:
        add(store, None, make_claim())
        with database.writing(other._engine) as connection:
            connection.exec_driver_sql("UPDATE article SET title = 'half done'")
            assert store.articles()[0].title == "Palmyra retaken"
        assert store.articles()[0].title == "half done"


def test_a_writer_that_waits_too_long_gets_a_clear_error(where, monkeypatch):
    for module in (sqlite_files, postgres):
        monkeypatch.setattr(module, "BUSY_S", 0.05)
    with open_store(where) as store, open_store(where) as other:
        add(other)
        with (
            database.writing(other._engine),
            pytest.raises(StoreError, match="being written to by another program"),
        ):
            add(store, article_id="a2", title="Two")


def test_every_store_error_says_what_it_is_about():
    error = ArticleRefusedError("a1", "is odd")
    assert isinstance(error, StoreError)
    assert isinstance(error, ValueError)
    assert "a1" in str(error)
