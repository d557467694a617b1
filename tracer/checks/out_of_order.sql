-- Events that a group began for the first time after one that stands behind them on the same partition and has the same
-- key. Repeated and retried deliveries are none: the first attempt counts. Where no key is told, any of the partition without
-- one is held against it; a group that handles side by side in several threads is not bound to that, which leaves it unknown.
-- Attempts that share a batch have no order. Only what offsets tell is a verdict: times of different hosts are not.
-- Out: the columns of Found, keyed.
WITH hinted AS (
    -- whatever hash two lanes share: it hints at more, never at less, and is sorted far faster than the words
    SELECT
        "group", lane, key,
        min(first_ns) OVER (
            PARTITION BY hash("group", lane, key) ORDER BY off ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) < first_ns AS late
    FROM check_handled
    WHERE lane IS NOT NULL AND first_span IS NOT NULL
),
hint AS (SELECT DISTINCT "group", lane, key FROM hinted WHERE late),
handled AS (
    SELECT h."group", h.topic, h.lane, h.off, h.key, h.event AS id, h.first_ns, h.first_span AS span_id
    FROM check_handled AS h
    JOIN hint AS i ON i."group" = h."group" AND i.lane = h.lane AND i.key IS NOT DISTINCT FROM h.key
    WHERE h.first_span IS NOT NULL
),
overtaken AS (
    SELECT *, min(first_ns) OVER behind AS behind_ns
    FROM handled
    WINDOW behind AS (
        PARTITION BY "group", lane, key ORDER BY off ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    )
),
late AS (
    SELECT o.*, o.key IS NOT NULL AS keyed
    FROM overtaken AS o
    JOIN check_scope AS s ON o.first_ns BETWEEN s.since_ns AND s.until_ns
    SEMI JOIN handled AS other
        ON other."group" = o."group" AND other.lane = o.lane AND other.first_ns = o.behind_ns
            AND other.key IS NOT DISTINCT FROM o.key AND other.span_id <> o.span_id
    WHERE o.behind_ns < o.first_ns
),
cause AS (
    SELECT
        topic,
        "group",
        count(*) AS count,
        count(*) FILTER (keyed) AS keyed,
        min(first_ns) AS first_ns,
        max(first_ns) AS last_ns,
        list(id ORDER BY first_ns, id) AS evidence
    FROM late
    GROUP BY ALL
),
arrivals AS (
    SELECT "group", topic, bool_and(seen) AS seen FROM check_attempt GROUP BY "group", topic
)
SELECT
    c."group" AS subject,
    c.*,
    CASE WHEN r.group_known THEN 0.95 ELSE 0.9 END::DOUBLE AS confidence,
    CASE
        WHEN NOT a.seen THEN 'no span shows when the handling began, only when the events arrived'
        WHEN c.keyed = 0 THEN 'no keys are told, and events of different keys may be handled in any order'
    END AS doubt
FROM cause AS c
JOIN check_reader AS r USING (topic, "group")
JOIN arrivals AS a USING (topic, "group")
ORDER BY count DESC, topic, "group";
