"""One look at a page: who looks at which account and region, what was asked for, and the doors to the engine."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.base.clock import RealClock
from eventyard.base.errors import AwsError
from eventyard.engine.call import Call
from eventyard.engine.engine import Engine
from eventyard.engine.identity import Caller
from eventyard.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Look:
    """`caller` is in the account and region that are shown; `params` are the address's and the query's, as text."""

    engine: Engine
    caller: Caller
    params: Mapping[str, str]
    base_url: str
    render: Callable[[str, Mapping[str, Any]], str]
    """A template's text with these values: `look.render("event_row.html", {"event": ...})`."""

    async def read(self, view: Callable[[Tx, Call[Any]], Any], **more: Any) -> Mapping[str, Any]:
        """The mapping that a view gives, with further parameters. Raises the view's AwsError."""
        call = self._call("console", view.__name__, {**self.params, **more})
        told: Mapping[str, Any] = await self.engine.run(view, call)
        return told

    async def operate(self, service: str, operation: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run a public operation as the one who looks. Raises its AwsError."""
        if self.engine.registry.operation(service, operation) is None:
            raise AwsError("NotImplemented", f"{service}:{operation} is not served by Eventyard.", status=501)
        told: Mapping[str, Any] | None = await self.engine.operate(self._call(service, operation, params))
        return told or {}

    async def pause(self, duration_ms: int) -> None:
        """Wait in real time, for whoever watches is real: between two pieces of a stream."""
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        clock = RealClock()
        alarm = clock.call_at(clock.now_ms() + duration_ms, lambda: None if ended.done() else ended.set_result(None))
        try:
            await ended
        finally:
            alarm.cancel()

    def _call(self, service: str, operation: str, params: Mapping[str, Any]) -> Call[Any]:
        caller = self.caller
        call = self.engine.new_call(
            service=service, operation=operation, params=params, account=caller.account, region=caller.region
        )
        call.caller, call.base_url = caller, self.base_url
        return call
