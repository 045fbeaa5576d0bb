"""How the command finds claims is chosen here: by the rules, a model, or both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from extract.claims import Finder
    from extract.llm import Model

    Note = Callable[[str], None]
    FinderFor = Callable[[Note], Finder]

KEY = "TIDELINE_LLM_KEY"


class Engine(StrEnum):
    """What finds the claims."""

    RULES = "rules"
    LLM = "llm"
    BOTH = "both"


EngineName = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="What finds the claims: the rules, a model of yours that the articles are"
        " sent to, or both, marking which claims they agree on.",
    ),
]
LlmUrl = Annotated[
    str,
    typer.Option(
        "--llm-url",
        metavar="URL",
        help="The model's OpenAI-compatible address, such as"
        f" http://127.0.0.1:8080/v1; its key, if it has one, in {KEY}.",
    ),
]
LlmModel = Annotated[
    str, typer.Option("--llm-model", metavar="NAME", help="The model's name there.")
]
LlmTimeout = Annotated[
    float,
    typer.Option(
        "--llm-timeout",
        metavar="SECONDS",
        min=0.1,
        help="How long one answer of the model may take.",
    ),
]
LlmSize = Annotated[
    int,
    typer.Option(
        "--llm-size",
        metavar="CHARACTERS",
        min=500,
        help="How much of an article the model is sent at once.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user gave about the model; empty texts where nothing was given."""

    url: str
    name: str
    timeout_s: float
    size: int


def finder(engine: Engine, asked: Asked, environment: Mapping[str, str]) -> FinderFor:
    """Return what finds claims, once it knows whom to tell of failures.

    Parameters
    ----------
    engine
        The rules need nothing more.
    asked
        The address and the name of the model are needed for it, and refused without.
    environment
        Where TIDELINE_LLM_KEY may stand.

    Returns
    -------
    FinderFor
        Given what is told, in one line, what became of an article that the model did
        not read well. It can be handed to another process.

    Raises
    ------
    typer.BadParameter
        If what the user gave does not go together; the message never has the key.
    """
    if engine is Engine.RULES:
        if asked.url or asked.name:
            raise typer.BadParameter("a model is asked with --engine llm or both only")
        return _rules
    if not asked.url or not asked.name:
        raise typer.BadParameter(f"--engine {engine} needs --llm-url and --llm-model")
    from extract.llm import Model

    try:
        model = Model(
            url=asked.url,
            name=asked.name,
            key=environment.get(KEY, "").strip(),
            timeout_s=asked.timeout_s,
            size=asked.size,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    return partial(_model, model, engine is Engine.BOTH)


def _rules(_note: Note) -> Finder:
    from extract.claims import find_claims

    return find_claims


def _model(model: Model, both: bool, note: Note) -> Finder:
    from extract.llm import ModelFinder

    return ModelFinder(model=model, note=note, both=both)
