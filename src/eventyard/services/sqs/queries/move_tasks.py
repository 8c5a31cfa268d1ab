"""Move tasks."""

from eventyard.services.sqs.model.move_tasks import MoveTask
from eventyard.store.tx import Tx

_COLUMNS = "id, source_arn, destination_arn, status, per_second_max, moved, to_move, started_at_ms, failure"


def insert_task(tx: Tx, task: MoveTask) -> None:
    """Add a task."""
    tx.run(
        f"insert into sqs_move_tasks ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        task.id,
        task.source_arn,
        task.destination_arn,
        task.status,
        task.per_second_max,
        task.moved,
        task.to_move,
        task.started_at_ms,
        task.failure,
    )


def find_task(tx: Tx, task_id: str) -> MoveTask | None:
    """The task with that id, or `None`."""
    row = tx.one(f"select {_COLUMNS} from sqs_move_tasks where id = ?", task_id)
    return None if row is None else MoveTask(*row)


def list_tasks(tx: Tx, source_arn: str, *, rows_max: int) -> list[MoveTask]:
    """The tasks of a source, the newest first."""
    rows = tx.all(
        f"select {_COLUMNS} from sqs_move_tasks where source_arn = ? order by started_at_ms desc, id limit ?",
        source_arn,
        rows_max,
    )
    return [MoveTask(*row) for row in rows]


def update_task(tx: Tx, task: MoveTask) -> None:
    """Write how far the task has come."""
    tx.run(
        "update sqs_move_tasks set status = ?, moved = ?, failure = ? where id = ?",
        task.status,
        task.moved,
        task.failure,
        task.id,
    )


def forget_tasks(tx: Tx, source_arn: str, *, before_ms: int) -> None:
    """Forget tasks of a source that were started before that instant."""
    tx.run("delete from sqs_move_tasks where source_arn = ? and started_at_ms < ?", source_arn, before_ms)
