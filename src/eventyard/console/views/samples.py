"""A sample of what a schema describes: the shortest value that shows every property, for a person to edit.

Registered schemas are OpenAPI documents, whose event is `components.schemas.AWSEvent`, or JSON Schema of the whole
event. Examples, defaults, constants and enumerations are taken as they are.
"""

from collections.abc import Mapping
from typing import Any

DEPTH_MAX = 12
_TEXTS: Mapping[str, str] = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "email": "somebody@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def sample_of(document: Mapping[str, Any]) -> object:
    """A sample of the detail of the events that the document describes."""
    event = document.get("components", {}).get("schemas", {}).get("AWSEvent") or document
    detail = event.get("properties", {}).get("detail", {})
    return _sample(detail, document, 0)


def asked_source(document: Mapping[str, Any]) -> tuple[str, str]:
    """The source and the detail type of the events that the document describes; empty where it does not say."""
    event = document.get("components", {}).get("schemas", {}).get("AWSEvent") or document
    properties = event.get("properties", {})
    source = event.get("x-amazon-events-source") or _fixed(properties.get("source"))
    detail_type = event.get("x-amazon-events-detail-type") or _fixed(properties.get("detail-type"))
    return source, detail_type


def _fixed(schema: Any) -> str:
    named = schema if isinstance(schema, dict) else {}
    return str(named.get("const") or next(iter(named.get("enum", ())), ""))


def _sample(schema: Any, document: Mapping[str, Any], depth: int) -> Any:
    if not isinstance(schema, dict) or depth > DEPTH_MAX:
        return {}
    if "$ref" in schema:
        return _sample(_found(schema["$ref"], document), document, depth + 1)
    for name in ("example", "default", "const"):
        if name in schema:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    for name in ("allOf", "oneOf", "anyOf"):
        if schema.get(name):
            parts = schema[name] if name == "allOf" else schema[name][:1]
            return _joined([_sample(part, document, depth + 1) for part in parts])
    return _by_type(schema, document, depth)


def _by_type(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object" or (kind is None and "properties" in schema):
        return {name: _sample(own, document, depth + 1) for name, own in schema.get("properties", {}).items()}
    if kind == "array":
        return [_sample(schema.get("items", {}), document, depth + 1)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    if kind == "string":
        text = _TEXTS.get(schema.get("format", ""), "text")
        return text.ljust(schema.get("minLength", 0), "x")
    return None if kind == "null" else {}


def _found(reference: str, document: Mapping[str, Any]) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, dict) else {}
    return found


def _joined(parts: list[Any]) -> Any:
    objects = [part for part in parts if isinstance(part, dict)]
    return {name: value for part in objects for name, value in part.items()} if objects else parts[0]
