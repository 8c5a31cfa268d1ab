"""Filter expressions over a trace of three services: a client's API, a function that fails, and a table."""

import pytest

from eventyard.languages.trace_filters.errors import FilterError
from eventyard.languages.trace_filters.filters import compile_filter
from eventyard.languages.trace_filters.trace import (
    CauseEntity,
    CauseService,
    Edge,
    Hop,
    Node,
    RootCause,
    Traced,
)

API = Node("api.example.com", "AWS::EC2::Instance", "111122223333")
WORKER = Node("worker", "AWS::Lambda::Function", "111122223333")
TABLE = Node("orders", "AWS::DynamoDB::Table")

ENTRY = Hop(
    node=API,
    is_error=True,
    is_root=True,
    response_s=2.5,
    status=404,
    strings={"http.url": ("http://api.example.com/v2/game/7",), "http.method": ("GET",), "user": ("alice",)},
)
FAILED = Hop(node=WORKER, is_fault=True, response_s=0.5, strings={"message": ("out of stock",)})
READ = Hop(node=TABLE, is_inferred=True, response_s=0.1, status=200, strings={"resource.arn": ("arn:aws:dynamodb",)})
TRACE = Traced(
    entry=ENTRY,
    duration_s=6.0,
    hops=(ENTRY, FAILED, READ),
    edges=(Edge(API, WORKER, FAILED), Edge(WORKER, TABLE, READ)),
    annotations={"orderId": ("o-1",), "age": (30,), "vip": (True,), "guest": (False,)},
    causes=(
        RootCause(
            "fault",
            (
                CauseService(API, entities=(CauseEntity("api.example.com"),)),
                CauseService(
                    WORKER,
                    entities=(CauseEntity("worker"), CauseEntity("take", is_remote=True)),
                    exceptions=(CauseEntity("OutOfStock", message="out of stock"),),
                ),
            ),
            {"Services": [{"Name": "api.example.com"}, {"Name": "worker", "EntityPath": [{"Name": "worker"}]}]},
        ),
        RootCause("responsetime", (CauseService(API, entities=(CauseEntity("api.example.com", coverage=0.9),)),)),
    ),
)

WANTED = [
    "",
    "error",
    "!ok",
    "ok = false",
    "error = true",
    "error = TRUE and not fault",
    "fault = true OR error = true",
    "!partial error duration > 5",
    "responsetime > 2 && responsetime <= 2.5",
    "responseTime >= 2.5 AND http.url",
    "http.status != 200",
    "http.status = 404",
    'http.url BEGINSWITH "http://api.example.com/" AND http.url contains "/v2/" AND !service("payments")',
    'http.url ENDSWITH "/7"',
    'user CONTAINS ""',
    "user = 'alice'",
    "inferred",
    'resource.arn = "arn:aws:dynamodb"',
    'message CONTAINS "stock"',
    'name = "worker"',
    "service() { fault }",
    'service("worker") { fault AND !root AND responsetime < 1 }',
    'service(id(name: "worker", type: "AWS::Lambda::Function")) { fault }',
    'service(id(type: "AWS::DynamoDB::Table")) { inferred }',
    'service(id(account.id: "111122223333"))',
    'service("api.example.com") { root = true and error }',
    'service("worker") {}',
    'edge("api.example.com", "worker") { fault = true }',
    'edge(id(name: "worker"), id(type: "AWS::DynamoDB::Table"))',
    '!edge("worker", "api.example.com")',
    'annotation.orderId = "o-1"',
    'annotation[orderId] BEGINSWITH "o-"',
    'annotation["age"] > 29',
    "annotation.age = 30",
    "annotation.vip",
    "annotation.vip = true",
    "!annotation.guest",
    "!annotation.nothing",
    'rootcause.fault.service { name = "worker" and last }',
    "rootcause.fault.service { index = 0 and first }",
    "rootcause.fault.entity { last and remote and name = take }",
    'rootcause.fault.exception { last and message = "out of stock" }',
    "rootcause.responsetime.entity { coverage > 0.8 }",
    'rootcause.fault.service { type = "AWS::Lambda::Function" }',
    'rootcause.json = #[{ "Services": [ { }, { "Name": "worker" } ] }]',
    'rootcause.json = #{ "Services": [ {"Name": "api.example.com"}, { "EntityPath": [{"Name": "worker"}] } ] }',
    'rootcause.json != #[{ "Services": [ { "Name": "worker" } ] }]',
    'group.name = "failed"',
    'group.arn != "other" error',
    "(fault OR error) AND (duration >= 6)",
    "not (fault or throttle)",
    "!!error",
]

