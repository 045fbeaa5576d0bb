"""A browser that measures, for `make bench-map`: bytes, frames, moves, memory."""

import base64
import os
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from browsing import ARGS
from playwright.sync_api import sync_playwright

SLOW_MS = 300_000
MB = 1_000_000
VIEWPORT = {"width": 1360, "height": 860}
SCRIPT = Path(__file__).with_name("bench_map_probe.js")


@contextmanager
def browser():
    """Start Chromium as the browser tests do."""
    path = os.environ.get("TIDELINE_BROWSER") or which("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield opened
        opened.close()


class Visit:
    """A page opened with nothing kept from before, and what is sent for it."""

    def __init__(self, chromium):
        self.context = chromium.new_context(viewport=VIEWPORT, bypass_csp=True)
        self.context.add_init_script(path=SCRIPT)
        self.page = self.context.new_page()
        self.page.set_default_timeout(SLOW_MS)
        self.bytes = 0
        self.bytes_of_events = 0
        self._events = set()
        self.session = self.context.new_cdp_session(self.page)
        self.session.on("Network.responseReceived", self._answered)
        self.session.on("Network.loadingFinished", self._loaded)
        self.session.on("Network.webSocketFrameReceived", self._frame)
        self.session.on("Network.webSocketFrameSent", self._frame)
        self.session.send("Network.enable")

    def _answered(self, event):
        if event["response"]["url"].endswith("/events.bin"):
            self._events.add(event["requestId"])

    def _loaded(self, event):
        self.bytes += int(event["encodedDataLength"])
        if event["requestId"] in self._events:
            self.bytes_of_events += int(event["encodedDataLength"])

    def _frame(self, event):
        data = event["response"]["payloadData"]
        is_binary = event["response"]["opcode"] == 2
        self.bytes += len(base64.b64decode(data) if is_binary else data.encode())

    def open(self, address):
        """Go there; return milliseconds from the start to the first marks on the map."""
        self.page.goto(address)
        self.page.wait_for_function("bench.paint !== null")
        self.settle()
        return self.page.evaluate("bench.paint")

    def settle(self):
        """Wait until no script runs on the server."""
        self.page.wait_for_selector('[data-test-script-state="notRunning"]')

    def heap(self):
        """Return what JavaScript holds after a collection, in MB, typed arrays too."""
        self.session.send("HeapProfiler.collectGarbage")
        usage = self.session.send("Runtime.getHeapUsage")
        return (usage["usedSize"] + usage.get("backingStorageSize", 0)) / MB

    @property
    def map(self):
        """The frame that the map is in."""
        return self.page.query_selector("iframe").content_frame()

    def close(self):
        self.context.close()
