"""A server that speaks Nominatim's protocol, and says what a test tells it to."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from model_server import send


def place(lon, lat, name="Xyz", country="sy", **changes):
    """Return a village as Nominatim describes it, with `changes` made."""
    described = {
        "place_id": 1,
        "osm_type": "node",
        "osm_id": 4711,
        "lat": str(lat),
        "lon": str(lon),
        "class": "place",
        "type": "village",
        "importance": 0.2,
        "display_name": f"{name}, Aleppo Governorate, Syria",
        "address": {"village": name, "country_code": country},
        "namedetails": {"name": name},
        "boundingbox": [
            str(lat - 0.02),
            str(lat + 0.02),
            str(lon - 0.02),
            str(lon + 0.02),
        ],
    }
    return {**described, **changes}


class NominatimServer:
    """Answers what it is given, in turn, the last again and again; keeps all requests.

    An answer is a list of places, raw bytes, a status, a status with headers, or a
    function that is handed the connection's handler.
    """

    def __init__(self):
        self.answers = [[]]
        self.queries = []
        self.agents = []
        self.paths = []
        self.released = threading.Event()

    @property
    def names(self):
        """What was asked for."""
        return [query["q"] for query in self.queries]

    def handle(self, handler):
        address = urlsplit(handler.path)
        self.paths.append(address.path)
        self.queries.append({k: v[0] for k, v in parse_qs(address.query).items()})
        self.agents.append(handler.headers["User-Agent"])
        said = self.answers[min(len(self.queries), len(self.answers)) - 1]
        if callable(said):
            said(handler)
            return
        status, headers, body = 200, {}, b""
        if isinstance(said, int):
            status = said
        elif isinstance(said, tuple):
            status, headers = said
        elif isinstance(said, bytes):
            body = said
        else:
            body = json.dumps(said).encode()
        send(handler, status, headers, body)

    def silent(self, _handler):
        """Answer nothing until the test is over."""
        self.released.wait(60)

    def drips_headers(self, handler):
        """Send one header after the other, each soon enough for a patient reader."""
        self._drip(handler, b"HTTP/1.1 200 OK\r\n", b"X-More: follows\r\n")

    def drips_places(self, handler):
        """Send blanks behind a list, one by one; it ends where the connection does."""
        self._drip(handler, b"HTTP/1.1 200 OK\r\n\r\n[]", b" ")

    def _drip(self, handler, first, then):
        handler.wfile.write(first)
        for _ in range(400):
            if self.released.wait(0.05):
                return
            try:
                handler.wfile.write(then)
            except OSError:
                return  # the reader has had enough


@contextmanager
def running():
    """Start a server of its own on a free port; yield it with its address as `url`."""
    nominatim = NominatimServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            nominatim.handle(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    nominatim.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield nominatim
    finally:
        nominatim.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
