"""Lambda as the engine meets it: its operations by name, with the things that they need beyond their call."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eventyard.engine.registry import Operation, Service
from eventyard.services.lambda_.operations import code_page
from eventyard.services.lambda_.operations.table import NEEDS, OPERATIONS
from eventyard.services.lambda_.work import asynchronous, hops, telling
from eventyard.services.lambda_.work.invoking import Invoker
from eventyard.services.lambda_.work.upkeep import Upkeep

TABLES = Path(__file__).parents[1] / "tables"


@dataclass(frozen=True, slots=True)
class LambdaSettings:
    """`is_strict_aws` refuses our extensions; `parallel_max` bounds a mapping that has no limit of its own."""

    is_strict_aws: bool
    parallel_max: int


def lambda_service(invoker: Invoker, settings: LambdaSettings) -> Service:
    """The service; the engine starts and stops what stands behind it."""
    upkeep = Upkeep(invoker=invoker, parallel_max=settings.parallel_max)
    return Service(
        name="lambda",
        operations=_operations(invoker, settings),
        tables=TABLES,
        targets={"lambda": asynchronous.deliver},
        timers={telling.KIND: telling.again},
        effects={asynchronous.KIND: asynchronous.effect(invoker)},
        pages=code_page.PAGES,
        answered=hops.answered,
        start=(upkeep.start,),
    )


def _operations(invoker: Invoker, settings: LambdaSettings) -> Mapping[str, Operation]:
    given = {"is_strict": settings.is_strict_aws, "invoker": invoker, "runtime_used": invoker.runtime_used}
    bound = {name: partial(OPERATIONS[name], **{need: given[need]}) for name, need in NEEDS.items()}
    return {**OPERATIONS, **bound}
