"""SEARCH: which metrics a query finds. The documented cases come first; each is of the user guide's page on it."""

import pytest

from eventyard.languages.metric_math.errors import MathError
from eventyard.languages.metric_math.searching.matching import search
from eventyard.languages.metric_math.searching.query import compile_search
from eventyard.languages.metric_math.searching.tokens import Cut
from eventyard.languages.metric_math.values import Metric


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("CustomCount1", {"customcount", "customcount1", "custom", "count", "1"}),
        ("SDBFailure", {"sdbfailure", "sdb", "failure"}),
        ("Project2-trial333", {"project2trial333", "project", "2", "trial", "333"}),
        ("Network-Errors_2", {"networkerrors2", "network", "errors", "2"}),
        ("AWS/EC2", {"awsec2", "aws", "ec", "2"}),
        ("", {""}),
    ],
)
def test_a_name_is_cut_at_capitals_numbers_and_other_characters(name: str, tokens: set[str]):
    assert Cut(name).lower == tokens


@pytest.mark.parametrize(
    ("term", "name", "is_found"),
    [
        ("count", "CustomCount1", True),
        ("Count", "CustomCount1", True),
        ("COUNT", "CustomCount1", True),
        ("couNT", "CustomCount1", False),
        ("CustomCount", "CustomCount1", True),
        ("Count1", "CustomCount1", True),
        ("customcount", "CustomCount1", True),
        ("count1", "CustomCount1", True),
        ("customcount1", "CustomCount1", True),
        ("network/errors", "Network-Errors-2", True),
        ("network+errors", "NetworkErrors2", True),
        ("network-errors", "NetworkErrors2", True),
        ("Network_Errors", "Network-Errors-2", True),
        ("errors-network", "NetworkErrors2", False),
        ("Custom1", "CustomCount1", False),
        ("-", "CustomCount1", False),
        ("ünïcode", "Some ünïcode name", True),
    ],
)
def test_a_term_finds_a_name(term: str, name: str, is_found: bool):
    assert Cut(term).is_in(Cut(name)) is is_found


ERRORS_A = Metric("AWS/Lambda", "Errors", (("FunctionName", "ProjectA-orders"),))
INVOCATIONS_A = Metric("AWS/Lambda", "Invocations", (("FunctionName", "ProjectA-orders"),))
INVOCATIONS_C = Metric("AWS/Lambda", "Invocations", (("FunctionName", "ProjectC"),))
ALL_ERRORS = Metric("AWS/Lambda", "Errors")
CPU_1 = Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-1"), ("InstanceType", "t2.micro")))
CPU_2 = Metric("AWS/EC2", "CPUUtilization", (("InstanceId", "i-2"),))
ODD = Metric("My Namespace", "Custom:Name[Special (x)", (("Dimension@Name", 'a "b" \\ c'),))
KNOWN = [ERRORS_A, INVOCATIONS_A, INVOCATIONS_C, ALL_ERRORS, CPU_1, CPU_2, ODD]

FINDS = [
    ("{AWS/EC2,InstanceId}", [CPU_2]),
    ('{"AWS/EC2", InstanceType , "InstanceId"}', [CPU_1]),
    ("{AWS/EC2} i-1", [CPU_1]),
    ('{AWS/EC2}, "CPUUtilization"', [CPU_1, CPU_2]),
    ("CPU", [CPU_1, CPU_2]),
    ("InstanceType=micro", [CPU_1]),
    ('InstanceType="t2.micro" Namespace="AWS/EC2"', [CPU_1]),
    ('InstanceType="micro"', []),
    ("NOT Namespace=AWS", [ODD]),
    (
        '{AWS/Lambda,FunctionName} MetricName="Errors" OR (MetricName="Invocations" AND (ProjectA OR ProjectB))',
        [ERRORS_A, INVOCATIONS_A],
    ),
    ("(EC2 OR Lambda) AND MetricName=Errors", [ERRORS_A, ALL_ERRORS]),
    ("(EC2 OR Lambda) MetricName=Errors", [ERRORS_A, ALL_ERRORS]),
    ("{AWS/Lambda,FunctionName} Invocations NOT ProjectA NOT Nobody", [INVOCATIONS_C]),
    ("MetricName = Errors NOT (ProjectA OR ProjectB)", [ALL_ERRORS]),
    ('InstanceId=("i-1" OR "i-2") "CPUUtilization"', [CPU_1, CPU_2]),
    ('"InstanceId"="i-2"', [CPU_2]),
    ("ProjectC OR micro FunctionName", [INVOCATIONS_C]),
    ("errors and invocations", []),
    (r'{"My Namespace", "Dimension@Name"}, "Custom:Name[Special \(x\)"', [ODD]),
    (r'"a \"b\" \\ c"', [ODD]),
    ('"cpuutilization"', []),
    ('"FunctionName" Invocations', [INVOCATIONS_A, INVOCATIONS_C]),
    ("{Nowhere} CPU", []),
]


@pytest.mark.parametrize(("text", "found"), FINDS)
def test_a_query_finds(text: str, found: list[Metric]):
    assert search(compile_search(text, stat="Sum"), KNOWN) == found


NO_QUERIES = [
    "", " ", "{}", "(a", "a)", "a OR", "AND a", "a =", "= a", "NOT", '"a', "{AWS/EC2", "a=b=c", "a=(b=c)", "{a} OR",
    "()", "(" * 100 + "a" + ")" * 100, "NOT " * 200 + "a", "a" * 1025,
]  # fmt: skip


@pytest.mark.parametrize("text", NO_QUERIES)
def test_what_is_no_query_is_refused(text: str):
    with pytest.raises(MathError):
        compile_search(text, stat="Sum")
