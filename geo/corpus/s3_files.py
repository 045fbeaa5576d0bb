"""Where buckets are and who asks is read here, from the usual settings of S3.

From the environment of each process, since a worker may run on another machine; so no
keys travel with the work. Keys, region and the like are read by Arrow itself.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_UNSIGNED = "AWS_NO_SIGN_REQUEST"


@cache
def buckets() -> Any:  # noqa: ANN401 - fsspec has no types
    """Return the file system of all buckets.

    `AWS_ENDPOINT_URL` names a server other than Amazon's; with `AWS_NO_SIGN_REQUEST`
    set, it is asked without keys.
    """
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import S3FileSystem

    endpoint = next(filter(None, map(os.environ.get, _ENDPOINTS)), None)
    anonymous = os.environ.get(_UNSIGNED, "").lower() in ("1", "true", "yes")
    return ArrowFSWrapper(S3FileSystem(endpoint_override=endpoint, anonymous=anonymous))
