-- Lanes where a consumer span has no span of its service under it: work elsewhere in the lane may be its handling.
-- Out: derived_lane(lane) gets those that nobody knew; how many.
INSERT INTO derived_lane
SELECT DISTINCT scope_lane(c.service, c.service_instance, c.host, c.thread) AS lane
FROM flow_source AS c
ANTI JOIN flow_source AS s
    ON s.trace_id = c.trace_id AND s.parent_span_id = c.span_id AND s.service = c.service
WHERE scope_consumes(c.kind, c.messaging_operation_type)
EXCEPT
FROM scope_lane
