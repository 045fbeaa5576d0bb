"""Inputs of corpora, made by the tests: lines, tables, and what a crawler keeps."""

import gzip
import json

import pyarrow as pa

DAY = "2017-03-05"


def row(n, **changes):
    return {
        "text": f"The army took Palmyra from Islamic State on {n + 1} March.",
        "published": DAY,
        "title": f"Report {n}",
        **changes,
    }


def lines(rows):
    return b"".join(json.dumps(one).encode() + b"\n" for one in rows)


def packed(content, suffix):
    if suffix == ".gz":
        return gzip.compress(content)
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


def warc(records, *, compressed=False):
    """Return a WARC file of (url, media type, content, options) of answers."""
    made = [_record(*one) for one in records]
    return b"".join(map(gzip.compress, made) if compressed else made)


def _record(url, kind, content, options=None):
    options = options or {}
    told = {"Content-Type": kind, **dict(options.get("http", ()))}
    answer = _head(f"HTTP/1.1 {options.get('status', '200 OK')}", told) + content
    named = {
        "WARC-Type": options.get("type", "response"),
        "WARC-Target-URI": url,
        "WARC-Date": "2020-01-01T00:00:00Z",
        "Content-Type": "application/http; msgtype=response",
        **options.get("warc", {}),
        "Content-Length": len(answer),
    }
    return _head("WARC/1.0", named) + answer + b"\r\n\r\n"


def _head(first, named):
    lines = [first, *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode()
