"""What a reader can tell of its steps while it reads; extract/explain.py keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.attribution import Claimant
    from extract.context import Context
    from extract.lexicon import Lexicon
    from extract.marks import Line, Mark, PlaceMark, TriggerMark
    from extract.records import Claim
    from extract.roles import Frame


class Trace:
    """Is told each step of a reading. This one keeps nothing and costs nothing.

    The calls come in this order for each sentence: `opened`, `marked`, then the
    triggers, then `closed`. A `why` is a phrase in plain words.
    """

    def opened(self, line: Line) -> None:
        """Begin a sentence; its parties and places are marked."""

    def no_place(self, mark: PlaceMark) -> None:
        """Take the mark off a name that speaks, or is a person's or a state's."""

    def marked(
        self, number: int, context: Context, claimants: Sequence[Claimant]
    ) -> None:
        """See all marks of the sentence, and what the text said before it."""

    def no_frame(self, mark: TriggerMark, lexicon: Lexicon) -> None:
        """Find no frame whose roles are filled around a trigger."""

    def vetoed(self, frame: Frame, why: str, mark: Mark | None = None) -> None:
        """Stop a frame, or keep one of its places out of it."""

    def told(self, frame: Frame, claims: Sequence[Claim]) -> None:
        """Make the claims of a frame, one a place; there may be none."""

    def closed(self, merged: Sequence[Claim], kept: Sequence[Claim]) -> None:
        """End a sentence: what is left once merged, and once echoes are gone."""


SILENT = Trace()
