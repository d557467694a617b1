-- The first and the last batch with spans of a trace; null where it has none.
SELECT min(batch), max(batch) FROM lake.refs WHERE trace = scope_trace_key($trace_id)
