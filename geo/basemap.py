"""What may lie under the events in place of the outlines: tiles that the user set up.

Tiles come from OpenStreetMap, from an address of the user's own, or from a PMTiles file
on this machine. What is set up wrongly is refused here with words on what to do.
"""

from __future__ import annotations

import html
import json
import mmap
import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from geo.where import PMTILES, TILES, TILES_ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pmtiles.tile import HeaderDict

OSM = "https://tile.openstreetmap.org"
"""Whom the page asks for tiles where the reader chose OpenStreetMap."""

CREDIT_LIMIT = 200
"""Characters of the words on whose tiles they are."""

_ADDRESS = re.compile(
    r"(?:https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
    r"|http://(?:localhost|127\.0\.0\.1|\[::1\]))"
    r"(?::[0-9]{1,5})?/[A-Za-z0-9_./~%{}?&=+:@,-]{1,400}"
)
_FIELD = re.compile(r"\{[^{}]*\}|[{}]")
_EXAMPLE = "https://tiles.example.org/{z}/{x}/{y}.png"
_TAG = re.compile(r"<[^<>]*>")
_KINDS = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}
_HEADER = 127
_DEPTH = 4
# Bytes of a directory or of what a file says of itself, packed or not, and of a tile:
# more is no map.
_DIRECTORY_LIMIT = 4_000_000
_TILE_LIMIT = 8_000_000
_BROKEN = (
    *(MagicNumberNotFound, SpecVersionUnsupported, ValueError, EOFError, KeyError),
    *(IndexError, OSError, OverflowError, zlib.error),
)


class BasemapError(Exception):
    """Tiles that were set up cannot be used; the message says what to do."""


class Ground(StrEnum):
    """What lies under the events; the browser knows each by its position here."""

    OUTLINES = "outlines"
    OSM = "osm"
    ADDRESS = "address"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of tiles, with {z}, {x} and {y}; `credit` names their makers."""

    url: str
    credit: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: whom a browser that shows these tiles asks."""
        return "/".join(self.url.split("/")[:3])


def read_address(template: str, credit: str) -> Address:
    """Return an address of tiles as it was set up.

    It is https, or http to this machine, and has {z}, {x} and {y} once each.

    Raises
    ------
    BasemapError
        If it is not of that form, or nobody is credited.
    """
    fields = sorted(_FIELD.findall(template))
    if not _ADDRESS.fullmatch(template) or fields != ["{x}", "{y}", "{z}"]:
        message = (
            f"{TILES} is not an address of tiles. Set it to one like {_EXAMPLE}: https,"
            " or http to this machine, with {z}, {x} and {y} once each"
        )
        raise BasemapError(message)
    named = _plain(credit)
    if not named:
        message = f"say in {TILES_ATTRIBUTION} whose tiles those of {TILES} are"
        raise BasemapError(message)
    return Address(url=template, credit=named)


