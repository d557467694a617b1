-- Whether a group read the context that a message's send wrote, where the send and which message it is are known otherwise
-- too. Retry and dead-letter topics are left out: there older contexts are carried along on purpose.
-- Out: check_context(event, topic, sender, group, service, attempt, trace_id, span_id, started_ns, read).
CREATE OR REPLACE TEMP TABLE check_context AS
WITH told AS (
    SELECT "to" AS attempt, bool_or(method IN ('parent', 'link')) AS read
    FROM edges
    WHERE kind = 'delivered' AND method IN ('parent', 'link', 'record', 'coordinates', 'message-id') AND confidence >= 0.9
    GROUP BY "to"
)
SELECT
    e.id AS event, e.topic, e.service AS sender, a."group", a.service, a.id AS attempt, a.trace_id, a.span_id, a.started_ns,
    t.read
FROM check_attempt AS a
JOIN told AS t ON t.attempt = a.id
JOIN check_event AS e ON e.id = a.event
WHERE a.attempt = 1
    AND e.service IS NOT NULL
    AND NOT e.disputed
    AND NOT check_after_failure(e.topic)
    AND e.id NOT IN (SELECT event FROM check_sent_on);
