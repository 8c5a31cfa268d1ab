"""Parameters as CloudWatch's older operations judge them: in words of their own, which no service model has."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.series import UNITS, Dimensions, dimensions_of
from eventyard.services.cloudwatch.model.windows import SHORT_PERIODS, is_period

NAME_MAX: Final = 255
DIMENSION_VALUE_MAX: Final = 1024
DIMENSIONS_MAX: Final = 30
VALUE_MAX: Final = 2.0**360

_UNITS_AS_TOLD: Final = (
    *("Megabits", "Terabits", "Gigabits", "Count", "Bytes", "Gigabytes", "Gigabytes/Second", "Kilobytes"),
    *("Kilobits/Second", "Terabytes", "Terabits/Second", "Bytes/Second", "Percent", "Megabytes", "Megabits/Second"),
    *("Milliseconds", "Microseconds", "Kilobytes/Second", "Gigabits/Second", "Megabytes/Second", "Bits"),
    *("Bits/Second", "Count/Second", "Seconds", "Kilobits", "Terabytes/Second", "None"),
)
"""The order in which AWS names them."""


def check_text(given: Any, parameter: str, *, length_max: int = NAME_MAX, is_required: bool = True) -> None:
    """A text that is needed, or may be left out, and is not too long."""
    if not given:
        if is_required:
            raise errors.required(parameter)
        return
    if len(given) > length_max:
        raise errors.too_long(parameter, length_max)


def check_namespace(given: Any, *, is_required: bool = True) -> None:
    """A namespace; AWS takes one that begins with a colon, although its model does not. Source: stackd."""
    check_text(given, "Namespace", is_required=is_required)


def check_period(period_s: int, parameter: str) -> None:
    """A length that periods can have."""
    if period_s < 1:
        raise errors.too_small(parameter, 1)
    if not is_period(period_s):
        is_short = period_s < 60
        raise (
            errors.short_period_invalid(parameter, SHORT_PERIODS) if is_short else errors.long_period_invalid(parameter)
        )


def check_unit(given: Any, parameter: str = "Unit") -> None:
    """One of the units, or none."""
    if given is not None and given not in UNITS:
        raise errors.not_in_set(parameter, _UNITS_AS_TOLD)


def checked_dimensions(given: Iterable[Mapping[str, Any]], parameter: str = "Dimensions") -> Dimensions:
    """The dimensions of a metric, each with a name of its own and a value."""
    dimensions = list(given)
    if len(dimensions) > DIMENSIONS_MAX:
        raise errors.too_many(parameter, DIMENSIONS_MAX)
    for place, one in enumerate(dimensions, start=1):
        name, value = f"{parameter}.member.{place}.Name", f"{parameter}.member.{place}.Value"
        check_text(one.get("Name"), name)
        check_text(one.get("Value"), value, length_max=DIMENSION_VALUE_MAX)
        if one["Name"].startswith(":"):
            raise errors.value_invalid(one["Name"], name)
        if not one["Name"].strip() or not one["Value"].strip():
            raise errors.blank(value if one["Name"].strip() else name)
    if len({one["Name"] for one in dimensions}) < len(dimensions):
        raise errors.dimension_twice()
    return dimensions_of(dimensions)


def check_number(given: float, parameter: str) -> None:
    """A number that a metric can have."""
    if math.isnan(given) or abs(given) > VALUE_MAX:
        raise errors.value_invalid(number_text(given), parameter)


def number_text(number: float) -> str:
    """A number as Java prints it, which is how AWS's messages show it: `NaN`, `Infinity`, `1.5`, `4.69E108`."""
    if math.isnan(number) or math.isinf(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return str(float(number))
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    places = "".join(map(str, digits))
    tens = int(exponent) + len(places) - 1
    return f"{'-' * sign}{places[0]}.{places[1:] or '0'}E{tens}"
