"""What stands in the blocks of a one-file page."""

import base64
import gzip
import re

BLOCK = re.compile(
    r'<script type="text/plain" id="tl-block-([\w-]+)">([A-Za-z0-9+/=]*)</script>'
)


def blocks(page):
    """Return the content of each block, by name."""
    return {
        name: gzip.decompress(base64.b64decode(packed))
        for name, packed in BLOCK.findall(page)
    }


def without_data(page):
    """Return the page without what its events take."""
    kept = {"events", "words", "reading"}
    return BLOCK.sub(lambda found: "" if found[1] in kept else found[0], page)
