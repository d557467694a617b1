-- How many spans the scope has, and when they were: every row that they stand for has its time in there.
-- Out: one row, the number, first and last.
SELECT count(*), coalesce(min(start_ns), 0), coalesce(max(greatest(start_ns, end_ns)), 0) FROM flow_source
