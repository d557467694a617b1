-- Events that a group began for the first time after one that stands behind them on the same partition and has the same
-- key. Repeated and retried deliveries are none: the first attempt counts. An event of which no key is told is held against any of
-- the partition without one, which leaves it unknown: a group that handles side by side in several threads is not bound to that.
-- Attempts that share a batch have no order. Only what offsets tell is a verdict: where none is told, times of sending leave it
-- open, and what stands on different partitions has no order.
-- Out: the columns of Found, keyed.
WITH lined AS NOT MATERIALIZED (
    -- a table of it would take as long as all the rest
    SELECT
        "group",
        topic,
        lane IS NOT NULL AS placed,
        coalesce(lane, topic) AS line,
        CASE WHEN lane IS NULL THEN produced_ns ELSE off END AS pos,
        key,
        event AS id,
        first_ns,
        first_span AS span_id
    FROM check_handled
    WHERE first_span IS NOT NULL AND (lane IS NOT NULL OR key IS NOT NULL AND produced_ns IS NOT NULL)
),
hinted AS (
    -- whatever hash two lanes share: it hints at more, never at less, and is sorted far faster than the words
    SELECT
        "group", line, key,
        min(first_ns) OVER (
            PARTITION BY hash("group", line, key) ORDER BY pos ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) < first_ns AS late
    FROM lined
),
hint AS (SELECT DISTINCT "group", line, key FROM hinted WHERE late),
handled AS (
    SELECT l.*
    FROM lined AS l
    JOIN hint AS i ON i."group" = l."group" AND i.line = l.line AND i.key IS NOT DISTINCT FROM l.key
),
overtaken AS (
    SELECT *, min(first_ns) OVER behind AS behind_ns
    FROM handled
    WINDOW behind AS (
        PARTITION BY "group", line, key ORDER BY pos ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    )
),
late AS (
    SELECT o.*, o.key IS NOT NULL AS keyed
    FROM overtaken AS o
    JOIN check_scope AS s ON o.first_ns BETWEEN s.since_ns AND s.until_ns
    SEMI JOIN handled AS other
        ON other."group" = o."group" AND other.line = o.line AND other.first_ns = o.behind_ns
            AND other.key IS NOT DISTINCT FROM o.key AND other.span_id <> o.span_id
    WHERE o.behind_ns < o.first_ns
),
cause AS (
    SELECT
        topic,
        "group",
        placed,
        keyed,
        count(*) AS count,
        min(first_ns) AS first_ns,
        max(first_ns) AS last_ns,
        list(id ORDER BY first_ns, id) AS evidence
    FROM late
    GROUP BY ALL
),
apart AS (
    -- a sampler, or what loses spans, may have left out a first attempt, and kept its repetition
    SELECT l."group", l.topic, bool_or(a.service IN (FROM check_sampled)) AS sampled
    FROM late AS l
    JOIN check_event AS e USING (id)
    JOIN check_attempt AS a ON a.event = l.id AND a."group" = l."group"
    JOIN check_sign AS g ON g.topic = l.topic
    WHERE a.trace_id IS DISTINCT FROM e.trace_id AND (a.service IN (FROM check_sampled) OR g.sendless > 0)
    GROUP BY ALL
),
arrivals AS (
    SELECT "group", topic, bool_and(seen) AS seen FROM check_attempt GROUP BY "group", topic
)
SELECT
    c."group" AS subject,
    c.* EXCLUDE (placed),
    CASE WHEN r.group_known THEN 0.95 ELSE 0.9 END::DOUBLE AS confidence,
    CASE
        WHEN NOT a.seen THEN 'no span shows when the handling began, only when the events arrived'
        WHEN NOT c.placed THEN 'no offset is told, and the times of sending do not tell for sure how they stand on the partition'
        WHEN p.sampled THEN 'spans of its service tell of sampling: first attempts may be missing, of which others repeat'
        WHEN p.topic IS NOT NULL
            THEN g.sendless || ' events of the topic have no send that spans tell: first attempts may be missing too, of which others repeat'
        WHEN NOT c.keyed THEN 'no keys are told, and events of different keys may be handled in any order'
    END AS doubt
FROM cause AS c
JOIN check_reader AS r USING (topic, "group")
JOIN arrivals AS a USING (topic, "group")
JOIN check_sign AS g USING (topic)
LEFT JOIN apart AS p USING (topic, "group")
ORDER BY count DESC, topic, "group";
