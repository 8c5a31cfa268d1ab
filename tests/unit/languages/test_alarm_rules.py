"""The rules of composite alarms: read, refused, and true or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.languages.alarm_rules import CHILDREN_MAX, AlarmRuleError, compile_alarm_rule

STATES = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA", "d (2)": "ALARM", "arn:aws:cloudwatch:x:1:alarm:e": "OK"}


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ("TRUE", True),
        ("FALSE", False),
        ("ALARM(a)", True),
        ('ALARM("a")', True),
        ("ALARM( a )", True),
        ("OK(a)", False),
        ("OK(b)", True),
        ("INSUFFICIENT_DATA(c)", True),
        ('ALARM("d (2)")', True),
        ("OK(arn:aws:cloudwatch:x:1:alarm:e)", True),
        ("NOT ALARM(a)", False),
        ("NOT NOT ALARM(a)", True),
        ("NOT (ALARM(a) AND OK(a))", True),
        ("NOT(ALARM(b))", True),
        ("ALARM(a) AND OK(b)", True),
        ("ALARM(a) AND OK(c)", False),
        ('ALARM("a") AND (OK(a) OR NOT INSUFFICIENT_DATA(b))', True),
        ("ALARM(a) OR ALARM(b) AND ALARM(c)", True),
        ("(ALARM(a) OR ALARM(b)) AND ALARM(c)", False),
        ("ALARM(gone)", False),
        ("NOT OK(gone)", True),
        ("AT_LEAST(1, ALARM, (a, b, c))", True),
        ("AT_LEAST(2, ALARM, (a, b, c))", False),
        ("AT_LEAST(2, NOT ALARM, (a, b, c))", True),
        ('AT_LEAST(50%, OK, ("a", "b"))', True),
        ("AT_LEAST(34%, OK, (a, b, c))", False),
        ('AT_LEAST("60%", NOT OK, (a, b, c)) AND TRUE', True),
        ("ALARM(a)\n  AND\tOK(b)", True),
    ],
)
def test_a_rule_is_true_or_not(rule: str, verdict: bool) -> None:
    assert compile_alarm_rule(rule).holds(STATES.get) is verdict


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ("", 0),
        ("()", 1),
        ("ALARM", 5),
        ("ALARM()", 6),
        ("ALARM(a", 7),
        ("ALARM(a) ALARM(b)", 9),
        ("ALARM(a) AND", 12),
        ("alarm(a)", 0),
        ("a", 0),
        ("TRUE)", 4),
        ('ALARM("a', 6),
        ("AT_LEAST(x, ALARM, (a))", 9),
        ("AT_LEAST(1, MAYBE, (a))", 12),
        ("AT_LEAST(1, ALARM, a)", 19),
        ("ALARM(a, b)", 7),
    ],
)
def test_a_text_that_is_no_rule_is_refused_where_it_goes_wrong(rule: str, at: int) -> None:
    with pytest.raises(AlarmRuleError, match=rf"Unsupported token '.?.*' at char {at}\b"):
        compile_alarm_rule(rule)


def test_a_bare_name_with_a_space_is_refused_as_aws_refuses_it() -> None:
    """Source: aws-cdk, issue 13953."""
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:SampleQueue Oldest Age Alarm"
    with pytest.raises(AlarmRuleError) as caught:
        compile_alarm_rule(f"(ALARM({arn}))")
    assert str(caught.value) == "Unsupported token 'Oldest' at char 67, must be: ')'"


@pytest.mark.parametrize("amount", ["0", "3", "0%", "101%"])
def test_at_least_asks_for_as_many_as_there_are(amount: str) -> None:
    with pytest.raises(AlarmRuleError):
        compile_alarm_rule(f"AT_LEAST({amount}, ALARM, (a, b))")


def test_the_alarms_of_a_rule_are_named_once_in_their_order() -> None:
    rule = compile_alarm_rule(r'OK(b) AND (ALARM(a) OR NOT OK("b")) OR ALARM("say \"hi\" \\")')
    assert rule.children == ("b", "a", 'say "hi" \\')


def test_the_limits_of_rules_are_kept() -> None:
    names = [f"ALARM(a{index})" for index in range(CHILDREN_MAX)]
    assert len(compile_alarm_rule(" OR ".join(names)).children) == CHILDREN_MAX
    with pytest.raises(AlarmRuleError, match="100 alarms"):
        compile_alarm_rule(" OR ".join([*names, "OK(more)"]))
    with pytest.raises(AlarmRuleError, match="500 elements"):
        compile_alarm_rule(" AND ".join(["ALARM(a)"] * 200))
    with pytest.raises(AlarmRuleError, match="deep"):
        compile_alarm_rule("(" * 200 + "TRUE" + ")" * 200)


@given(st.text(alphabet='()",\\ ABLKMNORT_1%a', max_size=40))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    try:
        rule = compile_alarm_rule(text)
    except AlarmRuleError:
        return
    assert rule.holds(lambda _: "ALARM") in (True, False)


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("ALARM(a) OR ALARM(b)", {"a"}),
        ("ALARM(b) OR ALARM(c)", {"b", "c"}),
        ("ALARM(a) AND ALARM(b)", {"b"}),
        ("ALARM(a) AND NOT ALARM(b)", {"a", "b"}),
        ("AT_LEAST(1, ALARM, (a, b))", {"a"}),
        ("AT_LEAST(2, ALARM, (a, b))", {"a", "b"}),
        ("TRUE OR ALARM(b)", set()),
    ],
)
def test_a_rule_names_the_alarms_that_make_it_what_it_is(rule: str, names: set[str]) -> None:
    states = {"a": "ALARM", "b": "OK", "c": "OK"}
    assert compile_alarm_rule(rule).because_of(states.get) == names
