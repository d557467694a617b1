-- Events on which every attempt of a group failed with one kind of error, three attempts at least, while the group handled
-- others of the topic well; by group, topic and kind. Where most events since the first fail it is the group that is broken
-- (`failing`). Where the last that is known of few attempts is a retry on its way, it may have gone well without a span:
-- open. Out: the columns of Found, attempts, error, well.
WITH bad AS (
    SELECT d.*, d.outcome = 'retried' AND d.attempts < 10 AS open
    FROM check_delivery AS d
    JOIN check_scope AS s ON d.last_ns BETWEEN s.since_ns AND s.until_ns
    WHERE d.attempts >= 3 AND d.failed = d.attempts AND d.kinds = 1
),
cause AS (
    SELECT
        topic,
        "group",
        coalesce(kind, '') AS kind,
        open,
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
    SELECT
        c.*,
        count(d.event) FILTER (d.outcome = 'ok') AS well,
        count(d.event) FILTER (d.first_ns >= c.first_ns) AS since
    FROM cause AS c
    LEFT JOIN check_delivery AS d ON d.topic = c.topic AND d."group" = c."group"
    GROUP BY ALL
)
SELECT
    "group" AS subject,
    * EXCLUDE (kind, open, group_known, since),
    CASE WHEN kind = '' THEN 0.7 ELSE 0.95 END::DOUBLE AS confidence,
    CASE
        WHEN well = 0 THEN 'the group handled nothing else of this topic, so that it may be the group that is broken'
        WHEN open THEN 'what became of the last retry left no span: it may have gone well'
    END AS doubt
FROM judged
WHERE count < 3 OR count <= since / 2
ORDER BY count DESC, topic, "group";
