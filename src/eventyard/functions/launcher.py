"""The first lines that run in a function's process: die with the server, set the path, become the runtime client.

This file is run by its path, with whichever interpreter the function asks for, so it imports the standard library
alone. Arguments: the handler, the server's process id, then the folders to append to the path.
On Linux the kernel kills the process when the server is gone, however it went; elsewhere a thread looks each second
whether the parent is still the server. Differs: what the function itself started as a process outlives a killed server.
"""

import contextlib
import ctypes
import os
import runpy
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1


def die_with(server_pid: int) -> None:
    """End this process when the server ends; at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(server_pid,), daemon=True).start()
    if os.getppid() != server_pid:
        os._exit(1)


def _watch(server_pid: int) -> None:
    tick = threading.Event()
    while os.getppid() == server_pid:
        tick.wait(1.0)
    os.kill(os.getpid(), signal.SIGKILL)


def become_client(handler: str, appended_paths: list[str]) -> None:
    """Run the official client as `python -m awslambdaric` would, with the function's own code first on the path."""
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    sys.path += [path for path in appended_paths if path not in sys.path]
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(os.dup(1))
    sys.argv = [sys.argv[0], handler]
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    with contextlib.suppress(KeyboardInterrupt):
        become_client(sys.argv[1], sys.argv[3:])
