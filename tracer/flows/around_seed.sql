-- The trace with this id, else the traces with a span of this id. Out: scope_seed(node).
CREATE OR REPLACE TEMP TABLE scope_seed AS
SELECT scope_trace_key($trace_id) AS node WHERE $trace_id IS NOT NULL
UNION
SELECT scope_trace_key(trace_id) FROM scope_store WHERE $trace_id IS NULL AND span_id = $span_id
