"""What happens is told here as log entries, a line each, for programs that read logs.

An entry has a name and a few fields: numbers, and words that this program chose. No
text of an article, no query and no secret ever is a field, and what could not be one
word of ours is left out, so no line can be made to look like another.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pythonjsonlogger.json import JsonFormatter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    Field = str | int | float | None

LOG = "TIDELINE_LOG"
"""The variable that has the page log, as `--log` does."""

LOG_CLIENTS = "TIDELINE_LOG_CLIENTS"
"""Set to 1, requests are logged with the address that they came from."""

ENTRIES = logging.getLogger("tideline")
"""The logger of all entries. Handlers find name and fields of one by `entry_of`."""
# Unless somebody listens, not even errors are written: commands say them in words.
ENTRIES.addHandler(logging.NullHandler())

_WORD = re.compile(r"[A-Za-z0-9_.:/{}\[\]*+@-]{1,200}")
_LEFT_OUT = "left-out"
_WORDS = {
    "making_events": "making the events of {claims:,} claims, once; this may take some"
    " minutes"
}
# By default others' loggers are heard from here on; what they chat of is no entry.
_OTHERS = logging.WARNING


class Form(StrEnum):
    """How entries are written: one JSON object, or `name=value` words, a line."""

    JSON = "json"
    TEXT = "text"


def tell(event: str, *, level: int = logging.INFO, **fields: Field) -> None:
    """Log an entry; costs next to nothing where nobody listens.

    Parameters
    ----------
    event
        Its name, one word.
    level
        As in `logging`.
    fields
        Numbers and words; a word that is not of letters, digits and a few signs is
        left out. None is not written.
    """
    if ENTRIES.isEnabledFor(level):
        said = {name: _safe(value) for name, value in fields.items()}
        ENTRIES.log(level, event, extra={"fields": said})


def _safe(value: Field) -> Field:
    if isinstance(value, str) and not _WORD.fullmatch(value):
        return _LEFT_OUT
    return round(value, 3) if isinstance(value, float) else value


def entry_of(record: logging.LogRecord) -> tuple[str, Mapping[str, Field]] | None:
    """Return the name and the fields of an entry, or None if it is none of ours."""
    fields = getattr(record, "fields", None)
    if record.name != ENTRIES.name or fields is None:
        return None
    return str(record.msg), fields


def read_form(environment: Mapping[str, str]) -> Form | None:
    """Return how TIDELINE_LOG has entries written; None where it is not set.

    Raises
    ------
    ValueError
        If it is set to something else.
    """
    said = environment.get(LOG, "")
    if said not in ("", *Form):
        raise ValueError(f"{LOG} is json or text, or left out, not {said!r}")
    return Form(said) if said else None


def set_up(form: Form, stream: TextIO | None = None) -> None:
    """Have entries written to `stream`, standard error by default.

    What other packages warn of goes there too, in the same form and without their
    words, which may hold anything: who says so, where, and the kind of error.
    """
    # A record that cannot be written is not told of in words of its own either.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Json() if form is Form.JSON else _Text())
    handler.addFilter(_is_worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_OTHERS)
    ENTRIES.setLevel(logging.INFO)
    take_over()


def take_over() -> None:
    """Have loggers that brought handlers of their own write as all others do."""
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger is not ENTRIES:
            logger.handlers.clear()
            logger.propagate = True


def speak(say: Callable[[str], object]) -> None:
    """Have what somebody has to wait for said in words, where no log is written."""
    for handler in [one for one in ENTRIES.handlers if isinstance(one, _InWords)]:
        ENTRIES.removeHandler(handler)
    ENTRIES.addHandler(_InWords(say))
    ENTRIES.setLevel(logging.INFO)


class _InWords(logging.Handler):
    """Says some entries in words."""

    def __init__(self, say: Callable[[str], object]) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say an entry, unless it is written."""
        handlers = logging.getLogger().handlers
        if any(isinstance(one.formatter, _Json | _Text) for one in handlers):
            return
        entry = entry_of(record)
        if entry and entry[0] in _WORDS:
            self._say(_WORDS[entry[0]].format_map(entry[1]))


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    return entry_of(record) is not None or record.levelno >= _OTHERS


def _fields(record: logging.LogRecord) -> dict[str, Field]:
    """Return all that is written of a record, in its order."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    said: dict[str, Field] = {"at": at, "level": record.levelname.lower()}
    if entry := entry_of(record):
        name, fields = entry
        told = {
            key: value for key, value in (fields or {}).items() if value is not None
        }
        return {**said, "event": name, **told}
    said |= {
        "event": "log",
        "logger": _safe(record.name),
        "where": _safe(f"{record.module}:{record.lineno}"),
    }
    # The words before values are put into them stand in somebody's code.
    if record.args and isinstance(record.msg, str):
        said["said"] = record.msg[:200]
    if record.exc_info and record.exc_info[0]:
        said["error"] = _safe(record.exc_info[0].__name__)
        said["raised"] = _safe(_raised_at(record.exc_info[2]))
    return said


def _raised_at(trace: Any) -> str:  # noqa: ANN401 - a traceback, or None
    """Return file and line of where an error was raised; no line of code."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


class _Json(JsonFormatter):
    """Writes one JSON object a line, in ASCII."""

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        """Take what may be written, and nothing else."""
        log_data.clear()
        log_data.update(_fields(record))


class _Text(logging.Formatter):
    """Writes `at level event name=value ...`, a line of ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = _fields(record)
        first = " ".join(str(fields.pop(name)) for name in ("at", "level", "event"))
        rest = (f"{name}={_quoted(value)}" for name, value in fields.items())
        return " ".join((first, *rest))


def _quoted(value: Field) -> str:
    plain = not isinstance(value, str) or _WORD.fullmatch(value)
    return str(value) if plain else json.dumps(value)
