"""Parties are found here: names, nationalities with a force, descriptions, pronouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import ActorMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Actor

_RULE = frozenset({"control", "hands", "rule", "occupation", "hold", "flag"})
_ATTRIBUTIVE = frozenset({"rebel", "opposition", "government", "regime", "state"})
_STATE = frozenset({"army", "government", "regime", "federal", "loyalist"})
_OWN = frozenset({"its", "their", "his"})
_OURS = frozenset({"our", "ours", "we"})
_HELD = ("-held", "-controlled", "-occupied", "-ruled", "-dominated", "-run")
_BACKED = (
    "-backed",
    "-led",
    "-supported",
    "-allied",
    "-aligned",
    "-affiliated",
    "-linked",
)
_HYPHENED = _HELD + _BACKED
_DETERMINERS = frozenset(
    {"the", "these", "those", "this", "that", "its", "their", "his", "some"}
)
_MODIFIERS = frozenset(
    "same local allied government army special ground state elite regular "
    "regime armed pro-government remaining opposing foreign islamist "
    "extremist takfiri terrorist terror militant jihadist rebel moderate "
    "radical retreating advancing besieged national military air".split()
)


_OPENERS = _ATTRIBUTIVE | _STATE | _OURS | _DETERMINERS | _MODIFIERS | {"they", "them"}


def mark_actors(line: Line, lexicon: Lexicon) -> None:
    """Lay an `ActorMark` over each mention of a party."""
    free = 0
    for i in _openings(line, lexicon):
        if i < free:
            continue
        mark = (
            _named(line, lexicon, i)
            or _hyphened(line, lexicon, i)
            or _described(line, lexicon, i)
        )
        if mark:
            _possessive(line, mark)
            line.put(mark)
            free = mark.j
    if free:
        _join_members(line, lexicon)


def _openings(line: Line, lexicon: Lexicon) -> list[int]:
    """Return where the mention of a party may begin."""
    names = lexicon.party_words
    return [
        i
        for i, word in enumerate(line.low)
        if word in names
        or word in _OPENERS
        or ("-" in word and word.endswith(_HYPHENED))
    ]


def _named(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    if line.low[i] in _ATTRIBUTIVE and _RULE.intersection(line.low[i + 1 : i + 2]):
        actor = _of_prefix(line, lexicon, i, "")
        return ActorMark(i, i + 1, actor.name) if actor else None
    if line.low[i] not in lexicon.name_words:
        return None
    hit = lexicon.actors.longest(line.low, line.words, i)
    if hit:
        if _is_lower_common(line, i, hit[0]):
            return None
        return ActorMark(i, _force_end(line, lexicon, hit[0]), hit[1][0].name)
    hit = lexicon.seats.longest(line.low, line.words, i)
    if hit and _rules(line, hit[0]):
        return ActorMark(i, hit[0], hit[1][0].name)
    return _national(line, lexicon, i) if line.words[i][0].isupper() else None


def _national(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read "Syrian troops", "Russian control"."""
    hit = lexicon.adjectives.longest(line.low, line.words, i)
    if hit is None:
        return None
    end = _force_after(line, lexicon, hit[0])
    if end:
        return ActorMark(i, end, hit[1][0].name)
    if _RULE.intersection(line.low[hit[0] : hit[0] + 1]):
        return ActorMark(i, hit[0], hit[1][0].name)
    return None


def _rules(line: Line, k: int) -> bool:
    """Say whether "'s control" follows a capital that stands for a state."""
    owns = line.low[k : k + 1] in (["'s"], ["’s"])
    return owns and bool(_RULE.intersection(line.low[k + 1 : k + 3]))


def _is_lower_common(line: Line, i: int, end: int) -> bool:
    """Say whether "is" was taken for IS, or "opposition" is part of a longer phrase."""
    return (
        end == i + 1
        and line.low[i] == "opposition"
        and line.low[i + 1 : i + 2] == ["to"]
    )


def _force_after(line: Line, lexicon: Lexicon, at: int) -> int | None:
    """Return where a force named after an adjective ends; None without one."""
    skipped = 0
    while at < len(line.low) and skipped <= 3:
        if lexicon.force.longest(line.low, line.words, at):
            return _force_end(line, lexicon, at)
        if line.low[at] not in _MODIFIERS and line.low[at] not in {"and", "&"}:
            hit = lexicon.adjectives.longest(line.low, line.words, at)
            if not hit:
                return None
        at, skipped = at + 1, skipped + 1
    return None


def _force_end(line: Line, lexicon: Lexicon, at: int) -> int:
    """Return where words for a force that follow a name end."""
    while at < len(line.low):
        hit = lexicon.force.longest(line.low, line.words, at)
        if not hit:
            return at
        at = hit[0]
    return at


