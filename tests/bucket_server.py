"""Servers on loopback that files are read from: a small one like S3, and a web server.

Both count what they are asked for, and fail as they are told to.
"""

import contextlib
import hashlib
import re
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "test-secret-key"}


@dataclass
class Shelf:
    """What a server has, by path, and how it behaves."""

    files: dict
    ranges: bool = True
    length: bool = True
    user: str = ""
    """What has to stand in the header Authorization, in part."""
    faults: list = field(default_factory=list)
    """What the next answers to GET are: a status, or after how many bytes they break."""
    asked: list = field(default_factory=list)
    url: str = ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, shelf):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.shelf, self.open = shelf, set()
        shelf.url = f"http://127.0.0.1:{self.server_port}"

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def end(self):
        """Close what is still open, too: a server that is gone answers nobody."""
        self.shutdown()
        self.server_close()
        for one in self.open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._answer(with_body=False)

    def do_GET(self):
        self._answer(with_body=True)

    def _answer(self, *, with_body):
        shelf, parts = self.server.shelf, urlsplit(self.path)
        shelf.asked.append((self.command, self.path, self.headers.get("Range")))
        if shelf.user and shelf.user not in self.headers.get("Authorization", ""):
            return self._plain(403, with_body)
        fault = shelf.faults.pop(0) if with_body and shelf.faults else 0
        if fault and fault in range(400, 600):
            return self._plain(fault, with_body)
        query = parse_qs(parts.query, keep_blank_values=True)
        path = unquote(parts.path)
        if "list-type" in query:
            return self._listing(path.strip("/"), query)
        content = shelf.files.get(path)
        is_bucket = path.count("/") == 1
        if is_bucket and any(name.startswith(f"{path}/") for name in shelf.files):
            return self._plain(200, with_body)
        if content is None:
            return self._plain(404, with_body)
        return self._content(content, with_body, cut=fault)

    def _plain(self, status, with_body):
        code = {403: "AccessDenied", 404: "NoSuchKey", 503: "SlowDown"}.get(status)
        body = f"<Error><Code>{code}</Code></Error>".encode() if with_body else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _content(self, content, with_body, cut):
        shelf, total = self.server.shelf, len(content)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked and shelf.ranges:
            start = int(asked[1])
            end = min(int(asked[2] or total - 1), total - 1)
            content = content[start : end + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end}/{total}")
        else:
            self.send_response(200)
        if shelf.length:
            self.send_header("Content-Length", str(len(content)))
        else:
            self.send_header("Connection", "close")
        digest = hashlib.sha256(shelf.files[unquote(urlsplit(self.path).path)])
        self.send_header("ETag", f'"{digest.hexdigest()}"')
        self.send_header("Last-Modified", "Sun, 05 Mar 2017 12:00:00 GMT")
        self.end_headers()
        if with_body:
            self.wfile.write(content[:cut] if cut else content)
        if not shelf.length or cut:
            self.close_connection = True

    def _listing(self, bucket, query):
        """Answer ListObjectsV2, three entries a page."""
        prefix = query.get("prefix", [""])[0]
        delimiter = query.get("delimiter", [""])[0]
        inside = [
            path.removeprefix(f"/{bucket}/")
            for path in sorted(self.server.shelf.files)
            if path.startswith(f"/{bucket}/{prefix}")
        ]
        entries = []
        for key in inside:
            head, mark, _ = key[len(prefix) :].partition(delimiter or "\0")
            entry = ("prefix", prefix + head + mark) if mark else ("key", key)
            if entry not in entries:
                entries.append(entry)
        begin = int(query.get("continuation-token", ["0"])[0])
        page, rest = entries[begin : begin + 3], entries[begin + 3 :]
        self._xml(bucket, page, str(begin + 3) if rest else "")

    def _xml(self, bucket, page, token):
        files = self.server.shelf.files
        rows = [
            f"<Contents><Key>{escape(name)}</Key><Size>{len(files[f'/{bucket}/{name}'])}</Size>"
            "<LastModified>2017-03-05T12:00:00.000Z</LastModified></Contents>"
            if kind == "key"
            else f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>"
            for kind, name in page
        ]
        more = (
            f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>'
            f"<Name>{bucket}</Name><KeyCount>{len(page)}</KeyCount>"
            f"<IsTruncated>{'true' if token else 'false'}</IsTruncated>{more}"
            f"{''.join(rows)}</ListBucketResult>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving(files, **behaviour):
    """Serve files by their paths; of a bucket, these begin with its name."""
    shelf = Shelf(
        {path: bytes(content) for path, content in files.items()}, **behaviour
    )
    server = _Server(shelf)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.end()
        thread.join()


def settings(shelf, keys=KEYS):
    """Return the environment that leads `s3://` to a server."""
    return {
        "AWS_ENDPOINT_URL": shelf.url,
        "AWS_REGION": "test-region-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        **keys,
    }
