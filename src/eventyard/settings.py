"""Every setting: its name, unit, default and reason. Only the command line reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

AuthMode = Literal["open", "strict"]

Observed = Literal["traces", "metrics", "ledger"]
OBSERVED: tuple[Observed, ...] = ("traces", "metrics", "ledger")


KEPT_LEAST_H = 0.01
"""What is observed is kept for as many hours at least."""


def observed_of(text: str) -> frozenset[Observed]:
    """What is observed, from names with commas between them, or `none`. Raises ValueError, which names what is not."""
    named = {name.strip() for name in text.split(",")} - {"none", ""}
    if unknown := named - set(OBSERVED):
        raise ValueError(f"--observe takes {', '.join(OBSERVED)} or none, not {', '.join(sorted(unknown))}.")
    return frozenset(name for name in OBSERVED if name in named)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs."""

    host: str = "127.0.0.1"
    """The address to listen on. Loopback, because `open` mode lets anyone in; elsewhere `strict` is required."""

    port: int = 4566
    """The port; 0 takes a free one. 4566 is where tools for local AWS look."""

    data_folder: Path = Path(".eventyard")
    """Where the database, the functions' code and spooled bodies live."""

    store_url: str | None = None
    """`postgresql://…` to keep the state there; `None` keeps it in SQLite in the data folder."""

    is_ephemeral: bool = False
    """Forget everything at the end, and skip the fsync: for tests that want speed and no trace."""

    auth: AuthMode = "open"
    """`open` accepts any credentials and takes account and region from them; `strict` checks every signature."""

    region: str = "us-east-1"
    """The region of a request that names none."""

    is_strict_aws: bool = False
    """Refuse what AWS refuses even where Eventyard has a declared extension."""

    crash_at: Mapping[str, int] = field(default_factory=dict)
    """Fault points at which the process dies, with the pass that kills it: for the crash suite."""

    drain_s: float = 10.0
    """How long SIGTERM lets requests and functions in progress end."""

    idle_connection_s: float = 75.0
    """A kept-alive connection that is silent for longer is closed; above the 60 s that SDK pools assume."""

    connections_max: int = 4096
    """More clients than this at once are turned away."""

    observed: frozenset[Observed] = frozenset(OBSERVED)
    """What is written down of what happens: `traces`, `metrics`, and the `ledger` of each event's outcomes."""

    observed_kept_h: float = 168.0
    """How long traces and the ledger's outcomes are kept."""

    spans_max: int = 5_000_000
    """More spans than these are not kept, whatever their age: the oldest go. Some 350 bytes each."""

    xray_port: int = 2000
    """The UDP port on the loopback at which X-Ray's SDKs look for their daemon; 0 opens none. A free one where it is
    taken; functions are told which."""

    otlp_endpoint: str | None = None
    """`http://host:4318` of an OpenTelemetry collector that every trace is sent on to; `None` sends nothing."""

    smtp_relay: str | None = None
    """`smtp://host:port` of a server that brings SES's mails on; `None` keeps them in the local mailbox alone."""

    http_timeout_max_s: float | None = None
    """No request to the world waits longer than this, whatever AWS would wait: for tests. `None` is AWS's own time."""

    environments_max: int = 64
    """Function processes at once, over all functions; further invocations wait for one."""

    environment_idle_s: float = 300.0
    """A function process that is not used for longer is ended."""


def server_url(host: str, port: int) -> str:
    """The address of a server as a URL, in which an IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
