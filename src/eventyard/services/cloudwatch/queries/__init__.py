"""CloudWatch's SQL: a function a query, rows in and model values out."""
