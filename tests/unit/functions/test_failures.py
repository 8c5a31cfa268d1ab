"""The service's own error payloads, to the letter."""

import pytest

from eventyard.functions import failures


@pytest.mark.parametrize(
    ("exit_code", "reason"),
    [
        (0, "Runtime exited without providing a reason"),
        (1, "Runtime exited with error: exit status 1"),
        (-9, "Runtime exited with error: signal: killed"),
        (-6, "Runtime exited with error: signal: aborted"),
        (-60, "Runtime exited with error: signal: signal 60"),
    ],
)
def test_how_a_process_ended_is_told_in_words(exit_code, reason):
    failure = failures.exited(request_id="r", exit_code=exit_code)
    assert failure.payload.decode() == (
        f'{{"errorType":"Runtime.ExitError","errorMessage":"RequestId: r Error: {reason}"}}'
    )


def test_a_time_out_is_told_in_seconds_with_two_decimals():
    assert failures.timed_out(request_id="r", timeout_ms=900_000).message.endswith("after 900.00 seconds")
