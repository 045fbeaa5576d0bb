"""What lies in `assets/deploy` names only what there is, and what it starts, starts."""

import http.client
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import server
import typer
import yaml
from test_cli import CACHE, ROOT

from geo.cli import app
from geo.health import LIVE, READY
from geo.metrics import METRICS
from geo.serve import _LAST_S, free_port

DEPLOY = ROOT / "assets" / "deploy"
TEXTS = {path.name: path.read_text() for path in DEPLOY.iterdir()}
UNITS = sorted(name for name in TEXTS if name.endswith((".service", ".timer")))
SERVICES = [name for name in UNITS if name.endswith(".service")]
COMPOSE = yaml.safe_load(TEXTS["compose.yaml"])
PORT = "8501"
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105 - made up
# Of compose.yaml and of the script; no variable of the program.
THEIR_OWN = {"TIDELINE_HOST", "TIDELINE_DATABASE_PASSWORD"}
SOURCES = "".join(
    path.read_text() for path in [*ROOT.glob("geo/**/*.py"), ROOT / "README.md"]
)


def lines(name, key):
    return re.findall(rf"^{key}=(.*)$", TEXTS[name], re.MULTILINE)


def of_dockerfile(what):
    text = TEXTS["Dockerfile"].replace("\\\n", " ")
    return re.findall(rf"^{what} (.*)$", text, re.MULTILINE)


def of_compose():
    services = COMPOSE["services"].items()
    return [(f"compose {n}", s["command"]) for n, s in services if "command" in s]


def of_image():
    runs = [run for run in of_dockerfile("RUN") if run.startswith("tideline ")]
    words = [yaml.safe_load(of_dockerfile("CMD")[0]), *map(shlex.split, runs)]
    return [("Dockerfile", one) for one in words]


def of_units():
    found = [
        (name, shlex.split(line))
        for name in SERVICES
        for key in ("ExecStart", "ExecStartPre")
        for line in lines(name, key)
    ]
    return [(name, words) for name, words in found if words[0].endswith("/tideline")]


COMMANDS = [*of_compose(), *of_image(), *of_units()]


def parsed(words):
    """Return the options of a command, read as the program reads them."""
    group, arguments = typer.main.get_command(app), list(words)
    while hasattr(group, "commands"):
        group = group.commands[arguments.pop(0)]
    return group.make_context(group.name, arguments).params


@pytest.mark.parametrize(("where", "words"), COMMANDS)
def test_every_command_is_one_that_the_program_takes(where, words, tmp_path):
    feeds = tmp_path / "feeds"
    feeds.touch()
    program, *arguments = words
    assert program.endswith("tideline"), where
    parsed(str(feeds) if one.endswith("/feeds") else one for one in arguments)


def test_enough_commands_were_found():
    assert len({where for where, _ in COMMANDS}) >= 6
    with pytest.raises(typer.BadParameter):
        parsed(["serve", "--port", "no port"])


@pytest.mark.parametrize("name", TEXTS)
def test_every_variable_is_one_that_the_program_reads(name):
    told = set(re.findall(r"\bTIDELINE_[A-Z_]+\b", TEXTS[name])) - THEIR_OWN
    assert {one for one in told if one not in SOURCES} == set()


def test_what_compose_asks_for_stands_in_the_example():
    asked = set(re.findall(r"\$\{([A-Z_]+)", str(COMPOSE)))
    told = set(re.findall(r"^#?([A-Z_]+)=", TEXTS["environment.example"], re.MULTILINE))
    assert asked <= told
    # A secret has no usable default that could be left as it is.
    assert lines("environment.example", "TIDELINE_DATABASE_PASSWORD") == [""]


