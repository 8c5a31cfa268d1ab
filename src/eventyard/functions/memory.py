"""How much memory a function's process has used at most, and why that, not a limit of the kernel, is what we enforce.

A limit on the address space (RLIMIT_AS) refuses Python threads and libraries that reserve far more than they touch; a
control group needs rights that a laptop's user lacks. So the peak of the resident set is read, each 100 ms while an
invocation runs and once at its end, and a process above its function's memory is killed as AWS kills it.
Differs: a process can exceed its memory for up to 100 ms; children of the process are not counted; on systems without
/proc nothing is measured and nothing enforced (the peak is reported as 0).
"""

import os
import re

_PEAK = re.compile(rb"VmHWM:\s+(\d+) kB")


class MemoryGauge:
    """The peak of one process; holds its status file open, so that a reused process id cannot be mistaken for it."""

    def __init__(self, pid: int) -> None:
        try:
            self._fd = os.open(f"/proc/{pid}/status", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._fd = -1
        self._peak_kb = 0

    def peak_mb(self) -> int:
        """The most megabytes so far, rounded up; the last value known when the process has ended."""
        if self._fd >= 0:
            try:
                found = _PEAK.search(os.pread(self._fd, 4_096, 0))
            except OSError:
                found = None
            if found is not None:
                self._peak_kb = max(self._peak_kb, int(found[1]))
        return -(-self._peak_kb // 1024)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
