-- The events that a span ($trace_id may be null) sent, as the tables tell it: none of a span that is named by no event.
SELECT id
FROM lake.events
WHERE span_id = $span_id AND ($trace_id IS NULL OR owner = scope_trace_key($trace_id) AND trace_id = $trace_id)
ORDER BY at_ns, id
