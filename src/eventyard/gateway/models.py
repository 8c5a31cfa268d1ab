"""What botocore's service models say, loaded lazily and without botocore's session, with our few corrections.

A model is one gzipped JSON file a service; reading the largest (S3) takes 6 ms and SQS 1.4 ms, so one is read at the
first request for its service and no derived cache is kept. Documentation texts are dropped on the way in: they are
nine tenths of the memory. A `Shape` is a shape as one place refers to it: the reference's traits win over the shape's
own, which is how botocore reads these files too.

The correction: botocore's current SQS model speaks JSON only and has dropped the names and error codes that older
SDKs use in the `query` protocol; `sqs_query.py` holds them, and `ServiceModel.speaking("query")` applies them.
"""

import gzip
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final, cast

import botocore
import orjson

from eventyard.gateway.sqs_query import with_query_names

Raw = Mapping[str, Any]

_DATA: Final = Path(os.path.dirname(botocore.__file__)) / "data"
_CATALOG: Final = "catalog.tsv"


class UnknownService(LookupError):
    """There is no service of that name in botocore's data."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape as seen from one place: a member, an element, a key, a value, or an operation's input or output.

    `name` is the shape's, `type` one of structure, list, map, string, blob, boolean, integer, long, float, double,
    timestamp. Everything else is read from the merged traits.
    """

    name: str
    type: str
    traits: Raw = field(repr=False)
    model: "ServiceModel" = field(repr=False, compare=False)

    def text(self, trait: str) -> str:
        """A trait that is text, empty when it is absent."""
        return cast("str", self.traits.get(trait, ""))

    def has(self, trait: str) -> bool:
        return bool(self.traits.get(trait))

    @property
    def location(self) -> str:
        """Where a rest operation's member travels: uri, querystring, header, headers, statusCode; empty: the body."""
        return self.text("location")

    @property
    def members(self) -> dict[str, "Shape"]:
        refs: Raw = self.traits.get("members", {})
        return {name: self.model.shape(ref) for name, ref in refs.items()}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.traits.get("required", ()))

    @property
    def enum(self) -> tuple[str, ...]:
        return tuple(self.traits.get("enum", ()))

    @property
    def element(self) -> "Shape":
        return self.model.shape(self.traits["member"])

    @property
    def key(self) -> "Shape":
        return self.model.shape(self.traits["key"])

    @property
    def value(self) -> "Shape":
        return self.model.shape(self.traits["value"])

    @property
    def payload(self) -> str:
        """The member that is the whole body; empty when the body holds the members without a location."""
        return self.text("payload")

    @property
    def namespace(self) -> tuple[str, str]:
        """XML namespace as (prefix, URI); both empty when there is none."""
        trait = self.traits.get("xmlNamespace") or {}
        if isinstance(trait, str):
            return "", trait
        return str(trait.get("prefix", "")), str(trait.get("uri", ""))

    def wire_name(self, member_name: str) -> str:
        """The name on the wire of the member `member_name` that has this shape."""
        return self.text("locationName") or member_name


@dataclass(frozen=True)
class OperationModel:
    """One operation: its name, its HTTP binding, and the shapes that travel."""

    name: str
    service: "ServiceModel" = field(repr=False)
    raw: Raw = field(repr=False)

    @property
    def method(self) -> str:
        return cast("str", self.raw["http"]["method"])

    @property
    def uri(self) -> str:
        """The URI template, with `{label}`, `{greedy+}`, and fixed query parameters after a `?`."""
        return cast("str", self.raw["http"]["requestUri"])

    @property
    def status(self) -> int:
        return int(self.raw["http"].get("responseCode", 200))

    @property
    def input(self) -> Shape | None:
        return self._shape("input")

    @property
    def output(self) -> Shape | None:
        return self._shape("output")

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(ref["shape"] for ref in self.raw.get("errors", ()))

    def _shape(self, direction: str) -> Shape | None:
        ref = self.raw.get(direction)
        return None if ref is None else self.service.shape(ref)


