"""Which interpreter runs `python3.x`: the exact minor version when it is there and can load the runtime client.

The client has a compiled part that fits one minor version, so an interpreter is tried once by importing it; the verdict
is kept for the life of the runner. Otherwise our own interpreter runs the function, and the invocation says so.
"""

import asyncio
import shutil
import sys
import sysconfig
from asyncio.subprocess import DEVNULL
from dataclasses import dataclass
from pathlib import Path

_OURS = f"python{sys.version_info.major}.{sys.version_info.minor}"
_TRIAL = "import sys; sys.path.append(sys.argv[1]); import awslambdaric, runtime_client"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An executable and the runtime it stands for, such as `python3.12`."""

    executable: str
    runtime: str


class Interpreters:
    """Finds interpreters and remembers what it found."""

    def __init__(self) -> None:
        self.ours = Interpreter(sys.executable, _OURS)
        self.packages_dir = Path(sysconfig.get_path("platlib"))
        self._found: dict[str, Interpreter] = {_OURS: self.ours}

    async def find(self, runtime: str) -> Interpreter:
        """The interpreter for `runtime`; ours when there is no better one."""
        known = self._found.get(runtime)
        if known is None:
            executable = shutil.which(runtime) if runtime.startswith("python3.") else None
            fits = executable is not None and await self._can_load_client(executable)
            known = Interpreter(executable, runtime) if executable is not None and fits else self.ours
            self._found[runtime] = known
        return known

    def likely(self, runtime: str) -> str:
        """The runtime that `find` will give, found without a trial where there has been none."""
        known = self._found.get(runtime)
        if known is not None:
            return known.runtime
        is_there = runtime.startswith("python3.") and shutil.which(runtime) is not None
        return runtime if is_there else self.ours.runtime

    async def _can_load_client(self, executable: str) -> bool:
        trial = await asyncio.create_subprocess_exec(
            executable, "-c", _TRIAL, str(self.packages_dir), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        return await trial.wait() == 0
