"""DynamoDB's numbers: exact decimals of 38 digits, magnitude 1E-130 to 9.99..E+125, written without an exponent.

Inside the platform a number is its canonical text (`number_text`), so two equal numbers are equal texts.
Sources: developer guide "Naming rules and data types"; the messages as architect/dynalite recorded them; the byte
counts as nubo-db/dynamodb-conformance measured them against eu-west-2 on 2026-08-18 (the guide's own rule is wrong).
"""

import re
from decimal import Context, Decimal

from eventyard.languages.dynamodb.refusals import invalid

_LITERAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_PLAIN = re.compile(r"-?[1-9][0-9]{0,37}|0", re.ASCII)
_DIGITS_MAX = 38
_EXPONENT_MAX = 125
_EXPONENT_MIN = -130
_EXACT = Context(prec=400)


def number_text(text: str) -> str:
    """The canonical text of a number literal: no exponent, no leading or trailing zeros, no `-0`.

    Errors: ValidationException for what is no number, too large, too small or longer than 38 digits.
    """
    if _PLAIN.fullmatch(text):
        return text
    if not text:
        raise invalid("The parameter cannot be converted to a numeric value")
    match = _LITERAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    sign, whole, fraction, exponent = match[1], match[2], match[3] or "", match[4] or "0"
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    if len(exponent) > 9:
        exponent = f"{exponent[0] if exponent[0] == '-' else ''}999999999"
    return _written(sign == "-", digits.rstrip("0"), int(exponent) + len(digits) - len(fraction))


def _written(is_negative: bool, digits: str, point: int) -> str:
    """`digits` (no zeros at either end) with the point after the first `point` of them, maybe outside."""
    if point - 1 > _EXPONENT_MAX:
        raise invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if point - 1 < _EXPONENT_MIN:
        raise invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    if len(digits) > _DIGITS_MAX:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    if point <= 0:
        text = f"0.{'0' * -point}{digits}"
    elif point >= len(digits):
        text = digits + "0" * (point - len(digits))
    else:
        text = f"{digits[:point]}.{digits[point:]}"
    return f"-{text}" if is_negative else text


def add(left: str, right: str) -> str:
    """The exact sum of two canonical texts. Errors: as `number_text`, when it cannot be stored."""
    return number_text(str(_EXACT.add(Decimal(left), Decimal(right))))


def subtract(left: str, right: str) -> str:
    """The exact difference of two canonical texts. Errors: as `number_text`, when it cannot be stored."""
    return number_text(str(_EXACT.subtract(Decimal(left), Decimal(right))))


def number_bytes(text: str) -> int:
    """What a canonical number costs in an item: digit pairs on each side of the point, rounded up, plus one or two."""
    if text == "0":
        return 1
    whole, _, fraction = text.removeprefix("-").partition(".")
    whole = whole.lstrip("0") if fraction else whole.rstrip("0")
    if not whole:
        fraction = fraction.lstrip("0")
    return 1 + (len(whole) + 1) // 2 + (len(fraction) + 1) // 2 + text.startswith("-")


def number_key(text: str) -> bytes:
    """Bytes whose order (`memcmp`) is the order of the numbers.

    A sign byte (7F, 80 for zero, 81), the exponent plus 130, then pairs of digits plus one. A negative number has the
    rest complemented and FF at the end, so that the longer of two equal beginnings is the smaller.
    """
    if text == "0":
        return b"\x80"
    whole, _, fraction = text.removeprefix("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent = len(whole) - 1 if whole != "0" else len(digits) - len(fraction) - 1
    digits = digits.rstrip("0")
    pairs = (digits + "0" * (len(digits) % 2)).encode()
    body = bytes([exponent - _EXPONENT_MIN]) + bytes(
        (pairs[i] - 48) * 10 + pairs[i + 1] - 47 for i in range(0, len(pairs), 2)
    )
    if text.startswith("-"):
        return b"\x7f" + bytes(255 - byte for byte in body) + b"\xff"
    return b"\x81" + body
