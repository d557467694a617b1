-- Events behind the last that a group handled on their partition, sent longer before the end of what the store knows than the
-- grace and three times the usual time in queue. Where no offset is told, behind the last that it handled of the topic.
-- The end is that of the store, not now: when everything has fallen silent, nobody is behind.
-- `stuck`: the group has gone on elsewhere, or has tried the same event again, for longer than that, and this partition has not moved.
-- Out: check_behind(group, topic, lane, id, produced_ns, waits_ns, head (the last that it handled), moved_ns (when it came
-- to that), reached_ns (when it was last busy with it), active_ns (when it was last busy with the topic), patience_ns (how
-- long it may wait), stuck).
CREATE OR REPLACE TEMP TABLE check_behind AS
WITH horizon AS (
    SELECT greatest(
        (SELECT max(produced_ns) FROM check_event), (SELECT max(ended_ns) FROM check_attempt)
    ) AS ns
),
reached AS (
    SELECT
        "group", topic, lane,
        max(off) AS off,
        max(produced_ns) AS produced_ns,
        max(last_ns) AS last_ns,
        arg_max(event, off) AS head,
        arg_max(first_ns, off) AS moved_ns
    FROM check_handled
    GROUP BY "group", topic, lane
),
topic AS (
    SELECT "group", topic, max(produced_ns) AS produced_ns, max(last_ns) AS last_ns FROM reached GROUP BY ALL
),
short AS (
    -- that have not come to the end of their partition
    SELECT r."group", r.lane
    FROM reached AS r
    JOIN (SELECT lane, max(off) AS off FROM check_event GROUP BY lane) AS e USING (lane)
    WHERE e.off > r.off
),
behind AS (
    SELECT r."group", r.topic, r.lane, e.id, e.produced_ns, r.head, r.moved_ns, r.last_ns
    FROM reached AS r
    SEMI JOIN short USING ("group", lane)
    JOIN check_event AS e ON e.lane = r.lane AND e.off > r.off
    UNION ALL
    SELECT t."group", t.topic, NULL, e.id, e.produced_ns, NULL, NULL, t.last_ns
    FROM topic AS t
    JOIN check_event AS e ON e.topic = t.topic AND e.produced_ns > t.produced_ns
    WHERE e.lane IS NULL AND t.topic NOT IN (SELECT topic FROM check_event WHERE produced_ns IS NULL)
),
usual AS (
    SELECT "group", topic, coalesce(quantile_disc(queue_ns, 0.99), 0) AS queue_ns
    FROM check_attempt
    SEMI JOIN behind USING ("group", topic)
    WHERE attempt = 1
    GROUP BY ALL
),
late AS (
    SELECT
        b.* RENAME (last_ns AS reached_ns),
        h.ns - b.produced_ns AS waits_ns,
        t.last_ns AS active_ns,
        greatest(check_grace(), 3 * u.queue_ns) AS patience_ns
    FROM behind AS b
    JOIN usual AS u USING ("group", topic)
    JOIN topic AS t USING ("group", topic)
    CROSS JOIN horizon AS h
    WHERE h.ns - b.produced_ns > greatest(check_grace(), 3 * u.queue_ns)
)
SELECT
    *,
    coalesce(
        active_ns > greatest(moved_ns, min(produced_ns) OVER (PARTITION BY "group", lane)) + patience_ns, false
    ) AS stuck
FROM late;
