"""The page's own process is started, waited for and ended here."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

HOST = "127.0.0.1"
PORT = 8501
ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "streamlit_app.py"
START_S = 120
# How many ports above the first are tried when somebody else has that.
_TRIES = 50


def free_port(first: int = PORT) -> int:
    """Return the first port from `first` on that nobody listens at.

    Raises
    ------
    OSError
        If there is none within fifty.
    """
    last = min(first + _TRIES, 65_536)
    port = next((port for port in range(first, last) if is_free(port)), None)
    if port is None:
        raise OSError(f"no port between {first} and {last - 1} is free")
    return port


def is_free(port: int) -> bool:
    """Say whether the page could listen at `port` of this machine."""
    with socket.socket() as probe:
        # As the server itself does: a port just given back is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def serve(
    port: int, environment: Mapping[str, str], *, on_ready: Callable[[str], None]
) -> int:
    """Run the page until it is ended, and return its exit code.

    Ctrl-C and SIGTERM end the page and count as a good end, 0.

    Parameters
    ----------
    port
        Where to listen, on the loopback address only.
    environment
        The page's environment variables.
    on_ready
        Called once with the address, as soon as the page answers.
    """
    page = subprocess.Popen(  # noqa: S603 - our own interpreter and page
        [*_COMMAND, f"--server.port={port}"], env=dict(environment), cwd=ROOT
    )
    asked = _end_when_asked(page)
    if _wait_until_up(page, port):
        on_ready(f"http://{HOST}:{port}")
    elif page.poll() is None and not asked:
        page.terminate()
    code = page.wait()
    return 0 if asked else code


_COMMAND = (
    sys.executable,
    "-m",
    "streamlit",
    "run",
    str(PAGE),
    f"--server.address={HOST}",
    "--server.headless=true",
    "--browser.gatherUsageStats=false",
)


def _end_when_asked(page: subprocess.Popen[bytes]) -> list[int]:
    """Pass the signals that mean "end" on to `page`; return those that came."""
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        page.terminate()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return asked


def _wait_until_up(page: subprocess.Popen[bytes], port: int) -> bool:
    """Return whether the page came to answer before it ended or time ran out."""
    until = time.monotonic() + START_S
    while page.poll() is None and time.monotonic() < until:
        if _answers(port):
            return True
        time.sleep(0.1)
    return False


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
