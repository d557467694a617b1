-- Events that are wanted, in the order of the fields of model.Event.
SELECT
    e.id, e.system, e.topic, try_cast(e.part AS INTEGER), CASE WHEN e.coordinates IS NOT NULL THEN e.off END, e.key, e.message_id, e.produced_ns, e.service,
    e.trace_id, e.span_id, e.cluster, e.acknowledged_ns, e.instance, e.host, e.disputed
FROM wanted_event AS e
ORDER BY coalesce(e.produced_ns, e.first_ns), e.topic, e.part, e.off, e.id
