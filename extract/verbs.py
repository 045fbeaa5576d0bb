"""A trigger's verb group is read here: its voice, and whether it tells a fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from extract.marks import ActorMark, DateMark, PlaceMark, TriggerMark
from extract.stances import (
    has_begun,
    of_finite,
    of_gerund,
    of_infinitive,
    of_passive_infinitive,
)

if TYPE_CHECKING:
    from extract.lexicon import Lexicon, Trigger
    from extract.marks import Line

_BE = frozenset(
    "is are was were be been being got gets 's ’s remain remains remained stays "
    "stayed".split()
)
_HAVE = frozenset({"has", "have", "had", "having", "'ve", "’ve"})
_ADVERBS = frozenset(
    "also then again now already finally later soon quickly fully completely "
    "entirely partially partly once first still even just all both "
    "eventually subsequently since back briefly meanwhile initially largely "
    "together immediately successfully reportedly allegedly apparently thus "
    "therefore effectively previously recently formally officially twice "
    "gradually rapidly swiftly steadily only further too last night today "
    "yesterday overnight simultaneously once-again ultimately always long "
    "ever nearly almost virtually either jointly forcefully violently "
    "temporarily additionally however instead".split()
)
_DO = frozenset({"do", "does", "did"})
_PLURAL_GROUPS = (
    "forces",
    "troops",
    "fighters",
    "rebels",
    "militants",
    "they",
    "units",
    "kurds",
    "houthis",
    "taliban",
    "we",
    "militias",
    "soldiers",
    "insurgents",
    "jihadists",
    "gunmen",
    "men",
    "guards",
    "brigades",
    "groups",
    "factions",
    "separatists",
    "defenders",
)


@dataclass(slots=True)
class Verb:
    """A verb group: tokens i to j, its trigger, voice and stance.

    `stance` is asserted, denied, planned, failed (in vain), tried (fought for, outcome
    open) or none: a purpose ("an operation to retake X") tells nothing about control.
    """

    trigger: Trigger
    i: int
    j: int
    passive: bool
    stance: str
    is_ing: bool = False
    is_noun: bool = False
    finite: bool = False


class _Group(NamedTuple):
    """A trigger, where its verb group begins, and the auxiliaries in it."""

    mark: TriggerMark
    trigger: Trigger
    k: int
    aux: list[str]


def read_verb(
    line: Line, lexicon: Lexicon, mark: TriggerMark, trigger: Trigger
) -> Verb | None:
    """Return the verb group around a trigger; None where the word is no such verb."""
    if trigger.form == "noun":
        return _noun(line, lexicon, mark, trigger)
    k, aux = _aux(line, lexicon, mark.i)
    group = _Group(mark, trigger, k, aux)
    if trigger.form == "base":
        return _base(line, lexicon, group)
    if trigger.form == "ing":
        return _ing(line, lexicon, group)
    if trigger.form == "finite":
        if _noun_like(line, mark):
            return None
        return Verb(
            trigger, k, mark.j, False, of_finite(line, lexicon, k, aux), finite=True
        )
    return _past(line, lexicon, group)


def _aux(line: Line, lexicon: Lexicon, i: int) -> tuple[int, list[str]]:
    """Return where a verb group begins, and its auxiliaries."""
    k = i
    aux: list[str] = []
    while k > 0:
        word = line.low[k - 1]
        over = line.at[k - 1]
        if (
            isinstance(over, DateMark)
            and over.i > 0
            and over.j == k
            and (line.low[over.i - 1] in _BE | _HAVE | _ADVERBS)
        ):
            k = over.i
            continue
        if over is not None:
            break
        if (
            word in _BE
            or word in _HAVE
            or word in _DO
            or word in lexicon.sets["modal"]
            or word in lexicon.sets["negation"]
            or word in {"n't", "n’t"}
        ):
            aux.insert(0, word)
        elif not (
            word in _ADVERBS
            or word.endswith("ly")
            or (word in {"not", "yet", "no", "longer"})
        ):
            break
        k -= 1
    return k, aux


def _noun_like(line: Line, mark: TriggerMark) -> bool:
    """Say whether "attacks", "advances" is a noun: after an article or an adjective."""
    before = line.low[mark.i - 1] if mark.i else ""
    return before in {
        "the",
        "a",
        "an",
        "of",
        "several",
        "their",
        "its",
        "his",
        "these",
        "heavy",
        "new",
        "such",
        "no",
        "'s",
        "’s",
        "by",
        "for",
        "from",
        "in",
        "with",
        "more",
        "against",
    } and line.low[mark.i].endswith("s")


def _noun(
    line: Line, lexicon: Lexicon, mark: TriggerMark, trigger: Trigger
) -> Verb | None:
    """Read a nominal trigger; "the capture of X" is a fact unless it is only meant."""
    if any(o.form == "base" for o in mark.options) and _base_position(
        line, lexicon, mark.i
    ):
        return None
    stance = "asserted"
    before = line.low[max(0, mark.i - 9) : mark.i]
    if any(w in lexicon.sets["intend"] or w in _MEANT for w in before):
        stance = "none"
    if _TOWARD.intersection(before[-3:]):
        stance = "none"
    if any(
        w in lexicon.sets["deny"]
        or w in {"no", "not", "failed", "prevent", "prevented", "without"}
        for w in before
    ):
        stance = "denied"
    around = range(max(0, mark.i - 9), min(mark.i + 12, len(line.low)))
    modal = lexicon.sets["modal"]
    if any(line.low[k] in modal and line.at[k] is None for k in around):
        stance = "none"  # not the "May" of a date
    if _OPEN.intersection(line.low[mark.j : mark.j + 9]):
        stance = "none"
    return Verb(trigger, mark.i, mark.j, False, stance, is_noun=True)


_OPEN = frozenset("possible likely unlikely imminent inevitable impossible".split())
_TOWARD = frozenset({"for", "to", "toward", "towards"})
_MEANT = frozenset(
    "if ahead future possible potential imminent impending planned prospect "
    "goal aim aimed upcoming allow allows launch feared fear fears".split()
)


def _base_position(line: Line, lexicon: Lexicon, i: int) -> bool:
    before = line.low[i - 1] if i else ""
    return (
        before in {"to", "not", "n't"}
        or before in lexicon.sets["modal"]
        or before in _DO
    )


def _base(line: Line, lexicon: Lexicon, group: _Group) -> Verb | None:
    """Read a base form: after "to", a modal or "did", or with a plural subject."""
    mark, trigger, k, aux = group
    before = line.low[k - 1] if k else ""
    if before == "to":
        stance = of_infinitive(line, lexicon, k - 1, trigger.frame)
        return Verb(trigger, k - 1, mark.j, False, stance)
    if any(
        w in lexicon.sets["modal"]
        or w in _DO
        or w in {"n't", "n’t"}
        or w in lexicon.sets["negation"]
        for w in aux
    ):
        return Verb(
            trigger, k, mark.j, False, of_finite(line, lexicon, k, aux), finite=True
        )
    over = line.at[k - 1] if k else None
    if k > 2 and line.low[k - 1] in {"who", "which"}:
        over = line.at[k - 2] or line.at[k - 3]  # "the Houthis, who hold Sanaa"
        if isinstance(over, ActorMark):
            stance = of_finite(line, lexicon, k, aux)
            return Verb(trigger, k, mark.j, False, stance, finite=True)
    if (
        isinstance(over, ActorMark)
        and not over.possessive
        and not over.held
        and line.low[k - 1].endswith(_PLURAL_GROUPS)
    ):
        return Verb(
            trigger, k, mark.j, False, of_finite(line, lexicon, k, aux), finite=True
        )
    return None


def _ing(line: Line, lexicon: Lexicon, group: _Group) -> Verb | None:
    mark, trigger, k, aux = group
    before = line.low[k - 1] if k else ""
    if before in {"the", "a", "an"}:
        return None
    progressive = any(w in _BE for w in aux)
    stance = of_finite(line, lexicon, k, aux)
    begun = has_begun(line, k, trigger.frame)
    if not progressive and not begun:
        stance = of_gerund(line, lexicon, k, stance)
    told = progressive or begun
    return Verb(trigger, k, mark.j, False, stance, is_ing=not told, finite=told)


def _past(line: Line, lexicon: Lexicon, group: _Group) -> Verb | None:
    """Read a past form: passive after "be", active after "have" or alone."""
    mark, trigger, k, aux = group
    stance = of_finite(line, lexicon, k, aux)
    if any(w in _BE for w in aux):
        return Verb(
            trigger,
            k,
            mark.j,
            True,
            of_passive_infinitive(line, lexicon, k, stance),
            finite=True,
        )
    if any(w in _HAVE for w in aux):
        return Verb(trigger, k, mark.j, False, stance, finite=True)
    before = line.low[mark.i - 1] if mark.i else ""
    after = line.low[mark.j] if mark.j < len(line.low) else ""
    two = line.low[mark.i - 2 : mark.i] if mark.i > 1 else []
    if before in _ARTICLES or (before in _LATELY and two and two[0] in _ARTICLES):
        return None  # "the captured town", "the newly captured town"
    if before in {"reported", "declared"} or two == ["reported", "as"]:
        return Verb(trigger, k - 1, mark.j, True, stance)
    if trigger.form == "participle" and not _after_have(line, mark.i):
        return Verb(trigger, k, mark.j, True, stance)
    if after == "by" and not isinstance(
        line.at[mark.i - 1] if mark.i else None, ActorMark
    ):
        return Verb(trigger, k, mark.j, True, stance)
    if (
        isinstance(line.at[k - 1] if k else None, PlaceMark)
        and after in {"from", "by", "in", "on", "during", "earlier", "last"}
        and trigger.frame in {"take", "clear", "hand"}
        and not _is_garrison(line, mark, trigger)
    ):
        return Verb(trigger, k, mark.j, True, stance)
    return Verb(trigger, k, mark.j, False, stance, finite=True)


def _is_garrison(line: Line, mark: TriggerMark, trigger: Trigger) -> bool:
    """Say whether "rebels in X surrendered": they did, and X is no object."""
    over = line.at[mark.i - 1]
    within = isinstance(over, PlaceMark) and over.lead in {"in", "near"}
    return within and trigger.phrase == "surrender"


_ARTICLES = frozenset({"the", "a", "an", "other"})
_LATELY = frozenset({"newly", "recently", "previously"})


def _after_have(line: Line, i: int) -> bool:
    """Say whether "had recaptured the city and driven ..." carries its "had" over."""
    return any(w in _HAVE for w in line.low[max(0, i - 14) : i]) and any(
        w in {"and", ","} for w in line.low[max(0, i - 8) : i]
    )
