-- When the spans of some traces ($traces) began: two narrow columns are read, so that few row groups of the wide ones are.
SELECT min(start_ns), max(start_ns) FROM lake.spans WHERE trace_id IN (SELECT unnest($traces))
