"""A store in PostgreSQL: made, opened, refused, and what happens when the line breaks."""

import logging
import multiprocessing
import tempfile
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
import typer
from conftest import make_article, make_claim, make_location, make_placing
from corpora import CACHE, PACKS, samples, write_lines
from postgres_server import HOST, PASSWORD, USER, Server, free_port
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DBAPIError
from stores import LEFT_OUT, asked, pytest_terminal_summary
from test_soundness import fill_whole
from test_store import NOW, add

from geo import migrating, schema
from geo.database import open_engine, whereabouts
from geo.ingest_commands import ingest_files
from geo.postgres import _REASONS, reading
from geo.soundness import look
from geo.sql_types import metadata
from geo.store import Store, StoreError, open_store


@pytest.fixture
def where(postgres):
    made = postgres.store()
    yield made
    postgres.drop(made)


@pytest.fixture
def empty(postgres):
    """The name of a database with nothing in it."""
    name = postgres.database()
    yield name
    postgres.drop(name)


@pytest.fixture(scope="module")
def roles(postgres):
    """Make a role that may read only, and return its name."""
    postgres.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
    return "reader"


@pytest.fixture(scope="module")
def fragile():
    """A server that a test may kill."""
    with tempfile.TemporaryDirectory(prefix="tideline-postgres-") as folder:
        made = Server(folder, synchronous_commit="on").start()
        yield made
        made.stop()


def refused(where, reason, *, create=True):
    """Hold that a store is refused, and return what is said."""
    with pytest.raises(StoreError, match=reason) as error:
        open_store(where, create=create)
    return str(error.value)


def name_of(where):
    return where.rpartition("/")[2]


# The schema


def told(server, name):
    """Return the columns, constraints and indices that a database has."""
    queries = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default,"
        " collation_name, is_generated, generation_expression"
        " FROM information_schema.columns WHERE table_schema = 'tideline'"
        " AND table_name <> 'alembic_version'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'tideline'::regnamespace"
        " AND conname <> 'alembic_version_pkc'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'tideline'"
        " AND tablename <> 'alembic_version'",
    )
    return [set(server.run(query, name)) for query in queries]


def test_migrations_make_the_tables_of_the_schema(postgres, where, empty):
    url = postgres.url(empty).replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION postgis")
        connection.exec_driver_sql("CREATE SCHEMA tideline")
        connection.exec_driver_sql("SET search_path TO tideline, public")
        metadata.create_all(connection, checkfirst=False)
    engine.dispose()
    migrated, wanted = told(postgres, name_of(where)), told(postgres, empty)
    assert migrated == wanted
    assert all(wanted)


def test_texts_sort_as_python_sorts_them(where):
    names = ["a", "B", "é", "Z", "ß", "א", "_", "-x", "x"]
    with open_store(where) as store:
        for name in names:
            add(store, article_id=name, title=name)
        found = asked(store, "SELECT title FROM article ORDER BY title")
    assert [name for (name,) in found] == sorted(names)


def test_a_store_has_the_same_digests_wherever_it_is(where, tmp_path):
    path = tmp_path / "store.sqlite"
    told = []
    for one in (where, path):
        with open_store(one, who="Ann") as store:
            fill_whole(store)
            told.append(asked(store, "SELECT seq, digest FROM revision ORDER BY seq"))
            assert [str(one) for one in look(store) if one.faults] == []
    assert told[0] == told[1]
    assert len(told[0]) > 5


def test_a_store_that_somebody_changed_is_not_sound(postgres, where):
    with open_store(where) as store:
        add(store, None, make_claim())
        postgres.run("UPDATE tideline.article SET title = 'X'", name_of(where))
        postgres.run(
            "SET session_replication_role = replica; DELETE FROM tideline.claim;"
            "ALTER TABLE tideline.article ADD CONSTRAINT late CHECK (title = '') NOT VALID",
            name_of(where),
        )
        found = {one.name: str(one) for one in look(store) if one.faults}
    assert "late" in found["file and rules"]
    assert "1 of location without their claim" in found["references"]
    assert "act 1 is not what was written" in found["digests of acts"]


# Opening


def test_an_empty_database_becomes_a_store_and_is_left_alone_unasked(postgres, empty):
    url = postgres.url(empty)
    refused(url, "there is no store at", create=False)
    assert (
        postgres.run("SELECT FROM pg_namespace WHERE nspname = 'tideline'", empty) == []
    )
    for form in (url, url.replace("postgresql:", "postgres:")):
        with open_store(form) as store:
            assert store.articles() == []


