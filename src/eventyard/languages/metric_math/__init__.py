"""CloudWatch's metric math: expressions over time series, SEARCH, dynamic labels and Metrics Insights' SELECT.

Pure, as every language here: no store, no clock, no network. How one uses it, in the order of a GetMetricData:

    expression = compile_expression("SUM(METRICS('orders')) / m9")        expression.py; raises MathError
    expression.references, .searches, .uses_metrics                       what has to be there before it is evaluated
    search(query, metrics)                                                searching/; which metrics SEARCH('…') finds
    evaluate(expression, inputs, frame)                                   evaluating.py; a float, a Series or an array
    default_labels(origins), render_label(label, series, …)               labels.py; what a result is called

    select = compile_select("SELECT MAX(Age) FROM N")                     insights/; where is_select(text)
    groups(select, metrics), aggregated(…), ordered(…)                    which metrics make which of its series

Nothing here raises anything but MathError (errors.py), whose `reason` is what AWS says after the expression's id.
Read `values.py` first: it says what a time series is and what a missing data point means.
"""
