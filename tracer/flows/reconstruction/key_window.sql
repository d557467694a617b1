-- The key in a window (method `adjacency`, 0.3): an arrival that tells nothing of its message but the key is that of the
-- only send with this key in this topic in the five minutes before, if its group has not read that one already.
-- Out: flow_join(label, head, method, confidence, detail): the arrival's message, the send's.
CREATE OR REPLACE TEMP TABLE flow_join AS
WITH read AS (
    SELECT l.label, coalesce(a.grp, a.service) AS grp
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
),
sent AS (SELECT label FROM flow_label SEMI JOIN flow_send ON flow_send.sid = flow_label.node),
unnamed AS (
    SELECT l.label, coalesce(a.grp, a.service) AS grp, a.topic, a.key, a.start_ns
    FROM flow_unnamed AS a
    JOIN flow_label AS l ON l.node = a.aid
    WHERE a.key IS NOT NULL AND l.label NOT IN (FROM sent)
),
sending AS (
    SELECT
        l.label AS head, s.topic, s.key, s.start_ns,
        lag(s.start_ns) OVER (PARTITION BY s.topic, s.key ORDER BY s.start_ns, s.trace_id, s.span_id) AS before_ns
    FROM flow_send AS s
    JOIN flow_label AS l ON l.node = s.sid
    WHERE (s.topic, s.key) IN (SELECT (topic, key) FROM unnamed)
)
SELECT u.label, s.head, 'adjacency' AS method, 0.3::DOUBLE AS confidence, 'the only send of key ' || u.key || ' in 5 minutes' AS detail
FROM unnamed AS u
ASOF JOIN sending AS s ON s.topic = u.topic AND s.key = u.key AND u.start_ns >= s.start_ns
WHERE s.start_ns >= u.start_ns - 300_000_000_000
    AND coalesce(s.before_ns < u.start_ns - 300_000_000_000, true)
    AND (s.head, u.grp) NOT IN (SELECT (label, grp) FROM read)
QUALIFY count(*) OVER (PARTITION BY s.head, u.grp) = 1;
