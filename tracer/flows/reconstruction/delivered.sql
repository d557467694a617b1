-- Evidence that an event was delivered to an attempt: its spans' parent, links, coordinates. An event that only this
-- arrival knows, without coordinates, may be one that is known elsewhere: 0.5.
-- Out: flow_delivered(source, target, kind, method, confidence, trace_id, span_id, detail): the consumer span that tells it.
CREATE OR REPLACE TEMP TABLE flow_delivered AS
WITH evidence AS (
    SELECT l.label, a.sid, unnest(o.methods) AS method, e.sure AS confidence, e.doubt AS detail
    FROM flow_arrival AS a
    JOIN flow_origin AS o USING (aid)
    JOIN flow_label AS l ON l.node = a.aid
    JOIN flow_event AS e USING (label)
    UNION ALL
    SELECT l.label, a.sid, 'coordinates', a.cluster_sure,
        CASE WHEN a.cluster_sure < 1 THEN 'no cluster is told' END
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    WHERE a.coordinates IS NOT NULL
    UNION ALL
    SELECT l.label, a.sid, 'message-id', 0.9, NULL
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    JOIN flow_event AS e USING (label)
    WHERE e.coordinates IS NULL AND e.id NOT LIKE 'span:%' AND a.message_id = e.message_id
    UNION ALL
    SELECT l.label, a.sid, j.method, j.confidence, j.detail
    FROM flow_joined AS j
    JOIN flow_arrival AS a ON a.aid = j.node
    JOIN flow_label AS l ON l.node = j.node
)
SELECT
    attempt.event AS source,
    attempt.id AS target,
    'delivered' AS kind,
    coalesce(told.method, 'coordinates') AS method,
    coalesce(told.confidence, 0.5) AS confidence,
    coalesce(told.teller.trace_id, attempt.trace_id) AS trace_id,
    coalesce(told.teller.span_id, attempt.span_id) AS span_id,
    CASE WHEN told.method IS NULL THEN 'only its arrival is known' ELSE told.teller.detail END AS detail
FROM flow_attempt AS attempt
LEFT JOIN (
    SELECT
        m.label, m.grp, m.root, evidence.method, max(evidence.confidence) AS confidence,
        arg_min(
            {'trace_id': s.trace_id, 'span_id': s.span_id, 'detail': evidence.detail},
            (-evidence.confidence, s.start_ns, s.trace_id, s.span_id, evidence.detail)
        ) AS teller
    FROM flow_member AS m
    JOIN evidence USING (label, sid)
    JOIN flow_span AS s USING (sid)
    GROUP BY m.label, m.grp, m.root, evidence.method
) AS told USING (label, grp, root);
