"""Whether a verb tells a fact, a denial, a plan, a failure or only a purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.marks import ActorMark, TriggerMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line


def of_finite(line: Line, lexicon: Lexicon, k: int, aux: list[str]) -> str:
    """Read negation and modality of a finite verb group, and of what lies over it."""
    words = line.low[k : k + 6]
    if any(w in lexicon.sets["negation"] or w in {"n't", "n’t"} for w in aux):
        return "denied"
    if any(w in lexicon.sets["modal"] for w in aux):
        return "planned"
    if _OFTEN.intersection(line.low[max(0, k - 1) : k + 3]):
        return "none"  # "often attacks the city": no event
    if any(w in lexicon.sets["nearly"] for w in words[: max(1, len(aux) + 1)]):
        return "none"
    return _from_above(line, lexicon, k)


def _from_above(line: Line, lexicon: Lexicon, k: int) -> str:
    """Read what lies over a verb group: a condition, a denial, a plan."""
    within = True
    for t in range(k - 1, max(-1, k - 14), -1):
        word = line.low[t]
        if word in {".", ";"} or isinstance(line.at[t], TriggerMark):
            break
        # "until March, when X fell"; "whether talks ... that X fell"
        within = within and word not in {"that", ","}
        if word == "that" and (doubt := _doubted(line, t)):
            return doubt
        if within and word in _SUPPOSED:
            return "planned"
        if word in _AND and _tells(line, lexicon, t + 1):
            break  # "denied this and said": what is said is not denied
        refuted = word in _RUMOURS and _is_refuted(line, lexicon, k)
        if refuted or word in lexicon.sets["deny"] or word in _UNTRUE:
            return "none" if "neither" in line.low[max(0, t - 4) : t] else "denied"
    return "planned" if _under_plan(line, k) else "asserted"


def _doubted(line: Line, that: int) -> str:
    """Read "it is not true that", "there was no confirmation that"."""
    before = line.low[max(0, that - 9) : that]
    if not _NOT.intersection(before) or {"claim", "claims"}.intersection(before):
        return ""  # "could not verify the claim by X that": X claims it
    if {"true", "correct"}.intersection(before):
        return "denied"
    return "none" if _VERIFY.intersection(before) else ""


_SUPPOSED = frozenset({"if", "unless", "whether", "until", "would", "should"})
_OFTEN = frozenset(
    "often regularly frequently routinely sometimes usually traditionally".split()
)
_NOT = frozenset("no not cannot unable n't without neither nor impossible".split())
_VERIFY = frozenset(
    "confirmation confirm confirmed verify verified evidence proof indication sign "
    "establish".split()
)
_UNTRUE = frozenset("rumour rumor rumours rumors untrue baseless fabricated".split())
_FALSE = _UNTRUE | frozenset("false incorrect lies unfounded wrong".split())


_AND = frozenset({"and", "but", ",", "while"})
_NO_VERBS = frozenset({"report", "reports", "claim", "claims"})


def _tells(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a verb of saying begins a clause at token k, an adverb aside."""
    words = [w for w in line.low[k : k + 2] if w not in {"instead", "also"}]
    return words[:1] != [] and words[0] in lexicon.sets["say"] - _NO_VERBS


def _under_plan(line: Line, k: int) -> bool:
    """Say whether "would be removed after ..." stands over a verb."""
    for t in range(k - 1, max(-1, k - 10), -1):
        if line.low[t] in {"after", "once", "when", "before", "until", "as"}:
            return any(w in {"will", "would", "shall"} for w in line.low[:t])
    return False


def of_infinitive(line: Line, lexicon: Lexicon, to: int, frame: str) -> str:
    """Read what governs "to capture": success, failure, intent, or a mere purpose."""
    told = _by_form(line, to, frame)
    if told:
        return told
    words = [
        w for w in line.low[max(0, to - 4) : to] if w not in {"also", "now", "not"}
    ]
    negated = any(w in lexicon.sets["negation"] for w in line.low[max(0, to - 5) : to])
    governor = words[-1] if words else ""
    if governor in lexicon.sets["fail"] or (
        negated and (governor in lexicon.sets["achieve"])
    ):
        return "failed"
    if governor in lexicon.sets["achieve"] and governor not in {
        "allowed",
        "allowing",
        "used",
    }:
        return "asserted"
    if governor == "allowing" or governor in lexicon.sets["say"] or governor in _SEEN:
        return "denied" if negated else "asserted"
    if governor in _BEGUN and frame in _GOING:
        return "denied" if negated else "asserted"
    if governor in _TRYING and frame in _TAKING and not negated:
        return "tried"
    if governor in lexicon.sets["intend"]:
        return "planned" if governor not in _EFFORT else "none"
    return "none"


