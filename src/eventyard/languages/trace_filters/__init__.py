"""X-Ray's filter expressions, and the small picture of a trace that they judge.

`filters.py` is the door: `compile_filter(text)` gives a `Filter`, whose `matches(trace)` says whether a `Traced`
(`trace.py`) is wanted. `lexer.py` makes tokens, `parser.py` a tree of `syntax.py`, `evaluate.py` a predicate. Nothing
here knows segments, documents or rows.
"""
