-- Events behind the last that a group handled on their partition, sent longer before the end of what the store knows than the
-- grace and three times the usual time in queue. Where no offset is told, behind the last that it handled of the topic.
-- The end is that of the store, not now: when everything has fallen silent, nobody is behind.
-- Out: the columns of Found, waits_ns (of the oldest), reached_ns.
WITH horizon AS (
    SELECT greatest(
        (SELECT max(produced_ns) FROM check_event), (SELECT max(ended_ns) FROM check_attempt)
    ) AS ns
),
usual AS (
    SELECT a."group", e.topic, quantile_disc(a.queue_ns, 0.99) AS queue_ns
    FROM check_attempt AS a
    JOIN check_event AS e ON e.id = a.event
    WHERE a.attempt = 1
    GROUP BY ALL
),
reached AS (
    SELECT h."group", e.topic, e.lane, max(e.off) AS off, max(e.produced_ns) AS produced_ns, max(h.last_ns) AS last_ns
    FROM check_handled AS h
    JOIN check_event AS e ON e.id = h.event
    GROUP BY ALL
),
behind AS (
    SELECT r."group", r.topic, e.id, e.produced_ns, r.last_ns
    FROM reached AS r
    JOIN check_event AS e ON e.lane = r.lane AND e.off > r.off
    UNION ALL
    SELECT r."group", r.topic, e.id, e.produced_ns, r.last_ns
    FROM (
        SELECT "group", topic, max(produced_ns) AS produced_ns, max(last_ns) AS last_ns FROM reached GROUP BY ALL
    ) AS r
    JOIN check_event AS e ON e.topic = r.topic AND e.produced_ns > r.produced_ns
    WHERE e.lane IS NULL AND r.topic NOT IN (SELECT topic FROM check_event WHERE produced_ns IS NULL)
),
late AS (
    SELECT b.*, u.queue_ns, h.ns - b.produced_ns AS waits_ns
    FROM behind AS b
    JOIN usual AS u USING ("group", topic)
    CROSS JOIN horizon AS h
    JOIN check_scope AS s ON b.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE h.ns - b.produced_ns > greatest(check_grace(), 3 * coalesce(u.queue_ns, 0))
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
        max(last_ns) AS reached_ns
    FROM late
    GROUP BY ALL
)
SELECT
    c."group" AS subject,
    c.*,
    0.9::DOUBLE AS confidence,
    CASE
        WHEN r.service IN (FROM check_sampled) THEN 'spans of its service tell of sampling'
        WHEN g.sendless > 0 THEN g.sendless || ' events of the topic have no send that spans tell: spans are missing'
        WHEN r.handled < 10 THEN 'the group handled ' || r.handled || ' events of this topic only: whether it still reads it is open'
    END AS doubt
FROM cause AS c
JOIN check_reader AS r USING ("group", topic)
JOIN check_sign AS g USING (topic)
ORDER BY count DESC, topic, "group";
