"""Events in the codes of ACLED and PLOVER, for exchange."""

from __future__ import annotations

from extract.records import EventType

_ACLED = {
    EventType.CAPTURED: "Non-state actor overtakes territory",
    EventType.HANDED_OVER: "Non-violent transfer of territory",
    EventType.WITHDREW: "Change to group/activity",
    EventType.ADVANCED: "Change to group/activity",
    EventType.ATTACKED: "Armed clash",
    EventType.REPELLED: "Armed clash",
    EventType.BESIEGED: "Other",
}
PLOVER = {
    EventType.CAPTURED: "ASSAULT",
    EventType.HANDED_OVER: "RETREAT",
    EventType.WITHDREW: "RETREAT",
    EventType.ADVANCED: "MOBILIZE",
    EventType.ATTACKED: "ASSAULT",
    EventType.REPELLED: "ASSAULT",
    EventType.BESIEGED: "COERCE",
}
"""PLOVER's event types; what it does not code is not in it."""

_GOVERNMENTS = (" government", " army")


def acled_sub_event(event_type: EventType, gained_by: str | None) -> str | None:
    """Return ACLED's sub-event type, or None for what ACLED does not code."""
    if event_type is EventType.CAPTURED:
        if gained_by is None:
            return "Armed clash"
        if gained_by.endswith(_GOVERNMENTS):
            return "Government regains territory"
    return _ACLED.get(event_type)
