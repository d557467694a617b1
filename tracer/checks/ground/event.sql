-- The events that checks look at: those of the time that is read. `lane` names the partition in which an event has an
-- offset: its id without it.
-- Out: check_event(id, topic, partition, off, lane, key, message_id, service, instance, produced_ns, acknowledged_ns, ...).
CREATE OR REPLACE TEMP TABLE check_event AS
SELECT
    id,
    system,
    topic,
    try_cast(part AS INTEGER) AS partition,
    CASE WHEN coordinates IS NOT NULL THEN off END AS off,
    CASE WHEN coordinates IS NOT NULL AND off IS NOT NULL THEN left(id, length(id) - length(off::VARCHAR)) END AS lane,
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
