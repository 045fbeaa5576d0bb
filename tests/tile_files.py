"""Small PMTiles files, and a server of tiles on this machine."""

import struct
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

EVERYWHERE = {
    "min_lon_e7": -1_800_000_000,
    "min_lat_e7": -850_000_000,
    "max_lon_e7": 1_800_000_000,
    "max_lat_e7": 850_000_000,
    "center_zoom": 0,
    "center_lon_e7": 0,
    "center_lat_e7": 0,
}


def png(red, green, blue, side=256):
    """Return a picture of one colour."""

    def chunk(name, data):
        told = struct.pack(">I", len(data)) + name + data
        return told + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes((red, green, blue)) * side) * side
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def pmtiles(path, tiles, kind=TileType.PNG, attribution="", **changes):
    """Write a file of `tiles`, {(z, x, y): bytes}."""
    header = {"tile_type": kind, "tile_compression": Compression.NONE}
    ordered = sorted((zxy_to_tileid(*at), data) for at, data in tiles.items())
    with write(str(path)) as writer:
        for number, data in ordered:
            writer.write_tile(number, data)
        writer.finalize(
            {**EVERYWHERE, **header, **changes}, {"attribution": attribution}
        )
    return path


@contextmanager
def tile_server(picture):
    """Serve one picture as every tile; a picture of None is refused."""

    asked = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200 if picture else 404)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(picture or b"")

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as running:
        Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()
