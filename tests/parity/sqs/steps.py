"""What a case of `cases/` is made of, and how its steps are run and judged.

    source      where the fact is from
    protocols   those in which it holds; both unless it says otherwise
    steps       each one of
      {advance_ms}                      time passes
      {do, with, gives?, keep?}         the operation succeeds; `gives` is all that it answers, `keep` names parts of it
      {do, with, refused}               it fails: code, query_code, message, status (400 unless given)

`$name` in a text stands for what was kept under the name. In `gives`, `*` is any value, `#` a text of digits.
`in_query` in a step holds what differs in the `query` protocol. `times` repeats a step; `{repeat: ["x", 3]}` stands for
a text of many characters, so that nobody has to count them.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import json5
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.support.platform import RunningPlatform

_NAME = re.compile(r"\$([a-z_0-9]+)")


def read_case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json5.loads(path.read_text())
    assert case["source"], "a case says where it is from"
    return case


class Run:
    """One run of a case by one client."""

    def __init__(self, platform: RunningPlatform, client: Any, *, is_query: bool) -> None:
        self._platform = platform
        self._client = client
        self._is_query = is_query
        self._kept: dict[str, str] = {}

    def step(self, step: Mapping[str, Any]) -> None:
        step = {**step, **(step.get("in_query", {}) if self._is_query else {})}
        if "advance_ms" in step:
            self._platform.advance(step["advance_ms"])
            return
        for _ in range(step.get("times", 1)):
            self._call(step)

    def _call(self, step: Mapping[str, Any]) -> None:
        operation = getattr(self._client, xform_name(step["do"]))
        params = self._filled(step.get("with", {}))
        if "refused" in step:
            self._judge_refusal(operation, params, self._filled(step["refused"]))
            return
        answer = operation(**params)
        assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
        if "gives" in step:
            expected = self._filled(step["gives"])
            assert matches(expected, answer), f"{step['do']} gave {answer}, not {expected}"
        for name, path in step.get("keep", {}).items():
            self._kept[name] = _at(answer, path)

    def _judge_refusal(self, operation: Any, params: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        try:
            answer = operation(**params)
        except ClientError as failure:
            error: Any = failure.response["Error"]
            status = failure.response["ResponseMetadata"]["HTTPStatusCode"]
        else:
            raise AssertionError(f"not refused: {answer}")
        told = {"Code": expected["code"], "Message": expected["message"], "Type": "Sender"}
        extra = {"Detail": None} if self._is_query else {"QueryErrorCode": expected["query_code"]}
        assert (error, status) == ({**told, **extra}, expected.get("status", 400))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"repeat"}:
                text, times = value["repeat"]
                return text * times
            if value.keys() == {"bytes"}:
                return value["bytes"].encode()
            return {self._filled(name): self._filled(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._filled(part) for part in value]
        if isinstance(value, str):
            return _NAME.sub(lambda found: self._kept[found[1]], value)
        return value


def matches(expected: Any, got: Any) -> bool:
    """Whether it is what was expected, `*` and `#` being any value and any digits."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(matches(part, got[name]) for name, part in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(matches, expected, got))
    if expected == "#":
        return isinstance(got, str) and got.isdigit()
    return bool(expected in ("*", got))


def _at(answer: Any, path: str) -> Any:
    for part in path.split("."):
        answer = answer[int(part) if part.isdigit() else part]
    return answer
