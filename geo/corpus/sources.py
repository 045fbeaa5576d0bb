"""What a corpus is read from is cut into parts here, and each part read."""

from __future__ import annotations

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from extract import found as finding
from extract.found import Found, Header, Unreadable, article_from
from geo.corpus.input_files import found, has_ranges, opened, shown
from geo.corpus.line_ranges import Stretch
from geo.corpus.parts import LeftOut, Part
from geo.corpus.resuming import ReachError, reason
from geo.corpus.unpacking import Stream
from geo.taking import OPTION, filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.records import Article
    from geo.corpus.input_files import Listed

PART_BYTES = 16_000_000
"""About how much of an input one task reads, unpacked."""

_LINES, _TABLE, _PAGES = "lines", "table", "pages"


class _Form(NamedTuple):
    """What a file holds, how it is packed, and what is counted to say where."""

    kind: str
    packed: str
    unit: str


_NONE = _Form("", "", "")
_FORMS = {
    ".jsonl": _Form(_LINES, "", "byte"),
    ".ndjson": _Form(_LINES, "", "byte"),
    ".jsonl.gz": _Form(_LINES, "gzip", "line"),
    ".ndjson.gz": _Form(_LINES, "gzip", "line"),
    ".jsonl.zst": _Form(_LINES, "zstd", "line"),
    ".ndjson.zst": _Form(_LINES, "zstd", "line"),
    ".parquet": _Form(_TABLE, "", "row"),
    ".pq": _Form(_TABLE, "", "row"),
    ".warc": _Form(_PAGES, "", "record"),
    ".warc.gz": _Form(_PAGES, "gzip", "record"),
}
SUFFIXES = tuple(_FORMS)
"""Endings of what is read; anything else is left out, and told."""
NO_DAY = "no day of publication; lines and tables give it as `published`, YYYY-MM-DD"
"""Said here in place of `extract.found.NO_DAY`: a corpus has no option for a day."""
_ASKED_AT_ONCE = 8
_HEADER = Header()


def find_parts(patterns: Sequence[str], *, part_bytes: int = PART_BYTES) -> list[Part]:
    """Return the parts of all inputs that fit the patterns, always in the same order.

    Lines are cut by bytes, tables by their groups of rows; what is packed is one part.
    What cannot be read is a part, too, which tells so when it is read.

    Parameters
    ----------
    patterns
        Paths of files or folders, or addresses; with `*`, `?` and `**` in them, but for
        those of web servers.
    part_bytes
        About how large a part is, in bytes.

    Raises
    ------
    ValueError
        If nothing fits a pattern, or nobody can be asked.
    """
    files = {one.address: one for pattern in patterns for one in found(pattern)}
    cut = partial(_cut, part_bytes=part_bytes)
    with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
        parts = [part for many in pool.map(cut, files.values()) for part in many]
    return _told_apart(parts)


def read_part(part: Part, defaults: Header = _HEADER) -> Iterator[Article | LeftOut]:
    """Yield the articles of a part in their order, and what is no article and why.

    Articles are those that `tideline ingest` reads of the same file, ids and all: only
    such count as have a day of publication.

    Parameters
    ----------
    part
        From `find_parts`, or a stretch of one: a line belongs to the part in which it
        begins.
    defaults
        What holds where an article says nothing itself.

    Raises
    ------
    ConnectionError
        If the file lies elsewhere and nobody answers; later it may be there again.
    """
    name = shown(part.address)
    try:
        for item in _items(part, name, Header(lang=defaults.lang)):
            yield _article(item, part, defaults)
    except ReachError as error:
        raise ConnectionError(str(error)) from None
    except Exception as error:  # noqa: BLE001
        # Libraries raise whatever comes to them at bytes that were made to break them.
        # They are not logged: some name the address, and so what may open it.
        yield LeftOut(where=name, why=reason(error))


def _form(address: str) -> str:
    """Return the ending of a file by which it is read; nothing if it is not."""
    path = urlsplit(address).path if "://" in address else address
    name = PurePath(path).name.lower()
    return max((one for one in SUFFIXES if name.endswith(one)), key=len, default="")


def _cut(file: Listed, part_bytes: int) -> list[Part]:
    form = _form(file.address)
    whole = Part(
        name=file.name,
        address=file.address,
        form=form,
        size=file.size or 0,
        version=file.version,
    )
    told = _FORMS.get(form, _NONE)
    if told.kind == _LINES and not told.packed:
        return _cut_lines(whole, part_bytes)
    if told.kind == _TABLE:
        return _cut_table(whole, part_bytes)
    return [whole]


