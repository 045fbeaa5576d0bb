"""A server that does what strangers' servers may do, as a test tells it, by path."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"<html><title>One</title><p>The army took Homs on Monday.</p></html>"


class HostileServer:
    """Answers each path by its function in `paths`, which is handed the handler.

    `asked` are the paths and headers of all requests.
    """

    def __init__(self):
        self.paths = {}
        self.asked = []
        self.over = threading.Event()

    def handle(self, handler):
        self.asked.append((handler.path, dict(handler.headers)))
        answer = self.paths.get(handler.path.partition("?")[0])
        try:
            if answer:
                answer(handler)
            else:
                send(handler, b"<html>no</html>", status=404)
        except OSError:
            pass  # the reader has had enough

    def paths_asked(self):
        return [path for path, _headers in self.asked]

    def page(self, path, body=PAGE, kind="text/html", **headers):
        """Answer a path with a body; `_` in names of headers are hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.paths[path] = lambda handler: send(handler, body, kind=kind, **named)

    def redirect(self, path, to, status=302):
        self.paths[path] = lambda handler: send(
            handler, b"", status=status, Location=to
        )

    def status(self, path, status, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.paths[path] = lambda handler: send(handler, b"no", status=status, **named)

    def endless(self, path):
        """Send a body without an end, as fast as it is taken."""

        def answer(handler):
            begin(handler, 200, {"Content-Type": "text/html"})
            while not self.over.is_set():
                handler.wfile.write(b"x" * 65_536)

        self.paths[path] = answer

    def drip(self, path, what=b"x"):
        """Send a body a byte at a time, for ever."""

        def answer(handler):
            begin(handler, 200, {"Content-Type": "text/html"})
            while not self.over.wait(0.02):
                handler.wfile.write(what)
                handler.wfile.flush()

        self.paths[path] = answer

    def drip_headers(self, path):
        def answer(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not self.over.wait(0.02):
                handler.wfile.write(b"x")
                handler.wfile.flush()

        self.paths[path] = answer

    def raw(self, path, content):
        """Send these very bytes, and close the line."""

        def answer(handler):
            handler.wfile.write(content)
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_WR)

        self.paths[path] = answer


def begin(handler, status, headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def send(handler, body, *, status=200, kind="text/html", **headers):
    headers = {"Content-Type": kind, "Content-Length": str(len(body))} | headers
    begin(handler, status, headers)
    handler.wfile.write(body)
    handler.wfile.flush()


def bomb(size):
    """Return so many zeros, packed to a thousandth."""
    return gzip.compress(bytes(size), mtime=0)


@contextmanager
def running(context=None):
    """Start a server on a free port; yield it with its address as `url`.

    With a `context` it speaks TLS.
    """
    hostile = HostileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            hostile.handle(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    # Lines that were cut, and handshakes that failed, are what is tested.
    server.handle_error = lambda *_: None
    if context:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    hostile.port = server.server_port
    scheme = "https" if context else "http"
    hostile.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hostile
    finally:
        hostile.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Clock:
    """A clock that tests set; waiting for it takes no time."""

    def __init__(self, now_s=None):
        self.now_s = time.time() if now_s is None else now_s
        self.waited = []

    def __call__(self):
        return self.now_s

    def sleep(self, seconds):
        self.waited.append(seconds)
        self.now_s += seconds
