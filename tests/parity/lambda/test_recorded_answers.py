"""Calls whose answers are recorded from AWS, as data: one story a file, its source inside, the verdict in its name.

In an answer "any" stands for whatever differs from run to run; it must be there. `keep` remembers a member of the
answer, which later calls name as "kept"; `new` names a member that has another value in each answer of the story.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.lambda_.conftest import ROLE, zipped
from tests.support.platform import RunningPlatform

CASES = sorted(Path(__file__).parent.glob("*.json"))
ANY = "any"


@pytest.fixture
def platform(tmp_path):
    running = RunningPlatform(tmp_path)
    yield running
    running.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_recorded_story_is_answered_as_aws_answers_it(platform, path):
    kept, seen = "", set()
    for step in json.loads(path.read_text())["calls"]:
        answer = _answer(platform, step, kept)
        status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
        if "answer" not in step:
            continue
        expected = json.loads(json.dumps(step["answer"]).replace("UUID kept", f"UUID {kept}"))
        assert (step["operation"], status, _masked(answer, expected)) == (step["operation"], step["status"], expected)
        kept = answer[step["keep"]] if "keep" in step else kept
        if "new" in step:
            assert answer[step["new"]] not in seen, step
            seen.add(answer[step["new"]])


def _answer(platform: Any, step: dict[str, Any], kept: str) -> dict[str, Any]:
    params = {name: kept if value == "kept" else value for name, value in step.get("params", {}).items()}
    try:
        answer: dict[str, Any] = getattr(platform.client(step.get("service", "lambda")), step["operation"])(
            **_function(step), **params
        )
    except ClientError as refused:
        return dict(refused.response)
    return answer


def _function(step: dict[str, Any]) -> dict[str, Any]:
    """What a call needs that carries code."""
    if "function" not in step:
        return {}
    zip_bytes = zipped(step.get("code", "def handler(event, context): return event"))
    if step["operation"] == "update_function_code":
        return {"FunctionName": step["function"], "ZipFile": zip_bytes}
    made = {"FunctionName": step["function"], "Role": ROLE, "Handler": "app.handler", "Code": {"ZipFile": zip_bytes}}
    return made if "Runtime" in step.get("params", {}) else {**made, "Runtime": "python3.12"}


def _masked(value: Any, expected: Any) -> Any:
    """The value with "any" where that is expected."""
    if expected == ANY:
        return ANY
    if isinstance(value, dict) and isinstance(expected, dict):
        return {name: _masked(one, expected.get(name)) for name, one in value.items()}
    if isinstance(value, list) and isinstance(expected, list) and len(value) == len(expected):
        return [_masked(*pair) for pair in zip(value, expected, strict=True)]
    return value
