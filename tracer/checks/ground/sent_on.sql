-- Events that a failed attempt sent on, to be tried again or as dead letters, each with the likeliest attempt. What only the
-- use of a topic tells (`check_aside`) is less sure.
-- Out: check_sent_on(event, topic, kind, source, attempt, group, confidence).
CREATE OR REPLACE TEMP TABLE check_sent_on AS
SELECT
    x.event,
    e.topic,
    coalesce(s.kind, x.kind) AS kind,
    a.event AS source,
    a.id AS attempt,
    a."group",
    CASE WHEN s.kind IS NULL THEN x.confidence ELSE least(x.confidence, 0.8) END AS confidence
FROM (
    FROM check_effect WHERE kind <> 'caused' OR event IN (SELECT id FROM check_event SEMI JOIN check_aside USING (topic))
) AS x
JOIN check_event AS e ON e.id = x.event
JOIN check_attempt AS a ON a.id = x.attempt
LEFT JOIN check_aside AS s ON x.kind = 'caused' AND s.topic = e.topic
WHERE x.kind <> 'caused' OR s.kind IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY x.event ORDER BY x.confidence DESC, a.started_ns, a.id) = 1;
