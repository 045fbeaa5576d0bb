"""The command `tideline corpus`: a corpus too large for one store, read in parts.

It is a part of the edge, as `geo/cli.py` is: it reads the clock and the environment.
Everything heavy is imported inside the command.
"""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.gazetteer_commands import open_places
from geo.options import ConflictName, packs_of
from geo.printing import count, say
from geo.where import gazetteer_at

if TYPE_CHECKING:
    from geo.corpus.out_folder import Asked, Summary
    from geo.corpus.pools import Pool

DONE, FAILED = 0, 1

InputsAndOut = Annotated[
    list[str],
    typer.Argument(
        metavar="IN... OUT",
        help="Files or addresses of articles, with * in them if you like, and last the"
        " folder for the result, made if need be.",
    ),
]
Scheduler = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Dask's scheduler whose workers are to do it, such as tcp://10.0.0.1:8786;"
        " they need the same program, the same lists of places, and OUT under the same"
        " path.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="How many processes on this machine do it; 0 is this one alone. One a"
        " core if not given.",
        show_default=False,
    ),
]
Memory = Annotated[
    str,
    typer.Option(
        metavar="SIZE",
        help="What a process on this machine may take before it is ended, such as 2GB;"
        " its share of what the machine has if not given.",
    ),
]
ArticleSeconds = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        min=1,
        help="How many seconds of processor time the reading of one article may take;"
        " one that takes longer is left out.",
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Tell only what came of it, not how far it is.")
]


def corpus_command(  # noqa: PLR0913 - one parameter an option
    inputs: InputsAndOut,
    scheduler: Scheduler = "",
    workers: Workers = None,
    memory: Memory = "auto",
    article_seconds: ArticleSeconds = 300,
    conflict: ConflictName = "",
    quiet: Quiet = False,
) -> None:
    """Read a corpus of any size into GeoParquet: claims and events by year and country.

    Articles that tell others again are found across all inputs, and nothing is stored
    but the result. A run that was broken off goes on when it is called again. What was
    left out, and why, is told in left_out.jsonl.
    """
    from geo.corpus.out_folder import finished
    from geo.corpus.progress import shown_progress
    from geo.corpus.running import Hands, run_corpus
    from geo.corpus.settings import CorpusError

    if len(inputs) < 2:
        raise typer.BadParameter("name inputs, and last the folder for the result")
    if scheduler and workers is not None:
        raise typer.BadParameter("--workers are on this machine, --scheduler's are not")
    out = Path(inputs[-1]).expanduser()
    asked = replace(_asked(inputs[:-1], conflict), article_s=article_seconds)
    try:
        summary = finished(out, asked)
        if summary is None:
            with (
                shown_progress(say, quiet=quiet) as watch,
                _pool(scheduler, workers, memory) as pool,
            ):
                hands = Hands(pool=pool, watch=watch, clock=time.monotonic)
                summary = run_corpus(out, asked, hands)
    except KeyboardInterrupt:
        say("stopped; the same command goes on from here")
        raise
    except (CorpusError, OSError) as error:
        say(str(error))
        raise typer.Exit(FAILED) from error
    _tell(summary, out)
    raise typer.Exit(FAILED if summary.left_out else DONE)


def _asked(patterns: list[str], conflict: str) -> Asked:
    from geo.corpus.out_folder import Asked
    from geo.corpus.sources import find_parts, read_part
    from geo.gazetteer import read_stamp

    packs_of(conflict)
    try:
        parts = find_parts(patterns)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    with open_places():
        stamp = read_stamp(index_here())
    return Asked(
        parts=parts,
        read=read_part,
        places=stamp or "",
        index=index_here,
        day=datetime.now(UTC).date(),
        conflict=conflict,
    )


def index_here() -> Path:
    """Return where the machine that asks has its index of place names."""
    return gazetteer_at(os.environ)


def _pool(
    scheduler: str, workers: int | None, memory: str
) -> AbstractContextManager[Pool]:
    if workers == 0:
        from geo.corpus.pools import InProcess

        return nullcontext(InProcess())
    from geo.corpus.dask_pool import DaskPool, local_workers

    if scheduler:
        return DaskPool(scheduler)
    return local_workers(workers or os.cpu_count() or 1, memory)


def _tell(summary: Summary, out: Path) -> None:
    say(
        f"{count(summary.articles, 'article')}, {summary.repeated} more were repeated,"
        f" {summary.copies} tell another one again"
    )
    say(
        f"{count(summary.claims, 'claim')} and {count(summary.events, 'event')} written"
        f" to {out}"
    )
    if summary.left_out:
        say(f"{summary.left_out} left out, see {out / 'left_out.jsonl'}")
