"""Anything that articles can be read from, as bytes, and what is found in it.

What is found counts only once somebody, or an option, has said what was not found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from extract.read import Header, Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Bytes as they came.

    `name` is the file's name or the address asked for, `media_type` what the server
    said they are (empty if nobody did), `url` where they finally came from.
    """

    name: str
    content: bytes
    media_type: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article as it was found, to be looked at before it counts.

    `how` says for a field where it was found ("meta tag", "first heading", "option").
    `asks` names the fields that somebody has to give: without a day of publication
    nothing is stored. `notes` are plain sentences on what may be wrong.
    """

    text: str
    article_id: str = ""
    title: str = ""
    publisher: str = ""
    url: str = ""
    published: date | None = None
    lang: str = "en"
    how: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def articles_in(source: Source, defaults: Header) -> Iterator[Found | Unreadable]:
    """Yield the articles of a source, each as it was found.

    Parameters
    ----------
    source
        Text, Markdown, HTML, PDF, DOCX, JSONL, CSV or Parquet.
    defaults
        What holds where the source says nothing itself.
    """
    raise NotImplementedError
    yield
