"""The languages of the page are read and spoken here: a catalogue file for each.

The English text is the key. What is put into a text stays what it is: braces and
markup in a name are never read.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import bidirectional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from extract.records import Actor, Conflict

Direction = Literal["ltr", "rtl"]

CATALOGUES = Path(__file__).resolve().parent.parent / "assets" / "languages"

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
COUNT = "n"
"""The placeholder for a count: the one that chooses the plural form of its text."""

_WEAK = ("EN", "ES", "ET", "CS", "NSM", "BN", "WS", "ON")
# Bidirectional classes of signs that go the way of a sentence, or no way of their own.
_AT_HOME = {
    "ltr": frozenset(("L", *_WEAK)),
    "rtl": frozenset(("R", "AL", "AN", *_WEAK)),
}
_ISOLATES = "\u2066\u2067\u2068"
_END = "\u2069"


def _english(n: int) -> str:
    return "one" if n == 1 else "other"


def _arabic(n: int) -> str:
    if n < 3:
        return ("zero", "one", "two")[n]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if n % 100 >= 11 else "other"


PLURALS: Mapping[str, Callable[[int], str]] = {"en": _english, "ar": _arabic}
"""The plural category of a whole number by language, after Unicode CLDR's cardinals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of the page.

    `code` is its BCP 47 tag, `name` what it calls itself. `words` gives the
    translation of each English text, `counted` that of each text with a count, by
    plural category; `months` are the names of the twelve; `countries` those
    of countries by ISO code, `actors` those of actors by their canonical name. What is
    missing is said in English.
    """

    code: str
    name: str
    direction: Direction
    months: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> str:
        """Return what an actor is called in this language, by its canonical name."""
        return self.actors.get(name, name)

    def title(self, conflict: Conflict) -> str:
        """Return what a conflict is called in this language."""
        return dict(conflict.names).get(self.code, conflict.title)

    def country(self, code: str, name: str) -> str:
        """Return what a country is called, by its ISO code; `name` if that is open."""
        return self.countries.get(code, name)

    def naming(self, actors: Iterable[Actor]) -> Language:
        """Return this language with the names that conflict packs give their actors."""
        names = {
            actor.name: dict(actor.names)[self.code]
            for actor in actors
            if self.code in dict(actor.names)
        }
        return replace(self, actors=names)

    def say(self, text: str, **values: object) -> str:
        """Say an English text in this language, with values in its placeholders.

        Parameters
        ----------
        text
            The English text, with placeholders such as `{place}`.
        values
            What to put there. `n` is a count, at least 0, and chooses the plural form;
            it is written with a comma at the thousands. Words of another direction are
            isolated, so that they do not turn the sentence.
        """

        def put(found: re.Match[str]) -> str:
            name = found[1]
            if name not in values:
                return found[0]
            value = values[name]
            if name == COUNT:
                return f"{value:,}"
            return isolated(str(value), self.direction)

        return PLACEHOLDER.sub(put, self._form(text, values.get(COUNT)))

    def _form(self, text: str, n: object) -> str:
        forms = self.counted.get(text)
        if forms is not None and isinstance(n, int):
            return forms[PLURALS[self.code](n)]
        return self.words.get(text, text)


def isolated(name: str, direction: Direction = "ltr") -> str:
    """Keep a name from turning a sentence of the given direction."""
    # All of these go as English goes; most names are so, and this is asked for each.
    if direction == "ltr" and name.isascii() and name.isprintable():
        return name
    if all(bidirectional(sign) in _AT_HOME[direction] for sign in name):
        return name
    depth = 0
    for sign in name:
        depth += (sign in _ISOLATES) - (sign == _END)
        if depth < 0:
            break
    if depth:  # Its own isolates would end or outlast the one around it.
        name = "".join(sign for sign in name if sign not in _ISOLATES + _END)
    return f"\u2068{name}{_END}"


def load_language(path: Path) -> Language:
    """Read one catalogue; its name is the language's code.

    Raises
    ------
    ValueError
        If the file is not a catalogue; the message names it.
    """
    try:
        with path.open("rb") as file:
            return _language(path.stem, tomllib.load(file))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is not a catalogue: {error!r}") from error


def _language(code: str, catalogue: dict[str, Any]) -> Language:
    if code not in PLURALS:
        raise ValueError(f"the plural rule of {code} is not known")
    if catalogue["direction"] not in {"ltr", "rtl"} or len(catalogue["months"]) != 12:
        raise ValueError("a language has a direction, ltr or rtl, and twelve months")
    return Language(
        code=code,
        name=catalogue["name"],
        direction=catalogue["direction"],
        months=tuple(catalogue["months"]),
        words=catalogue.get("words", {}),
        counted=catalogue.get("counted", {}),
        countries=catalogue.get("countries", {}),
    )


@lru_cache(maxsize=2)
def load_languages(folder: Path = CATALOGUES) -> Mapping[str, Language]:
    """Read every catalogue of a folder, by code, English first."""
    paths = sorted(folder.glob("*.toml"), key=lambda one: (one.stem != "en", one.stem))
    return {path.stem: load_language(path) for path in paths}


ENGLISH = load_language(CATALOGUES / "en.toml")


def catalogue_json(language: Language) -> bytes:
    """Return a language as JSON for the map's scripts: the same words in UTF-8."""
    catalogue = {
        "code": language.code,
        "direction": language.direction,
        "months": language.months,
        "words": language.words,
        "counted": language.counted,
    }
    return json.dumps(catalogue, ensure_ascii=False).encode()
