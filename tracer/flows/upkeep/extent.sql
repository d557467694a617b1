-- When the spans of the scope were (every row that they stand for has its time in there), and how long after what leads to
-- it a row's time is, at least and at most. Out: one row, the fields of store.RowTimes.
SELECT
    coalesce(min(start_ns), 0),
    coalesce(max(greatest(start_ns, end_ns)), 0),
    (SELECT coalesce(min(after_ns), 0) FROM upkeep_step),
    (SELECT coalesce(max(after_ns), 0) FROM upkeep_step)
FROM flow_source
