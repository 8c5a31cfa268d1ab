"""Functions that give every period of the frame a value: FILL, TIME_SERIES, and those that read the calendar.

FILL's REPEAT holds the last value there was and LINEAR draws a line across a gap; neither fills what lies before the
first point, nor LINEAR what lies after the last. Days are numbered from Monday, 1, to Sunday, 7; all in UTC.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (read 2026-11)
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from eventyard.languages.metric_math.values import NOT_A_NUMBER, Argument, Frame, Point, Series, Settled

Handler = Callable[[Frame, tuple[Argument, ...]], Settled | None]


def fill(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """FILL(series or array, number, series, REPEAT or LINEAR)."""
    match arguments:
        case (Series() as series, float() | Series() | "REPEAT" | "LINEAR" as filler):
            return _filled(series, filler, frame)
        case (tuple() as array, float() | Series() | "REPEAT" | "LINEAR" as filler):
            return tuple(_filled(series, filler, frame) for series in array)
    return None


def time_series(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """TIME_SERIES(number): that number in every period of the frame."""
    match arguments:
        case (float() as value,):
            return Series((), frame.period_s).with_points((at_s, value) for at_s in frame.instants())
    return None


def _calendar(field: Callable[[datetime], float]) -> Handler:
    def read(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
        match arguments:
            case (Series() as series,):
                return series.with_points(
                    (at_s, float(field(datetime.fromtimestamp(at_s, UTC)))) for at_s in frame.instants_of(series)
                )
        return None

    return read


CALENDAR: Mapping[str, Handler] = {
    "MINUTE": _calendar(lambda at: at.minute),
    "HOUR": _calendar(lambda at: at.hour),
    "DAY": _calendar(lambda at: at.isoweekday()),
    "DATE": _calendar(lambda at: at.day),
    "MONTH": _calendar(lambda at: at.month),
    "YEAR": _calendar(lambda at: at.year),
    "EPOCH": _calendar(lambda at: at.timestamp()),
}


def _filled(series: Series, filler: float | Series | str, frame: Frame) -> Series:
    present = dict(series.points)
    instants = sorted(present.keys() | set(frame.instants_of(series)))
    if filler == "REPEAT":
        return series.with_points(_repeated(present, instants))
    if filler == "LINEAR":
        return series.with_points(_drawn(series.points, present, instants))
    if isinstance(filler, Series):
        others = dict(filler.points)
        return series.with_points((at_s, present.get(at_s, others.get(at_s, NOT_A_NUMBER))) for at_s in instants)
    constant = filler if isinstance(filler, float) else NOT_A_NUMBER
    return series.with_points((at_s, present.get(at_s, constant)) for at_s in instants)


def _repeated(present: Mapping[int, float], instants: list[int]) -> Iterator[Point]:
    last = NOT_A_NUMBER
    for at_s in instants:
        last = present.get(at_s, last)
        yield at_s, last


def _drawn(points: tuple[Point, ...], present: Mapping[int, float], instants: list[int]) -> Iterator[Point]:
    following = 0
    for at_s in instants:
        while following < len(points) and points[following][0] < at_s:
            following += 1
        if at_s in present:
            yield at_s, present[at_s]
        elif 0 < following < len(points):
            (from_s, low), (to_s, high) = points[following - 1], points[following]
            share = (at_s - from_s) / (to_s - from_s)
            yield at_s, low * (1 - share) + high * share
