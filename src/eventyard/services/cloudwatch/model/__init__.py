"""What a metric is, what a point holds, and the decisions on them: values in, values out."""
