"""From start to the first answer, memory when idle, and wake-ups when idle: ours against MiniStack.

Context switches are those of all threads of the process and its children over ten idle seconds: a server that has
nothing to do should do nothing.
"""

import statistics
import time
from pathlib import Path

from bench.harness import Contestant, Table, ours, peer, publish, ratio, started

STARTS = 5
SETTLE_S = 3.0
IDLE_S = 10.0


def idle(process: int) -> tuple[float, int]:
    """Resident memory in MiB, and context switches over `IDLE_S`, of the process with its children."""
    time.sleep(SETTLE_S)
    before = sum(_switches(one) for one in _family(process))
    time.sleep(IDLE_S)
    family = _family(process)
    resident_kib = sum(_numbers(Path(f"/proc/{one}/status"), "VmRSS") for one in family)
    return resident_kib / 1024, sum(_switches(one) for one in family) - before


def _family(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in _family(int(child)))]


def _switches(process: int) -> int:
    return sum(_numbers(task / "status", "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches") for task in
               Path(f"/proc/{process}/task").iterdir())  # fmt: skip


def _numbers(status: Path, *names: str) -> int:
    lines = (line.partition(":") for line in status.read_text().splitlines())
    return sum(int(value.split()[0]) for name, _, value in lines if name in names)


def measure(contestant: Contestant) -> tuple[float, float, int]:
    """Seconds to the first answer (the median of several starts), MiB, switches."""
    ready_s = []
    for _ in range(STARTS - 1):
        with started(contestant) as running:
            ready_s.append(running.ready_s)
    with started(contestant) as running:
        resident_mib, switches = idle(running.process)
        ready_s.append(running.ready_s)
    return statistics.median(ready_s), resident_mib, switches


def run() -> None:
    """Measure and publish."""
    mine, theirs = measure(ours()), measure(peer("ministack"))
    rows = [
        ("start to first answer, s", f"{mine[0]:.2f}", f"{theirs[0]:.2f}", ratio(mine[0], theirs[0])),
        ("idle memory, MiB", f"{mine[1]:.0f}", f"{theirs[1]:.0f}", ratio(mine[1], theirs[1])),
        (f"context switches in {IDLE_S:.0f} idle s", str(mine[2]), str(theirs[2]), ""),
    ]
    columns = ("what", "Eventyard", "ministack", "Eventyard is")
    goals = "Goals: start within 1.25x MiniStack's, memory within 1.5x of its, no wake-ups when idle."
    publish("start", Table("Start and idle", columns, rows, (goals,)))


if __name__ == "__main__":
    run()
