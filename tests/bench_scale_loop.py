"""The naive way through a corpus, for `make bench-scale`: one process, one loop.

`python tests/bench_scale_loop.py INDEX OUT FILE...` reads and places the claims of each
article and appends them to a file. No copies are found, no events are made.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from extract.conflict import load_conflicts
from extract.packs import Lexicons
from extract.read import Header, read_articles
from geo.gazetteer import open_gazetteer
from geo.ingest import steps_for


def main(index, out, *files):
    packs = load_conflicts()
    with (
        open_gazetteer(Path(index), Lexicons(packs).countries) as gazetteer,
        Path(out).open("w", encoding="utf-8") as file,
    ):
        steps = steps_for(packs, gazetteer)
        for path in files:
            for article in read_articles(Path(path), defaults=Header()):
                claims = steps.find(article)
                locations = steps.place(article, claims).locations
                for claim in claims:
                    row = asdict(claim) | asdict(locations[claim.claim_id])
                    file.write(json.dumps(row, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
