"""The published protocol cases as values: where they are, how one becomes a model, a request, and expected parameters.

The cases write instants as epoch seconds, blobs as text, and numbers that JSON cannot hold as text; `as_we_hold_it`
turns expected values into what our readers give and our writers take.
"""

import base64
import json
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from eventyard.base.http import Request
from eventyard.gateway.models import ServiceModel, Shape

HERE = Path(__file__).parent
CASES = HERE.parents[1] / ".." / "shared" / "data" / "protocol-cases"
PROTOCOL_OF_FILE = {
    "json": "json",
    "json_1_0": "json",
    "json_1_0-query-compatible": "json",
    "query": "query",
    "rest-json": "rest-json",
    "rest-xml": "rest-xml",
    "smithy-rpc-v2-cbor": "smithy-rpc-v2-cbor",
    "smithy-rpc-v2-cbor-non-query-compatible": "smithy-rpc-v2-cbor",
    "smithy-rpc-v2-cbor-query-compatible": "smithy-rpc-v2-cbor",
}


@dataclass(frozen=True)
class Case:
    """One case: `suite` is the described group of operations it stands in, `body` the case itself."""

    direction: str
    file: str
    suite: dict[str, Any]
    body: dict[str, Any]
    number: int

    @property
    def name(self) -> str:
        return f"{self.direction}/{self.file}/{self.body['id']}/{self.number}"

    @property
    def protocol(self) -> str:
        return PROTOCOL_OF_FILE[self.file]

    @property
    def operation(self) -> str:
        return str(self.body["given"]["name"])

    @property
    def raw(self) -> dict[str, Any]:
        """The case's operation as a service model of its own."""
        given = self.body["given"]
        return {
            "metadata": {"protocol": self.protocol, **self.suite["metadata"]},
            "operations": {self.operation: given},
            "shapes": self.suite["shapes"],
        }

    @property
    def model(self) -> ServiceModel:
        return ServiceModel("protocoltest", self.raw)

    @property
    def request(self) -> Request:
        sent = self.body["serialized"]
        headers = {name.lower(): value for name, value in sent.get("headers", {}).items()}
        text = sent.get("body", "")
        body = base64.b64decode(text) if "cbor" in self.protocol else text.encode()
        return Request(method=sent["method"], target=sent["uri"], headers=headers, body=body)


def all_cases(direction: str) -> list[Case]:
    return list(_cases(direction)) if CASES.is_dir() else []


def _cases(direction: str) -> Iterator[Case]:
    for file in sorted((CASES / direction).glob("*.json")):
        number = 0
        for suite in json.loads(file.read_text("utf-8")):
            for body in suite["cases"]:
                number += 1
                yield Case(direction, file.stem, suite, body, number)


EXCEPTIONS: dict[str, str] = tomllib.loads((HERE / "exceptions.toml").read_text("utf-8"))["exceptions"]


def known_exception(case: Case) -> str:
    """Why this case is known to fail; empty when it must pass."""
    return EXCEPTIONS.get(case.name.rpartition("/")[0], "")


def path_params(template: str, path: str) -> dict[str, str]:
    """The labels of a URI template as a router would find them, percent-decoded."""
    template = template.partition("?")[0]
    wanted, found = template.split("/"), path.split("/")
    params = {}
    for position, segment in enumerate(wanted):
        if segment.startswith("{") and segment.endswith("+}"):
            end = len(found) - (len(wanted) - position - 1)
            params[segment[1:-2]] = unquote("/".join(found[position:end]))
            return params
        if segment.startswith("{"):
            params[segment[1:-1]] = unquote(found[position])
    return params


def as_we_hold_it(value: Any, shape: Shape | None) -> Any:
    """An expected value of a case as our side holds it."""
    if value is None or shape is None or shape.has("document"):
        return value
    if shape.type == "structure":
        members = shape.members
        return {
            name: as_we_hold_it(part, members[name])
            for name, part in value.items()
            if part is not None and name in members
        }
    if shape.type == "list":
        return [as_we_hold_it(item, shape.element) for item in value]
    if shape.type == "map":
        return {key: as_we_hold_it(item, shape.value) for key, item in value.items()}
    return _scalar(value, shape)


def _scalar(value: Any, shape: Shape) -> Any:
    if shape.type == "timestamp":
        return round(value * 1000)
    if shape.type == "blob" and isinstance(value, str):
        return value.encode()
    if shape.type in ("float", "double") and isinstance(value, str):
        return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}[value]
    return value


def same(left: Any, right: Any) -> bool:
    """Equality where NaN equals itself."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return bool(left == right)
