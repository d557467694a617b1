-- The evidence of flow_cause as edges between the nodes that it means, with the kind of effect that the topic tells.
-- Out: flow_caused(source, target, kind, method, confidence, trace_id, span_id, detail): the span that tells it.
CREATE OR REPLACE TEMP TABLE flow_caused AS
SELECT
    a.id AS source,
    e.id AS target,
    flow_effect(e.topic, a.topic, e.key = a.key, f.certain) AS kind,
    c.method,
    c.sure AS confidence,
    teller.trace_id,
    teller.span_id,
    c.detail
FROM flow_cause AS c
JOIN flow_event AS e ON e.label = c.effect
JOIN flow_attempt AS a ON a.label = c.label AND a.grp = c.grp AND a.root = c.root
JOIN flow_span AS teller ON teller.sid = c.sid
LEFT JOIN flow_failure AS f ON f.label = c.label AND f.grp = c.grp AND f.root = c.root
QUALIFY row_number() OVER (
    PARTITION BY e.id, a.id, c.method
    ORDER BY c.sure DESC, teller.start_ns, teller.trace_id, teller.span_id, c.detail
) = 1;
