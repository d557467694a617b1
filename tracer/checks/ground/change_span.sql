-- The spans around the first broken event that may tell what changed there: of its producer the sends of the topic, of the group its
-- attempts. Up to twenty before it, and up to twenty of those that failed.
-- Out: check_change_span(group, topic, kind_of_all, side, who, instance, at_ns, id, trace_id, span_id, failed).
CREATE OR REPLACE TEMP TABLE check_change_span AS
WITH cause AS (
    SELECT b."group", b.topic, b.kind_of_all, b.first, b.events, b.evidence, e.service, e.produced_ns
    FROM check_broken AS b
    JOIN check_event AS e ON e.id = b.first
),
broken AS (SELECT "group", topic, kind_of_all, service, unnest(events) AS event FROM cause),
handled AS (
    SELECT c."group", c.topic, c.kind_of_all, a.service, a.instance, a.started_ns, a.id, a.trace_id, a.span_id
    FROM (SELECT "group", topic, kind_of_all, unnest(evidence) AS id FROM cause) AS c
    JOIN check_attempt AS a USING (id)
),
began AS (SELECT "group", topic, kind_of_all, service, min(started_ns) AS at_ns FROM handled GROUP BY ALL),
around AS (
    SELECT
        c."group", c.topic, c.kind_of_all, 'producer' AS side, e.service AS who, e.instance, e.produced_ns AS at_ns, e.id,
        e.trace_id, e.span_id, false AS failed
    FROM cause AS c
    JOIN check_event AS e ON e.topic = c.topic AND e.service = c.service AND e.produced_ns <= c.produced_ns
    WHERE NOT list_contains(c.events, e.id)
    UNION ALL
    SELECT
        b."group", b.topic, b.kind_of_all, 'producer', e.service, e.instance, e.produced_ns, e.id, e.trace_id, e.span_id, true
    FROM broken AS b
    JOIN check_event AS e ON e.id = b.event AND e.service = b.service
    WHERE e.produced_ns IS NOT NULL
    UNION ALL
    SELECT
        g."group", g.topic, g.kind_of_all, 'reader', a.service, a.instance, a.started_ns, a.id, a.trace_id, a.span_id, false
    FROM began AS g
    JOIN check_attempt AS a ON a."group" = g."group" AND a.service = g.service AND a.started_ns < g.at_ns
    JOIN check_event AS e ON e.id = a.event AND e.topic = g.topic
    ANTI JOIN broken AS b ON b.event = a.event AND b."group" = g."group" AND b.kind_of_all = g.kind_of_all
    UNION ALL
    SELECT
        h."group", h.topic, h.kind_of_all, 'reader', h.service, h.instance, h.started_ns, h.id, h.trace_id, h.span_id, true
    FROM handled AS h
)
SELECT *
FROM around
QUALIFY row_number() OVER (
    PARTITION BY "group", topic, kind_of_all, side, failed ORDER BY CASE WHEN failed THEN at_ns ELSE -at_ns END, id
) <= 20;

-- Attributes are made of a span only where its trace and time are asked for: a join would have those of the whole store made
SET VARIABLE check_change_about = (
    SELECT {'from_ns': min(at_ns) - 60_000_000_000, 'to_ns': max(at_ns) + 60_000_000_000, 'traces': list(DISTINCT trace_id)}
    FROM check_change_span
);
