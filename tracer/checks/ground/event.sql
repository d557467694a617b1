-- The events that checks look at. `lane` names the partition in which an event has an offset: its id without it.
-- Out: check_event(id, topic, partition, off, lane, key, message_id, service, instance, produced_ns, acknowledged_ns, ...).
CREATE OR REPLACE TEMP TABLE check_event AS
SELECT
    e.id,
    e.system,
    e.topic,
    e.partition,
    e."offset" AS off,
    CASE WHEN e."offset" IS NOT NULL THEN left(e.id, length(e.id) - length(e."offset"::VARCHAR)) END AS lane,
    e.key,
    e.message_id,
    e.service,
    e.instance,
    e.produced_ns,
    e.acknowledged_ns,
    e.trace_id,
    e.span_id,
    e.disputed
FROM events AS e, check_scope AS s
WHERE e.topic IS NOT NULL
    AND ($topics::VARCHAR[] IS NULL OR list_contains($topics::VARCHAR[], e.topic))
    AND coalesce(e.produced_ns, s.since_ns) >= s.since_ns - 3_600_000_000_000
    AND coalesce(e.produced_ns, 0) < s.until_ns;
