-- Spans whose parent is in the same process, but not in the store: it was lost, or has not ended.
-- Out: flow_orphan(trace_id, service, instance, start_ns).
CREATE OR REPLACE TEMP TABLE flow_orphan AS
SELECT trace_id, service, instance, start_ns
FROM flow_span
ANTI JOIN flow_tree USING (sid)
WHERE parent_span_id IS NOT NULL AND remote = 256;
