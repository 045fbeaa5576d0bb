"""The original bytes of articles, and whence and when they came, are kept here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from extract.records import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """An article, and the bytes that it was read from as they came.

    `source` is the address or file name that was asked for, `final_url` where the
    bytes came from after redirects, `at` when. `found` is what was found, how, and what
    was corrected before it counted: texts, numbers and lists only.
    """

    article: Article
    content: bytes
    media_type: str
    source: str
    at: datetime
    final_url: str = ""
    found: Mapping[str, Any] = field(default_factory=dict)
