"""Bytes become text here, or it is said why they do not."""

from __future__ import annotations

import logging
import re

logger = logging.getLogger(__name__)

# UTF-32's mark begins with UTF-16's, so it is looked for first.
MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Control characters that no text has: all of C0 but tab, line ends and page break,
# and not ESC and Ctrl-Z, which terminals and DOS leave behind.
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


def decode(content: bytes, lang: str, source: str) -> str:
    """Return the text of a file.

    Raises
    ------
    ValueError
        If it is no text, or in an encoding that cannot be told.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return checked(_strict(content[len(mark) :], encoding))
    try:
        return checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        return checked(_legacy(content, lang, source))


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"not valid {encoding}; save it as UTF-8") from error


def _legacy(content: bytes, lang: str, source: str) -> str:
    """Decode a Windows code page, but only where there is no doubt which.

    English and its neighbours have single accented letters and quotes, never three
    such bytes in a row; whole words of them are another script, which only the
    language given can tell apart.
    """
    if b"\0" in content:
        raise ValueError("this is a binary file, not text")
    if lang == "ar":
        encoding = "cp1256"
    elif not _HIGH_RUN.search(content):
        encoding = "cp1252"
    else:
        raise ValueError("not UTF-8, nor certain to be anything else; save it as UTF-8")
    text = _strict(content, encoding)
    logger.warning("%s is not UTF-8; it was read as %s", source, encoding)
    return text


def checked(text: str) -> str:
    """Return `text`, unless a NUL or 1 % of control characters give it away."""
    if "\0" in text or len(_CONTROL.findall(text)) * 100 > len(text):
        raise ValueError("this is a binary file, not text")
    return text
