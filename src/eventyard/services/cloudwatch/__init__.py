"""Amazon CloudWatch: metrics, what is read from them, dashboards and tags.

Read `model/points.py` first (what is kept of a metric's values), then `work/recording.py` (the way in),
`queries/points.py` (the way out) and `work/settling.py` (how old points become few). Alarms stand in files of their own
in the same rooms.
"""
