-- The spans of some minutes that have a place in a lane that matters.
INSERT INTO scope_item
SELECT lane, start_ns, scope_trace_key(trace_id)
FROM (
    SELECT
        unnest(scope_lanes(
            kind, messaging_operation_type, parent_span_id, service, service_instance, host, thread,
            messaging_destination_name
        )) AS lane,
        start_ns,
        trace_id
    FROM scope_store
    WHERE start_ns >= $first AND start_ns < $last AND list_contains($minutes, start_ns // 60_000_000_000)
        AND batch <= $newest
)
SEMI JOIN scope_lane USING (lane)
