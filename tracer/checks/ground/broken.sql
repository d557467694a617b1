-- For each group, topic and kind of error the first event since which at least three events and more than half of all fail
-- so for good, retries included: the one with the most failures over the others behind it. Few may have failed so before.
-- Retries that are on their way, and what is unknown, count for neither side; of batches three must have failed. Topics that
-- only take what failed before are none: there everything may fail. What is asked for is judged by what was known at its
-- end; it may have begun before it.
-- Out: check_broken(group, topic, kind_of_all, first, first_ns, count, since, last_ns, evidence (attempts), events,
-- handlings, error, still (the last that is known failed).
CREATE OR REPLACE TEMP TABLE check_broken AS
WITH fate AS (
    SELECT
        d.*,
        CASE WHEN d.outcome IN ('error', 'dead-lettered') THEN coalesce(d.kind, '') END AS broken,
        coalesce(d.produced_ns, d.first_ns) AS at_ns
    FROM check_delivery AS d
    JOIN check_scope AS s ON coalesce(d.produced_ns, d.first_ns) <= s.until_ns
    WHERE d.outcome IN ('ok', 'error', 'dead-lettered')
        AND NOT check_after_failure(d.topic)
        AND d.topic NOT IN (SELECT topic FROM check_sent_on)
),
counted AS (
    SELECT
        f.*,
        k.broken AS kind_of_all,
        f.broken IS NOT DISTINCT FROM k.broken AS fails,
        count(*) FILTER (f.broken IS NOT DISTINCT FROM k.broken) OVER later AS failing,
        count(*) OVER later AS since,
        count(*) FILTER (f.broken IS NOT DISTINCT FROM k.broken) OVER earlier AS failed_before
    FROM fate AS f
    JOIN (
        SELECT "group", topic, broken FROM fate WHERE broken IS NOT NULL GROUP BY ALL HAVING count(*) >= 3
    ) AS k USING ("group", topic)
    WINDOW
        later AS (
            PARTITION BY f."group", f.topic, k.broken ORDER BY f.at_ns, f.event
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ),
        earlier AS (
            PARTITION BY f."group", f.topic, k.broken ORDER BY f.at_ns, f.event
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
),
start AS (
    SELECT *
    FROM counted
    WHERE fails AND failing >= 3 AND failing > since / 2 AND failed_before * 2 <= failing
    QUALIFY row_number() OVER (PARTITION BY "group", topic, kind_of_all ORDER BY 2 * failing - since DESC, at_ns, event) = 1
)
SELECT
    s."group",
    s.topic,
    s.kind_of_all,
    s.event AS first,
    s.at_ns AS first_ns,
    s.failing AS count,
    s.since,
    max(c.at_ns) FILTER (c.fails) AS last_ns,
    list(c.last_attempt ORDER BY c.at_ns, c.event) FILTER (c.fails) AS evidence,
    list(DISTINCT c.event) FILTER (c.fails) AS events,
    count(DISTINCT c.last_span) FILTER (c.fails) AS handlings,
    arg_min(c.error, (c.at_ns, c.event)) FILTER (c.fails) AS error,
    arg_max(c.fails, (c.at_ns, c.event)) AS still
FROM start AS s
JOIN counted AS c
    ON c."group" = s."group" AND c.topic = s.topic AND c.kind_of_all = s.kind_of_all AND c.at_ns >= s.at_ns
GROUP BY ALL
HAVING max(c.at_ns) FILTER (c.fails) >= (SELECT since_ns FROM check_scope) AND handlings >= 3;