def _cut_lines(whole: Part, part_bytes: int) -> list[Part]:
    count = round(whole.size / part_bytes)
    if count < 2 or not has_ranges(whole.address):
        return [whole]
    bounds = [whole.size * n // count for n in range(count + 1)]
    return [
        _stretch(whole, "bytes", start, end, end - start)
        for start, end in pairwise(bounds)
    ]


def _cut_table(whole: Part, part_bytes: int) -> list[Part]:
    from extract.parquet_files import Table

    try:
        with closing(opened(whole.address, at_random=True)) as file:
            groups = Table(file, whole.name, Header()).groups
    except Exception:  # noqa: BLE001
        # Whatever is wrong is told when the part is read, and costs no other.
        return [whole]
    parts, start, size = [], 0, 0
    for group in groups:
        size += group.unpacked
        if size >= part_bytes or group is groups[-1]:
            parts.append(_stretch(whole, "rows", start, group.stop, size))
            start, size = group.stop, 0
    return (
        parts if len(parts) > 1 else [replace(whole, size=sum(p.size for p in parts))]
    )


def _stretch(whole: Part, unit: str, start: int, end: int, size: int) -> Part:
    name = f"{whole.name}, {unit} {start} to {end}"
    return replace(whole, name=name, start=start, end=end, size=size)


def _told_apart(parts: list[Part]) -> list[Part]:
    """Return parts of which no two have one name: keys of addresses are not told."""
    seen = Counter(part.name for part in parts)
    return [
        replace(part, name=f"{part.name} ({_digest(part.address)})")
        if seen[part.name] > 1
        else part
        for part in parts
    ]


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _items(part: Part, name: str, defaults: Header) -> Iterator[Found | Unreadable]:
    form = _FORMS.get(part.form, _NONE)
    if form == _NONE:
        raise ValueError(f"not read here; it is none of {', '.join(SUFFIXES)}")
    if form.kind == _TABLE:
        yield from _of_table(part, name, defaults)
    elif form.kind == _LINES and not form.packed:
        yield from _of_stretch(part, name, defaults)
    else:
        yield from _of_stream(part, name, defaults)


def _of_table(part: Part, name: str, defaults: Header) -> Iterator[Found | Unreadable]:
    from extract.parquet_files import in_rows

    with closing(opened(part.address, at_random=True)) as file:
        wanted = range(part.start, part.end if part.end is not None else 2**63 - 1)
        yield from in_rows(file, name, defaults, wanted)


def _of_stream(part: Part, name: str, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield what stands in a file that is read from its beginning to its end."""
    form = _FORMS[part.form]
    stream = Stream(opened(part.address), form.packed)
    with closing(stream.buffered()) as file:
        if form.kind == _PAGES:
            from extract.warc_files import in_records

            yield from in_records(file, name, defaults)
        else:
            from extract.rows import in_lines

            every = in_lines(file, b"", name, defaults)
            yield from (item for item in every if item.line or not stream.fault)
    if stream.fault:
        yield Unreadable(source=name, reason=stream.fault)


def _of_stretch(
    part: Part, name: str, defaults: Header
) -> Iterator[Found | Unreadable]:
    """Yield what the lines of a stretch of a file hold, each with its first byte.

    Bytes are counted from 1, as `tail -c` does. Which line it is, nobody knows who has
    not read all before.
    """
    from extract.rows import in_lines

    with closing(opened(part.address, max(part.start - 1, 0))) as file:
        lines = Stretch(file, part.start, part.end)
        for item in in_lines(lines, b"", name, defaults):
            if item.line:
                yield replace(item, line=lines.begin + 1)
            elif not lines.at:
                yield item


def _article(
    item: Found | Unreadable, part: Part, defaults: Header
) -> Article | LeftOut:
    if isinstance(item, Unreadable):
        return LeftOut(where=_where(item, part), why=item.reason)
    try:
        return article_from(filled(item, defaults, OPTION))
    except ValueError as error:
        said = str(error).replace(finding.NO_DAY, NO_DAY)
        why = "; ".join((said, *item.notes))
        return LeftOut(where=_where(item, part), why=why)


def _where(item: Found | Unreadable, part: Part) -> str:
    """Return where something stands, in whatever part of its file it was read."""
    name, form = shown(part.address), _FORMS.get(part.form, _NONE)
    return f"{name}, {form.unit} {item.line}" if item.line else name
