"""Actors' signs beside words: the colour, letter and shape that the map draws."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from geo.columns import NOBODY
from geo.pages.served import home_conflict

if TYPE_CHECKING:
    from extract.records import Actor

_LIGHT = 0.3
"""The luminance from which on a colour takes dark letters, as on the map."""


def drawn(name: str | None) -> Actor:
    """Return how an actor is drawn; one that no pack knows as nobody."""
    return home_conflict().actor(name) or NOBODY


def sign_html(name: str | None) -> str:
    """Return an actor's sign, for the eye only: the name stands beside it."""
    actor = drawn(name)
    ink = "#1b1b1f" if _luminance(actor.color) > _LIGHT else "#ffffff"
    style = f"background:{escape(actor.color)};color:{ink}"
    return (
        f'<span class="tl-sign tl-{escape(actor.shape)}" aria-hidden="true">'
        f'<b style="{style}">{escape(actor.letter)}</b></span>'
    )


def _luminance(color: str) -> float:
    red, green, blue = ((int(color[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5))
    light: float = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return light
