"""A server that speaks the protocol of a model, and says what a test tells it to."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def answer(*claims):
    """Return the words of a good answer."""
    return json.dumps({"claims": list(claims)})


def completion(content, **message):
    """Return a completion around the words of an answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}}
    choice["message"].update(message)
    return {"object": "chat.completion", "choices": [choice]}


class ModelServer:
    """Answers what it is given, in turn, the last again and again; keeps all requests.

    An answer is the words of a model, a completion as a dict, raw bytes, a status, a
    status with headers, or a function that is handed the connection's handler.
    """

    def __init__(self):
        self.answers = [answer()]
        self.requests = []
        self.headers = []
        self.paths = []
        self.released = threading.Event()

    @property
    def texts(self):
        """What the user's first message of each request says."""
        return [request["messages"][1]["content"] for request in self.requests]

    def handle(self, handler):
        length = int(handler.headers["Content-Length"])
        self.requests.append(json.loads(handler.rfile.read(length)))
        self.headers.append(dict(handler.headers))
        self.paths.append(handler.path)
        said = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if callable(said):
            said(handler)
            return
        status, headers, body = 200, {}, b""
        if isinstance(said, int):
            status = said
            body = f"the key is {handler.headers['Authorization']}".encode()
        elif isinstance(said, tuple):
            status, headers = said
        elif isinstance(said, bytes):
            body = said
        else:
            whole = said if isinstance(said, dict) else completion(said)
            body = json.dumps(whole).encode()
        send(handler, status, headers, body)

    def silent(self, _handler):
        """Answer nothing until the test is over."""
        self.released.wait(60)

    def drips(self, handler):
        """Send a byte now and then for ever, each soon enough for a patient reader."""
        handler.send_response(200)
        handler.end_headers()
        while not self.released.wait(0.05):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return


def send(handler, status, headers, body):
    """Send one whole answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    try:
        handler.wfile.write(body)
    except OSError:
        return  # the reader has had enough


def breaks_off(handler):
    """Announce more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')


@contextmanager
def running():
    """Start a server of its own on a free port; yield it with its address as `url`."""
    model = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            model.handle(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield model
    finally:
        model.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
