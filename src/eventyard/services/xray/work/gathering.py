"""X-Ray's daemon: takes datagrams, gathers them, and writes them many at a time.

    {"format": "json", "version": 1}\n
    a segment, or a subsegment

A datagram says neither account nor region. What the engine knows of its trace does: a function's subsegments belong
where the function is. A trace that the engine does not know yet is waited for a little, since an invocation is written
when it ends; then it is the default account's. What cannot be read, and what comes too fast, is dropped and counted.
Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
"""

import logging
from typing import Any, NamedTuple

import orjson

from eventyard.base.clock import Alarm
from eventyard.base.errors import StoreFailed
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.trace import read as spans
from eventyard.services.xray.model.segments import Accepted, Refused, read
from eventyard.services.xray.work.keeping import keep
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

DEFAULT_ACCOUNT = "000000000000"
GATHERED_MS = 250
"""How long datagrams are gathered before they are written."""
WAITED_MS = 2_000
"""How long one waits for the engine to tell of its trace."""
WAITING_MAX = 10_000
BYTES_MAX = 32 * 1024 * 1024
A_TIME_MAX = 1_000
"""Documents that one transaction writes."""
HEADER_FORMAT, HEADER_VERSION = "json", 1


class _Waiting(NamedTuple):
    text: str
    came_at_ms: int


class Gatherer:
    """One platform's. `dropped` counts what could not be read or kept; it lives on the loop."""

    def __init__(self, engine: Engine, region: str) -> None:
        self.dropped = 0
        self._engine = engine
        self._region = region
        self._waiting: list[_Waiting] = []
        self._bytes = 0
        self._writing: list[_Waiting] = []
        self._alarm: Alarm | None = None
        self._a_time = A_TIME_MAX

    def take(self, datagram: bytes) -> None:
        """Gather a datagram."""
        text = document_of(datagram)
        is_too_much = len(self._waiting) >= WAITING_MAX or self._bytes + len(datagram) > BYTES_MAX
        if text is None or is_too_much:
            if not self.dropped:
                log.warning("a datagram to X-Ray's daemon is dropped: %s", "too many" if text else "no document")
            self.dropped += 1
            return
        self._waiting.append(_Waiting(text, self._engine.clock.now_ms()))
        self._bytes += len(datagram)
        self._arm()

    @property
    def is_quiet(self) -> bool:
        """Nothing is being written."""
        return not self._writing

    async def close(self) -> None:
        """Write all that waits, wherever it belongs."""
        if self._alarm is not None:
            self._alarm.cancel()
        last, self._waiting = [*self._writing, *self._waiting], []
        call = self._engine.new_call(service="xray", operation="xray.daemon", account="", region="")
        if last:
            await self._engine.run(lambda tx, call: self._write(tx, call, last, is_last=True), call)

    def _arm(self) -> None:
        if self._alarm is None and not self._writing:
            self._alarm = self._engine.clock.call_at(self._engine.clock.now_ms() + GATHERED_MS, self._due)

    def _due(self) -> None:
        self._alarm = None
        taken = self._writing = self._waiting[: self._a_time]
        del self._waiting[: self._a_time]
        call = self._engine.new_call(service="xray", operation="xray.daemon", account="", region="")
        self._engine.submit_work(call, lambda tx, call: self._write(tx, call, taken), self._written)

    def _written(self, outcome: Any) -> None:
        taken, self._writing = self._writing, []
        if isinstance(outcome, Exception):
            outcome = self._again(taken, outcome)
        else:
            self._a_time = A_TIME_MAX
        self._waiting = [*outcome, *self._waiting]
        self._bytes = sum(len(one.text) for one in self._waiting)
        if self._waiting:
            self._arm()

    def _again(self, taken: list[_Waiting], failure: Exception) -> list[_Waiting]:
        """What is tried again. One document that cannot be kept must not keep back the others: it is looked for."""
        log.error("segments that came by UDP are not stored yet: %s", failure)
        if isinstance(failure, StoreFailed) or len(taken) > 1:
            self._a_time = max(1, len(taken) // 2)
            return taken
        self.dropped += len(taken)
        return []

    def _write(self, tx: Tx, call: Call[Any], taken: list[_Waiting], *, is_last: bool = False) -> list[_Waiting]:
        """Keep the documents; gives back those that wait for the engine to tell of their trace."""
        left: list[_Waiting] = []
        by_place: dict[tuple[str, str], list[Accepted]] = {}
        for one in taken:
            found = read(one.text, call.now_ms)
            if isinstance(found, Refused):
                if not self.dropped:
                    log.warning("a segment that came by UDP is dropped: %s", found.shown()["Message"])
                self.dropped += 1
                continue
            place = spans.place_of(tx, found[0].trace)
            if place is None and not is_last and call.now_ms < one.came_at_ms + WAITED_MS:
                left.append(one)
            else:
                by_place.setdefault(place or (DEFAULT_ACCOUNT, self._region), []).extend(found)
        for (account, region), accepted in by_place.items():
            own = call.within(service="xray", operation="", params={}, account=account, region=region)
            keep(tx, own, accepted)
        return left


def document_of(datagram: bytes) -> str | None:
    """The document in a datagram, `None` where there is no header of the known format, or no document."""
    head, _, rest = datagram.partition(b"\n")
    try:
        header = orjson.loads(head)
        text = rest.decode()
    except (orjson.JSONDecodeError, UnicodeDecodeError):
        return None
    if not isinstance(header, dict):
        return None
    is_known = (header.get("format"), header.get("version")) == (HEADER_FORMAT, HEADER_VERSION)
    return text if is_known and text.strip() else None
