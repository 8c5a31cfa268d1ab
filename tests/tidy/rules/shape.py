"""How long and how deep: files, functions, nesting; what an `__init__.py` may hold (STYLE.md, section 6)."""

import ast
from collections.abc import Iterator

from tests.tidy.tree import Finding, Repository

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
NESTING_MAX = 3

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def files_are_short(repository: Repository) -> Iterator[Finding]:
    for source in repository.sources:
        lines = source.text.count("\n")
        if lines > FILE_LINES_MAX:
            yield source.finding(None, source.stem, f"{lines} lines, at most {FILE_LINES_MAX}")


def functions_are_short(repository: Repository) -> Iterator[Finding]:
    for source in repository.sources:
        for node in source.nodes:
            if isinstance(node, Function) and (lines := _lines(node)) > FUNCTION_LINES_MAX:
                yield source.finding(node, node.name, f"{lines} lines, at most {FUNCTION_LINES_MAX}")


def functions_are_flat(repository: Repository) -> Iterator[Finding]:
    for source in repository.sources:
        for node in source.nodes:
            if isinstance(node, Function) and (depth := _depth(node)) > NESTING_MAX:
                yield source.finding(node, node.name, f"nested {depth} levels deep, at most {NESTING_MAX}")


def packages_hold_no_code(repository: Repository) -> Iterator[Finding]:
    """An `__init__.py` is one docstring that says what lives in the folder."""
    for source in repository.sources:
        if source.stem != "__init__":
            continue
        code = [node for node in source.tree.body if not _is_docstring(node)]
        if code:
            yield source.finding(code[0], "__init__", "an __init__.py holds one docstring and no code")


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _depth(node: ast.AST) -> int:
    """Levels of blocks below `node`, not counting inner functions; an `elif` is as deep as its `if`."""
    return max((_child_depth(node, child) for child in ast.iter_child_nodes(node)), default=0)


def _child_depth(parent: ast.AST, child: ast.AST) -> int:
    if isinstance(child, _SCOPES):
        return 0
    is_elif = isinstance(parent, ast.If) and isinstance(child, ast.If) and parent.orelse == [child]
    return _depth(child) + (isinstance(child, _BLOCKS) and not is_elif)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
