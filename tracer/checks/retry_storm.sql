-- Minutes in which the attempts of a group at a topic, retry topics included, were more than ten, more than three times as
-- many for each success as in its median minute, and mostly failed; by group and topic. Of fewer than five other minutes no
-- usual rate is known: unknown. So it is where what failed may be sampled more often than the rest.
-- Out: the columns of Found, attempts, well, minutes, usual.
WITH again AS (
    -- groups that ever tried twice
    SELECT "group" FROM check_attempt WHERE attempt > 1 UNION SELECT "group" FROM check_chain
),
attempt AS NOT MATERIALIZED (
    -- read twice, the second time for the minutes of a storm: cheaper than to keep them all
    SELECT "group", topic, event, id, outcome = 'ok' AS well, started_ns, started_ns // 60_000_000_000 AS minute, 1 AS n
    FROM check_attempt
    SEMI JOIN again USING ("group")
    ANTI JOIN check_again USING (event, "group")
    UNION ALL
    SELECT
        a."group",
        e.topic,
        e.id AS event,
        a.id,
        a.outcome = 'ok' AS well,
        a.started_ns,
        a.started_ns // 60_000_000_000 AS minute,
        row_number() OVER (PARTITION BY e.id, a."group" ORDER BY a.started_ns, a.id) AS n
    FROM check_attempt AS a
    SEMI JOIN check_again USING (event, "group")
    LEFT JOIN check_chain AS c USING (event, "group")
    JOIN check_event AS e ON e.id = coalesce(c.origin, a.event)
),
minutely AS (
    SELECT
        "group",
        topic,
        minute,
        count(*) AS attempts,
        count(*) FILTER (well) AS well,
        count(*) FILTER (n > 1) AS repeated,
        count(*) / greatest(count(*) FILTER (well), 1) AS rate
    FROM attempt
    GROUP BY ALL
),
usual AS (
    SELECT "group", topic, quantile_cont(rate, 0.5) AS usual, count(*) AS known FROM minutely GROUP BY ALL
),
storm AS (
    SELECT m."group", m.topic, m.minute, u.usual, u.known
    FROM minutely AS m
    JOIN usual AS u USING ("group", topic)
    WHERE m.attempts > 10 AND m.rate > 3 * u.usual AND m.repeated > m.attempts / 2
)
SELECT
    a."group" AS subject,
    a.topic,
    a."group",
    count(DISTINCT a.event) AS count,
    min(a.started_ns) AS first_ns,
    max(a.started_ns) AS last_ns,
    list(a.id ORDER BY a.started_ns, a.id) FILTER (a.n > 1) AS evidence,
    count(*) AS attempts,
    count(*) FILTER (a.well) AS well,
    count(DISTINCT a.minute) AS minutes,
    any_value(s.usual) AS usual,
    0.9::DOUBLE AS confidence,
    CASE
        WHEN bool_or(r.service IN (FROM check_sampled_unevenly))
            THEN 'spans of its service tell of sampling, and attempts that failed may be kept more often than others'
        WHEN any_value(s.known) < 5 THEN 'the group is known for less than five minutes: what is usual is open'
    END AS doubt
FROM attempt AS a
JOIN storm AS s USING ("group", topic, minute)
LEFT JOIN check_reader AS r USING ("group", topic)
JOIN check_scope AS c ON a.started_ns BETWEEN c.since_ns AND c.until_ns
GROUP BY a."group", a.topic
ORDER BY count DESC, a.topic, a."group";
