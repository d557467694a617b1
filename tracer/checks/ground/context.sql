-- Whether a group read the context that a message's send wrote, where the send and which message it is are known otherwise
-- too. Retry and dead-letter topics are left out: there older contexts are carried along on purpose.
-- `attempt` and `event` only where it was not read: that is rare.
-- Out: check_context(topic, sender, group, service, read, attempt, event).
CREATE OR REPLACE TEMP TABLE check_context AS
WITH told AS (
    -- null where nothing tells it for sure
    SELECT
        id,
        list_bool_or([
            CASE
                WHEN x.confidence >= 0.9 AND x.method IN ('parent', 'link', 'record', 'coordinates', 'message-id')
                    THEN x.method IN ('parent', 'link')
            END
            FOR x IN evidence
        ]) AS read
    FROM flow_processing
    WHERE at_ns BETWEEN $from AND $to
)
SELECT
    a.topic, a.sender, a."group", a.service, t.read,
    CASE WHEN NOT t.read THEN a.id END AS attempt,
    CASE WHEN NOT t.read THEN a.event END AS event
FROM check_attempt AS a
JOIN told AS t USING (id)
WHERE t.read IS NOT NULL
    AND a.attempt = 1
    AND a.sender IS NOT NULL
    AND NOT a.disputed
    AND NOT check_after_failure(a.topic)
    AND a.event NOT IN (SELECT event FROM check_sent_on);
