"""Fixtures that ask a model; test modules name this one as a plug-in."""

from datetime import date

import pytest
from asking import KEY, TEXT, article, known
from model_server import running
from reading import lexicon_of

from extract.llm import Model, ModelFinder


@pytest.fixture
def server():
    with running() as started:
        yield started


@pytest.fixture
def notes():
    return []


@pytest.fixture
def find(server, notes):
    """Return what reads a text with the model."""

    def read(text=TEXT, *, both=False, published=date(2017, 3, 5), **changes):
        options = {"url": server.url, "name": "m", "key": KEY, "timeout_s": 20}
        model = Model(**{**options, **changes})
        finder = ModelFinder(model=model, note=notes.append, both=both)
        return finder(article(text, published=published), lexicon_of("syria"), known)

    return read
