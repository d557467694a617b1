-- Whether a group read the context that a message's send wrote, where the send and which message it is are known otherwise
-- too. Retry and dead-letter topics are left out: there older contexts are carried along on purpose.
-- Most did: only the others are kept, and those of which nothing tells it for sure (null).
-- `attempt` and `event` only where it was not read.
-- Out: check_context(topic, sender, group, service, read, attempt, event), a view.
CREATE OR REPLACE TEMP TABLE check_unread AS
SELECT id, read
FROM (
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
WHERE read IS DISTINCT FROM true;

CREATE OR REPLACE TEMP VIEW check_context AS
SELECT
    a.topic, a.sender, a."group", a.service, u.id IS NULL AS read,
    CASE WHEN u.id IS NOT NULL THEN a.id END AS attempt,
    CASE WHEN u.id IS NOT NULL THEN a.event END AS event
FROM check_attempt AS a
LEFT JOIN check_unread AS u USING (id)
WHERE (u.id IS NULL OR u.read IS NOT NULL)
    AND a.attempt = 1
    AND a.sender IS NOT NULL
    AND NOT a.disputed
    AND NOT check_after_failure(a.topic)
    AND a.event NOT IN (SELECT event FROM check_sent_on);
