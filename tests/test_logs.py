"""Events are one line each, of numbers and words of ours, whatever happens."""

import io
import json
import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import logs
from geo.database import StoreError
from geo.logs import ENTRIES, Form, read_form, set_up, tell
from geo.store import open_store

SECRET = "sk-VerySecret-0123456789"  # noqa: S105 - made up
EVIL = 'x"}\n{"event": "stop"}\r\u2028 Army takes Palmyra'


@pytest.fixture(autouse=True)
def as_before():
    """Put the process's loggers back as other tests expect them."""
    root, level = logging.getLogger(), ENTRIES.level
    kept = root.handlers[:], root.level, ENTRIES.handlers[:], logging.raiseExceptions
    yield
    root.handlers[:], root.level, ENTRIES.handlers[:], logging.raiseExceptions = kept
    ENTRIES.setLevel(level)


def lines(form, do):
    stream = io.StringIO()
    set_up(form, stream)
    do()
    text = stream.getvalue()
    assert text.isascii()
    assert text == "" or text.endswith("\n")
    return text.splitlines()


def said(do):
    return [json.loads(line) for line in lines(Form.JSON, do)]


def test_an_event_is_one_line_with_its_fields():
    [line] = said(lambda: tell("ingest", articles=2, seconds=0.12345, lost=None))
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "event": "ingest", "articles": 2, "seconds": 0.123}


def test_an_event_in_words():
    [line] = lines(Form.TEXT, lambda: tell("request", route="/api/{rest:path}", ms=1))
    assert line.split(" ", 1)[1] == "info request route=/api/{rest:path} ms=1"


@given(st.text(), st.sampled_from(Form))
def test_no_text_makes_a_second_line_or_another_field(text, form):
    [line] = lines(form, lambda: tell("request", route=text, status=200))
    if form is Form.TEXT:
        assert line.count(" ") == 4
        assert line.endswith(" status=200")
    else:
        assert set(json.loads(line)) == {"at", "level", "event", "route", "status"}
        assert json.loads(line)["route"] in (text, "left-out")


@pytest.mark.parametrize("text", [EVIL, "two words", "Дамаск", "", "a" * 201, "\x00"])
def test_what_is_no_word_of_ours_is_left_out(text):
    [line] = said(lambda: tell("request", route=text))
    assert line["route"] == "left-out"


@pytest.mark.parametrize("form", Form)
def test_others_are_heard_without_their_words(form):
    def do():
        other = logging.getLogger("other.package")
        other.info("chat")
        other.warning(EVIL)
        other.warning("bad row %s", EVIL)
        try:
            raise ValueError(EVIL + SECRET)
        except ValueError:
            other.exception(EVIL)

    found = lines(form, do)
    assert len(found) == 3
    text = "\n".join(found)
    assert "other.package" in text
    assert "bad row %s" in text
    assert "ValueError" in text
    assert "test_logs.py:" in text
    assert "Palmyra" not in text
    assert SECRET not in text


def test_a_record_that_cannot_be_written_costs_nobody_anything(capsys):
    lines(Form.JSON, lambda: logging.getLogger("other").warning("%d %d", EVIL))
    assert "Palmyra" not in "".join(capsys.readouterr())


def test_loggers_that_brought_their_own_handlers_write_as_all_do():
    own = logging.getLogger("own.handlers")
    own.propagate, stream = False, io.StringIO()
    own.addHandler(logging.StreamHandler(stream))
    [line] = said(lambda: own.warning("said %s", "x"))
    assert (line["logger"], line["said"]) == ("own.handlers", "said %s")
    assert stream.getvalue() == ""


def test_an_event_may_bear_no_name_of_another_package():
    [line] = said(lambda: logging.getLogger("tideline.x").warning("no event"))
    assert line["event"] == "log"


def test_nobody_hears_where_logs_are_not_set_up():
    code = (
        "import logging; from geo.logs import tell;"
        "tell('ingest', articles=1); tell('store_error', level=logging.ERROR)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout + done.stderr == ""


def test_the_form_is_read_or_refused():
    assert read_form({}) is None
    assert read_form({"TIDELINE_LOG": "json"}) is Form.JSON
    with pytest.raises(ValueError, match="TIDELINE_LOG is json or text"):
        read_form({"TIDELINE_LOG": "yaml"})


def test_an_error_of_the_store_is_told_by_a_word(tmp_path):
    path = tmp_path / "secret-folder.sqlite"
    path.write_bytes(b"no database, but words of an article " * 100)

    def do():
        with pytest.raises(StoreError) as caught:
            open_store(path)
        assert caught.value.word == "notadb"

    [line] = said(do)
    assert (line["event"], line["reason"]) == ("store_error", "notadb")
    assert line["level"] == "error"
    assert "secret-folder" not in json.dumps(line)


@pytest.mark.parametrize(
    ("made", "word"), [("absent", "no-store"), ("folder", "refused")]
)
def test_each_store_error_has_a_word(tmp_path, made, word):
    path = tmp_path / made
    if made == "folder":
        path.mkdir()
    with pytest.raises(StoreError) as caught:
        open_store(path, create=False)
    assert caught.value.word == word


def test_events_go_to_standard_error_unless_told_otherwise(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up(Form.TEXT)
    tell("stop", what="serve")
    assert stream.getvalue().endswith(" info stop what=serve\n")
