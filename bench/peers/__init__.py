"""The peers that we measure ourselves against, in a virtual environment of their own beside this file.

`python -m bench.peers install` makes it, `python -m bench.peers start moto --port 5000` runs one in the foreground.
"""
