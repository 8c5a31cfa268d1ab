"""The program: `eventyard up` with plainly written options starts at once, everything else is `main.py`'s.

Importing and running the command line's library takes longer than the rest of a start, so `up` is read here first, from
a table, and only where it is beyond doubt: each option written out, with a value that is good. Whatever else is there
(help, a mistake, `--port=4566`) is left to the library, which alone explains and refuses (docs/decisions/0014).
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from eventyard.base.errors import StartRefused
from eventyard.cli.environment import fault_points
from eventyard.settings import KEPT_LEAST_H, Settings, observed_of


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise ValueError(text)
    return int(text)


def _auth(text: str) -> str:
    if text not in ("open", "strict"):
        raise ValueError(text)
    return text


def _relay(text: str) -> str:
    if not text.startswith(("smtp://", "smtps://")):
        raise ValueError(text)
    return text


def _hours(text: str) -> float:
    hours = float(text)
    if not KEPT_LEAST_H <= hours < inf:
        raise ValueError(text)
    return hours


VALUES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "--host": ("host", str),
    "--port": ("port", _port),
    "--data": ("data_folder", Path),
    "--store": ("store_url", str),
    "--auth": ("auth", _auth),
    "--region": ("region", str),
    "--observe": ("observed", observed_of),
    "--xray-port": ("xray_port", _port),
    "--otlp-endpoint": ("otlp_endpoint", str),
    "--kept-h": ("observed_kept_h", _hours),
    "--smtp-relay": ("smtp_relay", _relay),
}
"""An option's setting, and what reads its value; it raises ValueError where the library has to explain."""

FLAGS: Mapping[str, str] = {"--ephemeral": "is_ephemeral", "--strict-aws": "is_strict_aws"}


def main() -> None:
    """Run the command that the process was started with."""
    settings = plain_up(sys.argv[1:])
    if settings is None:
        from eventyard.cli.main import app  # noqa: PLC0415  (a plain start must not pay for the library)

        app()
        return
    from eventyard.cli.up import serve_until_stopped  # noqa: PLC0415  (help must not pay for the server)

    try:
        serve_until_stopped(replace(settings, crash_at=fault_points()))
    except StartRefused as refusal:
        print(f"eventyard: {refusal}", file=sys.stderr)
        raise SystemExit(1) from None


def plain_up(arguments: Sequence[str]) -> Settings | None:
    """The settings of `up` and its options; `None` for all that is not plainly that."""
    if not arguments or arguments[0] != "up":
        return None
    chosen: dict[str, Any] = {}
    rest = iter(arguments[1:])
    for option in rest:
        if option in FLAGS:
            chosen[FLAGS[option]] = True
            continue
        value = next(rest, "")
        if option not in VALUES or not value or value.startswith("-"):
            return None
        setting, read = VALUES[option]
        try:
            chosen[setting] = read(value)
        except ValueError:
            return None
    return Settings(**chosen)
