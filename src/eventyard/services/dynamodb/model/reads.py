"""Reading: projections, and what a Query or a Scan shows of which rows, and where the next page begins.

Source of the words and their order: architect/dynalite, recorded from AWS; nubo-db/dynamodb-conformance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.base.errors import AwsError
from eventyard.languages.dynamodb.conditions import Condition, compile_condition
from eventyard.languages.dynamodb.context import ExpressionContext, open_context, require_one_form
from eventyard.languages.dynamodb.keyconditions import KeyCondition, KeyTest, parse_key_condition
from eventyard.languages.dynamodb.keys import KeySchema, require_key, require_scalar_keys, sort_key
from eventyard.languages.dynamodb.legacy import compile_filter, parse_key_conditions, require_operator_use
from eventyard.languages.dynamodb.paths import Projection
from eventyard.languages.dynamodb.projections import compile_attributes_to_get, compile_projection
from eventyard.languages.dynamodb.values import AttributeValue, Item, accept_item
from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.changes import Stored
from eventyard.services.dynamodb.model.names import require_name
from eventyard.services.dynamodb.model.stored import partition_of, place_of
from eventyard.services.dynamodb.model.tables import Index, Table

PAGE_BYTES_MAX = 1 << 20
SEGMENT_BYTES = 4
Params = Mapping[str, Any]

_QUERY = ("ProjectionExpression", "FilterExpression", "KeyConditionExpression")
_QUERY_OLDER = ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions")
_SCAN = ("ProjectionExpression", "FilterExpression")
_SCAN_OLDER = ("AttributesToGet", "ScanFilter", "ConditionalOperator")
_GET = ("ProjectionExpression",)
_GET_OLDER = ("AttributesToGet",)


@dataclass(frozen=True, slots=True)
class Read:
    """A Query or Scan, before its table is known. `tests` are the key conditions of a Query, empty for a Scan."""

    select: str | None
    projection: Projection | None
    filter: Condition | None
    tests: Mapping[str, KeyTest]
    start: Item | None
    is_consistent: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """What one Query or Scan has found: whole rows, and the one after which the next page begins."""

    matched: list[Stored]
    scanned: int
    size_bytes: int
    last: Item | None


def get_projection(params: Params) -> Projection | None:
    """The projection of a GetItem, or of one table in a BatchGetItem."""
    names = params.get("AttributesToGet")
    projection = None if names is None else compile_attributes_to_get(names)
    context = open_context(params, expressions=_GET, older=_GET_OLDER)
    if (text := params.get("ProjectionExpression")) is not None:
        projection = compile_projection(context, text)
    context.require_all_used()
    return projection


def require_get_form(params: Params) -> None:
    """Refuse a GetItem whose table has no proper name, or with both forms of projection."""
    if "TableName" in params:
        require_name(params["TableName"])
    require_one_form(params, expressions=_GET, older=_GET_OLDER)


def query_read(params: Params) -> Read:
    """The read of a Query."""
    require_name(params["TableName"])
    require_one_form(params, expressions=_QUERY, older=_QUERY_OLDER)
    older_filter = _older_filter(params, "QueryFilter")
    older_projection = _older_projection(params)
    start = _start(params)
    conditions, text = params.get("KeyConditions"), params.get("KeyConditionExpression")
    if conditions is None and text is None:
        raise errors.invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    context = open_context(params, expressions=_QUERY, older=_QUERY_OLDER)
    filtering = _filter(context, params, older_filter)
    projection = _projection(context, params, older_projection)
    tests = parse_key_conditions(conditions or {}) if text is None else parse_key_condition(context, text)
    context.require_all_used()
    return _read(params, projection, filtering, tests, start)


def scan_read(params: Params) -> Read:
    """The read of a Scan."""
    require_name(params["TableName"])
    require_one_form(params, expressions=_SCAN, older=_SCAN_OLDER)
    older_projection = _older_projection(params)
    older_filter = _older_filter(params, "ScanFilter")
    start = _start(params)
    _require_segment(params)
    context = open_context(params, expressions=_SCAN, older=_SCAN_OLDER)
    filtering = _filter(context, params, older_filter)
    projection = _projection(context, params, older_projection)
    context.require_all_used()
    return _read(params, projection, filtering, {}, start)


def chosen_index(table: Table, params: Params) -> Index | None:
    """The index that a Query or Scan names. Errors: ValidationException when there is none."""
    name = params.get("IndexName")
    if name is None:
        return None
    index = table.index(name)
    if index is None and "KeyConditions" not in params and "KeyConditionExpression" not in params:
        _require_no_start(params)
    if index is None:
        raise errors.invalid(f"The table does not have the specified index: {name}")
    return index


def require_ready(read: Read, index: Index | None) -> None:
    """Refuse a read that no global index allows, or not this one yet."""
    if index is None or not index.is_global:
        return
    if index.status == "CREATING":
        raise errors.invalid(f"Cannot read from backfilling global secondary index: {index.name}")
    if read.is_consistent:
        raise errors.invalid("Consistent reads are not supported on global secondary indexes")


def require_projected(read: Read, table: Table, index: Index | None) -> None:
    """Refuse a read of attributes that a global index does not have."""
    if index is None or not index.is_global:
        return
    if read.select == "ALL_ATTRIBUTES" and index.projection != "ALL":
        raise errors.invalid_parameters(
            f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.name} "
            "because its projection type is not ALL"
        )
    missing = [] if read.projection is None else _unprojected(read.projection, table, index)
    if missing:
        raise errors.invalid_parameters(f"Global secondary index {index.name} does not project [{', '.join(missing)}]")


def require_scalar_projection(projection: Projection | None, table: Table) -> None:
    """Refuse a projection that looks inside a key attribute."""
    if projection is not None:
        require_scalar_keys((str(path[0]) for path in projection.paths if len(path) > 1), table.key)


def require_scalar_filter(read: Read, table: Table) -> None:
    """Refuse a filter that looks inside a key attribute."""
    if read.filter is not None:
        require_scalar_keys(read.filter.nested_names, table.key)


def needs_whole_items(read: Read, table: Table, index: Index | None) -> bool:
    """Whether a read of a local index has to fetch the items themselves."""
    if index is None or index.is_global or index.projection == "ALL":
        return False
    if read.projection is not None:
        return bool(_unprojected(read.projection, table, index))
    return read.select == "ALL_ATTRIBUTES"


def collect(read: Read, rows: Iterable[Stored]) -> Page:
    """One page: up to the limit of rows, or up to 1 MB of them."""
    matched: list[Stored] = []
    scanned = size = 0
    for row in rows:
        scanned += 1
        size += row.size_bytes
        if read.filter is None or read.filter.evaluate(row.item):
            matched.append(row)
        if scanned == read.limit or size >= PAGE_BYTES_MAX:
            return Page(matched, scanned, size, row.item)
    return Page(matched, scanned, size, None)


def answer(read: Read, page: Page, items: Iterable[Item], table: Table, index: Index | None) -> dict[str, Any]:
    """The result, without the capacity; `items` are what is to be shown of the page."""
    result: dict[str, Any] = {"Count": len(page.matched), "ScannedCount": page.scanned}
    if read.select != "COUNT":
        shown = items if read.projection is None else map(read.projection.project, items)
        result["Items"] = list(shown)
    if page.last is not None:
        result["LastEvaluatedKey"] = {name: page.last[name] for name in start_names(table, index)}
    return result


def start_names(table: Table, index: Index | None) -> tuple[str, ...]:
    """The attributes of a start key: the table's key, and the index's."""
    names = table.key.names if index is None else (*table.key.names, *index.key.names)
    return tuple(dict.fromkeys(names))


def require_start(start: Item, table: Table, index: Index | None, *, is_query: bool) -> None:
    """Refuse a start key that is no key of the table or index."""
    is_plain = index is None and not is_query
    if start.keys() != set(start_names(table, index)):
        told = ": The provided key element does not match the schema" if is_plain else ""
        raise errors.invalid(f"The provided starting key is invalid{told}")
    key = table.key if index is None else index.key
    if not is_plain:
        require_key({name: start[name] for name in key.names}, key)
    try:
        require_key({name: start[name] for name in table.key.names}, table.key)
    except AwsError as error:
        raise errors.invalid(f"The provided starting key is invalid: {error.message}") from None


def require_start_within(start: Item, key: KeySchema, condition: KeyCondition) -> None:
    """Refuse a start key outside of what a Query reads."""
    is_elsewhere = sort_key(start[key.partition.name]) != sort_key(condition.partition)
    if key.sort is None or condition.sort is None:
        if is_elsewhere:
            raise errors.invalid("The provided starting key is outside query boundaries based on provided conditions")
        return
    if not condition.range.has(sort_key(start[key.sort.name])):
        raise errors.invalid("The provided starting key does not match the range key predicate")
    if is_elsewhere:
        raise errors.invalid("The query can return at most one row and cannot be restarted")


def segment_bounds(params: Params) -> tuple[bytes, bytes | None]:
    """The first partition digest of the segment, and the first after it (`None` for no end)."""
    total, segment = params.get("TotalSegments", 1), params.get("Segment", 0)
    space = 1 << (8 * SEGMENT_BYTES)
    low, high = -(-segment * space // total), -(-(segment + 1) * space // total)
    return low.to_bytes(SEGMENT_BYTES, "big"), None if high >= space else high.to_bytes(SEGMENT_BYTES, "big")


def require_start_in_segment(start: Item, key: KeySchema, params: Params) -> None:
    """Refuse a start key of another segment."""
    if "TotalSegments" not in params:
        return
    low, high = segment_bounds(params)
    partition = partition_of(start[key.partition.name])
    if partition < low or (high is not None and partition >= high):
        raise errors.invalid(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
            f"correct Segment. TotalSegments: {params['TotalSegments']} Segment: {params['Segment']}"
        )


def row_places(start: Item, table: Table, index: Index | None) -> tuple[bytes, bytes, bytes, bytes]:
    """Where the row of a start key stands: its partition and sort key, then the item's own."""
    base = place_of(start, table.key)
    if index is None:
        return base.partition, base.sort, b"", b""
    place = place_of(start, index.key)
    return place.partition, place.sort, base.partition, base.sort


