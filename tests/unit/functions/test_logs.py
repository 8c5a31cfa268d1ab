"""Bytes in a pipe become log events."""

import os

import pytest

from eventyard.functions.logs import EVENT_BYTES_MAX, LogReader


def _frame(text: bytes) -> bytes:
    return b"\xa5\x5a\x00\x13" + len(text).to_bytes(4, "big") + (0).to_bytes(8, "big") + text


@pytest.fixture
def pipe():
    reading_fd, writing_fd = os.pipe()
    os.set_blocking(writing_fd, False)
    yield reading_fd, writing_fd
    for fd in (reading_fd, writing_fd):
        os.close(fd)


def _events(pipe, *chunks: bytes, bytes_max: int = 10_000_000) -> list[str]:
    reader = LogReader(pipe[0], now_ms=lambda: 7, bytes_max=bytes_max)
    for chunk in chunks:
        view = memoryview(chunk)
        while view:
            view = view[os.write(pipe[1], view[:60_000]) :]
            reader.drain()
    reader.finish_text()
    return [line.message for line in reader.take()]


@pytest.mark.parametrize(
    ("chunks", "events"),
    [
        ((b"one\ntwo\n",), ["one\n", "two\n"]),
        ((b"on", b"e\ntw", b"o"), ["one\n", "two\n"]),
        ((b"\n\n",), ["\n", "\n"]),
        ((_frame(b"a\nb\n"),), ["a\nb\n"]),
        ((b"open" + _frame(b"record") + b"after\n",), ["open\n", "record\n", "after\n"]),
        ((_frame(b"split record")[:9], _frame(b"split record")[9:]), ["split record\n"]),
        ((_frame(b"cut off")[:-3],), ["cut \n"]),
        ((b"\xff\xfe\n",), ["\ufffd\ufffd\n"]),
        ((b"a\rb\n",), ["a\rb\n"]),
    ],
)
def test_text_is_an_event_a_line_and_a_record_is_one_event(pipe, chunks, events):
    assert _events(pipe, *chunks) == events


def test_a_line_above_the_size_of_an_event_is_split(pipe):
    first, second = _events(pipe, b"x" * (EVENT_BYTES_MAX + 10) + b"\n")
    assert (len(first), second) == (EVENT_BYTES_MAX + 1, "x" * 10 + "\n")


def test_a_record_above_the_size_of_an_event_is_cut_into_its_lines(pipe):
    lines = b"y" * 99 + b"\n"
    assert _events(pipe, _frame(lines * 3_000)) == [lines.decode()] * 3_000


def test_what_is_above_the_limit_is_dropped_and_told(pipe):
    events = _events(pipe, b"12345\n" * 4, bytes_max=13)
    assert events == ["12345\n", "12345\n", "EVENTYARD 12 bytes of log output above 13 were dropped\n"]


def test_the_end_of_the_pipe_is_told():
    reading_fd, writing_fd = os.pipe()
    reader = LogReader(reading_fd, now_ms=lambda: 7, bytes_max=100)
    os.write(writing_fd, b"last")
    assert reader.drain()
    os.close(writing_fd)
    assert not reader.drain()
    reader.finish_text()
    assert [(line.at_ms, line.message) for line in reader.take()] == [(7, "last\n")]
    os.close(reading_fd)
