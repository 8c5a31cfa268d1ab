"""CloudWatch Logs as the engine meets it."""

from pathlib import Path

from eventyard.engine.registry import Service
from eventyard.services.logs.operations.table import OPERATIONS
from eventyard.services.logs.work import deletion, delivering, insights, retention

TABLES = Path(__file__).parents[1] / "tables"


def logs_service() -> Service:
    """The service: its operations, what is delivered to groups, the end of retention, and queries."""
    queries = insights.QueryRunner()
    return Service(
        name="logs",
        operations=OPERATIONS,
        tables=TABLES,
        targets={"logs": delivering.deliver},
        timers={retention.KIND: retention.expire_events, deletion.KIND: deletion.go_on, **insights.TIMERS},
        effects={insights.QUERY: queries.effect()},
        start=(queries.start,),
    )
