-- Lanes that guesses look at: of instances with an arrival that has no span of its service under it (side `open`) and with
-- a root that may be its handling (side `root`), of topics with an arrival that does not tell its message.
-- Out: derived_lane(lane, side) gets what nobody knew; how many lanes matter that did not.
INSERT INTO derived_lane
SELECT scope_instance_lane(c.service, c.service_instance, c.host, c.thread) AS lane, 'open' AS side
FROM flow_source AS c
ANTI JOIN flow_source AS s
    ON s.trace_id = c.trace_id AND s.parent_span_id = c.span_id AND s.service = c.service
WHERE scope_consumes(c.kind, c.messaging_operation_type)
UNION
SELECT scope_instance_lane(service, service_instance, host, thread), 'root'
FROM flow_source
WHERE scope_is_work(kind, messaging_operation_type, parent_span_id)
UNION
SELECT scope_topic_lane(c.messaging_destination_name), 'open'
FROM flow_source AS c
ANTI JOIN flow_source AS p
    ON p.trace_id = c.trace_id AND p.span_id = c.parent_span_id AND (p.kind = 4 OR p.messaging_destination_name IS NOT NULL)
WHERE scope_consumes(c.kind, c.messaging_operation_type)
    AND c.messaging_destination_name IS NOT NULL
    AND c.messaging_kafka_offset IS NULL
    AND c.messaging_message_id IS NULL
    AND coalesce(len(c.links), 0) = 0
EXCEPT
FROM scope_told_lane
EXCEPT
FROM derived_lane;

SELECT count(*)
FROM scope_mattering()
ANTI JOIN scope_lane USING (lane)
