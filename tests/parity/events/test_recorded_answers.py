"""What EventBridge was recorded to answer, replayed against ours: one case a file, the verdict in the file's name.

A case has a `source` and `steps`. A step calls `service.operation` with parameters (`with`) and says what it
`answers`, or with which code and message it is `refused`. `keep` gives names to parts of an answer, written as paths;
`${name}` stands for a kept text in later steps, `${account}`, `${region}` and `${case}` for what they say.

In an expected answer `<uuid>`, `<time>`, `<date>` and `<any>` stand for what no recording can say, and `{json: …}` for
a text that is that JSON.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import json5
import pytest
from botocore.exceptions import ClientError

from tests.support.platform import ACCOUNT, REGION, RunningPlatform

CASES = sorted(Path(__file__).parent.glob("*.json5"))
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_UNFORESEEABLE = {
    "<any>": lambda value: value is not None,
    "<uuid>": lambda value: isinstance(value, str) and _UUID.fullmatch(value) is not None,
    "<date>": lambda value: isinstance(value, str) and _DATE.fullmatch(value) is not None,
    "<time>": lambda value: isinstance(value, datetime),
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    running = RunningPlatform(tmp_path_factory.mktemp("events"))
    yield running
    running.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_conversation_goes_as_recorded(path, platform):
    case = json5.loads(path.read_text())
    assert case["source"]
    kept = {"account": ACCOUNT, "region": REGION, "case": path.stem.rpartition("_")[0].replace("_", "-")[:30]}
    refusals = [_take(step, platform, kept) for step in case["steps"]]
    assert any(refusals) is path.stem.endswith("_REFUSED")


def _take(step: dict[str, Any], platform: RunningPlatform, kept: dict[str, str]) -> bool:
    """Do one step; answers whether it was to be refused."""
    service, _, operation = step["call"].partition(".")
    call = getattr(platform.client(service), operation)
    params = _filled(step.get("with", {}), kept)
    if "refused" in step:
        with pytest.raises(ClientError) as error:
            call(**params)
        told = error.value.response
        assert told["Error"] == _filled(step["refused"], kept)
        assert told["ResponseMetadata"]["HTTPStatusCode"] == 400
        return True
    answer = call(**params)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    if "answers" in step:
        expected = _filled(step["answers"], kept)
        assert _likened(answer, expected) == expected
    for name, place in step.get("keep", {}).items():
        kept[name] = _at(answer, place)
    return False


def _filled(value: Any, kept: dict[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda match: kept[match[1]], value)
    if isinstance(value, list):
        return [_filled(each, kept) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, kept) for name, each in value.items()}
    return value


def _likened(value: Any, expected: Any) -> Any:
    """The value, with the expected words wherever they allow what it says."""
    if isinstance(expected, str) and expected in _UNFORESEEABLE:
        return expected if _UNFORESEEABLE[expected](value) else value
    if isinstance(expected, dict) and expected.keys() == {"json"} and isinstance(value, str):
        return {"json": _likened(json.loads(value), expected["json"])}
    if isinstance(expected, dict) and isinstance(value, dict):
        return {name: _likened(each, expected.get(name)) for name, each in value.items()}
    if isinstance(expected, list) and isinstance(value, list):
        return [_likened(each, wanted) for each, wanted in zip(value, expected, strict=False)] + value[len(expected) :]
    return value


def _at(answer: Any, place: str) -> str:
    for step in place.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer
