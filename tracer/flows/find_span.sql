-- The events of a span ($trace_id may be null), the nearest meaning first: sent by it, received or handled by it,
-- handled around it, sent below it. Several of one meaning in the order of their ids `/n`: a batch.
WITH RECURSIVE span AS (
    SELECT sid FROM flow_span WHERE span_id = $span_id AND trace_id = coalesce($trace_id, trace_id)
),
above(sid) AS (
    FROM span
    UNION
    SELECT t.parent FROM above JOIN flow_tree AS t ON t.sid = above.sid WHERE NOT t.ends OR t.consumer
),
below(sid) AS (
    FROM span
    UNION
    SELECT t.sid FROM below JOIN flow_tree AS t ON t.parent = below.sid WHERE NOT t.ends
),
sent AS (
    FROM span UNION ALL SELECT inner_sid FROM flow_layer WHERE sid IN (FROM span)
),
meaning AS (
    SELECT e.id, 1 AS nearness, e.first_ns AS moment
    FROM flow_event AS e
    WHERE e.send IN (FROM sent) OR e.label IN (SELECT label FROM flow_label WHERE node IN (FROM sent))
    UNION ALL
    SELECT e.id, 1, e.first_ns
    FROM flow_event AS e
    WHERE e.send IS NULL AND e.span_id = $span_id AND e.trace_id = coalesce($trace_id, e.trace_id)
    UNION ALL
    SELECT e.id, CASE WHEN m.sid IN (FROM span) THEN 2 ELSE 3 END, e.first_ns
    FROM flow_member AS m
    JOIN flow_event AS e USING (label)
    WHERE m.sid IN (FROM above)
    UNION ALL
    SELECT e.id, 4, e.produced_ns
    FROM flow_event AS e
    WHERE e.send IN (FROM below)
)
SELECT id
FROM meaning
WHERE nearness = (SELECT min(nearness) FROM meaning)
GROUP BY id
ORDER BY min(moment) NULLS LAST, id
