-- The trace itself.
SELECT $trace_id
