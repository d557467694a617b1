-- Partitions with more than five times the events of the median partition of their topic, a hundred at least, where a group's
-- median time in queue is over a second and more than three times that of the other partitions. Open where events that
-- tell no partition might belong to the others, so that it has not five times as many, where the group read no others, and
-- where what waited may be sampled more often than the rest.
-- `key`: one that makes more than half of the partition. Out: the columns of Found, partition, events, waits_ns, others_ns,
-- key, key_events.
WITH inside AS (
    SELECT e.*
    FROM check_event AS e, check_scope AS s
    WHERE e.lane IS NOT NULL AND e.produced_ns BETWEEN s.since_ns AND s.until_ns
),
lane AS (
    SELECT
        topic,
        lane,
        any_value(partition) AS partition,
        count(*) AS count,
        min(produced_ns) AS first_ns,
        max(produced_ns) AS last_ns
    FROM inside
    GROUP BY topic, lane
),
hot AS (
    SELECT
        *,
        sum(count) OVER whole AS events,
        count(*) OVER whole AS lanes,
        quantile_disc(count, 0.5) OVER whole AS usual
    FROM lane
    WINDOW whole AS (PARTITION BY topic)
    QUALIFY count(*) OVER whole >= 2 AND count >= 100 AND count > 5 * quantile_disc(count, 0.5) OVER whole
),
waits AS (
    SELECT
        h.topic,
        h.lane,
        a."group",
        quantile_disc(a.queue_ns, 0.5) FILTER (e.lane = h.lane) AS waits_ns,
        quantile_disc(a.queue_ns, 0.5) FILTER (e.lane <> h.lane) AS others_ns
    FROM hot AS h
    JOIN inside AS e ON e.topic = h.topic
    JOIN check_attempt AS a ON a.event = e.id AND a.attempt = 1
    GROUP BY ALL
),
unplaced AS (
    SELECT e.topic, count(*) AS events
    FROM check_event AS e
    JOIN check_scope AS s ON e.produced_ns BETWEEN s.since_ns AND s.until_ns
    WHERE e.lane IS NULL
    GROUP BY e.topic
),
keyed AS (
    SELECT e.lane, e.key, count(*) AS key_events
    FROM inside AS e
    SEMI JOIN hot USING (lane)
    WHERE e.key IS NOT NULL
    GROUP BY e.lane, e.key
    QUALIFY row_number() OVER (PARTITION BY e.lane ORDER BY count(*) DESC, e.key) = 1
),
example AS (
    SELECT e.lane, list(e.id ORDER BY e.off) AS evidence FROM inside AS e SEMI JOIN hot USING (lane) GROUP BY e.lane
)
SELECT
    h.topic AS subject,
    h.topic,
    w."group",
    h.count,
    h.first_ns,
    h.last_ns,
    x.evidence,
    h.partition,
    h.events::BIGINT AS events,
    w.waits_ns,
    w.others_ns,
    CASE WHEN k.key_events > h.count / 2 THEN k.key END AS key,
    k.key_events,
    0.9::DOUBLE AS confidence,
    CASE
        WHEN r.service IN (FROM check_sampled_unevenly)
            THEN 'spans of its service tell of sampling, and events that waited long may be kept more often than others'
        WHEN h.count <= 5 * (h.usual + coalesce(u.events, 0) / (h.lanes - 1))
            THEN u.events || ' events of the topic tell no partition and offset: they may be of the others'
        WHEN w.others_ns IS NULL THEN 'the group read none of the other partitions, so that it may wait there as long'
    END AS doubt
FROM hot AS h
LEFT JOIN unplaced AS u USING (topic)
JOIN waits AS w USING (topic, lane)
JOIN check_reader AS r ON r.topic = h.topic AND r."group" = w."group"
JOIN example AS x USING (lane)
LEFT JOIN keyed AS k USING (lane)
WHERE w.waits_ns > 1_000_000_000 AND (w.others_ns IS NULL OR w.waits_ns > 3 * w.others_ns)
ORDER BY h.count DESC, h.topic, w."group";
