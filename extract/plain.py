"""Text and Markdown are read here, to the letter, with a header if there is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.decoding import decode
from extract.found import FIELDS, found_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.found import Found, Header, Source

HEADER_LINES = 20

# `key: value`; the value may be in quotes.
_HEADER_LINE = re.compile(r"([A-Za-z_]+)[ \t]*:[ \t]*(.*?)[ \t]*")


def articles(source: Source, defaults: Header) -> Iterator[Found]:
    """Yield the one article of a text file.

    Its characters stay as they are, so that offsets point into the file's own text; a
    byte order mark and a header between two `---` lines are not part of it.
    """
    text = decode(source.content, defaults.lang, source.name)
    record, text = _split_header(text)
    yield found_as({**record, "text": text}, defaults, dict.fromkeys(record, "header"))


def _split_header(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of a header between `---` lines, and the text after it.

    Anything that is not `key: value` down to the closing line means that the text
    only begins with a rule, and nothing is split off.
    """
    lines = text[: HEADER_LINES * 500].splitlines(keepends=True)[: HEADER_LINES + 2]
    if not lines or lines[0].rstrip() != "---":
        return {}, text
    record: dict[str, str] = {}
    length = len(lines[0])
    for line in lines[1:]:
        length += len(line)
        if line.rstrip() == "---":
            return record, text[length:]
        match = _HEADER_LINE.fullmatch(line.rstrip())
        if not match:
            break
        if match[1].lower() in FIELDS:
            record[match[1].lower()] = _unquoted(match[2])
    return {}, text


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value
