"""What operators of a server see and ask of it: logs, health, metrics, a good end."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.middleware import Middleware

from geo.health import Health, health_routes
from geo.logs import LOG_CLIENTS, read_form, set_up, take_over, tell
from geo.metrics import Asked, Meters, metrics_routes, read_asked
from geo.request_log import RequestLog
from geo.stopping import STOP_TIMEOUT, WITHIN_S, WRITES
from geo.store_metrics import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.routing import Route


class Operating:
    """Sets up, from the environment, what operators see of this process.

    Parameters
    ----------
    environment
        With TIDELINE_LOG, TIDELINE_LOG_CLIENTS, TIDELINE_METRICS and
        TIDELINE_STOP_TIMEOUT.
    where
        Says where the store is.
    gazetteer
        Says where the index of place names is.

    Raises
    ------
    ValueError
        If a variable is set to what it may not be; nothing is to be open by a slip.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        where: Callable[[], str | Path],
        gazetteer: Callable[[], Path],
    ) -> None:
        self._form = read_form(environment)
        self._asked = read_asked(environment)
        self._within_s = _seconds(environment.get(STOP_TIMEOUT, ""))
        self._clients = environment.get(LOG_CLIENTS) == "1"
        self._health = Health(where, gazetteer)
        self._held = Held(where)
        self._where = where
        if self._form:
            set_up(self._form)

    @property
    def logs(self) -> bool:
        """Whether entries are logged, in place of words."""
        return self._form is not None

    def routes(self) -> list[Route]:
        """Return the routes of health and of metrics.

        Where nobody may ask for metrics they are not there, as for those who may not;
        without a route the page itself would answer.
        """
        meters = Meters()
        if self._asked:
            meters.listen()
        nobody = Asked()
        return [
            *health_routes(self._health),
            *metrics_routes(meters, self._asked or nobody, self._held),
        ]

    def middleware(self) -> list[Middleware]:
        """Return what sees every request first, if anybody wants to know of them."""
        if not (self._form or self._asked):
            return []
        return [Middleware(RequestLog, clients=self._clients)]

    def started(self) -> None:
        """Tell that the server answers from now on."""
        if self._form:
            # By now the server's own packages have set up theirs.
            take_over()
        kind = str(self._where()).partition("://")[0]
        tell(
            "started",
            what="serve",
            version=version("tideline"),
            pid=os.getpid(),
            store=kind if "://" in str(self._where()) else "sqlite",
        )

    async def stop(self) -> None:
        """Let writes that are under way end; requests have ended by now."""
        self._health.is_stopping = True
        whole = await to_thread.run_sync(WRITES.wait, self._within_s)
        tell("stop", what="serve", writes="whole" if whole else "broken-off")


def _seconds(said: str) -> float:
    try:
        return max(0.0, float(said or WITHIN_S))
    except ValueError as error:
        raise ValueError(f"{STOP_TIMEOUT} is a number of seconds") from error
