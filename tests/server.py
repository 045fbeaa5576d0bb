"""A real server for the browser tests, and a small store for it to show."""

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from conftest import make_article, make_claim, make_location, make_nowhere, make_placing

from extract.records import EventType, Evidence, Modality, Span
from geo.store import open_store

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 1, 5, tzinfo=UTC)
PAGE = ROOT / "streamlit_app.py"
START_S = 60
_used = set()  # the ports of servers that were stopped

SPOTS = {
    "Palmyra": (38.2842, 34.5601),
    "Raqqa": (39.0167, 35.9594),
    "Manbij": (37.9558, 36.5282),
    "Aleppo": (37.1613, 36.2012),
    "Al-Bab": (37.5153, 36.3705),
    "Kobani": (38.3548, 36.8915),
    "Deir ez-Zor": (40.1412, 35.3359),
    "Afrin": (36.8694, 36.5119),
    "Daraa": (36.1062, 32.6189),
    "Idlib": (36.6339, 35.9306),
    "Tell Rifaat": (37.0975, 36.4731),
}
# day, publisher, what is said; [place], (gainer), {loser}, <date> mark the evidence.
REPORTS = (
    (
        "2014-01-14",
        "Northern Desk",
        "captured",
        "Fighters of (Islamic State) took [Raqqa] from {rebels} <on 13 January>.",
    ),
    (
        "2015-01-27",
        "Northern Desk",
        "captured",
        "(Kurdish fighters) drove {Islamic State} out of [Kobani] <on Monday>.",
    ),
    (
        "2015-05-22",
        "Wire of the South",
        "captured",
        "(Islamic State) seized [Palmyra] from {the army} <on 20 May>.",
    ),
    (
        "2016-03-28",
        "State Agency",
        "captured",
        "(The army) retook [Palmyra] from {Islamic State} <on 27 March>.",
    ),
    (
        "2016-08-14",
        "Northern Desk",
        "captured",
        "(The SDF) took [Manbij] from {Islamic State} <on 12 August>.",
    ),
    (
        "2016-12-12",
        "Wire of the South",
        "captured",
        "(Islamic State) took back [Palmyra] from {the army} <on 11 December>.",
    ),
    (
        "2016-12-14",
        "State Agency",
        "captured",
        "(The army) took the whole of [Aleppo] from {rebels} <on 13 December>.",
    ),
    (
        "2017-02-24",
        "Bosphorus Post",
        "captured",
        "(Turkish-backed fighters) took [Al-Bab] from {the group} <on 23 February>.",
    ),
    (
        "2017-03-03",
        "State Agency",
        "captured",
        "(The army) retook [Palmyra] from {Islamic State} <on 2 March>.",
    ),
    (
        "2017-10-18",
        "Northern Desk",
        "captured",
        "(The SDF) took [Raqqa] from {Islamic State} <on 17 October>.",
    ),
    (
        "2017-11-04",
        "State Agency",
        "captured",
        "(The army) took [Deir ez-Zor] from {Islamic State} <on 3 November>.",
    ),
    (
        "2018-03-19",
        "Bosphorus Post",
        "captured",
        "(Turkish-backed fighters) took [Afrin] from {the SDF} <on 18 March>.",
    ),
    (
        "2018-07-13",
        "State Agency",
        "handed_over",
        "{Rebels} handed [Daraa] to (the army) <on 12 July>.",
    ),
    (
        "2019-02-02",
        "Wire of the South",
        "holds",
        "(Hayat Tahrir al-Sham) holds [Idlib] <since January>.",
    ),
    (
        "2019-10-16",
        "Northern Desk",
        "withdrew",
        "{American troops} left [Manbij] <on 15 October>.",
    ),
    (
        "2024-11-30",
        "Wire of the South",
        "captured",
        "(Hayat Tahrir al-Sham) took [Aleppo] from {the army} <on 29 November>.",
    ),
    (
        "2024-12-01",
        "Bosphorus Post",
        "attacked",
        "(Turkish-backed men) attacked {the SDF} at [Tell Rifaat] <on 1 December>.",
    ),
)
ACTORS = {
    "Islamic State": "Islamic State",
    "rebels": "Syrian opposition",
    "Rebels": "Syrian opposition",
    "Kurdish fighters": "Syrian Democratic Forces",
    "The SDF": "Syrian Democratic Forces",
    "the SDF": "Syrian Democratic Forces",
    "The army": "Syrian government",
    "the army": "Syrian government",
    "Turkish-backed fighters": "Turkish-backed opposition",
    "Turkish-backed men": "Turkish-backed opposition",
    "the group": "Islamic State",
    "Hayat Tahrir al-Sham": "Hayat Tahrir al-Sham",
    "American troops": "United States",
}
DAYS = {
    "since January": (date(2019, 1, 1), date(2019, 2, 2), 4),
}
_MARKED = re.compile(r"[\[({<]([^\])}>]+)[\])}>]")


def fill(where):
    """Store the reports, one claim each, and one claim whose place is not found.

    A new file is a copy of one that was filled before.
    """
    if "://" in str(where) or Path(where).exists():
        _fill(where)
    else:
        Path(where).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_filled(), where)


