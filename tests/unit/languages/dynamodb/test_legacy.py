"""The older parameters do what the expressions do, and are refused in AWS's words."""

import pytest

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.keyconditions import bind_key_condition
from eventyard.languages.dynamodb.keys import KeyAttribute, KeySchema
from eventyard.languages.dynamodb.legacy import (
    compile_attribute_updates,
    compile_expected,
    compile_filter,
    parse_key_conditions,
)

ITEM = {"pk": {"S": "1"}, "n": {"N": "10"}, "ss": {"SS": ["a", "b"]}, "#odd": {"S": "x"}}
N9, N10, A = {"N": "9"}, {"N": "10.0"}, {"S": "a"}
PARAMETERS = "One or more parameter values were invalid: "


@pytest.mark.parametrize(
    ("entry", "holds"),
    [
        ({"n": {"Value": N10}}, True),
        ({"z": {"Exists": False}}, True),
        ({"n": {"Exists": False}}, False),
        ({"#odd": {"ComparisonOperator": "NOT_NULL"}}, True),
        ({"n": {"ComparisonOperator": "GT", "AttributeValueList": [N9]}}, True),
        ({"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [N9, N10]}}, True),
        ({"ss": {"ComparisonOperator": "CONTAINS", "Value": A}}, True),
        ({"ss": {"ComparisonOperator": "NOT_CONTAINS", "Value": A}}, False),
        ({"n": {"ComparisonOperator": "IN", "AttributeValueList": [N9]}}, False),
    ],
)
def test_an_expected_entry_is_judged(entry, holds):
    assert compile_expected(entry).evaluate(ITEM) is holds


def test_a_filter_joins_its_conditions_with_the_conditional_operator():
    conditions = {
        "n": {"ComparisonOperator": "EQ", "AttributeValueList": [N9]},
        "pk": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "1"}]},
    }
    assert compile_filter(conditions, "OR").evaluate(ITEM)
    assert not compile_filter(conditions).evaluate(ITEM)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"Exists": True}, "Value must be provided when Exists is true for Attribute: a"),
        ({}, "Value must be provided when Exists is null for Attribute: a"),
        ({"Exists": False, "Value": A}, "Value cannot be used when Exists is false for Attribute: a"),
        (
            {"ComparisonOperator": "BETWEEN", "AttributeValueList": [A]},
            "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
        ),
        (
            {"ComparisonOperator": "LT", "AttributeValueList": [{"BOOL": True}]},
            "ComparisonOperator LT is not valid for BOOL AttributeValue type",
        ),
    ],
)
def test_a_bad_expected_entry_is_refused_in_awss_words(entry, message):
    with pytest.raises(AwsError) as refusal:
        compile_expected({"a": entry})
    assert refusal.value.message == PARAMETERS + message


def test_key_conditions_bind_like_a_key_condition_expression():
    tests = parse_key_conditions(
        {
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [A]},
            "sk": {"ComparisonOperator": "GE", "AttributeValueList": [N9]},
        }
    )
    condition = bind_key_condition(tests, KeySchema(KeyAttribute("pk", "S"), KeyAttribute("sk", "N")))
    assert condition.partition == A
    assert condition.sort is not None
    assert condition.sort.operator == ">="


def test_attribute_updates_put_add_and_delete():
    update = compile_attribute_updates(
        {
            "new": {"Value": A},
            "n": {"Action": "ADD", "Value": {"N": "5"}},
            "ss": {"Action": "DELETE", "Value": {"SS": ["a"]}},
            "#odd": {"Action": "DELETE"},
        }
    )
    assert update.apply(ITEM) == {"pk": {"S": "1"}, "n": {"N": "15"}, "ss": {"SS": ["b"]}, "new": A}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"Action": "PUT"}, PARAMETERS + "Only DELETE action is allowed when no attribute value is specified"),
        ({"Action": "ADD", "Value": A}, PARAMETERS + "ADD action is not supported for the type S"),
        ({"Action": "DELETE", "Value": A}, PARAMETERS + "DELETE action with value is not supported for the type S"),
        ({"Action": "ADD", "Value": {"SS": ["x"]}}, "Type mismatch for attribute to update"),
    ],
)
def test_a_bad_attribute_update_is_refused_in_awss_words(entry, message):
    with pytest.raises(AwsError) as refusal:
        compile_attribute_updates({"n": entry}).apply(ITEM)
    assert refusal.value.message == message
