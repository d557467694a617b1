-- Events that a group has not come to (`check_behind`) and that do not wait behind a stuck partition. Where its service
-- sent no span at all since, it is down or its spans are late: open.
-- Out: the columns of Found, waits_ns (of the oldest), reached_ns.
WITH cause AS (
    SELECT
        b."group",
        b.topic,
        count(*) AS count,
        min(b.produced_ns) AS first_ns,
        max(b.produced_ns) AS last_ns,
        list(b.id ORDER BY b.produced_ns, b.id) AS evidence,
        max(b.waits_ns) AS waits_ns,
        max(b.reached_ns) AS reached_ns
    FROM check_behind AS b
    JOIN check_scope AS s ON b.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE NOT b.stuck
    GROUP BY ALL
),
busy AS (SELECT service, max(ended_ns) AS last_ns FROM check_attempt GROUP BY service)
SELECT
    c."group" AS subject,
    c.*,
    0.9::DOUBLE AS confidence,
    coalesce(
        check_doubt_behind(r, g),
        CASE WHEN busy.last_ns <= c.reached_ns THEN 'no span of ' || r.service || ' came since: it is down, or its spans are late' END
    ) AS doubt
FROM cause AS c
JOIN check_reader AS r USING ("group", topic)
JOIN check_sign AS g USING (topic)
LEFT JOIN busy ON busy.service = r.service
ORDER BY count DESC, topic, "group";
