"""The service's own log lines, to the letter."""

import pytest

from eventyard.functions import report
from eventyard.functions.report import Measured

_WARM = Measured(duration_ms=1.234, init_ms=None, memory_mb=128, max_memory_mb=30)
_COLD = Measured(duration_ms=133.61, init_ms=80.0, memory_mb=128, max_memory_mb=31)


@pytest.mark.parametrize(
    ("measured", "failure", "line"),
    [
        (_WARM, "", "Duration: 1.23 ms|Billed Duration: 2 ms|Memory Size: 128 MB|Max Memory Used: 30 MB|"),
        (
            _COLD,
            "",
            "Duration: 133.61 ms|Billed Duration: 214 ms|Memory Size: 128 MB|Max Memory Used: 31 MB|"
            "Init Duration: 80.00 ms|",
        ),
        (
            _COLD,
            "Runtime.ExitError",
            "Duration: 133.61 ms|Billed Duration: 214 ms|Memory Size: 128 MB|Max Memory Used: 31 MB|"
            "Init Duration: 80.00 ms|Status: error|Error Type: Runtime.ExitError",
        ),
        (
            _WARM,
            "timeout",
            "Duration: 1.23 ms|Billed Duration: 2 ms|Memory Size: 128 MB|Max Memory Used: 30 MB|Status: timeout",
        ),
    ],
)
def test_the_report_line(measured, failure, line):
    expected = f"REPORT RequestId: r|{line}\n".replace("|", "\t")
    assert report.report_line("r", measured, failure=failure) == expected


@pytest.mark.parametrize("header", ["", "Root=1-a;Parent=b;Sampled=0", "Sampled=1", "nonsense"])
def test_no_trace_line_without_a_sampled_trace(header):
    assert "XRAY" not in report.report_line("r", _WARM, trace_header=header)


def test_the_time_out_line_begins_with_its_instant():
    line = report.timed_out_line(1_767_225_600_007, "r", timeout_ms=3_000)
    assert line == "2026-01-01T00:00:00.007Z r Task timed out after 3.00 seconds\n\n"
