"""Why a metric alarm is in its state, in AWS's words, and the data behind it as JSON.

With DatapointsToAlarm given:

    Threshold Crossed: 1 out of the last 1 datapoints [5.0 (21/11/26 10:00:00)] was greater than or equal to the
    threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).

without it:

    Threshold Crossed: 2 datapoints [5.0 (21/11/26 10:01:00), 4.0 (21/11/26 10:00:00)] were greater than the threshold
    (1.0).

The datapoints in brackets are those on the side of the new state, the newest first; five or more are put in a sentence
of their own, which names five. Filled periods are counted; where none of the real ones is on the side of the new state,
only they are told of.

Sources: recorded by localstack/localstack, 2023-09 and 2023-10 (no DatapointsToAlarm; nothing received; the JSON with
`evaluatedDatapoints`); messages of alarms that users published, 2019-10 to 2026-09 (`out of the last`, `which crossed
the threshold`, `and 19 missing datapoints were treated as [NonBreaching]`, `1 datapoint was received for 3 periods`);
radkawar/stackd, fitted to captures of AWS (gaps are null in `recentDatapoints`, and how many points are
`evaluatedDatapoints`). Unverified: `which did not cross`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from eventyard.services.cloudwatch.model.alarms import ALARM, INSUFFICIENT_DATA
from eventyard.services.cloudwatch.model.alarms_evaluation import (
    BREACHING,
    NOT_BREACHING,
    Criteria,
    Datapoint,
    Verdict,
)
from eventyard.services.cloudwatch.model.alarms_texts import iso_text, number_text, short_text

_COMPARED: Final[Mapping[str, str]] = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_FILLED: Final[Mapping[str, str]] = {BREACHING: "Breaching", NOT_BREACHING: "NonBreaching"}
_INLINE_MAX: Final = 4
_NAMED_MAX: Final = 5
_VERSION: Final = "1.0"
_DATA_MAX: Final = 4_000


def reason(criteria: Criteria, verdict: Verdict, state: str) -> str:
    """Why the alarm goes to `state`."""
    missing = len(verdict.missing_at_s)
    if state == INSUFFICIENT_DATA:
        return f"Insufficient Data: {_counted(missing)} unknown."
    is_alarm = state == ALARM
    side = _side(criteria, verdict, state)
    filled = _filled(criteria, missing)
    if not side:
        received = _counted(len(verdict.chosen)) if verdict.chosen else "no datapoints were"
        return f"Threshold Crossed: {received} received for {_number(criteria.periods, 'period')}{filled}."
    compared = (
        f"{'' if is_alarm else 'not '}{_COMPARED[criteria.operator]} the threshold ({number_text(criteria.threshold)})"
    )
    were = "was" if len(side) == 1 else "were"
    named, sentence = _named(side, is_alarm=is_alarm)
    text = f"Threshold Crossed: {_subject(criteria, len(side))}{named} {were} {compared}{filled}{sentence}"
    return f"{text}{_minimum(criteria, is_alarm=is_alarm)}."


def reason_data(
    criteria: Criteria, verdict: Verdict, state: str, *, now_ms: int, statistic: str | None, unit: str | None
) -> str:
    """The JSON behind `state`; `statistic` and `unit` are `None` where the alarm has none."""
    chosen = verdict.chosen
    data: dict[str, Any] = {"version": _VERSION, "queryDate": iso_text(now_ms)}
    if chosen:
        data["startDate"] = iso_text(chosen[0].at_s * 1000)
    if unit is not None:
        data["unit"] = unit
    if statistic is not None:
        data["statistic"] = statistic
    data["period"] = criteria.period_s
    data["recentDatapoints"] = _recent(criteria, chosen)
    data["threshold"] = criteria.threshold
    data["evaluatedDatapoints"] = _evaluated(criteria, verdict, state)
    return _fitting(data)


def _fitting(data: dict[str, Any]) -> str:
    """The JSON, as long as the model lets it be: of many datapoints the newest ones."""
    text = json.dumps(data, separators=(",", ":"))
    while len(text) > _DATA_MAX:
        evaluated, recent = data["evaluatedDatapoints"], data["recentDatapoints"]
        if evaluated:
            data["evaluatedDatapoints"] = evaluated[: len(evaluated) * 3 // 4]
        else:
            data["recentDatapoints"] = recent[len(recent) // 4 + 1 :]
        text = json.dumps(data, separators=(",", ":"))
    return text


def _side(criteria: Criteria, verdict: Verdict, state: str) -> list[Datapoint]:
    """The datapoints that speak for the state, newest first."""
    if state == INSUFFICIENT_DATA:
        return []
    return [point for point in reversed(verdict.chosen) if criteria.breaches(point.value) is (state == ALARM)]


def _recent(criteria: Criteria, chosen: Sequence[Datapoint]) -> list[float | None]:
    """The values from the oldest to the newest, `None` where one is missing between them."""
    if not chosen:
        return []
    values = {point.at_s: point.value for point in chosen}
    return [values.get(at_s) for at_s in range(chosen[0].at_s, chosen[-1].at_s + 1, criteria.period_s)]


def _evaluated(criteria: Criteria, verdict: Verdict, state: str) -> list[dict[str, Any]]:
    """The datapoints that decided, filled up with missing ones, newest first."""
    decisive = criteria.decisive(state)
    told = [(point.at_s, _told(point)) for point in _side(criteria, verdict, state)[:decisive]]
    missing = verdict.missing_at_s[: decisive - len(told)]
    told += [(at_s, {"timestamp": iso_text(at_s * 1000)}) for at_s in missing]
    return [one for _, one in sorted(told, key=lambda pair: pair[0], reverse=True)]


def _told(point: Datapoint) -> dict[str, Any]:
    told: dict[str, Any] = {"timestamp": iso_text(point.at_s * 1000)}
    if point.samples is not None:
        told["sampleCount"] = point.samples
    told["value"] = point.value
    return told


def _subject(criteria: Criteria, count: int) -> str:
    if criteria.datapoints is None:
        return _number(count, "datapoint")
    return f"{count} out of the last {criteria.periods} datapoints"


def _named(side: Sequence[Datapoint], *, is_alarm: bool) -> tuple[str, str]:
    """The datapoints in brackets, and the sentence that has them instead where they are many."""
    shown = ", ".join(f"{number_text(point.value)} ({short_text(point.at_s)})" for point in side[:_NAMED_MAX])
    if len(side) <= _INLINE_MAX:
        return f" [{shown}]", ""
    crossed = "crossed" if is_alarm else "did not cross"
    return "", f". The most recent datapoints which {crossed} the threshold: [{shown}]"


def _filled(criteria: Criteria, missing: int) -> str:
    treated = _FILLED.get(criteria.treatment)
    if not missing or treated is None:
        return ""
    were = "was" if missing == 1 else "were"
    return f" and {_number(missing, 'missing datapoint')} {were} treated as [{treated}]"


def _minimum(criteria: Criteria, *, is_alarm: bool) -> str:
    if criteria.datapoints is None:
        return ""
    if is_alarm:
        return f" (minimum {_number(criteria.least, 'datapoint')} for OK -> ALARM transition)"
    enough = criteria.periods - criteria.least + 1
    return f" (minimum {_number(enough, 'datapoint')} for ALARM -> OK transition)"


def _counted(count: int) -> str:
    return f"{_number(count, 'datapoint')} {'was' if count == 1 else 'were'}"


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
