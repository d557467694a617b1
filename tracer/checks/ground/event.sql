-- The events that checks look at: those of the time that is read. `lane` names the partition in which an event has an
-- offset: its id without it; `nth`: how many of the partition's events are known up to it.
-- Out: check_event(node, id, topic, partition, off, lane, nth, key, message_id, service, instance, produced_ns, acknowledged_ns, ...).
CREATE OR REPLACE TEMP TABLE check_event AS
SELECT
    node,
    id,
    system,
    topic,
    try_cast(part AS INTEGER) AS partition,
    CASE WHEN coordinates IS NOT NULL THEN off END AS off,
    CASE WHEN coordinates IS NOT NULL AND off IS NOT NULL THEN left(id, length(id) - length(off::VARCHAR)) END AS lane,
    CASE WHEN lane IS NOT NULL THEN row_number() OVER (PARTITION BY lane ORDER BY off) END AS nth,
    key,
    message_id,
    service,
    instance,
    produced_ns,
    acknowledged_ns,
    trace_id,
    span_id,
    disputed
FROM flow_event
WHERE topic IS NOT NULL AND at_ns BETWEEN $from AND $to;
