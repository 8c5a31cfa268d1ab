"""Live tails: which lines one shows, and in what form. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventyard.languages.arns import parse_arn
from eventyard.languages.log_patterns.lines import Line
from eventyard.languages.log_patterns.pattern import LogPattern
from eventyard.services.logs import errors
from eventyard.services.logs.model.events import Event

UPDATE_MS = 1_000
SESSION_MS = 3 * 3_600_000
UPDATE_EVENTS_MAX = 500
READ_MAX = 10_000
"""Events that one update looks at; of more it shows the newest."""


@dataclass(frozen=True, slots=True)
class Tail:
    """What a session follows: `groups` by id, as its updates name them."""

    groups: Mapping[int, str]
    streams: frozenset[str]
    prefixes: tuple[str, ...]
    pattern: LogPattern

    def shows(self, event: Event) -> bool:
        """Whether the event is one of those that were asked for."""
        is_of_stream = not self.streams or event.stream in self.streams
        is_prefixed = not self.prefixes or event.stream.startswith(self.prefixes)
        return is_of_stream and is_prefixed and self.pattern.match(Line(event.message)) is not None

    def update(self, arrived: Sequence[tuple[int, Event]], *, is_cut: bool) -> dict[str, Any]:
        """The session's next update of (group id, event) pairs; of more than 500 it shows every n-th."""
        shown = [(group, event) for group, event in arrived if self.shows(event)]
        step = -(-len(shown) // UPDATE_EVENTS_MAX) or 1
        results = [
            {
                "logStreamName": event.stream,
                "logGroupIdentifier": self.groups[group],
                "message": event.message,
                "timestamp": event.at_ms,
                "ingestionTime": event.ingested_at_ms,
            }
            for group, event in shown[::step]
        ]
        return {"sessionMetadata": {"sampled": is_cut or step > 1}, "sessionResults": results}


def refuse_odd(params: Mapping[str, Any]) -> None:
    """Raises InvalidParameterException for what AWS does not take together. Unverified: the words."""
    names, prefixes = params.get("logStreamNames"), params.get("logStreamNamePrefixes")
    if names and prefixes:
        raise errors.invalid("logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.")
    if (names or prefixes) and len(params["logGroupIdentifiers"]) > 1:
        raise errors.invalid("Log streams can be named for a single log group only.")
    if any(parse_arn(identifier) is None for identifier in params["logGroupIdentifiers"]):
        raise errors.invalid("Each of logGroupIdentifiers has to be the ARN of a log group.")
