"""What a run leaves in the folder it was given: what it goes by, and its result.

While it is under way all is in `unfinished`, which goes when the result is in place.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from geo.corpus.geoparquet import KINDS, NO_COUNTRY, NO_YEAR, Partition, folder_of
from geo.corpus.input_files import shown
from geo.corpus.limiting import ARTICLE_S
from geo.corpus.reading import LEFT_OUT
from geo.corpus.settings import CorpusError, Setting, program_digest
from geo.corpus.sources import PART_BYTES
from geo.credits import GENERAL

try:
    import fcntl
except ImportError:  # Windows has none: two runs into one folder may then collide
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from geo.corpus.parts import Part, ReadPart

UNFINISHED, RESULT = "unfinished", "corpus.json"
_BEGUN, _HELD = "run.json", "held"

_MOST_SHARDS = 1_024

_OPENED_BY = {
    "DuckDB": "LOAD spatial; SELECT * FROM read_parquet('events/**/*.parquet',"
    " hive_partitioning = true)",
    "dask-geopandas": "dask_geopandas.read_parquet('events')",
    "QGIS": "Layer, Add Layer, Add Vector Layer, and a file, or the folder `events`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run is asked for.

    `parts` are read by `read`, of articles by the pack called `conflict`, or by the one
    that fits each if it is empty. `places` is the stamp of the index of place names
    that `index` finds on a machine. Articles dated after `day` are refused, and left
    out if reading one takes longer than `article_s` seconds of processor time.
    """

    parts: Sequence[Part]
    read: ReadPart
    places: str
    index: Callable[[], Path]
    day: date
    conflict: str = ""
    article_s: float = ARTICLE_S

    @property
    def inputs(self) -> str:
        """A digest of the parts."""
        told = json.dumps([part.told for part in self.parts])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def told(self) -> dict[str, str]:
        """What must be the same for a run to go on, by what people call it."""
        return {
            "inputs": self.inputs,
            "program": program_digest(),
            "places": self.places,
            "conflict": self.conflict,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What came of a run: how many articles, claims and events, and the files.

    `repeated` articles came before, under their id or word for word; `copies` tell
    another one again. `left_out` counts articles, and stretches of inputs, of which the
    list of what was left out has a line each.
    """

    articles: int
    repeated: int
    copies: int
    left_out: int
    claims: int
    events: int
    partitions: tuple[Partition, ...]


def finished(out: Path, asked: Asked) -> Summary | None:
    """Return what came of a run that is finished, or None.

    Raises
    ------
    CorpusError
        If it was another run.
    """
    path = out / RESULT
    if not path.exists():
        return None
    result = json.loads(path.read_text(encoding="utf-8"))
    _check_same(out, result["run"], asked)
    # The run may have been ended while it tidied up; texts are among what is there.
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
    files = tuple(Partition(**row) for row in result["partitions"])
    return Summary(**result["numbers"], partitions=files)


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Keep all other runs out of a folder, which is made if need be.

    The system lets go of it when the process ends, however it does.

    Raises
    ------
    CorpusError
        If another run is under way there, or it holds something else.
    """
    folder = out / UNFINISHED
    if not (folder / _BEGUN).exists():
        _check_free(out)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _HELD).open("wb") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CorpusError(
                    f"another run into {out} is under way: wait until it ends, or name"
                    " another folder"
                ) from error
        yield


def begin(out: Path, asked: Asked, n_shards: int | None = None) -> Setting:
    """Return what a run goes by, as it was begun in the folder before, or begin it.

    Parameters
    ----------
    out
        The folder, `held`.
    asked
        What is asked for now.
    n_shards
        Into how many claims and keys are dealt; about as many as there are parts, if
        packed ones were of the usual size, if None.

    Raises
    ------
    CorpusError
        If the folder holds another run.
    """
    folder = out / UNFINISHED
    path = folder / _BEGUN
    if not path.exists():
        size = sum(part.size for part in asked.parts) // PART_BYTES
        most = min(max(1, len(asked.parts), size), _MOST_SHARDS)
        begun = {
            "run": asked.told,
            "day": asked.day.isoformat(),
            "n_shards": n_shards or most,
            "parts": [part.told for part in asked.parts],
            "inputs": sorted({shown(part.address) for part in asked.parts}),
        }
        _write(path, json.dumps(begun, ensure_ascii=False, indent=1))
    begun = json.loads(path.read_text(encoding="utf-8"))
    _check_same(out, begun["run"], asked)
    return Setting(
        folder=folder.resolve(),
        program=begun["run"]["program"],
        places=asked.places,
        index=asked.index,
        read=asked.read,
        day=date.fromisoformat(begun["day"]),
        conflict=asked.conflict,
        n_shards=begun["n_shards"],
        article_s=asked.article_s,
    )


def _check_free(out: Path) -> None:
    """Refuse a folder with anything in it but a run that was ended as it began."""
    if out.is_dir():
        is_free = all(path.name == UNFINISHED for path in out.iterdir())
    else:
        is_free = not out.exists()
    if not is_free:
        raise CorpusError(f"{out} holds something else; name a new folder")


def _check_same(out: Path, before: dict[str, str], asked: Asked) -> None:
    """Refuse to go on with a run that went by something else."""
    words = {
        "inputs": "other inputs, or they have changed",
        "program": "another version of Tideline",
        "places": "other lists of places",
        "conflict": "another --conflict",
    }
    differs = [words[key] for key, value in asked.told.items() if before[key] != value]
    if differs:
        raise CorpusError(
            f"{out} holds a run with {', and '.join(differs)}: name another folder, or"
            " remove this one to begin anew"
        )


def publish(out: Path, setting: Setting, summary: Summary) -> None:
    """Put the result of a run into place, and remove what it was made of."""
    for kind in KINDS:
        made = setting.folder / "files" / kind
        if made.exists():
            shutil.rmtree(out / kind, ignore_errors=True)
            made.rename(out / kind)
    begun = json.loads((setting.folder / _BEGUN).read_text(encoding="utf-8"))
    numbers = asdict(summary)
    partitions = numbers.pop("partitions")
    result = {
        "run": begun["run"],
        "day": begun["day"],
        "numbers": numbers,
        "notice": GENERAL,
        "geometry": "points, longitude first (OGC:CRS84)",
        "folders": f"by the year of the last possible day, {NO_YEAR} if none is known,"
        f" and the ISO code of the country, {NO_COUNTRY} if that is not known",
        "opened_by": _OPENED_BY,
        "inputs": begun["inputs"],
        "partitions": partitions,
    }
    _write(out / RESULT, json.dumps(result, ensure_ascii=False, indent=1))
    shutil.rmtree(setting.folder, ignore_errors=True)


def write_left_out(out: Path, paths: Iterable[Path]) -> int:
    """Write the list of what was left out, from several; return how many it names."""
    lines = [line for path in paths for line in path.read_bytes().splitlines(True)]
    _write(out / LEFT_OUT, b"".join(lines).decode())
    return len(lines)


def files_in(summary: Summary) -> list[str]:
    """Return the files of a result, as paths within its folder."""
    return [
        f"{one.kind}/{folder_of(one.shard)}/{one.kind}-{n}.parquet"
        for one in summary.partitions
        for n in range(one.n_files)
    ]


def _write(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
