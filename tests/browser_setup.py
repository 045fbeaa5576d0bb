"""Print the path of a browser that the tests can drive, installing one if need be.

In order: TIDELINE_BROWSER, an installed Chromium or Chrome, Playwright's own (which
is fetched if it can be), Debian's package when root. Else one line says what to do.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ADVICE = (
    "The browser tests need Chromium or Google Chrome: install one"
    " (Debian: apt-get install chromium), or name it with TIDELINE_BROWSER=/path/to/it"
)


def main():
    """Print the browser's path and return 0, or say what is missing and return 1."""
    for find in (named, installed, playwrights, fetched, from_apt):
        path = find()
        if path and works(path):
            sys.stdout.write(f"{path}\n")
            return 0
        if path and find is named:
            break
    sys.stderr.write(f"{ADVICE}\n")
    return 1


def named():
    """Return the browser that the environment names."""
    return os.environ.get("TIDELINE_BROWSER")


def installed():
    """Return an installed browser."""
    found = (shutil.which(name) for name in NAMES)
    mac = (path for path in MAC if Path(path).exists())
    return next((path for path in (*found, *mac) if path and works(path)), None)


def playwrights():
    """Return the browser that Playwright installed earlier."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def fetched():
    """Let Playwright fetch its browser."""
    sys.stderr.write("No browser found; trying Playwright's own\n")
    ran(sys.executable, "-m", "playwright", "install", "chromium")
    return playwrights()


def from_apt():
    """Let apt install Debian's browser; only root may."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    sys.stderr.write("Installing the Debian package chromium\n")
    ran("apt-get", "update")
    ran("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
    return shutil.which("chromium")


def ran(*command):
    """Run a command with its output on standard error; say whether it went well."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, stdout=sys.stderr, env=environment, check=False, timeout=900
    )
    return done.returncode == 0


def works(path):
    """Say whether a browser starts; one without its libraries does not."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
