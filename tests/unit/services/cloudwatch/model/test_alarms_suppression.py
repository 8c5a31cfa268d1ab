"""AWS's examples of suppressed actions, step by step."""

import pytest

from eventyard.services.cloudwatch.model.alarms_suppression import FREE, Hold, on_suppressor, on_transition

SETTINGS = {"ActionsSuppressor": "s", "ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 90}


def test_without_a_suppressor_nothing_is_kept_back():
    assert on_transition({}, suppresses=False) == FREE


def test_a_transition_waits_for_its_suppressor():
    assert on_transition(SETTINGS, suppresses=False) == Hold("WaitPeriod", 60)


def test_a_suppressor_in_alarm_keeps_actions_back_without_end():
    assert on_transition(SETTINGS, suppresses=True) == Hold("Alarm")


@pytest.mark.parametrize(
    ("held_by", "suppresses", "hold"),
    [
        ("WaitPeriod", True, Hold("Alarm")),
        ("ExtensionPeriod", True, Hold("Alarm")),
        ("Alarm", False, Hold("ExtensionPeriod", 90)),
        ("WaitPeriod", False, None),
        ("ExtensionPeriod", False, None),
        ("Alarm", True, None),
        ("", True, None),
        ("", False, None),
    ],
)
def test_a_suppressor_that_changes_takes_over_or_lets_go(held_by, suppresses, hold):
    assert on_suppressor(SETTINGS, held_by, suppresses=suppresses) == hold


def test_a_period_of_nothing_is_over_at_once():
    none = {**SETTINGS, "ActionsSuppressorWaitPeriod": 0, "ActionsSuppressorExtensionPeriod": 0}
    assert on_transition(none, suppresses=False) == FREE
    assert on_suppressor(none, "Alarm", suppresses=False) == FREE
