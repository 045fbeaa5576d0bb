"""schemathesis against a running API; its command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).parent / "schemathesis.toml"


def fuzz(address, folder, *options, examples):
    """Return the command's exit code and what it wrote; 0 says that it found nothing."""
    # Beside Python, whatever the search path names.
    tool = str(Path(sys.executable).with_name("schemathesis"))
    command = [tool, "--config-file", str(CONFIG), "--no-color", "run"]
    command += [f"{address}/api/openapi", "--max-examples", str(examples)]
    command += ["--seed", "1", "--generation-database", "none"]
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": "100"},
    )
    return done.returncode, done.stdout + done.stderr
