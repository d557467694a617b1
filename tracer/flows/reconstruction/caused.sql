-- The evidence of flow_cause as edges. Of a batch each message is a possible cause, unless the key tells. The topic tells
-- what kind of effect it is.
-- Out: flow_caused(source, target, kind, method, confidence, trace_id, span_id, detail): the span that tells it.
CREATE OR REPLACE TEMP TABLE flow_caused AS
WITH possible AS (
    SELECT
        c.*,
        e.id AS target,
        e.topic,
        a.id AS source,
        a.topic AS source_topic,
        e.key = a.key AS same_key,
        count(*) FILTER (e.key = a.key) OVER one AS same_keys,
        count(*) FILTER (a.key IS NULL) OVER one AS unknown_keys,
        f.certain AS failed
    FROM flow_cause AS c
    JOIN flow_event AS e ON e.label = c.effect
    JOIN flow_attempt AS a ON a.label = c.label AND a.grp = c.grp AND a.root = c.root
    LEFT JOIN flow_failure AS f ON f.label = c.label AND f.grp = c.grp AND f.root = c.root
    WINDOW one AS (PARTITION BY c.effect, c.method, c.consumer)
),
weighed AS (
    SELECT
        *,
        flow_effect(topic, source_topic, same_key, failed) AS kind,
        sure * CASE
            WHEN n = 1 THEN 1.0
            WHEN same_keys = 1 AND unknown_keys = 0 AND n = seen THEN 0.9
            WHEN same_keys > 0 AND n = seen THEN 1.0 / (same_keys + unknown_keys)
            ELSE 1.0 / n
        END AS confidence,
        concat_ws(
            ', ',
            CASE
                WHEN n > 1 AND n = seen AND same_key AND unknown_keys = 0 THEN 'the key fits ' || same_keys || ' of ' || n || ' in the batch'
                WHEN n > 1 THEN '1 of ' || n || ' in the batch'
            END,
            detail
        ) AS told
    FROM possible
    WHERE n = 1 OR n <> seen OR same_keys = 0 OR coalesce(same_key, true)
)
SELECT
    w.source,
    w.target,
    w.kind,
    w.method,
    w.confidence,
    teller.trace_id,
    teller.span_id,
    nullif(w.told, '') AS detail
FROM weighed AS w
JOIN flow_span AS teller USING (sid)
QUALIFY row_number() OVER (
    PARTITION BY w.source, w.target, w.kind, w.method
    ORDER BY w.confidence DESC, teller.start_ns, teller.trace_id, teller.span_id, w.told
) = 1;
