-- Attempts with a failure under them: their own span, or a span of the same service below that is in no other handling,
-- or in a root that may be the handler's work: a guess, certain enough when it is likelier than not; `sure` tells how likely.
-- Under a batch a failure below is somebody's among n: `certain` is false. `reason` is the failing span that ended first.
-- Out: flow_failure(label, grp, root, certain, sure, failures, reason, consumer).
CREATE OR REPLACE TEMP TABLE flow_failure AS
WITH failing AS (
    SELECT
        s.sid,
        s.span_id,
        CASE WHEN s.operation IN ('receive', 'process') THEN s.sid ELSE nearest.consumer END AS consumer,
        s.operation IN ('receive', 'process') IS TRUE AS itself,
        s.service,
        s.end_ns
    FROM flow_failing AS s
    LEFT JOIN flow_nearest AS nearest USING (sid)
),
below AS (
    SELECT
        w.label, w.grp, w.root, w.n = 1 OR f.itself AS certain, CASE WHEN certain THEN 1.0 ELSE 0 END AS sure,
        f.sid, f.end_ns, f.itself, f.span_id, w.consumer, c.start_ns
    FROM failing AS f
    JOIN flow_span AS c ON c.sid = f.consumer AND c.service IS NOT DISTINCT FROM f.service
    JOIN flow_work AS w USING (consumer)
    UNION ALL
    SELECT
        near.label, near.grp, near.root, near.confidence > 0.5, near.confidence,
        f.sid, f.end_ns, f.itself, f.span_id, c.sid, c.start_ns
    FROM failing AS f
    JOIN flow_below AS b USING (sid)
    JOIN flow_adjacent AS near USING (top)
    JOIN flow_span AS c ON c.sid = near.root AND c.service = f.service
)
SELECT
    label,
    grp,
    root,
    bool_or(certain) AS certain,
    max(sure)::DOUBLE AS sure,
    count(DISTINCT sid) AS failures,
    arg_min(sid, (end_ns, itself, span_id)) AS reason,
    arg_min(consumer, (start_ns, span_id)) AS consumer
FROM below
GROUP BY label, grp, root;
