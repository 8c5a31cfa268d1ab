"""Executions: rows in, `Execution` out.

Lists are in the order of the executions' starts, the newest first; a page begins behind a `Place` of the page before.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from eventyard.languages.asl.steps import Numbers
from eventyard.services.stepfunctions.model.executions import Child, Execution, Parent
from eventyard.services.stepfunctions.queries.strands import written
from eventyard.store.inserts import Insert
from eventyard.store.tx import Row, Tx

_COLUMNS = """id, arn, account, region, machine_arn, name, type, revision, version_arn, alias_arn, status,
    started_at_ms, stopped_at_ms, input, result, trace, redrives, redriven_at_ms, parent_arn, parent_task,
    parent_pattern, map_run_arn, item, item_count, is_awaited, caused_by, called_from"""
_SELECTED = f"{_COLUMNS}, seq"
_WIDTH = _SELECTED.count(",") + 1
_INSERT = Insert(
    f"insert into states_execution ({_COLUMNS}) values",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
)


class Place(NamedTuple):
    """Where an execution is in a list."""

    started_at_ms: int
    seq: int


def find(tx: Tx, arn: str) -> Execution | None:
    """The execution of that ARN."""
    row = tx.one(f"select {_SELECTED} from states_execution where arn = ?", arn)
    return None if row is None else _execution(row)


def running(tx: Tx, arn: str) -> tuple[Execution, Numbers] | None:
    """The execution of that ARN if it runs, with its counters."""
    row = tx.one(
        f"""select {_SELECTED}, last_event, last_strand, last_task, last_ring
            from states_execution left join states_progress on execution = id
            where arn = ? and status = 'RUNNING'""",
        arn,
    )
    if row is None:
        return None
    numbers = Numbers() if row[_WIDTH] is None else Numbers(*row[_WIDTH:])
    return _execution(row[:_WIDTH]), numbers


def by_id(tx: Tx, id: str) -> Execution | None:
    """The execution of that identifier of ours."""
    row = tx.one(f"select {_SELECTED} from states_execution where id = ?", id)
    return None if row is None else _execution(row)


def insert(tx: Tx, execution: Execution) -> None:
    """Add it."""
    one, parent, child = execution, execution.parent, execution.child
    tx.insert(
        _INSERT,
        (
            *(one.id, one.arn, one.account, one.region, one.machine_arn, one.name),
            *("EXPRESS" if one.is_express else "STANDARD", one.revision, one.version_arn, one.alias_arn),
            *(one.status, one.started_at_ms, one.stopped_at_ms, one.input, _result(one), one.trace_header),
            *(one.redrives, one.redriven_at_ms),
            *((None, None, None) if parent is None else (parent.execution_arn, parent.task, parent.pattern)),
            *((None, None, None) if child is None else (child.map_run_arn, _item(child), child.items)),
            *(int(one.is_awaited), one.caused_by, one.called_from),
        ),
    )


def update(tx: Tx, execution: Execution) -> None:
    """Write down where it stands: its status and end, its redrives."""
    tx.run(
        """update states_execution
           set status = ?, stopped_at_ms = ?, result = ?, redrives = ?, redriven_at_ms = ?
           where id = ?""",
        execution.status,
        execution.stopped_at_ms,
        _result(execution),
        execution.redrives,
        execution.redriven_at_ms,
        execution.id,
    )


def delete(tx: Tx, id: str) -> None:
    """Take it away."""
    tx.run("delete from states_execution where id = ?", id)


def of_machine(
    tx: Tx, machine_arn: str, *, status: str | None, before: Place | None, rows_max: int, by: tuple[str, str] | None
) -> list[Execution]:
    """Executions of a machine, of one status or any (`None`); `by` says (column, ARN) of a version or an alias."""
    return _listed(tx, ("machine_arn = ?", machine_arn), status=status, before=before, rows_max=rows_max, by=by)


def of_map_run(
    tx: Tx,
    map_run_arn: str,
    *,
    status: str | None,
    before: Place | None,
    rows_max: int,
    is_redriven: bool | None = None,
) -> list[Execution]:
    """Children of a map run, of one status or any (`None`), redriven or not or both (`None`)."""
    redriven = {None: "", True: " and redrives > 0", False: " and redrives = 0"}[is_redriven]
    where = (f"map_run_arn is not null and map_run_arn = ?{redriven}", map_run_arn)
    return _listed(tx, where, status=status, before=before, rows_max=rows_max, by=None)


def adopt(tx: Tx, id: str, parent: Parent) -> None:
    """The task waits for the execution from now on; one that is waited for already keeps its parent."""
    tx.run(
        """update states_execution set parent_arn = ?, parent_task = ?, parent_pattern = ?
            where id = ? and parent_arn is null""",
        parent.execution_arn,
        parent.task,
        parent.pattern,
        id,
    )


def running_child(tx: Tx, parent_arn: str, task: int) -> Execution | None:
    """The execution that runs for a task of another."""
    row = tx.one(
        f"""select {_SELECTED} from states_execution
            where parent_arn is not null and parent_arn = ? and parent_task = ? and status = 'RUNNING'""",
        parent_arn,
        task,
    )
    return None if row is None else _execution(row)


def is_any_running(tx: Tx, machine_arn: str) -> bool:
    """Whether an execution of the machine runs."""
    row = tx.one("select 1 from states_execution where machine_arn = ? and status = 'RUNNING' limit 1", machine_arn)
    return row is not None


def started_before(tx: Tx, *, before_ms: int, rows_max: int) -> list[str]:
    """The ARNs of executions that run and began before that instant, the oldest first."""
    rows = tx.all(
        """select arn from states_execution where status = 'RUNNING' and started_at_ms < ?
           order by started_at_ms, seq limit ?""",
        before_ms,
        rows_max,
    )
    return [row[0] for row in rows]


def first_start_ms(tx: Tx) -> int | None:
    """When the execution began that began first of those that run."""
    row = tx.one("select min(started_at_ms) from states_execution where status = 'RUNNING'")
    return None if row is None else row[0]


def stopped_before(tx: Tx, *, before_ms: int, rows_max: int) -> list[str]:
    """The identifiers of executions that ended before that instant, the oldest first."""
    rows = tx.all(
        """select id from states_execution where stopped_at_ms is not null and stopped_at_ms < ?
           order by stopped_at_ms, seq limit ?""",
        before_ms,
        rows_max,
    )
    return [row[0] for row in rows]


def first_stop_ms(tx: Tx) -> int | None:
    """When the execution ended that ended first of those that are kept."""
    row = tx.one("select min(stopped_at_ms) from states_execution where stopped_at_ms is not null")
    return None if row is None else row[0]


def redriven_by(tx: Tx, id: str, token: str, *, after_ms: int) -> int | None:
    """When the client token redrove the execution, if that was after this instant."""
    row = tx.one(
        "select redriven_at_ms from states_redrive_token where execution = ? and token = ? and redriven_at_ms > ?",
        id,
        token,
        after_ms,
    )
    return None if row is None else row[0]


def remember_redrive(tx: Tx, id: str, token: str, *, at_ms: int, before_ms: int) -> None:
    """Know the client token from now on, and none from before `before_ms` any more."""
    tx.run("delete from states_redrive_token where execution = ? and redriven_at_ms <= ?", id, before_ms)
    tx.run(
        """insert into states_redrive_token (execution, token, redriven_at_ms) values (?, ?, ?)
           on conflict (execution, token) do update set redriven_at_ms = excluded.redriven_at_ms""",
        id,
        token,
        at_ms,
    )


def forget_redrives(tx: Tx, id: str) -> None:
    """Know no client token of the execution any more."""
    tx.run("delete from states_redrive_token where execution = ?", id)


def _listed(
    tx: Tx,
    where: tuple[str, str],
    *,
    status: str | None,
    before: Place | None,
    rows_max: int,
    by: tuple[str, str] | None,
) -> list[Execution]:
    conditions, args = [where[0]], [where[1]]
    if status is not None:
        conditions.append("status = ?")
        args.append(status)
    if before is not None:
        conditions.append("(started_at_ms, seq) < (?, ?)")
        args.extend((before.started_at_ms, before.seq))  # type: ignore[arg-type]
    if by is not None:
        conditions.append(f"{by[0]} = ?")
        args.append(by[1])
    rows = tx.all(
        f"""select {_SELECTED} from states_execution where {" and ".join(conditions)}
            order by started_at_ms desc, seq desc limit ?""",
        *args,
        rows_max,
    )
    return [_execution(row) for row in rows]


def _execution(row: Row) -> Execution:
    output, error, cause = (None, None, None) if row[14] is None else json.loads(row[14])
    return Execution(
        id=row[0],
        arn=row[1],
        account=row[2],
        region=row[3],
        machine_arn=row[4],
        name=row[5],
        is_express=row[6] == "EXPRESS",
        revision=row[7],
        version_arn=row[8],
        alias_arn=row[9],
        status=row[10],
        started_at_ms=row[11],
        stopped_at_ms=row[12],
        input=row[13],
        output=output,
        error=error,
        cause=cause,
        trace_header=row[15],
        redrives=row[16],
        redriven_at_ms=row[17],
        parent=None if row[18] is None else Parent(row[18], row[19], row[20]),
        child=None if row[21] is None else _child(row[21:24], row[4]),
        is_awaited=bool(row[24]),
        caused_by=row[25],
        called_from=row[26],
        seq=row[27],
    )


def _child(row: Sequence[Any], machine_arn: str) -> Child:
    return Child(map_run_arn=row[0], label=machine_arn.partition("/")[2], item=json.loads(row[1]), items=row[2])


def _item(child: Child) -> str:
    return written(child.item)


def _result(execution: Execution) -> str | None:
    """How it ended, in one text in which any character may be."""
    if execution.stopped_at_ms is None:
        return None
    return written([execution.output, execution.error, execution.cause])
