"""Update expressions, projections and key conditions on items."""

from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.context import ExpressionContext
from eventyard.languages.dynamodb.keyconditions import compile_key_condition
from eventyard.languages.dynamodb.keys import KeyAttribute, KeySchema, sort_key
from eventyard.languages.dynamodb.numbers import add, subtract
from eventyard.languages.dynamodb.projections import compile_projection
from eventyard.languages.dynamodb.updates import compile_update

ITEM = {
    "pk": {"S": "1"},
    "n": {"N": "10"},
    "m": {"M": {"k": {"S": "v"}, "c": {"N": "1"}}},
    "l": {"L": [{"S": "a"}, {"S": "b"}, {"S": "c"}, {"S": "d"}]},
    "ss": {"SS": ["x", "y"]},
}
VALUES = {":one": {"N": "1"}, ":s": {"S": "new"}, ":l": {"L": [{"S": "e"}]}, ":ss": {"SS": ["y", "z"]}}
VALUES |= {":all": {"SS": ["x", "y"]}}


def apply(text, item=ITEM):
    return compile_update(ExpressionContext({"#s": "status"}, VALUES), text).apply(item)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SET n = n + :one, was = n", {"n": {"N": "11"}, "was": {"N": "10"}}),
        ("SET n = :one - n", {"n": {"N": "-9"}}),
        ("SET #s = if_not_exists(#s, :s)", {"status": {"S": "new"}}),
        ("SET n2 = if_not_exists(n2, :one) + :one", {"n2": {"N": "2"}}),
        ("SET l = list_append(:l, l)", {"l": {"L": [{"S": x} for x in "eabcd"]}}),
        ("SET m.k = :s, m.z = :one", {"m": {"M": {"k": {"S": "new"}, "c": {"N": "1"}, "z": {"N": "1"}}}}),
        ("SET l[9] = :one, l[7] = :s", {"l": {"L": [*ITEM["l"]["L"], {"S": "new"}, {"N": "1"}]}}),
        ("REMOVE l[0], l[2]", {"l": {"L": [{"S": "b"}, {"S": "d"}]}}),
        ("SET l[1] = :s REMOVE l[0]", {"l": {"L": [{"S": "new"}, {"S": "c"}, {"S": "d"}]}}),
        ("REMOVE l[99], gone", {}),
        ("ADD n :one, fresh :one, ss :ss", {"n": {"N": "11"}, "fresh": {"N": "1"}, "ss": {"SS": ["x", "y", "z"]}}),
        ("DELETE ss :ss", {"ss": {"SS": ["x"]}}),
        ("DELETE ss :all", {"ss": None}),
        ("REMOVE m.k SET l[0] = :s", {"m": {"M": {"c": {"N": "1"}}}, "l": {"L": [{"S": x} for x in ("new", *"bcd")]}}),
    ],
)
def test_an_update_changes_what_it_says_and_nothing_else(text, changed):
    before = repr(ITEM)
    expected = {name: value for name, value in {**ITEM, **changed}.items() if value is not None}
    assert apply(text) == expected
    assert repr(ITEM) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET a = nothing", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET a = nothing + :one", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET a.b = :one", "The document path provided in the update expression is invalid for update"),
        ("SET m[0] = :one", "The document path provided in the update expression is invalid for update"),
        ("REMOVE a.b", "The document path provided in the update expression is invalid for update"),
        ("SET a = m + :one", "An operand in the update expression has an incorrect data type"),
        ("ADD m :one", "An operand in the update expression has an incorrect data type"),
        ("DELETE n :ss", "An operand in the update expression has an incorrect data type"),
        ("INVALID SYNTAX HERE", 'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"'),
        ("ADD hits : incr", 'Invalid UpdateExpression: Syntax error; token: ":", near: "hits : incr"'),
        (
            "SET a = :one SET b = :one",
            'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
        ),
        (
            "SET a = :one REMOVE a.b",
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of "
            "these paths; path one: [a], path two: [a, b]",
        ),
        (
            "SET a = a + :s",
            "Invalid UpdateExpression: Incorrect operand type for operator or function; "
            "operator or function: +, operand type: S",
        ),
        (
            "ADD a :s",
            "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, "
            "operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
        ),
    ],
)
def test_an_update_that_aws_refuses_is_refused_in_its_words(text, message):
    with pytest.raises(AwsError) as refusal:
        apply(text)
    assert refusal.value.message == message


