-- The traces of a span id.
SELECT DISTINCT trace_id FROM flow_store WHERE span_id = $span_id
