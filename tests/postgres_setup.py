"""See to it that the tests can start PostgreSQL with PostGIS, installing it if need be.

An installed server is taken, else Debian's packages are installed when root. Without
one the run goes on, and says which tests it leaves out.
"""

import os
import shutil
import sys

from browser_setup import ran
from postgres_server import NoServerError, binaries

PACKAGES = ("postgresql", "postgresql-postgis", "gdal-bin")
"""The server, and ogr2ogr to read from it."""
ADVICE = (
    "The tests on PostgreSQL are left out: {}"
    f" (Debian: apt-get install {' '.join(PACKAGES)})\n"
)


def main():
    """Install what is missing if that can be done; say what is still missing."""
    try:
        binaries()
    except NoServerError:
        from_apt()
    try:
        binaries.cache_clear()
        binaries()
    except NoServerError as error:
        sys.stderr.write(ADVICE.format(error))


def from_apt():
    """Let apt install Debian's server; only root may."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    sys.stderr.write(f"Installing the Debian packages {' '.join(PACKAGES)}\n")
    ran("apt-get", "update")
    ran("apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES)


if __name__ == "__main__":
    main()
