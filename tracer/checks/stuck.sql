-- Partitions that stand still for a group while events come to them and the group is busy with others, or with the same
-- event again (`check_behind`), by group and topic. Committed offsets are not known here: what handles without a span
-- would look the same, therefore not sure.
-- Out: the columns of Found, partitions, head (the last event that it came to), attempts (at that), moved_ns, waits_ns, error.
WITH lane AS (
    SELECT
        b."group",
        b.topic,
        b.lane,
        any_value(b.head) AS head,
        any_value(b.moved_ns) AS moved_ns,
        count(*) AS count,
        min(b.produced_ns) AS first_ns,
        max(b.produced_ns) AS last_ns,
        max(b.waits_ns) AS waits_ns,
        list(b.id ORDER BY b.produced_ns, b.id) AS events
    FROM check_behind AS b
    JOIN check_scope AS s ON b.produced_ns BETWEEN s.since_ns AND s.until_ns
    ANTI JOIN check_unsent USING ("group", id)
    WHERE b.stuck
    GROUP BY ALL
),
told AS (
    SELECT l.*, e.partition, count(*) AS attempts, arg_max(a.error, (a.started_ns, a.id)) AS error
    FROM lane AS l
    JOIN check_event AS e ON e.id = l.head
    JOIN check_attempt AS a ON a.event = l.head AND a."group" = l."group"
    GROUP BY ALL
),
cause AS (
    SELECT
        "group",
        topic,
        sum(count)::BIGINT AS count,
        min(first_ns) AS first_ns,
        max(last_ns) AS last_ns,
        list_concat(list(head ORDER BY moved_ns, head), flatten(list(events ORDER BY moved_ns, head))) AS evidence,
        list(partition ORDER BY partition) AS partitions,
        arg_min(head, (moved_ns, head)) AS head,
        arg_min(attempts, (moved_ns, head)) AS attempts,
        arg_min(error, (moved_ns, head)) AS error,
        min(moved_ns) AS moved_ns,
        max(waits_ns) AS waits_ns
    FROM told
    GROUP BY ALL
)
SELECT
    c."group" AS subject,
    c.*,
    0.8::DOUBLE AS confidence,
    check_doubt_behind(r, g) AS doubt
FROM cause AS c
JOIN check_reader AS r USING ("group", topic)
JOIN check_sign AS g USING (topic)
ORDER BY count DESC, topic, "group";
