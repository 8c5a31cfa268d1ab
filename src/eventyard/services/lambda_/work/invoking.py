"""The one way to a function's process: every invocation, synchronous, asynchronous or a mapping's, runs through here.

Counts what runs for the reserved concurrency (whoever comes beyond it is throttled), makes the runner's specification
of a function version, and hands the lines of the invocation to the log. The function is told the invocation's own span
as its parent, so that what it asks by its SDK is below that.
"""

import asyncio
import logging
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eventyard.base.errors import EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.keys import KeyRing
from eventyard.engine.trace.context import TraceContext
from eventyard.functions.runner import Runner
from eventyard.functions.spec import Credentials, FunctionSpec, Invocation
from eventyard.services.lambda_.model.function import Function
from eventyard.services.lambda_.model.loops import short_name
from eventyard.services.lambda_.queries import functions as functions_table
from eventyard.services.lambda_.work.loglines import LogWriter
from eventyard.services.lambda_.work.unpacking import Shelf
from eventyard.store.tx import Tx

log = logging.getLogger(__name__)

CHANGED = "lambda.changed"
"""Woken when functions or mappings have changed: processes and consumers are brought in line."""
RESERVED_REACHED = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_REACHED = "ConcurrentInvocationLimitExceeded"
_THROTTLED = "TooManyRequestsException"


