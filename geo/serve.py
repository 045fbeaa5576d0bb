"""The page's own process is started, waited for and ended here."""

from __future__ import annotations

import http.client
import logging
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from geo.logs import LOG, tell
from geo.stopping import STOP_TIMEOUT, WITHIN_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

HOST = "127.0.0.1"
PORT = 8501
ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "streamlit_app.py"
START_S = 120
# What a page that ends has to do beside what was under way.
_LAST_S = 3.0
# How many ports above the first are tried when somebody else has that.
_TRIES = 50


def free_port(first: int = PORT, address: str = HOST) -> int:
    """Return the first port from `first` on that nobody listens at.

    Raises
    ------
    OSError
        If there is none within fifty.
    """
    last = min(first + _TRIES, 65_536)
    port = next((port for port in range(first, last) if is_free(port, address)), None)
    if port is None:
        raise OSError(f"no port between {first} and {last - 1} is free")
    return port


def is_free(port: int, address: str = HOST) -> bool:
    """Say whether the page could listen at `port` of an address of this machine."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server itself does: a port just given back is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def serve(
    port: int,
    environment: Mapping[str, str],
    *,
    on_ready: Callable[[str], None],
    address: str = HOST,
    within_s: float = WITHIN_S,
) -> int:
    """Run the page until it is ended, and return its exit code.

    Ctrl-C and SIGTERM end the page and count as a good end, 0, unless it has to be
    killed because what it was at took longer than `within_s` seconds.

    Parameters
    ----------
    port
        Where to listen.
    environment
        The page's environment variables.
    on_ready
        Called once with the page's URL, as soon as it answers.
    address
        The address to listen at; only this machine reaches the usual one.
    """
    page = subprocess.Popen(  # noqa: S603 - our own interpreter and page
        [*_COMMAND, *_listening(address, port), *_quietly(environment)],
        # What a server between says of who asks is not believed, unless told to.
        env={"FORWARDED_ALLOW_IPS": "", **environment, STOP_TIMEOUT: str(within_s)},
        cwd=ROOT,
    )
    asked = _end_when_asked(page, within_s)
    host = _reached_at(address)
    if _wait_until_up(page, host, port):
        on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    elif page.poll() is None and not asked:
        page.terminate()
    code = page.wait()
    if asked and code == -signal.SIGKILL:
        tell("stop", level=logging.ERROR, what="serve", reason="killed")
        return code
    return 0 if asked else code


_COMMAND = (
    sys.executable,
    "-m",
    "streamlit",
    "run",
    str(PAGE),
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
)


def _end_when_asked(page: subprocess.Popen[bytes], within_s: float) -> list[int]:
    """Pass the signals that mean "end" on to `page`; return those that came.

    It is killed when it takes longer than it may.
    """
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        if not asked:
            signal.setitimer(signal.ITIMER_REAL, within_s + _LAST_S)
        asked.append(number)
        page.terminate()

    signal.signal(signal.SIGALRM, lambda _number, _frame: page.kill())
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return asked


def _listening(address: str, port: int) -> list[str]:
    # Without the address to print, Streamlit asks a server elsewhere what it is.
    return [
        f"--server.address={address}",
        f"--server.port={port}",
        f"--browser.serverAddress={_reached_at(address)}",
    ]


def _quietly(environment: Mapping[str, str]) -> list[str]:
    """Have Streamlit not print its address, where all that is written is a log."""
    return ["--logger.hideWelcomeMessage=true"] if environment.get(LOG) else []


def _reached_at(address: str) -> str:
    """Return where this machine itself reaches what listens at an address."""
    return {"0.0.0.0": HOST, "::": "::1"}.get(address, address)  # noqa: S104 - named only


def _wait_until_up(page: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Return whether the page came to answer before it ended or time ran out."""
    until = time.monotonic() + START_S
    while page.poll() is None and time.monotonic() < until:
        if _answers(host, port):
            return True
        time.sleep(0.1)
    return False


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
