-- When the missing traces were: two narrow columns are read, so that `load` reads few row groups of the wide ones.
SELECT min(start_ns), max(start_ns)
FROM flow_store
SEMI JOIN flow_missing USING (trace_id)
