"""What must be said in the code: what a file is for, what a shared function brings about (STYLE.md, section 5)."""

import ast
from collections.abc import Iterator, Mapping

from tests.tidy.rules.layers import imports
from tests.tidy.tree import Finding, Repository, Source


def every_file_says_what_it_is_for(repository: Repository) -> Iterator[Finding]:
    for source in repository.sources:
        if not ast.get_docstring(source.tree):
            yield source.finding(None, source.stem, "open with a docstring: what this file is for")


def shared_functions_have_docstrings(repository: Repository) -> Iterator[Finding]:
    """A service's `errors.py` is left out: there the name, AWS's code and AWS's words are all that can be said."""
    for source, node in _shared(repository):
        is_errors_room = source.path.startswith("src/eventyard/services/") and source.stem == "errors"
        if not is_errors_room and not ast.get_docstring(node):
            yield source.finding(node, node.name, "another file uses it: say in one sentence what it brings about")


def no_any_leaves_a_shared_function(repository: Repository) -> Iterator[Finding]:
    """An `Any` may be a value inside a mapping; a function that others use never gives back a bare one."""
    for source, node in _shared(repository):
        if node.returns is not None and ast.unparse(node.returns) == "Any":
            yield source.finding(node, node.name, "gives back Any: name the type, or object")


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _shared(repository: Repository) -> Iterator[tuple[Source, Function]]:
    """Each function at module level that another file of `src` uses by name."""
    sources = {source.module: source for source in repository.under("src/eventyard/")}
    used = {symbol for source in sources.values() for symbol in _uses(source, sources)}
    for module, source in sources.items():
        for node in source.tree.body:
            if isinstance(node, Function) and (module, node.name) in used:
                yield source, node


def _uses(source: Source, modules: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """The (module, name) pairs of other modules that `source` imports by name or reaches by attribute."""
    aliases: dict[str, str] = {}
    for node, name in imports(source):
        if name in modules:
            aliases[_bound_as(node, name)] = name
        elif isinstance(node, ast.ImportFrom):
            yield name.rpartition(".")[0], name.rpartition(".")[2]
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and (module := aliases.get(ast.unparse(node.value))):
            yield module, node.attr


def _bound_as(node: ast.AST, name: str) -> str:
    """The expression by which the importing file reaches module `name`."""
    names = node.names if isinstance(node, ast.Import | ast.ImportFrom) else []
    for alias in names:
        if alias.asname and name.endswith(alias.name):
            return alias.asname
    return name if isinstance(node, ast.Import) else name.rpartition(".")[2]
