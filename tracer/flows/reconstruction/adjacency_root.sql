-- Root spans of the lanes of flow_open that may be a handler's work: a span whose parent is not in the store is none (its
-- work was cut off by a crash, or was sampled away), nor is one that somebody's request began. `sends`: the span of a send
-- alone; the others are work, which shows how long a handler was busy.
-- Out: flow_root(lane, top, start_ns, end_ns, trace_id, span_id, sends).
CREATE OR REPLACE TEMP TABLE flow_root AS
SELECT
    o.lane,
    s.sid AS top,
    s.start_ns,
    greatest(s.start_ns, s.end_ns) AS end_ns,
    s.trace_id,
    s.span_id,
    coalesce(s.operation IN ('send', 'create'), false) AS sends
FROM flow_span AS s
JOIN (SELECT DISTINCT lane, service, instance, thread FROM flow_open) AS o
    ON o.service = s.service
    AND o.instance = coalesce(s.instance, s.host, '')
    AND o.thread = coalesce(s.thread, '')
WHERE s.parent_span_id IS NULL
    AND s.kind NOT IN (2, 5)
    AND coalesce(s.operation NOT IN ('receive', 'process', 'settle'), true);