class Throttled(EffectFailed):
    """There is no room for the function; `reason` in AWS's words."""

    def __init__(self, reason: str) -> None:
        super().__init__(_THROTTLED, "Rate Exceeded.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Invocable:
    """A function version as it was when the invocation was accepted; `reserved` its concurrency, `None` without."""

    function: Function
    reserved: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """One invocation: `payload` is JSON, `invoked_arn` the ARN as the caller wrote it.

    `trace` is what causes it, `span` the id of its own span.
    """

    payload: bytes
    request_id: str
    invoked_arn: str
    trace: TraceContext
    span: str
    client_context: str = ""
    give_up_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What ran when an invocation had begun, itself included: of its function, of all, of those without a reservation.

    The last is 0 for a function that has one.
    """

    own: int
    all: int
    unreserved: int


@dataclass(frozen=True, slots=True)
class Attempted:
    """One try of an order: the invocation, or why it could not run (`at_once` is then `None`)."""

    function: Function
    order: Order
    outcome: Invocation | EffectFailed
    began_at_ms: int
    ended_at_ms: int
    at_once: AtOnce | None = None


@dataclass(slots=True)
class Invoker:
    """Runs functions for one platform; `start` gives it the engine, `close` ends every process."""

    runner: Runner
    keys: KeyRing
    work_dir: Path
    endpoint_url: Callable[[], str]
    _running: Counter[str] = field(default_factory=Counter)
    _unreserved: int = 0
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _seen: dict[str, str] = field(default_factory=dict)
    _engine: Engine | None = None
    _shelf: Shelf | None = None
    _log: LogWriter | None = None

    def start(self, engine: Engine) -> None:
        """The engine serves: code can be read and lines can be written. What an earlier run left on disk goes."""
        shutil.rmtree(self.work_dir, ignore_errors=True)
        self._engine = engine
        self._shelf = Shelf(self.work_dir / "code", self._read_code)
        self._log = LogWriter(engine)

    async def close(self) -> None:
        """Stop every process, and write the lines that are left."""
        await self.runner.close()
        if self._log is not None:
            await self._log.flush()

    @property
    def engine(self) -> Engine:
        """The engine that it serves."""
        assert self._engine is not None, "started"
        return self._engine

    @property
    def is_quiet(self) -> bool:
        """No function runs."""
        return not self._running.total()

    async def wait_until_quiet(self, timeout_s: float) -> None:
        """Return when no function runs any more, or when the time is over."""
        try:
            async with asyncio.timeout(timeout_s):
                while not self.is_quiet:
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            log.warning("functions still run after %s s; they are ended", timeout_s)

    @property
    def seen(self) -> tuple[str, ...]:
        """The ARNs of the functions that may have processes."""
        return tuple(self._seen)

    def runtime_used(self, runtime: str) -> str:
        """The Python that runs functions of this runtime."""
        return self.runner.runtime_used(runtime)

    async def run(self, invocable: Invocable, order: Order) -> Attempted:
        """Run the function once; gives back what became of it.

        Its own failures are results. The outcome is `Throttled` when there is no room for it, another EffectFailed when
        no process could be had.
        """
        function, clock = invocable.function, self.engine.clock
        began_at_ms = clock.now_ms()
        if invocable.reserved is not None and self._running[function.arn] >= invocable.reserved:
            return Attempted(function, order, Throttled(RESERVED_REACHED), began_at_ms, began_at_ms)
        self._begin(invocable)
        at_once = AtOnce(
            self._running[function.arn],
            self._running.total(),
            self._unreserved if invocable.reserved is None else 0,
        )
        outcome: Invocation | EffectFailed
        try:
            outcome = await self._invoke(function, order)
        except EffectFailed as failure:
            outcome = Throttled(ACCOUNT_REACHED) if failure.code == _THROTTLED else failure
        finally:
            self._end(invocable)
        return Attempted(function, order, outcome, began_at_ms, clock.now_ms(), at_once)

    def _begin(self, invocable: Invocable) -> None:
        self._running[invocable.function.arn] += 1
        self._unreserved += invocable.reserved is None

    def _end(self, invocable: Invocable) -> None:
        arn = invocable.function.arn
        self._running[arn] -= 1
        if not self._running[arn]:
            del self._running[arn]
        self._unreserved -= invocable.reserved is None
        self._ended.set()

    async def _invoke(self, function: Function, order: Order) -> Invocation:
        """Raises EffectFailed."""
        assert self._shelf is not None, "started"
        assert self._log is not None, "started"
        self.engine.nodes.put(order.span, function.arn)
        spec = self._spec(function, await self._shelf.code_dir(function.code_sha256))
        invocation = await self.runner.invoke(
            spec,
            order.payload,
            request_id=order.request_id,
            invoked_arn=order.invoked_arn,
            trace_header=_trace_header(function, order),
            client_context=order.client_context,
            give_up_at_ms=order.give_up_at_ms,
        )
        self._log.add(function, invocation.log_stream, invocation.log)
        return invocation

    def retire_changed(self, revisions: dict[str, str]) -> None:
        """Stop the idle processes of functions that are gone or have another revision now."""
        for arn in [arn for arn, revision in self._seen.items() if revisions.get(arn) != revision]:
            self.runner.retire(arn)
            del self._seen[arn]

    def _spec(self, function: Function, code_dir: Path) -> FunctionSpec:
        key = self.keys.function_key(function.ref.account)
        self._seen[function.arn] = function.revision_id
        return FunctionSpec(
            name=function.name,
            version=function.version,
            arn=function.arn,
            account=function.ref.account,
            region=function.ref.region,
            handler=function.settings["Handler"],
            runtime=function.runtime,
            code_dir=code_dir,
            code_sha256=function.code_sha256,
            revision=function.revision_id,
            memory_mb=function.settings["MemorySize"],
            timeout_ms=function.timeout_s * 1000,
            log_group=function.log_group,
            credentials=Credentials(key.access_key, key.secret),
            environment=function.settings["Variables"] or {},
            endpoint_url=self.endpoint_url(),
            is_traced=function.is_traced,
        )

    async def _read_code(self, sha256: str) -> bytes | None:
        call = self.engine.new_call(service="lambda", operation="lambda.code", account="", region="")

        def read(tx: Tx, call: Call[Any]) -> bytes | None:
            return functions_table.code(tx, sha256)

        found: bytes | None = await self.engine.run(read, call)
        return found


def _trace_header(function: Function, order: Order) -> str:
    """The context that reaches the function, one round further. Active samples; PassThrough keeps what came."""
    is_sampled = function.is_traced or order.trace.is_sampled
    here = order.trace._replace(parent=order.span, is_sampled=is_sampled, at="")
    return here.one_round_further(short_name(function.ref.arn)).header()
