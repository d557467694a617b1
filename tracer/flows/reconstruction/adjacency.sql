-- Which attempt each root span of an instance is the work of: what its place in time tells, unless a key contradicts; else
-- the arrivals of the period with the same key. Keys contradict nothing in a service that gives its messages new keys:
-- where around a root none fits.
-- Out: flow_adjacent(top, label, grp, root, n, same_key, confidence), n candidates.
CREATE OR REPLACE TEMP TABLE flow_adjacent AS
WITH root_key AS (
    SELECT b.top, list(DISTINCT s.key) AS keys, min(s.topic) AS topic
    FROM flow_below AS b
    JOIN flow_send AS s USING (sid)
    WHERE s.key IS NOT NULL
    GROUP BY b.top
),
by_time AS (
    FROM flow_turn
    UNION ALL
    FROM flow_last
),
followed AS (
    -- a send after work goes where the work goes, when handlers run side by side
    SELECT f.top, f.work
    FROM flow_after AS f
    JOIN flow_line AS l USING (top)
    JOIN flow_shape AS shape USING (lane, run)
    WHERE shape.beside OR f.work IN (SELECT top FROM flow_turn)
),
placed AS (
    FROM by_time
    WHERE top NOT IN (SELECT top FROM followed)
    UNION ALL
    SELECT f.top, t.label, t.grp, t.root, t.n, t.confidence
    FROM followed AS f
    JOIN by_time AS t ON t.top = f.work
),
judged AS (
    SELECT
        p.*,
        a.common,
        list_contains(k.keys, a.key) AS same_key,
        count(same_key) OVER around >= 4 AND NOT bool_or(same_key) OVER around AS new_keys
    FROM placed AS p
    JOIN flow_line AS r USING (top)
    JOIN flow_line AS a ON a.label = p.label AND a.grp = p.grp AND a.root = p.root
    LEFT JOIN root_key AS k USING (top)
    WINDOW around AS (
        PARTITION BY r.lane, a.topic, k.topic
        ORDER BY r.start_ns, r.trace_id, r.span_id, a.turn
        ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING
    )
),
fitting AS (FROM judged WHERE same_key IS NULL OR same_key OR new_keys),
keyed AS (
    SELECT
        r.top,
        a.label,
        a.grp,
        a.root,
        count(*) OVER (PARTITION BY r.top) AS n,
        true AS same_key,
        0.7 * (1 - coalesce(a.common, 0) ^ 2) / n AS confidence
    FROM (SELECT top, unnest(keys) AS key FROM root_key) AS k
    JOIN flow_line AS r USING (top)
    JOIN flow_line AS a ON a.lane = r.lane AND a.period = r.period AND a.key = k.key
    WHERE a.open
        AND a.start_ns BETWEEN r.start_ns - flow_horizon() AND r.start_ns
        AND r.top NOT IN (SELECT top FROM fitting WHERE same_key)
)
SELECT
    top,
    label,
    grp,
    root,
    n,
    same_key,
    round(
        CASE
            WHEN same_key
                THEN greatest(confidence * n, 0.89 * (1 - coalesce(common, 0) ^ 2)) / count(*) OVER (PARTITION BY top)
            ELSE confidence
        END,
        2
    ) AS confidence
FROM fitting
WHERE same_key OR top NOT IN (SELECT top FROM fitting WHERE same_key UNION ALL SELECT top FROM keyed)
UNION ALL BY NAME
SELECT * REPLACE (round(confidence, 2) AS confidence)
FROM keyed;

DELETE FROM flow_adjacent
WHERE confidence < 0.01;
