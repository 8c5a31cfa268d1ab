"""Why a filter pattern is none, in AWS's words.

Sources: `Invalid filter pattern`, `Invalid character(s) in term ':'` and `If a filter pattern starts with '{' it must
end with '}'` are quoted from AWS's answers in public issues (awsdocs/amazon-cloudwatch-logs-user-guide 21,
jorgebastida/awslogs 210, ministryofjustice/modernisation-platform-environments 5137, badmintoncryer/cdk-preflight);
`Regular expression evaluation time exceeded allowed limit` from aws/aws-cdk 36901; the others, and which AWS chooses,
from answers recorded by radkawar/stackd (testdata/aws/logs/filters.json, 2026-09). Unverified: the choice where a
pattern breaks in several places.
"""

import re

_ODD = re.compile(r"\[\d+[^\d\s\]]|\$?[^A-Za-z0-9_\s$]+|\$")


class InvalidPattern(ValueError):
    """The text is no filter pattern; the message is AWS's.

    Of a metric filter's pattern AWS says `for_metrics`, of another's the message.
    """

    def __init__(self, message: str, for_metrics: str | None = None) -> None:
        super().__init__(message)
        self.for_metrics = message if for_metrics is None else for_metrics


def invalid() -> InvalidPattern:
    """What AWS says of most patterns that it cannot read."""
    return InvalidPattern("Invalid filter pattern", "Invalid metric filter pattern")


def unclosed(opening: str, closing: str) -> InvalidPattern:
    """Braces or brackets that only open."""
    return InvalidPattern(f"If a filter pattern starts with '{opening}' it must end with '{closing}'")


def odd_characters(text: str, at: int) -> InvalidPattern:
    """The run of characters at that place that stand in no term."""
    run = _ODD.match(text, at)
    return odd_term(run.group() if run else text[at : at + 1])


def odd_term(term: str) -> InvalidPattern:
    """What stands where it may not."""
    return InvalidPattern(f"Invalid character(s) in term '{term}'")


def odd_state(word: str) -> InvalidPattern:
    """What stands behind `IS` and is no state; only of a metric filter's pattern AWS names it."""
    return InvalidPattern("Invalid filter pattern", f"Invalid character(s) in term '{word}'")


def duplicate(field: str) -> InvalidPattern:
    """Two fields of one name."""
    return InvalidPattern(f"Duplicate field '{field}'")


def uncompilable() -> InvalidPattern:
    """A regular expression of the allowed characters that is none."""
    return InvalidPattern("Failed to compile regular expression.")


def too_complex() -> InvalidPattern:
    """A regular expression of too many places."""
    return InvalidPattern("Regular expression evaluation time exceeded allowed limit")


def too_many(what: str, most: int) -> InvalidPattern:
    """More than AWS allows in one pattern."""
    return InvalidPattern(f"Your input has exceeded the maximum of {most} {what} per filter pattern.")


def too_many_in_selector(most: int) -> InvalidPattern:
    """More asterisks than AWS allows in one selector."""
    return InvalidPattern(
        f"Your filter pattern has a JSON path selector that exceeds the maximum of {most} wildcard allowed per json "
        "selector."
    )
