"""What CloudWatch Logs was recorded to answer, replayed against ours: one case a file, the verdict in its name.

A case has a `source` and `steps`. A step calls `service.operation` with parameters (`with`) and says what it
`answers`, or with which code, message and `status` it is `refused`. `${account}`, `${region}` and `${now}` (in
milliseconds) stand for what they say, `<number>` and `<text>` for any; `${X*513}` is an X so many times.
"""

import json
import re
from pathlib import Path
from typing import Any

import json5
import pytest
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import ACCOUNT, REGION, RunningPlatform

CASES = sorted(Path(__file__).parent.glob("*.json5"))


@pytest.fixture
def platform(tmp_path):
    running = RunningPlatform(tmp_path, clock=VirtualClock())
    yield running
    running.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_conversation_goes_as_recorded(path, platform):
    now_ms = platform.platform.engine.clock.now_ms()
    text = path.read_text().replace("${account}", ACCOUNT).replace("${region}", REGION)
    text = re.sub(r'"\$\{now([+-]\d+)?\}"', lambda found: str(now_ms + int(found[1] or 0)), text)
    text = re.sub(r"\$\{(.)\*(\d+)\}", lambda found: found[1] * int(found[2]), text)
    case = json5.loads(text)
    assert case["source"]
    refusals = [_take(step, platform) for step in case["steps"]]
    assert any(refusals) is path.stem.endswith("_REFUSED")


def _take(step: dict[str, Any], platform: RunningPlatform) -> bool:
    """Do one step; answers whether it was to be refused."""
    service, _, operation = step["call"].partition(".")
    call = getattr(platform.client(service), operation)
    if "refused" in step:
        with pytest.raises(ClientError) as error:
            call(**step.get("with", {}))
        told = error.value.response
        assert told["Error"] == step["refused"]
        assert told["ResponseMetadata"]["HTTPStatusCode"] == step.get("status", 400)
        return True
    answer = call(**step.get("with", {}))
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == step.get("status", 200)
    if "answers" in step:
        assert _likened(answer, step["answers"]) == step["answers"]
    return False


def _likened(shown: Any, expected: Any) -> Any:
    """What was shown, with the placeholders of what was expected where they fit, and JSON texts read where an object is
    expected."""
    if (expected == "<number>" and type(shown) is int) or (expected == "<text>" and isinstance(shown, str)):
        return expected
    if isinstance(expected, dict) and isinstance(shown, str):
        shown = json.loads(shown)
    if isinstance(shown, dict) and isinstance(expected, dict):
        return {name: _likened(value, expected.get(name)) for name, value in shown.items()}
    if isinstance(shown, list) and isinstance(expected, list) and len(shown) == len(expected):
        return [_likened(one, other) for one, other in zip(shown, expected, strict=True)]
    return shown
