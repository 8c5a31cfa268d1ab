"""Ways to spoil a body: its bytes, its shape, its values. Seeded through the `chance` they are given."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

STRANGE: Sequence[Any] = (
    *(None, True, 0, -1, 1e308, 2**70, "", "\u0000", "\ud83d", "x" * 5000),
    *([], {}, [[]], {"": {}}, {"S": 1}, {"N": "abc"}, [None], [{}] * 30),
)
SYNTAX = (
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\",
    b",",
    b":",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"&",
    b"=",
    b"%",
    b"%zz",
    b"<",
    b">",
    b"<!DOCTYPE",
    b"1e999",
)


def spoil(body: bytes, chance: random.Random) -> bytes:
    """The body after one to three mutations."""
    for _ in range(chance.randint(1, 3)):
        body = chance.choice(MUTATIONS)(body, chance)
    return body


def flip(body: bytes, chance: random.Random) -> bytes:
    if not body:
        return b"\xff"
    at = chance.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]


def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def insert(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + chance.choice(SYNTAX) * chance.choice((1, 1, 1, 200)) + body[at:]


def repeat(body: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(body) + 1) for _ in range(2))
    return body[:end] + body[start:end] * chance.randint(1, 3) + body[end:]


def replace_value(body: bytes, chance: random.Random) -> bytes:
    """Put something strange in a place of the JSON, where it is JSON."""
    return _in_json(body, chance, lambda holder, key: holder.__setitem__(key, chance.choice(STRANGE)))


def remove_value(body: bytes, chance: random.Random) -> bytes:
    return _in_json(body, chance, lambda holder, key: holder.__delitem__(key))


def nest_value(body: bytes, chance: random.Random) -> bytes:
    def nest(holder: Any, key: Any) -> None:
        for _ in range(chance.choice((1, 2, 100))):
            holder[key] = [holder[key]] if chance.random() < 0.5 else {"M": holder[key]}

    return _in_json(body, chance, nest)


def nest_deeply(body: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((100, 2000, 60_000))
    return b'{"Item":' + b'{"M":{"a":' * depth + b"1" + b"}}" * depth + b"}"


MUTATIONS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *(flip, cut, insert, repeat),
    *(replace_value, replace_value, replace_value, remove_value, nest_value, nest_deeply),
)


def _in_json(body: bytes, chance: random.Random, change: Callable[[Any, Any], None]) -> bytes:
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        return body + b" "
    places = list(_places(tree))
    if places:
        change(*chance.choice(places))
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            found.append((node, key))
            waiting.append(node[key])
    return found