def test_another_programs_database_is_refused_and_left_alone(postgres, empty):
    postgres.run("CREATE TABLE claim (x int)", empty)
    said = refused(postgres.url(empty), "holds other tables")
    assert "CREATE SCHEMA tideline" in said
    postgres.run("CREATE SCHEMA tideline", empty)
    with open_store(postgres.url(empty)) as store:
        assert add(store)
    assert postgres.run("SELECT * FROM claim", empty) == []


def test_another_programs_schema_is_refused(postgres, empty):
    postgres.run("CREATE SCHEMA tideline CREATE TABLE alembic_version (x int)", empty)
    refused(postgres.url(empty), "is not a Tideline store")


def test_anothers_migrations_in_the_same_database_are_not_ours(postgres, empty):
    postgres.run("CREATE TABLE alembic_version (version_num text)", empty)
    postgres.run("INSERT INTO alembic_version VALUES ('0001')", empty)
    postgres.run("CREATE SCHEMA tideline", empty)
    with open_store(postgres.url(empty)) as store:
        assert add(store)
    assert postgres.run("SELECT version_num FROM alembic_version", empty) == [("0001",)]


def test_a_store_of_a_newer_version_is_refused(postgres, where):
    postgres.run(
        "UPDATE tideline.alembic_version SET version_num = '9999'", name_of(where)
    )
    refused(where, f"at schema 9999, this program knows {migrating.HEAD}; update")


def test_a_migration_that_fails_leaves_nothing(postgres, empty, monkeypatch):
    from alembic import command

    upgrade = command.upgrade

    def broken(config, target):
        upgrade(config, target)
        raise RuntimeError("the last step failed")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="last step"):
        open_store(postgres.url(empty))
    assert (
        postgres.run("SELECT FROM pg_namespace WHERE nspname = 'tideline'", empty) == []
    )
    monkeypatch.undo()
    with open_store(postgres.url(empty)) as store:
        assert add(store)


def test_a_database_without_postgis_says_what_to_do(postgres, empty, roles):
    postgres.run(f"GRANT CREATE ON DATABASE {empty} TO {roles}", empty)
    said = refused(postgres.url(empty, user=roles), "needs PostGIS")
    assert "CREATE EXTENSION postgis" in said
    postgres.run("CREATE EXTENSION postgis", empty)
    with open_store(postgres.url(empty, user=roles)) as store:
        assert add(store)


def test_a_database_of_another_encoding_is_refused(postgres):
    postgres.run(
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc"
        " TEMPLATE template0"
    )
    refused(postgres.url("latin"), "LATIN1; make a database with")


# Roles


def test_a_role_that_may_only_read_reads(postgres, where, roles):
    with open_store(where) as store:
        add(store, None, make_claim())
    postgres.run(f"GRANT USAGE ON SCHEMA tideline TO {roles}", name_of(where))
    own = postgres.url(name_of(where), user=roles)
    refused(own, "does not let this role do that; ask its owner")
    postgres.run(
        f"GRANT SELECT ON ALL TABLES IN SCHEMA tideline TO {roles}", name_of(where)
    )
    with open_store(own) as store:
        assert len(store.events()) == 1
        assert [str(one) for one in look(store) if one.faults] == []
        with pytest.raises(StoreError, match="does not let this role"):
            add(store, article_id="a2", title="Two")


def test_a_role_that_may_not_migrate_is_told(postgres, where, roles):
    name = name_of(where)
    postgres.run(f"GRANT USAGE ON SCHEMA tideline TO {roles}", name)
    postgres.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA tideline TO {roles}", name)
    postgres.run("UPDATE tideline.alembic_version SET version_num = '0001'", name)
    said = refused(postgres.url(name, user=roles), "a store of schema 0001")
    assert "open it once as the role that owns it" in said


def test_a_database_that_may_only_be_read_is_read(postgres, where):
    postgres.run(
        f"ALTER DATABASE {name_of(where)} SET default_transaction_read_only = on"
    )
    with open_store(where) as store:
        assert store.articles() == []


# Where it cannot be reached


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"database": "nope"}, 'database "nope" does not exist; make it with createdb'),
        ({"user": "stranger"}, "check the role and its password"),
    ],
)
def test_what_cannot_be_opened_is_told(postgres, change, reason):
    refused(postgres.url(**change), reason)


def test_a_server_that_is_not_there_is_told():
    refused(
        f"postgresql://{HOST}:{free_port()}/x", "Connection refused; is the address"
    )


