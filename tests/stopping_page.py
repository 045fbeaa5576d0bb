"""A page with a request and a write that take as long as files in a folder say.

`tests/test_stopping.py` has it served as the real one is, and stops it meanwhile.
"""

import asyncio
import os
import threading
import time
from pathlib import Path

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.routing import Route

FOLDER = Path(os.environ["STOPPING_FOLDER"])


def is_there(what, sign):
    return (FOLDER / f"{what}-{sign}").exists()


def main():
    st.write("a page")


def write():
    """Write two rows in one act, the second one only when the file is there."""
    from conftest import make_article

    from geo import rows, schema
    from geo.store import open_store

    with open_store(FOLDER / "store.sqlite") as store, store.writing() as connection:
        for number in (1, 2):
            row = rows.article_row(
                make_article(article_id=f"a{number}", text=f"{number}")
            )
            connection.execute(schema.article.insert(), [row])
            (FOLDER / "write-begun").touch()
            while number == 1 and not is_there("write", "go-on"):
                time.sleep(0.02)


async def begin_writing(_request):
    threading.Thread(target=write, daemon=True).start()
    return PlainTextResponse("begun")


async def slow(_request):
    (FOLDER / "request-begun").touch()
    while not is_there("request", "go-on"):
        await asyncio.sleep(0.02)
    return PlainTextResponse("a whole answer" * 1_000)


if __name__ == "__main__":
    main()
else:
    from geo.listening import Listener
    from geo.operating import Operating
    from geo.pages.warming import lifespan

    def where():
        return FOLDER / "store.sqlite"

    operating = Operating(os.environ, where, where)
    app = st.App(
        __file__,
        routes=[Route("/write", begin_writing), Route("/slow", slow)],
        middleware=operating.middleware(),
        lifespan=lifespan(where, Listener(where), operating),
    )
