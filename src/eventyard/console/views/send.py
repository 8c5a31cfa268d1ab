"""What the form for sending an event offers: buses, and a sample from a registered schema."""

from collections.abc import Mapping
from typing import Any

import orjson

from eventyard.base.errors import AwsError
from eventyard.console.views.samples import asked_source, sample_of
from eventyard.console.views.topology import Topology, listed
from eventyard.engine.call import Call
from eventyard.languages.schemas.errors import SchemaError
from eventyard.languages.schemas.validation import compile_schema
from eventyard.store.tx import Tx


def form(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """The buses and schemas there are; filled in from `schema` (REGISTRY/NAME), else from the query itself."""
    chosen = str(call.params.get("schema", ""))
    entry = {name: str(call.params.get(name, "")) for name in ("bus", "source", "detail_type", "detail")}
    if chosen:
        content = schema_of(tx, call, chosen)["Content"]
        document = orjson.loads(content)
        source, detail_type = asked_source(document)
        by_name = chosen.partition("/")[2].partition("@")
        entry["source"] = source or by_name[0]
        entry["detail_type"] = detail_type or by_name[2]
        entry["detail"] = orjson.dumps(sample_of(document), option=orjson.OPT_INDENT_2).decode()
    return {
        "buses": [bus["Name"] for bus in listed(tx, call, Topology(), ("events", "ListEventBuses", "EventBuses"))],
        "schemas": list(_schemas(tx, call)),
        "chosen": chosen,
        "entry": {**entry, "bus": entry["bus"] or "default", "detail": entry["detail"] or "{}"},
    }


def schema_of(tx: Tx, call: Call[Any], chosen: str) -> Mapping[str, Any]:
    """The schema REGISTRY/NAME. Raises NotFound."""
    registry, _, name = chosen.partition("/")
    asked = {"RegistryName": registry, "SchemaName": name}
    try:
        told: Mapping[str, Any] = call.dispatch(tx, "schemas", "DescribeSchema", asked)
    except AwsError as refusal:
        raise AwsError("NotFound", refusal.message, status=404) from refusal
    return told


def judged(tx: Tx, call: Call[Any]) -> Mapping[str, Any]:
    """Why the event of the parameters does not fit the schema that was chosen; `reason` is empty where it does."""
    told = schema_of(tx, call, call.params["schema"])
    try:
        detail = orjson.loads(call.params["detail"])
        reason = compile_schema(told["Content"], told["Type"]).reason(_event(call, detail))
    except orjson.JSONDecodeError as failure:
        reason = f"The detail is no JSON: {failure}"
    except SchemaError as failure:
        reason = str(failure)
    return {"reason": reason or ""}


def _event(call: Call[Any], detail: Any) -> dict[str, Any]:
    """The event as a bus would make it."""
    return {
        "version": "0",
        "id": "00000000-0000-4000-8000-000000000000",
        "detail-type": call.params["detail_type"],
        "source": call.params["source"],
        "account": call.account,
        "time": "2026-01-31T12:00:00Z",
        "region": call.region,
        "resources": [],
        "detail": detail,
    }


def _schemas(tx: Tx, call: Call[Any]) -> list[str]:
    found: list[str] = []
    for registry in listed(tx, call, Topology(), ("schemas", "ListRegistries", "Registries")):
        asked = {"RegistryName": registry["RegistryName"]}
        names = listed(tx, call, Topology(), ("schemas", "ListSchemas", "Schemas"), asked)
        found += [f"{registry['RegistryName']}/{one['SchemaName']}" for one in names]
    return found
