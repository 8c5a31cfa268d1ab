"""Values: what AWS accepts, how it orders them, and what they weigh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.keys import KeyAttribute, KeySchema, require_item_key, require_key, sort_key
from eventyard.languages.dynamodb.values import accept, are_equal, compare, item_bytes, require_item_size, value_bytes

PARAMETERS = "One or more parameter values were invalid: "


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (
            {"S": "a", "N": "1"},
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes",
        ),
        ({"SS": []}, PARAMETERS + "An string set  may not be empty"),
        ({"NS": []}, PARAMETERS + "An number set  may not be empty"),
        ({"BS": []}, PARAMETERS + "Binary sets should not be empty"),
        ({"SS": ["a", "a"]}, PARAMETERS + "Input collection [a, a] contains duplicates."),
        ({"BS": [b"b", b"b"]}, PARAMETERS + "Input collection [Yg==, Yg==]of type BS contains duplicates."),
        ({"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
        ({"N": ""}, "The parameter cannot be converted to a numeric value"),
        ({"N": "abc"}, "The parameter cannot be converted to a numeric value: abc"),
        ({"N": " 1"}, "The parameter cannot be converted to a numeric value:  1"),
        ({"N": "1" * 39}, "Attempting to store more than 38 significant digits in a Number"),
        (
            {"N": "1e126"},
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        (
            {"N": "1e99999999999999999999"},
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        (
            {"N": "-1e-131"},
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
    ],
)
def test_a_value_that_aws_refuses_is_refused_in_its_words(value, message):
    with pytest.raises(AwsError) as refusal:
        accept(value)
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("00042", "42"),
        ("1.0", "1"),
        ("3.1400", "3.14"),
        ("1.5E2", "150"),
        ("-0", "0"),
        ("+.5", "0.5"),
        ("1e125", "1" + "0" * 125),
        ("1E-130", "0." + "0" * 129 + "1"),
    ],
)
def test_a_number_comes_back_without_exponent_or_needless_zeros(sent, kept):
    assert accept({"N": sent}) == {"N": kept}


@pytest.mark.parametrize(
    ("literal", "size"),
    [
        ("0", 1),
        ("1", 2),
        ("123", 3),
        ("1234", 3),
        ("12345678901234567890123456789012345678", 20),
        ("100", 2),
        ("1010", 3),
        ("0.0000001", 2),
        ("1E125", 2),
        ("1.5", 3),
        ("3.14159", 5),
        ("100.5", 4),
        ("0.15", 2),
        ("-42", 3),
        ("-0", 1),
    ],
)
def test_a_number_weighs_what_aws_measures(literal, size):
    assert value_bytes(accept({"N": literal})) == size


def test_an_item_may_weigh_400_kb_and_not_a_byte_more():
    item = {"pk": {"S": "a" * (409_600 - 2)}}
    assert require_item_size(item) == item_bytes(item) == 409_600
    with pytest.raises(AwsError, match="Item size has exceeded the maximum allowed size"):
        require_item_size({"pkx": item["pk"]})


def test_lists_and_maps_nest_32_levels_and_no_more():
    value = {"S": "x"}
    for _ in range(32):
        value = {"L": [value]}
    assert accept(value) == value
    with pytest.raises(AwsError, match="Nesting Levels have exceeded supported limits"):
        accept({"M": {"a": value}})


decimals = st.builds(
    lambda digits, exponent, sign: f"{sign}{digits}e{exponent}",
    st.integers(0, 10**38 - 1),
    st.integers(-130, 80),
    st.sampled_from(["", "-"]),
)


@given(decimals, decimals)
def test_the_bytes_of_numbers_sort_as_the_numbers_do(left, right):
    one, other = accept({"N": left}), accept({"N": right})
    order = compare(one, other)
    keys = sort_key(one), sort_key(other)
    assert (keys[0] > keys[1]) - (keys[0] < keys[1]) == order
    assert are_equal(one, other) is (order == 0)


@given(st.text(), st.text())
def test_text_sorts_by_its_utf_8_bytes(left, right):
    order = compare({"S": left}, {"S": right})
    keys = left.encode(), right.encode()
    assert (keys[0] > keys[1]) - (keys[0] < keys[1]) == order


SCHEMA = KeySchema(KeyAttribute("pk", "S"), KeyAttribute("sk", "N"))


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"sk": {"N": "1"}}, PARAMETERS + "Missing the key pk in the item"),
        ({"pk": {"N": "1"}, "sk": {"N": "1"}}, PARAMETERS + "Type mismatch for key pk expected: S actual: N"),
        (
            {"pk": {"S": ""}, "sk": {"N": "1"}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
            "an empty string value. Key: pk",
        ),
        (
            {"pk": {"S": "a" * 2049}, "sk": {"N": "1"}},
            PARAMETERS + "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ),
    ],
)
def test_an_item_without_a_good_key_is_refused(item, message):
    with pytest.raises(AwsError) as refusal:
        require_item_key(item, SCHEMA)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    "key", [{}, {"pk": {"S": "a"}}, {"pk": {"S": "a"}, "sk": {"S": "1"}}, {"pk": {"S": "a"}, "x": {"N": "1"}}]
)
def test_a_key_that_is_not_the_schemas_is_refused(key):
    with pytest.raises(AwsError, match="The provided key element does not match the schema"):
        require_key(key, SCHEMA)


def test_a_null_is_true_whatever_was_sent():
    assert accept({"NULL": False}) == {"NULL": True}
