"""Ask the API for long: `make soak`. One JSON object a line.

Never run by pytest. All of its document, each path and method, by schemathesis; then
readers who page through all events while one writer stores reports: no event is lost
or doubled within a reading, and how long an answer took is told.

`--examples 100` cases of each operation, `--readers 50`, `--seconds 60`.
"""

import argparse
import json
import re
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import server
from api_fuzzing import fuzz
from test_api import following, ids, put


def say(**figures):
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def fuzzed(address, folder, examples):
    """Let schemathesis look for faults; return whether it found none."""
    code, said = fuzz(address, folder, examples=examples)
    found = re.search(r"(\d+) generated", said)
    say(soak="schemathesis", cases=int(found[1]) if found else 0, faults=code)
    if code:
        sys.stdout.write(said)
    return code == 0


def reading(address, until, waits):
    """Page through all events again and again; return how many readings were whole."""
    n_readings = 0
    with httpx.Client(timeout=60) as client:
        while time.monotonic() < until:
            page, found = f"{address}/api/collections/events/items?limit=7", []
            n_matched = None
            while page:
                begun = time.monotonic()
                answer = client.get(page)
                waits.append(time.monotonic() - begun)
                answer.raise_for_status()
                whole = answer.json()
                n_matched = n_matched or whole["numberMatched"]
                found += ids(whole)
                page = following(whole)
            if not len(found) == len(set(found)) == n_matched:
                raise AssertionError(f"{len(found)} of {n_matched} events came")
            n_readings += 1
    return n_readings


def read_while_writing(address, where, readers, seconds):
    """Let readers read while one writes; return whether all went well."""
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            number = len(written)
            put(where, number, lon=number % 360 - 180.0, lat=10.0)
            written.append(number)
            stop.wait(0.2)

    waits, until = [], time.monotonic() + seconds
    writer = threading.Thread(target=write)
    writer.start()
    try:
        with ThreadPoolExecutor(readers) as pool:
            asked = [
                pool.submit(reading, address, until, waits) for _ in range(readers)
            ]
            n_readings = sum(one.result() for one in asked)
    finally:
        stop.set()
        writer.join()
    waits.sort()
    say(
        soak="read while writing",
        readers=readers,
        readings=n_readings,
        requests=len(waits),
        written=len(written),
        ms_p50=round(waits[len(waits) // 2] * 1000, 1),
        ms_p95=round(waits[int(len(waits) * 0.95)] * 1000, 1),
    )
    return n_readings >= readers


def main():
    """Print a line for each part; end with 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "store.sqlite"
        server.fill(where)
        with server.served(where, TIDELINE_API_RATE="0") as address:
            went_well = [
                read_while_writing(address, where, options.readers, options.seconds),
                fuzzed(address, folder, options.examples),
            ]
    return 0 if all(went_well) else 1


if __name__ == "__main__":
    sys.exit(main())
