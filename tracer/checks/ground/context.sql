-- Whether a group read the context that a message's send wrote, where the send and which message it is are known otherwise
-- too. Retry and dead-letter topics are left out: there older contexts are carried along on purpose.
-- `attempt` and `event` only where it was not read: that is rare.
-- Out: check_context(topic, sender, group, service, read, attempt, event), a view.
CREATE OR REPLACE TEMP VIEW check_context AS
SELECT
    a.topic, a.sender, a."group", a.service, a.read,
    CASE WHEN NOT a.read THEN a.id END AS attempt,
    CASE WHEN NOT a.read THEN a.event END AS event
FROM check_attempt AS a
WHERE a.read IS NOT NULL
    AND a.attempt = 1
    AND a.sender IS NOT NULL
    AND NOT a.disputed
    AND NOT check_after_failure(a.topic)
    AND a.event NOT IN (SELECT event FROM check_sent_on);
