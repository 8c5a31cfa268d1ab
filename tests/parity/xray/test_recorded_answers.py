"""What X-Ray was seen to answer, replayed against ours: one case a file, the verdict in its name.

A case has a `source` and `steps`. A step calls `xray.operation` with parameters (`with`) and says what it `answers`,
or with which code and message it is `refused`. Documents among the parameters are written as objects. `${now}` is the
second at which the platform stands, `${hex}` the same in hexadecimal; `<time>` stands for any instant, `<any>` for
anything that is there.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import json5
import pytest
from botocore.exceptions import ClientError

from eventyard.base.clock import VirtualClock
from tests.support.platform import ACCOUNT, REGION, RunningPlatform

CASES = sorted(Path(__file__).parent.glob("*.json5"))
NOW_S = 1_767_225_600


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    running = RunningPlatform(tmp_path_factory.mktemp("xray"), clock=VirtualClock())
    yield running
    running.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_conversation_goes_as_recorded(path, platform):
    text = path.read_text().replace("${account}", ACCOUNT).replace("${region}", REGION)
    case = json5.loads(text.replace("${now}", str(NOW_S)).replace("${hex}", f"{NOW_S:08x}"))
    assert case["source"]
    refusals = [_take(step, platform) for step in case["steps"]]
    assert any(refusals) is path.stem.endswith("_REFUSED")


def _take(step: dict[str, Any], platform: RunningPlatform) -> bool:
    """Do one step; answers whether it was to be refused."""
    call = getattr(platform.client("xray"), step["call"].removeprefix("xray."))
    given = dict(step.get("with", {}))
    if "TraceSegmentDocuments" in given:
        given["TraceSegmentDocuments"] = [json.dumps(one) for one in given["TraceSegmentDocuments"]]
    if "refused" in step:
        with pytest.raises(ClientError) as error:
            call(**given)
        told = error.value.response
        assert told["Error"] == step["refused"]
        assert told["ResponseMetadata"]["HTTPStatusCode"] == step.get("status", 400)
        return True
    answer = call(**given)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    if "answers" in step:
        shown = json.loads(json.dumps(answer, default=lambda value: "<time>" if type(value) is datetime else value))
        assert _like(shown, step["answers"]) == step["answers"]
    return False


def _like(shown: Any, told: Any) -> Any:
    """What is shown, with `<any>` where anything may stand."""
    if told == "<any>":
        return told
    if isinstance(shown, dict) and isinstance(told, dict):
        return {key: _like(value, told.get(key)) for key, value in shown.items()}
    if isinstance(shown, list) and isinstance(told, list) and len(shown) == len(told):
        return [_like(one, other) for one, other in zip(shown, told, strict=True)]
    return shown
