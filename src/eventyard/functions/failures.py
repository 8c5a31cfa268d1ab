"""The error payloads that the Lambda service itself writes when a function does not answer, in AWS's words.

Source: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html and payloads of real functions as
published in issues and guides (2024 to 2026). A function's own exception is worded by the runtime client, not here.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from eventyard.functions.spec import RESPONSE_BYTES_MAX

# The names that the service prints for a process ended by a signal; others are told by their number.
_SIGNALS: Mapping[int, str] = {
    signal.SIGHUP: "hangup",
    signal.SIGINT: "interrupt",
    signal.SIGQUIT: "quit",
    signal.SIGILL: "illegal instruction",
    signal.SIGTRAP: "trace/breakpoint trap",
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGKILL: "killed",
    signal.SIGUSR1: "user defined signal 1",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGUSR2: "user defined signal 2",
    signal.SIGPIPE: "broken pipe",
    signal.SIGALRM: "alarm clock",
    signal.SIGTERM: "terminated",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the service, not the function, answers: the error's type and its words."""

    error_type: str
    message: str

    @property
    def payload(self) -> bytes:
        return orjson.dumps({"errorType": self.error_type, "errorMessage": self.message})


def timed_out(*, request_id: str, timeout_ms: int) -> Failure:
    """The function took longer than its time-out."""
    return Failure(
        "Sandbox.Timedout", f"RequestId: {request_id} Error: Task timed out after {timeout_ms / 1000:.2f} seconds"
    )


def exited(*, request_id: str, exit_code: int) -> Failure:
    """The process ended before it answered; a negative `exit_code` is the signal that ended it."""
    return Failure("Runtime.ExitError", f"RequestId: {request_id} Error: {_exit_reason(exit_code)}")


def out_of_memory(*, request_id: str) -> Failure:
    """The process was killed since it used more than the function's memory."""
    return Failure("Runtime.OutOfMemory", f"RequestId: {request_id} Error: Runtime exited with error: signal: killed")


def response_too_large() -> Failure:
    """The answer is above what a synchronous invocation can carry."""
    return Failure(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({RESPONSE_BYTES_MAX} bytes).",
    )


def _exit_reason(exit_code: int) -> str:
    if exit_code == 0:
        return "Runtime exited without providing a reason"
    if exit_code > 0:
        return f"Runtime exited with error: exit status {exit_code}"
    number = -exit_code
    known = {int(which): name for which, name in _SIGNALS.items()}
    return f"Runtime exited with error: signal: {known.get(number, f'signal {number}')}"
