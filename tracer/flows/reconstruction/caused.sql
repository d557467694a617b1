-- Evidence that an attempt caused an event (analysis 1.4): the send span is under the attempt's span, or links it, or
-- links the send of the event that was handled. Of a batch each message is a possible cause, unless the key tells.
-- Out: flow_caused(source, target, kind, method, confidence, trace_id, span_id, detail): the send span that tells it.
CREATE OR REPLACE TEMP TABLE flow_caused AS
WITH under AS (
    SELECT e.label AS effect, w.*, 'parent' AS method, 1.0 AS sure
    FROM flow_event AS e
    JOIN flow_nearest AS nearest ON nearest.sid = e.send
    JOIN flow_work AS w USING (consumer)
),
linked AS (
    SELECT e.label AS effect, w.*, 'link' AS method, 1.0 AS sure
    FROM flow_event AS e
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('receive', 'process')
    JOIN flow_work AS w ON w.consumer = l.target
),
read_before AS (
    -- the send links the message that was handled: the last attempt of its own service that had begun
    SELECT
        e.label AS effect, a.root AS consumer, a.label, a.grp, a.root, 1 AS seen, 1 AS n, 'link' AS method, 0.9 AS sure
    FROM flow_event AS e
    JOIN flow_send AS s ON s.sid = e.send
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('send', 'create')
    JOIN flow_event AS handled ON handled.send = l.target
    JOIN flow_attempt AS a ON a.label = handled.label
    WHERE a.service IS NOT DISTINCT FROM s.service AND a.started_ns <= s.start_ns AND a.label <> e.label
    QUALIFY row_number() OVER (PARTITION BY e.label, a.label, a.grp ORDER BY a.number DESC) = 1
),
possible AS (
    SELECT
        u.*,
        e.id AS target,
        e.trace_id,
        e.span_id,
        e.topic,
        e.disputed,
        a.id AS source,
        a.topic AS source_topic,
        e.key = a.key AS same_key,
        count(*) FILTER (e.key = a.key) OVER one AS same_keys,
        f.certain AS failed
    FROM (FROM under UNION ALL FROM linked UNION ALL FROM read_before) AS u
    JOIN flow_event AS e ON e.label = u.effect
    JOIN flow_attempt AS a ON a.label = u.label AND a.grp = u.grp AND a.root = u.root
    LEFT JOIN flow_failure AS f ON f.label = u.label AND f.grp = u.grp AND f.root = u.root
    WINDOW one AS (PARTITION BY u.effect, u.method, u.consumer)
)
SELECT
    source,
    target,
    flow_effect(topic, source_topic, same_key, failed) AS kind,
    method,
    max(CASE
        WHEN n = 1 THEN sure
        WHEN same_keys = 1 AND n = seen THEN 0.9
        WHEN same_keys > 1 AND n = seen THEN 1.0 / same_keys
        ELSE 1.0 / n
    END * CASE WHEN disputed THEN 0.5 ELSE 1.0 END) AS confidence,
    any_value(trace_id) AS trace_id,
    any_value(span_id) AS span_id,
    CAST(NULL AS VARCHAR) AS detail
FROM possible
WHERE n = 1 OR n <> seen OR same_keys = 0 OR same_key
GROUP BY source, target, 3, method;
