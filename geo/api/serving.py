"""The routes of the API: OGC API Features, part 1 (core, GeoJSON, OpenAPI 3.0).

For reading, by anybody who reaches it, without cookies. Everything here stays within
these routes; what holds for all answers of the server is added around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from geo.api.answers import ANSWERS, Question
from geo.api.asking import AskedWronglyError
from geo.api.limiting import Limit, client_of
from geo.api.replying import ProblemError, Reply, accepts, problem, response
from geo.api.setting import ANYONE, HOST, Setting, SettingError, read_setting
from geo.api.snapshots import GoneError, Snapshots
from geo.database import UNREADABLE, NoSuchTextError
from geo.request_log import PATTERN
from geo.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

ROOT = "/api"
METHODS = "GET, HEAD"
QUERY_LIMIT = 8_000
"""Characters of a query string, and parameters within it, that are read."""

THREADS = 8
"""Requests that are worked on at once."""

_PARAMETERS = 200
_SHOWN = "ETag, Content-Crs, Retry-After"
_KEPT_S = "600"
_NOTHING = "there is nothing of that name; /api says what there is"
_GONE = (
    "the data have changed since, and the state that this link is of is kept no "
    "longer; begin again without offset and data"
)


def api_routes(
    where: Callable[[], str | Path],
    environment: Mapping[str, str],
    now: Callable[[], datetime],
) -> list[Route]:
    """Return the routes of the API.

    Parameters
    ----------
    where
        Says where the store is.
    environment
        May set up the API, as `geo.api.setting` says. While it does so wrongly every
        answer is 503: nothing is to leave that was to be held back.
    now
        Tells the moment, with a time zone.
    """
    try:
        api = Api(where, read_setting(environment), now)
    except SettingError as error:
        api = Api(where, Setting(), now, refused=str(error))
    return [Route(ROOT, api), Route(f"{ROOT}/{{rest:path}}", api)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """What answers a path, and what the path names."""

    answer: Callable[[Question], Reply]
    named: Mapping[str, str]
    media: str
    pattern: str


class Api:
    """Answers every request below /api, as an ASGI application."""

    def __init__(
        self,
        where: Callable[[], str | Path],
        setting: Setting,
        now: Callable[[], datetime],
        refused: str = "",
    ) -> None:
        self._setting = setting
        self._refused = refused
        self._now = now
        self._limit = Limit(setting.rate, now)
        self._snapshots = Snapshots(where, setting, now)
        # Of their own, so that many readers here do not keep the page waiting.
        self._threads = CapacityLimiter(THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        if self._is_preflight(request):
            answer = Response(None, HTTPStatus.NO_CONTENT, _preflight())
        else:
            answer = await self._answered(request)
        self._let_read(request, answer)
        await answer(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        # What costs nothing is refused before a thread is taken for it.
        wait_s = self._limit.wait_s(client_of(request, self._setting.proxies))
        if wait_s:
            detail = f"too many requests; ask again in {wait_s} seconds"
            headers = {"Retry-After": str(wait_s)}
            return response(request, problem(429, detail, headers))
        return await to_thread.run_sync(self._reply, request, limiter=self._threads)

    def _reply(self, request: Request) -> Response:
        try:
            reply = self._made(request)
        except ProblemError as error:
            reply = problem(error.status, error.detail, error.headers)
        except AskedWronglyError as error:
            reply = problem(400, str(error), {})
        except GoneError:
            reply = problem(410, _GONE, {})
        except NoSuchTextError:
            reply = problem(404, _NOTHING, {})
        except StoreError:
            # What is wrong with it, and where it lies, is told to the operator's page.
            reply = problem(503, UNREADABLE, {"Retry-After": "30"})
        return response(request, reply)

    def _made(self, request: Request) -> Reply:
        if request.method not in METHODS.split(", "):
            raise ProblemError(405, f"only {METHODS} are answered", {"Allow": METHODS})
        if self._refused:
            raise ProblemError(503, self._refused, {"Retry-After": "3600"})
        path = _path(request.path_params.get("rest", ""))
        request.scope[PATTERN] = f"{ROOT}/{path.pattern}".rstrip("/")
        pairs = _pairs(request.url.query)
        if ("f", "json") not in pairs and not accepts(request, path.media):
            raise ProblemError(406, f"this is {path.media}, which Accept leaves out")
        return path.answer(
            Question(
                base=self._base(request),
                named=path.named,
                pairs=pairs,
                snapshots=self._snapshots,
                now=self._now(),
            )
        )

    def _base(self, request: Request) -> str:
        """Return the address of the API, by the operator or else by the client."""
        if self._setting.address:
            return self._setting.address
        host = request.headers.get("host", "")
        prefix = request.scope.get("root_path", "") + ROOT
        if not HOST.fullmatch(host):
            return str(prefix)
        return f"{request.scope['scheme']}://{host}{prefix}"

    def _is_preflight(self, request: Request) -> bool:
        return (
            request.method == "OPTIONS"
            and "access-control-request-method" in request.headers
            and bool(self._allowed(request))
        )

    def _allowed(self, request: Request) -> str:
        """Return the origin whose scripts may read the answer, or nothing."""
        origins = self._setting.origins
        if ANYONE in origins:
            return ANYONE
        origin = request.headers.get("origin", "")
        return origin if origin in origins else ""

    def _let_read(self, request: Request, answer: Response) -> None:
        if self._setting.origins and ANYONE not in self._setting.origins:
            answer.headers.add_vary_header("Origin")
        allowed = self._allowed(request)
        if allowed:
            answer.headers["Access-Control-Allow-Origin"] = allowed
            answer.headers["Access-Control-Expose-Headers"] = _SHOWN


def _preflight() -> dict[str, str]:
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": "Accept, If-None-Match",
        "Access-Control-Max-Age": _KEPT_S,
    }


def _path(rest: str) -> _Path:
    for pattern, media, answer in ANSWERS:
        found = re.fullmatch(pattern, rest, re.DOTALL)
        if found:
            named = found.groupdict()
            written = _written(pattern)
            return _Path(answer=answer, named=named, media=media, pattern=written)
    raise ProblemError(404, _NOTHING)


@lru_cache(maxsize=len(ANSWERS))
def _written(pattern: str) -> str:
    """Return a pattern of `ANSWERS` as routes are written: `items/{id}`."""
    named = re.sub(r"[(][?]P<(\w+)>[^)]*[)]", r"{\1}", pattern)
    return named.replace("[.]", ".").removesuffix("/?")


def _pairs(query: str) -> list[tuple[str, str]]:
    """Return the parameters of a query string, also those without a value."""
    if len(query) > QUERY_LIMIT:
        raise AskedWronglyError(f"a query has {QUERY_LIMIT} characters at most")
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=_PARAMETERS)
    except ValueError as error:
        message = f"a query has {_PARAMETERS} parameters at most"
        raise AskedWronglyError(message) from error
