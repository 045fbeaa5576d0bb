"""A Nominatim server is asked for a name here, by way of geopy.

Off by default: a query tells a server what one studies. Nothing is sent before
`Server.ask` is called, and then a name and countries only. What comes back is text
that nobody vouches for: it is bounded here and read in `geo/answers.py`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from geopy import exc
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.geocoders import Nominatim

from extract.servers import is_here
from geo.deadline import Deadline
from geo.lookup_service import ADDRESS, NoAnswerError, Service
from geo.pacing import LONGEST_HOLD_S, LONGEST_WAIT_S, Pace, PaceError

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT_S = 10.0
MAX_BYTES = 1_000_000
"""The largest answer that is read; ten places have some twenty thousand bytes."""
MAX_FAILURES = 3
"""So many failures in a row, and a server is not asked any more in this run."""

_CONNECT_S = 5.0
_LIMIT = 10


class Server:
    """A server that is asked politely, and no more once it has failed too often.

    Parameters
    ----------
    service
        Which one.
    pace
        Gives the turns to ask.
    timeout_s
        How long an answer may take, in seconds.
    """

    def __init__(
        self, service: Service, pace: Pace, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.service = service
        self._pace = pace
        self._failures = 0
        self._stopped = ""
        address = urlsplit(service.url)
        self._geocoder = _Nominatim(
            scheme=address.scheme,
            domain=f"{address.netloc}{address.path}",
            user_agent=service.agent,
            timeout=timeout_s,
            adapter_factory=_Adapter,
        )

    def ask(self, query: str, countries: Sequence[str]) -> str:
        """Return the JSON that the server answers to a name, a list, as it came.

        Parameters
        ----------
        query
            A name, perhaps with that of an area behind a comma.
        countries
            ISO 3166 alpha-2 codes of where to look.

        Raises
        ------
        NoAnswerError
            If there is none; the message begins where the server's name ends.
        """
        if self._stopped:
            raise NoAnswerError(self._stopped, is_new=False)
        try:
            self._pace.wait(self.service.url)
        except PaceError as error:
            raise self._failed(str(error), is_final=True) from error
        try:
            answer: str = self._geocoder.geocode(
                query,
                exactly_one=False,
                limit=_LIMIT,
                addressdetails=True,
                namedetails=True,
                language="en",
                country_codes=[country.lower() for country in countries],
            )
        except exc.GeocoderRateLimited as error:
            raise self._too_many(error.retry_after) from error
        except exc.GeopyError as error:
            is_final = isinstance(error, _REFUSALS)
            raise self._failed(str(error), is_final=is_final) from error
        except (ValueError, OverflowError) as error:
            # geopy reads Retry-After, and fails on years that no calendar has.
            said = "answered with a Retry-After that cannot be read"
            raise self._failed(said, is_final=True) from error
        self._failures = 0
        return answer

    def _too_many(self, retry_after: float | None) -> NoAnswerError:
        """Leave the server alone for as long as it asks for, in all processes."""
        if retry_after is None:
            return self._failed(_TOO_MANY, is_final=True)
        wait_s = min(retry_after, LONGEST_HOLD_S)
        try:
            self._pace.hold(self.service.url, wait_s)
        except PaceError as error:
            return self._failed(str(error), is_final=True)
        said = f"{_TOO_MANY} and asked to be left alone for {wait_s:.0f} s"
        return self._failed(said, is_final=wait_s > LONGEST_WAIT_S)

    def _failed(self, reason: str, *, is_final: bool) -> NoAnswerError:
        self._failures += 1
        if is_final:
            self._stopped = reason
        elif self._failures >= MAX_FAILURES:
            self._stopped = f"failed {MAX_FAILURES} times in a row"
        if self._stopped:
            reason = f"{reason}; it is not asked any more in this run"
        return NoAnswerError(reason)


_TOO_MANY = "answered 429 (too many requests)"
# What no second query can change.
_REFUSALS = (
    exc.ConfigurationError,
    exc.GeocoderAuthenticationFailure,
    exc.GeocoderInsufficientPrivileges,
)


class _Nominatim(Nominatim):  # type: ignore[misc]
    """geopy's, but it hands answers on as they come.

    geopy's own reading of them fails as a whole on one number that is none.
    """

    def _parse_json(self, places: str, exactly_one: bool) -> str:
        return places


class _Adapter(BaseSyncAdapter):  # type: ignore[misc]
    """Fetches an answer: bounded in size and time, no redirects, no proxy to here.

    geopy's own adapters read whatever comes for as long as it comes.
    """

    def __init__(self, *, proxies: object, ssl_context: object) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        """Return the text of an answer that is a list in JSON."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            answer: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise exc.GeocoderParseError(
                f"answered with something that is no JSON; does {ADDRESS} name a"
                " Nominatim server?"
            ) from error
        if not isinstance(answer, list):
            raise exc.GeocoderParseError("answered with JSON that is no list of places")
        return text

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        """Return the text of an answer."""
        deadline = Deadline(timeout)
        extensions = {"trace": deadline.trace}
        try:
            with (
                deadline,
                self._client(url, timeout, headers) as client,
                client.stream("GET", url, extensions=extensions) as response,
            ):
                body = _limited(response, deadline)
        except (httpx.HTTPError, TimeoutError) as error:
            is_late = isinstance(error, httpx.TimeoutException | TimeoutError)
            if is_late or deadline.is_over:
                said = f"did not answer within {timeout:g} s"
                raise exc.GeocoderTimedOut(said) from error
            if isinstance(error, httpx.ConnectError):
                raise exc.GeocoderUnavailable("cannot be reached") from error
            said = f"broke off ({type(error).__name__})"
            raise exc.GeocoderServiceError(said) from error
        try:
            return body.decode()
        except ValueError as error:
            raise exc.GeocoderParseError("answered with no text in UTF-8") from error

    def _client(
        self, url: str, timeout: float, headers: dict[str, str]
    ) -> httpx.Client:
        try:
            return httpx.Client(
                headers={**headers, "Accept-Encoding": "identity"},
                timeout=httpx.Timeout(timeout, connect=min(_CONNECT_S, timeout)),
                follow_redirects=False,
                trust_env=not is_here(urlsplit(url).hostname or ""),
            )
        except (OSError, ValueError, ImportError) as error:
            raise exc.ConfigurationError(
                "cannot be asked: the environment names a proxy or certificates that"
                f" cannot be used ({type(error).__name__})"
            ) from error


def _limited(response: httpx.Response, deadline: Deadline) -> bytes:
    """Read an answer, up to a size and a moment."""
    if response.status_code != httpx.codes.OK:
        raise AdapterHTTPError(
            _status(response.status_code),
            status_code=response.status_code,
            headers=response.headers,
            text="",
        )
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > MAX_BYTES:
            raise exc.GeocoderParseError(f"answered more than {MAX_BYTES:,} bytes")
    # One that was cut off looks whole where the connection's end is the answer's.
    if deadline.is_over:
        raise TimeoutError
    return bytes(body)


def _status(code: int) -> str:
    if httpx.codes.is_redirect(code):
        return f"answered {code}: it is elsewhere, and redirects are not followed"
    phrase = httpx.codes.get_reason_phrase(code).lower()
    return f"answered {code}" + (f" ({phrase})" if phrase else "")
