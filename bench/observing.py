"""What observing costs: SendMessage and PutEvents with traces, metrics and ledger, against the same without them.

Both run in turns; besides the rate there is the processor time of the server for each request, which a busy machine
disturbs less. The goal is 0.8 of the rate without.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import uvloop

from bench import events_put, sqs_send
from bench.harness import Contestant, Table, ours, processor_s, publish, ratio, started
from bench.load import Measured

TURNS = 3
WAYS: Sequence[tuple[str, Sequence[str]]] = (
    ("everything", ()),
    ("no traces", ("--observe", "metrics,ledger")),
    ("no metrics", ("--observe", "traces,ledger")),
    ("nothing", ("--observe", "none")),
)


@dataclass(frozen=True, slots=True)
class Run:
    """The best rate of a way and its least processor time for a request, in microseconds."""

    rate_per_s: float
    request_us: float


def _send(connections: int) -> Callable[[int], Measured]:
    return lambda port: uvloop.run(sqs_send.measure(port, connections, is_real=True))


def _put(port: int) -> Measured:
    measured, _ = uvloop.run(events_put.measure(port))
    return measured


LOADS: Sequence[tuple[str, Callable[[int], Measured], int]] = (
    ("SendMessage, 16 connections", _send(16), 1),
    ("SendMessage, 64 connections", _send(64), 1),
    ("PutEvents in tens, three rules to three queues", _put, events_put.ENTRIES),
)


def once(contestant: Contestant, load: Callable[[int], Measured], items: int) -> Run:
    """One run of one way, from its start."""
    with started(contestant) as running:
        before_s = processor_s(running)
        measured = load(running.port)
        used_s = processor_s(running) - before_s
        return Run(measured.rate_per_s * items, used_s / (measured.answered * items) * 1e6)


def run() -> None:
    """Measure and publish."""
    best: dict[tuple[str, str], Run] = {}
    for _ in range(TURNS):
        for load_name, load, items in LOADS:
            for name, options in WAYS:
                now = once(ours(*options), load, items)
                known = best.get((load_name, name), now)
                best[load_name, name] = Run(
                    max(known.rate_per_s, now.rate_per_s), min(known.request_us, now.request_us)
                )
    rows = []
    for (load_name, name), measured in sorted(best.items()):
        bare = best[load_name, "nothing"]
        rows.append(
            (
                load_name,
                name,
                f"{measured.rate_per_s:,.0f}",
                ratio(measured.rate_per_s, bare.rate_per_s) if name != "nothing" else "",
                f"{measured.request_us:.1f}",
            )
        )
    columns = ("load", "observed", "items/s", "of the rate without", "processor us an item")
    publish("observing", Table("Observing", columns, rows, ("Goal: 0.8 of the rate without.",)))


if __name__ == "__main__":
    run()
