"""Measure at scale: `make bench-scale`. One JSON object a line, a line a figure.

A store of a million made-up events, in SQLite and in PostGIS: what is asked of it, what
comes into it, and the page that shows it; and a corpus, read by one worker and by two.
Beside each stands what a newcomer would write. All are asked the same, and a wrong answer
ends the run. Never run by pytest: figures depend on the machine.

`--only store` takes some parts (store, page, corpus), `--sizes 100000,1000000` other
numbers of events, `--stores sqlite` one kind of store, `--articles 500` less of a corpus.
"""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import bench_scale_corpus
import bench_scale_ingest
import bench_scale_page
from bench_map_probe import browser
from bench_scale_making import KINDS, lent, made_stores, write_csv
from bench_scale_naive import Naive
from bench_scale_questions import Truth, questions
from bench_scale_store import Tideline, answers
from made_claims import frame, make_up

from extract.conflict import load_conflicts
from extract.packs import Lexicons
from geo.gazetteer import open_gazetteer

PARTS = ("store", "page", "corpus")
ASKED_KEPT, ASKED_NAIVE = 25, 4
"""Questions of each kind at most for a table in memory, and a file read each time."""
MOST_MS = {"sqlite": 100, "postgis": 50}
LEAST_EFFICIENCY = 0.85
"""What the project asks: of every answer's `ms_p95`, and of two workers."""


def say(**figures):
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def at_size(size, asked, folder):
    """Print what is measured of stores of so many events."""
    made = make_up(size)
    with ExitStack() as held:
        stores = {kind: held.enter_context(lent(kind, folder)) for kind in asked.stores}
        for line in made_stores(made, stores):
            say(**line, events=size)
        if "page" in asked.only:
            show(stores, folder, size)
        if "store" in asked.only:
            write_csv(next(iter(stores.values())), folder / "events.csv")
            ask(frame(made), stores, folder, asked)
            new = bench_scale_ingest.lines(stores, folder, asked.index, asked.questions)
            for line in new:
                say(**line, events=size)


def show(stores, folder, size):
    with browser() as chromium:
        # Of one store: what the browser gets is the same.
        kind, where = next(iter(stores.items()))
        say(**bench_scale_page.line(chromium, kind, where, size, folder))
        say(**bench_scale_page.naive_line(chromium, folder, size))


def ask(table, stores, folder, asked):
    size = len(table)
    truth, drawn = Truth(table), questions(table, asked.questions + 1)
    for kind, where in stores.items():
        with Tideline(kind, where) as side:
            for line in answers(side, drawn, truth):
                most = MOST_MS[kind]
                wanted, is_met = f"ms_p95 <= {most}", line["ms_p95"] <= most
                say(**line, events=size, wanted=wanted, met=is_met)
    for keep, most in ((False, ASKED_NAIVE), (True, ASKED_KEPT)):
        side = Naive(folder / "events.csv", keep=keep)
        for line in answers(side, drawn[: most + 1], truth):
            say(**line, events=size)


def read_corpus(asked, folder):
    for line in bench_scale_corpus.lines(folder, asked.index, asked.articles):
        if line["workers"] == 1:
            say(**line)
        else:
            is_met = line["efficiency"] >= LEAST_EFFICIENCY
            wanted = f"efficiency >= {LEAST_EFFICIENCY}"
            say(**line, wanted=wanted, met=is_met)


def among(known):
    """Return a reader of comma-separated words that are all known."""

    def read(text):
        words = text.split(",")
        if not set(words) <= set(known):
            raise argparse.ArgumentTypeError(f"choose from {', '.join(known)}")
        return words

    return read


def main():
    """Print a line for each thing that is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path, help="where the index of place names is")
    parser.add_argument("--only", type=among(PARTS), default=PARTS)
    parser.add_argument("--stores", type=among(KINDS), default=KINDS)
    parser.add_argument("--sizes", default="1000000")
    parser.add_argument("--questions", type=int, default=100, help="of each kind")
    parser.add_argument("--articles", type=int, default=4_000)
    asked = parser.parse_args()
    asked.index = asked.index.absolute()
    open_gazetteer(asked.index, Lexicons(load_conflicts()).countries).close()
    with tempfile.TemporaryDirectory() as name:
        if {"store", "page"} & set(asked.only):
            for size in map(int, asked.sizes.split(",")):
                folder = Path(name) / str(size)
                folder.mkdir()
                at_size(size, asked, folder)
        if "corpus" in asked.only:
            read_corpus(asked, Path(name))


if __name__ == "__main__":
    main()
