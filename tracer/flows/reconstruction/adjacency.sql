-- Which attempt each root span of an instance is the work of, as far as the order in time tells: the attempts that
-- arrived last before it, with no other root between. An equal key picks one of them, another
-- key rules it out.
-- Out: flow_adjacent(top, label, grp, root, confidence).
CREATE OR REPLACE TEMP TABLE flow_adjacent AS
WITH line AS (
    SELECT service, instance, thread, start_ns, trace_id, span_id, NULL AS top, label, grp, root, until_ns, key, open
    FROM flow_open
    UNION ALL
    SELECT service, instance, thread, start_ns, trace_id, span_id, top, NULL, NULL, NULL, NULL, NULL, NULL
    FROM flow_root
),
turned AS (
    SELECT *, top IS NULL AND lag(top) OVER timeline IS NOT NULL AS turn
    FROM line
    WINDOW timeline AS (PARTITION BY service, instance, thread ORDER BY start_ns, top IS NOT NULL, trace_id, span_id)
),
run AS (
    SELECT *, count(*) FILTER (turn) OVER timeline AS run
    FROM turned
    WINDOW timeline AS (PARTITION BY service, instance, thread ORDER BY start_ns, top IS NOT NULL, trace_id, span_id)
),
root_key AS (
    SELECT b.top, list(DISTINCT s.key) AS keys
    FROM flow_below AS b
    JOIN flow_send AS s USING (sid)
    WHERE s.key IS NOT NULL
    GROUP BY b.top
),
pair AS (
    SELECT
        r.top,
        a.label,
        a.grp,
        a.root,
        count(*) OVER same_root AS n,
        list_contains(k.keys, a.key) AS same_key,
        count(*) FILTER (same_key) OVER same_root AS same_keys
    FROM run AS r
    JOIN run AS a USING (service, instance, thread, run)
    LEFT JOIN root_key AS k ON k.top = r.top
    WHERE r.top IS NOT NULL AND a.open AND a.start_ns <= r.start_ns AND r.start_ns <= a.until_ns
    WINDOW same_root AS (PARTITION BY r.top)
)
SELECT
    top,
    label,
    grp,
    root,
    CASE
        WHEN same_keys > 0 THEN 0.7 / same_keys
        ELSE 0.5 / n
    END AS confidence
FROM pair
WHERE same_keys = 0 AND same_key IS NULL OR same_key;
