"""Who may import whom: dependencies point downward only (STYLE.md, section 2).

`MAY_IMPORT` is the whole table. A layer is the first folder (or file) under `src/eventyard`; each service is a layer of
its own, which is why no service can name another.
"""

import ast
from collections.abc import Iterator, Mapping

from tests.tidy.tree import Finding, Repository, Source

_EVERYTHING = frozenset({"*"})

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "base": frozenset(),
    "settings": frozenset({"base"}),
    "languages": frozenset({"base"}),
    "functions": frozenset({"base"}),
    "outside": frozenset({"base"}),
    "store": frozenset({"base"}),
    "engine": frozenset({"base", "store", "languages"}),
    "services": frozenset({"base", "store", "languages", "functions", "outside", "engine"}),
    "gateway": frozenset({"base", "languages", "engine"}),
    "console": frozenset({"base", "languages", "store", "engine"}),
    "cli": frozenset({"base", "settings", "store", "engine", "app"}),
    "app": _EVERYTHING,
    "assembly": _EVERYTHING,
    "__main__": frozenset({"cli"}),
}

_PURE_ROOM = "model"
_IMPURE = frozenset({"eventyard.store", "eventyard.engine.due", "sqlite3", "psycopg", "socket", "asyncio", "time"})
_OTHER_ROOMS = frozenset({"operations", "queries", "work"})


def imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Each imported name in full: `from a.b import c` gives `a.b.c`."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            yield from ((node, f"{prefix}.{alias.name}") for alias in node.names)


def layer(dotted: str) -> str | None:
    """The layer of `eventyard.x.y`: `x`, or `services.sqs` for a service; `None` outside of Eventyard."""
    parts = dotted.split(".")
    if parts[0] != "eventyard" or len(parts) < 2:
        return None
    return ".".join(parts[1:3]) if parts[1] == "services" and len(parts) > 2 else parts[1]


def imports_point_downward(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/eventyard/"):
        own = layer(source.module)
        if own is None:
            continue
        allowed = MAY_IMPORT.get(own.partition(".")[0])
        if allowed is None:
            yield source.finding(None, own, "is no layer of MAY_IMPORT in tests/tidy/rules/layers.py")
            continue
        for node, name in imports(source):
            other = layer(name)
            if other is not None and other != own and other not in allowed and allowed is not _EVERYTHING:
                yield source.finding(node, name, f"{own} may not import {other}")


def imports_are_absolute(repository: Repository) -> Iterator[Finding]:
    for source in repository.sources:
        for node, name in imports(source):
            if name.startswith("."):
                yield source.finding(node, name, "import it by its full name")


def the_order_system_uses_only_the_sdk(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("orders/"):
        for node, name in imports(source):
            if name.partition(".")[0] == "eventyard":
                yield source.finding(node, name, "orders/ talks to the platform only through the AWS SDK")


def models_are_pure(repository: Repository) -> Iterator[Finding]:
    """A service's `model.py` or `model/` decides on values: no SQL, no clock, no loop, none of the other rooms."""
    for source in repository.under("src/eventyard/services/"):
        rooms = source.module.split(".")[3:]
        if not rooms or rooms[0] != _PURE_ROOM:
            continue
        service = ".".join(source.module.split(".")[:3])
        forbidden = _IMPURE | {f"{service}.{room}" for room in _OTHER_ROOMS}
        for node, name in imports(source):
            if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden):
                yield source.finding(node, name, "a model touches no SQL, clock or loop")


def no_import_cycles(repository: Repository) -> Iterator[Finding]:
    """An import for type checking alone (`if TYPE_CHECKING:`) is no import when the program runs."""
    by_module = {source.module: source for source in repository.under("src/eventyard/")}
    edges = {module: _module_edges(source, frozenset(by_module)) for module, source in by_module.items()}
    for module, source in by_module.items():
        if _reaches(edges, module):
            yield source.finding(None, module, "imports itself through others")


def _module_edges(source: Source, modules: frozenset[str]) -> frozenset[str]:
    for_types = {id(inner) for node in source.nodes if _is_for_types(node) for inner in ast.walk(node)}
    running = [name for node, name in imports(source) if id(node) not in for_types]
    names = {name if name in modules else name.rpartition(".")[0] for name in running}
    return frozenset(names & modules) - {source.module}


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _reaches(edges: Mapping[str, frozenset[str]], start: str) -> bool:
    seen: set[str] = set()
    waiting = set(edges[start])
    while waiting:
        module = waiting.pop()
        if module == start:
            return True
        seen.add(module)
        waiting |= edges[module] - seen
    return False
