"""Events as comma-separated values: safe in a spreadsheet, and the same when read back.

Commas part cells, lines end in CR LF (RFC 4180), numbers are written so that reading
them gives the very number. A cell with nothing in it is what is not known; a text
without letters stands between quotation marks, as PostgreSQL writes it.

Where a spreadsheet could take a text, or a part of it, for a formula, an apostrophe
stands before. Where apostrophes stood there already it is one more, so that one fewer
is always the text as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HXL = {
    "event_id": "#event+id",
    "place": "#loc+name",
    "place_id": "#loc+code",
    "radius_m": "#geo+radius+m",
    "where_prec": "#geo+precision+code",
    "place_source": "#meta+source+loc",
    "event_type": "#event+type",
    "gained_by": "#group+name+gained",
    "lost_by": "#group+name+lost",
    "date_start": "#date+start",
    "date_end": "#date+end",
    "date_prec": "#date+precision+code",
    "inside": "#meta+inside",
    "status": "#status",
    "status_reason": "#status+reason",
    "contradicts": "#event+id+contradicts",
    "says_otherwise": "#description+otherwise",
    "n_claims": "#meta+claims+num",
    "n_publishers": "#meta+publishers+num",
    "n_independent": "#meta+independent+num",
    "first_reported": "#date+reported",
    "confidence": "#meta+confidence",
    "sentence": "#description+quote",
    "article_id": "#meta+article+id",
    "char_start": "#meta+chars+start",
    "char_end": "#meta+chars+end",
    "publisher": "#meta+source+name",
    "url": "#meta+source+url",
    "acled_sub_event": "#event+type+acled",
    "plover": "#event+type+plover",
    "reviewed": "#meta+reviewed",
    "licence": "#meta+license",
    "attribution": "#meta+attribution",
    "as_of": "#meta+date+as_of",
    "coarsen_km": "#meta+grid+km",
    "until": "#meta+date+until",
    "lon": "#geo+lon",
    "lat": "#geo+lat",
}
"""Tags of the Humanitarian Exchange Language 1.1 for the columns of a sheet."""

# Where a cell may begin: also after a semicolon, a bar or a tab, which part cells in
# much of Europe, and at a line within a text. There, what spreadsheets may take for a
# formula or a command, its full-width twins included, with apostrophes before it.
_FORMULA = re.compile(
    r"""(?:\A'*(?=[\t\r\n])|(?:\A|(?<=[;|\t\r\n]))'*(?=[ \u00a0"]*[=+\-@＝＋－＠]))"""
)
_QUOTED = re.compile(r'[",\r\n]')
_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^",\r\n]*+))(,|\r\n|[\r\n]|\Z)')


def sheet(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], *, hxl: bool = False
) -> str:
    """Return rows of Python's own types as a sheet with a header.

    Parameters
    ----------
    names
        The columns in order.
    rows
        None is what is not known; days are ISO text.
    hxl
        Let a row of HXL tags follow on the header.
    """
    lines = [list(names)]
    if hxl:
        lines.append([HXL.get(name, f"#meta+{name}") for name in names])
    lines += ([_cell(row[name]) for name in names] for row in rows)
    return "".join(f"{','.join(line)}\r\n" for line in lines)


def read_sheet(text: str) -> tuple[list[str], list[list[str | None]]]:
    """Return a sheet's columns, and its rows with None for what is not known.

    Rows of HXL tags and empty lines are left out; apostrophes that `sheet` put there
    are taken away.

    Raises
    ------
    ValueError
        If it has no header, or a row is longer or shorter than that; with the row.
    """
    lines = _lines(text.removeprefix("\ufeff"))
    names = [cell or "" for cell in next(lines, [])]
    rows = []
    for number, cells in enumerate(lines, 2):
        if cells == [None] or _is_tags(cells):
            continue
        if len(cells) != len(names):
            raise ValueError(
                f"row {number} has {len(cells)} cells, the header {len(names)}"
            )
        rows.append([cell if cell is None else _as_it_was(cell) for cell in cells])
    return names, rows


def _cell(value: Any) -> str:  # noqa: ANN401 - a cell
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    harmless = _FORMULA.sub(lambda found: f"'{found[0]}", value)
    if not harmless or _QUOTED.search(harmless):
        return '"{}"'.format(harmless.replace('"', '""'))
    return harmless


def _as_it_was(cell: str) -> str:
    return _FORMULA.sub(lambda found: found[0][1:], cell)


def _lines(text: str) -> Iterator[list[str | None]]:
    at, cells = 0, list[str | None]()
    while at < len(text) or cells:
        found = _CELL.match(text, at)
        if found is None:
            raise ValueError(f"a quotation mark near character {at} is not closed")
        quoted, plain, end = found.groups()
        cells.append(plain or None if quoted is None else quoted.replace('""', '"'))
        at = found.end()
        if end != ",":
            yield cells
            cells = []


def _is_tags(cells: Sequence[str | None]) -> bool:
    return all(cell is None or cell.startswith("#") for cell in cells)
