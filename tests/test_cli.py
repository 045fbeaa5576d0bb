"""The command: what it prints where, and with which code it ends."""

import csv
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import made_files
import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.printing import plain, progress
from geo.serve import free_port, is_free

ROOT = Path(__file__).parent.parent
# The index of place names takes half a minute to build; it stays for the next run.
CACHE = ROOT / "test-output" / "cache"
TEXT = (
    "The Syrian army captured Palmyra from Islamic State on 2 March 2017.\n\n"
    "The Syrian Democratic Forces captured the village of al-Nowhere in the eastern"
    " countryside of Aleppo from Islamic State on 1 March 2017.\n"
)


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """Give each test a machine of its own: an empty home and folder, no settings."""
    for name in ("TIDELINE_STORE", "COLUMNS", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIDELINE_CACHE", str(CACHE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)


def check(result, code):
    """Check the exit code; a fault in the program itself is raised."""
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def report(machine):
    path = machine / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def lines(machine):
    """Return a file with two good articles around a broken line."""
    path = machine / "articles.jsonl"
    path.write_text(
        json.dumps({"id": "one", "text": TEXT, "published": "2017-03-05"})
        + '\n{"id": "two", "te\n'
        + json.dumps({"id": "three", "text": "Rain.", "published": "2017-03-06"}),
        encoding="utf-8",
    )
    return path


def test_extract_prints_a_claim_a_line_with_offsets_into_the_text(report):
    result = check(
        run("extract", report, "--published", "2017-03-05", "--format", "jsonl"), 0
    )
    claims = [json.loads(line) for line in result.stdout.splitlines()]
    first = next(claim for claim in claims if claim["place"] == "Palmyra")
    assert first["event_type"] == "captured"
    assert first["gained_by"] == "Syrian government"
    assert first["lost_by"] == "Islamic State"
    assert (first["date_start"], first["date_end"]) == ("2017-03-02", "2017-03-02")
    for claim in claims:
        assert TEXT[claim["char_start"] : claim["char_end"]] == claim["sentence"]
        start, end = claim["evidence"]["place"]
        assert TEXT[start:end] == claim["place"]
    assert result.stderr == ""


def test_extract_prints_every_name_of_the_record_and_null_for_the_unknown(report):
    result = run("extract", report, "--published", "2017-03-05", "--format", "jsonl")
    claim = json.loads(result.stdout.splitlines()[0])
    assert set(claim) == {
        *("claim_id", "article_id", "event_type", "modality", "place", "place_kind"),
        *("place_context", "place_relations", "gained_by", "gained_by_text"),
        *("lost_by", "lost_by_text", "associated", "date_start", "date_end"),
        *("date_prec", "date_text", "date_anchor", "claimed_by", "claimant_type"),
        *("sentence", "char_start", "char_end", "evidence", "rule", "confidence"),
        "extractor",
    }
    assert set(claim["evidence"]) == {
        *("trigger", "place", "gained_by", "lost_by", "date", "claimed_by")
    }


def test_extract_names_the_articles_own_id(lines):
    result = check(run("extract", lines, "--format", "jsonl"), 1)
    claims = [json.loads(line) for line in result.stdout.splitlines()]
    assert {claim["article_id"] for claim in claims} == {"one"}
    assert "articles.jsonl, line 2: not JSON" in result.stderr


def test_extract_prints_a_table(report):
    result = check(run("extract", report, "--published", "2017-03-05"), 0)
    assert "captured" in result.stdout
    assert "2017-03-02" in result.stdout
    assert result.stdout.count("Palmyra") >= 2


def test_extract_reads_standard_input():
    result = check(
        run(
            "extract", "-", "--published", "2017-03-05", "--format", "jsonl", stdin=TEXT
        ),
        0,
    )
    assert '"place": "Palmyra"' in result.stdout


@pytest.mark.parametrize("name", ["a.html", "a.docx", "a.pdf", "a.csv"])
def test_extract_reads_files_of_other_formats(machine, name):
    title = "Palmyra"
    made = {
        "a.html": made_files.page,
        "a.docx": made_files.word_file,
        "a.pdf": lambda text: made_files.pdf(made_files.wrapped(text)),
        "a.csv": lambda text: f'text\n"{text}"\n'.encode(),
    }
    (machine / name).write_bytes(made[name](f"{title}\n\n{TEXT}"))
    result = check(
        run("extract", name, "--published", "2017-03-05", "--format", "jsonl"), 0
    )
    places = [json.loads(line)["place"] for line in result.stdout.splitlines()]
    assert places == ["Palmyra", "al-Nowhere"]


def test_what_may_be_wrong_with_a_page_goes_to_standard_error(machine):
    head = '<meta name="date" content="2017-03-05">'
    page = made_files.page(f"Palmyra\n\n{TEXT}", head=head)
    (machine / "a.html").write_bytes(page.replace(b"eastern", b"east\xffern"))
    code = [sys.executable, "-m", "geo.cli", "extract", machine / "a.html"]
    done = subprocess.run(code, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "a.html: some of its characters are broken" in done.stderr


def test_a_report_without_a_day_says_what_is_known_of_it(machine):
    pdf = made_files.pdf([[TEXT.split("\n")[0]]], info="/CreationDate(D:20170306)")
    (machine / "a.pdf").write_bytes(pdf)
    result = check(run("ingest", "a.pdf"), 1)
    assert "no day of publication; it waits as draft 1" in result.stderr
    assert "the file was made on 2017-03-06" in " ".join(result.stderr.split())


def test_extract_without_a_day_leaves_dates_open_and_says_so(report):
    result = check(run("extract", report, "--format", "jsonl", "--title", "T"), 0)
    assert "--published YYYY-MM-DD" in result.stderr
    assert '"place": "Palmyra"' in result.stdout


def test_a_text_without_claims_is_no_failure(machine):
    (machine / "a.txt").write_text("Rain fell on the coast. The crops are late.")
    result = check(run("extract", "a.txt", "--published", "2017-03-05"), 0)
    assert "no claims" in result.stdout


def test_a_bad_input_fails_and_the_good_ones_are_done(report, machine):
    (machine / "empty.txt").touch()
    (machine / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    result = check(
        run(
            *("extract", "empty.txt", "gone.txt", "image.txt", report),
            *("--published", "2017-03-05", "--format", "jsonl"),
        ),
        1,
    )
    assert '"place": "Palmyra"' in result.stdout
    assert result.stderr.splitlines() == [
        "empty.txt: there is no text in it",
        "gone.txt: no such file or directory",
        "image.txt: this is an image, not text; save its text first",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["extract"], "Missing argument"),
        (
            ["extract", "a.txt", "--published", "2017-02-31"],
            "'2017-02-31' is not a date",
        ),
        (["extract", "a.txt", "--published", "today"], "YYYY-MM-DD"),
        (["extract", "a.txt", "--format", "xml"], "'xml'"),
        (["extract", "a.txt", "--conflict", "mars"], "no conflict 'mars'"),
        (["ingest"], "Missing argument"),
        (["ingest", "a.txt", "--published", "2017-02-31"], "is not a date"),
        (["export", "out.shp"], "does not end in .geojson"),
        (["export", "out"], "does not end in .geojson"),
        (["export", "out.csv", "--coarsen-km", "2"], "1, 5, 20 km, not '2'"),
        (["export", "out.csv", "--delay-days", "-1"], "'--delay-days'"),
        (["export", "out.csv", "--delay-days", "x"], "valid integer"),
        (["events", "--on", "2017"], "is not a date"),
        (["events", "--box", "38,34,39"], "is no west,south,east,north"),
        (["events", "--box", "38,35,39,34"], "is no west,south,east,north"),
        (["events", "--since", "2017-03-02", "--day", "2017-03-01"], "is after --day"),
        (["control", "--on", "soon"], "is not a date"),
        (["serve", "--port", "0"], "'--port'"),
        (["serve", "--samples", "gone"], "gone"),
        (["fly"], "No such command"),
        (["extract", "--fly"], "No such option"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(arguments, said):
    result = check(run(*arguments), 2)
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["extract", "ingest", "export", "events", "serve"])
def test_help_has_an_example(command):
    result = check(run(command, "--help"), 0)
    assert f"Example: tideline {command}" in " ".join(result.stdout.split())


def test_ingest_stores_the_good_and_names_the_bad(lines, machine):
    result = check(run("ingest", lines, "--store", "s.sqlite"), 1)
    assert "2 articles added" in result.stdout
    assert "0 articles already there" in result.stdout
    assert "1 input failed" in result.stderr
    assert "articles.jsonl, line 2: not JSON" in result.stderr
    assert (machine / "s.sqlite").exists()


def test_ingest_twice_is_once(report):
    call = ("ingest", report, "--published", "2017-03-05", "--store", "s.sqlite")
    check(run(*call), 0)
    result = check(run(*call), 0)
    assert "0 articles added" in result.stdout
    assert "1 article already there" in result.stdout


def test_ingest_lists_claims_without_an_exact_place(report):
    result = check(
        run("ingest", report, "--published", "2017-03-05", "--store", "s.sqlite"), 0
    )
    assert "1 claim without an exact place" in result.stdout
    assert re.search(r"al-Nowhere: known to \d+ km", result.stdout)


def test_ingest_asks_for_the_day(report):
    result = check(run("ingest", report, "--store", "s.sqlite"), 1)
    assert (
        "report.txt: no day of publication; it waits as draft 1, give it with tideline"
        " drafts accept 1 --published" in result.stderr
    )


def test_the_store_is_named_by_the_environment_or_lies_in_the_home(
    report, machine, monkeypatch
):
    monkeypatch.setenv("TIDELINE_STORE", str(machine / "e" / "by-env.sqlite"))
    check(run("ingest", report, "--published", "2017-03-05"), 0)
    assert (machine / "e" / "by-env.sqlite").exists()
    monkeypatch.delenv("TIDELINE_STORE")
    check(run("ingest", report, "--published", "2017-03-05"), 0)
    assert list((machine / "home").rglob("tideline/store.sqlite"))


def test_a_store_that_is_none_is_left_alone(report, machine):
    (machine / "s.sqlite").write_text("not a store, but somebody's notes")
    result = check(
        run("ingest", report, "--published", "2017-03-05", "--store", "s.sqlite"), 1
    )
    assert "s.sqlite" in result.stderr
    assert (machine / "s.sqlite").read_text().startswith("not a store")


def test_another_programs_database_is_left_alone(report, machine):
    with sqlite3.connect(machine / "s.sqlite") as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()
    check(run("ingest", report, "--published", "2017-03-05", "--store", "s.sqlite"), 1)


def test_reading_a_store_that_is_not_there_makes_none(machine):
    for call in (("events",), ("export", "out.csv")):
        result = check(run(*call, "--store", "gone.sqlite"), 1)
        assert "gone.sqlite" in result.stderr
    assert list(machine.iterdir()) == []


@pytest.fixture
def store(report):
    check(run("ingest", report, "--published", "2017-03-05", "--store", "s.sqlite"), 0)
    return "s.sqlite"


def events_printed(store, *options):
    result = check(run("events", "--store", store, *options), 0)
    return {
        name for name in ("Palmyra", "al-Nowhere") if name in result.stdout
    }, result.stdout


@pytest.mark.parametrize(
    ("options", "places"),
    [
        ([], {"Palmyra", "al-Nowhere"}),
        (["--on", "2017-03-02"], {"Palmyra"}),
        (["--on", "2017-03-01"], {"al-Nowhere"}),
        (["--on", "2016-03-01"], set()),
        (["--place", "palm"], {"Palmyra"}),
        (["--place", "pálmyra"], {"Palmyra"}),
        (["--actor", "syrian gov"], {"Palmyra"}),
        (["--actor", "Islamic State"], {"Palmyra", "al-Nowhere"}),
        (["--actor", "Islamic State", "--place", "nowhere"], {"al-Nowhere"}),
        (["--since", "2017-03-02"], {"Palmyra"}),
        (["--day", "2017-03-01"], {"al-Nowhere"}),
        (["--since", "2017-03-01", "--day", "2017-03-02"], {"Palmyra", "al-Nowhere"}),
        (["--box", "38,34.4,38.4,34.6"], {"Palmyra"}),
        (["--box", "0,0,1,1", "--weigh-all-alike"], set()),
    ],
)
def test_events_are_narrowed(store, options, places):
    found, output = events_printed(store, *options)
    assert found == places
    assert places or output == "no events\n"


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (["--on", "2017-03-05"], ["Palmyra Syrian government 2017-03-02 2017-03-02"]),
        (
            ["--on", "2017-03-02", "--actor", "syrian gov"],
            ["Palmyra Syrian government"],
        ),
        (["--on", "2017-03-02", "--actor", "ISIS"], []),
        (["--on", "2017-03-01", "--place", "palm"], []),
        (["--place", "pálm", "--weigh-all-alike"], ["Palmyra Syrian government"]),
    ],
)
def test_who_holds_what_on_a_day_is_printed(store, options, rows):
    told = check(run("control", "--store", store, *options), 0).stdout
    printed = [" ".join(line.split()) for line in told.splitlines() if "Palm" in line]
    assert len(printed) == len(rows)
    assert all(line.startswith(row) for line, row in zip(printed, rows, strict=True))
    assert rows or told.startswith("nothing is reported of who held what on 2017-03-0")


def test_export_writes_what_the_store_has(store, machine):
    for suffix in ("geojson", "csv", "gpkg", "parquet"):
        result = check(run("export", f"out.{suffix}", "--store", store), 0)
        assert result.stderr == f"2 events written to out.{suffix}\n"
    features = json.loads((machine / "out.geojson").read_text())["features"]
    assert {f["properties"]["place"] for f in features} == {"Palmyra", "al-Nowhere"}
    text = (machine / "out.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["place"] for row in rows} == {"Palmyra", "al-Nowhere"}


def test_export_holds_back_what_it_is_told_to(store, machine):
    call = ("export", "out.csv", "--store", store, "--coarsen-km", "20")
    said = check(run(*call, "--delay-days", "30"), 0).stderr.splitlines()
    assert said[0] == "2 events written to out.csv"
    assert said[1].startswith("Places are moved to a grid of 20 km")
    assert "are left out" in said[2]
    rows = list(csv.DictReader((machine / "out.csv").read_text().splitlines()))
    [palmyra] = [row for row in rows if row["place"] == "Palmyra"]
    assert float(palmyra["radius_m"]) >= 14_000
    assert "geonames" not in palmyra["place_id"]


@pytest.mark.parametrize(
    ("options", "places"),
    [
        (["--day", "2017-03-02"], {"Palmyra", "al-Nowhere"}),
        (["--day", "2017-03-01"], {"al-Nowhere"}),
        (["--since", "2017-03-02"], {"Palmyra"}),
        (["--since", "2017-02-01", "--day", "2017-03-01"], {"al-Nowhere"}),
        (["--since", "2017-03-03"], set()),
    ],
)
def test_export_is_of_the_days_that_are_asked_for(store, machine, options, places):
    check(run("export", "out.csv", "--store", store, *options), 0)
    rows = csv.DictReader((machine / "out.csv").read_text().splitlines())
    assert {row["place"] for row in rows} == places


def test_a_window_that_ends_before_it_begins_is_a_wrong_call(store):
    window = ("--since", "2017-03-03", "--day", "2017-03-02")
    result = check(run("export", "out.csv", "--store", store, *window), 2)
    assert "2017-03-03 is after --day 2017-03-02" in " ".join(result.stderr.split())


def test_export_into_a_folder_that_is_not_there_says_so(store):
    result = check(run("export", "no/such/out.csv", "--store", store), 1)
    assert result.stderr.startswith("no/such/out.csv: ")


def test_text_cannot_drive_the_terminal_nor_be_taken_for_markup(machine):
    hostile = "[red]A[/red] \x1b[2J {{7*7}} ${alert(1)} <b>"
    record = {"id": "x", "text": TEXT, "title": hostile, "published": "2017-03-05"}
    (machine / "a.jsonl").write_text(json.dumps(record))
    for call in (("extract", "a.jsonl"), ("ingest", "a.jsonl")):
        result = check(run(*call), 0)
        assert "\x1b" not in result.stdout
        assert "[red]A[/red] \\x1b[2J {{7*7}} ${alert(1)} <b>" in result.stdout


def test_plain_keeps_every_script_and_shows_control_characters():
    assert plain("زعرايا\u200f – a\tb\nc") == "زعرايا\u200f – a\tb\nc"
    assert plain("\x00\x1b\x7f\x9b") == "\\x00\\x1b\\x7f\\x9b"
    assert plain("\u202eabc\u2067") == "\\u202eabc\\u2067"


def test_a_long_text_is_read_to_its_end(machine):
    (machine / "long.txt").write_text("Rain fell on the hills. " * 20_000 + "\n" + TEXT)
    result = check(run("extract", "long.txt", "--published", "2017-03-05"), 0)
    assert "Palmyra" in result.stdout


def test_extract_streams():
    """The first article's claims are out before the last article is read."""
    done = subprocess.Popen(
        [sys.executable, "-m", "geo.cli", *["extract", "-", "--format", "jsonl"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with done:
        line = json.dumps({"id": "one", "text": TEXT, "published": "2017-03-05"})
        done.stdin.write(line.encode() + b"\n")
        done.stdin.flush()
        assert json.loads(done.stdout.readline())["article_id"] == "one"
        done.stdin.close()
        done.stdout.read()
    assert done.returncode == 0


def test_progress_shows_on_a_terminal_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for stream, shown in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress("Reading", 2) as advance:
            advance(1)
            advance(2)
        assert ("Reading" in stream.getvalue()) is shown


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert free_port(port) > port
        result = check(run("serve", "--port", port), 1)
        assert result.stderr == f"port {port} is in use; choose another with --port\n"


@pytest.fixture
def served(machine, lines):
    """Start `tideline serve` with samples; yield the process and its first words."""
    folder = machine / "samples"
    folder.mkdir()
    (folder / "one.jsonl").write_text(lines.read_text().splitlines()[0])
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "geo.cli", "serve", "--samples", folder),
            *("--port", str(free_port(18_501)), "--store", machine / "s.sqlite"),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_loads_the_samples_prints_its_address_and_ends_well(served, number):
    words = ""
    while "Tideline is at" not in words:
        line = served.stderr.readline()
        assert line, words
        words += line
    assert "1 sample article loaded" in words
    address = re.search(r"http://127\.0\.0\.1:\d+", words)[0]
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - http
        assert answer.status == 200
    served.send_signal(number)
    assert served.wait(timeout=30) == 0
    port = int(address.rsplit(":", 1)[1])
    until = time.monotonic() + 10
    while not is_free(port) and time.monotonic() < until:
        pass
    assert is_free(port)


def test_one_article_at_a_time_has_a_limit(machine, monkeypatch):
    monkeypatch.setattr("extract.found.MAX_BYTES", 20)
    (machine / "a.txt").write_text(TEXT)
    result = check(run("extract", "a.txt"), 1)
    assert "the most that one article may have" in result.stderr