@cache
def _filled():
    folder = tempfile.mkdtemp(prefix="tideline-filled-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "store.sqlite")
    _fill(path)
    return path


def _fill(where):
    with open_store(where) as store:
        for number, report in enumerate(REPORTS):
            article, claim = told(number, *report)
            lon, lat = SPOTS[claim.place]
            spot = make_location(
                lon=lon, lat=lat, place_id=f"test:{claim.place}", name=claim.place
            )
            if claim.place == "Tell Rifaat":
                spot = replace(spot, where_prec=3, radius_m=12_000.0, match="container")
            place = make_placing({claim.claim_id: spot}, article_id=article.article_id)
            store.add(article, [claim], place, now=NOW)
        article, claim = lost_village()
        nowhere = {claim.claim_id: make_nowhere()}
        place = make_placing(nowhere, article_id=article.article_id)
        store.add(article, [claim], place, now=NOW)


def told(number, published, publisher, kind, marked):
    """Return the article and the claim of a marked sentence."""
    sentence, spans = "", {}
    at = 0
    for match in _MARKED.finditer(marked):
        sentence += marked[at : match.start()]
        spans[match[0][0]] = Span(
            start=len(sentence), end=len(sentence) + len(match[1])
        )
        sentence += match[1]
        at = match.end()
    sentence += marked[at:]
    intro = f"This is test report {number}.\n\n"
    spans = {
        sign: Span(start=span.start + len(intro), end=span.end + len(intro))
        for sign, span in spans.items()
    }
    text = (
        f"{intro}{sentence}\n\nResidents spoke of a quiet night. Nothing else is told."
    )
    article = make_article(
        article_id=f"report-{number}",
        text=text,
        published=date.fromisoformat(published),
        title=f"Report {number} from {publisher}",
        publisher=publisher,
        url=f"https://example.org/{number}",
    )
    return article, _claim(article, sentence, len(intro), kind, spans)


def _claim(article, sentence, start, kind, spans):
    def words(sign):
        return spans[sign].of(article.text) if sign in spans else None

    first, last, prec = DAYS.get(words("<")) or _day(words("<"), article.published)
    place = spans["["]
    return make_claim(
        claim_id=f"claim-{article.article_id}",
        article_id=article.article_id,
        event_type=EventType(kind),
        modality=Modality.ASSERTED,
        place=place.of(article.text),
        char_start=start,
        char_end=start + len(sentence),
        sentence=sentence,
        evidence=Evidence(
            trigger=place,
            place=place,
            gained_by=spans.get("("),
            lost_by=spans.get("{"),
            date=spans["<"],
        ),
        gained_by=ACTORS.get(words("(")),
        gained_by_text=words("("),
        lost_by=ACTORS.get(words("{")),
        lost_by_text=words("{"),
        date_start=first,
        date_end=last,
        date_prec=prec,
        date_text=words("<"),
        claimed_by=None,
    )


def _day(words, published):
    number = re.search(r"\d+", words)
    if number is None:  # on Monday
        day = published.replace(day=26)
        return day, day, 1
    months = {"January": 1, "March": 3, "May": 5, "July": 7, "August": 8, "February": 2}
    months |= {"October": 10, "November": 11, "December": 12}
    month = months[words.split()[-1]]
    day = published.replace(month=month, day=int(number[0]))
    return day, day, 1


def lost_village():
    """Return an article and its claim about a place that is in no gazetteer."""
    text = "The army took Umm al-Nowhere on 4 March. No map shows it."
    article = make_article(
        article_id="report-lost",
        text=text,
        published=date(2017, 3, 5),
        title="A village on no map",
        publisher="State Agency",
    )
    claim = make_claim(
        claim_id="claim-lost",
        article_id="report-lost",
        place="Umm al-Nowhere",
        char_start=0,
        char_end=40,
        sentence=text[:40],
        evidence=Evidence(trigger=Span(start=9, end=13), place=Span(start=14, end=28)),
        lost_by=None,
        lost_by_text=None,
        date_start=date(2017, 3, 4),
        date_end=date(2017, 3, 4),
        date_text="on 4 March",
    )
    return article, claim


@contextmanager
def served(where, *, cache=None, script=PAGE, start_s=START_S, **environment):
    """Start the page on a free port and yield its address; stop it by its own id.

    `environment` are further variables of it, `script` is what Streamlit runs.

    Fails with what the server wrote if it dies or does not answer in time.
    """
    port = _free_port()
    room = tempfile.TemporaryDirectory()
    is_file = "://" not in str(where)
    log = Path(f"{where}.log") if is_file else Path(room.name, "log")
    environment = {**os.environ, "TIDELINE_STORE": str(where), **environment}
    if cache:
        environment["TIDELINE_CACHE"] = str(cache)
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    with log.open("wb") as out:
        page = subprocess.Popen(
            command, stdout=out, stderr=out, env=environment, cwd=ROOT
        )
    try:
        _wait(page, port, log, start_s)
        yield f"http://127.0.0.1:{port}"
    finally:
        page.terminate()
        try:
            page.wait(timeout=10)
        except subprocess.TimeoutExpired:
            page.kill()
            page.wait()
        _used.add(port)
        room.cleanup()


def _free_port():
    """Return a port, one that was used before if it can be: browsers cache by it."""
    for port in (*_used, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            found = probe.getsockname()[1]
            _used.discard(found)
            return found
    raise AssertionError("no port is free")


def _wait(page, port, log, start_s):
    until = time.monotonic() + start_s
    while time.monotonic() < until:
        if page.poll() is not None:
            raise AssertionError(f"the server died:\n{log.read_text()}")
        if _answers(port):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server did not answer:\n{log.read_text()}")


def _answers(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False
