"""`IF(condition, then[, otherwise])`.

A condition that is a series decides for each of its points: not 0 is true. Where it is true and `then` has no point the
value is 0; where it is false and `otherwise` has none, or is left out, the point is dropped. No point, no decision.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#using-IF-expressions
(read 2026-11)
"""

import math

from eventyard.languages.metric_math.values import NOT_A_NUMBER, Argument, Frame, Series, Settled

Branch = float | Series


def if_(frame: Frame, arguments: tuple[Argument, ...]) -> Settled | None:
    """`None` where the operands do not fit: AWS's forms know no arrays."""
    match arguments:
        case (float() | Series() as condition, float() | Series() as then):
            return _decided(frame, condition, then, None)
        case (float() | Series() as condition, float() | Series() as then, float() | Series() as otherwise):
            return _decided(frame, condition, then, otherwise)
    return None


def _decided(frame: Frame, condition: Branch, then: Branch, otherwise: Branch | None) -> Branch:
    if isinstance(condition, Series):
        return _decided_at_each(condition, then, otherwise)
    chosen = then if condition else otherwise
    if chosen is None or math.isnan(condition):
        return Series((), then.period_s if isinstance(then, Series) else frame.period_s)
    return chosen


def _decided_at_each(condition: Series, then: Branch, otherwise: Branch | None) -> Series:
    thens = dict(then.points) if isinstance(then, Series) else None
    otherwises = dict(otherwise.points) if isinstance(otherwise, Series) else None

    def value_at(at_s: int, is_true: bool) -> float:
        if is_true:
            return thens.get(at_s, 0.0) if thens is not None else _number(then)
        return otherwises.get(at_s, NOT_A_NUMBER) if otherwises is not None else _number(otherwise)

    periods = [part.period_s for part in (condition, then, otherwise) if isinstance(part, Series)]
    return Series((), max(periods)).with_points(
        (at_s, value_at(at_s, decision != 0)) for at_s, decision in condition.points
    )


def _number(branch: Branch | None) -> float:
    return branch if isinstance(branch, float) else NOT_A_NUMBER