_ARE = frozenset({"is", "are", "was", "were"})
_FORCING = frozenset("forced forces forcing force compelled compelling".split())
_RANKED = frozenset("first second third fourth fifth latest last next".split())
# What has begun has happened, if it is a movement: "began to withdraw".
_BEGUN = frozenset(
    "begin began begun start starts started continue continues continued".split()
)
_GOING = frozenset("advance enter withdraw abandon attack clash besiege".split())
# Who fights to take a place attacks it.
_TRYING = frozenset(
    "fighting battling fought battled struggling struggled attempting attempted "
    "trying tried".split()
)
_TAKING = frozenset({"take", "clear", "expel"})
_SEEN = frozenset({"believed", "thought", "understood", "known", "considered", "seen"})
_EFFORT = frozenset(
    "begin began start started starting beginning fighting battling fought "
    "battled continue continued bid ready allowed struggling struggled "
    "attempt attempts attempted attempting try tries tried trying".split()
)


def _by_form(line: Line, to: int, frame: str) -> str:
    """Read "forced Y to retreat", "the first to fall", "are to withdraw"."""
    if _is_forced(line, to) or (frame == "fall" and _is_ranked(line, to)):
        return "asserted"
    before = line.before(to)
    if before == "yet":
        return "denied"  # "has yet to capture"
    return "planned" if before in _ARE else ""


def _is_forced(line: Line, to: int) -> bool:
    """Say whether "forced the rebels" stands before "to withdraw"."""
    over = line.at[to - 1] if to else None
    if not isinstance(over, ActorMark):
        return False
    before = line.low[max(0, over.i - 2) : over.i]
    return bool(_FORCING.intersection(before))


def _is_ranked(line: Line, to: int) -> bool:
    """Say whether "the first capital" stands before "to fall"."""
    return bool(_RANKED.intersection(line.low[max(0, to - 6) : to]))


def has_begun(line: Line, k: int, frame: str) -> bool:
    """Say whether a movement has begun: "started withdrawing"."""
    return k > 0 and line.low[k - 1] in _BEGUN and frame in _GOING


def of_gerund(line: Line, lexicon: Lexicon, k: int, stance: str) -> str:
    """Read what governs "capturing": success, failure, or a mere aim."""
    before = line.low[k - 1] if k else ""
    two = line.low[k - 2] if k > 1 else ""
    if before == "without":
        return "denied"
    if before == "to":
        return "none"  # "close to capturing"
    if before == "in" and two in {"succeeded", "succeed", "succeeding"}:
        return "asserted"
    if before == "of" and two in _RUMOURS and _is_denied(line, lexicon, k):
        return "denied"  # "denied claims of capturing"
    if before in {
        "in",
        "for",
        "at",
        "from",
        "of",
        "on",
        "towards",
        "toward",
        "about",
        "against",
    }:
        return (
            "denied"
            if two in {"prevented", "stopped", "prevent", "preventing"}
            else "none"
        )
    if before in lexicon.sets["intend"] or (
        two in lexicon.sets["intend"] and before == "to"
    ):
        return "none"
    return stance


_RUMOURS = _NO_VERBS | frozenset(
    "report reports rumours rumors allegations accusations news statements".split()
)


def _is_denied(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a verb of denying stands within the few words before token k."""
    return bool(lexicon.sets["deny"].intersection(line.low[max(0, k - 7) : k]))


def _is_refuted(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether "are false", "was denied by" ends the clause that token k is in."""
    for t in range(k, len(line.low)):
        word = line.low[t]
        if word in {",", ";"}:
            return False
        denied = word in lexicon.sets["deny"] and line.low[t - 1] in _BEING
        if word in _FALSE or denied:
            return True
    return False


_BEING = frozenset({"is", "are", "was", "were", "been"})


def of_passive_infinitive(line: Line, lexicon: Lexicon, k: int, stance: str) -> str:
    """Read "was to be captured": a plan where one intends it, else a purpose."""
    if k > 0 and line.low[k - 1] == "to" and line.low[k] == "be":
        return (
            "planned"
            if line.low[k - 2 : k - 1] and line.low[k - 2] in lexicon.sets["intend"]
            else "none"
        )
    return stance