SECRET = "s3cret"  # noqa: S105 - it is looked for


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:{}@127.0.0.1:1/x",
        "postgresql://ann:{}@127.0.0.1:x/x",
        "postgresql://ann:{}@nowhere.invalid/x",
        "postgresql://ann:{}/@127.0.0.1:1/x",
        "postgresql://ann:{}@@127.0.0.1:1/x",
        "postgresql://ann:{}?@127.0.0.1:1/x",
        "postgresql://ann:{}%zz@127.0.0.1:1/x",
        "postgresql://ann@127.0.0.1:1/x?password={}",
        "postgresql://ann@127.0.0.1:1/x?passwrd={}",
        "mysql://ann:{}@127.0.0.1/x",
    ],
)
def test_no_message_and_no_log_has_the_password(url, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreError) as error:
        open_store(url.format(SECRET))
    chain, one = [], error.value
    while one:
        chain.append(repr(one))
        one = one.__cause__
    assert SECRET not in " ".join([*chain, caplog.text])


def test_a_wrong_password_is_told_without_it(postgres):
    url = postgres.url().replace("@", f":{SECRET}@")
    assert SECRET not in refused(url, "password authentication failed")
    place = whereabouts(url)
    assert SECRET not in f"{place} {place!r}"
    assert str(place) == postgres.url()


def test_a_password_comes_from_the_url_or_a_file(
    postgres, where, tmp_path, monkeypatch
):
    monkeypatch.delenv("PGPASSWORD")
    refused(where, "no password supplied")
    with open_store(where.replace("@", f":{PASSWORD.replace(' ', '%20')}@")) as store:
        assert store.articles() == []
    secrets = tmp_path / "pgpass"
    secrets.write_text(f"{HOST}:{postgres.port}:*:{USER}:{PASSWORD}\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(secrets))
    with open_store(where) as store:
        assert store.articles() == []


# What it cannot hold


def test_a_text_with_nul_is_refused_and_nothing_is_half_done(where):
    with open_store(where) as store:
        before = store.version()
        claim = make_claim(rule="a\0b")
        with pytest.raises(StoreError, match=r"cannot hold such a text.*NUL"):
            add(store, None, claim)
        assert (store.articles(), store.version()) == ([], before)
        with pytest.raises(StoreError, match="cannot hold such a number"):
            add(store, None, make_claim(date_prec=1 << 40))
        assert store.articles() == []


# Broken lines


def test_a_line_that_broke_between_two_acts_is_made_again(postgres, where):
    with open_store(where) as store:
        add(store)
        postgres.cut(where)
        assert add(store, article_id="a2", title="Two")
        postgres.cut(where)
        assert len(store.articles()) == 2


def test_a_line_that_breaks_in_an_act_leaves_nothing_of_it(postgres, where):
    with open_store(where) as store:
        broken_in_the_middle(store, lambda: postgres.cut(where))
        assert asked(store, "SELECT count(*) FROM lookup") == [(0,)]
        assert add(store)


def broken_in_the_middle(store, how):
    """Hold that an act whose line breaks is refused."""

    def act():
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE article SET title = 'half done'")
            row = {
                "service": "s",
                "query": "q",
                "countries": "",
                "at": NOW,
                "answer": "",
            }
            connection.execute(schema.lookup.insert(), [row])
            how()
            connection.execute(select(schema.lookup)).all()

    with pytest.raises(StoreError, match="nothing of this was stored; try again"):
        act()


def broken_commit(monkeypatch, *, before):
    """Have the next commit lose its line, before or after the server hears of it."""
    commit = psycopg.Connection.commit

    def lost(connection):
        monkeypatch.undo()
        if not before:
            commit(connection)
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.Connection, "commit", lost)


@pytest.mark.parametrize("before", [True, False])
def test_what_became_of_an_act_is_asked_when_the_line_breaks_at_its_end(
    where, monkeypatch, before
):
    with open_store(where) as store:
        broken_commit(monkeypatch, before=before)
        if before:
            with pytest.raises(StoreError, match="nothing of this was stored"):
                add(store)
        else:
            assert add(store)
        assert len(store.articles()) == (not before)
        assert [str(one) for one in look(store) if one.faults] == []


def test_a_server_that_dies_and_comes_back_loses_no_act_and_halves_none(fragile):
    with open_store(fragile.store()) as store:
        add(store)
        broken_in_the_middle(store, lambda: fragile.stop(kill=True))
        with pytest.raises(StoreError, match="cannot be opened"):
            store.articles()
        fragile.start()
        assert [one.title for one in store.articles()] == ["Palmyra retaken"]
        assert add(store, article_id="a2", title="Two")
        assert [str(one) for one in look(store) if one.faults] == []


