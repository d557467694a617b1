-- Deliveries with an attempt after one that ended well, by group and topic. A retry by way of another topic is another
-- event, and none. Where no span shows the handling itself, an attempt that failed or was cut off may look as if it went
-- well: less sure where another instance took over, unknown where the same went on, or fell silent before it fetched others.
-- Where no span tells the group, one service with two groups looks the same: unknown when most events come twice.
-- Out: the columns of Found, changed (another instance took over), seen (spans show the first handling, not its arrival only).
WITH ordered AS (
    SELECT
        *,
        lag(outcome) OVER delivery AS before,
        lag(id) OVER delivery AS before_id,
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
arrived AS (
    -- of instances where a span of the first attempt shows its arrival only, fetch by fetch: what comes within a millisecond
    SELECT *, sum(CASE WHEN apart THEN 1 ELSE 0 END) OVER (PARTITION BY instance ORDER BY started_ns, id) AS poll
    FROM (
        SELECT
            id, instance, lane, off, started_ns,
            started_ns - lag(started_ns) OVER (PARTITION BY instance ORDER BY started_ns, id) >= 1_000_000 AS apart
        FROM check_attempt
        WHERE instance IN (SELECT before_instance FROM ordered WHERE before = 'ok' AND NOT before_seen)
    )
),
fetched AS (
    -- with how many others, the last of its partition among them, and when the next fetch came
    SELECT
        a.*,
        count(*) OVER (PARTITION BY instance, poll) AS messages,
        max(off) OVER (PARTITION BY instance, poll, lane) AS last_off,
        min(started_ns) OVER (PARTITION BY instance ORDER BY poll RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS next_ns
    FROM arrived AS a
),
silent AS (
    -- those after which their instance fell silent before the next fetch; `at_once`: before it showed anything else
    SELECT f.id, bool_or(q.from_ns <= f.started_ns + 1_000) AS at_once
    FROM fetched AS f
    JOIN check_quiet AS q
        ON q.instance = f.instance AND NOT q.usual
        AND q.from_ns >= f.started_ns - 1_000 AND q.from_ns < coalesce(f.next_ns, q.from_ns + 1)
    SEMI JOIN ordered AS o ON o.before_id = f.id
    GROUP BY f.id
),
again AS (
    -- `past`: it was handled by what span or change of instance shows, or the group had gone on to another behind it that was
    -- fetched later
    SELECT
        o.*,
        NOT o.before_seen AND f.messages > 1 AS close,
        NOT o.before_seen AND (s.id IS NOT NULL OR coalesce(f.next_ns >= o.started_ns, true)) AS ended,
        o.before_seen
            OR o.instance IS DISTINCT FROM o.before_instance
            OR coalesce(b.off > greatest(o.off, f.last_off), false) AS past
    FROM ordered AS o
    JOIN check_scope AS c ON o.started_ns BETWEEN c.since_ns AND c.until_ns
    LEFT JOIN behind AS b USING (id)
    LEFT JOIN fetched AS f ON f.id = o.before_id
    LEFT JOIN silent AS s ON s.id = o.before_id
    WHERE o.before = 'ok' AND NOT o.disputed
        -- where its arrival is the last that spans tell of the instance, it did not come to handle it
        AND NOT (NOT o.before_seen AND coalesce(s.at_once, false))
    -- of those that are open only where there are no others
    QUALIFY rank() OVER (PARTITION BY o.topic, o."group" ORDER BY past DESC, ended) = 1
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
        bool_or(close) AS close,
        bool_or(ended) AS ended,
        bool_and(group_known) AS group_known,
        bool_and(instance IS DISTINCT FROM before_instance) AS changed,
        bool_and(past) AS past
    FROM again
    GROUP BY topic, "group"
),
passed AS (
    SELECT topic, "group", sum(untold) AS untold
    FROM (
        SELECT topic, "group", check_untold(off, event) AS untold
        FROM check_attempt
        SEMI JOIN cause USING (topic, "group")
        GROUP BY topic, "group", lane
    )
    GROUP BY ALL
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (close, ended, group_known, past),
    CASE WHEN c.seen THEN 0.95 ELSE 0.8 END::DOUBLE AS confidence,
    CASE
        WHEN NOT c.group_known AND c.count > r.handled / 2
            THEN 'no span tells the group, and two groups of one service would look the same'
        WHEN c.close THEN 'they were fetched together, and no span shows which of them were handled before'
        WHEN c.ended THEN 'the first time its instance fell silent before it fetched others, and no span shows whether it had handled them'
        WHEN NOT c.past THEN 'no span shows how the handling ended: these may be retries'
        WHEN NOT c.seen AND 200 * p.untold > r.handled
            THEN p.untold || ' offsets that it passed are told of no event: spans are missing, and so may be those of a handling that failed'
    END AS doubt
FROM cause AS c
JOIN check_reader AS r USING (topic, "group")
JOIN passed AS p USING (topic, "group")
ORDER BY count DESC, topic, "group";
