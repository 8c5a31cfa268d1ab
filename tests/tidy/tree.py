"""The repository as the house rules see it: its files, read once, and the findings that rules make about them.

A rule is a generator over a `Repository`, so that a test can give it a small bad example instead of the real tree.
"""

import ast
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NEVER_READ = (".png", ".gz", ".zip", ".ico")


@dataclass(frozen=True)
class Finding:
    """One breach of a rule. `name` is the function, word or import it is about; line 0 means the whole file."""

    path: str
    line: int
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name}: {self.why}"


@dataclass(frozen=True)
class Source:
    """One Python file: its path relative to the repository, with forward slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @property
    def stem(self) -> str:
        return self.path.rpartition("/")[2].removesuffix(".py")

    @property
    def module(self) -> str:
        """The dotted name by which others import this file."""
        return self.path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def finding(self, node: ast.AST | None, name: str, why: str) -> Finding:
        return Finding(self.path, getattr(node, "lineno", 0), name, why)


@dataclass(frozen=True)
class Repository:
    """The text of every tracked or new file by its path; binary files are left out."""

    texts: Mapping[str, str]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return tuple(Source(path, text) for path, text in self.texts.items() if path.endswith(".py"))

    def under(self, *prefixes: str) -> Iterator[Source]:
        """The Python files whose path starts with one of `prefixes`."""
        return (source for source in self.sources if source.path.startswith(prefixes))


Rule = Callable[[Repository], Iterator[Finding]]


def read_repository(root: Path = ROOT) -> Repository:
    """All files that git tracks or would track under `root`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = [path for path in sorted(set(listed)) if path and not path.endswith(_NEVER_READ)]
    return Repository({path: text for path in paths if (text := _text(root / path)) is not None})


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return None
