"""Instants and other scalars as text, both ways."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.gateway.protocol import scalars
from eventyard.gateway.protocol.scalars import NotReadable


@pytest.mark.parametrize(
    ("text", "instant_ms"),
    [
        ("0", 0),
        ("1398796238", 1_398_796_238_000),
        ("1398796238.5", 1_398_796_238_500),
        ("1.398796238E9", 1_398_796_238_000),
        ("2014-04-29T18:30:38Z", 1_398_796_238_000),
        ("2014-04-29T18:30:38.123Z", 1_398_796_238_123),
        ("2014-04-29T18:30:38+01:00", 1_398_792_638_000),
        ("2014-04-29T18:30:38", 1_398_796_238_000),
        ("Tue, 29 Apr 2014 18:30:38 GMT", 1_398_796_238_000),
        ("Tue, 29 Apr 2014 18:30:38.250 GMT", 1_398_796_238_250),
        ("-1", -1_000),
    ],
)
def test_an_instant_is_read_in_any_format(text, instant_ms):
    assert scalars.read_instant(text) == instant_ms


@pytest.mark.parametrize(
    "text", ["", "yesterday", "1e300", "NaN", "2014-13-01T00:00:00Z", "99999-01-01T00:00:00Z", "Tue, 99 Foo", "1_000"]
)
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(NotReadable):
        scalars.read_instant(text)


def test_an_instant_is_written_with_a_fraction_only_when_it_has_one():
    assert scalars.epoch_seconds(1_398_796_238_000) == 1_398_796_238
    assert scalars.epoch_seconds(1_398_796_238_123) == 1_398_796_238.123
    assert scalars.epoch_text(1_398_796_238_120) == "1398796238.120"
    assert scalars.iso_text(1_398_796_238_000) == "2014-04-29T18:30:38Z"
    assert scalars.iso_text(1_398_796_238_007) == "2014-04-29T18:30:38.007Z"
    assert scalars.http_text(1_398_796_238_999) == "Tue, 29 Apr 2014 18:30:38 GMT"


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_every_instant_survives_iso_8601(instant_ms):
    assert scalars.read_instant(scalars.iso_text(instant_ms)) == instant_ms


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    for read in scalars.READERS.values():
        with suppress(NotReadable):
            assert read(text) is not None


@pytest.mark.parametrize("text", ["1_0", "１２", "9" * 5_000, "0x10", "", "1.5"])
def test_what_is_no_integer_is_refused(text):
    with pytest.raises(NotReadable):
        scalars.read_integer(text)


def test_special_floats_have_aws_names():
    assert [scalars.number_text(number) for number in (math.nan, math.inf, -math.inf)] == [
        "NaN",
        "Infinity",
        "-Infinity",
    ]
    assert scalars.read_number("-Infinity") == -math.inf
    with pytest.raises(NotReadable):
        scalars.read_number("inf")
