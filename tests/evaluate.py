"""How well claims are found, against labelled texts: `make evaluate`.

The labels are tests/data/labelled.jsonl, one passage a line; its README says how they
were made. A labelled event is found when a claim of its group names its place and
quotes a sentence that overlaps its own. Events marked `unsure` count neither way,
`repeat` is no miss. A claim asserted as a fact where the text only plans or denies it
is a false alarm.

    python tests/evaluate.py                   print the tables
    python tests/evaluate.py --update          pin what is better than the floors
    python tests/evaluate.py --update --lower  pin lower figures too
"""

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from extract.claims import find_claims
from extract.conflict import load_conflicts
from extract.packs import Lexicons
from extract.records import Article
from geo.gazetteer import open_gazetteer
from geo.names import bare

DATA = Path(__file__).parent / "data"
LABELLED = DATA / "labelled.jsonl"
FLOORS = DATA / "floors.json"
GROUPS = {
    "captured": "change",
    "handed_over": "change",
    "withdrew": "change",
    "holds": "holds",
    "advanced": "contest",
    "attacked": "contest",
    "repelled": "contest",
    "besieged": "contest",
}
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def digest(path=LABELLED):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def passages(half, path=LABELLED):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if half in {row["half"], "all"}]


def finder(index):
    """Return a function from a labelled passage to its claims."""
    packs = load_conflicts()
    gazetteer = open_gazetteer(index, Lexicons(packs).countries)
    lexicons = Lexicons(packs, gazetteer.known)

    def find(row):
        article = Article(
            article_id=row["id"],
            title=row["title"] or "",
            text=row["text"],
            published=date.fromisoformat(row["published"]),
            publisher=row["publisher"] or "",
        )
        lexicon = lexicons.of(article)
        countries = lexicon.conflict.countries
        return find_claims(
            article, lexicon, lambda names: gazetteer.known(names, countries)
        )

    return find


GENERIC = re.compile(
    r"\b(the|city|town|village|villages|district|neighbou?rhood|of|hill|base|airbase"
    r"|airport|dam|crossing|plains?)\b"
)


def same_place(event, claim):
    one, other = event["place"].lower(), claim.place.lower()
    if bare(one) == bare(other):
        return True
    one, other = (bare(GENERIC.sub(" ", name)) or bare(name) for name in (one, other))
    return one == other or SequenceMatcher(None, one, other).ratio() >= 0.84


def matches(event, claim):
    return (
        GROUPS[event["event_type"]] == GROUPS[claim.event_type]
        and claim.char_start < event["end"]
        and event["start"] < claim.char_end
        and same_place(event, claim)
    )


def judge(row, claims):
    """Yield (group, verdict, claim) for what is found, missed and falsely claimed."""
    excused, asserted = set(), [c for c in claims if c.modality == "asserted"]
    for event in row["events"]:
        group = GROUPS[event["event_type"]]
        fit = [c for c in claims if matches(event, c)]
        facts = [c for c in fit if c.modality == "asserted"]
        if event.get("unsure") or event.get("repeat"):
            excused |= {c.claim_id for c in fit}
        elif event["status"] != "reported":
            denied = any(c.modality == "denied" for c in fit)
            if event["status"] == "denied" and denied:
                excused |= {c.claim_id for c in facts}
        elif not facts:
            yield group, "missed", None
        else:
            excused |= {c.claim_id for c in facts}
            yield group, "found", facts[0]
    for claim in asserted:
        if claim.claim_id not in excused:
            yield GROUPS[claim.event_type], "false", claim


def figures(half, index):
    """Return precision, recall and F1 by group, and the reliability table."""
    find, tally = finder(index), Counter()
    bins = [Counter() for _ in BINS[1:]]
    for row in passages(half):
        for group, verdict, claim in judge(row, find(row)):
            tally[group, verdict] += 1
            if claim is not None:
                slot = sum(claim.confidence >= edge for edge in BINS[1:-1])
                bins[slot][verdict] += 1
    table = {}
    for group in ("change", "contest", "holds"):
        found, false, missed = (tally[group, v] for v in ("found", "false", "missed"))
        precision = found / (found + false) if found + false else 0.0
        recall = found / (found + missed) if found + missed else 0.0
        both = precision + recall
        table[group] = {
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(2 * precision * recall / both if both else 0.0, 3),
        }
    return table, bins


def print_tables(half, index, out=sys.stdout):
    table, bins = figures(half, index)
    out.write(f"half: {half}\n")
    for group, row in table.items():
        out.write(f"  {group:8}" + "".join(f" {k} {v:.3f}" for k, v in row.items()))
        out.write("\n")
    out.write("  confidence   claims  right\n")
    for (low, high), row in zip(pairwise(BINS), bins, strict=True):
        n = row["found"] + row["false"]
        share = f"{row['found'] / n:.2f}" if n else "-"
        out.write(f"  {low:.1f} to {min(high, 1):.1f}   {n:6}  {share}\n")
    return table


def pin(tables, *, lower):
    """Write the floors; a lower one only if asked for."""
    floors = json.loads(FLOORS.read_text()) if FLOORS.exists() else {"halves": {}}
    for half, table in tables.items():
        old = floors["halves"].get(half, {})
        for group, row in table.items():
            floor = old.get(group, 0.0)
            if row["f1"] < floor and not lower:
                sys.exit(
                    f"{half} {group}: {row['f1']} is under its floor {floor}; --lower"
                )
            old[group] = row["f1"]
        floors["halves"][half] = old
    floors["sha256"] = digest()
    FLOORS.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path, help="where the index of place names is")
    parser.add_argument(
        "--half", choices=["tune", "held", "sealed", "all"], action="append"
    )
    parser.add_argument("--update", action="store_true", help="pin better figures")
    parser.add_argument("--lower", action="store_true", help="pin lower ones too")
    asked = parser.parse_args()
    halves = asked.half or ["tune", "held", "sealed"]
    tables = {half: print_tables(half, asked.index) for half in halves}
    if asked.update:
        pin(tables, lower=asked.lower)


if __name__ == "__main__":
    main()
