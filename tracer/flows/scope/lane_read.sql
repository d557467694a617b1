-- The spans of some minutes that have a place in a lane that matters.
INSERT INTO scope_item
SELECT scope_lane(service, service_instance, host, thread) AS lane, start_ns, scope_trace_key(trace_id)
FROM scope_store
WHERE start_ns >= $first AND start_ns < $last AND list_contains($minutes, start_ns // 60_000_000_000)
    AND batch <= $newest
    AND (scope_consumes(kind, messaging_operation_type) OR parent_span_id IS NULL AND kind <> 2)
    AND scope_lane(service, service_instance, host, thread) IN (FROM scope_lane)
