"""A service's rooms hold what their names say: SQL stands in `queries` alone (STYLE.md, section 3)."""

import ast
import re
from collections.abc import Iterator

from tests.tidy.tree import Finding, Repository

ROOMS = frozenset({"model", "operations", "queries", "tables", "work", "errors"})
_SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert into\s|update\s\w+\s+set\s|delete from\s|with\s+\w+\s+as\s*\()", re.DOTALL
)


def services_have_only_the_known_rooms(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/eventyard/services/"):
        parts = source.module.split(".")
        if len(parts) > 3 and parts[3] not in ROOMS:
            yield source.finding(None, parts[3], f"is no room; the rooms are {', '.join(sorted(ROOMS))}")


def only_queries_hold_sql(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/eventyard/services/"):
        parts = source.module.split(".")
        if len(parts) < 4 or parts[3] in ("queries", "tables"):
            continue
        for node in source.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
                yield source.finding(node, node.value.split()[0], "SQL belongs to this service's queries")