class ServiceModel:
    """One service's model. Shapes of the file are looked up, never copied."""

    def __init__(self, name: str, raw: Raw) -> None:
        self.name = name
        self._raw = raw
        self._shapes: Raw = raw["shapes"]
        self.metadata: Raw = raw["metadata"]
        self.operations: Mapping[str, OperationModel] = {
            operation: OperationModel(operation, self, described) for operation, described in raw["operations"].items()
        }

    def __repr__(self) -> str:
        return f"ServiceModel({self.name})"

    def operation(self, name: str) -> OperationModel:
        """Raises KeyError when the service has no such operation."""
        return self.operations[name]

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols that the service speaks, the preferred one first; SQS's `query` included."""
        listed = self.metadata.get("protocols") or (self.metadata["protocol"],)
        return (*listed, "query") if self.name == "sqs" and "query" not in listed else tuple(listed)

    @property
    def is_query_compatible(self) -> bool:
        """The service once spoke `query` and still gives its old error codes in a header."""
        return "awsQueryCompatible" in self.metadata

    @property
    def endpoint_prefix(self) -> str:
        return cast("str", self.metadata.get("endpointPrefix", ""))

    @property
    def signing_name(self) -> str:
        return cast("str", self.metadata.get("signingName") or self.endpoint_prefix)

    @property
    def target_prefix(self) -> str:
        return cast("str", self.metadata.get("targetPrefix", ""))

    @property
    def api_version(self) -> str:
        return cast("str", self.metadata.get("apiVersion", ""))

    def shape(self, ref: Raw) -> Shape:
        """The shape that `ref` points to, with the reference's own traits on top."""
        name: str = ref["shape"]
        own: Raw = self._shapes[name]
        traits = own if len(ref) == 1 else {**own, **ref}
        return Shape(name, own["type"], traits, self)

    def error_shape(self, code: str) -> Shape | None:
        """The error of that shape name, or of that code in the `query` protocol; `None` when the model has neither."""
        name = code if self._shapes.get(code, {}).get("exception") else self._error_names.get(code)
        return None if name is None else self.shape({"shape": name})

    @cached_property
    def _error_names(self) -> Mapping[str, str]:
        coded = {
            shape["error"]["code"]: name for name, shape in self._shapes.items() if "code" in shape.get("error", {})
        }
        if self.name == "sqs" and not coded:
            return self.speaking("query")._error_names
        return coded

    @cached_property
    def _in_query(self) -> "ServiceModel":
        return ServiceModel(self.name, with_query_names(self._raw))

    def speaking(self, protocol: str) -> "ServiceModel":
        """This model as `protocol` sees it: SQS has other names in `query`; every other model is the same in all."""
        if self.name == "sqs" and protocol == "query" and self.metadata["protocol"] != "query":
            return self._in_query
        return self


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What is known about a service without loading its model; `service` is botocore's name for it.

    `protocols` has the preferred one first. `target_prefix` is empty for services that have none.
    """

    service: str
    signing_name: str
    endpoint_prefix: str
    target_prefix: str
    protocols: tuple[str, ...]
    api_version: str


def load(service: str) -> ServiceModel:
    """Read the newest model of `service` from botocore's data. Raises UnknownService."""
    folder = _DATA / service
    if not service.isascii() or not service.replace("-", "").isalnum() or not folder.is_dir():
        raise UnknownService(service)
    version = max(entry.name for entry in folder.iterdir() if entry.is_dir())
    return ServiceModel(service, _without_documentation(_read(folder / version)))


def service_names() -> Iterator[str]:
    """All services that botocore has a model for, in order."""
    return (entry.name for entry in sorted(_DATA.iterdir()) if entry.is_dir() and any(entry.glob("*/service-2.json*")))


def _read(folder: Path) -> dict[str, Any]:
    packed = folder / "service-2.json.gz"
    if packed.exists():
        return cast("dict[str, Any]", orjson.loads(gzip.decompress(packed.read_bytes())))
    return cast("dict[str, Any]", orjson.loads((folder / "service-2.json").read_bytes()))


def _without_documentation(raw: dict[str, Any]) -> Raw:
    """Take the texts out in place. A member called `documentation` is kept: it stands among members, not traits."""
    for described in (*raw["operations"].values(), *raw["shapes"].values()):
        described.pop("documentation", None)
        for ref in described.get("members", {}).values():
            ref.pop("documentation", None)
    return raw


def catalog() -> Mapping[str, CatalogEntry]:
    """All services by botocore's name, from the generated table beside this file (`catalog.py` makes it)."""
    text = (resources.files("eventyard.gateway") / _CATALOG).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    entries = (
        CatalogEntry(service, signing, endpoint, target, tuple(protocols.split(",")), version)
        for service, signing, endpoint, target, protocols, version in rows
    )
    return {entry.service: entry for entry in entries}


class ServiceModels:
    """The models that this platform has loaded so far; each is read at its first use and kept."""

    def __init__(self) -> None:
        self._loaded: dict[str, ServiceModel] = {}

    def service(self, name: str) -> ServiceModel:
        """The model of botocore's service `name`. Raises UnknownService."""
        model = self._loaded.get(name)
        if model is None:
            model = self._loaded[name] = load(name)
        return model

    def operation(self, service: str, operation: str) -> OperationModel:
        """Raises UnknownService, or KeyError when the service has no such operation."""
        return self.service(service).operation(operation)