NOT_WANTED = [
    "ok",
    "fault",
    "throttle",
    "partial",
    "duration < 6",
    "http.status < 400",
    'http.url = "x"',
    'user != "alice"',
    'service("worker") { ok }',
    'service("nobody")',
    'service(id(name: "worker", type: "AWS::DynamoDB::Table"))',
    'edge("worker", "api.example.com")',
    'edge("api.example.com", "worker") { error }',
    "annotation.age > 30",
    'annotation.age = "30"',
    "annotation.guest",
    "annotation.nothing",
    'annotation.nothing != "x"',
    "rootcause.error.service { first }",
    "rootcause.fault.entity { first and remote }",
    "rootcause.responsetime.entity { coverage > 0.95 }",
    'rootcause.json = #[{ "Services": [ { "Name": "worker" } ] }]',
    'group.arn = "other"',
    "error AND fault",
    "throttle OR partial AND error",
]

REFUSED = [
    ("http.host = 1", "Unknown keyword 'http.host'", 0),
    ("duration = fast", "Expected a number", 11),
    ('duration CONTAINS "1"', "Operator 'CONTAINS' does not fit keyword 'duration'", 0),
    ("error = maybe", "Expected true or false", 8),
    ("user > 3", "Operator '>' does not fit keyword 'user'", 0),
    ('user = "alice', "Unterminated string", 7),
    ("error AND", "Unexpected end of the expression", 9),
    ("(error", "Expected ')'", 6),
    ("error )", "Unexpected ')'", 6),
    ("error ; fault", "Unexpected character ';'", 6),
    ('service("a") { annotation.b }', "Keyword 'annotation' is not allowed here", 15),
    ('service("a") { service("b") }', "Keyword 'service' is not allowed here", 15),
    ("first", "Keyword 'first' is not allowed here", 0),
    ("service(a)", "Expected a name in quotes or id(...)", 8),
    ('service(id(nom: "a"))', "Expected name, type or account.id, each once", 11),
    ("rootcause.fault.thing { last }", "Unknown keyword 'rootcause.fault.thing'", 0),
    ("rootcause.json = 1", "Expected JSON after '#'", 17),
    ("rootcause.json = #[}", "Invalid JSON", 17),
    ('group.name = "nobody"', "Group 'nobody' not found", 13),
    ("annotation.a > fast", "Expected a number", 15),
    ("(" * 40 + "ok" + ")" * 40, "The expression is nested too deeply", 32),
]


def _group(kind: str, value: str) -> str | None:
    return {("name", "failed"): "error OR fault", ("arn", "other"): "throttle"}.get((kind, value))


@pytest.mark.parametrize("text", WANTED)
def test_an_expression_wants_the_trace(text):
    assert compile_filter(text, _group).matches(TRACE)


@pytest.mark.parametrize("text", NOT_WANTED)
def test_an_expression_does_not_want_the_trace(text):
    assert not compile_filter(text, _group).matches(TRACE)


@pytest.mark.parametrize(("text", "message", "position"), REFUSED)
def test_what_is_no_expression_is_refused_with_its_place(text, message, position):
    with pytest.raises(FilterError) as refused:
        compile_filter(text, _group)
    assert (refused.value.message, refused.value.position) == (message, position)


def test_a_group_that_refers_to_itself_is_refused():
    with pytest.raises(FilterError, match="nested too deeply"):
        compile_filter('group.name = "loop"', lambda kind, value: 'group.name = "loop"')


@pytest.mark.parametrize(
    ("text", "is_needed"),
    [
        ("fault = true OR error = true", True),
        ("throttle", True),
        ("!ok", True),
        ("ok = false", True),
        ("error != false", True),
        ("duration > 1 AND service() { fault }", True),
        ('edge("a", "b") { error }', True),
        ("rootcause.fault.entity { last }", True),
        ("", False),
        ("ok", False),
        ("error = false", False),
        ("error != true", False),
        ("fault OR duration > 1", False),
        ("!fault", False),
        ("ok != false", False),
        ("service()", False),
        ("rootcause.responsetime.entity { last }", False),
    ],
)
def test_a_filter_knows_whether_it_wants_failed_traces_only(text, is_needed):
    assert compile_filter(text).needs_failure is is_needed
