"""Measurements: each file prints ratios from one run on one machine, never a bare time."""
