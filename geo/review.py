"""What reviewers did to claims, and how a claim stands after all of it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How far people have looked at a claim."""

    CANDIDATE = "candidate"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"
