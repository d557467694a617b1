-- The events that a trace sent or handled, in the order in which it did, as the tables tell it: none where a messaging span of
-- the trace is not the one that a row names, since then the rows may not be all.
WITH sent AS (
    SELECT id, at_ns, span_id FROM lake.events WHERE owner = scope_trace_key($trace_id) AND trace_id = $trace_id
),
handled AS (
    SELECT split_part(id, '#', 1) AS id, at_ns, span_id
    FROM lake.processings
    WHERE owner = scope_trace_key($trace_id) AND trace_id = $trace_id
),
other AS (
    SELECT count(*) AS spans
    FROM lake.spans
    WHERE trace_id = $trace_id
        AND batch BETWEEN $first AND $last
        AND (kind IN (4, 5) OR messaging_operation_type IN ('send', 'create', 'receive', 'process'))
        AND span_id NOT IN (SELECT span_id FROM sent UNION SELECT span_id FROM handled)
)
SELECT id
FROM (SELECT id, at_ns FROM sent UNION ALL SELECT id, at_ns FROM handled)
WHERE (SELECT spans FROM other) = 0
GROUP BY id
ORDER BY min(at_ns), id
