-- The older spans of the traces near, from the files of their batches alone. Out: scope_older, the columns of scope_store.
CREATE OR REPLACE TEMP TABLE scope_older AS
SELECT s.*
FROM scope_store AS s
SEMI JOIN scope_near ON scope_near.node = scope_trace_key(s.trace_id)
WHERE s.batch <= $covered AND s.batch IN (SELECT unnest($batches))
