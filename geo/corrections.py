"""What people did to what is published, as anybody may read it.

Every act of a reviewer or a reader is one correction: what stood before, what stands
now, why and when. Who did it is told only where the people concerned want that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from geo import schema
from geo.acts import undone
from geo.language import ENGLISH
from geo.ledger_tables import copy, edit, publisher
from geo.querying import all_choices
from geo.wording import (
    CLAIMANTS,
    TYPES,
    days_words,
    distance_words,
    listed,
    point_words,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from geo.language import Language
    from geo.store import Store

TOLD = ("edit", "choice", "undoing", "copy", "publisher")
"""The kinds of acts that are corrections."""

UNDONE = "undone"

HEADLINES: dict[str, str] = {
    "confirm": "A reading was checked and stands",
    "reject": "A reading was rejected",
    "correct": "A reading was corrected",
    "reopen": "A reading is to be looked at again",
    "split": "Reports were parted: they do not tell the same change",
    "merge": "Reports were joined: they tell the same change",
    "duplicate": "A reading was marked as a repetition",
    "add": "A reading was added",
    "accept": "A newer reading was accepted",
    "dismiss": "A newer reading was dismissed",
    "choice": "A place was set by hand",
    "copy": "A report was marked as a copy, or no longer",
    "publisher": "What is known of a publisher was changed",
    UNDONE: "An earlier correction was undone",
    "redone": "An undone correction was made again",
}
"""What each correction is called."""

FIELDS: dict[str, str] = {
    "state": "state of review",
    "event_type": "what happened",
    "modality": "how it is told",
    "place": "place",
    "location": "position",
    "gained_by": "side that gained",
    "lost_by": "side that lost",
    "associated": "others named",
    "dates": "days",
    "claimed_by": "source",
    "claimant_type": "kind of source",
    "bound_to": "joined with",
    "apart_from": "parted from",
    "duplicate_of": "repetition of",
    "copy_of": "copy of",
    "side": "side",
    "kind": "kind",
    "owner": "owner",
}
"""What each field is called; a field that is not here is told to nobody."""

VALUES: dict[str, str] = {
    "candidate": "not yet reviewed",
    "confirmed": "checked",
    "corrected": "corrected",
    "rejected": "rejected",
    "asserted": "told as a fact",
    "denied": "denied",
    "planned": "planned or expected",
}
"""What states and modalities are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One field by its name, with what stood and what stands, as the store has it."""

    field: str
    before: Any
    after: Any

    def turned(self) -> Changed:
        """Return the change back."""
        return Changed(field=self.field, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The claim or the report that a correction is about, as it was extracted."""

    article_id: str
    title: str
    publisher: str
    url: str
    published: date | None
    claim_id: str | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One act, with all that it changed of each claim.

    `uid` is a URN that stays for good and is no other act's, in any store. `what` is a
    key of `HEADLINES`. `name` is of a place or publisher that is not a claim's.
    `turns` is the act that this one undid or made again. `is_undone` says that it does
    not stand any more.
    """

    number: int
    uid: str
    at: datetime
    who: str
    why: str
    what: str
    about: tuple[Told, ...] = ()
    name: str = ""
    changed: tuple[Changed, ...] = ()
    turns: int | None = None
    is_undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """A stretch of corrections, the latest first; `older` begins the next one.

    `uid` is the store's own.
    """

    uid: str
    entries: tuple[Correction, ...] = ()
    older: int | None = None


Told = tuple[About, tuple[Changed, ...]]
_OF = ("article_id", "title", "publisher", "url", "published")


def corrections(
    store: Store, *, limit: int = 100, before: int | None = None
) -> Corrections:
    """Return the latest corrections, or those before an act, the latest first."""
    table = schema.revision.c
    wanted = select(schema.revision).where(table.kind.in_(TOLD))
    if before is not None:
        wanted = wanted.where(table.seq < before)
    with store.reading() as connection:
        first = select(table.digest).order_by(table.seq).limit(1)
        uid = _uid(connection.execute(first).scalar() or "")
        query = wanted.order_by(table.seq.desc()).limit(limit + 1)
        acts = connection.execute(query).mappings().all()
        entries = tuple(_Teller(connection, acts[:limit]).tell())
    more = len(acts) > limit
    return Corrections(
        uid=uid, entries=entries, older=acts[limit - 1]["seq"] if more else None
    )


def _uid(digest: str) -> str:
    return uuid5(NAMESPACE_URL, f"tideline:{digest}").urn


class _Teller:
    """Tells acts, with all that is needed for that read at once."""

    def __init__(self, connection: Connection, acts: Iterable[RowMapping]) -> None:
        self.acts = list(acts)
        self.connection = connection
        self.gone = undone(connection)
        query = select(schema.undoing)
        self.undoes = {row.seq: row.undoes for row in connection.execute(query)}
        seqs = {act["seq"] for act in self.acts}
        seqs |= {self._first(seq) for seq in seqs}
        self.edits = self._by_act(edit, seqs)
        self.copies = self._by_act(copy, seqs)
        self.publishers = self._by_act(publisher, seqs)
        self.moved = self._by_act(schema.location, seqs)
        self.choices = all_choices(connection)
        self.claims = self._claims()

    def tell(self) -> Iterator[Correction]:
        for act in self.acts:
            seq, first = act["seq"], self._first(act["seq"])
            what = self._what(seq, act["kind"])
            turned = what == UNDONE
            yield Correction(
                number=seq,
                uid=_uid(act["digest"]),
                at=act["at"],
                who=act["who"],
                why=act["why"],
                what=what,
                about=(*self._moves(seq, first), *self._told(first, turned=turned)),
                name=self._name(first),
                changed=_turned(self._of_publishers(first), turned=turned),
                turns=first if first != seq else None,
                is_undone=seq in self.gone,
            )

    def _by_act(self, table: Any, seqs: Collection[int]) -> dict[int, list[RowMapping]]:  # noqa: ANN401 - any table with a seq
        found: dict[int, list[RowMapping]] = {}
        query = select(table).where(table.c.seq.in_(seqs)).order_by(table.c.seq)
        for row in self.connection.execute(query).mappings():
            found.setdefault(row["seq"], []).append(row)
        return found

    def _claims(self) -> dict[str, About]:
        claim, article = schema.claim.c, schema.article.c
        acts = (*self.edits.values(), *self.moved.values())
        ids = {row["claim_id"] for rows_of_act in acts for row in rows_of_act}
        query = (
            select(claim.claim_id, claim.sentence, *(article[one] for one in _OF))
            .join_from(schema.claim, schema.article)
            .where(claim.claim_id.in_(ids - {None}))
        )
        found = self.connection.execute(query).mappings()
        return {row["claim_id"]: About(**row) for row in found}

    def _first(self, seq: int) -> int:
        """Return the act that an undoing turns in the end."""
        while seq in self.undoes:
            seq = self.undoes[seq]
        return seq

    def _what(self, seq: int, kind: str) -> str:
        turns = 0
        while seq in self.undoes:
            turns, seq = turns + 1, self.undoes[seq]
        if turns:
            return UNDONE if turns % 2 else "redone"
        return str(self.edits[seq][0]["action"]) if kind == "edit" else kind

    def _told(self, seq: int, *, turned: bool) -> Iterator[Told]:
        by_claim: dict[str, list[Changed]] = {}
        for row in self.edits.get(seq, ()):
            if row["claim_id"] is not None:
                told = by_claim.setdefault(row["claim_id"], [])
                before, after = json.loads(row["before"]), json.loads(row["after"])
                told += changed_fields(before, after)
        for claim_id, changes in by_claim.items():
            yield self.claims[claim_id], _turned(changes, turned=turned)
        for row in self.copies.get(seq, ()):
            change = Changed(field="copy_of", before=None, after=row["copy_of"])
            # That it is no copy takes back that it was one.
            back = turned != (not row["is_copy"])
            yield self._article(row["article_id"]), _turned([change], turned=back)

    def _moves(self, seq: int, first: int) -> Iterator[Told]:
        """Yield the claims that a choice, or its undoing, placed elsewhere."""
        if first not in self.choices:
            return
        for row in self.moved.get(seq, ()):
            was = self._before(schema.location, row, "claim_id")
            change = Changed(
                field="location", before=dict(was) if was else None, after=dict(row)
            )
            yield self.claims[row["claim_id"]], (change,)

    def _of_publishers(self, seq: int) -> Iterator[Changed]:
        for row in self.publishers.get(seq, ()):
            was = self._before(publisher, row, "name")
            for name in ("kind", "side", "owner"):
                before = was[name] if was else None
                if row[name] != before:
                    yield Changed(field=name, before=before, after=row[name])

    def _before(self, table: Any, row: RowMapping, key: str) -> RowMapping | None:  # noqa: ANN401 - any table with a seq
        """Return what stood of the same before an act."""
        query = (
            select(table)
            .where(table.c[key] == row[key], table.c.seq < row["seq"])
            .order_by(table.c.seq.desc())
            .limit(1)
        )
        return self.connection.execute(query).mappings().first()

    def _article(self, article_id: str) -> About:
        article = schema.article.c
        query = select(*(article[one] for one in _OF))
        wanted = query.where(article.article_id == article_id)
        return About(**self.connection.execute(wanted).mappings().one())

    def _name(self, seq: int) -> str:
        if chosen := self.choices.get(seq):
            return chosen.toponym
        return ", ".join(row["name"] for row in self.publishers.get(seq, ()))


def _turned(changes: Iterable[Changed], *, turned: bool) -> tuple[Changed, ...]:
    return tuple(one.turned() if turned else one for one in changes)


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Changed]:
    """Yield what an edit changed of a claim, but for what is told to nobody."""
    for name, value in after.items():
        if name == "apart_from":
            parted = [other for other, is_apart in value.items() if is_apart]
            were = [
                other for other, is_apart in before.get(name, {}).items() if is_apart
            ]
            yield Changed(field=name, before=were, after=parted)
        elif name in FIELDS:
            yield Changed(field=name, before=before.get(name), after=value)


def headline(one: Correction, language: Language = ENGLISH) -> str:
    """Say what a correction is, in one line."""
    said = language.say(HEADLINES[one.what])
    if one.turns is not None:
        said = language.say("{what}: number {number}", what=said, number=one.turns)
    if one.name:
        return language.say("{what}: {name}", what=said, name=one.name)
    places = dict.fromkeys(about.title or about.article_id for about, _ in one.about)
    if not places:
        return said
    named = listed(list(places)[:3], language=language)
    return language.say("{what}: {name}", what=said, name=named)


def change_words(one: Changed, language: Language = ENGLISH) -> str:
    """Say what stood before and what stands now, in one line."""
    return language.say(
        "{field}: was “{before}”, is “{after}”",
        field=language.say(FIELDS[one.field]),
        before=value_words(one.field, one.before, language),
        after=value_words(one.field, one.after, language),
    )


def value_words(field: str, value: Any, language: Language = ENGLISH) -> str:  # noqa: ANN401 - a JSON value
    """Say what a field holds; nothing is "not known"."""
    if value in (None, "", [], {}):
        return language.say("not known")
    if field in {"state", "modality"}:
        return language.say(VALUES[value])
    if field in {"claimant_type", "kind"}:
        return language.say(CLAIMANTS[value])
    if field == "event_type":
        return language.say(TYPES[value])
    if field in {"gained_by", "lost_by", "side"}:
        return language.actor(value)
    if field == "dates":
        start, end = (date.fromisoformat(value[end]) for end in ("start", "end"))
        return days_words(start, end, language=language)
    if field == "location":
        return _position(value, language)
    return (
        listed(map(str, value), language=language)
        if isinstance(value, list)
        else str(value)
    )


def _position(value: dict[str, Any], language: Language) -> str:
    if value.get("lon") is None:
        return language.say("not known")
    point = point_words(value["lon"], value["lat"], language=language)
    radius = distance_words(value["radius_m"], language=language)
    return language.say("{point}, within {distance}", point=point, distance=radius)
