"""A PostgreSQL server with PostGIS for the tests: started when first asked for.

One for each process that runs tests, on a port and in a folder of its own. Every test
gets a database made after a template, which has a new store in it.
"""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

HOST = "127.0.0.1"
USER = "postgres"
PASSWORD = "a password that no message shows"  # noqa: S105 - of a server that ends
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_numbers = count(1)


class NoServerError(Exception):
    """No server can be had here; the message says why."""


@cache
def binaries():
    """Return the folder of the newest server's programs."""
    found = [Path("/usr/lib/postgresql").glob("*/bin"), []]
    if there := shutil.which("postgres"):
        found[1] = [Path(there).resolve().parent]
    folders = [one for some in found for one in some if (one / "postgres").exists()]
    if not folders:
        raise NoServerError("PostgreSQL's server is not installed")
    newest = max(folders, key=lambda one: one.parent.name.rjust(8))
    shared = subprocess.run(
        [newest / "pg_config", "--sharedir"],
        capture_output=True,
        text=True,
        check=False,
    )
    share = Path(shared.stdout.strip() or newest.parent / "share")
    if not (share / "extension" / "postgis.control").exists():
        raise NoServerError(f"PostGIS is not installed for the server in {newest}")
    return newest


class Server:
    """A running server; `stop` and `start` may be called again and again."""

    def __init__(self, folder, **settings):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.settings = {**FAST, **settings}
        self.port = free_port()
        self._process = None
        _owned(self.folder)
        secret = self.folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        _owned(secret)
        _run(
            *(binaries() / "initdb", "--pgdata", self.data, "--username", USER),
            *("--pwfile", secret, "--auth", "scram-sha-256", "--no-sync"),
            # Another order of letters than Python's, so that a test sees where it tells.
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            *("--locale-provider", "icu", "--icu-locale", "en"),
        )

    def start(self):
        """Start the server and wait until it answers."""
        os.environ["PGPASSWORD"] = PASSWORD
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "max_connections": 60,
            **self.settings,
        }
        given = [part for n, v in settings.items() for part in ("-c", f"{n}={v}")]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [binaries() / "postgres", "-D", self.data, *given],
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,
                **_as_other(),
            )
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if self._process.poll() is not None:
                    said = self.log.read_text(encoding="utf-8", errors="replace")
                    raise NoServerError(f"the server does not start: {said}") from error
            else:
                return self

    def stop(self, *, kill=False):
        """Stop the server at once, in order or as if its machine lost power."""
        if self._process and self._process.poll() is None:
            if kill:
                _run(binaries() / "pg_ctl", "-D", self.data, "stop", "-m", "immediate")
            else:
                self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def url(self, database="postgres", user=USER):
        """Return the address of a database; PGPASSWORD has the password."""
        return f"postgresql://{user}@{HOST}:{self.port}/{database}"

    def run(self, sql, database="postgres"):
        """Run SQL as the superuser; return the rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def database(self, template="template0"):
        """Make a database and return its name."""
        name = f"t{next(_numbers)}"
        # Several times as fast as the other way, which newer servers take by themselves.
        how = "STRATEGY file_copy" if binaries().parent.name >= "15" else ""
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} {how}")
        return name

    @cache  # noqa: B019 - there is one server a process
    def template(self):
        """Return the name of a database with a new store in it."""
        from geo.store import open_store

        name = self.database()
        open_store(self.url(name)).close()
        return name

    def store(self):
        """Return the address of a new store."""
        return self.url(self.database(self.template()))

    def copy(self, url):
        """Return the address of a copy of a store, which loses its readers by that."""
        self.cut(url)
        return self.url(self.database(url.rpartition("/")[2]))

    def cut(self, url):
        """Break all connections to a store."""
        mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
        self.run(f"{mine}'{url.rpartition('/')[2]}'")

    def drop(self, url):
        """Drop a store, whoever still reads it."""
        self.run(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")


@cache
def server():
    """Return the server of this process, started now if it is the first to ask."""
    folder = Path(tempfile.mkdtemp(prefix="tideline-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Server(folder).start()
    atexit.register(made.stop)
    return made


def free_port():
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _as_other():
    """Return how to run as somebody else where this is root, which no server may be."""
    if os.geteuid() != 0:
        return {}
    user = _other()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def _other():
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServerError("root runs no server, and there is no user postgres or nobody")


_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent():
    """Have the kernel stop the server if the tests are killed (PR_SET_PDEATHSIG)."""
    if _LIBRARY:
        _LIBRARY.prctl(1, signal.SIGQUIT)


def _owned(path):
    if os.geteuid() == 0:
        os.chown(path, _other().pw_uid, _other().pw_gid)


def _run(*command):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, **_as_other()
    )
    if done.returncode:
        raise NoServerError(f"{command[0]} failed: {done.stderr.strip()}")