def test_compose_builds_from_the_checkout():
    for service in COMPOSE["services"].values():
        if "build" in service:
            context = (DEPLOY / service["build"]["context"]).resolve()
            assert context == ROOT
            assert (context / service["build"]["dockerfile"]).is_file()
    mounted = [
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", ())
    ]
    named = {one for one in mounted if not one.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    assert (DEPLOY / "Caddyfile").is_file()
    told = {
        one for s in COMPOSE["services"].values() for one in s.get("depends_on", ())
    }
    assert told <= set(COMPOSE["services"])


def test_the_image_has_what_the_program_needs():
    copied = [word for line in of_dockerfile("COPY") for word in line.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    assert {"geo", "extract", "assets", "streamlit_app.py"} <= set(copied)
    let_in = re.findall(r"^!(\S+)", TEXTS["Dockerfile.dockerignore"], re.MULTILINE)
    assert {word.split("/")[0] for word in let_in} == {
        word.removeprefix("./") for word in copied
    }


def test_ports_and_addresses_agree():
    page = COMPOSE["services"]["page"]
    assert page["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert of_dockerfile("EXPOSE") == [PORT]
    assert f"page:{PORT}" in TEXTS["Caddyfile"]
    assert f":{PORT}{LIVE}" in TEXTS["Dockerfile"]
    assert f"health_uri {READY}" in TEXTS["Caddyfile"]
    assert f"respond {METRICS} 404" in TEXTS["Caddyfile"]
    for where, words in COMMANDS:
        if "serve" in words:
            assert words[words.index("--port") + 1] == PORT, where


def seconds(text):
    return float(re.fullmatch(r"(\d+)s?", str(text))[1])


def test_whoever_stops_it_waits_until_it_has_stopped():
    for where, words in COMMANDS:
        if "--stop-timeout" not in words:
            continue
        own_s = seconds(words[words.index("--stop-timeout") + 1]) + _LAST_S
        if where.endswith(".service"):
            assert seconds(lines(where, "TimeoutStopSec")[0]) > own_s
        if where.startswith("compose"):
            service = COMPOSE["services"][where.split()[1]]
            assert seconds(service["stop_grace_period"]) > own_s


def hardening(name):
    text = TEXTS[name]
    found = text[text.index("ProtectSystem=") :].partition("[Install]")[0]
    return [line for line in found.splitlines() if "=" in line]


@pytest.mark.parametrize("name", SERVICES)
def test_all_units_are_hardened_alike(name):
    assert hardening(name) == hardening("tideline.service")


@pytest.fixture
def installed(tmp_path):
    """The units as installed, with paths in a folder of the test's."""
    for path in ("bin/tideline", "bin/store-backup"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("#!/bin/sh\n")
        (tmp_path / path).chmod(0o755)
    for name in UNITS:
        text = TEXTS[name].replace("/opt/tideline/.venv/bin", f"{tmp_path}/bin")
        text = text.replace("/opt/tideline/assets/deploy", f"{tmp_path}/bin")
        (tmp_path / name).write_text(text)
    return tmp_path


needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"
)


def analysed(*arguments):
    done = subprocess.run(
        ["systemd-analyze", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_COLORS": "0"},
    )
    return done.returncode, done.stdout + done.stderr


@needs_systemd
@pytest.mark.parametrize("name", UNITS)
def test_systemd_has_nothing_to_say_of_a_unit(installed, name):
    assert analysed("verify", installed / name) == (0, "")


@needs_systemd
def test_it_would_say_so(installed):
    wrong = installed / "tideline.service"
    wrong.write_text(wrong.read_text().replace("ProtectHome=", "ProtectHouse="))
    assert "ProtectHouse" in analysed("verify", wrong)[1]


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_units_are_exposed_little(installed, name):
    """2.0 of 10 is the most that is let pass."""
    code, said = analysed(
        "security", "--offline=yes", "--threshold=20", installed / name
    )
    assert code == 0, said
    assert "overall exposure level" in said.lower()


def ask(port, path, host="map.example.org", **headers):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(line):
        try:
            line.request("GET", path, headers={"Host": host, **headers})
            answer = line.getresponse()
        except OSError:
            return 0, ""
        return answer.status, answer.read().decode(errors="replace")


def test_what_compose_starts_is_reached_as_compose_says(tmp_path):
    """The very command and environment, as a plain process on another port."""
    where, port = tmp_path / "store.sqlite", free_port(18_701)
    server.fill(where)
    page = COMPOSE["services"]["page"]
    own = {
        "TIDELINE_HOST": "map.example.org",
        "TIDELINE_DATABASE_PASSWORD": "unused",
        "TIDELINE_METRICS": TOKEN,
        "TIDELINE_PEOPLE": "",
    }
    told = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: own[found[1]], value)
        for name, value in page["environment"].items()
    }
    cache = os.environ.get("TIDELINE_CACHE", str(CACHE))
    told |= {"TIDELINE_STORE": str(where), "TIDELINE_CACHE": cache}
    words = [str(port) if word == PORT else word for word in page["command"][1:]]
    process = subprocess.Popen(
        [sys.executable, "-m", "geo.cli", *words],
        cwd=ROOT,
        env={**os.environ, **told},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 120
        while ask(port, READY)[0] != 200:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.1)
        assert ask(port, LIVE, host="127.0.0.1")[0] == 200
        assert ask(port, READY, host="other.example.org")[0] == 421
        assert ask(port, METRICS)[0] == 404
        told = ask(port, METRICS, Authorization=f"Bearer {TOKEN}")
        assert told[0] == 200
        assert "tideline_articles" in told[1]
        assert "https://map.example.org/api/" in ask(port, "/api")[1]
        assert ask(port, "/")[0] == 200
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, ""), err
    assert '"event": "stop"' in err.splitlines()[-1]


def test_what_the_readme_names_exists():
    named = re.findall(
        r"`([\w.-]+\.(?:yaml|service|timer|sh)|Dockerfile|Caddyfile)`",
        TEXTS["README.md"],
    )
    assert named
    for name in named:
        assert name in TEXTS or (ROOT / name).exists() or name == "backup_drill.sh"
    assert Path(DEPLOY / "store-backup").stat().st_mode & 0o111
