"""Keys: which attributes they are, whether an item or a request has them right, and bytes that sort as AWS sorts.

Source of the messages: architect/dynalite, recorded from AWS; nubo-db/dynamodb-conformance, checked in 2026.
Unverified: the path that looks inside a key attribute.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventyard.languages.dynamodb.numbers import number_key
from eventyard.languages.dynamodb.refusals import EmptyKeyValue, invalid, invalid_parameters
from eventyard.languages.dynamodb.values import AttributeValue, Item, type_of

PARTITION_KEY_BYTES_MAX = 2048
SORT_KEY_BYTES_MAX = 1024
_KINDS_OF_EMPTY: Mapping[str, str] = {"S": "string", "B": "binary"}


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """One attribute of a key; `type` is S, N or B."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The key of a table or an index."""

    partition: KeyAttribute
    sort: KeyAttribute | None = None

    @property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        return (self.partition,) if self.sort is None else (self.partition, self.sort)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(attribute.name for attribute in self.attributes)


def sort_key(value: AttributeValue) -> bytes:
    """Bytes whose order (`memcmp`) is DynamoDB's order of accepted S, N or B values."""
    if "S" in value:
        text: str = value["S"]
        return text.encode()
    return number_key(value["N"]) if "N" in value else bytes(value["B"])


def require_key(key: Item, schema: KeySchema) -> None:
    """Check the `Key` of a request: exactly the schema's attributes, of their types, neither empty nor too long."""
    if key.keys() != set(schema.names):
        raise invalid("The provided key element does not match the schema")
    for attribute in schema.attributes:
        if attribute.type not in key[attribute.name]:
            raise invalid("The provided key element does not match the schema")
    _require_key_sizes(key, schema)


def require_item_key(item: Item, schema: KeySchema) -> None:
    """Check that an item to be put has the table's key."""
    for attribute in schema.attributes:
        value = item.get(attribute.name)
        if value is None:
            raise invalid_parameters(f"Missing the key {attribute.name} in the item")
        if attribute.type not in value:
            raise invalid_parameters(
                f"Type mismatch for key {attribute.name} expected: {attribute.type} actual: {type_of(value)}"
            )
    _require_key_sizes(item, schema)


def require_index_key(item: Item, index_name: str, schema: KeySchema, *, is_update: bool = False) -> None:
    """Check the attributes of an index's key that the item has; one that it lacks keeps it out of the index."""
    for attribute in schema.attributes:
        value = item.get(attribute.name)
        if value is None:
            continue
        if attribute.type not in value:
            raise invalid_parameters(
                f"Type mismatch for Index Key {attribute.name} Expected: {attribute.type} "
                f"Actual: {type_of(value)} IndexName: {index_name}"
            )
        if not value[attribute.type]:
            raise _empty_index_key(attribute, index_name, is_update=is_update)
        _require_size(attribute, value, schema)


def _empty_index_key(attribute: KeyAttribute, index_name: str, *, is_update: bool) -> EmptyKeyValue:
    rule = f"The AttributeValue for a key attribute cannot contain an empty {_KINDS_OF_EMPTY[attribute.type]} value."
    if is_update:
        return EmptyKeyValue(
            "The update expression attempted to update a secondary index key to a value that is not supported. " + rule
        )
    return EmptyKeyValue(
        f"A value specified for a secondary index key is not supported. {rule} "
        f"IndexName: {index_name}, IndexKey: {attribute.name}"
    )


def key_of(item: Item, schema: KeySchema) -> dict[str, AttributeValue]:
    """The key attributes of an item that has them."""
    return {name: item[name] for name in schema.names}


def require_key_unchanged(names: Iterable[str], schema: KeySchema) -> None:
    """Refuse an update of any of the top-level attributes `names` that is part of the key."""
    for name in names:
        if name in schema.names:
            raise invalid_parameters(f"Cannot update attribute {name}. This attribute is part of the key")


def require_no_key_in_filter(names: Iterable[str], schema: KeySchema, *, parameter: str = "Filter Expression") -> None:
    """Refuse a Query's filter over any of the attributes `names` that is part of the key."""
    for name in names:
        if name in schema.names:
            raise invalid(f"{parameter} can only contain non-primary key attributes: Primary key attribute: {name}")


def require_scalar_keys(nested_names: Iterable[str], schema: KeySchema) -> None:
    """Refuse a document path that looks inside a key attribute."""
    for name in nested_names:
        if name in schema.names:
            raise invalid(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                f"Key: {name}"
            )


def require_key_value(attribute: KeyAttribute, value: AttributeValue) -> None:
    """Refuse an empty key value."""
    if attribute.type != "N" and not value[attribute.type]:
        raise EmptyKeyValue(
            "The AttributeValue for a key attribute cannot contain an "
            f"empty {_KINDS_OF_EMPTY[attribute.type]} value. Key: {attribute.name}"
        )


def _require_key_sizes(item: Item, schema: KeySchema) -> None:
    for attribute in schema.attributes:
        value = item[attribute.name]
        require_key_value(attribute, value)
        _require_size(attribute, value, schema)


def _require_size(attribute: KeyAttribute, value: AttributeValue, schema: KeySchema) -> None:
    """Refuse a key value that is too long. Unverified for the keys of indexes, which have the same limits."""
    if attribute.type == "N":
        return
    size = len(sort_key(value))
    if attribute is schema.partition and size > PARTITION_KEY_BYTES_MAX:
        raise invalid_parameters("Size of hashkey has exceeded the maximum size limit of2048 bytes")
    if attribute is not schema.partition and size > SORT_KEY_BYTES_MAX:
        raise invalid_parameters("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
