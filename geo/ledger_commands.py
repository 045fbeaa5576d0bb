"""The commands on what a store keeps as evidence: articles, originals, soundness.

They are a part of the edge, as `geo/cli.py` is. Everything heavy is imported inside
the command that needs it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from geo.options import StoreAt  # noqa: TC001 - typer reads it
from geo.places_commands import open_store_at
from geo.printing import plain, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geo.originals import Retrieval
    from geo.querying import ArticleHeader

DONE, FAILED = 0, 1

ArticleId = Annotated[
    str, typer.Argument(metavar="ARTICLE_ID", help="As `tideline articles` shows.")
]
Out = Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")]
IsNot = Annotated[
    bool, typer.Option("--not", help="Say that it is not a copy after all.")
]
Why = Annotated[str, typer.Option(help="The reason, kept with it.")]
OfArticle = Annotated[
    str, typer.Argument(metavar="OF", help="The article that it tells again.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to an app."""
    app.command(name="articles", epilog="Example: tideline articles")(articles_command)
    app.command(
        name="original", epilog="Example: tideline original 01ab23 report.html"
    )(original_command)
    app.command(
        name="copy-of",
        epilog="Example: tideline copy-of 01ab23 01cd45 --not --why 'two reporters'",
    )(copy_of_command)
    app.command(name="check", epilog="Example: tideline check")(check_command)


def articles_command(store: StoreAt = "") -> None:
    """Print the stored articles: whence each came, when, and its original's SHA-256.

    One that tells another again says so: the two are one source.
    """
    from geo.copies import copies
    from geo.originals import retrievals

    with open_store_at(store, create=False) as opened:
        articles, came = opened.articles(), retrievals(opened)
        with opened.reading() as connection:
            told = copies(connection)
    whence = defaultdict(list)
    for one in came:
        whence[one.article_id].append(one)
    for article in articles:
        typer.echo(plain("\n".join(_lines(article, told, whence[article.article_id]))))


def _lines(
    article: ArticleHeader, told: Mapping[str, str], came: Iterable[Retrieval]
) -> Iterator[str]:
    named = (article.title, article.publisher, str(article.published or ""))
    yield "  ".join((article.article_id, *(one for one in named if one)))
    if original := told.get(article.article_id):
        yield f"    a copy of {original}"
    for one in came:
        at = one.at.isoformat(sep=" ", timespec="seconds")
        address = one.final_url if one.final_url not in {"", one.source} else ""
        yield f"    {one.source}{' -> ' if address else ''}{address}"
        yield f"    retrieved {at}, {one.size} bytes, SHA-256 {one.sha256}"


def original_command(article_id: ArticleId, out: Out, store: StoreAt = "") -> None:
    """Write the bytes that an article was first read from, as they came."""
    from geo.originals import content_of, retrievals

    with open_store_at(store, create=False) as opened:
        came = retrievals(opened, article_id)
        if not came:
            _fail(f"no original of article {article_id!r} is in this store")
        content = content_of(opened, came[0].sha256) or b""
    try:
        out.write_bytes(content)
    except OSError as error:
        _fail(f"{out}: {(error.strerror or str(error)).lower()}")
    say(f"{len(content)} bytes, SHA-256 {came[0].sha256}, written to {out}")


def copy_of_command(
    article_id: ArticleId,
    of: OfArticle,
    is_not: IsNot = False,
    why: Why = "",
    store: StoreAt = "",
) -> None:
    """Say that an article tells another one again, or with --not that it does not.

    Copies are one source however many print them. What a reader says counts before
    what the program finds.
    """
    from geo.copies import mark

    now = datetime.now(UTC)
    with open_store_at(store, create=False) as opened:
        try:
            mark(opened, (article_id, of), is_copy=not is_not, now=now, why=why)
        except ValueError as error:
            _fail(str(error))
    word = "no copy" if is_not else "a copy"
    say(f"article {article_id} counts as {word} of {of}")


def check_command(
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="First make all events that are kept anew of the claims."
        ),
    ] = False,
    store: StoreAt = "",
) -> None:
    """Look whether the store is sound, a line for each thing; 1 if anything is not.

    Digests, hashes, offsets, signatures and events are made again of what is stored.
    """
    from geo.soundness import look

    sound = True
    with open_store_at(store, create=False) as opened:
        if rebuild:
            opened.rebuild()
        for looked in look(opened):
            typer.echo(plain(str(looked)))
            sound = sound and not looked.faults
    raise typer.Exit(DONE if sound else FAILED)


def _fail(message: str) -> NoReturn:
    say(message)
    raise typer.Exit(FAILED)
