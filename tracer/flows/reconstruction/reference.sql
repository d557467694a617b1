-- For each arrival the contexts it names: its parent and its links, where these are a send span or not in the store.
-- Out: flow_reference(aid, method, ref_trace, ref_span, send), send null when no such span is there.
CREATE OR REPLACE TEMP TABLE flow_reference AS
SELECT
    a.aid,
    'parent' AS method,
    s.trace_id AS ref_trace,
    s.parent_span_id AS ref_span,
    coalesce(layer.inner_sid, flow_tree.parent) AS send
FROM flow_arrival AS a
JOIN flow_span AS s USING (sid)
LEFT JOIN flow_tree USING (sid)
LEFT JOIN flow_layer AS layer ON layer.sid = flow_tree.parent
WHERE a.by_parent
UNION ALL
SELECT
    l.aid,
    'link' AS method,
    l.ref_trace,
    l.ref_span,
    coalesce(layer.inner_sid, l.target) AS send
FROM (
    -- of a batch, the link that names the message
    SELECT a.aid, l.* FROM flow_arrival AS a JOIN flow_link AS l ON l.sid = a.sid AND l.no = a.link_no WHERE a.is_batch
    UNION ALL
    SELECT a.aid, l.* FROM flow_arrival AS a JOIN flow_link AS l USING (sid) WHERE NOT a.is_batch
) AS l
LEFT JOIN flow_layer AS layer ON layer.sid = l.target
WHERE l.target IS NULL OR l.target_operation IN ('send', 'create');
