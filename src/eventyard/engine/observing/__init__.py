"""What is counted while the platform works: metrics of services, and who calls whom how often.

Begin with `series.py` and `observer.py`. What one cause has led to, hop by hop, is in `engine/trace`; what became of
each event in `engine/ledger.py`.
"""
