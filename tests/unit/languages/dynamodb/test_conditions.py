"""Condition expressions: what they say of an item, and how bad ones are refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.conditions import compile_condition
from eventyard.languages.dynamodb.context import ExpressionContext, open_context
from eventyard.languages.dynamodb.projections import compile_projection
from eventyard.languages.dynamodb.updates import compile_update

ITEM = {
    "id": {"S": "o-1"},
    "n": {"N": "5"},
    "tags": {"SS": ["a", "b"]},
    "l": {"L": [{"N": "1"}, {"M": {"x": {"S": "deep"}}}]},
    "m": {"M": {"k": {"S": "v"}}},
    "b": {"B": b"abc"},
    "t": {"BOOL": True},
}
VALUES = {":five": {"N": "5.0"}, ":six": {"N": "6"}, ":o": {"S": "o"}, ":a": {"S": "a"}, ":ss": {"SS": ["b", "a"]}}
VALUES |= {":type": {"S": "SS"}, ":deep": {"S": "deep"}, ":l": {"L": []}, ":x": {"N": "1"}}


def evaluate(text):
    return compile_condition(ExpressionContext({"#n": "n"}, VALUES), text).evaluate(ITEM)


@pytest.mark.parametrize(
    "text",
    [
        "n = :five",
        "#n = :five AND id <> :o",
        "gone <> :five",
        "tags = :ss",
        "n < :six AND n <= :five AND NOT n > :five",
        "n BETWEEN :five AND :six",
        "n IN (:o, :six, :five)",
        "begins_with(id, :o)",
        "contains(tags, :a) AND contains(l, :x)",
        "l[1].x = :deep",
        "attribute_type(tags, :type)",
        "attribute_exists(m.k) AND attribute_not_exists(m.z) and attribute_not_exists(l[2])",
        "size(tags) < :five",
        "(size(id)) < :five",
        "n = :six OR n = :five AND t = t2 OR n = :five",
        "NOT (n = :six) AND (id = :o OR n = :five)",
        "NOT n < :o",
    ],
)
def test_a_condition_that_holds(text):
    assert evaluate(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "n = :o",
        "gone = :five",
        "gone < :five",
        "size(n2) > :x",
        "contains(n, :five)",
        "id BETWEEN :five AND :six",
        "t = :five AND n = :five OR n = :six",
        "gone IN (:five)",
    ],
)
def test_a_condition_that_does_not_hold(text):
    assert evaluate(text) is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The expression can not be empty;"),
        ("a x b", 'Syntax error; token: "x", near: "a x b"'),
        ("a > 4", 'Syntax error; token: "4", near: "> 4"'),
        ("attribute_not_exists(", 'Syntax error; token: "<EOF>", near: "("'),
        ("contains(a, :o", 'Syntax error; token: "<EOF>", near: ":o"'),
        ("_id = :o", 'Syntax error; token: "_", near: "_id"'),
        ("((id = :o))", "The expression has redundant parentheses;"),
        ("status = :o", "Attribute name is a reserved keyword; reserved keyword: status"),
        (
            "#x = :o",
            "An expression attribute name used in the document path is not defined; attribute name: #x",
        ),
        ("id = :z", "An expression attribute value used in expression is not defined; attribute value: :z"),
        ("foo(id)", "Invalid function name; function: foo"),
        ("size(id)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "contains(id)",
            "Incorrect number of operands for operator or function; operator or function: contains, "
            "number of operands: 1",
        ),
        (
            "begins_with(id, :five)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
        ),
        (
            "attribute_exists(:o)",
            "Operator or function requires a document path; operator or function: attribute_exists",
        ),
        (
            "a BETWEEN :six AND :five",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
            "lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:5}",
        ),
        (
            "a BETWEEN :o AND :five",
            "The BETWEEN operator requires same data type for lower and upper bounds; "
            "lower bound operand: AttributeValue: {S:o}, upper bound operand: AttributeValue: {N:5}",
        ),
        (
            "a.b[0] = a.b[0]",
            "The first operand must be distinct from the remaining operands for this operator or function; "
            "operator: =, first operand: [a, b, [0]]",
        ),
    ],
)
def test_a_condition_that_aws_refuses_is_refused_in_its_words(text, message):
    with pytest.raises(AwsError) as refusal:
        evaluate(text)
    assert refusal.value.message == f"Invalid ConditionExpression: {message}"


def test_placeholders_that_no_expression_uses_are_refused():
    context = ExpressionContext({"#a": "a"}, {":v": {"S": "x"}})
    with pytest.raises(AwsError, match=r"ExpressionAttributeNames unused in expressions: keys: \{#a\}"):
        context.require_all_used()
    compile_condition(context, "#a.b > z")
    with pytest.raises(AwsError, match=r"ExpressionAttributeValues unused in expressions: keys: \{:v\}"):
        context.require_all_used()
    compile_condition(context, "b = :v", "FilterExpression")
    context.require_all_used()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"ConditionExpression": "a", "Expected": {}},
            "Can not use both expression and non-expression parameters in the same request: "
            "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
        ),
        (
            {"ExpressionAttributeNames": {"#a": "a"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ExpressionAttributeValues": {":a": {"S": "a"}}},
            "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
        ),
        (
            {"ConditionExpression": "a", "ExpressionAttributeNames": {"a": "a"}},
            'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
        ),
        (
            {"ConditionExpression": "a", "ExpressionAttributeValues": {":a": {"N": "x"}}},
            "ExpressionAttributeValues contains invalid value: "
            "The parameter cannot be converted to a numeric value: x for key :a",
        ),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(params, message):
    with pytest.raises(AwsError) as refusal:
        open_context(params, expressions=("ConditionExpression",), older=("Expected",))
    assert refusal.value.message == message


pieces = st.sampled_from(
    [
        *"()=<>[],.+-:#_ \n",
        "a",
        "#n",
        ":o",
        "AND",
        "or",
        "NOT",
        "BETWEEN",
        "IN",
        "size(",
        "SET",
        "REMOVE",
        "0",
        "12",
        "é",
    ]
)


@given(st.one_of(st.text(), st.lists(pieces, max_size=40).map(" ".join), st.lists(pieces, max_size=40).map("".join)))
def test_garbage_is_refused_and_never_breaks_the_parser(text):
    for compile_text in (compile_condition, compile_update, compile_projection):
        with suppress(AwsError):
            compile_text(ExpressionContext({"#n": "n"}, {":o": {"S": "o"}}), text)


@pytest.mark.parametrize("text", ["(" * 4000, "NOT " * 1000, "size(" * 800, "a=:o AND " * 400, "a." * 2000])
def test_a_deep_expression_is_refused_quickly(text):
    with pytest.raises(AwsError):
        compile_condition(ExpressionContext(None, {":o": {"S": "o"}}), text)
