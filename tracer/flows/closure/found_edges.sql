-- The edges between nodes that are wanted. Out: found_edge, the columns of flow_edge.
CREATE OR REPLACE TEMP TABLE found_edge AS
SELECT source, target, kind, method, confidence, trace_id, span_id, detail
FROM (
    SELECT c.* FROM lake.causes AS c
    SEMI JOIN flow_wanted AS w ON w.node = c.node AND w.id = c.target
    WHERE c.at_ns BETWEEN $first AND $last
)
WHERE source IN (SELECT id FROM flow_wanted)
UNION ALL
SELECT
    event, id, 'delivered', one.method, one.confidence, coalesce(one.trace_id, trace_id), coalesce(one.span_id, span_id),
    one.detail
FROM (SELECT *, unnest(evidence) AS one FROM found_processing)
WHERE event IN (SELECT id FROM flow_wanted)
