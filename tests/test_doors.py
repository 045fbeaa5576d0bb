"""Who may write where nobody signs in: whoever sits at the machine, and nobody else."""

import os
import re
import signal
import subprocess
import sys

import pytest
import server
from socket_client import button_id, run, text_of

from geo.serve import free_port

NOTE = "Read only: others may reach this page"


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    path = tmp_path_factory.mktemp("doors") / "store.sqlite"
    server.fill(path)
    return path


@pytest.fixture(scope="module")
def own(where, cache):
    """The address of a page on one's own machine."""
    with server.served(where, cache=cache) as address:
        yield address
    assert "whoever sits at it may change all" in log_of(where)


def log_of(where):
    return where.with_name("store.sqlite.log").read_text()


def test_whoever_sits_at_the_machine_may_write(own):
    drawn = run(own)
    assert button_id(drawn, "add")
    assert NOTE not in text_of(drawn)
    # Nobody is asked to sign in where there is nobody to sign in with.
    assert button_id(drawn, "sign_in") is None


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"]
)
def test_who_comes_by_way_of_another_server_may_not(own, name):
    """A server in front that nobody told us of makes everybody look local."""
    drawn = run(own, **{name: "127.0.0.1"})
    assert button_id(drawn, "add") is None
    assert NOTE in text_of(drawn)


def test_nothing_can_be_pressed_that_was_not_drawn(own):
    add = button_id(run(own), "add")
    drawn = run(own, widgets=[[add]], **{"X-Forwarded-For": "127.0.0.1"})
    assert "Text of the report" not in text_of(drawn)
    assert "Text of the report" in text_of(run(own, widgets=[[add]]))


def test_a_page_that_others_reach_is_read_only_and_says_so(where, cache):
    port = free_port(19_501)
    command = [sys.executable, "-m", "geo.cli", "serve", "--address", ANY]
    with subprocess.Popen(
        [*command, "--port", str(port), "--store", str(where)],
        cwd=server.ROOT,
        env={**os.environ, "TIDELINE_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            words = ""
            while "Tideline is at" not in words:
                line = process.stderr.readline()
                assert line, words
                words += line
            assert NOTE in words
            assert "TIDELINE_PEOPLE" in words
            # Streamlit asked nobody for this machine's address.
            assert "external IP" not in words
            [address] = re.findall(r"http://127[.\d]+:\d+", words)
            drawn = run(address)
            assert NOTE in text_of(drawn)
            assert button_id(drawn, "add") is None
        finally:
            os.killpg(process.pid, signal.SIGKILL)


ANY = "0.0.0.0"  # noqa: S104 - listening everywhere is what is tested
