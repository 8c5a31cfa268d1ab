"""Insights queries: start, stop, describe, and read what they found; the fields of events and groups."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.arns import parse_arn
from eventyard.languages.insights.compiler import compile_query
from eventyard.languages.insights.errors import QueryError
from eventyard.languages.insights.fields import discovered
from eventyard.languages.insights.plan import Source
from eventyard.services.logs import errors
from eventyard.services.logs.model.insights import (
    ANSWER_ROWS_MAX,
    CANCELLED,
    COMPLETE,
    CONCURRENT_MAX,
    GROUPS_MAX,
    PAGE_ROWS,
    SCHEDULED,
    UNFINISHED,
    Found,
    QueryRun,
    Range,
    pointed,
    range_of,
    source_of,
)
from eventyard.services.logs.queries import insights
from eventyard.services.logs.queries.insights import Searched
from eventyard.services.logs.work.insights import begin, stopped_channel
from eventyard.store.tx import Row, Tx

_DESCRIBED_MAX = 1_000
_SOURCE_GROUPS_MAX = 10_000
_SAMPLED_LINES = 10_000
_AROUND_S = 8 * 60
_RECENT_MS = 15 * 60_000
_DAY_MS = 24 * 3_600_000


def start_query(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Take a query; it runs right after this call and its results are kept for a week."""
    params = call.params
    if params.get("queryLanguage", "CWLI") != "CWLI":
        raise errors.not_served(f"queryLanguage {params['queryLanguage']}")
    span = range_of(params)
    source = _compiled(params["queryString"], limit=params.get("limit"), now_ms=call.now_ms)
    groups = _searched(tx, call, source)
    names = [group.name for group in groups]
    prefix = source_of(names, span)
    _judge_span(groups, span, prefix, now_ms=call.now_ms)
    if insights.unfinished_count(tx, call.account, call.region) >= CONCURRENT_MAX:
        raise errors.too_many_queries(CONCURRENT_MAX)
    run = QueryRun(
        id=call.ids.uuid(),
        account=call.account,
        region=call.region,
        text=params["queryString"],
        shown=f"{prefix} | {params['queryString']}" if source is None else params["queryString"],
        range=span,
        rows_max=params.get("limit"),
        group_ids=tuple(group.id for group in groups),
        group_names=tuple(names),
        status=SCHEDULED,
        created_at_ms=call.now_ms,
        found=Found(),
    )
    begin(tx, call, run)
    return {"queryId": run.id}


