"""The lines that the Lambda service adds to a function's log, in its plain text format.

Source: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html (START, END, REPORT, XRAY),
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (INIT_REPORT; Status and Error Type at the
end of REPORT, the form introduced in 2024). Initialisation is billed since August 2025.
Differs: the `Task timed out` line, which the old form had, stays, because so many alarms look for it.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one invocation; `init_ms` is `None` in a warm environment."""

    duration_ms: float
    init_ms: float | None
    memory_mb: int
    max_memory_mb: int

    @property
    def billed_ms(self) -> int:
        return math.ceil(self.duration_ms + (self.init_ms or 0.0))


def init_start_line(runtime: str) -> str:
    """The first line of a log stream. Differs: AWS adds the ARN of its runtime image, which has no meaning here."""
    return f"INIT_START Runtime Version: {runtime.replace('python', 'python:')}\n"


def init_report_line(init_ms: float, *, status: str, error_type: str) -> str:
    """The line that AWS writes only when the initialisation failed; `error_type` is empty for a time-out."""
    cause = f"\tError Type: {error_type}" if error_type else ""
    return f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: init\tStatus: {status}{cause}\n"


def start_line(request_id: str, version: str) -> str:
    """The line that begins an invocation."""
    return f"START RequestId: {request_id} Version: {version}\n"


def timed_out_line(at_ms: int, request_id: str, *, timeout_ms: int) -> str:
    """The line of the old form, which starts with the instant."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    instant = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"
    return f"{instant} {request_id} Task timed out after {timeout_ms / 1000:.2f} seconds\n\n"


def end_line(request_id: str) -> str:
    """The line that ends an invocation."""
    return f"END RequestId: {request_id}\n"


def report_line(request_id: str, measured: Measured, *, failure: str = "", trace_header: str = "") -> str:
    """The REPORT line.

    `failure` is empty, the type of an error that the service found, or `timeout`; `trace_header` is empty when the
    function is not traced.
    """
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {measured.duration_ms:.2f} ms",
        f"Billed Duration: {measured.billed_ms} ms",
        f"Memory Size: {measured.memory_mb} MB",
        f"Max Memory Used: {measured.max_memory_mb} MB",
    ]
    if measured.init_ms is not None:
        fields.append(f"Init Duration: {measured.init_ms:.2f} ms")
    if failure == "timeout":
        fields.append("Status: timeout")
    elif failure:
        fields += ["Status: error", f"Error Type: {failure}"]
    return "\t".join(fields) + ("\n" if failure else "\t\n") + _xray_line(trace_header)


def _xray_line(trace_header: str) -> str:
    parts = dict(part.split("=", 1) for part in trace_header.split(";") if "=" in part)
    if parts.get("Sampled") != "1" or "Root" not in parts:
        return ""
    return f"XRAY TraceId: {parts['Root']}\tSegmentId: {parts.get('Parent', '')}\tSampled: true\t\n"
