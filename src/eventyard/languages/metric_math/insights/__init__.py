"""Metrics Insights: the SELECT that an expression can be instead of metric math.

`query.py` reads it, `results.py` says which metrics make which of its series, and puts their observations together.
"""