def _plain(words: str) -> str:
    """Return one line of words, without signs that steer a screen."""
    spaced = " ".join(words.split())
    kept = (sign for sign in spaced if unicodedata.category(sign)[0] != "C")
    return "".join(kept)[:CREDIT_LIMIT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A PMTiles file of raster tiles, of version 3, open for reading.

    `kind` is the tiles' media type, `box` (west, south, east, north) in degrees,
    `least` and `most` are its zooms, inclusive; `version` changes with the file.
    """

    kind: str
    credit: str
    box: tuple[float, float, float, float]
    least: int
    most: int
    version: int
    _header: HeaderDict = field(repr=False)
    _part: Callable[[int, int, int], bytes] = field(repr=False)
    _entries: Callable[[int, int], list[Entry]] = field(repr=False)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile's picture, or None where the file has none.

        `y` counts from the north, as in the addresses of tiles.

        Raises
        ------
        BasemapError
            If the file is broken there.
        """
        if not self.least <= z <= self.most or not 0 <= min(x, y) <= max(x, y) < 2**z:
            return None
        try:
            return self._find(zxy_to_tileid(z, x, y))
        except _BROKEN as error:
            raise BasemapError(_damaged()) from error

    def _find(self, number: int) -> bytes | None:
        header = self._header
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(_DEPTH):
            entry = find_tile(self._entries(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                start = header["tile_data_offset"] + entry.offset
                return self._part(start, entry.length, _TILE_LIMIT)
            offset = header["leaf_directory_offset"] + entry.offset
            length = entry.length
        raise ValueError(number)


def open_archive(path: Path) -> Archive:
    """Open a PMTiles file of PNG, JPEG or WebP tiles.

    Raises
    ------
    BasemapError
        If it cannot be read, is none, is broken, or holds other tiles.
    """
    try:
        known = path.stat()
        return _opened(path, known.st_mtime_ns, known.st_size)
    except _BROKEN as error:
        if isinstance(error, OSError) and error.strerror:
            message = f"the file of {PMTILES} cannot be read: {error.strerror}"
            raise BasemapError(message) from error
        raise BasemapError(_damaged()) from error


def _damaged() -> str:
    return (
        f"the file of {PMTILES} is no whole PMTiles file of version 3."
        " Fetch or make it anew"
    )


@lru_cache(maxsize=2)
def _opened(path: Path, changed: int, size: int) -> Archive:
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def part(start: int, length: int, limit: int) -> bytes:
        if not 0 < length <= limit or start + length > size:
            raise ValueError(length)
        return content[start : start + length]

    @lru_cache(maxsize=64)
    def entries(start: int, length: int) -> list[Entry]:
        packed = part(start, length, _DIRECTORY_LIMIT)
        _unpacked(packed)
        return deserialize_directory(packed)

    header = deserialize_header(part(0, _HEADER, _HEADER))
    kind = _kind_of(header)
    entries(header["root_offset"], header["root_length"])
    return Archive(
        kind=kind,
        credit=_credit(header, part),
        box=(
            header["min_lon_e7"] / 1e7,
            header["min_lat_e7"] / 1e7,
            header["max_lon_e7"] / 1e7,
            header["max_lat_e7"] / 1e7,
        ),
        least=header["min_zoom"],
        most=header["max_zoom"],
        version=changed // 1_000_000,
        _header=header,
        _part=part,
        _entries=entries,
    )


def _unpacked(packed: bytes) -> bytes:
    """Unpack gzip; a little that would become gigabytes is refused before it does."""
    unpacker = zlib.decompressobj(wbits=31)
    found = unpacker.decompress(packed, _DIRECTORY_LIMIT)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError(len(found))
    return found


def _kind_of(header: HeaderDict) -> str:
    kind = header["tile_type"]
    packed = header["tile_compression"]
    if kind in _KINDS and packed in (Compression.NONE, Compression.UNKNOWN):
        return _KINDS[kind]
    held = "vector tiles" if kind in (TileType.MVT, TileType.MLT) else "other tiles"
    message = (
        f"the file of {PMTILES} holds {held}, and the map draws pictures only."
        " Set it to a PMTiles file of PNG, JPEG or WebP tiles; an MBTiles file of"
        " pictures becomes one with `pmtiles convert`"
    )
    raise BasemapError(message)


def _credit(header: HeaderDict, part: Callable[[int, int, int], bytes]) -> str:
    """Return the words of the file on whose work it is; "" where it says nothing."""
    try:
        told = part(
            header["metadata_offset"], header["metadata_length"], _DIRECTORY_LIMIT
        )
        if header["internal_compression"] == Compression.GZIP:
            told = _unpacked(told)
        words = json.loads(told).get("attribution")
    except (*_BROKEN, AttributeError):
        return ""
    if not isinstance(words, str):
        return ""
    return _plain(html.unescape(_TAG.sub("", words)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The tiles that were set up; `troubles` say what of it cannot be used, and why."""

    address: Address | None = None
    archive: Archive | None = None
    troubles: tuple[str, ...] = ()

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What a reader can choose from."""
        own = (Ground.ADDRESS,) if self.address else ()
        file = (Ground.ARCHIVE,) if self.archive else ()
        return (Ground.OUTLINES, Ground.OSM, *own, *file)


def offered(environment: Mapping[str, str]) -> Offered:
    """Return the tiles that were set up in TIDELINE_TILES and TIDELINE_PMTILES."""
    template = environment.get(TILES, "")
    path = environment.get(PMTILES, "")
    troubles: list[str] = []
    address = archive = None
    try:
        if template:
            address = read_address(template, environment.get(TILES_ATTRIBUTION, ""))
    except BasemapError as error:
        troubles.append(str(error))
    try:
        if path:
            archive = open_archive(Path(path).expanduser().resolve())
    except BasemapError as error:
        troubles.append(str(error))
    return Offered(address=address, archive=archive, troubles=tuple(troubles))
