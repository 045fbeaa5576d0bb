"""The `tideline` command: what the user asks for meets the clock and the files here.

Everything heavy is imported inside the command that needs it, so that `extract` and
`--help` start at once; a test guards this.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, NoReturn

import typer

from extract.read import (
    JSONL_SUFFIXES,
    STDIN,
    TABLE_SUFFIXES,
    Header,
    Unreadable,
    read_articles,
)
from geo.corpus_commands import corpus_command
from geo.engines import (
    Asked,
    Engine,
    EngineName,
    LlmModel,
    LlmSize,
    LlmTimeout,
    LlmUrl,
    finder,
)
from geo.events_commands import events_app
from geo.gazetteer_commands import gazetteer_app, open_places
from geo.ingest_commands import (
    drafts_app,
    ingest_command,
    ingest_files,
    watch_command,
)
from geo.layers_commands import layers_app
from geo.ledger_commands import add_to
from geo.logs import LOG, Form, set_up, tell
from geo.options import (
    Address,
    ConflictName,
    Files,
    Format,
    FormatName,
    Jobs,
    Lang,
    Log,
    Port,
    Published,
    Publisher,
    Samples,
    StopTimeout,
    StoreAt,
    Title,
    Url,
    packs_of,
)
from geo.places_commands import open_store_at, places_app
from geo.printing import (
    count,
    print_claims,
    print_jsonl,
    progress,
    say,
)
from geo.publish_commands import publish_app
from geo.publishers_commands import publishers_app
from geo.review_commands import evaluate_app
from geo.stopping import WITHIN_S
from geo.verdict_commands import review_app
from geo.webhook_commands import webhooks_app
from geo.where import STORE, gazetteer_at, store_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from extract.records import Article, Conflict
    from geo.extracting import Reading

DONE, FAILED, WRONG_CALL = 0, 1, 2

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Read who reports to hold which place, and put it on a map over time."
    " Exit codes: 0 done, 1 something failed, 2 wrong call.",
)
app.add_typer(events_app)
app.add_typer(drafts_app)
app.add_typer(places_app)
app.add_typer(publishers_app)
app.add_typer(publish_app)
app.add_typer(gazetteer_app)
app.add_typer(layers_app)
app.add_typer(webhooks_app)
add_to(app)
app.add_typer(review_app)
app.add_typer(evaluate_app)


@app.command(
    name="extract",
    epilog="Example: tideline extract report.txt --published 2017-03-05 --format jsonl",
)
def extract_command(  # noqa: PLR0913 - a command's options are its arguments
    files: Files,
    title: Title = "",
    published: Published = None,
    publisher: Publisher = "",
    url: Url = "",
    lang: Lang = "en",
    format_: FormatName = Format.TABLE,
    conflict: ConflictName = "",
    jobs: Jobs = None,
    engine: EngineName = Engine.RULES,
    llm_url: LlmUrl = "",
    llm_model: LlmModel = "",
    llm_timeout: LlmTimeout = 120.0,
    llm_size: LlmSize = 8_000,
) -> None:
    """Print the claims of articles; nothing is stored.

    Without a day of publication, dates such as "a day earlier" stay open.
    """
    from geo.extracting import jobs_for, read_all
    from geo.workers import WorkerError

    asked = Asked(url=llm_url, name=llm_model, timeout_s=llm_timeout, size=llm_size)
    find = finder(engine, asked, os.environ)
    header = Header(
        title=title, published=published, publisher=publisher, url=url, lang=lang
    )
    packs = packs_of(conflict)
    with open_places():
        index = gazetteer_at(os.environ)
    items = _read(files, header, dated=False)
    readings = read_all(items, packs, index, jobs or jobs_for(files), find)
    try:
        with _extraction_bar(files) as advance, closing(readings):
            failed = _print_readings(readings, format_, advance)
    except WorkerError as error:
        _fail(f"reading stopped: {error}")
    raise typer.Exit(FAILED if failed else DONE)


def _print_readings(
    readings: Iterable[Reading], format_: Format, advance: Callable[[int], None]
) -> bool:
    """Print what became of each article as it comes; say whether any failed."""
    failed = False
    for number, reading in enumerate(readings, 1):
        for words in reading.said:
            say(words)
        failed = failed or reading.failed
        if format_ is Format.JSONL:
            print_jsonl(reading.claims)
        elif not reading.failed:
            print_claims(reading.name, reading.claims)
        advance(number)
    return failed


@app.command(
    name="explain",
    epilog="Example: tideline explain report.txt --published 2017-03-05",
)
def explain_command(  # noqa: PLR0913 - a command's options are its arguments
    files: Files,
    title: Title = "",
    published: Published = None,
    publisher: Publisher = "",
    url: Url = "",
    lang: Lang = "en",
    conflict: ConflictName = "",
) -> None:
    """Print how articles are read: each sentence, its marks, its claims and why.

    For every word that can tell an event it names the rule that fired and the claim
    that it gave, or what stopped it.
    """
    from geo.explaining import print_explained
    from geo.extracting import Extractor, name_of

    header = Header(
        title=title, published=published, publisher=publisher, url=url, lang=lang
    )
    n_failed = 0
    with open_places() as gazetteer:
        extractor = Extractor(packs_of(conflict), gazetteer)
        for path, item in _read(files, header, dated=False):
            if isinstance(item, Unreadable):
                n_failed += 1
                say(str(item))
                continue
            pack, sentences = extractor.explained(item)
            print_explained(name_of((path, item)), pack.title, sentences)
    raise typer.Exit(FAILED if n_failed else DONE)


app.command(
    name="ingest",
    epilog="Example: tideline ingest report.txt --published 2017-03-05"
    " --publisher 'Daily Example'",
)(ingest_command)
app.command(name="watch", epilog="Example: tideline watch reports")(watch_command)
app.command(name="corpus", epilog="Example: tideline corpus 'articles/*.jsonl' result")(
    corpus_command
)


@app.command(name="serve", epilog="Example: tideline serve --port 8600")
def serve_command(  # noqa: PLR0913 - a command's options are its arguments
    port: Port = None,
    address: Address = "127.0.0.1",
    samples: Samples = None,
    conflict: ConflictName = "",
    log: Log = None,
    stop_timeout: StopTimeout = WITHIN_S,
    store: StoreAt = "",
) -> None:
    """Start the page on this machine and print its address."""
    from geo import serve

    if log:
        set_up(log)
    if samples:
        _load_samples(samples, packs_of(conflict), store, logs=log is not None)
    if port and not serve.is_free(port, address):
        _fail(f"port {port} is in use; choose another with --port")
    environment = {**os.environ, STORE: str(store_at(store, os.environ))}
    environment |= {LOG: log} if log else {}
    code = serve.serve(
        port or serve.free_port(address=address),
        environment,
        on_ready=lambda url: _say_where(url, log),
        address=address,
        within_s=stop_timeout,
    )
    raise typer.Exit(FAILED if code else DONE)


def _say_where(url: str, log: Form | None) -> None:
    if log:
        tell("ready", what="serve", url=url)
    else:
        say(f"Tideline is at {url} (Ctrl-C ends it)")


def _read(
    files: Iterable[Path], header: Header, *, dated: bool
) -> Iterator[tuple[Path, Article | Unreadable]]:
    for path in files:
        for item in read_articles(path, defaults=header, dated=dated):
            yield path, item


def _extraction_bar(
    files: list[Path],
) -> AbstractContextManager[Callable[[int], None]]:
    """Show a bar, but not among claims that go to the same terminal."""
    if sys.stdout.isatty() or not sys.stderr.isatty():
        return nullcontext(lambda _done: None)
    return progress("Reading articles", _expected(files))


def _load_samples(
    folder: Path, packs: dict[str, Conflict], store: str, *, logs: bool
) -> None:
    """Load the sample articles into a store that has none, or not yet all of them."""
    files = sorted(folder.glob("*.jsonl"))
    samples = {
        item.article_id
        for _path, item in _read(files, Header(), dated=True)
        if not isinstance(item, Unreadable)
    }
    with open_store_at(store) as opened:
        stored = {article.article_id for article in opened.articles()}
    if not stored < samples:
        return
    report = ingest_files(files, packs, store)
    if logs:  # entries say so
        return
    for failure in report.failures:
        say(str(failure))
    say(f"{count(len(report.added), 'sample article')} loaded")


def _expected(files: Iterable[Path]) -> int | None:
    """Return how many articles the files may hold, or None if that cannot be told."""
    try:
        return sum(_lines(path) for path in files)
    except OSError:
        return None


def _lines(path: Path) -> int:
    if str(path) == STDIN:
        raise OSError("standard input can be read only once")
    if path.suffix.lower() in TABLE_SUFFIXES:
        raise OSError("rows of a table are counted only by reading it")
    if path.suffix.lower() not in JSONL_SUFFIXES:
        return 1
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)


if __name__ == "__main__":
    app()
