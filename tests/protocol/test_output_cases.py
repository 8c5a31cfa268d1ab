"""What we answer, read by botocore's own parser, is what we meant: the published output cases, errors included."""

import json
from datetime import datetime
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import ServiceModel as BotocoreService
from botocore.parsers import ResponseParserError, create_parser

from eventyard.base.errors import AwsError
from eventyard.base.http import Response
from eventyard.gateway.protocol.table import codec
from tests.protocol.cases import CASES, Case, all_cases, as_we_hold_it, known_exception, same

ALL = all_cases("output")
REQUEST_ID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.skipif(not CASES.is_dir(), reason="the published protocol cases are not here")
def test_the_published_output_cases_are_found():
    assert len(ALL) > 300


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_an_answer_is_understood_by_botocore_as_it_was_meant(case: Case):
    if reason := known_exception(case):
        pytest.xfail(reason)
    if "error" in case.body or "errorCode" in case.body:
        assert_error_is_understood(case)
    else:
        assert_result_is_understood(case)


def parsed_by_botocore(case: Case, response: Response, shape: Any) -> dict[str, Any]:
    """What botocore's parser makes of the response. Query answers are read in their wrapper, as its own tests do."""
    if shape is not None and case.protocol == "query" and not shape.metadata.get("exception"):
        shape.serialization["resultWrapper"] = f"{case.operation}Result"
    described = {"status_code": response.status, "headers": HeadersDict(response.headers), "body": response.body}
    parsed: dict[str, Any] = plain(create_parser(case.protocol).parse(described, shape))
    return parsed


def plain(value: Any) -> Any:
    """Botocore's parsed values as our side holds them."""
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def assert_result_is_understood(case: Case) -> None:
    model = case.model
    output = model.operation(case.operation).output
    result = as_we_hold_it(case.body["result"], output)
    response = codec(model, case.operation, case.protocol).write(result, REQUEST_ID)
    service = BotocoreService(case.raw, model.name)
    parsed = parsed_by_botocore(case, response, service.operation_model(case.operation).output_shape)
    metadata = parsed.pop("ResponseMetadata", {})
    assert metadata.get("RequestId", REQUEST_ID) == REQUEST_ID
    assert same(_typed(parsed, output), result), (response.body, response.headers)


def _typed(parsed: Any, shape: Any) -> Any:
    """Botocore leaves NaN, the infinities and payload blobs as text, and gives an absent payload as an empty one."""
    if parsed is None or shape is None or shape.has("document"):
        return parsed
    if shape.type == "structure":
        there = {name: value for name, value in parsed.items() if (name, value) != (shape.payload, "")}
        return {name: _typed(value, shape.members.get(name)) for name, value in there.items()}
    if shape.type == "list":
        return [_typed(item, shape.element) for item in parsed]
    if shape.type == "map":
        return {key: _typed(item, shape.value) for key, item in parsed.items()}
    if shape.has("jsonvalue"):
        return json.dumps(parsed)
    return _TYPES.get(shape.type, lambda value: value)(parsed)


_TYPES = {"float": float, "double": float, "blob": lambda value: value.encode() if isinstance(value, str) else value}


def assert_error_is_understood(case: Case) -> None:
    model = case.model
    name = case.body["given"]["errors"][0]["shape"]
    expected = as_we_hold_it(case.body["error"], model.error_shape(name))
    members = {member: value for member, value in expected.items() if member.lower() != "message"}
    message = case.body.get("errorMessage", "") or expected.get("message", "") or expected.get("Message", "")
    error = AwsError(name, message, fields=members)
    response = codec(model, case.operation, case.protocol).write_error(error, REQUEST_ID)
    service = BotocoreService(case.raw, model.name)
    parsed = parsed_by_botocore(case, response, None)
    assert response.status >= 400
    assert parsed["Error"]["Code"] == case.body["errorCode"], response.body
    assert parsed["Error"].get("Message", "") == message
    assert parsed["ResponseMetadata"]["RequestId"] == REQUEST_ID
    modelled = parsed_by_botocore(case, response, service.shape_for(name))
    assert same({member: modelled[member] for member in expected}, expected), (response.body, response.headers)


@pytest.mark.parametrize(
    "case", [case for case in ALL if "botocore" in known_exception(case)], ids=lambda case: case.name
)
def test_what_is_blamed_on_botocore_is_botocores(case: Case):
    """Such a case's own response, read by botocore, is not the case's result either."""
    sent = case.body["response"]
    response = Response(sent["status_code"], list(sent.get("headers", {}).items()), sent.get("body", "").encode())
    shape = BotocoreService(case.raw, "protocoltest").operation_model(case.operation).output_shape
    try:
        parsed = parsed_by_botocore(case, response, shape)
    except ResponseParserError:
        return
    parsed.pop("ResponseMetadata", None)
    output = case.model.operation(case.operation).output
    assert not same(_typed(parsed, output), as_we_hold_it(case.body["result"], output))
