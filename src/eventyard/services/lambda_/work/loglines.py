"""Functions' lines on their way to CloudWatch Logs: collected in memory, written a moment later in one transaction.

So the log costs a synchronous invocation nothing. A clean stop writes what is left; a crash may lose the last moment's
lines, never an effect.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eventyard.base.clock import Alarm
from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.group import Job
from eventyard.functions.spec import LogLine
from eventyard.services.lambda_.model.function import Function
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

WAIT_MS = 100
LINES_MAX = 2_000
"""Lines that are written without waiting any longer."""
PUT_LINES_MAX = 10_000
PUT_BYTES_MAX = 1_048_576
LINE_OVERHEAD_BYTES = 26
LINE_BYTES_MAX = 262_144

Place = tuple[str, str, str, str]
"""(account, region, group, stream)"""


@dataclass(slots=True)
class LogWriter:
    """Writes lines through the doors of the `logs` service."""

    engine: Engine
    _waiting: dict[Place, list[LogLine]] = field(default_factory=dict)
    _lines: int = 0
    _alarm: Alarm | None = None

    def add(self, function: Function, stream: str, lines: Sequence[LogLine]) -> None:
        """Have these lines written to the function's group soon."""
        place = (function.ref.account, function.ref.region, function.log_group, stream)
        self._waiting.setdefault(place, []).extend(lines)
        self._lines += len(lines)
        clock = self.engine.clock
        if self._lines >= LINES_MAX:
            self._begin()
        elif self._alarm is None:
            self._alarm = clock.call_at(clock.now_ms() + WAIT_MS, self._begin)

    async def flush(self) -> None:
        """Write everything now."""
        waiting = self._take()
        if waiting:
            call = self.engine.new_call(service="lambda", operation="lambda.log", account="", region="")
            await self.engine.run(lambda tx, call: _write(tx, call, waiting), call)

    def _begin(self) -> None:
        waiting = self._take()
        call = self.engine.new_call(service="lambda", operation="lambda.log", account="", region="")
        self.engine.group.submit(Job(call, lambda tx, call: _write(tx, call, waiting), _told))

    def _take(self) -> dict[Place, list[LogLine]]:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        waiting, self._waiting, self._lines = self._waiting, {}, 0
        return waiting


def _told(outcome: object) -> None:
    if isinstance(outcome, Exception):
        log.error("lines of functions were not stored: %s", outcome)


def _write(tx: Tx, call: Call[Any], waiting: dict[Place, list[LogLine]]) -> None:
    for (account, region, group, stream), lines in waiting.items():
        inner = call.within(service="lambda", operation="lambda.log", params={}, account=account, region=region)
        where = {"logGroupName": group, "logStreamName": stream}
        try:
            _make_place(tx, inner, where)
            for events in _portions(lines):
                inner.dispatch(tx, "logs", "PutLogEvents", {**where, "logEvents": events})
        except AwsError as refusal:
            log.error("lines of %s were not taken: %s", group, refusal)


def _make_place(tx: Tx, call: Call[Any], where: dict[str, str]) -> None:
    for operation, names in (("CreateLogGroup", ("logGroupName",)), ("CreateLogStream", tuple(where))):
        try:
            call.dispatch(tx, "logs", operation, {name: where[name] for name in names})
        except AwsError as refusal:
            if refusal.code != "ResourceAlreadyExistsException":
                raise


def _portions(lines: Sequence[LogLine]) -> list[list[dict[str, Any]]]:
    """The lines in time's order, in portions that PutLogEvents takes; what is longer than one event is cut."""
    portions: list[list[dict[str, Any]]] = [[]]
    size = 0
    for line in sorted(lines, key=lambda line: line.at_ms):
        message = line.message
        line_bytes = len(message.encode()) + LINE_OVERHEAD_BYTES
        if line_bytes > LINE_BYTES_MAX:
            message = message.encode()[: LINE_BYTES_MAX - LINE_OVERHEAD_BYTES].decode(errors="ignore")
            line_bytes = LINE_BYTES_MAX
        if portions[-1] and (len(portions[-1]) >= PUT_LINES_MAX or size + line_bytes > PUT_BYTES_MAX):
            portions.append([])
            size = 0
        portions[-1].append({"timestamp": line.at_ms, "message": message})
        size += line_bytes
    return [portion for portion in portions if portion]