def stop_query(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """Stop a query that has not ended."""
    run = _existing(tx, call)
    if not insights.end_run(tx, run.id, status=CANCELLED, found=run.found):
        raise errors.query_not_running()
    call.wake(stopped_channel(run.id))
    return {"success": True}


def get_query_results(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """What a query found, a page of rows at a time; nothing yet while it runs."""
    params = call.params
    run = _existing(tx, call)
    first = _place(params.get("nextToken"), run)
    rows_max = min(params.get("maxItems") or ANSWER_ROWS_MAX, ANSWER_ROWS_MAX)
    rows = _rows(tx, run, first=first, rows_max=rows_max) if run.status == COMPLETE else []
    after = first + len(rows)
    more = {"nextToken": f"{run.id}/{after}"} if rows and after < run.found.result_count else {}
    return {
        "queryLanguage": "CWLI",
        "results": [[{"field": name, "value": value} for name, value in row] for row in rows],
        "statistics": run.statistics(),
        "status": run.status,
        **more,
    }


def describe_queries(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The account's queries of the last week, the newest first: of a group, in a status."""
    params = call.params
    name, status = params.get("logGroupName"), params.get("status")
    if name and not insights.groups_named(tx, call.account, call.region, [name]):
        raise errors.no_such_group()
    wanted = [
        run.described()
        for run in insights.runs(tx, call.account, call.region, rows_max=100_000)
        if (not name or name in run.group_names)
        and (not status or run.status == status)
        and params.get("queryLanguage", "CWLI") == "CWLI"
    ]
    first = _number(params.get("nextToken", "0"))
    after = first + params.get("maxResults", _DESCRIBED_MAX)
    more = {"nextToken": str(after)} if after < len(wanted) else {}
    return {"queries": wanted[first:after], **more}


def get_log_record(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """All fields of one event, by its `@ptr`. Instants are milliseconds here; there is nothing masked to unmask."""
    group_id, event_id = pointed(call.params["logRecordPointer"])
    name = insights.group_name(tx, call.account, call.region, group_id)
    line = None if name is None else insights.find_line(tx, group_id, event_id)
    if name is None or line is None:
        raise errors.no_such_resource()
    made = {
        "@ptr": call.params["logRecordPointer"],
        "@timestamp": str(line.at_ms),
        "@ingestionTime": str(line.ingested_at_ms),
        "@message": line.message,
        "@logStream": line.stream,
        "@log": f"{call.account}:{name}",
    }
    return {"logRecord": {**discovered(line.message, name), **made}}


def get_log_group_fields(tx: Tx, call: Call[Mapping[str, Any]]) -> dict[str, Any]:
    """The fields that a group's events have, and in how many of a hundred of them; the commonest first.

    Of the last 15 minutes, or from eight minutes before an instant to eight after it.
    """
    params = call.params
    given = [params[key] for key in ("logGroupName", "logGroupIdentifier") if params.get(key)]
    if len(given) != 1:
        raise errors.invalid("Exactly one of logGroupName and logGroupIdentifier has to be given.")
    groups = insights.groups_named(tx, call.account, call.region, [_name(given[0])])
    if not groups:
        raise errors.no_such_group()
    center_s = params.get("time")
    span = Range(call.now_ms - _RECENT_MS, call.now_ms)
    if center_s is not None:
        span = Range((center_s - _AROUND_S) * 1000, (center_s + _AROUND_S) * 1000 + 999)
    lines = insights.lines_after(
        tx, groups[0].id, place=(span.from_ms, -1), until_ms=span.until_ms, rows_max=_SAMPLED_LINES
    )
    return {"logGroupFields": _shares(lines, groups[0].name)}


def _shares(lines: Sequence[Row], group: str) -> list[dict[str, Any]]:
    made = ("@ingestionTime", "@log", "@logStream", "@message", "@timestamp")
    counts = Counter(dict.fromkeys(made, len(lines)) if lines else {})
    for line in lines:
        counts.update(discovered(line[3], group).keys())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"name": name, "percent": count * 100 // len(lines)} for name, count in ordered]


def _compiled(text: str, *, limit: int | None, now_ms: int) -> Source | None:
    """The groups that the query names, once it has been found good. Raises MalformedQueryException."""
    try:
        return compile_query(text, limit=limit, now_ms=now_ms).source
    except QueryError as failure:
        raise errors.malformed_query(failure.message, start=failure.start, end=failure.end) from None


def _searched(tx: Tx, call: Call[Mapping[str, Any]], source: Source | None) -> list[Searched]:
    """The groups to search: those of the call's one parameter, or those of the query's SOURCE."""
    params = call.params
    given = [params[key] for key in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if params.get(key)]
    if len(given) + (source is not None) != 1:
        raise errors.invalid(
            "Exactly one of logGroupName, logGroupNames, logGroupIdentifiers and a SOURCE in the query has to be given."
        )
    if source is not None and source.is_by_prefix:
        return _by_prefix(tx, call, source.prefixes)
    asked = source.names if source is not None else given[0]
    names = list(dict.fromkeys(_name(one) for one in ([asked] if isinstance(asked, str) else asked)))
    if len(names) > GROUPS_MAX:
        raise errors.invalid(f"At most {GROUPS_MAX} log groups can be queried.")
    found = insights.groups_named(tx, call.account, call.region, names)
    missing = set(names) - {group.name for group in found}
    if missing:
        first = next(name for name in names if name in missing)
        raise errors.no_such_group_to_query(first, account=call.account, request_id=call.request_id)
    return found


def _by_prefix(tx: Tx, call: Call[Any], prefixes: tuple[str, ...]) -> list[Searched]:
    groups = insights.all_groups(tx, call.account, call.region, rows_max=_SOURCE_GROUPS_MAX + 1)
    if len(groups) > _SOURCE_GROUPS_MAX:
        raise errors.invalid(f"The SOURCE selects more than {_SOURCE_GROUPS_MAX} log groups.")
    return [group for group in groups if not prefixes or group.name.startswith(prefixes)]


def _judge_span(groups: Sequence[Searched], span: Range, prefix: str, *, now_ms: int) -> None:
    """Raises MalformedQueryException for a span in which no group can have events."""

    def reaches(group: Searched) -> bool:
        kept_from_ms = 0 if group.retention_days is None else now_ms - group.retention_days * _DAY_MS
        return span.until_ms >= max(group.created_at_ms, kept_from_ms)

    if groups and not any(reaches(group) for group in groups):
        raise errors.span_without_events(len(prefix))


def _name(name_or_arn: str) -> str:
    arn = parse_arn(name_or_arn)
    return name_or_arn if arn is None else arn.resource.removeprefix("log-group:").removesuffix(":*")


def _existing(tx: Tx, call: Call[Mapping[str, Any]]) -> QueryRun:
    run = insights.find_run(tx, call.account, call.region, call.params["queryId"])
    if run is None:
        raise errors.no_such_query(call.params["queryId"])
    return run if run.status not in UNFINISHED else replace(run, found=Found())


def _rows(tx: Tx, run: QueryRun, *, first: int, rows_max: int) -> list[list[tuple[str, str]]]:
    pages = insights.result_pages(tx, run.id, first=first // PAGE_ROWS, last=(first + rows_max - 1) // PAGE_ROWS)
    rows: list[list[tuple[str, str]]] = [row for page in pages for row in json.loads(page)]
    skipped = first % PAGE_ROWS
    return rows[skipped : skipped + rows_max]


def _place(token: str | None, run: QueryRun) -> int:
    if token is None:
        return 0
    query_id, _, place = token.partition("/")
    if query_id != run.id:
        raise errors.invalid("The specified nextToken is invalid.")
    return _number(place)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise errors.invalid("The specified nextToken is invalid.")
    return int(text)
