"""The runner: give it a function and a payload, get back what AWS would answer, and the log it would have written.

An invocation takes an environment from the warm pool or starts one, hands it the payload, and turns the outcome into
the answer, the error payload and the START/END/REPORT lines. An environment that answered goes back to the pool;
any other is stopped. A process that died before it took the invocation costs nothing but a second try in a fresh one.
Differs: AWS runs a failed initialisation a second time inside the invocation; here it fails the invocation at once.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from eventyard.base.clock import Clock, RealClock
from eventyard.base.errors import EffectFailed
from eventyard.base.ids import Ids
from eventyard.functions import failures, report
from eventyard.functions.environment import Ended, Environment, Surroundings
from eventyard.functions.failures import Failure
from eventyard.functions.interpreters import Interpreters
from eventyard.functions.pool import Place, Pool
from eventyard.functions.runtime_api import Outcome, Task
from eventyard.functions.spec import FunctionSpec, Invocation, RunnerSettings, Serve

_REUSABLE = frozenset({"response", "error"})
_TRIES_MAX = 2


@dataclass(frozen=True, slots=True)
class _Order:
    """One invocation as the caller asked for it."""

    payload: bytes
    request_id: str
    invoked_arn: str
    trace_header: str
    client_context: str


class Runner:
    """Runs functions in real processes; one per platform, closed with it."""

    def __init__(self, *, serve: Serve, clock: Clock, ids: Ids, settings: RunnerSettings) -> None:
        self._clock = clock
        self._real = RealClock()
        self._ids = ids
        self._interpreters = Interpreters()
        self._settings = settings
        self._around = Surroundings(serve, clock, settings, self._interpreters.packages_dir)
        self._pool = Pool(clock=clock, settings=settings, stop=Environment.stop)

    async def invoke(
        self,
        spec: FunctionSpec,
        payload: bytes,
        *,
        request_id: str,
        invoked_arn: str = "",
        trace_header: str = "",
        client_context: str = "",
        give_up_at_ms: int | None = None,
    ) -> Invocation:
        """Run the function once and give back what became of it.

        Shapes: `payload` is JSON; `client_context` is JSON text, already decoded from base64; `invoked_arn` is the ARN
        as the caller wrote it, the spec's own when empty; `give_up_at_ms` bounds the wait for a free environment.
        Errors: EffectFailed `TooManyRequestsException` when none came free in time, `ServiceException` when no process
        could be started or the runner was closed meanwhile. The function's own failures are results, not exceptions.
        ValueError when `client_context` is not JSON: the service refuses that before.
        """
        order = _Order(payload, request_id, invoked_arn or spec.arn, trace_header, _header_safe(client_context))
        for tries_left in reversed(range(_TRIES_MAX)):
            place = await self._pool.acquire(spec, give_up_at_ms=give_up_at_ms)
            try:
                ended, environment = await self._run(place, order)
            except BaseException:
                self._pool.discard(place)
                raise
            if ended.was_fetched or not tries_left:
                break
            self._pool.discard(place)
        if ended.outcome.kind == "stopped":
            raise EffectFailed("ServiceException", "the server is stopping")
        invocation = _conclude(environment, order, ended)
        if ended.outcome.kind in _REUSABLE:
            self._pool.release(place)
        else:
            self._pool.discard(place)
        return invocation

    def runtime_used(self, runtime: str) -> str:
        """The Python that runs functions of `runtime`, such as `python3.12`, as far as one knows without trying."""
        return self._interpreters.likely(runtime)

    def retire(self, arn: str) -> None:
        """The function with this unqualified ARN was deleted or changed: stop what stands idle for it."""
        self._pool.retire(arn)

    @property
    def environments_count(self) -> int:
        """How many processes run or are starting."""
        return self._pool.environments_count

    async def close(self) -> None:
        """Stop every process, busy or not, and wait for its end."""
        await self._pool.close()

    async def _run(self, place: Place, order: _Order) -> tuple[Ended, Environment]:
        environment = place.environment
        if environment is None:
            environment = place.environment = await self._build(place.spec)
            outcome = await self._start(environment)
            if outcome.kind != "ready":
                return self._failed_start(environment, order, outcome), environment
            self._pool.started(place)
        environment.log.add(report.start_line(order.request_id, place.spec.version))
        deadline_at_ms = self._real.now_ms() + place.spec.timeout_ms
        task = Task(
            order.request_id,
            order.invoked_arn,
            order.payload,
            deadline_at_ms,
            trace_header=order.trace_header,
            client_context=order.client_context,
        )
        return await environment.run(task), environment

    async def _build(self, spec: FunctionSpec) -> Environment:
        interpreter = await self._interpreters.find(spec.runtime)
        unique = self._ids.hexadecimal(32)
        today = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
        return Environment(
            spec,
            interpreter,
            self._around,
            log_stream=f"{today:%Y/%m/%d}/[{spec.version}]{unique}",
            scratch_dir=self._settings.work_dir / unique,
            on_gone=self._pool.forget,
        )

    async def _start(self, environment: Environment) -> Outcome:
        try:
            return await environment.start()
        except (OSError, ValueError) as problem:  # ValueError: a NUL in a variable
            raise EffectFailed("ServiceException", f"no process could be started: {problem}") from problem

    def _failed_start(self, environment: Environment, order: _Order, outcome: Outcome) -> Ended:
        ended = environment.failed_start(outcome)
        failure = _failure(outcome, environment.spec, order.request_id)
        error_type = outcome.error_type if failure is None else failure.error_type
        is_timeout = outcome.kind == "timeout"
        environment.log.add(
            report.init_report_line(
                ended.duration_ms,
                status="timeout" if is_timeout else "error",
                error_type="" if is_timeout else error_type,
            )
        )
        environment.log.add(report.start_line(order.request_id, environment.spec.version))
        return ended


def _header_safe(json_text: str) -> str:
    """The same JSON in one line of ASCII, as a header can carry it."""
    return json.dumps(json.loads(json_text)) if json_text else ""


def _conclude(environment: Environment, order: _Order, ended: Ended) -> Invocation:
    """The answer, and the lines that close the invocation's log."""
    spec, outcome, log = environment.spec, ended.outcome, environment.log
    failure = _failure(outcome, spec, order.request_id)
    measured = report.Measured(ended.duration_ms, ended.init_ms, spec.memory_mb, ended.max_memory_mb)
    log.finish_text()
    if outcome.kind == "timeout":
        log.add(report.timed_out_line(log.now_ms(), order.request_id, timeout_ms=spec.timeout_ms))
    log.add(report.end_line(order.request_id))
    log.add(
        report.report_line(
            order.request_id,
            measured,
            failure=_reported_failure(outcome, failure),
            trace_header=order.trace_header if spec.is_traced else "",
        )
    )
    is_ok = outcome.kind == "response"
    return Invocation(
        status="ok" if is_ok else "error",
        payload=outcome.payload if failure is None else failure.payload,
        function_error=None if is_ok else "Unhandled",
        executed_version=spec.version,
        log=log.take(),
        log_stream=environment.log_stream,
        duration_ms=ended.duration_ms,
        billed_ms=measured.billed_ms,
        init_ms=ended.init_ms,
        max_memory_mb=ended.max_memory_mb,
        runtime_used=environment.interpreter.runtime,
        is_fault=failure is not None,
    )


def _failure(outcome: Outcome, spec: FunctionSpec, request_id: str) -> Failure | None:
    """The service's own error for this outcome; `None` where the function's words stand."""
    match outcome.kind:
        case "timeout":
            return failures.timed_out(request_id=request_id, timeout_ms=spec.timeout_ms)
        case "exit":
            return failures.exited(request_id=request_id, exit_code=outcome.exit_code)
        case "out_of_memory":
            return failures.out_of_memory(request_id=request_id)
        case "too_large":
            return failures.response_too_large()
        case _:
            return None


def _reported_failure(outcome: Outcome, failure: Failure | None) -> str:
    """What REPORT says: `timeout`, the error's type, or nothing for an answer and for a function's own exception."""
    if outcome.kind == "timeout":
        return "timeout"
    if failure is not None:
        return failure.error_type
    return outcome.error_type if outcome.kind == "init_error" else ""