def test_a_server_that_dies_while_articles_come_in_is_told_with_what_stays(
    fragile, monkeypatch, tmp_path, capsys
):
    lines, where = tmp_path / "a.jsonl", fragile.store()
    write_lines(lines, samples()[:3])
    monkeypatch.setenv("TIDELINE_CACHE", str(CACHE))
    add_one, added = Store.add, []

    def add_then_die(self, *args, **kwargs):
        added.append(add_one(self, *args, **kwargs))
        if len(added) == 2:
            fragile.stop(kill=True)
        return added[-1]

    monkeypatch.setattr(Store, "add", add_then_die)
    with pytest.raises(typer.Exit):
        ingest_files([lines], PACKS, where)
    said = capsys.readouterr().err
    assert "what was stored before stays" in said
    assert "cannot be opened" in said
    fragile.start()
    monkeypatch.undo()
    with open_store(where) as store:
        assert len(store.articles()) == 2
    assert ingest_files([lines], PACKS, where).failures == []


def test_nobody_knows_what_became_of_an_act_when_the_server_is_gone_for_good(
    fragile, monkeypatch
):
    where = fragile.store()
    with open_store(where) as store:
        commit = psycopg.Connection.commit

        def dying(connection):
            monkeypatch.undo()
            fragile.stop(kill=True)
            commit(connection)

        monkeypatch.setattr(psycopg.Connection, "commit", dying)
        with pytest.raises(StoreError, match="look before trying again"):
            add(store)
        fragile.start()
        assert store.articles() == []


# Several at once


def written(where, who, n):
    """Add articles of one's own and some that others add too; count one's own."""
    added = 0
    with open_store(where, who=who) as store:
        for number in range(n):
            name = f"shared-{number}" if number % 2 else f"{who}-{number}"
            claim = make_claim(claim_id=f"{name}-c", article_id=name)
            found = make_placing({claim.claim_id: make_location()}, article_id=name)
            article = make_article(article_id=name, title=name)
            now = NOW + timedelta(seconds=number)
            added += store.add(article, [claim], found, now=now)
    return added


def read(where, _who, n):
    """Look again and again; each state that is seen must be a whole one."""
    with open_store(where) as store:
        for _ in range(n):
            with store.reading() as connection:
                articles, claims = (
                    connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608 - these two
                    for table in ("article", "claim")
                )
                if articles != claims:
                    return f"{articles} articles and {claims} claims"
    return 0


def test_processes_make_write_and_read_one_store_at_once(postgres, empty):
    where, n = postgres.url(empty), 8
    context = multiprocessing.get_context("spawn")
    calls = [
        (written, where, "ann", n),
        (written, where, "ben", n),
        (read, where, "", n),
    ]
    with context.Pool(len(calls)) as pool:
        done = [pool.apply_async(call, arguments) for call, *arguments in calls]
        *ends, seen = [one.get(timeout=150) for one in done]
    assert seen == 0
    with open_store(where) as store:
        # Each its own half, and the shared half once.
        assert len(store.articles()) == sum(ends) == n + n // 2
        assert [str(one) for one in look(store) if one.faults] == []
        order = asked(store, "SELECT seq FROM revision ORDER BY seq")
    assert [seq for (seq,) in order] == list(range(1, len(order) + 1))


def test_the_lock_is_of_one_database_only(postgres, where):
    other = postgres.store()
    with open_store(where) as one, open_store(other) as two, one.writing():
        assert add(two)
    postgres.drop(other)


def test_a_run_without_a_server_says_which_tests_it_left_out():
    class Reporter:
        def __init__(self):
            why = ("stores.py", 1, f"Skipped: {LEFT_OUT} the server is not installed")
            names = ("tests/a.py::one", "tests/a.py::two[x::y]", "tests/b.py::one")
            self.stats = {
                "skipped": [SimpleNamespace(nodeid=n, longrepr=why) for n in names]
            }
            self.said = []

        def section(self, title, **_how):
            self.said.append(title)

        write_line = section

    reporter = Reporter()
    pytest_terminal_summary(reporter)
    assert reporter.said == [
        "left out",
        "3 tests on PostgreSQL were left out: the server is not installed\n"
        "tests/a.py (2), tests/b.py (1)",
    ]
    reporter.stats, reporter.said = {}, []
    pytest_terminal_summary(reporter)
    assert reporter.said == []


def test_every_reason_is_of_a_code_of_postgresql():
    known = {one.sqlstate for one in vars(psycopg.errors).values() if is_error(one)}
    for code in _REASONS:
        assert any(state.startswith(code) for state in known), code


def is_error(one):
    return isinstance(getattr(one, "sqlstate", None), str)


def test_the_engine_reads_one_state_and_may_not_write(where):
    engine = open_engine(whereabouts(where), create=False)
    with (
        reading(engine) as connection,
        pytest.raises(DBAPIError, match="read-only"),
    ):
        connection.exec_driver_sql("DELETE FROM article")
    engine.dispose()
