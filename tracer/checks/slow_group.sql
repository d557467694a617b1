-- Groups whose events waited far longer than they used to, 20 at least, from the sending of the first to the handling of the
-- last over as long as 3 stretches of time (of 10 s, of a minute where more than ten minutes are known), by group and topic; and
-- why. What was sent before the group began to read did not wait for it. A wait is a time in queue beyond the shortest
-- between the same two instances, so that clocks which are apart do not count. Slow is a stretch of which 5 % waited longer
-- than 5 s and 5 times as long as in the best tenth of the others. What happened while it was slow: `busy`, the share of the time for
-- which its workers handled (null where spans do not show the handling), `again`, the share of that which went into
-- attempts that failed or repeated, `pause_ns`, the longest time in which none of them handled anything, `changed`,
-- whether others went on after it, `partitions`, those that waited where the most did not.
-- Of sampled spans neither `busy` nor `pause_ns` is known.
-- Out: the columns of Found, waits_ns, usual_ns, busy, again, pause_ns, changed, workers, partitions, lanes, sampled.
WITH long AS (
    -- where it may be so: the wait is never longer than this
    SELECT a."group", a.topic
    FROM check_attempt AS a
    JOIN (SELECT "group", min(queue_ns) AS queue_ns FROM check_attempt GROUP BY "group") AS s USING ("group")
    WHERE a.attempt = 1 AND a.queue_ns - s.queue_ns > 5_000_000_000
    GROUP BY a."group", a.topic
    HAVING count(*) >= 10
),
first AS (
    SELECT
        a."group", a.topic, a.lane, a.partition, a.event AS id, a.sender_instance AS sender, a.instance, a.started_ns, a.queue_ns
    FROM check_attempt AS a
    SEMI JOIN long USING ("group")
    JOIN check_reader AS r USING ("group", topic)
    WHERE a.attempt = 1 AND a.queue_ns IS NOT NULL AND a.produced_ns >= r.first_ns AND NOT check_after_failure(a.topic)
),
shortest AS (SELECT "group", sender, instance, min(queue_ns) AS queue_ns FROM first GROUP BY ALL),
wait AS (
    SELECT f.* EXCLUDE (queue_ns), f.queue_ns - s.queue_ns AS wait_ns
    FROM first AS f
    JOIN shortest AS s
        ON s."group" = f."group" AND s.instance = f.instance AND s.sender IS NOT DISTINCT FROM f.sender
),
concerned AS (
    SELECT "group", topic, CASE WHEN max(started_ns) - min(started_ns) < 600_000_000_000 THEN 10 ELSE 60 END::BIGINT AS seconds
    FROM wait
    GROUP BY ALL
    HAVING count(*) FILTER (wait_ns > 5_000_000_000) >= 10
),
stretch AS (
    SELECT w."group", w.topic, w.started_ns // (c.seconds * 1_000_000_000) AS n, quantile_disc(w.wait_ns, 0.95) AS p95_ns
    FROM wait AS w
    JOIN concerned AS c USING ("group", topic)
    GROUP BY ALL
    HAVING count(*) >= 5
),
usual AS (
    SELECT "group", topic, quantile_disc(p95_ns, 0.1) AS usual_ns, count(*) AS known FROM stretch GROUP BY ALL
),
slow AS (
    SELECT s."group", s.topic, s.n, u.usual_ns, u.known, c.seconds, greatest(5_000_000_000, 5 * u.usual_ns) AS limit_ns
    FROM stretch AS s
    JOIN usual AS u USING ("group", topic)
    JOIN concerned AS c USING ("group", topic)
    WHERE s.p95_ns > limit_ns
),
cause AS (
    SELECT
        s."group",
        s.topic,
        count(*) AS count,
        min(w.started_ns) AS first_ns,
        max(w.started_ns) AS last_ns,
        min(w.started_ns - w.wait_ns) AS from_ns,
        list(w.id ORDER BY w.wait_ns DESC, w.id) AS evidence,
        quantile_disc(w.wait_ns, 0.95) AS waits_ns,
        any_value(s.usual_ns) AS usual_ns,
        any_value(s.known) AS known
    FROM slow AS s
    JOIN wait AS w ON w."group" = s."group" AND w.topic = s.topic AND w.started_ns // (s.seconds * 1_000_000_000) = s.n
    JOIN check_scope AS t ON w.started_ns BETWEEN t.since_ns AND t.until_ns
    WHERE w.wait_ns > s.limit_ns
    GROUP BY ALL
    HAVING count(*) >= 20 AND last_ns - from_ns >= 3_000_000_000 * any_value(s.seconds)
),
lanes AS (
    SELECT c."group", c.topic, w.lane, any_value(w.partition) AS partition, quantile_disc(w.wait_ns, 0.95) > 5_000_000_000 AS waits
    FROM cause AS c
    JOIN wait AS w ON w."group" = c."group" AND w.topic = c.topic AND w.started_ns BETWEEN c.from_ns AND c.last_ns
    WHERE w.lane IS NOT NULL
    GROUP BY ALL
),
uneven AS (
    SELECT "group", topic, list(partition ORDER BY partition) FILTER (waits) AS partitions, count(*) AS lanes
    FROM lanes
    GROUP BY ALL
),
handling AS (
    SELECT
        c."group", c.topic, a.trace_id, a.span_id, c.from_ns,
        any_value(a.instance) AS instance,
        any_value({'instance': a.instance, 'thread': a.thread}) AS worker,
        min(a.started_ns) AS began_ns,
        max(a.ended_ns) AS ended_ns,
        bool_and(a.seen) AS seen,
        bool_or(a.failed OR a.attempt > 1) AS again
    FROM cause AS c
    JOIN check_attempt AS a ON a."group" = c."group" AND a.started_ns BETWEEN c.from_ns - 60_000_000_000 AND c.last_ns
    GROUP BY ALL
),
paced AS (
    SELECT
        *,
        began_ns - greatest(max(ended_ns) OVER before, from_ns) AS idle_ns,
        instance IS DISTINCT FROM last_value(instance) OVER before AS other
    FROM handling
    WINDOW before AS (
        PARTITION BY "group", topic ORDER BY began_ns, trace_id, span_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
work AS (
    SELECT
        "group",
        topic,
        count(DISTINCT worker) AS workers,
        CASE WHEN bool_and(seen) THEN sum(ended_ns - began_ns) END AS busy_ns,
        sum(ended_ns - began_ns) FILTER (again) / nullif(sum(ended_ns - began_ns), 0) AS again,
        max(idle_ns) AS pause_ns,
        arg_max(other, idle_ns) AS changed
    FROM paced
    WHERE ended_ns > from_ns
    GROUP BY ALL
),
reader AS (
    SELECT
        "group",
        topic,
        service IN (FROM check_sampled) AS sampled,
        service IN (FROM check_sampled_unevenly) AS unevenly
    FROM check_reader
    SEMI JOIN cause USING ("group", topic)
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (from_ns, known),
    r.sampled,
    CASE WHEN NOT r.sampled THEN w.busy_ns / (w.workers * (c.last_ns - c.from_ns)) END AS busy,
    coalesce(w.again, 0) AS again,
    CASE WHEN NOT r.sampled THEN coalesce(w.pause_ns, 0) ELSE 0 END AS pause_ns,
    coalesce(w.changed, false) AS changed,
    w.workers,
    CASE WHEN len(u.partitions) <= u.lanes / 2 THEN u.partitions END AS partitions,
    u.lanes,
    0.8::DOUBLE AS confidence,
    CASE
        WHEN r.unevenly
            THEN 'spans of its service tell of sampling, and events that waited long may be kept more often than others'
        WHEN c.known < 6 THEN 'it is known for so short a time that what is usual is open'
    END AS doubt
FROM cause AS c
JOIN reader AS r USING ("group", topic)
JOIN work AS w USING ("group", topic)
LEFT JOIN uneven AS u USING ("group", topic)
ORDER BY count DESC, topic, "group";
