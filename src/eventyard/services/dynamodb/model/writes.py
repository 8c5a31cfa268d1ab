"""Single writes: a request checked and compiled, then, with its table, what it makes of the item that is there.

What AWS finds wrong before it looks for the table is found by the `*_write` functions, the rest by `bind` and `decide`.
Source of the order and the words: architect/dynalite, recorded from AWS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard.languages.dynamodb.conditions import Condition, compile_condition
from eventyard.languages.dynamodb.context import open_context, require_one_form
from eventyard.languages.dynamodb.keys import (
    key_of,
    require_index_key,
    require_item_key,
    require_key,
    require_key_unchanged,
    require_scalar_keys,
)
from eventyard.languages.dynamodb.legacy import compile_attribute_updates, compile_expected, require_operator_use
from eventyard.languages.dynamodb.updates import Update, compile_update
from eventyard.languages.dynamodb.values import Item, accept_item, item_bytes, require_item_size
from eventyard.services.dynamodb import errors
from eventyard.services.dynamodb.model.changes import Change, Stored, change_of
from eventyard.services.dynamodb.model.names import require_name
from eventyard.services.dynamodb.model.stored import Place, place_of
from eventyard.services.dynamodb.model.tables import Table

Params = Mapping[str, Any]

_CONDITION = ("ConditionExpression",)
_EXPECTED = ("Expected", "ConditionalOperator")


@dataclass(frozen=True, slots=True)
class Write:
    """One write of one item, before its table is known.

    `subject` is the item of a put, the key of everything else, and `subject_bytes` its size. `update` is there for an
    update only.
    """

    verb: str
    subject: Item
    subject_bytes: int
    condition: Condition | None
    update: Update | None
    shows_failed: bool

    def bind(self, table: Table) -> Place:
        """The place of the item. Errors: ValidationException when the write does not fit the table."""
        if self.verb == "Put":
            require_item_key(self.subject, table.key)
            require_index_keys(self.subject, table)
        else:
            require_key(self.subject, table.key)
        if self.condition is not None:
            require_scalar_keys(self.condition.nested_names, table.key)
        if self.update is not None:
            require_key_unchanged(self.update.names, table.key)
        return place_of(self.subject, table.key)

    def holds(self, old: Stored | None) -> bool:
        """Whether the condition lets the write happen."""
        return self.condition is None or self.condition.evaluate(old.item if old is not None else {})

    def failure(self, old: Stored | None) -> Item | None:
        """The item that the answer to a failed condition shows."""
        return old.item if old is not None and self.shows_failed else None

    def decide(self, table: Table, place: Place, old: Stored | None) -> Change:
        """The change that the write makes. Errors: ValidationException from an update."""
        return change_of(table, place, old, self._new(table, old))

    def _new(self, table: Table, old: Stored | None) -> Stored | None:
        if self.verb == "Put":
            return Stored(self.subject, self.subject_bytes)
        if self.verb == "Delete":
            return None
        if old is None and self.update is not None and self.update.only_removes:
            return None  # AWS creates no item to take something from it; scylladb/scylladb asked it.
        item = dict(self.subject) if old is None else old.item
        if self.update is not None:
            item = self.update.apply(item)
            require_index_keys(item, table, is_update=True)
        return Stored(item, require_item_size(item, is_update=True))


def put_write(params: Params) -> Write:
    """The write of a PutItem or of a transaction's Put."""
    _require_table_name(params)
    require_one_form(params, expressions=_CONDITION, older=_EXPECTED)
    item = accept_item(params["Item"])
    size_bytes = require_item_size(item)
    _require_return_values(params)
    condition = _condition(params)
    return Write("Put", item, size_bytes, condition, None, _shows_failed(params))


def delete_write(params: Params) -> Write:
    """The write of a DeleteItem or of a transaction's Delete."""
    _require_table_name(params)
    require_one_form(params, expressions=_CONDITION, older=_EXPECTED)
    _require_return_values(params)
    key = accept_item(params["Key"])
    return Write("Delete", key, item_bytes(key), _condition(params), None, _shows_failed(params))


