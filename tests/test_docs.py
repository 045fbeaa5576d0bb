"""The documents say what there is, and what they say works."""

import re
import shlex
from pathlib import Path

import dump_server
import pytest
import typer
from typer.testing import CliRunner

from geo.cli import app
from geo.listings import curated_listings, default_listings

ROOT = Path(__file__).parent.parent
CACHE = ROOT / "test-output" / "cache"
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def commands(group, above=""):
    """Return the commands by their names, those of a group as "group command"."""
    found = {}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= commands(command, f"{name} ")
        else:
            found[above + name] = command
    return found


COMMANDS = commands(typer.main.get_command(app))
EXAMPLES = [command.epilog.removeprefix("Example: ") for command in COMMANDS.values()]
SHOWN = re.findall(r"^    (tideline .*)$", README, re.MULTILINE)


def options(command):
    return {opt for p in command.params for opt in p.opts if opt.startswith("--")}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_lists_each_command_with_its_options(name):
    [row] = re.findall(rf"^\| `{name}(?![\w-]).*$", README, re.MULTILINE)
    listed = set(re.findall(r"`(--[a-z-]+)`", row))
    assert listed == options(COMMANDS[name]) - {"--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_and_option_has_help(name):
    assert COMMANDS[name].help
    assert all(p.help for p in COMMANDS[name].params if p.name != "help")


def test_the_readme_shows_the_examples_of_the_help():
    assert sorted(SHOWN) == sorted(EXAMPLES)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the files of the examples; the lists come from this machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIDELINE_STORE", str(tmp_path / "store.sqlite"))
    monkeypatch.setenv("TIDELINE_GAZETTEERS", str(tmp_path / "gazetteers"))
    Path("report.txt").write_text("The army captured Palmyra on 2 March 2017.")
    Path("places.csv").write_text("name,lon,lat\nPalmyra,38.28,34.56\n")
    with dump_server.running() as dumps:
        dumps.files["/SY.zip"] = dump_server.zipped()
        monkeypatch.setenv("TIDELINE_GEONAMES", dumps.url)
        yield


def few(_countries):
    return curated_listings(countries={"SY"})


# Their examples need more than a file of reports.
ELSEWHERE = {"serve", "original", "copy-of", "watch", "drafts", "layers", "webhooks"}
ELSEWHERE |= {"copy", "corpus"}


@pytest.mark.usefixtures("desk")
def test_each_example_runs(monkeypatch, tmp_path):
    """In the order of the README, but for those that have tests of their own."""
    for example in SHOWN:
        program, command, *arguments = shlex.split(example)
        assert program == "tideline"
        # The lists are indexed apart and with little else, so that the others' index stays.
        if command == "gazetteer":
            monkeypatch.setenv("TIDELINE_CACHE", str(tmp_path / "cache"))
            monkeypatch.setattr("geo.gazetteer.default_listings", few)
        else:
            monkeypatch.setenv("TIDELINE_CACHE", str(CACHE))
            monkeypatch.setattr("geo.gazetteer.default_listings", default_listings)
        if command == "review" and arguments[0] not in {"queue", "log", "propose"}:
            continue  # of claims that have other ids here
        elsewhere = command in ELSEWHERE
        if not elsewhere and arguments[:1] != ["undo"]:
            result = CliRunner().invoke(app, [command, *arguments])
            assert result.exit_code == 0, result.output
            quiet = {"ingest", "export", "places", "gazetteer", "articles", "check"}
            quiet |= {"publishers", "review", "evaluate"}
            quiet |= {"archive", "restore", "publish"}
            assert "Palmyra" in result.output or command in quiet
    assert "Palmyra" in Path("events.geojson").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    near = [link for link in links if "://" not in link]
    assert [link for link in near if not (ROOT / link).exists()] == []


def test_paths_that_are_named_exist():
    named = re.findall(
        r"`((?:extract|geo|assets|tests|\.ci)/[\w./-]+|\w+\.py)`", README + CONTRIBUTING
    )
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_word_of_make_is_explained():
    [phony] = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    words = set(phony.split()) - {"help"}
    told = set(re.findall(r"^\| `make ([\w-]+)", CONTRIBUTING, re.MULTILINE))
    assert words == told
    assert {word for word in words if f"'make {word}" in MAKEFILE} >= words - {"check"}
