-- The event that a span ($trace_id may be null) handled, as the tables tell it: none of a batch, which may be more than its rows.
SELECT split_part(id, '#', 1) AS event
FROM lake.processings
WHERE span_id = $span_id AND ($trace_id IS NULL OR owner = scope_trace_key($trace_id) AND trace_id = $trace_id)
GROUP BY event
HAVING count(batch_size) = 0
