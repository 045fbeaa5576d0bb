"""Who may do what: roles, the file that gives them, and the one question `permit`.

A role may do all that the roles before it may. Whoever writes to the store asks at the
moment of writing, never earlier: a button that is not drawn protects nothing.

* A part of the page opens the store with `geo.pages.desk.desk(setting, Deed.CORRECT)`.
  That asks who is there now, refuses whoever may not, and signs each act with `who`.
  The store that the page draws from (`geo.pages.desk.look`) refuses every writing.
* Elsewhere (a route, say) call `permit(person, Deed.DRAFT)`, then `open_store(where,
  who=person.who)`. What it raises, `NotPermittedError`, is a `StoreError`, so whatever
  shows those shows it too.
* Undoing an act takes the right to do it.
* A new kind of act is a new `Deed` and a row of `NEEDS`.
* Where acts are shown to all, show `people.shown(act.who)`, never `who` itself.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from geo.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Role(StrEnum):
    """What somebody is here; each may do what those before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"


class Deed(StrEnum):
    """What can be done to a store or beside it; looking is none."""

    CONFIRM = "confirm"
    REJECT = "reject"
    CORRECT = "correct"
    PLACE = "place"
    ADD = "add"
    DRAFT = "draft"
    FEED = "feed"
    SPLIT = "split"
    MERGE = "merge"
    PUBLISHERS = "publishers"
    LAYERS = "layers"
    WEBHOOKS = "webhooks"
    PEOPLE = "people"
    LISTS = "lists"
    ARCHIVE = "archive"


ROLES = tuple(Role)
"""From the one that may do least to the one that may do all."""

NEEDS: dict[Deed, Role] = {
    **dict.fromkeys((Deed.CONFIRM, Deed.REJECT, Deed.CORRECT), Role.REVIEWER),
    Deed.PLACE: Role.REVIEWER,
    **dict.fromkeys((Deed.ADD, Deed.DRAFT, Deed.FEED), Role.EDITOR),
    **dict.fromkeys((Deed.SPLIT, Deed.MERGE), Role.EDITOR),
    **dict.fromkeys((Deed.PUBLISHERS, Deed.LAYERS), Role.EDITOR),
    **dict.fromkeys((Deed.WEBHOOKS, Deed.PEOPLE), Role.ADMIN),
    **dict.fromkeys((Deed.LISTS, Deed.ARCHIVE), Role.ADMIN),
}
"""The least role that may do each."""

_FIELDS = {"issuer", "default", "public_names", "people"}
_ENTRY = {"role", "name"}


class NotPermittedError(StoreError):
    """Whoever asked may not do this; the message says which role may."""


class PeopleError(ValueError):
    """The file of people cannot be used; the message names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is at the page; `who` signs acts and is empty for nobody known."""

    role: Role
    who: str = ""
    name: str = ""

    def may(self, deed: Deed) -> bool:
        """Say whether this person may do that."""
        return ROLES.index(self.role) >= ROLES.index(NEEDS[deed])


ANYBODY = Person(role=Role.READER)
"""Who reads, and is not known."""

OWNER = Person(role=Role.ADMIN)
"""Who sits at a machine that serves nobody else; acts stay unsigned."""


def permit(person: Person, deed: Deed) -> None:
    """Let this person do that.

    Raises
    ------
    NotPermittedError
        If the role does not allow it.
    """
    if not person.may(deed):
        raise NotPermittedError(
            f"this takes the role of {NEEDS[deed]}, and yours is {person.role}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the file says of one person."""

    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who has which role. `issuer` is the provider whose word for a name counts.

    `listed` goes by e-mail address in small letters, or by the provider's subject id.
    """

    issuer: str
    default: Role = Role.READER
    public_names: bool = False
    listed: Mapping[str, Listed] = field(default_factory=dict)

    def person(self, said: Mapping[str, Any]) -> Person:
        """Return who the provider says is there, by the claims of its token.

        A token of another provider names nobody. An e-mail address counts only if the
        provider has verified it, since else one could take another's.
        """
        subject = said.get("sub")
        if said.get("iss") != self.issuer or not isinstance(subject, str):
            return ANYBODY
        email = _verified_email(said)
        # An id that looks like an address must not pass for one that was verified.
        own = f"id:{subject}" if "@" in subject else subject
        who = own if own in self.listed else email or own
        entry = self.listed.get(who, Listed(role=self.default))
        name = entry.name or email or _name(said) or own
        return Person(role=entry.role, who=who, name=name)

    def shown(self, who: str) -> str:
        """Return how somebody who signed an act is called before all; maybe nothing."""
        if not self.public_names:
            return ""
        entry = self.listed.get(who)
        return entry.name if entry and entry.name else who


def _verified_email(said: Mapping[str, Any]) -> str:
    email = said.get("email")
    # Some providers write the truth value as a word.
    is_verified = said.get("email_verified") in (True, "true")
    return email.casefold() if isinstance(email, str) and is_verified else ""


def _name(said: Mapping[str, Any]) -> str:
    name = said.get("name")
    return name if isinstance(name, str) else ""


def read_people(path: Path) -> People:
    """Read who has which role from a TOML file.

    Raises
    ------
    PeopleError
        If it cannot be read, or says something that is not understood: a role that was
        misspelt must not become another one in silence.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return _people(found)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except ValueError as error:
        reason = str(error)
    raise PeopleError(f"{path}: {reason}")


def _people(found: dict[str, Any]) -> People:
    _known(found, _FIELDS, "")
    issuer, listed = found.get("issuer"), found.get("people", {})
    if not isinstance(issuer, str) or not issuer.startswith(("https://", "http://")):
        raise ValueError(
            "issuer is missing; write the address of your OpenID provider, as its"
            " tokens name it"
        )
    if not isinstance(public := found.get("public_names", False), bool):
        raise ValueError(f"public_names is true or false, not {public!r}")
    if not isinstance(listed, dict):
        raise ValueError("people is a table: an address or a subject id, and its role")
    entries: dict[str, Listed] = {}
    for identity, given in listed.items():
        key = identity.casefold() if "@" in identity else identity
        if key in entries:
            raise ValueError(f"{identity} stands there twice")
        entries[key] = _listed(identity, given)
    return People(
        issuer=issuer,
        default=_role(found.get("default", Role.READER), "default"),
        public_names=public,
        listed=entries,
    )


def _listed(identity: str, given: object) -> Listed:
    if isinstance(given, str):
        return Listed(role=_role(given, identity))
    if not isinstance(given, dict):
        raise ValueError(f'{identity}: write a role, or {{role = "...", name = "..."}}')
    _known(given, _ENTRY, f"{identity}: ")
    if not isinstance(name := given.get("name", ""), str):
        raise ValueError(f"{identity}: a name is text, not {name!r}")
    return Listed(role=_role(given.get("role"), identity), name=name)


def _role(given: object, of: str) -> Role:
    if not isinstance(given, str) or given not in ROLES:
        raise ValueError(f"{of}: no role {given!r}; there are: {', '.join(ROLES)}")
    return Role(given)


def _known(found: Mapping[str, Any], known: set[str], of: str) -> None:
    if others := sorted(found.keys() - known):
        raise ValueError(
            f"{of}nothing is called {others[0]!r}; there are: "
            f"{', '.join(sorted(known))}"
        )
