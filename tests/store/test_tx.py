"""A transaction means the same on both databases: savepoints, memo, and what a commit keeps."""

from collections.abc import Iterator

import pytest

from eventyard.store.tx import Store, Tx


@pytest.fixture
def tx(store: Store) -> Iterator[Tx]:
    made = store.transaction()
    made.run("create table notes (id integer primary key, text text not null)")
    made.commit()
    store.release(made)
    running = store.transaction()
    yield running
    running.rollback()
    store.release(running)
    store.close()


def texts(tx: Tx) -> list[str]:
    return [row[0] for row in tx.all("select text from notes order by id")]


def test_a_scope_left_by_an_exception_takes_back_what_it_wrote(tx: Tx) -> None:
    tx.run("insert into notes values (1, 'kept')")
    with pytest.raises(KeyError), tx.savepoint():  # noqa: PT012
        tx.run("insert into notes values (2, 'undone')")
        raise KeyError
    assert texts(tx) == ["kept"]


def test_an_inner_scope_is_undone_alone(tx: Tx) -> None:
    with tx.savepoint():
        tx.run("insert into notes values (1, 'outer')")
        with pytest.raises(KeyError), tx.savepoint():  # noqa: PT012
            tx.run("insert into notes values (2, 'inner')")
            raise KeyError
        tx.run("insert into notes values (3, 'after')")
    assert texts(tx) == ["outer", "after"]


def test_an_outer_scope_takes_its_inner_ones_with_it(tx: Tx) -> None:
    with pytest.raises(KeyError), tx.savepoint():  # noqa: PT012
        with tx.savepoint():
            tx.run("insert into notes values (1, 'inner')")
        raise KeyError
    assert texts(tx) == []


def test_a_scope_that_only_reads_costs_no_savepoint(tx: Tx) -> None:
    tx.enter()
    assert texts(tx) == []
    tx.undo()
    tx.run("insert into notes values (1, 'kept')")
    assert texts(tx) == ["kept"]


def test_many_writes_open_the_scope_they_are_in(tx: Tx) -> None:
    with pytest.raises(KeyError), tx.savepoint():  # noqa: PT012
        tx.many("insert into notes values (?, ?)", [(1, "one"), (2, "two")])
        raise KeyError
    assert texts(tx) == []


def test_a_rolled_back_transaction_leaves_nothing(store: Store, tx: Tx) -> None:
    tx.run("insert into notes values (1, 'gone')")
    tx.rollback()
    tx.begin()
    assert texts(tx) == []


def test_a_kept_value_is_read_anew_after_its_scope_has_changed(tx: Tx) -> None:
    loads = iter(["first", "second", "third"])
    assert tx.memo("notes", 1, lambda: next(loads)) == "first"
    tx.changed("notes")
    assert tx.memo("notes", 1, lambda: next(loads)) == "second"
    assert tx.memo("notes", 1, lambda: next(loads)) == "third"


def test_nothing_is_kept_that_a_rolled_back_change_has_made(store: Store, tx: Tx) -> None:
    tx.changed("notes")
    assert tx.memo("notes", 1, lambda: "of the change") == "of the change"
    tx.rollback()
    tx.begin()
    assert tx.memo("notes", 1, lambda: "as before") == "as before"


def test_a_percent_sign_and_a_question_mark_travel_as_values(tx: Tx) -> None:
    tx.run("insert into notes values (?, ?)", 1, "100 %? yes %s")
    assert tx.one("select text from notes where text like '100 %'") == ("100 %? yes %s",)