def _hyphened(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read "ISIL-held" and "US-backed fighters"."""
    word = line.low[i]
    if "-" not in word or not word.endswith(_HYPHENED):
        return None
    for suffix in _HELD:
        if word.endswith(suffix):
            actor = _of_prefix(line, lexicon, i, suffix)
            return (
                ActorMark(i, i + 1, actor.name if actor else None, held=True)
                if actor
                else None
            )
    for suffix in _BACKED:
        if word.endswith(suffix):
            ally = _of_prefix(line, lexicon, i, suffix)
            rest = _named(line, lexicon, i + 1) if i + 1 < len(line.low) else None
            if rest:
                allies = (ally.name,) if ally else ()
                return ActorMark(i, rest.j, rest.name, allies=allies)
            end = _force_after(line, lexicon, i + 1)
            if end:
                allies = (ally.name,) if ally else ()
                return ActorMark(
                    i, end, None, group=_group(line, lexicon, end), allies=allies
                )
    return None


def _of_prefix(line: Line, lexicon: Lexicon, i: int, suffix: str) -> Actor | None:
    word = line.words[i].removesuffix(suffix)
    if word.lower() in {"government", "regime", "army", "state"}:
        return lexicon.state
    return lexicon.prefix_actor(word)


def _group(line: Line, lexicon: Lexicon, end: int) -> str:
    hit = lexicon.groups.longest(line.low, line.words, end - 1)
    return hit[1][0] if hit else "any_group"


def _described(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read "the militants", "its forces", "Takfiri terrorists", "army units"."""
    low = line.low
    if low[i] in {"they", "them"}:
        return ActorMark(i, i + 1, None, group="pronoun")
    if low[i] in _OURS:
        return ActorMark(i, _force_end(line, lexicon, i + 1), None, group="speaker")
    mark = _state_force(line, lexicon, i)
    if mark:
        return mark
    if low[i] in _DETERMINERS or low[i] in _MODIFIERS:
        return _modified(line, lexicon, i)
    hit = _group_hit(line, lexicon, i)
    if hit and not _is_proper(line, hit[0]) and _stands_bare(line, i, hit):
        return ActorMark(i, hit[0], None, group=hit[1])
    return None


def _state_force(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read "army divisions", "the federal troops"."""
    start = i + (line.low[i] == "the")
    if start >= len(line.low) or line.low[start] not in _STATE:
        return None
    end = _force_end(line, lexicon, start + 1)
    if end == start + 1 or _is_proper(line, end):
        return None
    return ActorMark(i, end, None, group="state_group")


def _modified(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read a description behind an article, a possessive or an adjective."""
    low = line.low
    determined = low[i] in _DETERMINERS
    at = i + 1
    while at < len(low) and low[at] in _MODIFIERS and not _group_hit(line, lexicon, at):
        at += 1
    hit = _group_hit(line, lexicon, i) if not determined else None
    hit = hit or (_group_hit(line, lexicon, at) if at < len(low) else None)
    if hit is None or _is_proper(line, hit[0]) or line.at[hit[0] - 1] is not None:
        return None
    if not determined and hit[1] != "armed_group":
        return None
    if hit[0] < len(low) and lexicon.kinds.longest(low, line.words, hit[0]):
        return None  # "the government compound"
    group = "pronoun" if low[i] in _OWN else hit[1]
    return ActorMark(i, hit[0], None, group=group)


_BARE = frozenset({"government", "regime", "troops", "soldiers"})
_NOT_BARE = frozenset({"group", "organization", "organisation", "outfit"})


def _stands_bare(line: Line, i: int, hit: tuple[int, str]) -> bool:
    """Say whether a description needs no article: "militants", "Army units"."""
    end, group = hit
    if group == "armed_group":
        return line.low[i] not in _NOT_BARE
    return group == "state_group" and (end - i > 1 or i == 0 or line.low[i] in _BARE)


def _is_proper(line: Line, end: int) -> bool:
    """Say whether a description is part of a name: "the Army of Glory"."""
    of = line.low[end : end + 1] == ["of"] and line.words[end - 1][0].isupper()
    return of and end + 1 < len(line.words) and line.words[end + 1][0].isupper()


def _group_hit(line: Line, lexicon: Lexicon, at: int) -> tuple[int, str] | None:
    hit = lexicon.groups.longest(line.low, line.words, at)
    return (hit[0], hit[1][0]) if hit else None


def _possessive(line: Line, mark: ActorMark) -> None:
    rest = line.low[mark.j : mark.j + 1]
    if rest in (["'s"], ["’s"]) or (
        rest in (["'"], ["’"]) and line.low[mark.j - 1].endswith("s")
    ):
        mark.possessive = True


def _join_members(line: Line, lexicon: Lexicon) -> None:
    """Widen a mark over "fighters of the", "an alliance of", "the rest of the"."""
    members = lexicon.sets["members"]
    for mark in [m for m in line.at if isinstance(m, ActorMark)]:
        if line.at[mark.i] is not mark:
            continue
        k = mark.i - 1
        while k > 0 and line.low[k] in {"the", "an", "a", "so-called"}:
            k -= 1
        if k > 0 and line.low[k] in {"of", "from"} and line.low[k - 1] in members:
            head = line.at[k - 1]
            if isinstance(head, ActorMark) and head.name not in {None, mark.name}:
                continue
            start = head.i if head else k - 1
            line.put(
                ActorMark(
                    start, mark.j, mark.name, mark.group, mark.possessive, mark.allies
                )
            )
