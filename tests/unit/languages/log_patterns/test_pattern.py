"""Filter patterns: which lines fit, what they bring along, and what is no pattern. Examples of AWS's documentation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.languages.log_patterns.errors import InvalidPattern
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.pattern import compile_log_pattern

APACHE = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
TRAIL = (
    '{"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],'
    ' "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "cluster.name": "c",'
    ' "flag": true, "count": 3, "text": "3", "detail-type": "t"}'
)
COMPOUND = (
    '{"user": {"id": 1, "email": "John.Stiles@example.com"}, "users": [{"id": 2, "email": "John.Doe@example.com"},'
    ' {"id": 3, "email": "Jane.Doe@example.com"}], "actions": ["GET", "PUT", "DELETE"],'
    ' "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]}'
)


def fits(pattern, message):
    return compile_log_pattern(pattern).match(Line(message)) is not None


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "anything"),
        (" ", "anything"),
        ("ERROR", "[ERROR 400] BAD REQUEST"),
        ("Exception", "Unhandled: InvalidQueryException"),
        ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS"),
        ("?ERROR ?WARN", "WARN message"),
        ("?ERROR ?ARGUMENTS REQUEST", "[INFO] REQUEST FAILED"),
        ("?ERROR -REQUEST", "[INFO] fine"),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR"),
        ('"say \\"hi\\""', 'they say "hi" often'),
        ('"[ERROR]" Exception', "02 May [ERROR] InvalidQueryException"),
        ("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST"),
        ('ERROR - "Exiting"', "ERROR going on"),
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST"),
        ("-%a+b%", "ac"),
        ("%Task timed out after|^REPORT\\s.+\\sStatus: timeout%", "REPORT RequestId: 1 Status: timeout"),
    ],
)
def test_a_line_has_the_terms(pattern, message):
    assert fits(pattern, message)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("ERROR", "error"),
        ("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST"),
        ("?ERROR ?WARN", "INFO message"),
        ("?ERROR ?ARGUMENTS REQUEST", "[ERROR] MISSING ARGUMENTS"),
        ('"INTERNAL SERVER ERROR"', "INTERNAL ERROR ON SERVER"),
        ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS"),
        ("-%a+b%", "xaab"),
    ],
)
def test_a_line_lacks_the_terms(pattern, message):
    assert not fits(pattern, message)


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "UpdateTrail" }',
        "{$.eventType=UpdateTrail}",
        "{ $.sourceIPAddress != 123.123.* }",
        '{ $.arrayKey[0] = "value" }',
        "{ $.eventType = %Trail% }",
        "{ $.arrayKey[*] = %val.{2}% }",
        "{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }",
        "{ $.['cluster.name'] = \"c\" }",
        "{ $.detail-type = t }",
        "{ $.SomeObject IS NULL }",
        "{ $.SomeOtherObject NOT EXISTS }",
        "{ $.flag IS TRUE }",
        "{ $.objectList[1].id = 2 }",
        "{ $.objectList[*].id = 2 }",
        '{ $.count = "3" }',
        "{ $.text = 3 }",
        "{ $.count = 3.0 && $.count = 3e0 && $.count < +10e0 && $.count > -1 && $.count >= 3 && $.count <= 3 }",
        "{ $.count = * }",
        '{ $.eventType = "*Trail" && $.eventType = Update* && $.eventType = "*eTr*" }',
        '{ ($.eventType = "x" || ($.flag IS TRUE)) && $.text != 4 }',
    ],
)
def test_a_json_line_fits(pattern):
    assert fits(pattern, TRAIL)


@pytest.mark.parametrize(
    "pattern",
    [
        '{ $.eventType = "updateTrail" }',
        "{ $.sourceIPAddress != 111.111.* }",
        '{ $.arrayKey[1] = "value" }',
        '{ $.arrayKey = "value" }',
        '{ $.objectList[0] != "x" }',
        '{ $.missing != "x" }',
        "{ $.eventType IS NULL }",
        "{ $.eventType NOT EXISTS }",
        "{ $.text IS TRUE }",
        "{ $.flag = true }",
        '{ $.SomeObject = "*" }',
        "{ $.eventType > 1 }",
        '{ $.eventType = "Up*Trail" }',
        "{ $.count > 3 || $.count < 3 }",
    ],
)
def test_a_json_line_does_not_fit(pattern):
    assert not fits(pattern, TRAIL)


def test_conditions_bind_as_usual():
    assert fits('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', COMPOUND)
    assert fits(
        '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = no && $.actions[2] = no }', COMPOUND
    )
    assert not fits(
        '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = no) && $.actions[2] = no }', COMPOUND
    )
    assert not fits('{ ($.user.id = 2 && $.users[0].email = "no") || $.actions[2] = "GET" }', COMPOUND)


@pytest.mark.parametrize("message", ["eventType=UpdateTrail", 'at {"a": 1}', "[1]", "{", "", "{" * 100_000])
def test_what_is_no_json_object_fits_no_json_pattern(message):
    assert not fits("{ $.a NOT EXISTS }", message)


@pytest.mark.parametrize(
    "pattern",
    [
        "[ip=%127\\.0\\.0\\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
        "[..., request =*.html*, status_code = 4*, bytes]",
        "[..., request=*.html*, status_code=4*,]",
        "[ip, user, username, timestamp, request, status_code = 404 || status_code = 410, bytes]",
        "[ip, server, username, timestamp, request, status_code = 4* && status_code != 403, bytes > 1000]",
        "[ip, user, ...]",
        "[ip, ..., bytes]",
        '[..., request="GET /index.html HTTP/1.0", status, bytes=1534]',
        "[ip, user, rest]",
        "[]",
        "[ip, user=!Test, ...]",
    ],
)
def test_a_line_has_the_fields(pattern):
    assert fits(pattern, APACHE)


@pytest.mark.parametrize(
    "pattern",
    [
        "[ip, user=Test, ...]",
        "[a, b, c, d, e, f, g, h]",
        "[a, b, c, d, e, f, g, h, ...]",
        "[..., bytes > 2000]",
        "[..., status_code = 200, bytes]",
    ],
)
def test_a_line_lacks_the_fields(pattern):
    assert not fits(pattern, APACHE)


def test_the_last_name_stands_for_the_rest_of_the_line():
    assert fits("[w1=ERROR, w2]", "ERROR 09/25/2014 12:00:02 Failed to process request")
    assert fits("[w1=ERROR || w1=%WARN%, w2]", "WARNING 09/25/2014 12:00:02 Invalid user request")
    assert not fits("[w1!=ERROR && w1!=WARNING, w2]", "ERROR 09/25/2014 12:00:02 Failed")
    assert not fits("[w1=ERROR, w2]", "ERROR")
    match = compile_log_pattern("[first, rest]").match(Line('a "b c" [d]'))
    assert match.fields == {"$first": "a", "$rest": '"b c" [d]'}


def test_fields_are_named_by_the_pattern_or_by_their_place():
    match = compile_log_pattern("[..., request=*.html*, status_code=4*,]").match(Line(APACHE))
    assert match.fields == {
        "$1": "127.0.0.1",
        "$2": "Prod",
        "$3": "frank",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$request": "GET /index.html HTTP/1.0",
        "$status_code": "404",
        "$7": "1534",
    }
    assert match.value("$status_code") == match.value("$6") == "404"
    assert match.value("$8") is None
    assert match.value("$nothing") is None


def test_values_of_a_json_line_are_read_by_any_selector():
    match = compile_log_pattern("{ $.count = 3 }").match(Line(TRAIL))
    assert match.fields == {}
    assert [match.value(place) for place in ("$.count", "$.eventType", "$.['cluster.name']", "$.objectList[1].id")] == [
        "3",
        "UpdateTrail",
        "c",
        "2",
    ]
    assert [match.value(place) for place in ("$.flag", "$.missing", "$.objectList", "$count", "$.", "")] == [None] * 6


def test_a_pattern_knows_which_values_its_lines_may_have():
    columns = compile_log_pattern("[ip, ..., bytes]")
    assert [columns.has(name) for name in ("$ip", "$7", "$size", "$.ip", "ip")] == [True] * 3 + [False] * 2
    document = compile_log_pattern("{ $.a = 1 }")
    assert [document.has(name) for name in ("$.b", "$.['a.b'][0]", "$b", "$.a[", "$.a[*]")] == [True] * 2 + [False] * 3
    assert not compile_log_pattern("ERROR").has("$.a")


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'"),
        ("  [ip, status  ", "If a filter pattern starts with '[' it must end with ']'"),
        ("?Status: timeout", "Invalid character(s) in term ':'"),
        ("email@example", "Invalid character(s) in term '@'"),
        ('{ $."sc-status" = 5* }', "Invalid character(s) in term '$.\"'"),
        ("`ERROR`", "Invalid character(s) in term '`'"),
        ("(a)", "Invalid character(s) in term '('"),
        ("a “quoted”", "Invalid character(s) in term '“'"),
        ("%something!%", "Invalid character(s) in term '%something!'"),
        ("%(ab)+%", "Invalid character(s) in term '%('"),
        ("%caf\u00e9%", "Invalid character(s) in term '%caf\u00e9'"),
        ('"INTERNAL SERVER', "Invalid character(s) in term '\"INTERNAL'"),
        ("[ip, status_code = 4* && bytes > 1000]", "Invalid filter pattern"),
        ("{ $.a = }", "Invalid filter pattern"),
        ("{ $.a }", "Invalid filter pattern"),
        ("{ $.a IS MAYBE }", "Invalid filter pattern"),
        ("{ $.a > b }", "Invalid filter pattern"),
        ("%a{1000}b{1000}%", "Regular expression evaluation time exceeded allowed limit"),
    ],
)
def test_what_is_no_pattern_is_refused_in_the_words_of_aws(pattern, message):
    with pytest.raises(InvalidPattern) as refused:
        compile_log_pattern(pattern)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "{ a = 1 }",
            "{ $.a == 1 }",
            "{ $.a = 1 && }",
            "{ ($.a = 1 }",
            "{ $.a EXISTS }",
            "{ $.a[x] = 1 }",
            "{ $ = 1 }",
        ),
        *("{ $.a = 1 } trailing", "{ $.x[99999999999999999999] = 1 }", "{ $.*[*] = 1 }", "{ $.a = %a%b }", "{}", "{"),
        "{ $.a[*] = 1 || $.b[*] = 1 || $.c[*] = 1 || $.d[*] = 1 }",
        *("[a, ..., b, ..., c]", "[a, a]", "[a = ]", "[a, b] trailing", "[a = 1 ||]", "[1a]", "[a, b=x || c=y]", "["),
        *(
            "[a=%x%, b=%y%, c=%z%]",
            "%%",
            "%abc",
            "%a{3,%",
            "%a{3,2}%",
            "%[z-a]%",
            "%[]%",
            "%*a%",
            "%\\p%",
            "%[a%",
            "%a\\%",
        ),
        "{ " + "(" * 200 + "$.a = 1" + ")" * 200 + " }",
    ],
)
def test_a_malformed_pattern_is_refused(pattern):
    with pytest.raises(InvalidPattern):
        compile_log_pattern(pattern)


def test_hostile_lines_take_no_longer_than_others():
    backtracking = compile_log_pattern("%.*.*.*.*.*.*x?x?x?x?x?x?y$%")
    assert not backtracking.match(Line("x" * 200_000))
    fields = compile_log_pattern("[a, ..., b]")
    assert fields.match(Line("[ " * 100_000)) is not None
    assert fields.match(Line('" ' * 50_001)) is not None
    assert not fits("{ $.a = 1 }", '{"a":' * 50_000)


@pytest.mark.parametrize(
    "pattern",
    [
        '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
        '{($.eventName=ConsoleLogin) && ($.additionalEventData.MFAUsed !="Yes")}',
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
        "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}",
        '{ ($.a = "x") || ($.b IS TRUE) || ($.c NOT EXISTS) || ($.d >= 4.5) }',
        '[timestamp=*Z, request_id="*-*", event]',
        '[report_name="REPORT", request_id_name="RequestId:", request_id_value, ..., max_memory_used_unit]',
        '[version, account, eni, source, destination, srcport, destport="22", protocol="6", packets, bytes, end]',
        '?"Task timed out" ?"Runtime exited"',
        '- "cwlogs.push.publisher"',
        '"ERROR" -"Exiting"',
    ],
)
def test_patterns_seen_in_the_wild_are_read(pattern):
    assert compile_log_pattern(pattern).match(Line("anything")) is None or pattern.startswith("-")


_PIECES = st.sampled_from(
    [
        *(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "$",
            ".",
            "..",
            "...",
            ",",
            "&&",
            "||",
            "=",
            "!=",
            "<",
            ">=",
            "%",
            '"',
            "*",
            "-",
        ),
        *("?", " ", "a", "$.a", "$.b[0]", "$.*", "1e3", "IS NULL", "NOT EXISTS", "[a-z]+", "\\"),
    ]
)
_ANY = st.lists(_PIECES, max_size=12).map("".join)
_BRACED, _BRACKETED = _ANY.map(lambda text: f"{{{text}}}"), _ANY.map(lambda text: f"[{text}]")
_WRAPPED = st.one_of(_ANY, _BRACED, _BRACKETED, st.text(max_size=20))
_LINES = st.sampled_from(["", "a", '{"a": 1, "b": [2]}', 'a [b c] "d" 4', "[", '{"a": {"a": null}}', "\u0000\n"])


@given(_WRAPPED, _LINES)
def test_any_text_is_a_pattern_or_refused_and_no_line_breaks_it(pattern, message):
    try:
        compiled = compile_log_pattern(pattern)
    except InvalidPattern:
        return
    match = compiled.match(Line(message))
    if match is not None:
        assert all(match.value(name) == text for name, text in match.fields.items())
