"""Running a function's code: real processes with AWS's own runtime client, a warm pool, the Runtime API, the log lines.

Nothing here knows an AWS service, a store or a socket: whoever assembles the program hands in `serve`. Only `base/` is
imported. Read `runner.py` first: its `invoke` is the one way in.
"""
