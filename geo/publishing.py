"""A static site of what a store has: written whole beside its place, then moved there.

Any web server can show it, and a browser without one: nothing in it runs on a server,
and nothing outside is asked. A site that stands there is exchanged in one step.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from geo.bulletin import FEED, feed
from geo.corrections import Corrections
from geo.credits import GENERAL
from geo.export import FORMS, TAGGED, to_geopackage
from geo.language import ENGLISH, load_languages
from geo.onefile import one_file
from geo.site import CORRECTIONS, name_in, pages
from geo.withholding import facts, withheld_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.records import Conflict
    from geo.withholding import Outgoing

MANIFEST = "manifest.json"
"""The file that lists all others with their SHA-256."""

MARK = "tideline-site"
"""What a manifest has that is ours; its value is the version of its form."""

_SAFE = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9.-]*")
_EXCHANGE = 2
_HERE = -100


class PublishError(Exception):
    """The site cannot stand there; the message says what to do."""


def publish(
    outgoing: Outgoing,
    conflict: Conflict,
    folder: Path,
    *,
    corrections: Corrections | None = None,
    further: Mapping[str, bytes] | None = None,
) -> dict[str, int]:
    """Write a site into a folder; return its files with their sizes.

    Parameters
    ----------
    outgoing
        What may leave; nothing else of the store is in the site.
    conflict
        Gives the site its title, and actors their looks.
    folder
        Is not there yet, or empty, or holds a site that this function wrote and
        nothing else. It is then replaced as a whole; if anything goes wrong before,
        the old site stays as it was.
    corrections
        What `geo.outgoing_corrections.leaving` lets go with it.
    further
        More files; the first page links to those in `data/` and to feeds.

    Raises
    ------
    PublishError
        If something else stands there.
    OSError
        If the site cannot be written.
    """
    folder = folder.resolve()
    found = corrections or Corrections(uid="urn:tideline:none")
    _check_place(folder)
    for name in further or {}:
        _check_name(name)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".publish-") as beside:
        made = Path(beside) / "site"
        made.mkdir()
        sizes = {
            name: _write(made, name, content)
            for name, content in _data(outgoing, conflict, found, further or {})
        }
        for name, page in pages(outgoing, conflict, sizes, found):
            sizes[name] = _write(made, name, page.encode())
        _write(made, MANIFEST, _manifest(outgoing, made, sizes))
        _check_place(folder)
        _put(made, folder)
    return sizes


def _data(
    outgoing: Outgoing,
    conflict: Conflict,
    corrections: Corrections,
    further: Mapping[str, bytes],
) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are no plain pages."""
    for suffix, form in FORMS.items():
        if suffix == ".gpkg":
            day = outgoing.until or outgoing.as_of
            yield "data/events.gpkg", to_geopackage(outgoing, conflict, day=day)
        elif suffix != ".html":
            yield f"data/events{suffix}", form.write(outgoing, conflict)
    yield "data/events-hxl.csv", TAGGED.write(outgoing, conflict)
    for language in load_languages().values():
        page = one_file(outgoing, conflict, language=language)
        yield name_in("map", language), page.encode()
    yield FEED, feed(corrections, file=name_in(CORRECTIONS, ENGLISH))
    yield from further.items()


def _check_name(name: str) -> None:
    if not _SAFE.fullmatch(name) or ".." in name:
        raise PublishError(f"{name!r} is no name for a file of a site")


def _write(made: Path, name: str, content: bytes) -> int:
    _check_name(name)
    path = made / name
    path.parent.mkdir(exist_ok=True)
    with path.open("xb") as file:
        return file.write(content)


def _manifest(outgoing: Outgoing, made: Path, sizes: Mapping[str, int]) -> bytes:
    said = {
        MARK: 1,
        **facts(outgoing),
        "events": len(outgoing.events),
        "licence": GENERAL,
        "held_back": withheld_words(outgoing),
        "files": {
            name: {
                "sha256": sha256((made / name).read_bytes()).hexdigest(),
                "size": sizes[name],
            }
            for name in sorted(sizes)
        },
    }
    return json.dumps(said, indent=1, ensure_ascii=False).encode()


def _check_place(folder: Path) -> None:
    """Refuse a folder that holds anything but a site of ours."""
    if not folder.exists():
        if not folder.parent.is_dir():
            raise PublishError(f"there is no folder {folder.parent}; make it first")
        return
    if not folder.is_dir():
        raise PublishError(f"{folder} is no folder; choose another place")
    there = {
        str(path.relative_to(folder)) for path in folder.rglob("*") if _is_file(path)
    }
    strange = sorted(there - _ours(folder))
    if strange:
        raise PublishError(
            f"{folder} holds {strange[0]!r}, which is not of a site published before; "
            "choose another folder, or move it"
        )


def _is_file(path: Path) -> bool:
    return path.is_symlink() or not path.is_dir()


def _ours(folder: Path) -> set[str]:
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        return {*said["files"], MANIFEST} if MARK in said else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _put(made: Path, folder: Path) -> None:
    """Move a site to its place; the old one, if any, goes where the new one was."""
    mode = folder.stat().st_mode if folder.exists() else 0o755
    made.chmod(mode & 0o777)
    if not folder.exists():
        made.rename(folder)
    elif not _exchange(made, folder):
        old = made.with_name("old")
        folder.rename(old)
        try:
            made.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, where the system can (Linux)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    done = rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)
    return bool(done == 0)
