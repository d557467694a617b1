-- The places in lanes of the spans of the last nodes (at $hop). Out: scope_from(lane, start_ns).
CREATE OR REPLACE TEMP TABLE scope_from AS
SELECT DISTINCT lane, start_ns
FROM (
    SELECT
        unnest(scope_lanes(
            kind, messaging_operation_type, parent_span_id, service, service_instance, host, thread,
            messaging_destination_name
        )) AS lane,
        start_ns
    FROM scope_store
    SEMI JOIN (SELECT node FROM scope_near WHERE hop = $hop) AS n ON n.node = scope_trace_key(trace_id)
    WHERE batch IN (SELECT unnest($batches))
)
SEMI JOIN scope_lane USING (lane)
