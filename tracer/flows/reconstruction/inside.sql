-- Consumer spans with work of their own service under them: whether all of it lies in the span's time, and when it began.
-- Out: flow_inside(sid, within, first_ns).
CREATE OR REPLACE TEMP TABLE flow_inside AS
SELECT
    t.parent AS sid,
    bool_or(child.start_ns >= s.start_ns AND child.end_ns <= s.end_ns) AS within,
    min(child.start_ns) AS first_ns
FROM flow_tree AS t
JOIN flow_span AS child ON child.sid = t.sid
JOIN flow_span AS s ON s.sid = t.parent
WHERE t.consumer
    AND child.service IS NOT DISTINCT FROM s.service
    AND coalesce(child.operation NOT IN ('receive', 'process'), true)
GROUP BY t.parent;
