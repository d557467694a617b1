-- Evidence that an attempt caused an event (analysis 1.4): the send span is under the attempt's span, or links it, or
-- links the send of the event that was handled. Of a batch each message is a possible cause, unless the key tells.
-- Out: flow_caused(source, target, kind, method, confidence, ...).
CREATE OR REPLACE TEMP TABLE flow_caused AS
WITH under AS (
    SELECT e.label AS target, w.label, w.grp, w.root, 'parent' AS method, w.n, w.seen, e.key, e.disputed, e.topic, e.id
    FROM flow_event AS e
    JOIN flow_nearest AS nearest ON nearest.sid = e.send
    JOIN flow_work AS w USING (consumer)
),
linked AS (
    SELECT e.label AS target, w.label, w.grp, w.root, 'link', w.n, w.seen, e.key, e.disputed, e.topic, e.id
    FROM flow_event AS e
    JOIN flow_link AS l ON l.sid = e.send AND l.target_operation IN ('receive', 'process')
    JOIN flow_work AS w ON w.consumer = l.target
),
possible AS (
    SELECT
        u.*,
        a.id AS source,
        a.event,
        a.topic AS source_topic,
        u.key = a.key AS same_key,
        count(*) FILTER (u.key = a.key) OVER one AS same_keys
    FROM (FROM under UNION FROM linked) AS u
    JOIN flow_attempt AS a USING (label, grp, root)
    WINDOW one AS (PARTITION BY u.target, u.method)
)
SELECT
    source,
    id AS target,
    CASE
        WHEN flow_is_dead_letter(topic) AND topic <> source_topic THEN 'dead-lettered'
        WHEN flow_is_retry(topic) THEN 'retried'
        ELSE 'caused'
    END AS kind,
    method,
    CASE
        WHEN n = 1 THEN 1.0
        WHEN same_keys = 1 AND n = seen THEN 0.9
        WHEN same_keys > 1 AND n = seen THEN 1.0 / same_keys
        ELSE 1.0 / n
    END * CASE WHEN disputed THEN 0.5 ELSE 1.0 END AS confidence
FROM possible
WHERE same_keys = 0 OR same_key OR n <> seen;
