"""GeoNames' lists of a country are read here: a zip file with `SY.txt` in it, or that.

Each row has 19 columns parted by tabs. Which of them are places that news of control
may name is decided by `is_named`.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING

from geo.listings import BadRow, ListError, Listing, Origin, Place, is_name, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 1 << 30
"""The largest list that is read; that of the United States has 0.3 GB."""

_COLUMNS = 19
# GeoNames deflates; what else Python unpacks fails in ways of its own.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The longest rows, of capitals with all their names, have some 12,000 bytes.
_MAX_LINE = 1 << 16
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")

# GeoNames' feature classes of which all codes are kept: areas, towns and mountains.
_ALL = frozenset("APT")
# Of the others those that forces take, hold, cross or are named by: water, ground,
# roads, and of 250 kinds of buildings the few that are objectives. No hotels, schools,
# hospitals, mosques, shops, graves, fields; nothing under the sea.
_KEPT = {
    "H": """BAY CHN CNL CNLI CNLN CNLQ CNLX GULF HBR INLT LGN LK LKC LKI LKN LKNI LKO
        LKS LKX MRSH OCN RSV RVN SBKH SEA SPNG SPNT STM STMA STMB STMC STMI STMIX STMM
        STMQ STMX STRT SWMP WAD WADB WADJ WADM WADS WADX WLL WLLS WTRH""",
    "L": """AREA BTL COLF CST DEVH GASF INDS LCTY LTER MILB MNA NVB OAS OILF PRK PRT
        RES RESA RESF RESN RESW RGN RGNE RGNH RGNL TRB""",
    "R": "CSWY RD RDJCT RJCT RR RTE TNL TNLRD TNLRR",
    "S": """AIRB AIRF AIRH AIRP AIRQ ANS BDG BDGQ BRKS CMP CMPL CMPO CMPRF CSTL CSTM DAM
        DAMQ DAMSB EST FCL FRM FRMS FRMT FT GATE GOSP INSM LOCK MN MNA MNAU MNC MNCR
        MNCU MNFE MNN MNQ MNQR MNMOT MNPB MNSN MSTY OILJ OILP OILR OILT OILW PMPO PMPW
        PRN PS PSH PSN PSTB PSTC PSTP QUAY RSTN RSTNQ RUIN WHRF""",
    "V": "FRST FRSTF",
}  # fmt: skip
_NAMED = {letter: frozenset(codes.split()) for letter, codes in _KEPT.items()}
# Parts of the state that are no more, which share their names with those that are.
_PAST_AREA = re.compile(r"(?:ADM[1-5]|ADMD|PCL|PCLI?|TERR)H")


def is_named(place: Place) -> bool:
    """Say whether news of who holds what may name a place of this kind.

    Abandoned and historical towns (PPLQ, PPLH, PPLW) are: they keep their code.
    """
    if place.feature_class in _ALL:
        return not _PAST_AREA.fullmatch(place.feature_code)
    return place.feature_code in _NAMED.get(place.feature_class, ())


@contextmanager
def unzipped(path: Path, country: str) -> Iterator[IO[bytes]]:
    """Open the list in a zip file of GeoNames, whatever else is in there.

    Names in the file are compared, never used: nothing is unpacked to a path.

    Raises
    ------
    ListError
        If it is no zip file, holds no list of that country, or breaks off.
    """
    wanted = f"{country}.txt"
    try:
        with zipfile.ZipFile(path) as archive:
            if wanted not in archive.namelist():
                raise ListError(f"the zip file holds no {wanted}")
            inside = archive.getinfo(wanted)
            if inside.file_size > MAX_BYTES:
                raise ListError(_too_large(wanted))
            if inside.compress_type not in _METHODS:
                raise ListError(f"{wanted} is not packed as zip files usually are")
            with archive.open(wanted) as stream:
                yield stream
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ListError(f"it is no whole zip file ({error})") from error
    except (NotImplementedError, RuntimeError) as error:
        raise ListError(f"the zip file cannot be read: {error}") from error


def _too_large(name: str) -> str:
    return f"{name} has more than {MAX_BYTES >> 20} MB"


def read_dump(
    stream: IO[bytes], origin: Origin, country: str = ""
) -> Iterator[Listing | BadRow]:
    """Yield the rows of a list as they stand, of all kinds of places.

    A row that names another country than `country` is a bad one; "" takes all. Rows
    carry the day of their last change, else that of `origin`.

    Raises
    ------
    ListError
        If there is more than a list may hold.
    """
    n_bytes = 0
    lines = iter(partial(stream.readline, _MAX_LINE), b"")
    for number, line in enumerate(lines, 1):
        n_bytes += len(line)
        if n_bytes > MAX_BYTES:
            raise ListError(_too_large("the list"))
        if not line.strip():
            continue
        try:
            yield _listing(line, origin, country)
        except ValueError as error:
            yield BadRow(line=number, reason=_reason(error))


def _reason(error: ValueError) -> str:
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _listing(line: bytes, origin: Origin, country: str) -> Listing:
    cells = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
    if len(cells) != _COLUMNS:
        raise ValueError(f"{len(cells)} columns instead of {_COLUMNS}")
    geonameid, lat, lon, letter, code, home = cells[0], *cells[4:9]
    name, ascii_name, alternates = map(one_line, cells[1:4])
    if not (geonameid.isdecimal() and geonameid.isascii() and name):
        raise ValueError("no GeoNames id and name in the first two columns")
    if not _COUNTRY.fullmatch(home) or country not in ("", home):
        raise ValueError(f"of country {home[:20]!r}" + (country and f", not {country}"))
    dated = cells[18].strip()
    # The page is in English: a name in Latin letters is the one to show.
    shown = ascii_name if not _LATIN.search(name) and ascii_name else name
    place = Place(
        place_id=f"geonames:{geonameid}",
        name=shown,
        lon=float(lon),
        lat=float(lat),
        country=home,
        admin1="" if cells[10] == "00" else cells[10],
        feature_class=letter,
        feature_code=code,
        population=max(int(cells[14] or 0), 0),
        source=origin.source,
        licence=origin.licence,
        dated=dated if _DAY.fullmatch(dated) else origin.dated,
    )
    others = (other.strip() for other in (name, ascii_name, *alternates.split(",")))
    spelt = (other for other in others if is_name(other))
    return Listing(place=place, names=tuple(dict.fromkeys([place.name, *spelt])))
