"""A server of GeoNames' lists, which breaks off, lies or changes as a test tells it."""

import io
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DAY = "2026-01-05"


def row(number, name, lon, lat, **changes):
    """Return a row of 19 columns."""
    cells = {
        "id": str(number),
        "name": name,
        "ascii": changes.pop("ascii", name),
        "names": "",
        "lat": f"{lat:.5f}",
        "lon": f"{lon:.5f}",
        "class": "P",
        "code": "PPL",
        "country": "SY",
        "cc2": "",
        "admin1": "09",
        "admin2": "",
        "admin3": "",
        "admin4": "",
        "population": "0",
        "elevation": "",
        "dem": "",
        "zone": "Asia/Damascus",
        "dated": "2024-05-06",
        **changes,
    }
    assert len(cells) == 19
    return "\t".join(cells.values())


ROWS = (
    row(990001, "Az Za`rayah", 37.782, 36.227, names="Za'araya,الزعراية,zrayt"),
    row(990002, "Tall Wahmi", 37.6, 36.3, code="HLL", **{"class": "T"}),
    row(990003, "Grand Hotel Wahmi", 37.16, 36.2, code="HTL", **{"class": "S"}),
    row(990004, "Muhafazat Wahmi", 38.0, 36.0, code="ADM1", **{"class": "A"}),
    row(163808, "Tadmur", 38.2805, 34.5608, code="PPLA2", names="Palmyra"),
)


def zipped(rows=ROWS, country="SY", **others):
    """Return a zip file as GeoNames sends it, with `others` by their names in it."""
    held = io.BytesIO()
    inside = {"readme.txt": "CC BY 4.0", **others}
    inside[f"{country}.txt"] = "".join(f"{line}\n" for line in rows)
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in inside.items():
            # Of a fixed day, so that the same rows are the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


class DumpServer:
    """Serves `files` by path; knows ranges, unless told otherwise.

    `cuts` are after how many bytes of an answer the line breaks, one for each request
    in turn; None is not at all. `answer`, if set, is handed the handler instead.
    """

    def __init__(self):
        self.files = {}
        self.tags = {}
        self.cuts = []
        self.has_ranges = True
        self.answer = None
        self.requests = []
        self.released = threading.Event()

    def handle(self, handler):
        self.requests.append((handler.path, dict(handler.headers)))
        if self.answer:
            self.answer(handler)
            return
        body = self.files.get(handler.path)
        if body is None:
            send(handler, 404, {"Content-Type": "text/html"}, b"<html>no</html>")
            return
        tag = self.tags.get(handler.path, '"one"')
        headers = {"Content-Type": "application/zip"} | ({"ETag": tag} if tag else {})
        start = self._start(handler, tag)
        status = 200
        if start:
            status = 206
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        if start and start >= len(body):
            send(handler, 416, {"Content-Range": f"bytes */{len(body)}"}, b"")
            return
        cut = self.cuts.pop(0) if self.cuts else None
        send(handler, status, headers, body[start:], cut)

    def _start(self, handler, tag):
        asked = handler.headers.get("Range")
        if not asked or not self.has_ranges:
            return 0
        if handler.headers.get("If-Range", tag) != tag:
            return 0
        return int(asked.removeprefix("bytes=").removesuffix("-"))


def send(handler, status, headers, body, cut=None):
    """Send an answer, or only so many bytes of it before the line breaks."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    if "Content-Length" not in headers:
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    try:
        handler.wfile.write(body[:cut])
        handler.wfile.flush()
    except OSError:
        return  # the reader has had enough


@contextmanager
def running():
    """Start a server of its own on a free port; yield it with its address as `url`."""
    dumps = DumpServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            dumps.handle(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    dumps.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield dumps
    finally:
        dumps.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
