-- The evidence of flow_cause as edges between the nodes that it means, with the kind of effect that the topic tells, or
-- headers do: those of a failure, or of a queue from which the broker moved the message, are a dead letter's.
-- Out: flow_caused(source, target, kind, method, confidence, trace_id, span_id, detail): the span that tells it.
CREATE OR REPLACE TEMP TABLE flow_caused AS
WITH given_up AS (
    SELECT DISTINCT l.label
    FROM (
        SELECT sid
        FROM flow_headed
        WHERE origin_error IS NOT NULL OR origin_off IS NULL
    )
    JOIN (SELECT aid AS node, sid FROM flow_arrival UNION ALL SELECT sid, sid FROM flow_send) USING (sid)
    JOIN flow_label AS l USING (node)
)
SELECT
    a.id AS source,
    e.id AS target,
    CASE
        WHEN given_up.label IS NOT NULL AND e.topic <> a.topic AND NOT flow_is_retry(e.topic) THEN 'dead-lettered'
        ELSE flow_effect(e.topic, a.topic, e.key = a.key, f.certain)
    END AS kind,
    c.method,
    c.sure AS confidence,
    teller.trace_id,
    teller.span_id,
    c.detail
FROM flow_cause AS c
JOIN flow_event AS e ON e.label = c.effect
JOIN flow_attempt AS a ON a.label = c.label AND a.grp = c.grp AND a.root = c.root
JOIN flow_span AS teller ON teller.sid = c.sid
LEFT JOIN given_up ON given_up.label = c.effect
LEFT JOIN flow_failure AS f ON f.label = c.label AND f.grp = c.grp AND f.root = c.root
QUALIFY row_number() OVER (
    PARTITION BY e.id, a.id, c.method
    ORDER BY c.sure DESC, teller.start_ns, teller.trace_id, teller.span_id, c.detail
) = 1;
