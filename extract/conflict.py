"""Conflict packs are read and checked here: a folder of TOML files, one a conflict."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from extract.records import Actor, ClaimantType, Conflict, Publisher

PACKS = Path(__file__).resolve().parent.parent / "assets" / "conflicts"


def load_conflict(path: Path) -> Conflict:
    """Read one pack.

    Raises
    ------
    ValueError
        If the file is not TOML or lacks what a pack needs; the message names the file.
    """
    try:
        return _conflict(path.stem, path.read_bytes())
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is not a conflict pack: {error!r}") from error


def load_conflicts(folder: Path = PACKS) -> dict[str, Conflict]:
    """Read every pack of a folder, by name, in the order of their names."""
    return {path.stem: load_conflict(path) for path in sorted(folder.glob("*.toml"))}


# By its bytes: a pack that was changed is read anew, one that was not is not.
@lru_cache(maxsize=64)
def _conflict(name: str, written: bytes) -> Conflict:
    pack = tomllib.loads(written.decode())
    view = pack["view"]
    return Conflict(
        name=name,
        title=pack["title"],
        countries=tuple(pack["countries"]),
        lon=float(view["lon"]),
        lat=float(view["lat"]),
        zoom=int(view["zoom"]),
        names=_names(pack),
        actors=tuple(_actor(row) for row in pack.get("actors", [])),
        publishers=tuple(_publisher(row) for row in pack.get("publishers", [])),
    )


def _actor(row: dict[str, Any]) -> Actor:
    return Actor(**{**_with_tuples(row), "names": _names(row)})


def _names(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((code, str(name)) for code, name in row.get("names", {}).items())


def _publisher(row: dict[str, Any]) -> Publisher:
    kind = ClaimantType(row.get("kind", ClaimantType.NEWSROOM))
    return Publisher(**{**_with_tuples(row), "kind": kind})


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
