-- Events that a group has not come to (`check_behind`) and that do not wait behind a stuck partition; those of which an
-- instance may have taken the spans with it (`check_unsent`) only where there are no others. Where its service sent no span
-- at all once the oldest should have been handled, it is down or its spans are late: open, unless events have gone on coming
-- for ten times as long as they may wait, and for five minutes at least; then it is a problem, less sure. So long it is open too
-- where it fell silent again and again: of a service that keeps crashing few spans come.
-- Out: the columns of Found, waits_ns (of the oldest), reached_ns, silent_ns (for how long its service sent no span while
-- events came; null where it went on).
WITH waiting AS (
    SELECT b.*, u.instance AS ended
    FROM check_behind AS b
    JOIN check_scope AS s ON b.produced_ns BETWEEN s.since_ns AND s.until_ns
    LEFT JOIN check_unsent AS u USING ("group", id)
    WHERE NOT b.stuck
    QUALIFY u.instance IS NULL OR bool_and(u.instance IS NOT NULL) OVER (PARTITION BY b."group", b.topic)
),
cause AS (
    SELECT
        "group",
        topic,
        count(*) AS count,
        min(produced_ns) AS first_ns,
        max(produced_ns) AS last_ns,
        list(id ORDER BY produced_ns, id) AS evidence,
        max(waits_ns) AS waits_ns,
        max(reached_ns) AS reached_ns,
        max(patience_ns) AS patience_ns,
        min(ended) AS ended
    FROM waiting
    GROUP BY ALL
),
alive AS (
    SELECT service, max(end_ns) AS last_ns
    FROM check_span
    WHERE service IN (SELECT r.service FROM check_reader AS r SEMI JOIN cause USING ("group", topic))
    GROUP BY service
),
restless AS (
    -- groups all of whose instances, since they should have come to them, fell silent more than once for longer than the grace
    SELECT "group", topic
    FROM (
        SELECT c."group", c.topic, a.instance, count(q.instance) AS times
        FROM cause AS c
        JOIN (SELECT DISTINCT "group", instance FROM check_attempt) AS a USING ("group")
        LEFT JOIN check_quiet AS q
            ON q.instance = a.instance AND q.to_ns - greatest(q.from_ns, c.first_ns) > check_grace()
        GROUP BY ALL
    )
    GROUP BY ALL
    HAVING min(times) > 1
),
told AS (
    SELECT
        c.*,
        r.service,
        check_doubt_behind(r, g) AS doubt,
        CASE WHEN a.last_ns <= c.first_ns + c.patience_ns THEN greatest(c.last_ns - a.last_ns, 0) END AS silent_ns
    FROM cause AS c
    JOIN check_reader AS r USING ("group", topic)
    JOIN check_sign AS g USING (topic)
    JOIN alive AS a ON a.service = r.service
)
SELECT
    "group" AS subject,
    * EXCLUDE (patience_ns, ended, service, doubt),
    CASE WHEN silent_ns IS NULL THEN 0.9 ELSE 0.7 END::DOUBLE AS confidence,
    coalesce(
        doubt,
        CASE
            WHEN ended IS NOT NULL THEN ended || ' fell silent then, and its last spans may have gone with it'
            WHEN silent_ns <= greatest(300_000_000_000, 10 * patience_ns)
                THEN 'no span of ' || service || ' came since: it is down, or its spans are late'
            WHEN ("group", topic) IN (FROM restless) AND waits_ns <= greatest(300_000_000_000, 10 * patience_ns)
                THEN service || ' fell silent again and again since: it may keep crashing, and its spans with it'
        END
    ) AS doubt
FROM told
ORDER BY count DESC, topic, "group";
