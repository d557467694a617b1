-- For each group the events that it read on, one line a partition in the order of offsets; where an event's offset is not
-- told, in a line of its topic by the time of sending, provided that the last events of the topic all came through (then
-- no partition stands still) or that it has one partition only, in which offsets are missing just there, and that its senders'
-- clocks agree. `missed`: its send is known, and no span of the group tells of it.
-- Out: check_passed(group, topic, line, pos, event, produced_ns, missed, placed, and the last that the group handled before
-- and the first it handled after: before_ns, before_instance, after_ns, after_instance, run;
-- queue_ns: longer than three in four of the ten before it waited).
CREATE OR REPLACE TEMP TABLE check_passed AS
WITH span_of_lane AS (
    -- those with fewer handled than there are in between
    SELECT "group", topic, lane, min(off) AS first_off, max(off) AS last_off
    FROM check_handled
    WHERE lane IS NOT NULL
    GROUP BY "group", topic, lane
    HAVING max(nth) - min(nth) + 1 > count(*)
),
split AS (
    -- topics where a record may be two events: a send that nobody got, and an arrival that no send is known of
    SELECT DISTINCT topic FROM check_event WHERE produced_ns IS NULL
),
skewed AS (
    -- topics where some were sent over a second before others that stand before them: clocks of senders differ
    SELECT DISTINCT topic
    FROM (
        SELECT
            topic,
            max(produced_ns) OVER (PARTITION BY lane ORDER BY off ROWS UNBOUNDED PRECEDING) - produced_ns AS back_ns
        FROM check_event
        SEMI JOIN (SELECT topic FROM check_event WHERE off IS NULL) USING (topic)
        WHERE lane IS NOT NULL
    )
    WHERE back_ns > 1_000_000_000
),
lined AS (
    SELECT
        l."group", l.topic, l.lane AS line, e.off AS pos, e.id AS event, e.produced_ns, e.acknowledged_ns,
        true AS placed, NULL AS holes
    FROM span_of_lane AS l
    JOIN check_event AS e ON e.lane = l.lane AND e.off BETWEEN l.first_off AND l.last_off
    UNION ALL
    -- `holes`: how many offsets before it are told of no event
    SELECT
        r."group", r.topic, r.topic, e.produced_ns, e.id, e.produced_ns, e.acknowledged_ns,
        e.off IS NOT NULL, CASE WHEN r.topic IN (FROM check_narrow) THEN e.off - e.nth END
    FROM check_reader AS r
    JOIN check_event AS e ON e.topic = r.topic AND e.produced_ns IS NOT NULL
    WHERE (r.tail = 10 AND r.tail_handled = 10 OR r.topic IN (FROM check_narrow))
        AND r.topic IN (SELECT topic FROM check_event WHERE off IS NULL)
        AND r.topic NOT IN (FROM split)
        AND r.topic NOT IN (FROM skewed)
),
told AS (
    SELECT
        l.*,
        h.event IS NOT NULL AS handled,
        h.first_ns,
        h.last_ns,
        h.instance,
        h.event IS NULL AND l.produced_ns IS NOT NULL AND (l.line <> l.topic OR NOT l.placed) AS missed
    FROM lined AS l
    LEFT JOIN check_handled AS h ON h.event = l.event AND h."group" = l."group"
),
concerned AS (SELECT DISTINCT "group", line FROM told WHERE missed),
around AS (
    SELECT
        told.*,
        last_value(CASE WHEN handled THEN {'began': first_ns, 'at': last_ns, 'instance': instance, 'holes': holes} END IGNORE NULLS) OVER up_to AS before,
        quantile_cont(first_ns - produced_ns, 0.75) FILTER (handled) OVER lately AS queue_ns,
        first_value(CASE WHEN handled THEN {'at': first_ns, 'instance': instance, 'holes': holes} END IGNORE NULLS) OVER from_here AS after,
        count(*) FILTER (handled) OVER up_to AS run
    FROM told
    SEMI JOIN concerned USING ("group", line)
    WINDOW
        lately AS (PARTITION BY "group", line ORDER BY pos, event ROWS BETWEEN 10 PRECEDING AND CURRENT ROW),
        up_to AS (PARTITION BY "group", line ORDER BY pos, event ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        from_here AS (PARTITION BY "group", line ORDER BY pos, event ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
)
SELECT
    "group", topic, line, pos, event, produced_ns, acknowledged_ns, placed, run, queue_ns::BIGINT AS queue_ns,
    before.at AS before_ns, before.instance AS before_instance, after.at AS after_ns, after.instance AS after_instance
FROM around
WHERE missed AND before IS NOT NULL AND after IS NOT NULL
    -- where those before were begun after those behind, the times of sending are no order
    AND (line <> topic OR before.began <= after.at + 50_000_000)
QUALIFY before.holes IS NULL OR after.holes IS NULL
    OR after.holes - before.holes >= count(*) OVER (PARTITION BY "group", line, run);
