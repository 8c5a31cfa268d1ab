"""A transaction, the same over SQLite and PostgreSQL: what services read and write with.

SQL is the subset both databases speak, with `?` for arguments. Rows come back as tuples, columns in the order asked
for. Two words in braces stand for what differs: `{skip_locked}` inside the sub-select of a statement that claims rows,
and in migrations `{serial}`, `{blob}` (see `Dialect`).

Savepoints are lazy: a scope that only reads never tells the database about it, so a read costs nothing and a write pays
for its savepoint once. That is what makes a savepoint per call affordable. Inserts are lazy too: what `insert` is given
waits for the next statement or the end, so that the rows of many calls become one statement (`inserts.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from eventyard.store.inserts import Gathered, Insert
from eventyard.store.lasting import Lasting

T = TypeVar("T")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases call differently; the names in braces in our SQL."""

    name: str
    skip_locked: str
    serial: str
    blob: str

    def spell(self, sql: str) -> str:
        """Our SQL in the database's words."""
        if "{" not in sql:
            return sql
        words = {"skip_locked": self.skip_locked, "serial": self.serial, "blob": self.blob}
        for word, meaning in words.items():
            sql = sql.replace("{" + word + "}", meaning)
        return sql


class Cursor(Protocol):
    """What a database answers a statement with."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """One database connection, outside of any transaction when it is given to a `Tx`.

    Raises `StoreFailed` for the world's failures and `TryAgain` when the transaction has to be repeated.
    """

    def execute(self, sql: str, args: Sequence[Any], /) -> Cursor: ...
    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None: ...


class TryAgain(Exception):
    """The database asks for the whole transaction to be run again (a conflict with another node)."""


class Memo:
    """Values derived from rows, kept until the write that changes them: compiled patterns, a queue's attributes.

    A scope that the running transaction has changed is loaded anew until that transaction ends, so a rolled-back change
    leaves nothing behind. Where the database is shared by several processes nothing is kept at all.
    """

    __slots__ = ("_changed", "_is_kept", "_limit", "_values")

    def __init__(self, *, is_kept: bool, entries_max: int = 20_000) -> None:
        self._values: dict[str, dict[object, Any]] = {}
        self._changed: set[str] = set()
        self._is_kept = is_kept
        self._limit = entries_max

    def get(self, scope: str, key: object, load: Callable[[], T]) -> T:
        """The kept value of `key` in `scope`, else what `load` gives; `None` is not kept."""
        values = self._values.get(scope)
        if values is not None and (found := values.get(key)) is not None:
            kept: T = found
            return kept
        value = load()
        if self._is_kept and value is not None and scope not in self._changed:
            if values is None or len(values) >= self._limit:
                self._values[scope] = values = {}
            values[key] = value
        return value

    def get_all(self, scope: str, keys: Sequence[object], load: Callable[[Any], T | None]) -> list[T | None]:
        """`get` each of the keys, `load` of the key where it is not kept."""
        values = self._values.get(scope) or {}
        found = [values.get(key) for key in keys]
        if all(found):
            return found
        return [self.get(scope, key, lambda key=key: load(key)) for key in keys]  # type: ignore[misc]

    def change(self, scope: str) -> None:
        """Forget `scope`, and keep nothing of it until the transaction has ended."""
        self._values.pop(scope, None)
        self._changed.add(scope)

    def end(self) -> None:
        """The transaction has ended, either way."""
        if self._changed:
            for scope in self._changed:
                self._values.pop(scope, None)
            self._changed.clear()


class Tx:
    """One transaction. Not for keeping: it ends with the operation or tick it was handed to.

    `writes` counts the statements that were not a `select`, since the beginning; `notes` are what `note` was given.
    """

    __slots__ = (
        "_connection",
        "_depth",
        "_execute",
        "_gathered",
        "_lasting",
        "_memo",
        "_note_marks",
        "_opened",
        "_spelled",
        "dialect",
        "notes",
        "writes",
    )

    def __init__(self, connection: Connection, dialect: Dialect, memo: Memo, lasting: Lasting) -> None:
        self.dialect = dialect
        self.writes = 0
        self._connection = connection
        self._execute = connection.execute
        self._memo = memo
        self._lasting = lasting
        self._spelled: dict[str, tuple[str, bool]] = {}
        self._gathered = Gathered()
        self._depth = 0
        self._opened = 0
        self.notes: list[object] = []
        self._note_marks: list[int] = []

    def one(self, sql: str, *args: Any) -> Row | None:
        """The first row, or `None`."""
        row: Row | None = self._perform(sql, args).fetchone()
        return row

    def all(self, sql: str, *args: Any) -> list[Row]:
        """Every row. The order of `update … returning` is the database's own: sort what must be in order."""
        return self._perform(sql, args).fetchall()

    def run(self, sql: str, *args: Any) -> int:
        """How many rows the statement changed."""
        return self._perform(sql, args).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a write once for each row of arguments."""
        spelled, _ = self._spell(sql)
        self.writes += 1
        self.settle()
        self._connection.executemany(spelled, rows)

    def insert(self, insert: Insert, values: Sequence[object]) -> None:
        """Add a row, soon: before the next statement or the commit, whichever comes first.

        Rows of a table come to be in the order in which they were given, with those of other calls in few statements.
        """
        self.writes += 1
        self._gathered.rows.append((insert, values))

    def insert_all(self, insert: Insert, rows: Iterable[Sequence[object]]) -> None:
        """As `insert`, for many rows at once."""
        self.writes += 1
        self._gathered.rows.extend([(insert, values) for values in rows])

    def note(self, note: object) -> None:
        """Have this told after the commit, to whoever gathers such; a scope that is undone takes its notes along."""
        self.notes.append(note)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A scope whose writes are undone when it is left by an exception, which goes on."""
        self.enter()
        try:
            yield
        except BaseException:
            self.undo()
            raise
        self.release()

    def enter(self) -> None:
        """Begin a scope (see `savepoint`, which is to be preferred outside the hot path)."""
        self._depth += 1
        self._gathered.marks.append(len(self._gathered.rows))
        self._note_marks.append(len(self.notes))

    def release(self) -> None:
        """End the innermost scope and keep what it wrote."""
        self._note_marks.pop()
        if self._opened == self._depth:
            self.settle()
            self._execute(f"release savepoint s{self._depth}", ())
            self._opened -= 1
        else:
            self._gathered.marks.pop()
        self._depth -= 1

    def undo(self) -> None:
        """End the innermost scope and take back what it wrote."""
        del self.notes[self._note_marks.pop() :]
        if self._opened == self._depth:
            self._gathered.clear()
            self._execute(f"rollback to savepoint s{self._depth}", ())
            self._execute(f"release savepoint s{self._depth}", ())
            self._opened -= 1
        else:
            del self._gathered.rows[self._gathered.marks.pop() :]
        self._depth -= 1

    def settle(self) -> None:
        """Tell the database what it does not know of yet: each open scope, and the rows that were given in it."""
        gathered = self._gathered
        told = 0
        for mark in gathered.marks:
            self._insert_rows(told, mark)
            told = mark
            self._opened += 1
            self._execute(f"savepoint s{self._opened}", ())
        self._insert_rows(told, len(gathered.rows))
        gathered.clear()

    def memo(self, scope: str, key: object, load: Callable[[], T]) -> T:
        """A value derived from rows, kept until `changed(scope)`; see `Memo`. `load` may only read."""
        return self._memo.get(scope, key, load)

    def memo_all(self, scope: str, keys: Sequence[object], load: Callable[[Any], T | None]) -> list[T | None]:
        """`memo` of each of the keys, in their order, with `load(key)`; for whoever has many at once."""
        return self._memo.get_all(scope, keys, load)

    def lasting(self, scope: str, key: object, load: Callable[[], T], *, weight: int) -> T:
        """A value that `key` always has, whatever is written; see `Lasting`. `load` may only read."""
        return self._lasting.get((scope, key), load, weight=weight)

    def changed(self, scope: str) -> None:
        """To be called by every write that makes kept values of `scope` untrue."""
        self._memo.change(scope)

    def begin(self, sql: str = "begin") -> None:
        """Start the transaction."""
        self._depth = self._opened = 0
        self._gathered.clear()
        self.notes = []
        self._note_marks.clear()
        self.writes = 0
        self._execute(sql, ())

    def commit(self) -> None:
        """End the transaction; what it wrote is on disk when this returns. Raises StoreFailed, and nothing remains."""
        try:
            self.settle()
            self._execute("commit", ())
        except BaseException:
            self.rollback()
            raise
        self._memo.end()

    def rollback(self) -> None:
        """End the transaction and take everything back. Safe where the database has done so already."""
        self._gathered.clear()
        self.notes = []
        self._note_marks.clear()
        self._connection.execute("rollback", ())
        self._depth = self._opened = 0
        self._memo.end()

    def _perform(self, sql: str, args: Sequence[Any]) -> Cursor:
        spelled, is_write = self._spelled.get(sql) or self._spell(sql)
        if is_write:
            self.writes += 1
            if self._opened < self._depth:
                self.settle()
        if self._gathered.rows:
            self.settle()
        return self._execute(spelled, args)

    def _insert_rows(self, first: int, end: int) -> None:
        for sql, args in self._gathered.statements(first, end):
            spelled, _ = self._spelled.get(sql) or self._spell(sql)
            self._execute(spelled, args)

    def _spell(self, sql: str) -> tuple[str, bool]:
        known = self._spelled.get(sql)
        if known is None:
            is_write = sql.lstrip()[:6].lower() != "select"
            known = self._spelled[sql] = (self.dialect.spell(sql), is_write)
        return known


class Store(Protocol):
    """A database that hands out transactions."""

    is_shared: bool
    """Several transactions may run at once, on threads and in other processes; else there is one, on the loop."""

    def transaction(self) -> Tx:
        """A transaction that has begun. `commit` or `rollback` it, then give it back with `release`."""
        ...

    def release(self, tx: Tx) -> None: ...

    def wait_to_repeat(self, repeat: int) -> None:
        """Hold this thread for a moment before a transaction is run again; `repeat` counts from 0."""
        ...

    def size_bytes(self) -> int:
        """What the database takes on disk."""
        ...

    def close(self) -> None: ...
