-- Deliveries with an attempt after one that ended well, by group and topic. A retry by way of another topic is another
-- event, and none. Where no span shows the handling itself, an attempt that failed may look as if it went well: less sure
-- where another instance took over, unknown where the same went on. Where no span tells the group, one service with two groups looks the
-- same: unknown when most events come twice. Out: the columns of Found, changed (another instance took over).
WITH ordered AS (
    SELECT
        *,
        lag(outcome) OVER delivery AS before,
        lag(seen) OVER delivery AS before_seen,
        lag(instance) OVER delivery AS before_instance,
        lag(started_ns) OVER delivery AS before_ns
    FROM check_attempt
    SEMI JOIN (SELECT event, "group" FROM check_attempt WHERE attempt > 1) USING (event, "group")
    WINDOW delivery AS (PARTITION BY event, "group" ORDER BY attempt, started_ns, id)
),
behind AS (
    -- the last event of each partition that a group had begun when it began this one
    SELECT a.id, max(a.off) OVER so_far AS off
    FROM check_attempt AS a
    SEMI JOIN ordered AS o ON o."group" = a."group" AND o.lane = a.lane
    WINDOW so_far AS (
        PARTITION BY a."group", a.lane ORDER BY a.started_ns, a.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
again AS (
    -- `past`: it was handled by what span or change of instance shows, or the group had gone on to another behind it
    SELECT
        o.*,
        o.before_seen OR o.instance IS DISTINCT FROM o.before_instance OR coalesce(b.off > o.off, false) AS past
    FROM ordered AS o
    JOIN check_scope AS s ON o.started_ns BETWEEN s.since_ns AND s.until_ns
    LEFT JOIN behind AS b USING (id)
    WHERE o.before = 'ok' AND NOT o.disputed
    QUALIFY past OR NOT bool_or(past) OVER (PARTITION BY o.topic, o."group")
),
unhandled AS (
    -- the arrival is the last that spans tell of the instance before it ended: it did not come to handle it
    SELECT a.id
    FROM again AS a
    JOIN check_quiet AS q ON q.instance = a.before_instance
    WHERE NOT q.usual AND NOT a.before_seen AND q.from_ns BETWEEN a.before_ns - 1_000 AND a.before_ns + 1_000
),
together AS (
    -- fetched with others and not seen to be handled: whether it came to them all is open
    SELECT id, coalesce(before_ns - lag(before_ns) OVER fetched < 1_000_000, false)
        OR coalesce(lead(before_ns) OVER fetched - before_ns < 1_000_000, false) AS close
    FROM again
    WHERE NOT before_seen
    WINDOW fetched AS (PARTITION BY "group", before_instance ORDER BY before_ns, id)
),
cause AS (
    SELECT
        topic,
        "group",
        count(DISTINCT event) AS count,
        min(started_ns) AS first_ns,
        max(started_ns) AS last_ns,
        list(id ORDER BY started_ns, id) AS evidence,
        bool_and(before_seen) AS seen,
        bool_or(coalesce(close, false)) AS close,
        bool_and(group_known) AS group_known,
        bool_and(instance IS DISTINCT FROM before_instance) AS changed,
        bool_and(past) AS past
    FROM again
    ANTI JOIN unhandled USING (id)
    LEFT JOIN together USING (id)
    GROUP BY topic, "group"
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (seen, close, group_known, past),
    CASE WHEN c.seen THEN 0.95 ELSE 0.8 END::DOUBLE AS confidence,
    CASE
        WHEN NOT c.group_known AND c.count > r.handled / 2
            THEN 'no span tells the group, and two groups of one service would look the same'
        WHEN c.close THEN 'they were fetched together, and no span shows which of them were handled before'
        WHEN NOT c.past THEN 'no span shows how the handling ended: these may be retries'
    END AS doubt
FROM cause AS c
JOIN check_reader AS r USING (topic, "group")
ORDER BY count DESC, topic, "group";
