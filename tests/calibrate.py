"""Fit the weights of extract/confidence.py: `make calibrate` prints them.

A logistic regression with a ridge, by Newton's method, of what `tests/evaluate.py`
judges found or false on the signs of each claim. Only the half of the labelled texts
that rules may learn from is read, and further files of the same form that are named.

    python tests/calibrate.py INDEX [MORE.jsonl ...]
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from evaluate import finder, judge, passages

from extract import telling
from extract.confidence import WEIGHTS

# How strongly a weight is held to nought: signs that are rare teach little.
RIDGE = 1.0


def key(claim):
    return claim.article_id, claim.char_end, claim.place, claim.event_type


def judged(rows, find):
    """Yield (signs, right) for each claim of the rows that counts."""
    seen, signs = {}, telling.signs
    made = telling.Telling.claim

    def watched(self, place):
        claim = made(self, place)
        found = signs(self, place, claim.event_type)
        seen.setdefault(key(claim), found)
        return claim

    telling.Telling.claim = watched
    try:
        for row in rows:
            seen.clear()
            for _, verdict, claim in judge(row, find(row)):
                if claim is not None and key(claim) in seen:
                    yield seen[key(claim)], verdict == "found"
    finally:
        telling.Telling.claim = made


def fit(samples, names):
    """Return a weight for each name: the likeliest ones, held back by the ridge."""
    x = np.array([[name in signs for name in names] for signs, _ in samples], float)
    y = np.array([right for _, right in samples], float)
    w = np.zeros(len(names))
    held = np.diag([0.0] + [RIDGE] * (len(names) - 1))  # not the constant
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        slope = x.T @ (y - p) - held @ w
        w += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + held, slope)
    return w


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path, help="where the index of place names is")
    parser.add_argument("more", type=Path, nargs="*", help="further labelled files")
    asked = parser.parse_args()
    rows = passages("tune")
    for path in asked.more:
        rows += map(json.loads, path.read_text(encoding="utf-8").splitlines())
    samples = list(judged(rows, finder(asked.index)))
    count = Counter(sign for signs, _ in samples for sign in signs)
    names = ["always", *sorted(set(count) - {"always"})]
    out = sys.stdout.write
    out(f"# {len(samples)} claims, {sum(right for _, right in samples)} right\n")
    for name, weight in zip(names, fit(samples, names), strict=True):
        out(f'    "{name}": {weight:.2f},  # of {count[name]}\n')
    out(f"# left out now: {', '.join(sorted(set(names) - set(WEIGHTS)))}\n")


if __name__ == "__main__":
    main()
