-- Events on which every attempt of a group failed with one kind of error, three attempts at least, while the group handled
-- others of the topic well; by group, topic and kind. Where most events since the first fail it is the group that is broken
-- (`failing`). Where a try that went well may have left no span (`check_unseen_try`) it is open.
-- Out: the columns of Found, attempts, error, well.
WITH others AS (
    SELECT topic, "group", count(*) FILTER (outcome = 'ok') AS well
    FROM check_delivery
    SEMI JOIN check_tried USING (topic, "group")
    GROUP BY ALL
),
bad AS (
    SELECT
        f.*,
        o.well,
        CASE
            WHEN o.well = 0 THEN 'the group handled nothing else of this topic, so that it may be the group that is broken'
            ELSE u.reason
        END AS doubt
    FROM check_tried AS f
    JOIN others AS o USING (topic, "group")
    LEFT JOIN check_unseen_try AS u USING (event, "group")
),
cause AS (
    SELECT
        topic,
        "group",
        coalesce(kind, '') AS kind,
        doubt,
        well,
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
failing AS (
    -- whatever is open of them
    SELECT c.topic, c."group", c.kind, any_value(c.count) AS count, count(d.event) AS since
    FROM (
        SELECT topic, "group", kind, sum(count) AS count, min(first_ns) AS first_ns FROM cause GROUP BY ALL
    ) AS c
    JOIN check_delivery AS d ON d.topic = c.topic AND d."group" = c."group" AND d.first_ns >= c.first_ns
    GROUP BY ALL
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (kind, group_known),
    CASE WHEN c.kind = '' THEN 0.7 ELSE 0.95 END::DOUBLE AS confidence
FROM cause AS c
JOIN failing AS f USING (topic, "group", kind)
WHERE f.count < 3 OR f.count <= f.since / 2
ORDER BY c.count DESC, c.topic, c."group";