def _require_no_start(params: Params) -> None:
    """A Scan tells of the start key before it tells of the index that is not there."""
    if params.get("ExclusiveStartKey") is not None:
        raise errors.invalid("The provided starting key is invalid")


def _read(
    params: Params,
    projection: Projection | None,
    filtering: Condition | None,
    tests: Mapping[str, KeyTest],
    start: Item | None,
) -> Read:
    select = params.get("Select")
    _require_select(params, select)
    return Read(select, projection, filtering, tests, start, bool(params.get("ConsistentRead")), params.get("Limit"))


def _require_select(params: Params, select: str | None) -> None:
    projecting = next((name for name in ("AttributesToGet", "ProjectionExpression") if params.get(name)), None)
    if select == "ALL_PROJECTED_ATTRIBUTES" and params.get("IndexName") is None:
        raise errors.invalid_parameters("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    if projecting is not None and select not in (None, "SPECIFIC_ATTRIBUTES"):
        raise errors.invalid(f"Cannot specify the {projecting} when choosing to get {select}")
    if projecting is None and select == "SPECIFIC_ATTRIBUTES":
        raise errors.invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )


def _require_segment(params: Params) -> None:
    total, segment = params.get("TotalSegments"), params.get("Segment")
    if segment is not None and total is None:
        raise errors.invalid(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present"
        )
    if total is not None and segment is None:
        raise errors.invalid(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present"
        )
    if total is not None and segment is not None and segment >= total:
        raise errors.invalid(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def _start(params: Params) -> dict[str, AttributeValue] | None:
    given = params.get("ExclusiveStartKey")
    if given is None:
        return None
    try:
        return accept_item(given)
    except AwsError as error:
        raise errors.invalid(f"The provided starting key is invalid: {error.message}") from None


def _older_filter(params: Params, parameter: str) -> Condition | None:
    conditions, operator = params.get(parameter), params.get("ConditionalOperator")
    require_operator_use(operator, conditions, "Expected")
    return compile_filter(conditions, operator or "AND") if conditions else None


def _older_projection(params: Params) -> Projection | None:
    names = params.get("AttributesToGet")
    return None if names is None else compile_attributes_to_get(names)


def _filter(context: ExpressionContext, params: Params, older: Condition | None) -> Condition | None:
    text = params.get("FilterExpression")
    return older if text is None else compile_condition(context, text, "FilterExpression")


def _projection(context: ExpressionContext, params: Params, older: Projection | None) -> Projection | None:
    text = params.get("ProjectionExpression")
    return older if text is None else compile_projection(context, text)


def _unprojected(projection: Projection, table: Table, index: Index) -> list[str]:
    if index.projection == "ALL":
        return []
    kept = {*table.key.names, *index.key.names, *index.included}
    return list(dict.fromkeys(str(path[0]) for path in projection.paths if path[0] not in kept))
