"""What a service brings along, and who has what: the only way in which the engine meets services.

`app.py` builds one `Service` each from the rooms of its folder (`operations.py`, `work.py`, `tables/`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventyard.base.errors import EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.due.row import DueRow
from eventyard.store.tx import Tx

if TYPE_CHECKING:
    from eventyard.engine.targets import Delivery

Operation = Callable[[Tx, Call[Any]], Any]
"""An AWS operation: a result for the writer (a mapping, `None` for an empty one), a `Park`, or a `Perform`."""

Timer = Callable[[Tx, Call[Any], DueRow], None]
"""What happens when a row of its kind falls due, in the transaction that also ends the row; it may add the next."""

Deliver = Callable[[Tx, Call[Any], "Delivery"], None]
"""Puts a delivery into a target that lives in the store, at once. Raises AwsError when the target refuses."""

DeliverMany = Callable[[Tx, Call[Any], Sequence["Delivery"]], None]
"""As `Deliver`, for one or more deliveries to one ARN, in their order; an AwsError undoes them all."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Work outside of any transaction for rows of one kind.

    `perform(row)` does it and gives back what `settle` needs; it raises EffectFailed, which the row's policy answers.
    `settle(tx, call, row, outcome)` records it, in the transaction that also ends the row.
    `failed(tx, call, row, failure)` is told when no attempt is left; the row's dead-letter target is served after it.
    """

    perform: Callable[[DueRow], Awaitable[Any]]
    settle: Callable[[Tx, Call[Any], DueRow, Any], None]
    failed: Callable[[Tx, Call[Any], DueRow, EffectFailed], None] | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `name` as botocore calls it (`sqs`, `events`, `lambda`, `dynamodb`, `logs`).

    `targets` by the service part of an ARN, and `bulk_targets` where several at once cost less; `timers` and `effects`
    by kind, which starts with the service's name (`sqs.retention`, `lambda.invoke`); `tables` its migrations; `start`
    are called once when the server serves.
    """

    name: str
    operations: Mapping[str, Operation]
    tables: Path | None = None
    targets: Mapping[str, Deliver] = field(default_factory=dict)
    bulk_targets: Mapping[str, DeliverMany] = field(default_factory=dict)
    timers: Mapping[str, Timer] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    start: Sequence[Callable[[Any], None]] = ()


class Registry:
    """All services of one platform. Two that claim the same name are our mistake."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.services: Mapping[str, Service] = {service.name: service for service in services}
        self.targets: dict[str, Deliver] = {}
        self.bulk_targets: dict[str, DeliverMany] = {}
        self.timers: dict[str, Timer] = {}
        self.effects: dict[str, Effect] = {}
        for service in services:
            self.add_timers(service.timers)
            _merge(self.targets, service.targets)
            _merge(self.bulk_targets, service.bulk_targets)
            _merge(self.effects, service.effects)

    def add_timers(self, timers: Mapping[str, Timer]) -> None:
        """Timers of the engine's own."""
        _merge(self.timers, timers)

    def operation(self, service: str, operation: str) -> Operation | None:
        """The function behind an operation, or `None` where it is not served."""
        found = self.services.get(service)
        return None if found is None else found.operations.get(operation)


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    twice = into.keys() & more.keys()
    assert not twice, f"registered twice: {', '.join(sorted(twice))}"
    into.update(more)
