-- Events on which every attempt of a group failed with one kind of error, three attempts at least, while the group handled
-- others of the topic well in the same time; by group, topic and kind. Out: the columns of Found, attempts, error, well.
WITH bad AS (
    SELECT d.*
    FROM check_delivery AS d
    JOIN check_scope AS s ON d.last_ns BETWEEN s.since_ns AND s.until_ns
    WHERE d.attempts >= 3 AND d.failed = d.attempts AND d.kinds = 1
),
cause AS (
    SELECT
        topic,
        "group",
        coalesce(kind, '') AS kind,
        count(*) AS count,
        min(first_ns) AS first_ns,
        max(last_ns) AS last_ns,
        list(event ORDER BY first_ns, event) AS evidence,
        sum(attempts)::BIGINT AS attempts,
        mode(error ORDER BY error) AS error,
        bool_and(group_known) AS group_known
    FROM bad
    GROUP BY ALL
),
judged AS (
    SELECT c.*, count(d.event) AS well
    FROM cause AS c
    LEFT JOIN check_delivery AS d
        ON d.topic = c.topic AND d."group" = c."group" AND d.outcome = 'ok'
    GROUP BY ALL
)
SELECT
    "group" AS subject,
    * EXCLUDE (kind, group_known),
    CASE WHEN kind = '' THEN 0.7 ELSE 0.95 END::DOUBLE AS confidence,
    CASE WHEN well = 0 THEN 'the group handled nothing else of this topic, so that it may be the group that is broken' END AS doubt
FROM judged
ORDER BY count DESC, topic, "group";
