"""No mutable module-level state: two platforms must be able to live in one process (STYLE.md, section 6).

The check is exact rather than clever: a list, dict, set or other changeable collection that is made at module or class
level must be annotated with a type that offers no way to change it. mypy then keeps anybody from changing it.
"""

import ast
from collections.abc import Iterator, Sequence

from tests.tidy.tree import Finding, Repository

_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKERS = frozenset({"list", "dict", "set", "bytearray", "deque", "defaultdict", "OrderedDict", "Counter", "Lock"})
_READ_ONLY = frozenset({"Mapping", "Sequence", "Set", "AbstractSet", "Collection", "Iterable", "tuple", "frozenset"})
_WRAPPERS = frozenset({"Final", "ClassVar"})


def module_state_cannot_change(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/", "orders/"):
        bodies = [source.tree.body] + [node.body for node in source.nodes if isinstance(node, ast.ClassDef)]
        for statement in (statement for body in bodies for statement in body):
            name = _changeable(statement)
            if name:
                yield source.finding(statement, name, "annotate it as Mapping, Sequence or Set, or make it a tuple")


def nothing_is_global(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/", "orders/"):
        for node in source.nodes:
            if isinstance(node, ast.Global):
                yield source.finding(node, ", ".join(node.names), "no mutable module-level state")


def _changeable(statement: ast.stmt) -> str | None:
    """The name that `statement` binds to a collection which its annotation lets others change; else `None`."""
    if isinstance(statement, ast.Assign) and _makes_collection(statement.value):
        return _names(statement.targets)
    if isinstance(statement, ast.AnnAssign) and statement.value is not None and _makes_collection(statement.value):
        return None if _is_read_only(statement.annotation) else _names([statement.target])
    return None


def _makes_collection(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        called = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return called in _MAKERS
    return isinstance(value, _DISPLAYS)


def _is_read_only(annotation: ast.expr) -> bool:
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
    if name in _WRAPPERS and isinstance(annotation, ast.Subscript):
        return _is_read_only(annotation.slice)
    return name in _READ_ONLY


def _names(targets: Sequence[ast.expr]) -> str:
    return ", ".join(ast.unparse(target) for target in targets)
