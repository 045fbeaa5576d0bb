"""Measure `tideline extract`: `make bench`. One JSON object a line, a line a figure.

What is measured is said in each line; `wanted` is what the project asks of it and
`met` whether this run gave it. Never run by pytest: figures depend on the machine.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import bench_texts

from extract.claims import find_claims
from extract.conflict import load_conflicts
from extract.packs import Lexicons
from extract.records import Article
from geo.gazetteer import Gazetteer, open_gazetteer

ROOT = Path(__file__).parent.parent
SIZES = (50_000, 100_000, 200_000, 400_000)
MB = 1_000_000
SMALL = "The Syrian army captured Palmyra from Islamic State on 2 March 2017.\n"


def say(name, *, wanted=None, met=None, **figures):
    line = {"bench": name, **figures}
    if wanted:
        line |= {"wanted": wanted, "met": met}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def command(path, *options):
    """Run the command; return wall seconds and its greatest memory in MB.

    The system counts what the parent held when it made the child, so this is asked
    before the parent grows.
    """
    call = [sys.executable, "-m", "geo.cli", "extract", str(path), "--format", "jsonl"]
    start = time.perf_counter()
    with subprocess.Popen(
        [*call, *options], stdout=subprocess.DEVNULL, cwd=ROOT
    ) as child:
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{call} ended with {child.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - start, usage.ru_maxrss * unit / MB


def bench_start(folder):
    path = folder / "small.txt"
    path.write_text(SMALL)
    options = ("--published", "2017-03-05")
    times = [command(path, *options)[0] for _ in range(5)]
    median = statistics.median(times)
    say(
        "start of `tideline extract` on one small file, seconds, median of 5",
        seconds=round(median, 3),
        wanted="< 1.0",
        met=median < 1,
    )


def bench_command(folder, number):
    """Measure memory at two lengths of a file, and what a second core gives."""
    peaks, cores = {}, len(os.sched_getaffinity(0))
    for n in (number, 4 * number):
        path = folder / f"{n}.jsonl"
        length = bench_texts.write(path, n)
        seconds, peaks[n] = command(path, "--jobs", "1")
        say(
            "`tideline extract --jobs 1`, start to end",
            articles=n,
            chars=length,
            seconds=round(seconds, 2),
            chars_per_s=round(length / seconds),
            peak_mb=round(peaks[n], 1),
            wanted="peak_mb <= 300",
            met=peaks[n] <= 300,
        )
        if n == number:
            many, peak = command(path, "--jobs", str(max(2, cores)))
            say(
                f"`tideline extract --jobs {max(2, cores)}`, start to end",
                articles=n,
                cores=cores,
                seconds=round(many, 2),
                chars_per_s=round(length / many),
                times_as_fast=round(seconds / many, 2),
                peak_mb_of_one_process=round(peak, 1),
            )
    growth = peaks[4 * number] - peaks[number]
    say(
        "memory of four times as many articles",
        growth_mb=round(growth, 1),
        wanted="flat: <= 10",
        met=growth <= 10,
    )


def bench_warm(index, number):
    """Measure one core once warm, with spaCy's tokenizer and sentencizer beside it.

    Once with the shuffled sentences as they are, once with new words among them: both
    programs know their words by heart after a while, and news always has new ones.
    """
    try:
        import spacy
    except ImportError:
        sys.exit("spaCy is not installed; run `make bench`")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    chance = random.Random(3)  # noqa: S311 - no secret
    shuffled = [row["text"] for row in bench_texts.articles(number)]
    respelt = [bench_texts.respelt(text, chance) for text in shuffled]
    with Gazetteer(index) as gazetteer:
        lexicons = Lexicons(load_conflicts(), gazetteer.known)
        read = partial(claims_of, lexicons, gazetteer)
        for name, texts in (("shuffled", shuffled), ("with new words", respelt)):
            n_claims, ours, theirs = compare(read, pipeline, texts)
            report(f"{name}, spaCy {spacy.__version__}", texts, n_claims, ours, theirs)


def compare(read, pipeline, texts):
    """Return the number of claims and both processor times.

    Slices in turn, so that whatever else runs on the machine hits both alike.
    """
    made = [
        Article(article_id=str(n), text=text, published=date(2019, 3, 5))
        for n, text in enumerate(texts)
    ]
    for article in made[:100]:
        read(article)
        pipeline(article.text)
    n_claims, ours, theirs = 0, 0.0, 0.0
    for at in range(0, len(made), 100):
        part = made[at : at + 100]
        start = time.process_time()
        n_claims += sum(len(read(article)) for article in part)
        middle = time.process_time()
        for article in part:
            pipeline(article.text)
        ours, theirs = ours + middle - start, theirs + time.process_time() - middle
    return n_claims, ours, theirs


def report(name, texts, n_claims, ours, theirs):
    length = sum(map(len, texts))
    say(
        f"reading once warm, one core; texts: {name}",
        articles=len(texts),
        chars=length,
        different_words=len({word for text in texts for word in text.split()}),
        sentences_without_events=bench_texts.QUIET,
        claims_per_1000_chars=round(1000 * n_claims / length, 2),
        chars_per_s=round(length / ours),
        spacy_chars_per_s=round(length / theirs),
        our_time_to_its=round(ours / theirs, 2),
        wanted="chars_per_s >= 1000000, our_time_to_its <= 1.5",
        met=length / ours >= 1_000_000 and ours / theirs <= 1.5,
    )


def claims_of(lexicons, gazetteer, article):
    lexicon = lexicons.of(article)
    countries = lexicon.conflict.countries
    return find_claims(article, lexicon, partial(gazetteer.known, countries=countries))


def bench_doubling(index):
    with Gazetteer(index) as gazetteer:
        lexicons = Lexicons(load_conflicts(), gazetteer.known)
        for name, make in bench_texts.ODD.items():
            times = [best_of_three(index, lexicons, make(size)) for size in SIZES]
            ratios = [long / short for short, long in pairwise(times)]
            say(
                f"seconds as the text doubles: {name}",
                chars=SIZES,
                seconds=[round(t, 4) for t in times],
                ratios=[round(r, 2) for r in ratios],
                wanted="each ratio <= 2.3",
                met=max(ratios) <= 2.3,
            )


def best_of_three(index, lexicons, text):
    """Read a text, each time with a gazetteer that keeps no name from before."""
    article = Article(article_id="odd", text=text, published=date(2019, 3, 5))
    lexicons.of(article)
    times = []
    for _ in range(3):
        with Gazetteer(index) as gazetteer:
            start = time.process_time()
            claims_of(lexicons, gazetteer, article)
            times.append(time.process_time() - start)
    return min(times)


def bench_names(folder):
    """Measure the index of names in processes that hold nothing else."""
    call = [sys.executable, ROOT / "tests" / "bench_names.py", folder]
    subprocess.run(call, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path, help="where the index of place names is")
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument(
        "--only",
        choices=["start", "command", "doubling", "warm", "names"],
        action="append",
    )
    asked = parser.parse_args()
    index = asked.index.absolute()
    open_gazetteer(index, Lexicons(load_conflicts()).countries).close()
    os.environ["TIDELINE_CACHE"] = str(index.parent)
    with tempfile.TemporaryDirectory() as folder:
        benches = {
            "start": partial(bench_start, Path(folder)),
            "command": partial(bench_command, Path(folder), asked.articles),
            "doubling": partial(bench_doubling, index),
            "warm": partial(bench_warm, index, asked.articles),
            "names": partial(bench_names, Path(folder)),
        }
        for name, bench in benches.items():
            if not asked.only or name in asked.only:
                bench()


if __name__ == "__main__":
    main()
