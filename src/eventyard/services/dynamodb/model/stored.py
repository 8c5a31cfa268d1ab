"""How an item is kept: its text, its place, and its entries in the secondary indexes.

The text is the item's JSON with binary in base64, as on the wire. A place is two byte strings: a digest of the
partition key, whose order is the order of scans and what parallel segments divide, and the sort key in bytes that sort
as DynamoDB sorts. The entry of an index is placed by the index's key, then by the item's own place.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import orjson

from eventyard.languages.dynamodb.keys import KeySchema, sort_key
from eventyard.languages.dynamodb.values import AttributeValue, Item, item_bytes
from eventyard.services.dynamodb.model.tables import Index, Table

PARTITION_BYTES = 16
SHARDS = 16
"""Sizes are counted in so many rows a table, so that writers of different partitions seldom meet."""

TTL_PAST_MAX_S = 5 * 365 * 24 * 3600
"""An expiry longer ago than this is no expiry. Source: developer guide "Time to Live"."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in its table."""

    partition: bytes
    sort: bytes

    @property
    def shard(self) -> int:
        return self.partition[0] % SHARDS


@dataclass(frozen=True, slots=True)
class Entry:
    """An item's entry in one index: where it stands there, and what it shows."""

    index: Index
    partition: bytes
    sort: bytes
    item: Item
    size_bytes: int


def partition_of(value: AttributeValue) -> bytes:
    """The digest of a partition key."""
    return blake2b(sort_key(value), digest_size=PARTITION_BYTES).digest()


def place_of(item: Item, key: KeySchema) -> Place:
    """The place of an item, or of a key, that has been checked against the schema."""
    sort = b"" if key.sort is None else sort_key(item[key.sort.name])
    return Place(partition_of(item[key.partition.name]), sort)


def write_item(item: Item) -> str:
    """The item's text."""
    return orjson.dumps(item, default=_base64).decode()


def read_item(text: str) -> dict[str, AttributeValue]:
    """The item of a text."""
    item: dict[str, AttributeValue] = orjson.loads(text)
    if '"B":' in text or '"BS":' in text:
        return {name: _with_binary(value) for name, value in item.items()}
    return item


def entry_of(item: Item | None, table: Table, index: Index) -> Entry | None:
    """The item's entry in an index; `None` when it lacks an attribute of the index's key."""
    if item is None or not all(name in item for name in index.key.names):
        return None
    shown = item
    if index.projection != "ALL":
        kept = {*table.key.names, *index.key.names, *index.included}
        shown = {name: value for name, value in item.items() if name in kept}
    place = place_of(item, index.key)
    return Entry(index, place.partition, place.sort, shown, item_bytes(shown))


def ttl_of(item: Item, attribute: str | None) -> int | None:
    """When the item expires, in seconds since the epoch; `None` for never."""
    if attribute is None:
        return None
    text = item.get(attribute, {}).get("N")
    if text is None:
        return None
    instant = int(Decimal(text))
    return instant if 0 < instant < 1 << 53 else None


def _base64(value: Any) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"no attribute value holds {type(value).__name__}")


def _with_binary(value: AttributeValue) -> AttributeValue:
    kind, content = next(iter(value.items()))
    match kind:
        case "B":
            return {kind: b64decode(content)}
        case "BS":
            return {kind: [b64decode(member) for member in content]}
        case "L":
            return {kind: [_with_binary(inner) for inner in content]}
        case "M":
            inner: Mapping[str, AttributeValue] = content
            return {kind: {name: _with_binary(part) for name, part in inner.items()}}
    return value
