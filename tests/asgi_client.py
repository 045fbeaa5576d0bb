"""A client that asks an ASGI application in this process, one request at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx


def run(coroutine):
    """Run a coroutine to its end, and return what it returns."""
    # Not here: a browser of other tests may have its loop in this thread.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Client:
    """Asks as `httpx` does; redirects are followed unless that is turned off."""

    def __init__(self, app):
        self._app = app

    def request(self, method, path, *, follow_redirects=True, **asked):
        """Ask, and return the whole answer."""

        async def ask():
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1"
            ) as asking:
                return await asking.request(
                    method, path, follow_redirects=follow_redirects, **asked
                )

        return run(ask())

    def get(self, path, **asked):
        """Ask by GET."""
        return self.request("GET", path, **asked)
