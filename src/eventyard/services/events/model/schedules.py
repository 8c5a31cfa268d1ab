"""Whether a rule's `ScheduleExpression` is one: `rate(5 minutes)` or `cron(0 12 ? * MON-FRI *)`.

Rules with a schedule are not served yet; what is no schedule at all gets AWS's own refusal all the same.

A rate is a whole number above zero and a unit, singular for one and plural for more, in small letters and with exactly
one blank. A cron expression has six fields; a day is named by the month or by the week, the other field is `?`.
Source: PutRule refused by AWS for each of the cases in localstack/localstack, tests/aws/services/events, 2024;
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html.
"""

import re
from dataclasses import dataclass

_RATE = re.compile(r"rate\((?:1 (?:minute|hour|day)|(?!0*1 )0*[1-9][0-9]* (?:minutes|hours|days))\)", re.ASCII)
_CRON = re.compile(r"cron\(([^()]*)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Field:
    """The numbers of a cron field, the words that stand for its first ones, and what else it may say."""

    least: int
    most: int
    words: tuple[str, ...] = ()
    special: re.Pattern[str] = _NOTHING

    def takes(self, text: str) -> bool:
        return all(self._takes_part(part) for part in text.split(","))

    def _takes_part(self, part: str) -> bool:
        if self.special.fullmatch(part):
            return True
        span, slash, step = part.partition("/")
        if slash and not (step.isdecimal() and step.isascii() and int(step) > 0):
            return False
        if span == "*":
            return True
        bottom, dash, top = span.partition("-")
        return self._takes_value(bottom) and (not dash or self._takes_value(top))

    def _takes_value(self, value: str) -> bool:
        if value.upper() in self.words:
            return True
        return value.isascii() and value.isdecimal() and self.least <= int(value) <= self.most


_MONTH_DAY = re.compile(r"\?|L|LW|(?:[1-9]|[12][0-9]|3[01])W")
_WEEK_DAY = re.compile(r"\?|L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5])")
# Minutes, hours, day of month, month, day of week, year.
_FIELDS = (
    _Field(0, 59),
    _Field(0, 23),
    _Field(1, 31, special=_MONTH_DAY),
    _Field(1, 12, _MONTHS),
    _Field(1, 7, _DAYS, _WEEK_DAY),
    _Field(1970, 2199),
)


def is_schedule(expression: str) -> bool:
    """Whether AWS would take the expression."""
    cron = _CRON.fullmatch(expression)
    return _RATE.fullmatch(expression) is not None if cron is None else _is_cron(cron[1].split())


def _is_cron(fields: list[str]) -> bool:
    if len(fields) != len(_FIELDS) or (fields[2] == "?") is (fields[4] == "?"):
        return False
    return all(field.takes(text) for field, text in zip(_FIELDS, fields, strict=True))
