"""The command with a model of the user's, and what rules and model agree on."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from asking import KEY, PALMYRA, TABQA, TEXT, article, by_rules, known
from conftest import make_claim
from model_server import answer
from reading import lexicon_of
from typer.testing import CliRunner

from extract.claims import EXTRACTOR
from extract.merging import agreed
from extract.records import EventType, Modality
from geo.cli import app
from geo.engines import Asked, Engine, finder
from geo.store import open_store

pytest_plugins = ["model_fixtures"]

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "test-output" / "cache"


def test_both_mark_which_claims_the_two_agree_on(server, find):
    server.answers = [answer(PALMYRA, TABQA)]
    claims = {claim.place: claim for claim in find(both=True)}
    [palmyra] = [claim for claim in by_rules() if claim.place == "Palmyra"]
    assert claims["Palmyra"].extractor == f"{EXTRACTOR} + llm m"
    assert claims["Palmyra"].claim_id == palmyra.claim_id
    assert claims["Tabqa"].extractor == "llm m"
    assert claims["al-Nowhere"].extractor == EXTRACTOR


RULES = make_claim(extractor="rules")


@pytest.mark.parametrize(
    ("changes", "agree"),
    [
        ({}, True),
        ({"event_type": EventType.HANDED_OVER, "lost_by": None}, True),
        ({"char_end": 30, "sentence": RULES.sentence[:30]}, True),
        ({"place": "al-palmyra"}, True),
        ({"event_type": EventType.HOLDS}, False),
        ({"event_type": EventType.ATTACKED}, False),
        ({"modality": Modality.DENIED}, False),
        ({"gained_by": "Islamic State"}, False),
        ({"gained_by": None}, False),
        ({"place": "Homs"}, False),
        ({"char_start": 65, "char_end": 77, "sentence": " Rain fell. "}, False),
    ],
    ids=str,
)
def test_what_it_means_to_agree(changes, agree):
    model = make_claim(**{"extractor": "llm m", **changes})
    found = agreed([RULES], [model])
    assert [claim.extractor for claim in found] == (
        ["rules + llm m"] if agree else ["rules", "llm m"]
    )


def test_without_a_taker_the_losers_must_be_one():
    left = {"event_type": EventType.WITHDREW, "gained_by": None}
    rules = make_claim(**left)
    for loser, n in (("Islamic State", 1), ("Turkey", 2)):
        model = make_claim(**left, lost_by=loser, extractor="llm m", claim_id="x")
        assert len(agreed([rules], [model])) == n


def test_an_agreed_claim_keeps_all_that_the_rules_say():
    model = make_claim(lost_by=None, date_start=None, date_end=None, extractor="llm m")
    [claim] = agreed([RULES], [model, model])
    assert claim.lost_by == RULES.lost_by
    assert claim.date_start == RULES.date_start
    assert claim.extractor == "rules + llm m"


# --- the command ---


@pytest.fixture
def machine(tmp_path, monkeypatch):
    for name in ("TIDELINE_STORE", "COLUMNS", "TIDELINE_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIDELINE_CACHE", str(CACHE))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(command, *options):
    call = [command, "report.txt", "--published", "2017-03-05", *options]
    return CliRunner().invoke(app, [str(option) for option in call])


def of_model(server, engine="llm"):
    return ("--engine", engine, "--llm-url", server.url, "--llm-model", "m")


@pytest.mark.usefixtures("machine")
def test_extract_by_a_model(server, monkeypatch):
    monkeypatch.setenv("TIDELINE_LLM_KEY", KEY + "\n")
    server.answers = [answer(PALMYRA, {**TABQA, "place": "Atlantis"})]
    result = run("extract", "--format", "jsonl", *of_model(server))
    assert result.exit_code == 0
    [claim] = [json.loads(line) for line in result.stdout.splitlines()]
    assert (claim["place"], claim["extractor"]) == ("Palmyra", "llm m")
    assert "1 of the model's 2 claims left out" in result.stderr
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in result.output


@pytest.mark.usefixtures("machine")
def test_the_table_says_what_found_each_claim(server):
    server.answers = [answer(PALMYRA, TABQA)]
    result = run("extract", *of_model(server, "both"))
    assert "found by" in result.stdout
    rows = {
        place: next(r for r in result.stdout.splitlines() if f" {place} " in r)
        for place in ("Palmyra", "Tabqa", "al-Nowhere")
    }
    assert rows["Palmyra"].split("  ")[1].strip() == f"{EXTRACTOR} + llm m"
    assert rows["Tabqa"].strip().startswith("llm m ")
    assert rows["al-Nowhere"].strip().startswith(f"{EXTRACTOR}  ")
    assert "found by" not in run("extract").stdout


@pytest.mark.usefixtures("machine")
def test_a_failing_model_is_said_once_on_standard_error(server, monkeypatch):
    monkeypatch.setenv("TIDELINE_LLM_KEY", KEY)
    server.answers = [401]
    result = run("extract", "--title", "T", "--format", "jsonl", *of_model(server))
    assert result.exit_code == 0
    assert '"place": "Palmyra"' in result.stdout
    assert result.stderr == (
        "T: read by the rules alone; the model answered 401 (unauthorized);"
        " check the key\n"
    )


@pytest.mark.usefixtures("machine")
def test_many_processes_may_ask_and_what_failed_is_said(server):
    server.answers = [500]
    result = run("extract", "--title", "T", "--jobs", "2", *of_model(server))
    assert result.exit_code == 0
    assert "Palmyra" in result.stdout
    assert result.stderr.startswith(
        "T: read by the rules alone; the model answered 500"
    )
    assert len(server.requests) == 1


def test_what_found_a_claim_survives_the_store(server, machine):
    server.answers = [answer(PALMYRA, TABQA)]
    result = run("ingest", "--store", "s.sqlite", *of_model(server, "both"))
    assert result.exit_code == 0, result.output
    with open_store(machine / "s.sqlite", create=False) as store:
        found = {
            placed.claim.place: placed.claim.extractor for placed in store.claims()
        }
    assert found == {
        "Palmyra": f"{EXTRACTOR} + llm m",
        "Tabqa": "llm m",
        "al-Nowhere": EXTRACTOR,
    }


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize("command", ["extract", "ingest"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "llm"], "needs --llm-url and --llm-model"),
        (["--engine", "both", "--llm-url", "http://127.0.0.1/v1"], "--llm-model"),
        (["--engine", "spell"], "'spell'"),
        (["--llm-model", "m"], "--engine llm"),
        (["--engine", "llm", "--llm-url", "nowhere", "--llm-model", "m"], "'nowhere'"),
        (["--llm-timeout", "0"], "0"),
        (["--llm-size", "1"], "500"),
    ],
)
def test_a_wrong_call_ends_with_2(command, options, said):
    result = run(command, *options)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.usefixtures("machine")
def test_a_key_that_is_none_is_refused_unseen(server, monkeypatch):
    monkeypatch.setenv("TIDELINE_LLM_KEY", KEY + "\nX")
    result = run("extract", *of_model(server))
    assert result.exit_code == 2
    assert "the key has a character" in result.stderr
    assert KEY not in result.output
    assert server.requests == []


@pytest.mark.parametrize(
    ("engine", "extractors"),
    [
        (Engine.RULES, {EXTRACTOR}),
        (Engine.LLM, {"llm m"}),
        (Engine.BOTH, {EXTRACTOR, "llm m", f"{EXTRACTOR} + llm m"}),
    ],
)
def test_what_finds_claims_can_go_to_another_process(server, notes, engine, extractors):
    server.answers = [answer(PALMYRA, TABQA)]
    url, name = ("", "") if engine is Engine.RULES else (server.url, "m")
    asked = Asked(url=url, name=name, timeout_s=20, size=8_000)
    find_for = pickle.loads(pickle.dumps(finder(engine, asked, {})))  # noqa: S301
    found = find_for(notes.append)(article(), lexicon_of("syria"), known)
    assert {claim.extractor for claim in found} == extractors
    assert notes == []


@pytest.mark.usefixtures("machine")
def test_the_rules_come_without_an_http_client():
    code = (
        "import sys\nfrom geo.cli import app\n"
        "try:\n    app(['extract', 'report.txt'])\nexcept SystemExit:\n    pass\n"
        "print('loaded:', *sorted(sys.modules))"
    )
    environment = {"PYTHONPATH": str(ROOT), "TIDELINE_CACHE": str(CACHE)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert "extract.claims" in loaded
    assert not {"httpx", "extract.llm", "extract.quoted"} & loaded
