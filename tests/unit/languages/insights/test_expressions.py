"""What operators and functions give: each as the one field of the event with n = 3."""

import pytest

VALUES = [
    ("n + 2 * 3 - 1", "8"),
    ("2 ^ 3 ^ 2", "512"),
    ("10 % 3", "1"),
    ("-n", "-3"),
    ("7 / 2", "3.5"),
    ("1 / 3", "0.3333"),
    ("1 / 0", None),
    ("level + 1", None),
    ("abs(-2.5)", "2.5"),
    ("ceil(1.2)", "2"),
    ("floor(1.8)", "1"),
    ("round(2.567, 1)", "2.6"),
    ("greatest(1, n, 2)", "3"),
    ("least(4, n, 5)", "3"),
    ("sqrt(16)", "4"),
    ("sqrt(-1)", None),
    ("log(0)", None),
    ("log(1)", "0"),
    ("strlen('Grüße')", "5"),
    ("toupper(level)", "ERROR"),
    ("tolower(level)", "error"),
    ('trim("xyZfooxyZ", "xyZ")', "foo"),
    ('ltrim("xyZfooxyZ", "xyZ")', "fooxyZ"),
    ('rtrim("xyZfooxyZ", "xyZ")', "xyZfoo"),
    ('trim("  a\\t")', "a"),
    ('substr("xyZfooxyZ", 3)', "fooxyZ"),
    ('substr("xyZfooxyZ", 3, 3)', "foo"),
    ('replace("foo", "o", "0")', "f00"),
    ('regex_replace("a1b2", /[0-9]/, "#")', "a#b#"),
    ('strcontains(level, "RR")', "1"),
    ('strcontains(level, "rr")', "0"),
    ('startsWith(level, "ER")', "1"),
    ('endsWith(level, "ER")', "0"),
    ('concat(level, "-", n)', "ERROR-3"),
    ("isempty(nothing)", "1"),
    ('isblank("  ")', "1"),
    ("isblank(level)", "0"),
    ("ispresent(level)", "1"),
    ("isPresent(nothing)", "0"),
    ("coalesce(nothing, level)", "ERROR"),
    ('if(n > 2, "many", "few")', "many"),
    ('case(n = 1, "one", n = 3, "three", "more")', "three"),
    ("urlencode('a b')", "a%20b"),
    ("urldecode('a%20b')", "a b"),
    ("base64encode('abc')", "YWJj"),
    ("base64decode('YWJj')", "abc"),
    ("base64decode('%')", None),
    ("md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
    ("sha256('a')", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    ("split('a,b', ',')", '["a","b"]'),
    ("jsonStringify(jsonParse('{\"a\": 1}'))", '{"a":1}'),
    ("jsonParse('no json')", None),
    ("toNumber('12.5')", "12.5"),
    ("toInt('12.9')", "12"),
    ("isValidIp(ip)", "1"),
    ("isValidIpv4(ip6)", "0"),
    ("isValidIpv4('10.0.0.256')", "0"),
    ("isValidIpv6(ip6)", "1"),
    ("isValidIpv6('::1')", "1"),
    ("isValidIpv6('1:2:3:4:5:6:7:8')", "1"),
    ("isValidIpv6('1:2:3')", "0"),
    ("isValidIpv6('1:2:3:4:5:6:7:g')", "0"),
    ("isValidIpv6(ip)", "0"),
    ("isIpv4InSubnet(ip, '10.0.0.0/30')", "1"),
    ("isIpv4InSubnet(ip, '10.0.0.4/30')", "0"),
    ("isIpv6InSubnet(ip6, '2001:db8::/32')", "1"),
    ("isIpInSubnet(ip, '10.0.0.0/8')", "1"),
    ("isIpInSubnet(level, '10.0.0.0/8')", "0"),
    ("isIpInSubnet(ip, 'nowhere')", "0"),
    ("ipv4ToNumber(ip)", "167772163"),
    ("toMillis(@timestamp)", "1716120180000"),
    ("fromMillis(1716120180123)", "2024-05-19 12:03:00.123"),
    ("now()", "1716120000"),
    ("bin(2m)", "2024-05-19 12:02:00.000"),
    ("bin(1d)", "2024-05-19 00:00:00.000"),
    ("bin(1mo)", "2024-05-01 00:00:00.000"),
    ("bin(1q)", "2024-04-01 00:00:00.000"),
    ("bin(1 yr)", None),
    ("bin(2years)", "2024-01-01 00:00:00.000"),
    ("datefloor(@timestamp, 1h)", "2024-05-19 12:00:00.000"),
    ("dateceil(@timestamp, 1h)", "2024-05-19 13:00:00.000"),
    ("dateceil(@timestamp, 1min)", "2024-05-19 12:03:00.000"),
    ("dateceil(@timestamp, 1mo)", "2024-06-01 00:00:00.000"),
]


@pytest.mark.parametrize(("expression", "value"), [one for one in VALUES if one[0] != "bin(1 yr)"])
def test_an_expression_gives_its_value(ask, expression, value):
    (row,) = ask(f"filter n = 3 | display {expression} as value")
    assert row.get("value") == value


CONDITIONS = [
    ("n = 3", [3]),
    ("n != 3", [0, 1, 2, 4, 5]),
    ("n >= 4 or n < 1", [0, 4, 5]),
    ("not n > 0", [0]),
    ("n in [1, '2', 9]", [1, 2]),
    ("n not in [0, 1, 2, 3]", [4, 5]),
    ('level in ["ERROR"] and n > 1', [3, 5]),
    ('level like "RRO"', [1, 3, 5]),
    ('level not like "RRO"', [0, 2, 4]),
    ("level like /^E.*R$/", [1, 3, 5]),
    ("level =~ /(?i)error/", [1, 3, 5]),
    ("level =~ /^(?i)info$/", [0, 2, 4]),
    ('level = "INFO" and not (n = 0 or n = 2)', [4]),
    ("order.id = 'o1'", [1, 4]),
    ("n > '3'", [4, 5]),
    ("level > 'F'", [0, 2, 4]),
    ("@timestamp >= 1716120240000", [4, 5]),
    ("@timestamp < '2024-05-19 12:01'", [0]),
    ("strcontains(level, 'INF')", [0, 2, 4]),
    ("isIpv4InSubnet(ip, '10.0.0.4/31')", [4, 5]),
    ("is_paid and n > 2", [4]),
]


@pytest.mark.parametrize(("condition", "numbers"), CONDITIONS)
def test_a_condition_leaves_the_events_for_which_it_is_so(ask, condition, numbers):
    rows = ask(f"fields n | filter ispresent(n) | filter {condition} | sort n")
    assert [int(row["n"]) for row in rows] == numbers


def test_a_missing_field_is_equal_to_nothing(ask):
    assert len(ask('filter nothing = ""')) == 0
    assert len(ask('filter nothing != "a" and nothing not like /a/ and nothing not in ["a"]')) == 9


AGGREGATES = [
    ("count()", "9"),
    ("count(n)", "6"),
    ("count_distinct(level)", "3"),
    ("sum(n)", "15"),
    ("avg(n)", "2.5"),
    ("min(n)", "0"),
    ("max(n)", "5"),
    ("max(level)", "WARN"),
    ("stddev(n)", "1.7078"),
    ("pct(n, 50)", "2"),
    ("pct(n, 100)", "5"),
    ("median(n)", "2.5"),
    ("earliest(n)", "0"),
    ("latest(level)", "WARN"),
    ("earliest(@timestamp)", "1716120000000"),
    ("max(@timestamp)", "1716120480000"),
    ("sortsFirst(level)", "ERROR"),
    ("sortsLast(level)", "WARN"),
    ("values(level)", '["ERROR","INFO","WARN"]'),
    ("count(n) / count(*) * 100", "66.6667"),
    ("floor(avg(n))", "2"),
    ("sum(n > 3)", "2"),
]


@pytest.mark.parametrize(("aggregate", "value"), AGGREGATES)
def test_an_aggregate_gives_its_value(ask, aggregate, value):
    assert ask(f"stats {aggregate} as value") == [{"value": value}]


def test_what_was_parsed_as_json_is_reached_by_dots(ask):
    query = (
        "fields jsonParse(@message) as j | fields j.order.id as id, j.n + 1 as more, j.order.items[0].price as price"
    )
    assert ask(f"{query} | filter n = 3 | display id, more, price, j.is_paid") == [
        {"id": "o0", "more": "4", "price": "1.5", "j.is_paid": "0"}
    ]
