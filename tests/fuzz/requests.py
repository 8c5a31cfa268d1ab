"""Requests as an SDK makes them, for every operation, with parameters drawn from the service's own model.

The draws are seeded. Names of what exists come up often, so that the requests get past "does not exist".
"""

import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.serialize import create_serializer

DEPTH_MAX = 6
TEXTS = (
    *(
        "orders",
        "orders",
        "orders",
        "orders.fifo",
        "",
        "a",
        "0",
        "-1",
        "1.5e400",
        "true",
        "null",
        "All",
        "ü€😀\u0000",
        "x" * 300,
    ),
    *("arn:aws:sqs:us-east-1:000000000000:orders", "arn:aws:lambda:us-east-1:000000000000:function:orders"),
    *(
        '{"source": ["orders"]}',
        '{"a": [{"prefix": 1}]}',
        '{"$or": [{}]}',
        "{",
        '{"detail": {"a": [{"wildcard": "**"}]}}',
    ),
    *(
        "attribute_not_exists(id)",
        "#a = :a",
        "SET a = a + :a",
        "id = :a AND",
        "((((((((",
        "size(id) > :a OR NOT a",
        "S",
        "HASH",
    ),
)
_ITEM = {"id": {"S": "orders"}, "amount": {"N": "2"}}
SENSIBLE: Mapping[str, Any] = {
    "Item": _ITEM,
    "Key": {"id": {"S": "orders"}},
    "ExpressionAttributeNames": {"#a": "amount"},
    "ExpressionAttributeValues": {":a": {"N": "1"}},
    "ConditionExpression": "attribute_exists(id) AND #a >= :a",
    "FilterExpression": "#a > :a",
    "KeyConditionExpression": "id = :a",
    "UpdateExpression": "SET #a = #a + :a",
    "ProjectionExpression": "id, #a",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "Keys": [{"id": {"S": "orders"}}],
    "EventPattern": '{"source": ["orders"], "detail": {"a": [{"prefix": "o"}]}}',
    "Event": '{"id":"1","account":"1","source":"orders","time":"2026-01-01T00:00:00Z","region":"r","resources":[],'
    '"detail-type":"d","detail":{"a":"orders"}}',
    "Detail": '{"a": "orders"}',
    "MessageBody": "here",
    "Attributes": {"VisibilityTimeout": "30"},
    "SourceArn": "arn:aws:sqs:us-east-1:000000000000:orders",
    "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:orders",
    "Arn": "arn:aws:sqs:us-east-1:000000000000:orders",
    "ResourceARN": "arn:aws:events:us-east-1:000000000000:rule/orders",
    "ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/orders",
    "Runtime": "python3.12",
    "Role": "arn:aws:iam::000000000000:role/orders",
}
"""What a sensible client would send under these names."""

NUMBERS = (0, 1, 1, 2, 10, 11, -1, 43201, 2**31, 2**63, 10**40)


class Requests:
    """Makes requests to `host` for one platform's addresses."""

    def __init__(self, endpoint: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self._host = endpoint.removeprefix("http://")
        self._endpoint = endpoint
        self._loader = botocore.session.Session().get_component("data_loader")
        self._models: dict[str, ServiceModel] = {}
        self._is_calm = False

    def draw(self, service: str, operation: str) -> dict[str, Any]:
        """The request as botocore's serializer gives it, `body` as bytes."""
        self._is_calm = self.chance.random() < 0.6
        model = self._model(service).operation_model(operation)
        params = self._value(model.input_shape, 0) if model.input_shape else {}
        protocol = model.service_model.resolved_protocol
        request = create_serializer(protocol, include_validation=False).serialize_to_request(params, model)
        body = request["body"]
        if isinstance(body, dict):
            body = urlencode(body)
        request["body"] = body.encode() if isinstance(body, str) else bytes(body)
        return request

    def write(self, service: str, request: Mapping[str, Any], body: bytes) -> bytes:
        """The request's bytes with another body; unsigned but for the scope, as `open` mode takes it."""
        target = quote(request["url_path"], safe="/%:~-._?=&") or "/"
        query = request["query_string"]
        if query:
            target += "?" + (query if isinstance(query, str) else urlencode(query, doseq=True))
        signing_name = self._model(service).signing_name
        headers = {
            **request["headers"],
            "Host": self._host,
            "Content-Length": str(len(body)),
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{signing_name}/aws4_request, "
            f"SignedHeaders=host, Signature={'0' * 64}",
            "Connection": "close",
        }
        lines = [f"{request['method']} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        head = "\r\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines)
        return head.encode("utf-8", "replace") + b"\r\n\r\n" + body

    def _model(self, service: str) -> ServiceModel:
        if service not in self._models:
            self._models[service] = ServiceModel(self._loader.load_service_model(service, "service-2"), service)
        return self._models[service]

    def _value(self, shape: Shape, depth: int, name: str = "") -> Any:
        if self._is_calm and _fits(SENSIBLE.get(name), shape) and self.chance.random() < 0.9:
            return SENSIBLE[name]
        if isinstance(shape, StructureShape):
            return self._structure(shape, depth)
        if isinstance(shape, ListShape):
            most = 1 if self._is_calm else 0 if depth > DEPTH_MAX else self.chance.choice((0, 1, 1, 2, 11))
            return [self._value(shape.member, depth + 1, name) for _ in range(most)]
        if isinstance(shape, MapShape):
            most = 0 if depth > DEPTH_MAX else self.chance.choice((0, 1, 2))
            return {str(self._leaf("string", "")): self._value(shape.value, depth + 1) for _ in range(most)}
        if (words := getattr(shape, "enum", None)) and (self._is_calm or self.chance.random() < 0.8):
            return self.chance.choice(words)
        return self._leaf(shape.type_name, name)

    def _structure(self, shape: StructureShape, depth: int) -> dict[str, Any]:
        likely = 0.1 if self._is_calm else 0.5 if depth < 3 else 0.2
        names = [
            name
            for name in shape.members
            if (name in shape.required_members and self.chance.random() < 0.95) or self.chance.random() < likely
        ]
        if shape.name == "AttributeValue":
            names = [self.chance.choice(list(shape.members))]
        drawn = {name: self._value(shape.members[name], depth + 1, name) for name in names if depth < DEPTH_MAX}
        in_path = [name for name, member in shape.members.items() if member.serialization.get("location") == "uri"]
        return {**drawn, **{name: drawn.get(name) or "orders" for name in in_path}}

    def _leaf(self, kind: str, name: str) -> Any:
        if name == "QueueUrl":
            return f"{self._endpoint}/000000000000/{self.chance.choice(('orders', 'orders.fifo', 'nowhere'))}"
        if name == "WaitTimeSeconds":
            return self.chance.choice((0, 0, 0, -1, 21))
        if kind == "boolean":
            return self.chance.random() < 0.5
        if kind in ("integer", "long", "float", "double"):
            return 1 if self._is_calm else self.chance.choice(NUMBERS)
        if kind == "timestamp":
            return self.chance.choice((0, 1_767_225_600))
        if kind == "blob":
            return self.chance.choice((b"", b"\x00\xff", b"{}", b"PK\x03\x04"))
        return "orders" if self._is_calm else self.chance.choice(TEXTS)


def _fits(value: Any, shape: Shape) -> bool:
    kinds = {dict: ("map",), list: ("list",), str: ("string",)}
    return shape.type_name in kinds.get(type(value), ())
