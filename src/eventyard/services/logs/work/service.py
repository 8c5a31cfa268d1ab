"""CloudWatch Logs as the engine meets it."""

from pathlib import Path

from eventyard.engine.registry import Service
from eventyard.services.logs.operations.table import OPERATIONS
from eventyard.services.logs.work import delivering, retention

TABLES = Path(__file__).parents[1] / "tables"


def logs_service() -> Service:
    """The service: its operations, what is delivered to groups, and the end of retention."""
    return Service(
        name="logs",
        operations=OPERATIONS,
        tables=TABLES,
        targets={"logs": delivering.deliver},
        timers={retention.KIND: retention.expire_events},
    )
