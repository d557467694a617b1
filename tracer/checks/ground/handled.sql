-- The events that a group got, whatever became of them: a view, most it got once.
-- `first_span`: the span of attempt 1, null where none tells of that.
-- Out: check_handled(event, group, topic, lane, off, nth, key, produced_ns, instance, first_ns, last_ns, first_span).
CREATE OR REPLACE TEMP VIEW check_handled AS
SELECT
    event,
    "group",
    topic,
    lane,
    off,
    nth,
    key,
    produced_ns,
    instance,
    started_ns AS first_ns,
    ended_ns AS last_ns,
    span_id AS first_span
FROM check_attempt
WHERE NOT again
UNION ALL
SELECT
    event,
    "group",
    any_value(topic) AS topic,
    any_value(lane) AS lane,
    any_value(off) AS off,
    any_value(nth) AS nth,
    any_value(key) AS key,
    any_value(produced_ns) AS produced_ns,
    arg_min(instance, (started_ns, id)) AS instance,
    min(started_ns) AS first_ns,
    max(ended_ns) AS last_ns,
    min(span_id) FILTER (attempt = 1) AS first_span
FROM check_attempt
WHERE again
GROUP BY event, "group";
