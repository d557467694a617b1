-- When the spans of the scope were: every row that they stand for has its time in there. Out: one row, first and last.
SELECT coalesce(min(start_ns), 0), coalesce(max(greatest(start_ns, end_ns)), 0) FROM flow_source
