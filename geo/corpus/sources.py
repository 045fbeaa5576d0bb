"""What a corpus is read from is found, cut into parts, and read here."""

from __future__ import annotations

from glob import glob
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from extract.found import Found, Header, Unreadable, article_from
from extract.rows import in_lines
from geo.corpus.parts import LeftOut, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.records import Article

PART_BYTES = 16_000_000
"""About how much of an input one task reads, unpacked."""


def find_parts(patterns: Sequence[str], *, part_bytes: int = PART_BYTES) -> list[Part]:
    """Return the parts of all inputs that fit the patterns, always in the same order.

    Parameters
    ----------
    patterns
        Paths or addresses, with `*`, `?` and `**` in them.
    part_bytes
        About how large a part is, in bytes.

    Raises
    ------
    ValueError
        If nothing fits a pattern, or what fits is of no kind that is read.
    """
    paths = sorted(Path(p) for pattern in patterns for p in glob(pattern))
    if not paths:
        raise ValueError(f"there is no input like {' '.join(patterns)}")
    parts = []
    for path in paths:
        size = path.stat().st_size
        for start in range(0, max(size, 1), part_bytes):
            end = min(size, start + part_bytes)
            name = f"{path.name}, bytes {start} to {end}"
            parts.append(
                Part(
                    name=name,
                    address=str(path),
                    form="jsonl",
                    start=start,
                    end=end,
                    size=end - start,
                )
            )
    return parts


def read_part(part: Part) -> Iterator[Article | LeftOut]:
    """Yield the articles of a part in their order, and what is no article and why.

    A line belongs to the part in which it begins.
    """
    with Path(part.address).open("rb") as file:
        if part.start:
            file.seek(part.start - 1)
            file.readline()
        for _number in count():
            if part.end is not None and file.tell() >= part.end:
                return
            line = file.readline()
            if not line:
                return
            yield from _article(line, part)


def _article(line: bytes, part: Part) -> Iterator[Article | LeftOut]:
    from io import BytesIO

    for item in in_lines(BytesIO(line), b"", part.name, Header()):
        if isinstance(item, Found):
            yield article_from(item, dated=False)
        elif isinstance(item, Unreadable) and line.strip():
            yield LeftOut(where=str(item.source), why=item.reason)
