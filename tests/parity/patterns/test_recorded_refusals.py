"""AWS's own words for refused patterns.

Sources: TestEventPattern as recorded by localstack/localstack on 2024-11-29 and 2024-12-05 (RECORDED); the compiler of
aws/event-ruler 2.1.0, asked on 2026-11-21 (COMPILER). `%` in a message stands for the quoted pattern.
"""

import pytest

from eventyard.languages.patterns import PatternError, compile_pattern

RECORDED = [
    ('{"int": 42}', '"int" must be an object or an array\n at [Source: (String)%; line: 1, column: 11]'),
    ('{"resources": []}', "Empty arrays are not allowed\n at [Source: (String)%; line: 1, column: 17]"),
    ('{"my_key": [{"EXISTS": true}]}', "Unrecognized match type EXISTS\n at [Source: (String)%; line: 1, column: 28]"),
    (
        '{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}',
        "Bad numeric range operator: >\n at [Source: (String)%; line: 1, column: 49]",
    ),
    (
        '{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}',
        "Value of < must be numeric\n at [Source: (String)%; line: 1, column: 50]",
    ),
    (
        '{"EventBusArn": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}',
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
        "after a wildcard character",
    ),
    ('{"a": [{"cidr": "bad-filter"}]}', "Malformed CIDR, one '/' required"),
    ('{"a": [{"cidr": "bad-/64filter"}]}', "Malformed CIDR, mask bits must be an integer"),
    ('{"a": [{"cidr": "xx.11.xx/8"}]}', "Nonstandard IP address: xx.11.xx"),
    (
        '{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}',
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.\n"
        " at [Source: (String)%; line: 1, column: 67]\n at [Source: (String)%; line: 1, column: 67]",
    ),
    (
        '{"detail": {"FileName": [{"anything-but": {"prefix": {"equals-ignore-case": "file"}}}]}}',
        "Value of anything-but must be an array or single string/number value.\n"
        " at [Source: (String)%; line: 1, column: 55]",
    ),
    (
        '["not", "a", "dict", "but valid json"]',
        "Filter is not an object\n at [Source: (String)%; line: 1, column: 2]",
    ),
    (
        "this is valid json but not a dict",
        "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or token 'null', 'true' "
        "or 'false')\n at [Source: (String)%; line: 1, column: 5]",
    ),
    (
        "{'bad': 'quotation'}",
        "Unexpected character (''' (code 39)): was expecting double-quote to start field name\n"
        " at [Source: (String)%; line: 1, column: 2]",
    ),
]
COMPILER = [
    ('{"a":{}}', "Empty objects are not allowed\n at [Source: (String)%; line: 1, column: 8]"),
    (
        '{"a":[["x"]]}',
        "Match value must be String, number, true, false, or null\n at [Source: (String)%; line: 1, column: 8]",
    ),
    ('{"a":[{}]}', "Match expression name not found\n at [Source: (String)%; line: 1, column: 9]"),
    (
        '{"a":[{"prefix":"x","suffix":"y"}]}',
        "Only one key allowed in match expression\n at [Source: (String)%; line: 1, column: 31]",
    ),
    ('{"a":[{"numeric":[">",3,"<",2]}]}', "Bottom must be less than top\n at [Source: (String)%; line: 1, column: 31]"),
    ('{"a":[{"cidr":"10.0.0.0/32"}]}', "IPv4 mask bits must be < 32"),
    (
        '{"a":[{"anything-but":[1,"x"]}]}',
        "Inside anything but list, either all values are number or string, mixed type is not supported\n"
        " at [Source: (String)%; line: 1, column: 30]",
    ),
    (
        '{"a":[{"wildcard":"a\\\\x"}]}',
        "Invalid escape character at pos 2\n at [Source: (String)%; line: 1, column: 25]",
    ),
    (
        '{"a":[1',
        "Unexpected end-of-input: expected close marker for Array (start marker at "
        "[Source: (String)%; line: 1, column: 6])\n at [Source: (String)%; line: 1, column: 8]",
    ),
    (
        '{"$or":[{"a":["x"]}]}',
        "There must have at least 2 Objects in $or relationship.\n at [Source: (String)%; line: 1, column: 21]",
    ),
]


@pytest.mark.parametrize(("pattern", "message"), [*RECORDED, *COMPILER], ids=lambda text: text[:40])
def test_a_refusal_has_the_words_of_aws(pattern, message):
    with pytest.raises(PatternError) as refusal:
        compile_pattern(pattern)
    assert str(refusal.value) == "Event pattern is not valid. Reason: " + message.replace("%", f'"{pattern}"')