def test_updated_new_shows_each_path_that_was_written():
    update = compile_update(ExpressionContext(None, VALUES), "SET m.k = :s, m.x = :one REMOVE n")
    assert update.projection.project(update.apply(ITEM)) == {"m": {"M": {"k": {"S": "new"}, "x": {"N": "1"}}}}
    assert update.projection.project(ITEM) == {"m": {"M": {"k": {"S": "v"}}}, "n": {"N": "10"}}


def test_a_projection_keeps_list_elements_in_their_order():
    projection = compile_projection(ExpressionContext({"#l": "l"}), "#l[2], #l[0], m.k, nothing.here")
    assert projection.project(ITEM) == {"l": {"L": [{"S": "a"}, {"S": "c"}]}, "m": {"M": {"k": {"S": "v"}}}}


numbers_38 = st.integers(-(10**29), 10**29).flatmap(
    lambda digits: st.integers(-8, 0).map(lambda exponent: f"{Decimal(digits).scaleb(exponent):f}")
)
# At most 30 digits before the point and 8 after it, so that every sum has at most 38 and can be stored.


@given(numbers_38, numbers_38)
def test_sums_and_differences_are_exact(left, right):
    exact = Context(prec=100)
    assert Decimal(add(left, right)) == exact.add(Decimal(left), Decimal(right))
    assert Decimal(subtract(left, right)) == exact.subtract(Decimal(left), Decimal(right))


paths = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1, max_size=6)


@given(paths, st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 99), max_size=6), st.data())
def test_an_update_agrees_with_a_plain_model(names, numbers, data):
    item = {name: {"N": str(number)} for name, number in numbers.items()}
    expected = dict(item)
    sets, removes, adds = [], [], []
    for name in names:
        match data.draw(st.sampled_from(["copy", "remove", "add"])):
            case "copy":
                source = data.draw(st.sampled_from("abcdef"))
                sets.append(f"{name} = if_not_exists({source}, :one)")
                expected[name] = item.get(source, {"N": "1"})
            case "remove":
                removes.append(name)
                expected.pop(name, None)
            case _:
                adds.append(f"{name} :one")
                expected[name] = {"N": str(numbers.get(name, 0) + 1)}
    sections = (("SET", sets), ("REMOVE", removes), ("ADD", adds))
    text = " ".join(f"{section} {', '.join(actions)}" for section, actions in sections if actions)
    assert compile_update(ExpressionContext(None, {":one": {"N": "1"}}), text).apply(item) == expected


SCHEMA = KeySchema(KeyAttribute("pk", "S"), KeyAttribute("sk", "S"))
KEY_VALUES = {":p": {"S": "p"}, ":a": {"S": "b"}, ":b": {"S": "d"}, ":n": {"N": "1"}}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("pk = :p", "abcde"),
        ("pk = :p AND sk > :a", "cde"),
        ("sk >= :a AND pk = :p", "bcde"),
        (":a <= sk AND :p = pk", "bcde"),
        ("(pk = :p) AND (sk BETWEEN :a AND :b)", "bcd"),
        ("pk = :p AND begins_with(sk, :a)", "b"),
        ("pk = :p AND sk = :b", "d"),
    ],
)
def test_a_key_condition_bounds_the_sort_key(text, keys):
    condition = compile_key_condition(ExpressionContext(None, KEY_VALUES), text, SCHEMA)
    assert condition.partition == {"S": "p"}
    assert [key for key in "abcde" if condition.range.has(sort_key({"S": key}))] == list(keys)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sk = :a", "Query condition missed key schema element: pk"),
        ("pk = :p AND x = :a", "Query condition missed key schema element: sk"),
        ("pk > :p", "Query key condition not supported"),
        ("pk = :p AND pk = :a", "KeyConditionExpressions must only contain one condition per key"),
        ("pk = :p OR sk = :a", "Invalid operator used in KeyConditionExpression: OR"),
        ("pk = :p AND sk <> :a", "Invalid operator used in KeyConditionExpression: <>"),
        ("pk = :p AND sk IN (:a)", "Invalid operator used in KeyConditionExpression: IN"),
        ("pk = :p AND contains(sk, :a)", "Invalid operator used in KeyConditionExpression: contains"),
        ("pk = :p AND sk.a = :a", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("pk = :p AND size(sk) = :a", "KeyConditionExpressions cannot contain nested operations"),
        (
            "pk = :n",
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        ("", "Invalid KeyConditionExpression: The expression can not be empty;"),
    ],
)
def test_a_key_condition_that_aws_refuses_is_refused_in_its_words(text, message):
    with pytest.raises(AwsError) as refusal:
        compile_key_condition(ExpressionContext(None, KEY_VALUES), text, SCHEMA)
    assert refusal.value.message == message
