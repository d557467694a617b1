-- Evidence that an event was delivered to an attempt: its spans' parent, links, coordinates. An event that only this
-- arrival knows, without coordinates, may be one that is known elsewhere: 0.5. A batch span that links its records and
-- tells no coordinates may name the topic of the first only: what it seems to read again may be its retry: 0.8.
-- Out: flow_delivered(source, target, kind, method, confidence, trace_id, span_id, detail): the consumer span that tells it.
CREATE OR REPLACE TEMP TABLE flow_delivered AS
WITH evidence AS (
    SELECT
        l.label, a.sid, unnest(o.methods) AS method, e.sure AS confidence, e.doubt AS detail,
        a.is_batch AND a.coordinates IS NULL AS vague
    FROM flow_arrival AS a
    JOIN flow_origin AS o USING (aid)
    JOIN flow_label AS l ON l.node = a.aid
    JOIN flow_event AS e USING (label)
    UNION ALL
    SELECT l.label, a.sid, 'coordinates', a.cluster_sure,
        CASE WHEN a.cluster_sure < 1 THEN 'no cluster is told' END, false
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    WHERE a.coordinates IS NOT NULL
    UNION ALL
    SELECT l.label, a.sid, 'message-id', 0.9, NULL, false
    FROM flow_arrival AS a
    JOIN flow_label AS l ON l.node = a.aid
    JOIN flow_event AS e USING (label)
    WHERE e.coordinates IS NULL AND e.id NOT LIKE 'span:%' AND a.message_id = e.message_id
    UNION ALL
    SELECT l.label, a.sid, j.method, j.confidence, j.detail, false
    FROM flow_joined AS j
    JOIN flow_arrival AS a ON a.aid = j.node
    JOIN flow_label AS l ON l.node = j.node
)
SELECT
    attempt.event AS source,
    attempt.id AS target,
    'delivered' AS kind,
    coalesce(told.method, 'coordinates') AS method,
    coalesce(CASE WHEN told.vague AND attempt.number > 1 THEN least(told.confidence, 0.8) ELSE told.confidence END, 0.5) AS confidence,
    coalesce(told.teller.trace_id, attempt.trace_id) AS trace_id,
    coalesce(told.teller.span_id, attempt.span_id) AS span_id,
    CASE
        WHEN told.method IS NULL THEN 'only its arrival is known'
        WHEN told.vague AND attempt.number > 1 THEN 'read again in a batch that does not tell the topics of its records'
        ELSE told.teller.detail
    END AS detail
FROM flow_attempt AS attempt
LEFT JOIN (
    SELECT
        m.label, m.grp, m.root, evidence.method, max(evidence.confidence) AS confidence, bool_and(evidence.vague) AS vague,
        arg_min(
            {'trace_id': s.trace_id, 'span_id': s.span_id, 'detail': evidence.detail},
            (-evidence.confidence, s.start_ns, s.trace_id, s.span_id, evidence.detail)
        ) AS teller
    FROM flow_member AS m
    JOIN evidence USING (label, sid)
    JOIN flow_span AS s USING (sid)
    GROUP BY m.label, m.grp, m.root, evidence.method
) AS told USING (label, grp, root);
