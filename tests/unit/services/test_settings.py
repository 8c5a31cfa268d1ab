"""No accepted setting does nothing: what the model lets a client say is read by the service, or stands in a table.

For each served operation every member of its input, at any depth, has to be named by its service's code where code
reads: as a string, but not as a key of a dictionary that a function writes, which is how answers are made. What is
refused, kept or ignored as a whole stands in `settings.toml`, with the reason, and is not looked into. So it is with
the values of enumerations. A name that is read somewhere in the service counts for all of its operations: this finds
what nobody has thought of, and tests of each setting find the rest.
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from eventyard.assembly import Parts, make_registry
from eventyard.base.clock import RealClock
from eventyard.base.ids import Ids
from eventyard.engine.keys import open_keys
from eventyard.gateway.models import ServiceModels
from eventyard.outside.http import HttpClient
from eventyard.settings import Settings

SOURCES = Path(__file__).resolve().parents[3] / "src/eventyard"
TABLE = tomllib.loads(Path(__file__).with_name("settings.toml").read_text(encoding="utf-8"))
FOLDERS: Mapping[str, tuple[str, ...]] = {
    "dynamodb": ("services/dynamodb", "languages/dynamodb"),
    "lambda": ("services/lambda_",),
    "sesv2": ("services/ses",),
}
NOT_OF: Mapping[str, str] = {"ses": "v2", "sesv2": "v1"}
"""Which rooms in a folder of two services are the other's."""


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The served operations of each service."""
    registry = make_registry(
        Parts(
            settings=Settings(),
            folder=tmp_path_factory.mktemp("data"),
            clock=RealClock(),
            ids=Ids(),
            keys=open_keys(),
            models=ServiceModels(),
            http=HttpClient(timeout_max_s=1),
            endpoint_url=str,
            xray_address=str,
        )
    )
    return {name: list(service.operations) for name, service in registry.services.items()}


@cache
def _read(service: str) -> frozenset[str]:
    """Every string that the service's code may ask for."""
    folders = FOLDERS.get(service, (f"services/{service}",))
    paths = [path for folder in folders for path in (SOURCES / folder).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths if NOT_OF.get(service) not in path.parts]
    return frozenset(text for tree in trees for text in _texts(tree))


def _texts(tree: ast.Module) -> Iterator[str]:
    """The strings of a module, but for docstrings and what is written: keys within functions, and by assignment."""
    written: set[ast.AST | None] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            written.update(key for inner in ast.walk(node) if isinstance(inner, ast.Dict) for key in inner.keys)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            written.add(node.slice)
        elif isinstance(node, ast.Expr):
            written.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in written:
            yield node.value


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


class Walk:
    """What is not read of the inputs of one service; `met` are the rows of the table that were needed."""

    def __init__(self, service: str) -> None:
        self._read = _read(service)
        table = TABLE.get(service, {})
        self._settings, self._values = table.get("settings", {}), table.get("values", {})
        self.met: set[str] = set()
        self.unread: set[str] = set()

    def shape(self, shape: Any, path: str = "", above: frozenset[str] = frozenset()) -> None:
        if shape is None or shape.name in above:
            return
        above |= {shape.name}
        if shape.type_name == "structure":
            for name, member in shape.members.items():
                self._member(name, member, f"{path}.{name}".lstrip("."), above)
        elif shape.type_name in ("list", "map"):
            self.shape(shape.member if shape.type_name == "list" else shape.value, path, above)
        for value in getattr(shape, "enum", None) or ():
            if value in self._read:
                continue
            if shape.name in self._values:
                self.met.add(shape.name)
            else:
                self.unread.add(f"{path} = {value} ({shape.name})")

    def _member(self, name: str, member: Any, path: str, above: frozenset[str]) -> None:
        if path in self._settings:
            self.met.add(path)
        elif name not in self._read:
            self.unread.add(path)
        else:
            self.shape(member, path, above)


@pytest.fixture(scope="module")
def walked(operations: Mapping[str, list[str]]) -> Mapping[str, Walk]:
    """Every service's inputs, walked through."""
    walks = {service: Walk(service) for service in operations}
    for service, names in operations.items():
        for name in names:
            walks[service].shape(_model(service).operation_model(name).input_shape)
    return walks


def test_every_setting_is_acted_on_or_refused(walked: Mapping[str, Walk]) -> None:
    assert {service: sorted(walk.unread) for service, walk in walked.items() if walk.unread} == {}


def test_the_table_has_no_row_that_is_not_needed(walked: Mapping[str, Walk]) -> None:
    met = {(service, row) for service, walk in walked.items() for row in walk.met}
    rows = {(service, row) for service, parts in TABLE.items() for part in parts.values() for row in part}
    assert rows - met == set()


def test_a_setting_that_is_only_shown_is_found() -> None:
    code = 'A = {"Table": 1}\ndef f(p):\n    """Doc"""\n    d["Put"] = p["Got"]\n    return {"Shown": p.get("Asked")}'
    assert set(_texts(ast.parse(code))) == {"Table", "Got", "Asked"}
