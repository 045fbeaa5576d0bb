"""Parties are found here: names, nationalities with a force, descriptions, pronouns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.marks import ActorMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Actor

_RULE = frozenset({"control", "hands", "rule", "occupation", "hold", "flag"})
# What a party does or has: "Russian attacks", "the rebel defences".
_DEEDS = frozenset(
    "attack attacks assault assaults offensive offensives advance advances "
    "counterattack counterattacks counter-attack counter-attacks counteroffensive "
    "counter-offensive incursion incursions raid raids push attempt attempts "
    "defences defenses defence defense lines positions withdrawal retreat siege "
    "pullout capture recapture seizure takeover assaulters garrison ranks".split()
)
_ATTRIBUTIVE = frozenset(
    "rebel opposition government regime state army jihadist militant insurgent".split()
)
_ARMED = frozenset({"jihadist", "militant", "insurgent"})
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
            _possessive(line, lexicon, mark)
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
    if line.low[i] in _ATTRIBUTIVE:
        mark = _attributive(line, lexicon, i)
        if mark:
            return mark
    if line.low[i] not in lexicon.name_words:
        return None
    hit = lexicon.actors.longest(line.low, line.words, i)
    if hit:
        if _is_lower_common(line, i, hit[0]):
            return None
        return ActorMark(i, _force_end(line, lexicon, hit[0]), hit[1][0].name)
    hit = lexicon.seats.longest(line.low, line.words, i)
    if hit and (_rules(line, hit[0]) or _acts(line, lexicon, hit[0])):
        return ActorMark(i, hit[0], hit[1][0].name)
    return _national(line, lexicon, i) if line.words[i][0].isupper() else None


def _attributive(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read "rebel hands", "government attacks"."""
    rules = bool(_RULE.intersection(line.low[i + 1 : i + 2]))
    if not (rules or _does(line, i + 1)):
        return None
    if line.low[i] in _ARMED:
        return ActorMark(i, i + 1, None, "armed_group", possessive=not rules)
    actor = _of_prefix(line, lexicon, i, "")
    return ActorMark(i, i + 1, actor.name, possessive=not rules) if actor else None


def _national(line: Line, lexicon: Lexicon, i: int) -> ActorMark | None:
    """Read "Syrian troops", "Houthi rule", "Russian attacks"."""
    hit = lexicon.adjectives.longest(line.low, line.words, i)
    if hit is None:
        return None
    name, at = hit[1][0].name, hit[0]
    end = _force_after(line, lexicon, at)
    if end:
        return ActorMark(i, end, name)
    people = line.low[i - 1 : i] == ["the"] and line.low[at - 1].endswith("s")
    if people or _RULE.intersection(line.low[at : at + 1]):
        return ActorMark(i, at, name)  # "the Ethiopians", "Russian control"
    if _does(line, at):
        return ActorMark(i, at, name, possessive=True)
    return None


def _does(line: Line, k: int) -> bool:
    """Say whether a deed follows a party's adjective: "Russian ground attacks"."""
    after = line.low[k : k + 2]
    ground = after[:1] and after[0] in {"ground", "military", "new", "further"}
    return bool(_DEEDS.intersection(after[1:] if ground else after[:1]))


def _rules(line: Line, k: int) -> bool:
    """Say whether "'s control" follows a capital that stands for a state."""
    owns = line.low[k : k + 1] in (["'s"], ["’s"])
    return owns and bool(_RULE.intersection(line.low[k + 1 : k + 3]))


_POLITICAL = frozenset(
    "to party parties leader leaders candidate candidates lawmaker lawmakers "
    "politician politicians figure figures newspaper supporters voters mp mps".split()
)


_ACTING = frozenset({"take", "clear", "expel", "withdraw", "hand", "abandon", "lose"})


