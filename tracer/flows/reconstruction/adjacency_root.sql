-- Root spans of the instances in flow_open that may be a handler's work. A span whose parent is not in the store is none
-- (its work was cut off by a crash, or was sampled away), nor is one that somebody's request began.
-- Out: flow_root(top, service, instance, thread, start_ns, end_ns, trace_id, span_id, sends).
CREATE OR REPLACE TEMP TABLE flow_root AS
SELECT
    s.sid AS top,
    s.service,
    coalesce(s.instance, s.host, '') AS instance,
    coalesce(s.thread, '') AS thread,
    s.start_ns,
    s.end_ns,
    s.trace_id,
    s.span_id,
    coalesce(s.operation IN ('send', 'create'), false) AS sends
FROM flow_span AS s
SEMI JOIN flow_open AS o
    ON o.service = s.service
    AND o.instance = coalesce(s.instance, s.host, '')
    AND o.thread = coalesce(s.thread, '')
WHERE s.parent_span_id IS NULL
    AND s.kind NOT IN (2, 5)
    AND coalesce(s.operation NOT IN ('receive', 'process', 'settle'), true);
