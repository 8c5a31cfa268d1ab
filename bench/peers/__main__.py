"""`python -m bench.peers install` and `python -m bench.peers start NAME [--port N]`."""

import argparse
import os

from bench.peers import environment


def main() -> None:
    """Do what the command line asks; `start` becomes the peer's process."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("install", help="make the peers' own environment")
    start = verbs.add_parser("start", help="run one peer in the foreground")
    start.add_argument("name", choices=environment.NAMES)
    start.add_argument("--port", type=int, default=4566)
    asked = parser.parse_args()
    environment.install()
    if asked.verb == "start":
        line, variables = environment.command(asked.name, asked.port)
        os.execve(line[0], line, dict(variables))


if __name__ == "__main__":
    main()
