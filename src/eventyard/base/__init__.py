"""What needs nothing else: time, chance, faults, errors, limits and plain values.

Nothing here imports another folder of Eventyard. Read `errors.py` first: its three kinds of failure run
through everything.
"""