def _acts(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a capital does what only a state does: "Moscow took X"."""
    k += line.low[k : k + 1] in (["has"], ["had"], ["also"])
    if k >= len(line.low):
        return False
    hit = lexicon.triggers.longest(line.low, line.words, k)
    if not hit or line.low[hit[0] : hit[0] + 1] in (["by"], ["from"], ["in"], ["on"]):
        return False
    return any(t.frame in _ACTING and t.form in {"finite", "either"} for t in hit[1])


def _is_lower_common(line: Line, i: int, end: int) -> bool:
    """Say whether "is" was taken for IS, or "opposition" is part of a longer phrase."""
    after = line.low[i + 1] if i + 1 < len(line.low) else ""
    return end == i + 1 and line.low[i] == "opposition" and after in _POLITICAL


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
    word = line.words[i]
    word = word[: len(word) - len(suffix)]
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
    if low[i] in _DETERMINERS:
        return _modified(line, lexicon, i)
    if low[i] in _MODIFIERS and (mark := _modified(line, lexicon, i)):
        return mark
    hit = None if _is_foreign(line, i) else _group_hit(line, lexicon, i)
    kind = lexicon.kinds.longest(low, line.words, i) if hit else None
    if hit and kind and kind[0] > hit[0]:
        return None  # "a government complex"
    if hit and not _is_proper(line, hit[0]) and _stands_bare(line, i, hit):
        return ActorMark(i, hit[0], None, group=hit[1])
    return None


_NATION = re.compile(r"(?:an|ian|ish|ese|i|ch|man|tch|eek|ss)$")


def _is_foreign(line: Line, i: int) -> bool:
    """Say whether "British" stands before "troops": nobody of this war's parties."""
    before = line.words[i - 1] if i else ""
    named = before[:1].isupper() and line.at[i - 1] is None
    return named and bool(_NATION.search(before))


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
    if determined and lexicon.actors.longest(low, line.words, min(i + 1, len(low) - 1)):
        return None  # "the army and the popular committees" is a name
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
_FIGHTING = frozenset({"fighters", "forces", "volunteers", "militiamen", "police"})
# "The next day fighters withdrew".
_TIMES = frozenset("day week night morning evening later then meanwhile".split())
_NOT_BARE = frozenset({"group", "organization", "organisation", "outfit"})


def _stands_bare(line: Line, i: int, hit: tuple[int, str]) -> bool:
    """Say whether a description needs no article: "militants", "Army units"."""
    end, group = hit
    if group == "armed_group":
        return line.low[i] not in _NOT_BARE
    opens = not any(map(str.isalpha, line.low[:i]))  # "11:40 - Army recaptures"
    if group == "any_group":
        opens = opens or line.before(i) in _TIMES
        return opens and line.low[end - 1] in _FIGHTING
    return group == "state_group" and (end - i > 1 or opens or line.low[i] in _BARE)


def _is_proper(line: Line, end: int) -> bool:
    """Say whether a description is part of a name: "the Army of Glory"."""
    of = line.low[end : end + 1] == ["of"] and line.words[end - 1][0].isupper()
    return of and end + 1 < len(line.words) and line.words[end + 1][0].isupper()


def _group_hit(line: Line, lexicon: Lexicon, at: int) -> tuple[int, str] | None:
    hit = lexicon.groups.longest(line.low, line.words, at)
    return (hit[0], hit[1][0]) if hit else None


def _possessive(line: Line, lexicon: Lexicon, mark: ActorMark) -> None:
    """Note "ISIL's", or take in "the government's forces" as a whole."""
    rest = line.low[mark.j : mark.j + 1]
    if rest in (["'s"], ["’s"]) or (
        rest in (["'"], ["’"]) and line.low[mark.j - 1].endswith("s")
    ):
        end = _force_end(line, lexicon, mark.j + 1)
        end += end == mark.j + 1 and line.low[end : end + 1] == ["men"]
        owns = end > mark.j + 1 and not _is_proper(line, end)
        mark.j, mark.possessive = (end, False) if owns else (mark.j, True)


_LOYAL = (
    ["loyal", "to"],
    ["allied", "to"],
    ["allied", "with"],
    ["aligned", "with"],
    ["affiliated", "with"],
    ["belonging", "to"],
    ["led", "by"],
    ["commanded", "by"],
)
_BEFORE_LEADER = frozenset(
    "eastern western commander president strongman warlord general field marshal "
    "ousted exiled military leader".split()
)


def _join_members(line: Line, lexicon: Lexicon) -> None:
    """Widen a mark over "fighters of the", "an alliance of", "the rest of the"."""
    members = lexicon.sets["members"]
    for mark in [m for m in line.at if isinstance(m, ActorMark)]:
        if line.at[mark.i] is not mark:
            continue
        k = mark.i - 1
        while k > 0 and line.low[k] in {"the", "an", "a", "so-called"} | _BEFORE_LEADER:
            k -= 1
        loyal = k > 1 and line.low[k - 1 : k + 1] in _LOYAL
        k -= loyal
        bound = loyal or (k > 0 and line.low[k] in {"of", "from"})
        if bound and line.low[k - 1] in members:
            head = line.at[k - 1]
            other = isinstance(head, ActorMark) and head.name not in {None, mark.name}
            if other and not loyal:
                continue
            start = head.i if head else k - 1
            line.put(
                ActorMark(
                    start, mark.j, mark.name, mark.group, mark.possessive, mark.allies
                )
            )
