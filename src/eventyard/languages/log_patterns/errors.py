"""Why a filter pattern is none, in AWS's words.

Sources: `Invalid filter pattern`, `Invalid character(s) in term ':'` and `If a filter pattern starts with '{' it must
end with '}'` are quoted from AWS's answers in public issues (awsdocs/amazon-cloudwatch-logs-user-guide 21,
jorgebastida/awslogs 210, ministryofjustice/modernisation-platform-environments 5137, badmintoncryer/cdk-preflight);
`Regular expression evaluation time exceeded allowed limit` from aws/aws-cdk 36901. Which of the first two AWS chooses
where a pattern breaks in several places, and the words for too many regular expressions, are Unverified.
"""

import re

_ODD = re.compile(r"[^A-Za-z0-9_\s]+")


class InvalidPattern(ValueError):
    """The text is no filter pattern; the message is AWS's."""


def invalid() -> InvalidPattern:
    """What AWS says of most patterns that it cannot read."""
    return InvalidPattern("Invalid filter pattern")


def unclosed(opening: str, closing: str) -> InvalidPattern:
    """Braces or brackets that only open."""
    return InvalidPattern(f"If a filter pattern starts with '{opening}' it must end with '{closing}'")


def odd_characters(text: str, at: int) -> InvalidPattern:
    """The run of characters at that place that stand in no term; AWS shows what is not ASCII as a question mark."""
    run = _ODD.match(text, at)
    shown = (run.group() if run else text[at : at + 1]).encode("ascii", "replace").decode()
    return InvalidPattern(f"Invalid character(s) in term '{shown}'")


def too_complex() -> InvalidPattern:
    """A regular expression of too many places."""
    return InvalidPattern("Regular expression evaluation time exceeded allowed limit")


def too_many(what: str, most: int) -> InvalidPattern:
    """More than AWS allows in one pattern. The words are ours."""
    return InvalidPattern(f"Invalid filter pattern: at most {most} {what} are allowed")
