-- The scope: the new spans, and the older ones of the traces near them. Out: flow_source, the columns of scope_store.
CREATE OR REPLACE TEMP TABLE flow_source AS
FROM scope_fresh
UNION ALL
SELECT s.*
FROM scope_store AS s
SEMI JOIN scope_near ON scope_near.node = scope_trace_key(s.trace_id)
WHERE s.batch <= $covered AND list_contains($batches, s.batch)