def check_write(params: Params) -> Write:
    """The condition check of a transaction, which writes nothing."""
    _require_table_name(params)
    key = accept_item(params["Key"])
    return Write("ConditionCheck", key, item_bytes(key), _condition(params), None, _shows_failed(params))


def update_write(params: Params) -> Write:
    """The write of an UpdateItem or of a transaction's Update."""
    expressions = ("UpdateExpression", "ConditionExpression")
    older = ("AttributeUpdates", *_EXPECTED)
    _require_table_name(params)
    require_one_form(params, expressions=expressions, older=older)
    key = accept_item(params["Key"])
    updates = params.get("AttributeUpdates")
    update = None if updates is None else compile_attribute_updates(updates)
    condition = _expected(params)
    context = open_context(params, expressions=expressions, older=older)
    if (text := params.get("UpdateExpression")) is not None:
        update = compile_update(context, text)
    if (text := params.get("ConditionExpression")) is not None:
        condition = compile_condition(context, text)
    context.require_all_used()
    return Write("Update", key, item_bytes(key), condition, update, _shows_failed(params))


def require_index_keys(item: Item, table: Table, *, is_update: bool = False) -> None:
    """Refuse an item whose attributes do not fit the keys of the table's indexes; the first by name is told."""
    for index in sorted(table.indexes, key=lambda index: index.name):
        require_index_key(item, index.name, index.key, is_update=is_update)


def _condition(params: Params) -> Condition | None:
    condition = _expected(params)
    context = open_context(params, expressions=_CONDITION, older=_EXPECTED)
    if (text := params.get("ConditionExpression")) is not None:
        condition = compile_condition(context, text)
    context.require_all_used()
    return condition


def _expected(params: Params) -> Condition | None:
    expected, operator = params.get("Expected"), params.get("ConditionalOperator")
    require_operator_use(operator, expected, "Expected")
    return compile_expected(expected, operator or "AND") if expected else None


def _require_table_name(params: Params) -> None:
    """A batch names its table elsewhere."""
    if "TableName" in params:
        require_name(params["TableName"])


def _require_return_values(params: Params) -> None:
    if params.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        raise errors.invalid("ReturnValues can only be ALL_OLD or NONE")


def _shows_failed(params: Params) -> bool:
    return bool(params.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD")


def _all_old(change: Change, update: Update | None) -> Item:
    return change.old.item if change.old is not None else {}


def _all_new(change: Change, update: Update | None) -> Item:
    return change.new.item if change.new is not None else {}


def _updated_old(change: Change, update: Update | None) -> Item:
    return update.projection.project(_all_old(change, update)) if update is not None else {}


def _updated_new(change: Change, update: Update | None) -> Item:
    return update.projection.project(_all_new(change, update)) if update is not None else {}


_RETURNED: Mapping[str, Callable[[Change, Update | None], Item]] = {
    "NONE": lambda change, update: {},
    "ALL_OLD": _all_old,
    "ALL_NEW": _all_new,
    "UPDATED_OLD": _updated_old,
    "UPDATED_NEW": _updated_new,
}


def returned(params: Params, write: Write, change: Change) -> dict[str, Any]:
    """`{"Attributes": ...}` as `ReturnValues` asks, or nothing when there is nothing to show."""
    attributes = _RETURNED[params.get("ReturnValues", "NONE")](change, write.update)
    return {"Attributes": attributes} if attributes else {}


def collection_metrics(key: Item, table: Table, size_bytes: int) -> dict[str, Any]:
    """`ItemCollectionMetrics` of the collection that the key belongs to."""
    whole_gb = size_bytes // (1 << 30)
    return {
        "ItemCollectionKey": {table.key.partition.name: key_of(key, table.key)[table.key.partition.name]},
        "SizeEstimateRangeGB": [float(whole_gb), float(whole_gb + 1)],
    }
