-- The events that a trace sent or handled, in the order in which it did.
SELECT id
FROM (
    SELECT e.id, s.start_ns
    FROM flow_event AS e
    JOIN flow_span AS s ON s.sid = e.send
    WHERE s.trace_id = $trace_id
    UNION ALL
    SELECT e.id, s.start_ns
    FROM flow_member AS m
    JOIN flow_event AS e USING (label)
    JOIN flow_span AS s USING (sid)
    WHERE s.trace_id = $trace_id
)
GROUP BY id
ORDER BY min(start_ns), id
