"""Query and Scan: items in pages."""

from collections.abc import Mapping
from typing import Any

from eventyard.engine.call import Call
from eventyard.languages.dynamodb.keyconditions import bind_key_condition
from eventyard.languages.dynamodb.keys import require_no_key_in_filter
from eventyard.languages.dynamodb.values import Item
from eventyard.services.dynamodb.model import reads
from eventyard.services.dynamodb.model.capacity import Consumed, read_units, shown_in
from eventyard.services.dynamodb.model.stored import Place, partition_of, place_of
from eventyard.services.dynamodb.model.tables import Index, Table
from eventyard.services.dynamodb.operations import counting
from eventyard.services.dynamodb.queries import items, tables
from eventyard.store.tx import Tx

Request = Call[Mapping[str, Any]]


def query(tx: Tx, call: Request) -> dict[str, Any]:
    """Items of one partition in the order of their sort keys."""
    params = call.params
    read = reads.query_read(params)
    table = tables.for_items(tx, account=call.account, region=call.region, name=params["TableName"])
    index = reads.chosen_index(table, params)
    key = table.key if index is None else index.key
    reads.require_ready(read, index)
    if read.start is not None:
        reads.require_start(read.start, table, index, is_query=True)
    condition = bind_key_condition(dict(read.tests), key)
    if read.start is not None:
        reads.require_start_within(read.start, key, condition)
    reads.require_scalar_projection(read.projection, table)
    if read.filter is not None:
        parameter = "QueryFilter" if "QueryFilter" in params else "Filter Expression"
        require_no_key_in_filter(read.filter.names, key, parameter=parameter)
    reads.require_projected(read, table, index)
    reads.require_scalar_filter(read, table)
    rows = items.in_partition(
        tx,
        table.id,
        0 if index is None else index.number,
        partition=partition_of(condition.partition),
        keys=condition.range,
        start=_start(read, table, index),
        is_forward=params.get("ScanIndexForward", True),
    )
    return _answer(tx, call, table, index, read=read, page=reads.collect(read, rows))


def scan(tx: Tx, call: Request) -> dict[str, Any]:
    """Items of a table, an index, or one segment of it, in the order of their partitions' digests."""
    params = call.params
    read = reads.scan_read(params)
    table = tables.for_items(tx, account=call.account, region=call.region, name=params["TableName"])
    index = reads.chosen_index(table, params)
    key = table.key if index is None else index.key
    reads.require_ready(read, index)
    if read.start is not None:
        reads.require_start(read.start, table, index, is_query=False)
        reads.require_start_in_segment(read.start, key, params)
    reads.require_projected(read, table, index)
    reads.require_scalar_projection(read.projection, table)
    reads.require_scalar_filter(read, table)
    low, high = reads.segment_bounds(params)
    number = 0 if index is None else index.number
    rows = items.in_scan_order(tx, table.id, number, low=low, high=high, start=_start(read, table, index))
    return _answer(tx, call, table, index, read=read, page=reads.collect(read, rows))


def _start(read: reads.Read, table: Table, index: Index | None) -> items.Start | None:
    if read.start is None:
        return None
    partition, sort, base_partition, base_sort = reads.row_places(read.start, table, index)
    return items.Start(partition, sort, Place(base_partition, base_sort))


def _answer(
    tx: Tx, call: Request, table: Table, index: Index | None, *, read: reads.Read, page: reads.Page
) -> dict[str, Any]:
    consumed = Consumed(table)
    consumed.add(index, read_units(page.size_bytes, is_consistent=read.is_consistent))
    shown: list[Item] = [row.item for row in page.matched]
    if reads.needs_whole_items(read, table, index):
        shown = _whole_items(tx, read, page, consumed)
    counting.consume(tx, call, (consumed,), "Read")
    return {**reads.answer(read, page, shown, table, index), **shown_in(call.params, consumed)}


def _whole_items(tx: Tx, read: reads.Read, page: reads.Page, consumed: Consumed) -> list[Item]:
    """The items behind entries of a local index, each of which costs a read of its own."""
    table = consumed.table
    whole = []
    for row in page.matched:
        found = items.find(tx, table, place_of(row.item, table.key))
        assert found is not None, "an entry stands for an item that is there"
        consumed.add(None, read_units(found.size_bytes, is_consistent=read.is_consistent))
        whole.append(found.item)
    return whole
