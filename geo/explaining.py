"""How the reading of an article looks in a terminal: `tideline explain`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from geo.printing import count, days, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType

    from extract.explain import Explained, Step
    from extract.records import Claim

NARROW = 110
"""The width of what goes to a file or a pipe, in characters."""


def print_explained(name: str, conflict: str, sentences: Sequence[Explained]) -> None:
    """Print each sentence of an article with its marks and what came of them."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else NARROW, highlight=False)
    n_claims = sum(len(sentence.claims) for sentence in sentences)
    head = f"{name}: {count(len(sentences), 'sentence')}, {count(n_claims, 'claim')}"
    _print(console, [_text(f"{head}; conflict: {conflict}", "bold")])
    for number, sentence in enumerate(sentences, 1):
        _print(console, ["", *_sentence(number, sentence)])


def _print(console: Console, parts: Iterable[RenderableType]) -> None:
    """Print parts below each other, without the spaces that fill up their lines."""
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    lines = capture.get().splitlines()
    typer.echo("\n".join(line.rstrip() for line in lines))


def _text(words: str, style: str = "") -> RenderableType:
    """Return words as they are: no markup, control characters as codes."""
    from rich.text import Text

    return Text(plain(words), style=style, overflow="fold")


def _grid(
    indent: int, rows: Iterable[Sequence[tuple[str, str]]], ratios: Sequence[int | None]
) -> RenderableType:
    """Return rows of cells (words and style); columns without a ratio fit theirs."""
    from rich.padding import Padding
    from rich.table import Table

    grid = Table.grid(padding=(0, 1))
    for ratio in ratios:
        grid.add_column(overflow="fold", ratio=ratio)
    for row in rows:
        grid.add_row(*(_text(words, style) for words, style in row))
    return Padding(grid, (0, 0, 0, indent))


def _sentence(number: int, sentence: Explained) -> Iterator[RenderableType]:
    words = _one_line(sentence.text)
    yield _grid(0, [((f"{number:>3}", "bold"), (words, "bold"))], (None, None))
    if not sentence.signs:
        yield _grid(4, [(("nothing is marked", "dim"),)], (None,))
    signs = [
        ((sign.kind, "dim"), (_one_line(sign.words), ""), (sign.meaning, ""))
        for sign in sentence.signs
    ]
    if signs:
        yield _grid(4, signs, (None, 2, 3))
    for step in sentence.steps:
        yield from _step(step)


def _step(step: Step) -> Iterator[RenderableType]:
    words = f'"{_one_line(step.words)}"'
    told = f"rule {step.rule} ({step.reading})" if step.rule else step.stopped[0]
    yield _grid(4, [((f"-> {words}:", "bold"), (told, ""))], (None, None))
    rows = [(("claim:", "green"), (_claim(claim), "green")) for claim in step.claims]
    if step.rule:
        rows += [(("no claim:", "yellow"), (why, "yellow")) for why in step.stopped]
    if rows:
        yield _grid(7, rows, (None, None))


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _claim(claim: Claim) -> str:
    kind = f"{claim.event_type} {claim.place}"
    if claim.modality != "asserted":
        kind = f"{kind} ({claim.modality})"
    said = f"{claim.claimed_by} ({claim.claimant_type})"
    parts = [
        kind,
        f"lies {claim.place_context}" if claim.place_context else "",
        _party("gained by", claim.gained_by, claim.gained_by_text),
        _party("lost by", claim.lost_by, claim.lost_by_text),
        f"with {', '.join(claim.associated)}" if claim.associated else "",
        _dated(claim),
        f"said by {said if claim.claimed_by else claim.claimant_type}",
        f"confidence {claim.confidence:.2f}",
    ]
    return "; ".join(filter(None, parts))


def _party(role: str, name: str | None, words: str | None) -> str:
    if name is None:
        return f'{role} "{words}", nobody known' if words else ""
    return f"{role} {name}" if words else f"{role} {name} (inferred)"


def _dated(claim: Claim) -> str:
    when = days(claim.date_start, claim.date_end)
    if not when:
        return "no date"
    return f"{when} (from: {str(claim.date_anchor).replace('_', ' ')})"
