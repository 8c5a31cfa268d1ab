"""AWS X-Ray: segments of clients and the engine's own spans, as one trace, one list of summaries and one map.

Read `model/segments.py` (what a client may send), then `model/assembling.py` (how documents become a trace). Spans are
read through `engine/trace/read.py` and made into segment documents by `model/spans.py`: from there on nobody can tell
them apart.
"""
