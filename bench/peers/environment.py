"""Where the peers live and how each is started: the one place that knows their commands."""

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / ".venv"
PYTHON = FOLDER / "bin" / "python"
NAMES = ("ministack", "moto")


def install() -> None:
    """Make the environment; at once when it is there and as the requirements say."""
    stamp = FOLDER / "installed"
    wanted = (HERE / "requirements.txt").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    venv.create(FOLDER, with_pip=True, clear=True)
    subprocess.run(
        [str(PYTHON), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")], check=True, stdout=sys.stderr
    )
    stamp.write_text(wanted)


def command(name: str, port: int) -> tuple[list[str], Mapping[str, str]]:
    """The command line that serves `name` on `port`, and what it needs in its environment."""
    if name == "moto":
        return [str(FOLDER / "bin" / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], dict(os.environ)
    if name == "ministack":
        return [str(FOLDER / "bin" / "ministack")], {**os.environ, "GATEWAY_PORT": str(port), "PERSIST_STATE": "0"}
    raise ValueError(f"no such peer: {name}; there are {', '.join(NAMES)}")
