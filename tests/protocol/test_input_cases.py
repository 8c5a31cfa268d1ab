"""What a client sends, read by us, gives the parameters that the client had: the published input cases."""

from typing import Any

import pytest

from eventyard.gateway.models import Shape
from eventyard.gateway.protocol.table import codec
from tests.protocol.cases import CASES, Case, all_cases, as_we_hold_it, known_exception, path_params, same

ALL = all_cases("input")
TOKEN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.skipif(not CASES.is_dir(), reason="the published protocol cases are not here")
def test_the_published_input_cases_are_found():
    assert len(ALL) > 300


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_request_is_read_as_the_parameters_it_was_made_of(case: Case):
    if reason := known_exception(case):
        pytest.xfail(reason)
    model = case.model
    operation = model.operation(case.operation)
    params = codec(model, case.operation, case.protocol).read(
        case.request, path_params(operation.uri, case.request.path)
    )
    expected = as_we_hold_it(case.body["params"], operation.input)
    assert same(as_sent(params, operation.input), as_sent(expected, operation.input)), params


def as_sent(params: dict[str, Any], shape: Shape | None) -> dict[str, Any]:
    """The parameters without what the wire cannot tell, and with what a client adds.

    An empty list or map has no form as headers, query parameters or form fields, and an absent payload looks like an
    empty one. A client fills in an idempotency token; the cases were made with a fixed one. The cases disagree on
    whether a map of all query parameters also holds those with members of their own (rest-json: yes, rest-xml: no).
    """
    if shape is None:
        return params
    members = shape.members
    named = {member.wire_name(name) for name, member in members.items() if member.location == "querystring"}
    pairs = {
        name: {key: value for key, value in params[name].items() if key not in named}
        for name, member in members.items()
        if name in params and member.location == "querystring" and member.type == "map"
    }
    sent = {n: v for n, v in {**params, **pairs}.items() if v not in ({}, []) or not _vanishes(n, shape)}
    tokens = {name: TOKEN for name, member in members.items() if member.has("idempotencyToken")}
    return {**tokens, **sent}


def _vanishes(name: str, shape: Shape) -> bool:
    member = shape.members[name]
    is_form_map = shape.model.metadata["protocol"] == "query" and member.type == "map"
    return member.location in ("querystring", "header", "headers") or name == shape.payload or is_form_map
