"""What CloudWatch was recorded to answer about metrics, replayed against ours: one case a file.

A case has a `source`, the instant `at` which it was recorded, and `steps`. A step calls an operation with parameters
(`with`) and says what it `answers`, or with which code and message it is `refused`. Instants are ISO texts; numbers are
compared to nine digits, lists of datapoints and of metrics in any order, as AWS promises none.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import json5
import pytest
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import RunningPlatform

CASES = sorted(Path(__file__).parent.glob("metrics_*.json5"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_conversation_goes_as_recorded(path, tmp_path):
    case = json5.loads(path.read_text())
    assert case["source"]
    start = datetime.fromisoformat(case["at"]).astimezone(UTC)
    running = RunningPlatform(tmp_path, clock=VirtualClock(int(start.timestamp() * 1000)))
    try:
        for step in case["steps"]:
            _take(step, running.client("cloudwatch"))
    finally:
        running.close()


def _take(step: dict[str, Any], client: Any) -> None:
    call = getattr(client, step["call"])
    if "refused" in step:
        with pytest.raises(ClientError) as error:
            call(**step["with"])
        told = error.value.response["Error"]
        assert {"Code": told["Code"], "Message": told.get("Message", "")} == step["refused"], step["with"]
        return
    answer = call(**step["with"])
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    if "answers" in step:
        assert _comparable(answer) == _comparable(step["answers"]), step["with"]


def _comparable(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _comparable(part, name) for name, part in value.items()}
    if isinstance(value, list):
        parts = [_comparable(part) for part in value]
        is_unordered = key in ("Datapoints", "Metrics")
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True)) if is_unordered else parts
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return float(f"{value:.9g}") if isinstance(value, int | float) and not isinstance(value, bool) else value
