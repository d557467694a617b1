-- Attempts with a failure under them: their own span, or a span of the same service below that is in no other handling.
-- Under a batch a failure below is somebody's among n: `certain` is false. `reason` is the failing span that ended first.
-- Out: flow_failure(label, grp, root, certain, failures, reason).
CREATE OR REPLACE TEMP TABLE flow_failure AS
WITH failing AS (
    SELECT
        s.sid,
        s.span_id,
        CASE WHEN s.operation IN ('receive', 'process') THEN s.sid ELSE nearest.consumer END AS consumer,
        s.operation IN ('receive', 'process') IS TRUE AS itself,
        s.service,
        s.end_ns
    FROM flow_span AS s
    LEFT JOIN flow_nearest AS nearest USING (sid)
    WHERE s.failed
)
SELECT
    w.label,
    w.grp,
    w.root,
    bool_or(w.n = 1 OR f.itself) AS certain,
    count(DISTINCT f.sid) AS failures,
    arg_min(f.sid, (f.end_ns, f.itself, f.span_id)) AS reason,
    arg_min(w.consumer, (c.start_ns, c.span_id)) AS consumer
FROM failing AS f
JOIN flow_span AS c ON c.sid = f.consumer AND c.service IS NOT DISTINCT FROM f.service
JOIN flow_work AS w USING (consumer)
GROUP BY w.label, w.grp, w.root;
