"""Bodies and refusals as EventBridge gave them on 2024-05-13 and 2024-06-11 (localstack/localstack), and corners."""

import json

import pytest

from eventyard.languages.transformers import (
    INGESTION_TIME,
    RULE_ARN,
    RULE_NAME,
    TransformError,
    apply_path,
    compile_path,
    compile_transformer,
)

EVENT = {
    "version": "0",
    "id": "11111111-1111-1111-1111-111111111111",
    "detail-type": "core.update-account-command",
    "source": "core.update-account-command",
    "account": "111111111111",
    "time": "2024-05-13T12:27:07Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {
        "command": "update-account",
        "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"},
        "items": [{"id": 1}, {"id": 2}],
        "quoted": 'a "b"\n',
        "nothing": None,
    },
}
RESERVED = {
    RULE_ARN: "arn:aws:events:us-east-1:111111111111:rule/bus/rule",
    RULE_NAME: "rule",
    INGESTION_TIME: "2024-05-13T12:27:08Z",
}
PATHS = {"detail-type": "$.detail-type", "timestamp": "$.time", "command": "$.detail.command"}


def transform(template, paths=PATHS):
    return compile_transformer(paths, template)(EVENT, RESERVED)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("$.detail.payload", {"acc_id": "0a787ecb-4015", "sf_id": "baz"}),
        ("$.detail.payload.sf_id", "baz"),
        ("$.detail['payload']['sf_id']", "baz"),
        ("$.detail.items[1].id", 2),
        ("$.detail.items[*].id", [1, 2]),
        ("$.detail.none", None),
        ("$", EVENT),
    ],
)
def test_a_path_leads_to_a_part(path, part):
    assert apply_path(EVENT, compile_path(path)) == part


@pytest.mark.parametrize("path", ["detail", "$detail", "$.", "$.a[", "$.a[x]"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(TransformError):
        compile_path(path)


def test_a_text_template_is_delivered_with_its_quotes():
    template = '"Event of <detail-type> type, at time <timestamp>, info extracted from detail <command>"'
    assert transform(template) == (
        '"Event of core.update-account-command type, at time 2024-05-13T12:27:07Z, '
        'info extracted from detail update-account"'
    )


def test_a_missing_value_is_nothing_in_a_text_and_an_empty_text_in_json():
    paths = {"command": "$.detail.notinmessage"}
    assert transform('"detail <command>"', paths) == '"detail "'
    assert transform('{"command": <command>}', paths) == '{"command": ""}'


def test_values_outside_of_quotes_are_json():
    paths = {"payload": "$.detail.payload", "items": "$.detail.items", "nothing": "$.detail.nothing"}
    assert json.loads(transform('{"p": <payload>, "i": <items>, "n": <nothing>}', paths)) == {
        "p": EVENT["detail"]["payload"],
        "i": EVENT["detail"]["items"],
        "n": None,
    }


def test_an_object_inside_quotes_loses_its_quotes():
    assert transform('{"data": "<payload>"}', {"payload": "$.detail.payload"}) == (
        '{"data": "{acc_id:0a787ecb-4015,sf_id:baz}"}'
    )


def test_a_text_with_quotes_leaves_the_json_whole():
    body = transform('{"data": "it says \\"<quoted>\\""}', {"quoted": "$.detail.quoted"})
    assert json.loads(body) == {"data": 'it says "a "b"\n"'}


def test_lines_stay_lines():
    assert transform('"one <command>"\n"two <command>"') == '"one update-account"\n"two update-account"'


def test_reserved_variables_need_no_path():
    assert transform('"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"', {}) == (
        '"arn:aws:events:us-east-1:111111111111:rule/bus/rule rule 2024-05-13T12:27:08Z"'
    )
    body = json.loads(transform('{"event": <aws.events.event>, "json": <aws.events.event.json>}', {}))
    assert body["json"] == EVENT
    assert list(body["event"]) == ["id", "account", "detailType", "time", "source", "region", "resources", "version"]


def test_a_placeholder_that_is_no_variable_is_refused_in_the_words_of_aws():
    with pytest.raises(TransformError, match=r"^contains invalid placeholder notdefinedkey\.$"):
        compile_transformer(PATHS, '"Event of <detail-type> type, with not defined key <notdefinedkey>"')


@pytest.mark.parametrize(
    ("paths", "template"),
    [({"AWS.x": "$.a"}, '"<AWS.x>"'), ({str(n): "$.a" for n in range(101)}, '"x"'), ({}, "x" * 8_193)],
)
def test_limits_are_refused(paths, template):
    with pytest.raises(TransformError):
        compile_transformer(paths, template)
