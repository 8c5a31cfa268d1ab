"""DynamoDB's answers and refusals, one file a case in `cases/`, put to a platform over the wire.

A case names its `source`, the `tables` it needs (keys of `_TABLES`), the calls that come `before`, and its `request`.
The verdict stands in the file's name: `.answered.json` has the whole `answer`, or with `holds` a part of it;
`.refused.json` has the error's code and its message.
"""

import http.client
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.platform import RunningPlatform

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))
_ALL = {"ProjectionType": "ALL"}


def _key(hash_name: str, range_name: str | None = None) -> list[dict[str, str]]:
    named = [("HASH", hash_name)] + ([("RANGE", range_name)] if range_name else [])
    return [{"AttributeName": name, "KeyType": kind} for kind, name in named]


def _attributes(**types: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


_TABLES: dict[str, dict[str, Any]] = {
    "hash": {"KeySchema": _key("pk"), "AttributeDefinitions": _attributes(pk="S")},
    "sorted": {
        "KeySchema": _key("pk", "sk"),
        "AttributeDefinitions": _attributes(pk="S", sk="N", l="S", g="S"),
        "LocalSecondaryIndexes": [
            {"IndexName": "local", "KeySchema": _key("pk", "l"), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": "global", "KeySchema": _key("g"), "Projection": _ALL},
            {
                "IndexName": "narrow",
                "KeySchema": _key("g", "sk"),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
            },
        ],
    },
}


class Wire:
    """Speaks JSON to a platform as it stands in a case, without a client that knows better. One account a case."""

    def __init__(self, platform: RunningPlatform, account: str) -> None:
        self._port = platform.platform.port
        scope = f"{account}/20260101/us-east-1/dynamodb/aws4_request"
        self._signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    def call(self, operation: str, params: Any) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": self._signed,
        }
        connection.request("POST", "/", json.dumps(params), headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        return response.status, body


@pytest.fixture(scope="module")
def wires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Wire]]:
    platform = RunningPlatform(tmp_path_factory.mktemp("parity"))
    yield (Wire(platform, f"{number:012}") for number in itertools.count(1))
    platform.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_answer_is_what_aws_answered(wires, path):
    case = json.loads(path.read_text())
    assert case["source"]
    wire = next(wires)
    for name in case.get("tables", ()):
        made = {"TableName": name, "BillingMode": "PAY_PER_REQUEST", **_TABLES[name]}
        assert wire.call("CreateTable", made)[0] == 200
    for before in case.get("before", ()):
        assert wire.call(*before)[0] == 200
    status, body = wire.call(*case["request"])
    if path.stem.endswith(".refused"):
        told = {"code": body.get("__type", "").rpartition("#")[2], "message": body.get("message", body.get("Message"))}
        assert (status, told) == (400, case["refused"])
    elif "holds" in case:
        assert status == 200
        assert _part_of(body, case["holds"]) == case["holds"]
    else:
        assert (status, body) == (200, case["answer"])


def _part_of(body: Any, wanted: Any) -> Any:
    """What of a body stands where the wanted one has something; what is not to be there is wanted as null."""
    if isinstance(wanted, dict) and isinstance(body, dict):
        return {name: _part_of(body.get(name), value) for name, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(body, list) and len(body) == len(wanted):
        return [_part_of(*pair) for pair in zip(body, wanted, strict=True)]
    return body
