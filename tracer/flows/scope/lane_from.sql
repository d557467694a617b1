-- The spans of the last nodes (at $hop or farther) that have a place in a lane. Out: scope_from(lane, start_ns).
CREATE OR REPLACE TEMP TABLE scope_from AS
SELECT DISTINCT scope_lane(service, service_instance, host, thread) AS lane, start_ns
FROM scope_store
SEMI JOIN (SELECT node FROM scope_near WHERE hop >= $hop) AS n ON n.node = scope_trace_key(trace_id)
WHERE list_contains($batches, batch)
    AND (scope_consumes(kind, messaging_operation_type) OR parent_span_id IS NULL AND kind <> 2)
    AND scope_lane(service, service_instance, host, thread) IN (FROM scope_lane)
